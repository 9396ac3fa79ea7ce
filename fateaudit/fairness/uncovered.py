"""Columns about protected traits that no limit of weight is about, each with its widest gap in adverse outputs.

What nobody declared is found by its name. Its values are data: a group is named only where its column has few values
and many rows hold it, and a column that cannot be read as groups is only counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fateaudit.counts import NOT_RECORDED, Outcome, total
from fateaudit.errors import FateauditError
from fateaudit.evaluation import Binning
from fateaudit.evidence.looked_at import ColumnGap, Cut, Extreme, Uncovered
from fateaudit.fairness.trait_names import is_age, is_protected
from fateaudit.intervals import wilson
from fateaudit.policy import Principle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fateaudit.counts import Cell, Counts
    from fateaudit.evaluation import Evaluation
    from fateaudit.policy import Policy
    from fateaudit.policy.schema import Statistics

SHOWN = 6
MAX_COLUMNS = 40
"""Columns that are read for this; a table with more such names is no table of protected traits."""

MAX_NAMED = 10
"""A column of more values than this has no group of it named."""

MAX_READ = 50
"""A column of more values than this holds no groups."""

AGES = Binning(
    (float("-inf"), 18, 25, 40, 60, float("inf")), ("under 18", "18 to 24", "25 to 39", "40 to 59", "60 or over")
)
"""For ages that the policy does not cut."""


def count_uncovered(policy: Policy, counts: Counts, evaluation: Evaluation, statistics: Statistics) -> Uncovered:
    """Return the gaps of declared attributes and of other columns that no check of weight compares groups by."""
    gaps, unread = [], 0
    covered = {
        name
        for check in policy.metric_checks(Principle.FAIRNESS)
        if check.severity.is_material
        for names in check.attribute_sets()
        for name in names
    }
    declared = [attribute.name for attribute in policy.columns.sensitive]
    for name in declared:
        if name not in covered:
            gap = _gap(name, counts, statistics, is_declared=True)
            gaps += [gap] if gap else []
    for name in evaluation.others:
        gap = _gap_of_column(name, evaluation, statistics)
        gaps += [gap] if gap else []
        unread += gap is None
    gaps.sort(key=lambda gap: (-_difference(gap), gap.column))
    return Uncovered(columns=tuple(gaps[:SHOWN]), more=len(gaps[SHOWN:]), unread=unread)


def undeclared_traits(policy: Policy, names: Sequence[str]) -> list[str]:
    """Return the columns of a dataset that are named after a protected trait and that the policy does not declare."""
    columns = policy.columns
    known = {columns.id, columns.label, columns.prediction, columns.score, columns.weight, columns.frequency}
    known |= {attribute.name for attribute in columns.sensitive}
    return [name for name in names if name not in known and is_protected(name)][:MAX_COLUMNS]


def _gap_of_column(name: str, evaluation: Evaluation, statistics: Statistics) -> ColumnGap | None:
    """Return the gap of a column that nobody declared; None where it cannot be read as groups."""
    counts = _counted(name, evaluation, None)
    if counts is not None:
        return _gap(name, counts, statistics)
    cut: Cut = "ages" if is_age(name) else "quarters"
    binning = AGES if cut == "ages" else evaluation.quarters(name)
    counts = None if binning is None else _counted(name, evaluation, binning)
    return None if counts is None else _gap(name, counts, statistics, cut=cut)


def _counted(name: str, evaluation: Evaluation, binning: Binning | None) -> Counts | None:
    """Return the counts; None for what is no groups, read so: dates, free text, more numbers than there are groups."""
    try:
        return evaluation.counts([name], bins=None if binning is None else {name: binning})
    except FateauditError:
        return None


def _gap(
    name: str,
    counts: Counts,
    statistics: Statistics,
    *,
    cut: Cut = "",
    is_declared: bool = False,
) -> ColumnGap | None:
    """Return the gap between the groups that are large enough; None for fewer than two of them."""
    groups = {group: _adverse(cells) for (group,), cells in counts.by_group((name,)).items()}
    _, unknown = groups.pop(NOT_RECORDED, (0, 0))
    large = {group: count for group, count in groups.items() if count[1] >= statistics.min_group_size}
    if len(large) < 2 or (not is_declared and len(groups) > MAX_READ):  # noqa: PLR2004 - a gap has two ends
        return None
    by_rate = sorted(large, key=lambda group: (_rate(large[group]), group))
    is_named = is_declared or len(groups) <= MAX_NAMED
    ends = [
        Extreme(
            group=group if is_named else None,
            count=large[group],
            interval=wilson(*large[group], confidence=statistics.confidence),
        )
        for group in (by_rate[-1], by_rate[0])
    ]
    return ColumnGap(
        column=name,
        is_declared=is_declared,
        cut=cut,
        groups=len(large),
        too_few=len(groups) - len(large),
        not_recorded=unknown,
        worse=ends[0],
        better=ends[1],
    )


def _adverse(cells: tuple[Cell, ...]) -> tuple[int, int]:
    return total(cells, lambda cell: cell.decision is Outcome.ADVERSE), total(cells, lambda _: True)


def _rate(count: tuple[int, int]) -> float:
    return count[0] / count[1]


def _difference(gap: ColumnGap) -> float:
    return _rate(gap.worse.count) - _rate(gap.better.count)
