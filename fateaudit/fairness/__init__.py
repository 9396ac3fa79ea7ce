"""Fairness: counts → evidence of disparity. What a gap means for a verdict is `policy`'s business.

To add a metric that is a quotient of two counts, write its rate into `RATES` and its second calculation into
`second.functions`. One that is not goes into `STATISTICS`, of cells or of scores; a function of your own into
`from_function`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from fateaudit.counts import Counts
from fateaudit.evidence import Evidence
from fateaudit.fairness.conditional import CONDITIONAL
from fateaudit.fairness.consistency import CONSISTENCY
from fateaudit.fairness.estimate_plans import EstimatePlan, plan_estimates
from fateaudit.fairness.estimating import measure_estimate
from fateaudit.fairness.measuring import measure_plan
from fateaudit.fairness.plans import Plan, family, plan, refuse_unknown_references
from fateaudit.fairness.rates import RATES, SCORING, Metric, metrics_of
from fateaudit.fairness.scoring_rates import count_above_median
from fateaudit.fairness.statistics import StatisticMetric, statistic_metrics
from fateaudit.fairness.statistics_of_cells import STATISTICS as OF_CELLS
from fateaudit.fairness.statistics_of_cells import from_function
from fateaudit.fairness.statistics_of_scores import STATISTICS as OF_SCORES
from fateaudit.fairness.suitability import AnyMetric, refuse_unsuitable
from fateaudit.fairness.usefulness import measure_usefulness
from fateaudit.policy import MetricCheck, Policy

if TYPE_CHECKING:
    from fateaudit.evaluation import Scored

RATE_METRICS: dict[str, Metric] = metrics_of(RATES)
STATISTIC_METRICS: dict[str, StatisticMetric] = statistic_metrics(
    {**OF_CELLS, **OF_SCORES, "consistency": CONSISTENCY, "conditional_demographic_disparity": CONDITIONAL}
)
METRICS: dict[str, AnyMetric] = {**RATE_METRICS, **metrics_of(SCORING), **STATISTIC_METRICS}

__all__ = [
    "METRICS",
    "RATE_METRICS",
    "STATISTIC_METRICS",
    "from_function",
    "is_from_rows",
    "measure",
    "measure_usefulness",
    "refuse_unknown_references",
    "refuse_unsuitable",
]


def measure(
    checks: Sequence[MetricCheck],
    counts: Counts,
    policy: Policy,
    metrics: Mapping[str, AnyMetric] = METRICS,
    scored: Scored | None = None,
) -> tuple[Evidence, ...]:
    """Return the evidence for `checks`: one piece for each attribute or intersection of each check.

    All checks are planned before any is measured, because how sure a claim must be depends on how many there are.
    Without `scored` what needs scores is not measured, and says so.
    """
    above = None if scored is None else count_above_median(scored)
    plans = [one for check in checks for one in _plans(check, counts, policy, metrics, scored, above)]
    found: list[Evidence] = []
    for one in plans:
        among = family(one, plans, policy)
        if isinstance(one, EstimatePlan):
            found.append(measure_estimate(one, among, policy))
        else:
            found.append(measure_plan(one, among, above if one.metric.needs_rows else counts, policy))
    return tuple(found)


def _plans(  # noqa: PLR0913, PLR0917 - what a check is measured on, in either of two forms
    check: MetricCheck,
    counts: Counts,
    policy: Policy,
    metrics: Mapping[str, AnyMetric],
    scored: Scored | None,
    above: Counts | None,
) -> Iterator[Plan | EstimatePlan]:
    metric = metrics[check.metric]
    if isinstance(metric, StatisticMetric):
        yield from plan_estimates(check, metric, counts, policy, scored)
    else:
        seen = counts if above is None or not metric.needs_rows else above
        yield from plan(check, seen, policy, {check.metric: metric})


def is_from_rows(check: MetricCheck, metrics: Mapping[str, AnyMetric] = METRICS) -> bool:
    """Whether the evidence of a check is made of rows, so that counts alone cannot give it again."""
    return check.metric in metrics and metrics[check.metric].needs_rows
