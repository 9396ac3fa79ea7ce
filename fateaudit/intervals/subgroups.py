"""Which subgroups, of up to three attributes at once, are beyond the limit against everybody else.

Nobody asked about these subgroups beforehand, so a name costs the correction for all that were looked at. The others
that stand out are a list to look into, never a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from fateaudit.evidence import Side
from fateaudit.intervals.families import benjamini_hochberg, holm
from fateaudit.intervals.measures import TESTS, Measure

if TYPE_CHECKING:
    from fractions import Fraction

    from fateaudit.counts import Group
    from fateaudit.intervals.rate_table import RateTable

DEEPEST = 3
"""Attributes at once; deeper subgroups are too many and too small to say anything about."""


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The rows that share one value of each of `attributes`, and everybody else."""

    attributes: tuple[str, ...]
    group: Group
    successes: int
    trials: int
    other_successes: int
    other_trials: int
    p_beyond: float
    """p-value of "not worse than the limit", of this subgroup by itself."""


@dataclass(frozen=True, slots=True)
class SubgroupSearch:
    """What looking at every subgroup found; both lists have the shallowest first, then the smallest p-value."""

    tested: int
    """Subgroups large enough, all of which the correction pays for."""
    too_few: int
    """Subgroups that exist and are too small to be looked at."""
    named: tuple[Subgroup, ...]
    """Beyond the limit: the chance of a single false name is at most alpha."""
    worth_a_look: tuple[Subgroup, ...]
    """Not named: on average at most a share alpha of these and the named together is false. Not a verdict."""


def search_subgroups(  # noqa: PLR0913 - a limit with its side and measure, and how far to look
    table: RateTable,
    *,
    limit: Fraction | float,
    measure: Measure,
    side: Side,
    min_group_size: int,
    alpha: float = 0.05,
    depth: int = DEEPEST,
) -> SubgroupSearch:
    """Test every subgroup of up to `depth` attributes against its complement, one-sided at `limit`, by the E-test.

    A subgroup with `min_group_size` trials or more, and somebody outside of it, is tested. Its complement is every
    other row in which the same attributes are recorded. Names are by Holm over all tests at `alpha`, the list by
    Benjamini and Hochberg at the same level. ValueError for a depth outside 1 to 3, a group size below 1, and what
    `ratio_test` or `difference_test` refuses.

    Source: Holm (1979) and Benjamini and Hochberg (1995); Krishnamoorthy and Thomson (2004) for the E-test.
    """
    if not 1 <= depth <= DEEPEST:
        raise ValueError(f"subgroups are made of 1 to {DEEPEST} attributes, not {depth}")
    if min_group_size < 1:
        raise ValueError(f"a group to test has at least one trial, not {min_group_size}")
    tested, too_few = [], 0
    for count in range(1, min(depth, len(table.attributes)) + 1):
        for of in combinations(table.attributes, count):
            groups = table.by_group(of)
            large = {group: own for group, own in groups.items() if own[1] >= min_group_size}
            too_few += len(groups) - len(large)
            if len(groups) > 1:
                all_counts = tuple(map(sum, zip(*groups.values(), strict=True)))
                tested += [_test(of, group, own, all_counts, (limit, measure, side)) for group, own in large.items()]
    p_values = [subgroup.p_beyond for subgroup in tested]
    named = {i for i, holds in enumerate(holm(p_values, alpha=alpha)) if holds}
    listed = {i for i, holds in enumerate(benjamini_hochberg(p_values, alpha=alpha)) if holds} - named
    names, others = (_shallowest_first([tested[i] for i in places]) for places in (named, listed))
    return SubgroupSearch(tested=len(tested), too_few=too_few, named=names, worth_a_look=others)


def _test(
    of: tuple[str, ...],
    group: Group,
    own: tuple[int, int],
    everybody: tuple[int, ...],
    judged_by: tuple[Fraction | float, Measure, Side],
) -> Subgroup:
    limit, measure, side = judged_by
    others = everybody[0] - own[0], everybody[1] - own[1]
    result = TESTS[measure](*own, *others, limit=float(limit))
    return Subgroup(of, group, *own, *others, result.p_below if side is Side.MIN else result.p_above)


def _shallowest_first(subgroups: list[Subgroup]) -> tuple[Subgroup, ...]:
    return tuple(sorted(subgroups, key=lambda one: (len(one.attributes), one.p_beyond, one.attributes, one.group)))
