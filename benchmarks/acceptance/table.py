"""A row of the acceptance table: what was required, what was measured, and how sure the measurement itself is."""

from dataclasses import dataclass
from typing import Literal

ERRORS = 2
"""Standard errors of the simulation that a figure may lie beyond its aim before the aim counts as missed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity against its aim."""

    id: str
    quantity: str
    side: Literal["at least", "at most"]
    aim: float
    measured: float
    number: int
    """How many tables, samples or audits the figure rests on."""
    unit: Literal["tables", "samples", "audits"]
    """Tables were enumerated: their figure is exact. Samples and audits were drawn."""
    error: float = 0.0
    """Monte-Carlo standard error; 0 where nothing was drawn."""
    at: str = ""
    """Where the measured value was found, when it is the worst of several."""

    @property
    def met(self) -> Literal["yes", "within error", "NO"]:
        """Whether the aim is met, missed by no more than the simulation cannot tell, or missed."""
        short = self.aim - self.measured if self.side == "at least" else self.measured - self.aim
        if short <= 0:
            return "yes"
        return "within error" if short <= ERRORS * self.error else "NO"

    @property
    def aim_text(self) -> str:
        """The aim as a reader writes it."""
        return f"{'≥' if self.side == 'at least' else '≤'} {self.aim:g}"

    @property
    def measured_text(self) -> str:
        """The figure, with its standard error where it has one."""
        return f"{self.measured:.4f}" + (f" ± {self.error:.4f}" if self.error else "")

    @property
    def number_text(self) -> str:
        """How much stands behind the figure."""
        return f"exact, {self.number:,} tables" if self.unit == "tables" else f"{self.number:,} {self.unit}"


def standard_error(share: float, number: int) -> float:
    """Return the standard error of a share of `number` draws; never 0, because a drawn 0 or 1 is not certain."""
    kept_off = (share * number + 1) / (number + 2)
    return float((kept_off * (1 - kept_off) / number) ** 0.5)
