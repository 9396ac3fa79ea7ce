"""One-sided claims about two rates and a limit: is the truth above it, is the truth below it.

The p-values are those of E-tests: the score decides what is more extreme, and binomial counts at the likeliest rates
under the limit decide how probable that is. At the levels that many groups force on an audit the normal tail is up
to five times too small for "above", and far too large for "below" at low rates. Rates nearby are asked too, because
against a much larger group the likeliest rates alone make a p-value little more than half of what it should be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from scipy import special, stats

from fateaudit.intervals.scores import DIFFERENCE, RATIO, Array, Scale, Table, check_whole, score

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Side: TypeAlias = Literal["above", "below"]

TIE = 1e-9
"""Scores this close are equal: tables that tie on paper differ by rounding."""
WINDOW = 8
"""Standard deviations of a count that are summed; what lies outside has a probability under 1e-14."""
MARGIN = 12
"""Counts added to the window, because eight deviations of a count expected 0.01 times end before 2."""
NORMAL_FROM = 100_000
"""Smallest restricted expected count from which the normal tail stands in for the sum.

The normal tail is good enough from 200 on, but there it is off by a fifth at a level of .001. The sum is cheap, so it
is taken until the two agree within two hundredths, and a bound meets no visible step where one takes over.
"""
NEARBY = (0.0, -2.0, -1.0, 1.0, 2.0)
"""Where else a p-value is summed: standard errors from the likeliest rates, which come first."""
TOLERATED = 1.15
"""How many times the p-value a sum nearby may be before it raises it: levels stay under 1.2 times the nominal one."""
ASKED_NEARBY_FROM = 30
"""Fewest people of either group from which rates nearby are asked; a policy judges no smaller group by default.

