"""The tables of other pages that are made from the same figures: between markers of their own, from the JSON alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaling.document import ROOT
from scaling.table import AIM_HEAD, Table, markdown

METRICS, COSTS = ROOT / "docs" / "metrics.md", ROOT / "docs" / "benchmarks.md"
FAMILIES, COST, TREES = "Families", "Cost", "Beside shap's trees"
"""Titles of the tables that those pages show."""

UNITS = {"model_output": "the model's own output", "log_odds": "log-odds", "decision": "the decision"}
ROUTES = {"tree_paths": "tree paths", "antithetic_permutations": "random orders", "exact_enumeration": "all subsets"}
FAMILY_HEAD = (
    "model",
    "unit",
    "raw columns, as many values",
    "largest gap / sd",
    "all subsets, off by",
    "other route",
    "off by / sd",
)


def put_between(text: str, name: str, part: str) -> str:
    """Return the page with `part` between the markers called `name`; ValueError without exactly one pair of them."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"the page needs one {begin} and, after it, one {end}")
    before, rest = text.split(begin)
    return f"{before}{begin}\n{part}\n{end}{rest.split(end)[1]}"


def pages(measured: Mapping[str, Any]) -> dict[Path, str]:
    """Return each page as it must be."""
    parts = {METRICS: ("families", families_part(measured)), COSTS: ("explaining", cost_part(measured))}
    return {path: put_between(path.read_text(encoding="utf-8"), *part) for path, part in parts.items()}


def families_part(measured: Mapping[str, Any]) -> str:
    """Return the table of every family of models: does it add up, and how near is it to all subsets."""
    rows = []
    for model, unit, columns, *figures in _table(measured, FAMILIES)["rows"]:
        gap, exact, route, other_gap, off, _ = figures
        largest = max(gap, other_gap, key=float)
        rows.append((model, UNITS.get(unit, unit), columns, largest, exact, ROUTES.get(route, route), off))
    return f"{_when(measured)}\n\n{markdown(Table('Attributions of every family', FAMILY_HEAD, tuple(rows)))}"


def cost_part(measured: Mapping[str, Any]) -> str:
    """Return the ratios of cost, with the aim of each."""
    models = {row[0] for row in _table(measured, COST)["rows"]}
    aims = tuple(tuple(aim) for aim in measured["aims"] if aim[0].partition(":")[0] in models)
    shown = [Table("What explaining costs", AIM_HEAD, aims)]
    shown += [
        Table(one["title"], tuple(one["head"]), tuple(map(tuple, one["rows"])), one["note"])
        for one in measured["tables"]
        if one["title"] == TREES
    ]
    return "\n\n".join([_when(measured), *map(markdown, shown)])


def _table(measured: Mapping[str, Any], title: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in measured["tables"] if one["title"] == title)
    return found


def _when(measured: Mapping[str, Any]) -> str:
    return f"Measured on {measured['date']}, on {measured['cores']} cores."
