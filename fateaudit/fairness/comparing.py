"""Groups against each other, or each against a limit, when all that is known of each is an estimate and its bounds.

Bounds of a difference and of a ratio come from the bounds of its two groups, as Newcombe's interval comes from two of
Wilson's: so one rule serves areas under curves, means and indices.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy.stats import norm

from fateaudit.counts import Group
from fateaudit.evidence import PairClaim, Side
from fateaudit.fairness.delta import Scale
from fateaudit.intervals import range_quantile
from fateaudit.policy import limit_text

Bounds = Callable[[float, float], tuple[float, float]]
"""One-sided bounds: the levels of the lower and of the upper one in, both bounds out."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """One group's number, with its bounds."""

    value: float
    standard_error: float | None
    bounds: Bounds

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return the two-sided interval that leaves out `alpha`, half on either side."""
        return self.bounds(alpha / 2, alpha / 2)


@dataclass(frozen=True, slots=True)
class Compared:
    """A number that is held against a limit, and the group it is about."""

    group: Group
    value: float
    bounds: Bounds


def difference(one: Estimated, other: Estimated, scale: Scale) -> Bounds:
    """Return the bounds of `one` less `other`: squares of the distances to the single bounds add up.

    Source: Zou and Donner (2008), Construction of confidence limits about effect measures.
    """
    widest = scale.high - scale.low

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        apart = one.value - other.value
        low1, high1 = one.bounds(alpha_low, alpha_high)
        low0, high0 = other.bounds(alpha_high, alpha_low)
        low = apart - math.hypot(one.value - low1, high0 - other.value)
        high = apart + math.hypot(high1 - one.value, other.value - low0)
        return max(low, -widest), min(high, widest)

    return bounds


def ratio(one: Estimated, other: Estimated) -> Bounds:
    """Return the bounds of `one` over `other`: those of the difference of their logarithms; both are at least 0."""

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        low1, high1 = one.bounds(alpha_low, alpha_high)
        low0, high0 = other.bounds(alpha_high, alpha_low)
        inverse = _low_ratio(other.value, low0, one.value, high1)
        return _low_ratio(one.value, low1, other.value, high0), 1 / inverse if inverse else math.inf

    return bounds


def _low_ratio(value: float, low: float, other: float, other_high: float) -> float:
    """Return the lower end of `value` over `other`; of the inverse it gives the upper end."""
    if min(value, low) <= 0:
        return 0.0
    if other <= 0:
        # What is 0 has no logarithm: the two bounds themselves are the cautious end.
        return low / other_high
    return math.exp(math.log(value / other) - math.hypot(math.log(value / low), math.log(other_high / other)))


def quotient(one: float, other: float) -> float | None:
    """Return one value over another; None for 0 to 0."""
    if other == 0:
        return None if one == 0 else math.inf
    return one / other


def claims_of(
    compared: Sequence[Compared], sides: Iterable[tuple[Side, Fraction]], *, near: float, far: float
) -> tuple[PairClaim, ...]:
    """Return one claim for each end of a limit that every one of `compared` should keep.

    The near end is the strongest sign, at level `near`, that one of them does not; the far end is the worst, at level
    `far`, that any of them may be.
    """
    found = []
    for side, limit in sides:
        ends = [(one, *_ends(one, side, near=near, far=far)) for one in compared]
        pick = min if side is Side.MIN else max
        beyond = tuple(one.group for one, end, _ in ends if (end < limit if side is Side.MIN else end > limit))
        found.append(
            PairClaim(
                side=side,
                limit=limit_text(limit),
                ends=(pick(end for _, end, _ in ends), pick(end for _, _, end in ends)),
                beyond=tuple(dict.fromkeys(beyond)),
            )
        )
    return tuple(found)


def _ends(one: Compared, side: Side, *, near: float, far: float) -> tuple[float, float]:
    if side is Side.MIN:
        low, high = one.bounds(far, near)
        return high, low
    low, high = one.bounds(near, far)
    return low, high


def simultaneous(groups: int, alpha: float) -> float:
    """Return the one-sided level at which every pair of `groups` may be compared at once, by the studentised range."""
    return float(norm.sf(range_quantile(groups, alpha)))
