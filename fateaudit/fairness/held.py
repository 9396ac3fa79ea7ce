"""The one comparison that a value is about: which group, against which, and the end of the limit it is nearest to."""

import math
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.evidence import Convention, Side
from fateaudit.fairness.figures import Figures
from fateaudit.fairness.plans import WORST_PAIR, Plan, Tally
from fateaudit.policy import sides_to_judge


@dataclass(frozen=True, slots=True)
class Held:
    """One group's rate against another's, in this order, or by itself.

    A limit on a gap between extreme groups has no sign; here it has that of this pair, as it has for a named reference.
    """

    plan: Plan
    one: Tally
    other: Tally | None
    """None for a limit on the rate itself."""
    ends: tuple[tuple[Side, Fraction], ...]
    side: Side
    limit: Fraction
    """The end that the value is beyond or, where it is within all of them, the one nearest to it."""

    @property
    def value(self) -> Fraction | None:
        """The figure, exactly; None for a ratio to a rate of 0."""
        return _value(self.plan, self.one, self.other)

    @property
    def is_beyond(self) -> bool:
        """Whether the figure is beyond the limit; exactly at it is within."""
        return _is_beyond(self.value, self.side, self.limit)

    @property
    def is_at_limit(self) -> bool:
        """Whether the figure is exactly at the limit."""
        return self.value == self.limit


def held(plan: Plan, figures: Figures) -> Held:
    """Return the comparison that the value of `figures` is about."""
    by_group = {tally.group: tally for tally in plan.judged}
    one = by_group[figures.compared]
    other = None if figures.reference is None else by_group[figures.reference]
    ends = sides_to_judge(plan.check, plan.convention)
    if other is not None and plan.metric.comparison == "difference" and plan.convention in WORST_PAIR:
        is_less = one.rate < other.rate or (one.rate == other.rate and plan.convention is not Convention.TO_LOWEST)
        ends = tuple((Side.MIN, -limit) if is_less else (Side.MAX, limit) for _, limit in ends)
    value = _value(plan, one, other)
    beyond = [end for end in ends if _is_beyond(value, *end)]
    side, limit = beyond[0] if beyond else min(ends, key=lambda end: _distance(plan, value, end[1]))
    return Held(plan, one, other, ends, side, limit)


def _value(plan: Plan, one: Tally, other: Tally | None) -> Fraction | None:
    rate = Fraction(one.numerator, one.denominator)
    if other is None:
        return rate
    against = Fraction(other.numerator, other.denominator)
    if plan.metric.comparison == "difference":
        return rate - against
    return rate / against if against else None


def _is_beyond(value: Fraction | None, side: Side, limit: Fraction) -> bool:
    if value is None:
        return side is Side.MAX
    return value < limit if side is Side.MIN else value > limit


def _distance(plan: Plan, value: Fraction | None, limit: Fraction) -> float:
    if plan.metric.comparison == "ratio":
        return abs(math.log(value / limit)) if value else math.inf
    return abs(float((value or 0) - limit))
