"""How wrong the records would have to be for the answer to be the other one, told in records."""

import math
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.counts import Cell, Counts, Outcome, total
from fateaudit.evidence import LabelBias, Side
from fateaudit.fairness.held import Held
from fateaudit.fairness.rates import Event, Rate
from fateaudit.intervals import (
    Confusion,
    LabelError,
    Measure,
    NoTippingPoint,
    TippingPoint,
    fewest_labels,
    tipping_point,
)
from fateaudit.intervals.confusion import CELLS
from fateaudit.policy import Policy, limit_text
from fateaudit.policy.wording import count_of, units_of

MOST_SOUGHT = 10_000
"""Records among which the fewest are sought: that takes time in proportion to them."""
ONE_IN = Fraction(1, 5)
"""Up to this share, "1 in N" is said; beyond it, so many of every 100."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Coding:
    """A rate as one of the three that tipping points are known for, by which side of label and decision is positive.

    A complement is the same rate with a side renamed: the negative predictive value is the positive one of whoever
    calls the other side positive.
    """

    rate: str
    label: Outcome
    decision: Outcome | None
    """None where decisions play no part: then every row counts as decided positively."""

    def table(self, cells: tuple[Cell, ...]) -> Confusion:
        """Return the rows of a group by label and decision; rows without a label are in none."""

        def rows(*, is_label: bool, is_decision: bool) -> int:
            def holds(cell: Cell) -> bool:
                is_known = cell.label is not None and (cell.label is self.label) is is_label
                return is_known and (self.decision is None or cell.decision is self.decision) is is_decision

            return total(cells, holds)

        return Confusion(
            true_positive=rows(is_label=True, is_decision=True),
            false_negative=rows(is_label=True, is_decision=False),
            false_positive=rows(is_label=False, is_decision=True),
            true_negative=rows(is_label=False, is_decision=False),
        )


def coding_of(rate: Rate, positive: Outcome) -> Coding | None:
    """Return how a rate is coded for a tipping point; None for one that does not depend on labels."""
    if not rate.needs_labels:
        return None
    if not isinstance(rate.counted, Event):
        return Coding("accuracy", Outcome.FAVOURABLE, Outcome.FAVOURABLE)
    counted = rate.counted.role.outcome(positive)
    among = None if rate.among is None else rate.among.role.outcome(positive)
    if rate.counted.of == "label":
        return Coding("positive_predictive_value", counted, among)
    return None if among is None else Coding("true_positive_rate", among, counted)


def find_label_bias(pair: Held, counts: Counts, policy: Policy) -> LabelBias | None:
    """Return the least error in the records that puts the figure at its limit; None where labels play no part."""
    coding = coding_of(pair.plan.metric.rate, policy.columns.coded_positive)
    if coding is None:
        return None
    cells = counts.by_group(pair.plan.of)
    one = coding.table(cells[pair.one.group])
    other = _NOBODY[coding.rate] if pair.other is None else coding.table(cells[pair.other.group])
    fewest = _fewest(pair, coding, one, other)
    least = _least(pair, coding, one, other)
    if least is None:
        said = _without_error(pair, fewest)
        return LabelBias(
            limit=limit_text(pair.limit),
            group=None,
            recorded=None,
            error=None,
            wrong=None,
            fewest=fewest,
            sentence=said,
        )
    table, tally = (one, pair.one) if least.place == "group" or pair.other is None else (other, pair.other)
    recorded = coding.label if least.error is LabelError.E0 else coding.label.other
    wrong, most = (_wrong(table, least.error, chance) for chance in (least.value, least.largest))
    words = policy.words.recorded_favourable if recorded is Outcome.FAVOURABLE else policy.words.recorded_adverse
    records = f"the records of {units_of(policy, pair.plan.of, tally.group)} that say “{words}”"
    return LabelBias(
        limit=limit_text(pair.limit),
        group=tally.group,
        recorded=recorded,
        error=least.value,
        wrong=wrong,
        fewest=fewest,
        sentence=_sentence(pair, f"{_share(wrong, most)} of {records}", fewest),
    )


_NOBODY = {
    "true_positive_rate": Confusion(0, 1, 0, 0),
    "positive_predictive_value": Confusion(0, 0, 1, 0),
    "accuracy": Confusion(0, 1, 0, 0),
}
"""One row with a rate of 0: a rate differs from it by itself, and no possible error in it reaches any target."""


def _measure(pair: Held) -> Measure:
    """Return how the two rates are compared; a rate by itself is its difference from 0."""
    return "ratio" if pair.plan.metric.comparison == "ratio" else "difference"


def _least(pair: Held, coding: Coding, one: Confusion, other: Confusion) -> TippingPoint | None:
    """Return the smaller of the two kinds of error that put the figure at its limit."""
    measure, limit = _measure(pair), pair.limit
    found = [tipping_point(coding.rate, one, other, limit=limit, measure=measure, error=kind) for kind in LabelError]
    points = [point for point in found if isinstance(point, TippingPoint)]
    return min(points, key=lambda point: point.value, default=None)


def _wrong(table: Confusion, error: LabelError, chance: float) -> float:
    """Return which share of the records that say so is wrong, when a share `chance` of the others is recorded so."""
    positive, negative = table.true_positive + table.false_negative, table.false_positive + table.true_negative
    saying, others = (positive, negative) if error is LabelError.E0 else (negative, positive)
    return chance * others / ((1 - chance) * saying)


def _fewest(pair: Held, coding: Coding, one: Confusion, other: Confusion) -> int | None:
    """Return the fewest records that turn the answer; None where none do, or among too many to seek."""
    if one.total(CELLS) + other.total(CELLS) > MOST_SOUGHT:
        return None
    if pair.other is None and coding.rate != "true_positive_rate":
        return _fewest_of_share(pair)
    found = fewest_labels(coding.rate, one, other, limit=pair.limit, measure=_measure(pair), side=pair.side)
    return None if isinstance(found, NoTippingPoint) else found


def _fewest_of_share(pair: Held) -> int:
    """Return by how many records a rate among fixed rows lies from the first number on the other side of its limit."""
    exact, counted = pair.limit * pair.one.denominator, pair.one.numerator
    if pair.side is Side.MIN:
        return math.ceil(exact) - counted if pair.is_beyond else counted - math.ceil(exact) + 1
    return counted - math.floor(exact) if pair.is_beyond else math.floor(exact) + 1 - counted


def _share(wrong: float, most: float) -> str:
    """Return "1 in 10", which is at least `wrong`; where that says too much, "41.7 of every 100"."""
    number = math.floor(1 / wrong + ROUNDING)
    if wrong <= ONE_IN and 1 / number <= most + ROUNDING:
        return f"1 in {number:,}"
    return f"{min(math.ceil(1000 * wrong) / 10, 100):.1f} of every 100"


def _sentence(pair: Held, share: str, fewest: int | None) -> str:
    """Return "If 1 in 38 of the records of … that say … were wrong, this would be within the limit."."""
    if pair.is_beyond:
        told = f"If {share} were wrong, this would be within the limit."
    else:
        told = f"If more than {share} were wrong, this would be beyond the limit."
    return f"{told}{_by_few(fewest)}"


def _without_error(pair: Held, fewest: int | None) -> str:
    if pair.is_at_limit:
        return f"The figure is exactly at the limit, taking the records as they are.{_by_few(fewest)}"
    return f"No error of one kind in the records of one group would change the answer.{_by_few(fewest)}"


def _by_few(fewest: int | None) -> str:
    """Return how many records do it when they are picked for it: how thin the answer is, not how likely that is."""
    if fewest is None:
        return ""
    return f" At the least, {count_of(fewest, 'record')} would have to be the other way round."
