"""The rates that disparities are made of, as data: what is counted, among which rows.

Every rate is a quotient of two sums over the table of counts. Adding one is a line in `RATES` and a line in
`second.functions`; its ratio and its difference come with it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from fateaudit.counts import Cell, Outcome
from fateaudit.intervals import WeightedRate, weighted_rate


class Role(StrEnum):
    """A side of the outcome, by what it means for the person or by how the policy codes it."""

    FAVOURABLE = "favourable"
    ADVERSE = "adverse"
    POSITIVE = "positive"
    NEGATIVE = "negative"

    def outcome(self, positive: Outcome) -> Outcome:
        """Return the outcome, given which one the policy calls positive."""
        match self:
            case Role.FAVOURABLE:
                return Outcome.FAVOURABLE
            case Role.ADVERSE:
                return Outcome.ADVERSE
            case Role.POSITIVE:
                return positive
            case Role.NEGATIVE:
                return positive.other


@dataclass(frozen=True, slots=True)
class Event:
    """The label, or the decision, is on this side."""

    of: Literal["label", "decision"]
    role: Role

    def holds(self, cell: Cell, positive: Outcome) -> bool:
        """Whether it holds for the rows of `cell`."""
        return (cell.label if self.of == "label" else cell.decision) is self.role.outcome(positive)


@dataclass(frozen=True, slots=True)
class Rate:
    """Rows of an event over rows of a condition."""

    term: str
    """The field's term."""
    counted: Event | Literal["agreement", "above_median"]
    """What is in the numerator; "agreement" is that label and decision are on the same side, "above_median" that the
    score is above the median of all: then decisions stand for that, and it needs scores."""
    among: Event | None = None
    """Which rows are in the denominator; None is all of them."""

    @property
    def needs_labels(self) -> bool:
        """Whether rows without a label are left out of both numerator and denominator."""
        events = (self.counted, self.among)
        return any(event == "agreement" or (isinstance(event, Event) and event.of == "label") for event in events)

    @property
    def needs_positive(self) -> bool:
        """Whether the policy must say which side is positive."""
        events = [event for event in (self.counted, self.among) if isinstance(event, Event)]
        return any(event.role in {Role.POSITIVE, Role.NEGATIVE} for event in events)

    def is_better_higher(self, positive: Outcome) -> bool:
        """Whether a person is better off in a group where this rate is higher.

        It is when the rate counts favourable outcomes, or decisions that agree with the records.
        """
        if not isinstance(self.counted, Event):
            return True
        if self.counted.of == "label" and self.among is not None:
            # Among those decided in one way: better off where more of the decisions agree with the records.
            return self.counted.role.outcome(positive) is self.among.role.outcome(positive)
        return self.counted.role.outcome(positive) is Outcome.FAVOURABLE

    def count(self, cells: tuple[Cell, ...], positive: Outcome) -> tuple[int, int]:
        """Return numerator and denominator over `cells`."""
        counted, others = self._split(cells, positive)
        numerator = sum(cell.n for cell in counted)
        return numerator, numerator + sum(cell.n for cell in others)

    def weigh(self, cells: tuple[Cell, ...], positive: Outcome) -> WeightedRate | None:
        """Return the same with every row counted by its weight; None where no row is in the denominator."""
        counted, others = self._split(cells, positive)
        if not (counted or others):
            return None
        return weighted_rate(
            success_weight=sum(cell.weight or 0.0 for cell in counted),
            failure_weight=sum(cell.weight or 0.0 for cell in others),
            success_squares=sum(cell.squares or 0.0 for cell in counted),
            failure_squares=sum(cell.squares or 0.0 for cell in others),
        )

    def _split(self, cells: tuple[Cell, ...], positive: Outcome) -> tuple[list[Cell], list[Cell]]:
        """Return the cells of the numerator, and the others of the denominator."""

        def is_among(cell: Cell) -> bool:
            known = cell.label is not None or not self.needs_labels
            return known and (self.among is None or self.among.holds(cell, positive))

        def is_counted(cell: Cell) -> bool:
            if self.counted == "agreement":
                return cell.label is cell.decision
            if self.counted == "above_median":
                return cell.decision is Outcome.FAVOURABLE
            return self.counted.holds(cell, positive)

        among = [cell for cell in cells if is_among(cell)]
        return [cell for cell in among if is_counted(cell)], [cell for cell in among if not is_counted(cell)]


