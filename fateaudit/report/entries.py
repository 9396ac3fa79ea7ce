"""A term and what is said of it: the rows of every two-column list in the report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One row."""

    term: str
    told: str
