"""How wrong the recorded labels would have to be to change what a test of the limit says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fateaudit.evidence import Side
from fateaudit.intervals.confusion import LABEL_FREE, Confusion, exact_comparison
from fateaudit.intervals.label_bias import LabelError, NoTippingPoint, Place, TippingPoint, largest_error
from fateaudit.intervals.label_correction import corrected_rate
from fateaudit.intervals.measures import TESTS, Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

STEPS = 64
"""Errors at which a verdict is looked at, before the first change is refined: p-values move in small jumps."""
HALVINGS = 24
"""Halvings of the step in which it changes."""
ALMOST = 1 - 1e-9
"""The largest possible error itself can leave no rows."""


@dataclass(frozen=True, slots=True)
class JudgedLimit:
    """A limit with the levels at which it is judged."""

    measure: Measure
    value: Fraction | float
    side: Side
    alpha_beyond: float
    """The level of "not met", divided by the claims of the family."""
    alpha_within: float

    def verdict(self, group: tuple[int, int], reference: tuple[int, int]) -> int:
        """Return -1 for not met, 1 for met, 0 where it cannot be told."""
        tested = TESTS[self.measure](*group, *reference, limit=float(self.value))
        beyond, within = tested.p_below, tested.p_above
        if self.side is Side.MAX:
            beyond, within = within, beyond
        if beyond <= self.alpha_beyond:
            return -1
        return 1 if within <= self.alpha_within else 0


def turning_error(
    rate: str, group: Confusion, reference: Confusion, limit: JudgedLimit, *, error: LabelError
) -> TippingPoint | NoTippingPoint:
    """Return the least chance of `error`, in the group or in the reference, at which the tested verdict changes.

    The verdict is that of the E-test: not met, met, or cannot tell; a change to any other of the three counts. The
    test takes `corrected_rate` and its effective trials, rounded to whole numbers. The error is found at steps of a
    64th of the largest possible one, by halving the first step with a change: a change undone within one step is
    not seen. Errors as for `tipping_point`, the limit's value included.

    Source: as for `tipping_point`; the E-test of Krishnamoorthy and Thomson (2004).
    """
    if rate in LABEL_FREE:
        return NoTippingPoint.NO_LABELS
    exact_comparison(rate, group, reference, limit.value, limit.measure)
    places: tuple[tuple[Place, Confusion], ...] = (("group", group), ("reference", reference))
    found = []
    for place, table in places:
        largest = float(largest_error(table, error))
        tables = (group, reference) if place == "group" else (reference, group)
        value = _first_turn(_verdicts(rate, *tables, limit, error, place), largest)
        if value is not None:
            found.append(TippingPoint(error, place, value, largest))
    return min(found, key=lambda point: point.value, default=NoTippingPoint.NO_ERROR)


def _verdicts(  # noqa: PLR0913, PLR0917 - which rate errs where, and what it is judged by
    rate: str, erring: Confusion, fixed: Confusion, limit: JudgedLimit, error: LabelError, place: Place
) -> Callable[[float], int]:
    """Return the verdict as a function of the error in `erring`, which is the group or the reference."""
    right = whole_count(rate, fixed, error, 0.0)

    def verdict(chance: float) -> int:
        wrong = whole_count(rate, erring, error, chance)
        return limit.verdict(wrong, right) if place == "group" else limit.verdict(right, wrong)

    return verdict


def whole_count(rate: str, table: Confusion, error: LabelError, chance: float) -> tuple[int, int]:
    """Return successes and trials, rounded, of the rate under an error; one trial at least."""
    p, trials = corrected_rate(rate, table, **{error.value: chance})
    return round(p * trials), max(1, round(trials))


def _first_turn(verdict: Callable[[float], int], largest: float) -> float | None:
    recorded, low = verdict(0.0), 0.0
    for step in range(1, STEPS + 1):
        high = largest * ALMOST * step / STEPS
        if verdict(high) != recorded:
            break
        low = high
    else:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if verdict(middle) == recorded else (low, middle)
    return high
