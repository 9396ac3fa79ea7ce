"""How much is computed: everything for the record, less on every change, next to nothing in a unit test."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Cell = TypeVar("Cell")

SEED = 20261121


@dataclass(frozen=True, slots=True)
class Effort:
    """The size of one run."""

    name: str
    every: int
    """Of each list of situations, take the first and every so manieth after it."""
    samples: int
    """Draws for each situation of a simulated interval."""
    again: int
    """Draws for the worst situations, a second time: the lowest of many noisy figures is too low."""
    audits: int
    """Audits for each verdict, from counts to finding."""
    in_full: int
    """Of those, how many are made once more with nothing left out."""

    def of(self, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """Return the situations that this run looks at."""
        return tuple(cells[:: self.every])


FULL = Effort(name="full", every=1, samples=2_000, again=10_000, audits=3_000, in_full=3)
# Every fifth, because claims below and above a limit alternate.
QUICK = Effort(name="quick", every=5, samples=400, again=2_000, audits=250, in_full=1)
