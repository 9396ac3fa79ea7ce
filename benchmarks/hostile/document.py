"""What happened as JSON, and the part of `docs/hostile.md` made from it: what is between two markers, no more."""

import platform
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "hostile.json"
DOCUMENT = ROOT / "docs" / "hostile.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PACKAGES = ("fateaudit", "catboost", "joblib", "lightgbm", "onnxruntime", "scikit-learn", "skops", "xgboost-cpu")

WAYS = (("root", "bare"), ("root", "walled"), ("user", "bare"), ("user", "walled"))
CALLED = {
    ("root", "bare"): "root",
    ("root", "walled"): "root, bubblewrap",
    ("user", "bare"): "user",
    ("user", "walled"): "user, bubblewrap",
}
CHAPTERS = {
    "files": "Files that run code when they are opened",
    "deeds": "What a model tries",
    "ends": "How it answers",
}


def as_json(runs: Mapping[str, Any], damaged: Mapping[str, Any], date: str) -> dict[str, Any]:
    """Return everything that happened, and with what; `date` comes from outside."""
    achieved = [
        f"{name}, {CALLED[user, how]}: {said}"
        for user, how in WAYS
        for chapter in CHAPTERS
        for name, said in runs.get(user, {}).get(how, {}).get(chapter, {}).items()
        if said.startswith("ACHIEVED")
    ]
    seen = [
        f"{CALLED[user, how]}: {one}" for user, how in WAYS for one in runs.get(user, {}).get(how, {}).get("harm", [])
    ]
    return {
        "schema": "fateaudit.hostile.v1",
        "date": date,
        "versions": {"python": platform.python_version(), "Linux": platform.release().split("-")[0]}
        | {name: version(name) for name in PACKAGES},
        "achieved": achieved + seen,
        "runs": runs,
        "damaged": damaged,
    }


def put_into(text: str, found: Mapping[str, Any]) -> str:
    """Return the document with the measured part between the markers; ValueError without exactly one pair of them."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the document needs one {BEGIN} and, after it, one {END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{measured_part(found)}\n{END}{rest.split(END)[1]}"


def measured_part(found: Mapping[str, Any]) -> str:
    """Return the measured part of the document: made from the JSON alone, so that the two cannot differ."""
    with_what = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    said = f"{len(found['achieved'])} things were achieved." if found["achieved"] else "Nothing was achieved."
    parts = [f"Tried on {found['date']} with {with_what}. **{said}**"]
    parts += [_chapter(found, chapter) for chapter in CHAPTERS]
    return "\n\n".join([*parts, _damaged(found["damaged"])])


def counted(found: Mapping[str, Any]) -> str:
    """Return how often each thing happened, and all that was achieved."""
    lines = []
    for user, how in WAYS:
        run = found["runs"].get(user, {}).get(how)
        lines.append(f"{CALLED[user, how]}: " + ("not run here" if run is None else ""))
        for chapter in CHAPTERS if run else ():
            times = Counter(run[chapter].values()).most_common()
            lines += [f"  {chapter:6} {count:4} × {said}" for said, count in times]
    lines += [f"damaged {name}: {times}" for name, times in found["damaged"].items()]
    return "\n".join([*lines, *(found["achieved"] or ["nothing was achieved"])])


def _chapter(found: Mapping[str, Any], chapter: str) -> str:
    ways = [way for way in WAYS if way[1] in found["runs"].get(way[0], {})]
    tables = {way: found["runs"][way[0]][way[1]][chapter] for way in ways}
    default = next(iter(found["runs"].values()))["default"] if chapter == "files" else {}
    head = ["tried", *(["not allowed"] if default else []), *(CALLED[way] for way in ways)]
    rows = [
        [name, *([default[name]] if default else []), *(tables[way][name] for way in ways)] for name in tables[ways[0]]
    ]
    return f"**{CHAPTERS[chapter]}**\n\n{_table(head, rows)}"


def _damaged(damaged: Mapping[str, Mapping[str, int]]) -> str:
    happened = list(dict.fromkeys(name for times in damaged.values() for name in times))
    rows = [[name, *(str(times.get(one, 0)) for one in happened)] for name, times in damaged.items()]
    return f"**Damaged files**\n\n{_table(['format', *happened], rows)}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
