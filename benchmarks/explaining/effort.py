"""How much is measured: everything for the record, less on a change."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """The sizes of one run."""

    name: str
    rounds: int
    """Seeds: data are made anew with each."""
    rows: int


FULL = Effort(name="full", rounds=20, rows=1_200)
QUICK = Effort(name="quick", rounds=4, rows=600)
