"""Checks whose metric, convention and limit do not go together: refused before anything is loaded."""

from collections.abc import Mapping

from fateaudit.errors import PolicyError, did_you_mean
from fateaudit.evidence import Convention
from fateaudit.fairness.estimate_suitability import refuse_unsuitable_estimate
from fateaudit.fairness.limits import refuse_unsaid_reference, what_is_wrong
from fateaudit.fairness.plans import convention_of
from fateaudit.fairness.rates import EXCLUDING, Metric
from fateaudit.fairness.statistics import StatisticMetric
from fateaudit.policy import MetricCheck, Policy

AnyMetric = Metric | StatisticMetric

NEVER_ALONE = {
    "expected_calibration_error": "much of it is the noise of its bins, and a limit on it judges how many rows there "
    "are",
}
"""Figures that are known to mislead when a limit is set on them, and why."""


def refuse_unsuitable(check: MetricCheck, policy: Policy, metrics: Mapping[str, AnyMetric]) -> None:
    """Raise PolicyError for a metric that is not known, or a limit or convention that does not go with it."""
    metric = _known(check, metrics)
    _refuse_unsaid_positive(check, metric, policy)
    _refuse_other_params(check, metric)
    if policy.columns.weight is not None and policy.statistics.decide_on == "point":
        raise PolicyError(
            f"{check.id}: decide_on: point compares whole numbers of rows, and weights make none",
            hint="write decide_on: interval, or leave columns.weight out",
        )
    if isinstance(metric, StatisticMetric):
        refuse_unsuitable_estimate(check, metric)
        return
    if metric.comparison == "level" and check.params.convention not in {None, Convention.ABSOLUTE}:
        raise PolicyError(f"{check.id}: a rate itself has no convention", hint="remove params, or compare with _ratio")
    if metric.comparison != "level" and check.across == "overall":
        raise PolicyError(f"{check.id}: a comparison needs groups", hint="write across: [an attribute]")
    convention = convention_of(check, metric, policy)
    if convention is Convention.ABSOLUTE and metric.comparison != "level":
        raise PolicyError(f"{check.id}: a comparison is not absolute", hint="leave out params.convention")
    refuse_unsaid_reference(check, convention)
    if wrong := what_is_wrong(check.limit, metric.comparison, convention):
        against = "" if convention is Convention.ABSOLUTE else f" {convention.replace('_', ' ')}"
        raise PolicyError(f"{check.id}: this limit does not suit {check.metric}{against}", hint=wrong)


def _known(check: MetricCheck, metrics: Mapping[str, AnyMetric]) -> AnyMetric:
    """Return the metric that the check names, or refuse."""
    named = check.metric
    for name, because in NEVER_ALONE.items():
        if named.removesuffix("_difference").removesuffix("_ratio") == name:
            raise PolicyError(
                f"{check.id}: {name} is shown beside its noise and never judged: {because}",
                hint="write calibration_in_the_large, or standardised_calibration_error",
            )
    if named in metrics:
        return metrics[named]
    rates = ", ".join(dict.fromkeys(one.rate_name for one in metrics.values() if isinstance(one, Metric)))
    others = ", ".join(one.name for one in metrics.values() if isinstance(one, StatisticMetric))
    raise PolicyError(
        f'{check.id}: there is no metric called "{named}"',
        where=[
            f"The metrics are: {rates}; each by itself, or with _ratio or _difference",
            *([f"And: {others}"] if others else []),
        ],
        hint=did_you_mean(named, metrics) or "take one of these",
    )


def _refuse_unsaid_positive(check: MetricCheck, metric: AnyMetric, policy: Policy) -> None:
    if metric.needs_positive and policy.columns.positive is None:
        words = policy.words
        term = metric.rate.term if isinstance(metric, Metric) else metric.statistic.term
        raise PolicyError(
            f"{check.id}: {term} depends on which side is called positive",
            hint="write columns.positive: "
            f'favourable ("{words.favourable}" is positive) or adverse ("{words.adverse}" is positive)',
        )


def _refuse_other_params(check: MetricCheck, metric: AnyMetric) -> None:
    """Refuse params that this metric does not read: they would promise what nobody does."""
    needs_controls = (
        isinstance(metric, StatisticMetric) and metric.statistic_name == "conditional_demographic_disparity"
    )
    if needs_controls and not check.params.controls:
        raise PolicyError(
            f"{check.id}: {check.metric} compares like with like", hint="write params: { controls: [a column] }"
        )
    if check.params.controls and not needs_controls:
        raise PolicyError(
            f"{check.id}: {check.metric} takes no controls", hint="write metric: conditional_demographic_disparity"
        )
    split = {name for of in check.attribute_sets() for name in of}
    if both := sorted(split & set(check.params.controls)):
        raise PolicyError(f"{check.id}: {both[0]} is split by and controlled for at once", hint="remove one of the two")
    if check.params.exclude_below is not None and (
        metric.name not in EXCLUDING or check.params.convention not in {None, Convention.TO_HIGHEST}
    ):
        raise PolicyError(
            f"{check.id}: exclude_below goes with {' and '.join(sorted(EXCLUDING))}, to_highest",
            hint="remove exclude_below and why_excluded",
        )