_DECIDED = {role: Event("decision", role) for role in Role}
_LABELLED = {role: Event("label", role) for role in Role}

RATES: dict[str, Rate] = {
    "selection_rate": Rate("selection rate", _DECIDED[Role.FAVOURABLE]),
    "adverse_rate": Rate("adverse rate", _DECIDED[Role.ADVERSE]),
    "true_positive_rate": Rate("true positive rate", _DECIDED[Role.POSITIVE], _LABELLED[Role.POSITIVE]),
    "false_positive_rate": Rate("false positive rate", _DECIDED[Role.POSITIVE], _LABELLED[Role.NEGATIVE]),
    "false_negative_rate": Rate("false negative rate", _DECIDED[Role.NEGATIVE], _LABELLED[Role.POSITIVE]),
    "true_negative_rate": Rate("true negative rate", _DECIDED[Role.NEGATIVE], _LABELLED[Role.NEGATIVE]),
    "positive_predictive_value": Rate("positive predictive value", _LABELLED[Role.POSITIVE], _DECIDED[Role.POSITIVE]),
    "negative_predictive_value": Rate("negative predictive value", _LABELLED[Role.NEGATIVE], _DECIDED[Role.NEGATIVE]),
    "false_discovery_rate": Rate("false discovery rate", _LABELLED[Role.NEGATIVE], _DECIDED[Role.POSITIVE]),
    "false_omission_rate": Rate("false omission rate", _LABELLED[Role.POSITIVE], _DECIDED[Role.NEGATIVE]),
    "wrong_adverse_rate": Rate("wrong adverse rate", _DECIDED[Role.ADVERSE], _LABELLED[Role.FAVOURABLE]),
    "wrong_adverse_share": Rate("wrong adverse share", _LABELLED[Role.FAVOURABLE], _DECIDED[Role.ADVERSE]),
    "wrong_favourable_rate": Rate("wrong favourable rate", _DECIDED[Role.FAVOURABLE], _LABELLED[Role.ADVERSE]),
    "accuracy": Rate("accuracy", "agreement"),
    "base_rate": Rate("base rate", _LABELLED[Role.FAVOURABLE]),
}
"""Wrong-adverse and wrong-favourable rates are error rates named by what they do to the person: no word on which side
is positive is needed."""

SCORING: dict[str, Rate] = {"scoring_rate": Rate("scoring rate", "above_median")}
"""The share of a group whose score is strictly above the median score of all rows (New York City, Local Law 144)."""

EXCLUDING = frozenset({"selection_rate_ratio", "scoring_rate_ratio"})
"""Metrics of which that law lets small categories be left out."""

Comparison = Literal["level", "ratio", "difference"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate itself, or a comparison of it between groups."""

    name: str
    rate_name: str
    rate: Rate
    comparison: Comparison

    @property
    def needs_rows(self) -> bool:
        """Whether it cannot be found again from a table of counts."""
        return self.rate.counted == "above_median"

    @property
    def needs_positive(self) -> bool:
        """Whether the policy must say which side is positive."""
        return self.rate.needs_positive


def metrics_of(rates: dict[str, Rate]) -> dict[str, Metric]:
    """Return each rate as a level, a ratio and a difference, by metric name."""
    levels = {name: Metric(name, name, rate, "level") for name, rate in rates.items()}
    ratios = {f"{name}_ratio": Metric(f"{name}_ratio", name, rate, "ratio") for name, rate in rates.items()}
    differences = {
        f"{name}_difference": Metric(f"{name}_difference", name, rate, "difference") for name, rate in rates.items()
    }
    return levels | ratios | differences
