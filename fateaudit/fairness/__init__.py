"""Fairness: counts → evidence of disparity. What a gap means for a verdict is `policy`'s business.

To add a metric, write its rate into `RATES` and its second calculation into `second.functions`.
"""

from collections.abc import Mapping, Sequence

from fateaudit.counts import Counts
from fateaudit.evidence import Evidence
from fateaudit.fairness.measuring import measure_plan
from fateaudit.fairness.plans import family, plan, refuse_unknown_references, refuse_unsuitable
from fateaudit.fairness.rates import RATES, Metric, metrics_of
from fateaudit.fairness.usefulness import measure_usefulness
from fateaudit.policy import MetricCheck, Policy

METRICS: dict[str, Metric] = metrics_of(RATES)

__all__ = ["METRICS", "measure", "measure_usefulness", "refuse_unknown_references", "refuse_unsuitable"]


def measure(
    checks: Sequence[MetricCheck], counts: Counts, policy: Policy, metrics: Mapping[str, Metric] = METRICS
) -> tuple[Evidence, ...]:
    """Return the evidence for `checks`: one piece for each attribute or intersection of each check.

    All checks are planned before any is measured, because how sure a claim must be depends on how many there are.
    """
    plans = [one for check in checks for one in plan(check, counts, policy, metrics)]
    return tuple(measure_plan(one, family(one, plans, policy), counts, policy) for one in plans)
