"""What a table states, and what was found about it: plain values.

A figure is a number that another tool computed and printed. A count is what it was computed from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Tool(StrEnum):
    """Who made the table."""

    FAIRLEARN = "fairlearn"
    AEQUITAS = "aequitas"
    AI_VERIFY = "aiverify"
    LOCAL_LAW_144 = "ll144"


TOOL_WORDS: Mapping[Tool, str] = {
    Tool.FAIRLEARN: "a fairlearn table",
    Tool.AEQUITAS: "an Aequitas table",
    Tool.AI_VERIFY: "an AI Verify result",
    Tool.LOCAL_LAW_144: "a Local Law 144 summary",
}


class Verdict(StrEnum):
    """What recomputing a figure showed."""

    FOLLOWS = "follows"
    DOES_NOT_FOLLOW = "does_not_follow"
    CANNOT_BE_CHECKED = "cannot_be_checked"


VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.FOLLOWS: "follows",
    Verdict.DOES_NOT_FOLLOW: "does not follow",
    Verdict.CANNOT_BE_CHECKED: "cannot be checked",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, before anybody knows what they mean. A missing cell is the empty text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def cells(self, column: str) -> tuple[str, ...]:
        """Return one column from top to bottom."""
        place = self.columns.index(column)
        return tuple(row[place] for row in self.rows)

    def at(self, row: int, column: str) -> str:
        """Return one cell."""
        return self.rows[row][self.columns.index(column)]


@dataclass(frozen=True, slots=True)
class Number:
    """A figure as it is printed, and how far from it the true value may lie."""

    text: str
    value: Fraction
    places: int
    """Decimals it is read to: those of its column where the column has had its trailing zeros dropped."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group of one attribute."""

    name: str
    """As it is shown: "race = B"."""
    group: str
    counts: Mapping[str, int]
    """Stated counts by what they count: `tp`, `fp`, `tn`, `fn`, `pos`, `neg`, `pp`, `pn`, `n`."""
    figures: Mapping[str, Number]
    """Stated figures by the name of their column; one that is not stated is absent."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands."""

    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated figure and what became of it."""

    row: str
    column: str
    stated: str
    verdict: Verdict
    follows: str
    """What the counts give instead, in as many digits as tell them apart; empty when they give nothing."""
    because: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """A whole table rechecked."""

    table: str
    tool: Tool
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Figure, ...]:
        """Return the figures with this verdict, in the order of the table."""
        return tuple(figure for figure in self.figures if figure.verdict is verdict)
