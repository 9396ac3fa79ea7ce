"""What a chapter found: aims against what was measured, and tables to read."""

from dataclasses import dataclass
from typing import Literal

from scaling.timing import Ratio


@dataclass(frozen=True, slots=True)
class Aim:
    """One ratio, or one size, that was required."""

    quantity: str
    side: Literal["at least", "at most", "below"]
    aim: float
    measured: float
    unit: str = "×"
    spread: str = ""

    @classmethod
    def of(cls, quantity: str, side: Literal["at least", "at most", "below"], aim: float, ratio: Ratio) -> "Aim":
        """Return the aim of a ratio of times."""
        return cls(quantity, side, aim, ratio.middle, spread=f"{ratio.low:.3g} to {ratio.high:.3g}")

    @property
    def met(self) -> Literal["yes", "NO"]:
        """Whether it is met."""
        reached = {
            "at least": self.measured >= self.aim,
            "at most": self.measured <= self.aim,
            "below": self.measured < self.aim,
        }
        return "yes" if reached[self.side] else "NO"

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of a table."""
        sign = {"at least": "≥", "at most": "≤", "below": "<"}[self.side]
        measured = f"{self.measured:.3g} {self.unit}" if self.unit == "×" else f"{self.measured:.0f} {self.unit}"
        return self.quantity, f"{sign} {self.aim:g} {self.unit}", measured, self.spread, self.met


AIM_HEAD = ("quantity", "aim", "measured", "over the rounds", "met?")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells to read, with a line that says what they are."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one comparison found."""

    tables: tuple[Table, ...]
    aims: tuple[Aim, ...] = ()


def printed(table: Table) -> str:
    """Return a table for a terminal."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.head))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([table.title, *(f"  {line}" for line in shown), *([table.note] if table.note else [])])


def markdown(table: Table) -> str:
    """Return a table for a document."""
    lines = [f"| {' | '.join(cells)} |" for cells in (table.head, *table.rows)]
    rule = f"|{'---|' * len(table.head)}"
    return "\n".join([f"**{table.title}**", "", lines[0], rule, *lines[1:], *(["", table.note] if table.note else [])])
