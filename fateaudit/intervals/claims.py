"""One-sided claims about two rates and a limit: is the truth above it, is the truth below it.

The p-values are those of E-tests: the score decides what is more extreme, and binomial counts at the likeliest rates
under the limit decide how probable that is. At the levels that many groups force on an audit the normal tail is up
to five times too small for "above", and far too large for "below" at low rates.
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
    """Return the probability, at the restricted rates, of a score at least as far on `side` as the observed one."""
    p1, p0 = scale.restrict(table, np.asarray(limit))
    expected = (table.n1 * p1, table.n1 * (1 - p1), table.n0 * p0, table.n0 * (1 - p0))
    if min(expected) >= NORMAL_FROM:
        z = score(scale, table, np.asarray(limit))
        return float(special.ndtr(-z if side == "above" else z))
    if _deviation(table.n0, p0) < _deviation(table.n1, p1):
        # Sum over the group with the shorter list of likely counts; the other is summed in closed form.
        table, limit, p1, p0 = table.swapped(), scale.exchange(limit), p0, p1
        side = "below" if side == "above" else "above"
    return _enumerate(scale, table, limit, rates=(float(p1), float(p0)), side=side)


def _deviation(trials: Array, rate: Array) -> float:
    return math.sqrt(float(trials * rate * (1 - rate)))


def _enumerate(scale: Scale, table: Table, limit: float, *, rates: tuple[float, float], side: Side) -> float:
    """Sum the binomial probabilities of all tables with a score as extreme on `side` as that of `table`.

    The score falls with every success of group 0. So for each count of group 1 the extreme tables are the counts of
    group 0 up to some number ("above") or from some number on ("below"), and a binomial tail is their probability:
    the same sum as over the grid of all pairs, with memory for one row.
    """
    p1, p0 = rates
    centre, reach = float(table.n1) * p1, WINDOW * _deviation(table.n1, np.asarray(p1)) + MARGIN
    x1 = np.arange(max(0, math.floor(centre - reach)), min(int(table.n1), math.ceil(centre + reach)) + 1)
    weights = stats.binom.pmf(x1, int(table.n1), p1)

    def scores_of(x0: Array) -> Array:
        return score(scale, Table(x1.astype(np.float64), table.n1, x0, table.n0), np.asarray(limit))

    observed = float(score(scale, table, np.asarray(limit)))
    shape, size = x1.shape, int(table.n0)
    if side == "above":
        fitting = _count_leading(lambda x0: scores_of(x0) >= observed - TIE, shape, size)
        tails = np.where(fitting > 0, stats.binom.cdf(fitting - 1, size, p0), 0.0)
    else:
        milder = _count_leading(lambda x0: scores_of(x0) > observed + TIE, shape, size)
        tails = np.where(milder > size, 0.0, stats.binom.sf(milder - 1, size, p0))
    return min(float(weights @ tails), 1.0)


def _count_leading(holds: Callable[[Array], NDArray[np.bool_]], shape: tuple[int, ...], size: int) -> Array:
    """Return for how many of the counts 0, 1, ..., size `holds` is true, given that it is true up to some count."""
    low, high = np.zeros(shape), np.full(shape, float(size + 1))
    for _ in range((size + 1).bit_length()):
        middle = np.minimum(np.floor((low + high) / 2), size)
        beyond = holds(middle) & (low < high)
        low, high = np.where(beyond, middle + 1, low), np.where(beyond | (low >= high), high, middle)
    return low