Below that some p-values are up to half too small, published worked values among them: see docs/decisions/0010.
"""


@dataclass(frozen=True, slots=True)
class LimitTest:
    """What the data say about a limit.

    `z` is the score, positive above the limit. `p_above` is the p-value of the claim "the truth is above the limit"
    (against: at most the limit); `p_below` that of "the truth is below the limit" (against: at least the limit). A
    small p-value supports its claim. Both count the observed table, so they add up to 1 or more, up to rounding.
    """

    z: float
    p_above: float
    p_below: float


def ratio_test(x1: int, n1: int, x0: int, n0: int, *, limit: float) -> LimitTest:
    """Test the claims that the true ratio p1 / p0 is above, and below, `limit` in (0, inf).

    A table without any success says nothing: both p-values are 1. ValueError for a group without trials, an
    impossible count, or a limit that is not positive and finite.

    Source: Miettinen and Nurminen (1985) for the score; Krishnamoorthy and Thomson (2004) for the E-test.
    """
    if not (math.isfinite(limit) and limit > 0):
        raise ValueError(f"a limit on a ratio is positive and finite, not {limit}")
    return _test(RATIO, whole_table(x1, n1, x0, n0), limit)


def difference_test(x1: int, n1: int, x0: int, n0: int, *, limit: float) -> LimitTest:
    """Test the claims that the true difference p1 - p0 is above, and below, `limit` in (-1, 1).

    ValueError for a group without trials, an impossible count, or a limit outside (-1, 1).

    Source: as for `ratio_test`.
    """
    if not -1 < limit < 1:
        raise ValueError(f"a limit on a difference of rates lies strictly between -1 and 1, not at {limit}")
    return _test(DIFFERENCE, whole_table(x1, n1, x0, n0), limit)


def whole_table(x1: int, n1: int, x0: int, n0: int) -> Table:
    """Check two whole counts and hold them as a table; ValueError for anything else."""
    check_whole(x1, n1)
    check_whole(x0, n0)
    return Table.from_counts(x1, n1, x0, n0)


def _test(scale: Scale, table: Table, limit: float) -> LimitTest:
    return LimitTest(
        z=float(score(scale, table, np.asarray(limit))),
        p_above=p_value(scale, table, limit, side="above"),
        p_below=p_value(scale, table, limit, side="below"),
    )


def p_value(scale: Scale, table: Table, limit: float, *, side: Side) -> float:
    """Return how probable a score at least as far on `side` as the observed one is, if the limit holds exactly.

    That is its probability at the restricted rates, or, where more, the largest one at rates nearby over `TOLERATED`.
    """
    p1, p0 = scale.restrict(table, np.asarray(limit))
    expected = (table.n1 * p1, table.n1 * (1 - p1), table.n0 * p0, table.n0 * (1 - p0))
    if min(expected) >= NORMAL_FROM:
        z = score(scale, table, np.asarray(limit))
        return float(special.ndtr(-z if side == "above" else z))
    if _deviation(table.n0, p0) < _deviation(table.n1, p1):
        # Sum over the group with the shorter list of likely counts; the other is summed in closed form.
        table, limit, p0 = table.swapped(), scale.exchange(limit), p1
        side = "below" if side == "above" else "above"
    chances = _enumerate(scale, table, limit, rates=_rates(scale, table, limit, float(p0)), side=side)
    return min(max(float(chances[0]), float(chances.max()) / TOLERATED), 1.0)


def _deviation(trials: Array, rate: Array) -> float:
    return math.sqrt(float(trials * rate * (1 - rate)))


def _rates(scale: Scale, table: Table, limit: float, likeliest: float) -> tuple[Array, Array]:
    """Return rates of both groups on the line of the limit: at the likeliest rate of group 0, and nearby.

    The ends of the line stop a step that would go beyond them.
    """
    slope, offset = (float(part) for part in scale.line(np.asarray(limit)))
    p0 = np.asarray([likeliest])
    if min(table.n1, table.n0) >= ASKED_NEARBY_FROM:
        steps = np.asarray(NEARBY) * _standard_error(table, slope, offset, likeliest)
        p0 = np.clip(likeliest + steps, max(0.0, -offset / slope), min(1.0, (1 - offset) / slope))
    return np.clip(slope * p0 + offset, 0.0, 1.0), p0


def _standard_error(table: Table, slope: float, offset: float, p0: float) -> float:
    """Return the standard error of the restricted rate of group 0, by the Fisher information of both groups.

    Of both, so that it is the same step along the line when the groups are exchanged.
    """
    p1 = min(max(slope * p0 + offset, 0.0), 1.0)
    of_1, of_0 = p1 * (1 - p1) / float(table.n1), p0 * (1 - p0) / float(table.n0)
    both = of_1 + slope * slope * of_0
    return math.sqrt(of_0 * of_1 / both) if both > 0 else 0.0


def _enumerate(scale: Scale, table: Table, limit: float, *, rates: tuple[Array, Array], side: Side) -> Array:
    """Sum the binomial probabilities, at each of the rates, of all tables as extreme on `side` as `table` is.

    The score falls with every success of group 0. So for each count of group 1 the extreme tables are the counts of
    group 0 up to some number ("above") or from some number on ("below"), and a binomial tail is their probability:
    the same sum as over the grid of all pairs, with memory for one row. Which tables are extreme does not depend on
    the rates, and finding them is what takes time.
    """
    x1, size = _likely_counts(int(table.n1), rates[0]), int(table.n0)

    def scores_of(x0: Array) -> Array:
        return score(scale, Table(x1, table.n1, x0, table.n0), np.asarray(limit))

    observed = float(score(scale, table, np.asarray(limit)))
    if side == "above":
        counted = _count_leading(lambda x0: scores_of(x0) >= observed - TIE, x1.shape, size)
    else:
        counted = _count_leading(lambda x0: scores_of(x0) > observed + TIE, x1.shape, size)
    # With no count before it, and with all of them, the tail is exactly 0 or 1.
    tail = stats.binom.cdf if side == "above" else stats.binom.sf
    p1, p0 = (rate[:, np.newaxis] for rate in rates)
    chances: Array = (stats.binom.pmf(x1, int(table.n1), p1) * tail(counted - 1, size, p0)).sum(axis=1)
    return chances


def _likely_counts(trials: int, rates: Array) -> Array:
    """Return the counts that are likely at any of the rates, from the first to the last."""
    centres, reaches = trials * rates, WINDOW * np.sqrt(trials * rates * (1 - rates)) + MARGIN
    first, last = math.floor((centres - reaches).min()), math.ceil((centres + reaches).max())
    return np.arange(max(0, first), min(trials, last) + 1, dtype=np.float64)


def _count_leading(holds: Callable[[Array], NDArray[np.bool_]], shape: tuple[int, ...], size: int) -> Array:
    """Return for how many of the counts 0, 1, ..., size `holds` is true, given that it is true up to some count."""
    low, high = np.zeros(shape), np.full(shape, float(size + 1))
    for _ in range((size + 1).bit_length()):
        middle = np.minimum(np.floor((low + high) / 2), size)
        beyond = holds(middle) & (low < high)
        low, high = np.where(beyond, middle + 1, low), np.where(beyond | (low >= high), high, middle)
    return low
