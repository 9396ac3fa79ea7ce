"""What the comparison could have been, had every row named its group.

Rows without the attribute belong to somebody. These bounds try every way to give them out. They are bounds on the
observed figure, not intervals: nothing in them pays for chance.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING

from fateaudit.intervals.measures import Count, Measure
from fateaudit.intervals.scores import check_count
from fateaudit.intervals.worst_pair import UndefinedRatioError

if TYPE_CHECKING:
    from collections.abc import Sequence


def missing_bounds(group: Count, reference: Count, missing: Count, *, measure: Measure) -> tuple[float, float]:
    """Return the lowest and the highest comparison of `group` to `reference` over all ways to place the missing rows.

    Each argument is (successes, trials) among the rows that the rate is about: all rows for a selection rate, rows
    of one label for a true or false positive rate, selected rows with the label as success for a predictive value.
    The rows of `missing` satisfy the same condition and lack the attribute; each may belong to `group`, to
    `reference` or to any other group. With s of n and m_s successes and m_n failures missing,

        lowest:  s_g / (n_g + m_n)          against  (s_r + m_s) / (n_r + m_s)
        highest: (s_g + m_s) / (n_g + m_s)  against  s_r / (n_r + m_n)

    as a ratio in [0, inf] or a difference in [-1, 1]. Both ends are reached. A ratio whose reference rate is 0 is
    infinite; a placement in which both rates are 0 has no ratio, and is left out.

    UndefinedRatioError for a ratio without any success, ValueError for a group without trials or an impossible count.

    Source: Manski (1989), Anatomy of the selection problem: worst-case bounds, here in closed form for two rates.
    """
    for count in (group, reference):
        check_count(*count)
    unknown, failures = _check_missing(missing)
    if measure == "ratio" and group[0] + reference[0] + unknown == 0:
        raise UndefinedRatioError("no success in either group, nor among the missing rows: the ratio is 0 / 0")
    lowest = _compare(_with(group, 0, failures), _with(reference, unknown, 0), measure)
    highest = _compare(_with(group, unknown, 0), _with(reference, 0, failures), measure)
    return lowest, highest


def worst_missing_bounds(counts: Sequence[Count], missing: Count, *, measure: Measure) -> tuple[float, float]:
    """Return bounds on the gap between the extreme groups over all ways to place the missing rows.

    `counts` holds (successes, trials) of each group; conditions on rows as for `missing_bounds`. A ratio is the
    smallest rate over the largest, in [0, 1]; a difference the largest minus the smallest, in [0, 1]. The end away
    from parity, the smallest pairwise lowest ratio or the largest pairwise highest difference, is reached. The end
    nearer parity is an outer bound: pairs need not all be at their best in the same placement.

    UndefinedRatioError for a ratio when no group and no missing row has a success; ValueError for fewer than two
    groups, a group without trials, or an impossible count. Source: as for `missing_bounds`.
    """
    if len(counts) < 2:  # noqa: PLR2004 - a pair
        raise ValueError(f"a gap needs two groups, not {len(counts)}")
    pairs = list(permutations(counts, 2))
    if measure == "difference":
        bounds = [missing_bounds(one, other, missing, measure=measure) for one, other in pairs]
        return max(0.0, *(low for low, _ in bounds)), max(high for _, high in bounds)
    unknown, _ = _check_missing(missing)
    # A pair without any success has no ratio, but a third group with one still makes a worst pair with each of them.
    bounds = [missing_bounds(*pair, missing, measure=measure) for pair in pairs if pair[0][0] + pair[1][0] + unknown]
    if not bounds:
        raise UndefinedRatioError("no success in any group, nor among the missing rows: the ratio is 0 / 0")
    return min(low for low, _ in bounds), min(1.0, *(high for _, high in bounds))


def _check_missing(missing: Count) -> tuple[float, float]:
    """Return the successes and failures among the missing rows; there may be none of either."""
    successes, trials = missing
    if not 0 <= successes <= trials < math.inf:
        raise ValueError(f"{successes} successes cannot come out of {trials} missing rows")
    return successes, trials - successes


def _with(count: Count, successes: float, failures: float) -> Count:
    return count[0] + successes, count[1] + successes + failures


def _compare(one: Count, other: Count, measure: Measure) -> float:
    if measure == "difference":
        return one[0] / one[1] - other[0] / other[1]
    if other[0] == 0:
        return math.inf
    return (one[0] * other[1]) / (other[0] * one[1])
