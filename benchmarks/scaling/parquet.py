"""Our tally of Parquet beside a bare scan of the same columns, at sizes that memory would not hold as rows."""

import shutil
from collections.abc import Callable
from pathlib import Path

from scaling.child import ROWS
from scaling.data import write_rows
from scaling.effort import Effort
from scaling.table import Aim, Chapter, Table
from scaling.timing import Child, Timings, by_turns

FREE = 10 * 1024**3
LARGE = 100_000_000
"""From here on only with `FREE` bytes on the disk."""

MOST_WHOLE = 10_000_000
"""Rows of a file that an audit reads whole: with scores it is about as large as one can be."""

TITLES = {
    "tally": "our tally, in pieces",
    "in_memory": "our tally, file read whole",
    "lean_scan": "duckdb, dictionary codes only",
    "decode": "pyarrow, decode only",
}
HEAD = ("rows", "columns", "side", "time / bare scan", "peak memory, MB", "seconds, this run")


def chapter(effort: Effort, folder: Path, say: Callable[[str], None]) -> Chapter:
    """Measure every size, with predictions and with scores."""
    rows, aims = [], []
    note = "Bare scan: duckdb reads every value (largest text, sum of numbers), in a process of its own, as all sides."
    for n in effort.parquet:
        if n >= LARGE and shutil.disk_usage(folder).free < FREE:
            note += f" {n:,} rows were left out: the disk has less than 10 GB free."
            say(f"{n:,} rows are left out: the disk has less than 10 GB free")
            continue
        write_rows(folder / ROWS, n, with_score=True)
        for ending, what in (("", "3 text, label, prediction"), ("_score", "3 text, label, score")):
            names = ["scan", "tally", *(["in_memory"] if n <= MOST_WHOLE else []), "lean_scan", "decode"]
            sides = {name: Child(f"{name}{ending}", folder, times=1 if n >= LARGE else 3) for name in names}
            timings = by_turns(sides, min(effort.rounds, 3))
            if sides["tally"].found != n:
                raise AssertionError(f"{sides['tally'].found} of {n} rows were counted")
            rows += [_line(n, what, name, timings, sides[name]) for name in names]
            of = f"Parquet, {n:,} rows, {what}"
            aims += [
                Aim.of(f"{of}: tally / bare scan", "at most", 1.3, timings.ratio("tally", "scan")),
                Aim(f"{of}: peak memory", "at most", 400, sides["tally"].megabytes, "MB"),
            ]
        (folder / ROWS).unlink()
    return Chapter((Table("Parquet beside a bare scan", HEAD, tuple(rows), note),), tuple(aims))


def _line(n: int, what: str, name: str, timings: Timings, side: Child) -> tuple[str, ...]:
    ratio = "1" if name == "scan" else str(timings.ratio(name, "scan"))
    title = TITLES.get(name, "bare scan")
    return f"{n:,}", what, title, ratio, f"{side.megabytes:.0f}", f"{timings.middle(name):.3g}"
