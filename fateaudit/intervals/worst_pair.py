"""The gap between the best-off and the worst-off group, whichever they are.

Picking the largest of many gaps makes chance look like a gap; a percentile bootstrap of it never covers parity. The
studentised range pays for the picking, at the end of the interval where it matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from fateaudit.intervals.levels import alpha_of, upper_z
from fateaudit.intervals.rates import wilson_at
from fateaudit.intervals.scores import RATIO, Table, check_count, score, score_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fateaudit.intervals.scores import Array

PAIRS = 500_000
"""Pairs of groups that are looked at together."""
AT_ONCE = 64
"""Ends that are found together, those that promise most first."""


class UndefinedRatioError(ValueError):
    """No group has a single success: the smallest rate over the largest is 0 / 0, and is not measured."""


@dataclass(frozen=True, slots=True)
class WorstPair:
    """The gap between the extreme groups and its two ends, all on the scale of the measure.

    `value` is the observed gap: largest minus smallest rate in [0, 1], or smallest over largest in [0, 1]. `near` is
    the end nearer parity (0 or 1): a limit that lies between parity and `near` is broken. `far` is the end away from
    parity: a limit beyond it is kept.
    """

    value: float
    near: float
    far: float

    @property
    def interval(self) -> tuple[float, float]:
        """The two ends in ascending order."""
        return min(self.near, self.far), max(self.near, self.far)


def worst_pair(
    counts: Sequence[tuple[float, float]],
    *,
    measure: Literal["ratio", "difference"],
    confidence: float = 0.95,
    attributes: int = 1,
) -> WorstPair:
    """Measure the gap between the extreme groups among `counts`, pairs of (successes, trials), one per group.

    The near end is the strongest of all pairwise ends with the studentised range in place of the normal quantile, at
    alpha / `attributes` (the number of attributes that share one family), and stops at parity. The far end is the
    worst of all pairwise one-sided ends, without correction: a gap is within a limit only if every pair is.
    Differences use Newcombe's interval, ratios that of Miettinen and Nurminen.

    UndefinedRatioError for a ratio when no group has a success; ValueError for fewer than two groups, for a group
    without trials, and for fewer than one attribute.
    """
    if len(counts) < 2:  # noqa: PLR2004 - a pair
        raise ValueError(f"a gap needs two groups, not {len(counts)}")
    if attributes < 1:
        raise ValueError(f"a family has at least one attribute, not {attributes}")
    for successes, trials in counts:
        check_count(successes, trials)
    alpha = alpha_of(confidence)
    wide, narrow = range_quantile(len(counts), alpha / attributes), upper_z(alpha)
    return _widest(counts, wide, narrow) if measure == "difference" else _smallest(counts, wide, narrow)


@cache
def range_quantile(groups: int, alpha: float) -> float:
    """Return the z that all differences among `groups` stay within together: 1.959964 for two groups at 0.05.

    Source: Tukey's studentised range with infinite degrees of freedom, over the square root of 2.
    """
    return float(stats.studentized_range.isf(alpha, groups, math.inf)) / math.sqrt(2)


def _widest(counts: Sequence[tuple[float, float]], wide: float, narrow: float) -> WorstPair:
    rates = np.array([x / n for x, n in counts])
    near = _largest_end(rates, *_ends(counts, wide), sign=-1, start=0.0)
    far = _largest_end(rates, *_ends(counts, narrow), sign=1, start=-1.0)
    return WorstPair(value=float(rates.max() - rates.min()), near=near, far=min(far, 1.0))


def _ends(counts: Sequence[tuple[float, float]], z: float) -> tuple[Array, Array]:
    low, high = np.array([wilson_at(x, n, z) for x, n in counts]).T
    return low, high


def _largest_end(rates: Array, low: Array, high: Array, *, sign: int, start: float) -> float:
    """Return the largest lower (`sign` -1) or upper (1) end of Newcombe's interval over all ordered pairs.

    No end of a pair is beyond `reach`; groups are taken in its order, and the rest is left out when it is passed.
    """
    reach = (low - rates.min()) if sign < 0 else (high - low.min())
    one, other = (rates - low, high - rates) if sign < 0 else (high - rates, rates - low)
    order, best = np.argsort(-reach, kind="stable"), start
    for block in _blocks(order, len(rates)):
        if reach[block[0]] <= best:
            break
        ends = rates[block, None] - rates + sign * np.hypot(one[block, None], other)
        ends[np.arange(len(block)), block] = -np.inf
        best = max(best, float(ends.max()))
    return best


def _smallest(counts: Sequence[tuple[float, float]], wide: float, narrow: float) -> WorstPair:
    x, n = (np.array(column, dtype=np.float64) for column in zip(*counts, strict=True))
    if not x.any():
        raise UndefinedRatioError("no group has a success: the smallest rate over the largest is 0 / 0")
    rates = x / n
    # A pair without success below the line has no upper end, one without success above it ends at 0.
    near = _smallest_end(x, n, x > 0, -wide, start=1.0)
    far = 0.0 if not x.all() else _smallest_end(x, n, x > 0, narrow, start=math.inf)
    return WorstPair(value=float(rates.min() / rates.max()), near=near, far=far)


def _smallest_end(x: Array, n: Array, below: NDArray[np.bool_], z: float, *, start: float) -> float:
    """Return the smallest of the ends at which the score of a pair is `z`, or `start` where that is smaller.

    The score falls as the limit rises: a pair's end is below the best so far just where its score there is below `z`.
    So one score a pair tells which few ends are worth finding.
    """
    best = start
    others = np.flatnonzero(below)
    for block in _blocks(np.argsort(x / n, kind="stable"), len(others)):
        one, other = (places.ravel() for places in np.meshgrid(block, others, indexing="ij"))
        waiting = np.flatnonzero(one != other)
        while waiting.size:
            table = Table(x[one[waiting]], n[one[waiting]], x[other[waiting]], n[other[waiting]])
            lowest = np.zeros(1, np.int64) if math.isinf(best) else _below(table, best, z)
            if not lowest.size:
                break
            at = waiting[lowest[:AT_ONCE]]
            found = score_end(RATIO, Table(x[one[at]], n[one[at]], x[other[at]], n[other[at]]), np.asarray(z))
            best = min(best, float(found.min()))
            waiting = np.delete(waiting, lowest[:AT_ONCE])
    return best


def _below(table: Table, limit: float, z: float) -> NDArray[np.int64]:
    """Return which pairs have an end below `limit`, those that are farthest below first."""
    found = score(RATIO, table, np.asarray(limit)) - z
    places = np.flatnonzero(found < 0)
    return places[np.argsort(found[places], kind="stable")]


def _blocks(order: NDArray[np.int64], width: int) -> Iterator[NDArray[np.int64]]:
    """Yield groups some at a time: all pairs of many thousand groups would fill the memory."""
    rows = max(1, PAIRS // max(width, 1))
    for place in range(0, len(order), rows):
        yield order[place : place + rows]
