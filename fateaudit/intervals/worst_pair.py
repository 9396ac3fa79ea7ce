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
from fateaudit.intervals.pairs import newcombe
from fateaudit.intervals.scores import RATIO, Table, check_count, score_end

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    rates = [x / n for x, n in counts]
    pairs = [(*one, *other) for i, one in enumerate(counts) for j, other in enumerate(counts) if i != j]
    return WorstPair(
        value=max(rates) - min(rates),
        near=max(0.0, *(newcombe(*pair, z=wide)[0] for pair in pairs)),
        far=max(newcombe(*pair, z=narrow)[1] for pair in pairs),
    )


def _smallest(counts: Sequence[tuple[float, float]], wide: float, narrow: float) -> WorstPair:
    x, n = (np.array(column, dtype=np.float64) for column in zip(*counts, strict=True))
    if not x.any():
        raise UndefinedRatioError("no group has a success: the smallest rate over the largest is 0 / 0")
    one, other = np.nonzero(~np.eye(len(counts), dtype=np.bool_))
    table = Table(x[one], n[one], x[other], n[other])
    # A pair without success below the line has no upper end, one without success above it ends at 0.
    high = np.where(table.x0 > 0, score_end(RATIO, table, np.asarray(-wide)), math.inf)
    low = np.where(table.x1 > 0, score_end(RATIO, table, np.asarray(narrow)), 0.0)
    return WorstPair(
        value=float((x / n).min() / (x / n).max()),
        near=min(1.0, float(high.min())),
        far=float(low.min()),
    )
