"""Both sides of a comparison by turns, so that whatever else the machine does slows both."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Self

Side = Callable[[], float]
"""Does the work once and returns the seconds that it took."""

BENCHMARKS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long one side takes as the other, over all rounds."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True, slots=True)
class Timings:
    """The seconds of each side, round by round."""

    seconds: Mapping[str, list[float]]

    def middle(self, name: str) -> float:
        """Return the median seconds of a side."""
        return median(self.seconds[name])

    def ratio(self, name: str, to: str) -> Ratio:
        """Return how many times as long `name` takes as `to`: each round by itself, then the median."""
        ratios = [one / other for one, other in zip(self.seconds[name], self.seconds[to], strict=True)]
        return Ratio(median(ratios), min(ratios), max(ratios))


def timed(work: Callable[[], object]) -> Side:
    """Return a side that does `work` in this process."""

    def side() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return side


def by_turns(sides: Mapping[str, Side], rounds: int) -> Timings:
    """Let every side do its work once, unseen, and then `rounds` times by turns; every other round backwards."""
    for side in sides.values():
        side()
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds):
        for name in list(sides)[:: -1 if turn % 2 else 1]:
            seconds[name].append(sides[name]())
    return Timings(seconds)


@dataclass(slots=True)
class Child:
    """A piece of work of `scaling.child`, done in a process of its own: a side that remembers its peak memory."""

    work: str
    folder: Path
    times: int = 1
    """How often one turn does it; the median counts."""
    megabytes: float = 0.0
    """The most that it ever held, with every process that it started."""
    found: object = None
    """What the work found, so that sides can be held against each other."""

    def __call__(self) -> float:
        """Do it and return the seconds, without those of loading libraries."""
        command = [sys.executable, "-W", "ignore", "-m", "scaling.child", self.work, str(self.folder), str(self.times)]
        environment = {**os.environ, "PYTHONPATH": str(BENCHMARKS)}
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process,  # noqa: S603 - itself
            Watched(process.pid) as watched,
        ):
            said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{self.work} ended with {process.returncode}")
        told = json.loads(said.splitlines()[-1])
        self.found = told["found"]
        self.megabytes = max(self.megabytes, watched.megabytes, told["megabytes"])
        return float(told["seconds"])


class Watched:
    """The most memory that a process and those that it started have held, as far as Linux tells.

    Each process is counted at its own peak, so that the sum is never too low, but for its last 20 milliseconds.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, float] = {}
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def megabytes(self) -> float:
        """The sum of the peaks."""
        return sum(self._peaks.values())

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            for pid in _family(self._pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0.0), peak_megabytes(pid))


def _family(pid: int) -> list[int]:
    """Return a process and all that came from it."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(member for child in listed for member in _family(int(child)))]


def peak_megabytes(pid: int | str = "self") -> float:
    """Return the most memory that a process has held; 0 where nobody tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
