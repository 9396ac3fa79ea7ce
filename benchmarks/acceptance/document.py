"""The figures as JSON, and the table in `docs/validation.md` made from it: what is between two markers, no more."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from acceptance.effort import SEED, Effort
from acceptance.peers import Compared
from acceptance.table import ERRORS, Row

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "inference.json"
DOCUMENT = ROOT / "docs" / "validation.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def as_json(rows: list[Row], compared: list[Compared], effort: Effort, date: str) -> dict[str, Any]:
    """Return everything that was measured, and with what; `date` comes from outside."""
    return {
        "schema": "fateaudit.acceptance.v1",
        "date": date,
        "seed": SEED,
        "effort": asdict(effort),
        "versions": {
            "fateaudit": version("fateaudit"),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "standard_errors_allowed": ERRORS,
        "missed": [row.id for row in rows if row.met == "NO"],
        "rows": [_row(row) for row in rows],
        "at_parity": [_rounded(one.as_json()) for one in compared],
    }


def write_json(path: Path, measured: Mapping[str, Any]) -> None:
    """Write the figures, one a line, so that a change of one is a change of one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def put_into(text: str, measured: Mapping[str, Any]) -> str:
    """Return the document with the measured part between the markers; ValueError without exactly one pair of them."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the document needs one {BEGIN} and, after it, one {END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{markdown(measured)}{END}{rest.split(END)[1]}"


def markdown(measured: Mapping[str, Any]) -> str:
    """Return the measured part of the document: made from the JSON alone, so that the two cannot differ."""
    versions = measured["versions"]
    with_what = ", ".join(f"{name} {number}" for name, number in versions.items())
    run = f"seed {measured['seed']}, {measured['effort']['name']} run"
    lines = [
        f"Measured on {measured['date']} with {with_what}; {run}. **{_missed(measured)}**",
        "",
        "| quantity | aim | measured | n | met? | found at |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['quantity']} | {row['aim']} | {row['shown']} | {row['n']} | {row['met']} | {row['at']} |"
        for row in measured["rows"]
    ]
    lines += ["", *_at_parity(measured)]
    return "\n".join(lines) + "\n"


def _missed(measured: Mapping[str, Any]) -> str:
    missed, rows = len(measured["missed"]), len(measured["rows"])
    return f"{missed} of {rows} aims missed." if missed else f"All {rows} aims met."


def _at_parity(measured: Mapping[str, Any]) -> list[str]:
    lines = [
        "A model without any gap (30 % in every group, reference of 2,000), limit four fifths:",
        "",
        "| groups | raw ratio below 0.8 | bootstrap leaves out 1 | below 0.8 | not met | cannot tell | met | audits |",
        "|---|---|---|---|---|---|---|---|",
    ]
    shares = ("gate_fails", "bootstrap_misses_parity", "bootstrap_fails", "not_met", "cannot_tell", "met")
    for one in measured["at_parity"]:
        shown = " | ".join(f"{100 * one[name]:.1f} %" for name in shares)
        lines.append(f"| {one['groups']} of {one['size']} | {shown} | {one['audits']:,} |")
    return lines


def _row(row: Row) -> dict[str, Any]:
    values = {"measured": row.measured, "error": row.error}
    words = {"aim": row.aim_text, "shown": row.measured_text, "n": row.number_text, "met": row.met, "at": row.at}
    return {"id": row.id, "quantity": row.quantity, **words, **_rounded(values), "number": row.number, "unit": row.unit}


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Return floats to eight digits: the last ones differ between machines, and say nothing."""
    return {name: value if isinstance(value, int) else float(f"{value:.8g}") for name, value in values.items()}
