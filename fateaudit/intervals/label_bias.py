"""How wrong the recorded labels would have to be to move a figure to its limit.

Labels are records, and a record can err more often in one group than in another. Each direction of error is taken by
itself: `e0` is the chance that a true negative is recorded as positive, `e1` that a true positive is recorded as
negative, in one group, whatever the decision was. The verdict asked about is that of the figure, not of its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias

from fateaudit.intervals.confusion import LABEL_FREE, Confusion, cells_of, exact_comparison
from fateaudit.intervals.measures import Measure

Place: TypeAlias = Literal["group", "reference"]


class LabelError(StrEnum):
    """A direction in which a recorded label can be wrong."""

    E0 = "e0"
    """A true negative recorded as positive."""
    E1 = "e1"
    """A true positive recorded as negative."""


class NoTippingPoint(StrEnum):
    """Why there is no error rate to state, in the words of a report."""

    NO_ERROR = "no error of this kind turns it"
    NO_LABELS = "it does not depend on labels"
    AT_LIMIT = "it is exactly at the limit as recorded"


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The least error that moves the comparison to the limit; anything beyond turns the verdict of the figure."""

    error: LabelError
    place: Place
    """Whose labels are wrong."""
    value: float
    """The chance of the error, in (0, 1)."""
    largest: float
    """The largest chance that the recorded counts leave possible."""


def tipping_point(  # noqa: PLR0913 - a rate in two groups, a limit, and a direction of error
    rate: str, group: Confusion, reference: Confusion, *, limit: Fraction | float, measure: Measure, error: LabelError
) -> TippingPoint | NoTippingPoint:
    """Return the least chance of `error`, in the group or in the reference, that puts the comparison at `limit`.

    If records err with e0 and e1 whatever the decision d, the true positives with decision d are
    (a_d - e0 N_d) / (1 - e0 - e1) and the true negatives (b_d - e1 N_d) / (1 - e0 - e1), of a_d and b_d recorded and
    N_d = a_d + b_d. A rate is a quotient of sums of these, so a target t is reached at a quotient too:
    TPR at e0 = (a1 - t a) / (N1 - t N), FPR at e1 = (b1 - t b) / (N1 - t N), PPV r at e1 = 1 - r/t or
    e0 = (r - t) / (1 - t), complements and accuracy likewise. TPR does not depend on e1, nor FPR on e0.
    The target of the group is limit x reference (or reference + limit), that of the reference is found backwards.
    An error is possible as long as no corrected count is negative: 0 < e0 <= min a_d/N_d, 0 < e1 <= min b_d/N_d.
    Counts and limit are exact; a limit such as 0.8 is read as the decimal it was written as.

    ValueError for an unknown rate, a rate over no rows or a ratio limit that is not positive; UndefinedRatioError for a
    ratio of 0 to 0.

    Source: Rogan and Gladen (1978), Estimating prevalence from the results of a screening test, within each decision.
    """
    if rate in LABEL_FREE:
        return NoTippingPoint.NO_LABELS
    observed, against, bound = exact_comparison(rate, group, reference, limit, measure)
    target, backwards = (
        (bound * against, observed / bound) if measure == "ratio" else (against + bound, observed - bound)
    )
    if observed == target:
        return NoTippingPoint.AT_LIMIT
    places: tuple[tuple[Place, Confusion, Fraction], ...] = (
        ("group", group, target),
        ("reference", reference, backwards),
    )
    found = [point for place, table, wanted in places if (point := _in_one_place(rate, table, wanted, error, place))]
    return min(found, key=lambda point: point.value, default=NoTippingPoint.NO_ERROR)


def _in_one_place(
    rate: str, table: Confusion, target: Fraction, error: LabelError, place: Place
) -> TippingPoint | None:
    """Return the error in one group's labels that gives its rate the value `target`, if the counts allow it."""
    wrong = wrong_per_error(table, error)
    counted, among = cells_of(rate)
    slope = sum(wrong[cell] for cell in counted) - target * sum(wrong[cell] for cell in among)
    if slope == 0:
        return None
    value = (table.total(counted) - target * table.total(among)) / slope
    largest = largest_error(table, error)
    # At the largest error a denominator can vanish: the quotient then reads 0 / 0 and fits every target.
    left = table.total(among) - value * sum(wrong[cell] for cell in among)
    if not (0 < value <= largest and value < 1 and left > 0):
        return None
    return TippingPoint(error, place, float(value), float(largest))


def largest_error(table: Confusion, error: LabelError) -> Fraction:
    """Return the largest chance of `error` that leaves no corrected count negative; the table has rows."""
    wrong = wrong_per_error(table, error)
    return min(Fraction(getattr(table, cell), size) for cell, size in wrong.items() if size)


def wrong_per_error(table: Confusion, error: LabelError) -> dict[str, int]:
    """Return by how much each count is too large per unit of `error`: N_d for the counts that the error feeds."""
    selected = table.true_positive + table.false_positive
    others = table.false_negative + table.true_negative
    if error is LabelError.E0:
        return {"true_positive": selected, "false_negative": others, "false_positive": 0, "true_negative": 0}
    return {"true_positive": 0, "false_negative": 0, "false_positive": selected, "true_negative": others}
