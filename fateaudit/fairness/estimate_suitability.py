"""Checks of a statistic whose convention, groups or limit do not go with it."""

from fateaudit.errors import PolicyError
from fateaudit.evidence import Convention
from fateaudit.fairness.estimate_plans import convention_of_estimate
from fateaudit.fairness.limits import refuse_unsaid_reference, what_is_wrong
from fateaudit.fairness.statistics import SIGNED, StatisticMetric
from fateaudit.policy import MetricCheck


def refuse_unsuitable_estimate(check: MetricCheck, metric: StatisticMetric) -> None:
    """Raise PolicyError for groups, a convention or a limit that does not go with a statistic."""
    statistic, is_level = metric.statistic, metric.comparison == "level"
    if statistic.across == "overall" and check.across != "overall":
        raise PolicyError(f"{check.id}: {check.metric} is about all rows together", hint="write across: overall")
    if check.across == "overall" and (statistic.across == "groups" or not is_level):
        raise PolicyError(f"{check.id}: {check.metric} compares groups", hint="write across: [an attribute]")
    if is_level and check.params.convention not in {None, Convention.ABSOLUTE}:
        raise PolicyError(f"{check.id}: {check.metric} itself has no convention", hint="remove params.convention")
    convention = convention_of_estimate(check, metric)
    if convention is Convention.ABSOLUTE and not is_level:
        raise PolicyError(f"{check.id}: a comparison is not absolute", hint="leave out params.convention")
    if statistic.components is not None and convention is not Convention.BETWEEN_GROUPS:
        raise PolicyError(
            f"{check.id}: {check.metric} compares two rates, and the highest of one need not be that of the other",
            hint="leave out params.convention, or write between_groups",
        )
    refuse_unsaid_reference(check, convention)
    if wrong := what_is_wrong(check.limit, metric.comparison, convention, (statistic.scale.low, statistic.scale.high)):
        against = "" if is_level else f" {convention.replace('_', ' ')}"
        raise PolicyError(f"{check.id}: this limit does not suit {check.metric}{against}", hint=wrong)
    is_two_sided = is_level and statistic.scale == SIGNED and statistic.better == "neither"
    if is_two_sided and (check.limit.min is None or check.limit.max is None):
        raise PolicyError(
            f"{check.id}: {check.metric} may be wrong on either side of 0", hint="write { min: -0.05, max: 0.05 }"
        )
