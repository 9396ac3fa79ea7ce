"""Which groups a statistic will be estimated and judged for, known from the counts alone, before anything is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fateaudit.counts import NOT_RECORDED, Counts, Group, Outcome
from fateaudit.evidence import Convention
from fateaudit.fairness.plans import WORST_PAIR, reference_group
from fateaudit.fairness.statistics import StatisticMetric, View
from fateaudit.policy import MetricCheck, Policy, sides_to_judge

if TYPE_CHECKING:
    from fateaudit.evaluation import Scored


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows of one group there are, and why it does not decide, if it does not."""

    group: Group
    cases: int
    unusable: int
    used: int
    """What `min_group_size` counts."""
    of_fewer_label: int
    """Labelled rows of the side that has fewer of them."""
    set_aside: Literal["too_few", "not_recorded"] | None

    @property
    def judged(self) -> bool:
        """Whether this group decides anything."""
        return self.set_aside is None


@dataclass(frozen=True, slots=True)
class EstimatePlan:
    """One statistic of one check, over the groups of one attribute or intersection."""

    check: MetricCheck
    metric: StatisticMetric
    convention: Convention
    of: tuple[str, ...]
    view: View
    groups: tuple[Rows, ...]
    reference: Group | None
    """The named reference group; None where there is none."""

    @property
    def judged(self) -> tuple[Rows, ...]:
        """The groups that decide."""
        return tuple(rows for rows in self.groups if rows.judged)

    @property
    def claims(self) -> int:
        """How many claims this plan adds to its family: as for rates, and one for each rate that is compared at once.

        They are known from the counts, so that a record can be checked without the rows: a statistic that turns out
        not to be defined has made the others a little harder.
        """
        judged = {rows.group for rows in self.judged}
        compared = judged - {self.reference}
        if self.convention in WORST_PAIR:
            pairs = 2 if self.metric.statistic.components is not None else 1
            return pairs if len(compared) > 1 else 0
        if self.reference is not None and self.reference not in judged:
            return 0
        return len(sides_to_judge(self.check, self.convention)) * len(compared)


def plan_estimates(
    check: MetricCheck, metric: StatisticMetric, counts: Counts, policy: Policy, scored: Scored | None
) -> tuple[EstimatePlan, ...]:
    """Return one plan for each attribute or intersection that `check` is split by."""
    statistic = metric.statistic
    positive = policy.columns.coded_positive if statistic.needs_positive else Outcome.FAVOURABLE
    convention = convention_of_estimate(check, metric)
    plans = []
    for of in check.attribute_sets():
        view = View(check, of, counts, positive, scored)
        groups = tuple(_rows(view, group, metric, policy) for group in view.groups)
        reference = reference_group(check, of, view.groups) if convention is Convention.TO_REFERENCE else None
        plans.append(EstimatePlan(check, metric, convention, of, view, groups, reference))
    return tuple(plans)


def _rows(view: View, group: Group, metric: StatisticMetric, policy: Policy) -> Rows:
    statistic, cases = metric.statistic, view.cases(group)
    tp, fn, fp, tn = (int(n) for n in view.table(group))
    used, of_fewer_label = statistic.rows(view, group), min(tp + fn, fp + tn)
    is_small = used < policy.statistics.min_group_size or of_fewer_label < statistic.fewest_of_each_label
    set_aside: Literal["too_few", "not_recorded"] | None = "too_few" if is_small else None
    if view.of and NOT_RECORDED in group:
        set_aside = "not_recorded"
    unusable = cases - tp - fn - fp - tn if statistic.needs_labels else 0
    if statistic.unusable is not None:
        unusable = statistic.unusable(view, group)
    return Rows(group, cases, unusable, used, of_fewer_label, set_aside)


DEFAULTS: Mapping[str, Convention] = {
    "higher": Convention.TO_HIGHEST,
    "lower": Convention.TO_LOWEST,
    "neither": Convention.BETWEEN_GROUPS,
}


def convention_of_estimate(check: MetricCheck, metric: StatisticMetric) -> Convention:
    """Return the convention that the check names, or the default: against the best-off group where there is one."""
    if metric.comparison == "level":
        return Convention.ABSOLUTE
    return check.params.convention or DEFAULTS[metric.statistic.better]
