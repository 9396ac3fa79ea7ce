"""The figures as JSON, and the part of `docs/benchmarks.md` made from it: what is between two markers, no more."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Protocol

from scaling.table import AIM_HEAD, Chapter, Table, markdown

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "scale.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PACKAGES = ("fateaudit", "duckdb", "fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn")


class Sizes(Protocol):
    """How much was measured: a dataclass with a name and a number of rounds."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    name: str
    rounds: int


def as_json(chapters: Sequence[Chapter], effort: Sizes, date: str) -> dict[str, Any]:
    """Return everything that was measured, and with what; `date` comes from outside."""
    aims = [aim for chapter in chapters for aim in chapter.aims]
    tables = [table for chapter in chapters for table in chapter.tables]
    return {
        "schema": "fateaudit.scale.v1",
        "date": date,
        "effort": asdict(effort),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "cores": os.cpu_count(),
        "missed": [aim.quantity for aim in aims if aim.met == "NO"],
        "aims": [list(aim.cells()) for aim in aims],
        "tables": [asdict(table) for table in tables],
    }


def write_json(path: Path, measured: Mapping[str, Any]) -> None:
    """Write the figures, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def put_into(text: str, measured: Mapping[str, Any]) -> str:
    """Return the document with the measured part between the markers; ValueError without exactly one pair of them."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the document needs one {BEGIN} and, after it, one {END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{measured_part(measured)}\n{END}{rest.split(END)[1]}"


def measured_part(measured: Mapping[str, Any]) -> str:
    """Return the measured part of the document: made from the JSON alone, so that the two cannot differ."""
    missed, aims = measured["missed"], measured["aims"]
    with_what = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    said = f"{len(missed)} of {len(aims)} aims missed." if missed else f"All {len(aims)} aims met."
    first = (
        f"Measured on {measured['date']} with {with_what}, on {measured['cores']} cores; "
        f"{measured['effort']['name']} run, {measured['effort']['rounds']} rounds. **{said}**"
    )
    aimed = Table("Aims", AIM_HEAD, tuple(map(tuple, aims)))
    tables = [
        Table(one["title"], tuple(one["head"]), tuple(map(tuple, one["rows"])), one["note"])
        for one in measured["tables"]
    ]
    return "\n\n".join([first, *(markdown(table) for table in (aimed, *tables))])
