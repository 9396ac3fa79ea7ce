"""One group's rows by recorded label and decision, and the rates that are made of them, in exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fateaudit.intervals.worst_pair import UndefinedRatioError

if TYPE_CHECKING:
    from fateaudit.intervals.measures import Measure


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows of one group by recorded label and decision, coded positive and negative as the policy says."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int

    def __post_init__(self) -> None:
        for cell in CELLS:
            value = getattr(self, cell)
            if value != int(value) or value < 0:
                raise ValueError(f"{cell} is a number of rows, not {value}")

    def total(self, cells: tuple[str, ...]) -> int:
        """Return how many rows are in `cells`."""
        return sum(getattr(self, cell) for cell in cells)


CELLS = ("true_positive", "false_negative", "false_positive", "true_negative")
RELABELLED = {
    "true_positive": "false_positive",
    "false_positive": "true_positive",
    "false_negative": "true_negative",
    "true_negative": "false_negative",
}
"""Where a row goes when its label is turned round and its decision stays."""
RATES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "true_positive_rate": (("true_positive",), ("true_positive", "false_negative")),
    "false_negative_rate": (("false_negative",), ("true_positive", "false_negative")),
    "false_positive_rate": (("false_positive",), ("false_positive", "true_negative")),
    "true_negative_rate": (("true_negative",), ("false_positive", "true_negative")),
    "positive_predictive_value": (("true_positive",), ("true_positive", "false_positive")),
    "accuracy": (("true_positive", "true_negative"), CELLS),
}
"""Which rows a rate counts, among which."""
LABEL_FREE = frozenset({"selection_rate", "adverse_rate"})


def exact_comparison(
    rate: str, group: Confusion, reference: Confusion, limit: Fraction | float, measure: Measure
) -> tuple[Fraction, Fraction, Fraction]:
    """Return the two rates and the limit as exact fractions: 0.8 is read as the decimal that was written.

    ValueError for a rate over no rows and for a ratio limit that is not positive; UndefinedRatioError for 0 to 0.
    """
    bound = Fraction(str(limit))
    if measure == "ratio" and bound <= 0:
        raise ValueError(f"a limit on a ratio is positive, not {limit}")
    counted, among = cells_of(rate)
    rates = []
    for table in (group, reference):
        if table.total(among) == 0:
            raise ValueError(f"{rate} has no rows to be counted among")
        rates.append(Fraction(table.total(counted), table.total(among)))
    if measure == "ratio" and not any(rates):
        raise UndefinedRatioError(f"{rate} is 0 in both groups: the ratio is 0 / 0")
    return rates[0], rates[1], bound


def cells_of(rate: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which rows `rate` counts, among which; ValueError for a rate that is not known."""
    if rate not in RATES:
        raise ValueError(f"{rate} is not a rate of labels and decisions; those are: {', '.join(RATES)}")
    return RATES[rate]
