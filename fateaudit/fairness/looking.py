"""Counts → what is worth a look without a limit: subgroups nobody asked about, and comparisons that turn round.

The yardstick is that of the shipped profile, so that no policy can make it coarser. Nothing here reaches a verdict.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from fateaudit.counts import NOT_RECORDED, Counts, Outcome
from fateaudit.evidence import Side
from fateaudit.evidence.looked_at import (
    LookedAt,
    NotLooked,
    ReversalSeen,
    ReversalsSearched,
    StratumSeen,
    SubgroupSeen,
    SubgroupsSearched,
)
from fateaudit.fairness.uncovered import count_uncovered
from fateaudit.intervals import RateTable, alpha_of, find_reversals, newcombe, search_subgroups
from fateaudit.intervals.levels import two_sided_z
from fateaudit.intervals.subgroups import DEEPEST
from fateaudit.policy import read_profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fateaudit.counts import Group
    from fateaudit.evaluation import Evaluation
    from fateaudit.intervals import Reversal, Subgroup
    from fateaudit.policy import Policy

MAX_SUBGROUPS = 1_500
"""Tests at most: each takes about a thousandth of a second, and each makes a name dearer for the others."""

MAX_SUMS = 500_000
"""Cells to add up at most, over all sets of attributes."""

MAX_VALUES = 20
"""Values of an attribute that are held against each other, within each of the values of another."""


def look(policy: Policy, counts: Counts, evaluation: Evaluation) -> LookedAt:
    """Return what was looked at beside the checks, at the shipped profile's limit, group size and confidence."""
    profile = read_profile().profile
    statistics = profile.statistics
    limit = next((one.limit.max for one in profile.checks if one.metric == "adverse_rate_ratio"), None)
    return LookedAt(
        profile=profile.name,
        limit=limit,
        min_group_size=statistics.min_group_size,
        confidence=statistics.confidence,
        subgroups=find_subgroups(counts, limit, statistics.min_group_size, statistics.confidence),
        reversals=find_turned(counts, statistics.min_group_size, statistics.confidence),
        uncovered=count_uncovered(policy, counts, evaluation, statistics),
    )


def find_subgroups(
    counts: Counts, limit: float | None, min_group_size: int, confidence: float
) -> SubgroupsSearched | NotLooked:
    """Test every subgroup of up to three attributes on the adverse side, as deep as there is time for."""
    if limit is None:
        return NotLooked(because="the profile has no limit for it")
    if not counts.joint:
        return NotLooked(because="the counts are not of all attributes together")
    table = adverse_table(counts, counts.attributes)
    depth = _depth(table)
    if depth == 0:
        return NotLooked(because="there are too many groups to look at each")
    search = search_subgroups(
        table,
        limit=limit,
        measure="ratio",
        side=Side.MAX,
        min_group_size=min_group_size,
        alpha=float(alpha_of(confidence)),
        depth=depth,
    )
    listed = _seen((*search.named, *search.worth_a_look), limit)
    return SubgroupsSearched(
        depth=min(depth, len(table.attributes)),
        tested=search.tested,
        too_few=search.too_few,
        named=listed[: len(search.named)],
        worth_a_look=listed[len(search.named) :],
    )


def adverse_table(counts: Counts, attributes: Sequence[str]) -> RateTable:
    """Return how many of each joint group of `attributes` have an adverse output, rows without a value included."""
    places = [counts.attributes.index(name) for name in attributes]
    cells: defaultdict[Group, list[int]] = defaultdict(lambda: [0, 0])
    for cell in counts.cells:
        count = cells[tuple(cell.group[place] for place in places)]
        count[0] += cell.n * (cell.decision is Outcome.ADVERSE)
        count[1] += cell.n
    return RateTable(tuple(attributes), {group: (adverse, rows) for group, (adverse, rows) in cells.items()})


def _depth(table: RateTable) -> int:
    """Return how many attributes at once can be looked at within the bounds; 0 for none."""
    values = [len({group[place] for group in table.cells}) for place in range(len(table.attributes))]
    groups = sums = 0
    for depth in range(1, DEEPEST + 1):
        sets = list(combinations(values, depth))
        groups += sum(min(math.prod(one), len(table.cells)) for one in sets)
        sums += len(sets) * len(table.cells)
        if groups > MAX_SUBGROUPS or sums > MAX_SUMS:
            return depth - 1
    return DEEPEST


def _seen(found: Iterable[Subgroup], limit: float) -> tuple[SubgroupSeen, ...]:
    """Return the subgroups, each with whether a wider one before it says about as much."""
    new: list[Subgroup] = []
    seen = []
    for one in found:
        is_new = not any(_is_wider(other, one) and _rate(one) <= limit * _rate(other) for other in new)
        new += [one] if is_new else []
        seen.append(
            SubgroupSeen(
                of=one.attributes,
                group=one.group,
                count=(one.successes, one.trials),
                others=(one.other_successes, one.other_trials),
                p_beyond=one.p_beyond,
                is_new=is_new,
            )
        )
    return tuple(seen)


def _is_wider(wide: Subgroup, narrow: Subgroup) -> bool:
    pairs = set(zip(narrow.attributes, narrow.group, strict=True))
    return set(zip(wide.attributes, wide.group, strict=True)) < pairs


def _rate(one: Subgroup) -> float:
    return one.successes / one.trials


def find_turned(counts: Counts, min_group_size: int, confidence: float) -> ReversalsSearched | NotLooked:
    """Return the comparisons of two groups that turn round within another attribute, beyond what chance would do."""
    if not counts.joint:
        return NotLooked(because="the counts are not of all attributes together")
    many = tuple(
        name
        for place, name in enumerate(counts.attributes)
        if len({cell.group[place] for cell in counts.cells} - {NOT_RECORDED}) > MAX_VALUES
    )
    table = adverse_table(counts, [name for name in counts.attributes if name not in many])
    found = find_reversals(table, min_group_size=min_group_size)
    beyond = [one for one in found if _is_beyond_chance(one, confidence)]
    return ReversalsSearched(
        left_out=many, found=tuple(map(_reversal_seen, beyond)), by_chance=len(found) - len(beyond)
    )


def _is_beyond_chance(one: Reversal, confidence: float) -> bool:
    """Whether the intervals of both differences, overall and within strata, leave out 0.

    Within strata it is the normal interval of the standardised difference (Fleiss, Levin and Paik 2003, chapter 10),
    with one adverse and one other row added to each group of each stratum: a rate of 0 is not known for certain.
    """
    rows = sum(stratum.trials for stratum in one.strata)
    variance = sum(
        (stratum.trials / rows) ** 2 * sum(_variance(*count) for count in (stratum.lower, stratum.higher))
        for stratum in one.strata
    )
    _, overall = newcombe(*one.lower_count, *one.higher_count, confidence=confidence)
    return overall < 0 < one.adjusted_difference - two_sided_z(confidence) * math.sqrt(variance)


def _variance(successes: int, trials: int) -> float:
    rate = (successes + 1) / (trials + 2)
    return rate * (1 - rate) / (trials + 2)


def _reversal_seen(one: Reversal) -> ReversalSeen:
    """Return it from the side of the group with more adverse outputs."""
    return ReversalSeen(
        attribute=one.attribute,
        within=one.stratified_by,
        worse=one.higher,
        better=one.lower,
        worse_count=one.higher_count,
        better_count=one.lower_count,
        strata=tuple(
            StratumSeen(value=stratum.value, worse=stratum.higher, better=stratum.lower) for stratum in one.strata
        ),
        difference=-one.difference,
        adjusted_difference=-one.adjusted_difference,
    )
