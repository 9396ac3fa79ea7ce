"""The whole of `fateaudit run --explain no --report no` on predictions, and what of it does not depend on the rows."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scaling.child import ROWS
from scaling.data import write_policy, write_rows
from scaling.effort import Effort
from scaling.table import Chapter, Table
from scaling.timing import Child, Side, Watched, by_turns, timed

FEW = 20_000
"""Enough that every group is judged."""

HEAD = (
    "rows",
    "run / bare scan",
    "what rows add / bare scan",
    "peak memory, MB",
    "seconds, this run",
    "of it on next to no rows",
    "of that loading libraries",
    "bare scan",
)
_IMPORT = re.compile(r"^import time:\s+(\d+) \|", re.MULTILINE)
_number = itertools.count()


def chapter(effort: Effort, folder: Path, say: Callable[[str], None]) -> Chapter:
    """Measure every size, and a run on next to no rows beside it."""
    write_policy(folder)
    small = folder / "few"
    small.mkdir()
    write_policy(small)
    write_rows(small / ROWS, FEW, with_score=False)
    libraries = seconds_of_libraries(small)
    rows = []
    for n in effort.whole:
        say(f"whole runs of {n:,} rows")
        write_rows(folder / ROWS, n, with_score=False)
        peaks: list[float] = []
        sides: dict[str, Side] = {
            "run": timed(partial(_noted, folder, peaks)),
            "few": timed(partial(run, small)),
            "scan": Child("scan", folder, times=3),
        }
        timings = by_turns(sides, min(effort.rounds, 3))
        took, few, scan = (timings.middle(name) for name in sides)
        shown = [
            f"{(took - few) / scan:.3g}",
            f"{max(peaks):.0f}",
            *(f"{one:.3g}" for one in (took, few, libraries, scan)),
        ]
        rows.append((f"{n:,}", str(timings.ratio("run", "scan")), *shown))
        (folder / ROWS).unlink()
    note = (
        "Ten checks over 80 groups, each figure calculated a second time by fairlearn, beside those of the reference "
        f"profile. “Next to no rows”: the same run on {FEW:,} rows; “libraries”: what importing took, as Python tells."
    )
    return Chapter((Table("The whole of `fateaudit run --explain no --report no`", HEAD, tuple(rows), note),))


def _noted(folder: Path, peaks: list[float]) -> None:
    peaks.append(run(folder))


def run(folder: Path) -> float:
    """Run one audit of what is in `folder` and return its peak memory in megabytes."""
    with (
        subprocess.Popen(  # noqa: S603 - this project itself
            [sys.executable, *_command(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        ) as process,
        Watched(process.pid) as watched,
    ):
        code = process.wait()
    if code:
        raise RuntimeError(f"fateaudit run ended with {code}")
    return watched.megabytes


def seconds_of_libraries(folder: Path) -> float:
    """Return what importing takes in a run, as Python itself tells it."""
    command = [sys.executable, "-X", "importtime", *_command(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())  # noqa: S603 - as above
    return sum(map(int, _IMPORT.findall(told.stderr))) / 1e6


def _command(folder: Path) -> list[str]:
    out = folder / f"audit-{next(_number)}"
    options = ["--out", str(out), "--explain", "no", "--report", "no"]
    return ["-m", "fateaudit", "run", str(folder / "fateaudit.yaml"), *options]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in {"CI", "SOURCE_DATE_EPOCH"}}
