"""What each check of a policy is about, asked of the pillar that would measure it; nothing is measured."""

from fateaudit.evidence import Convention, Side, Subject
from fateaudit.policy import MetricCheck, Policy, PolicyFile, Principle
from fateaudit.policy.meaning import Meaning

WITHOUT_MODEL = frozenset({"documentation_completeness", "train_overlap"})
"""Metrics of the model as a whole that need papers or ids only."""

LOWER_IS_BETTER = frozenset(
    {
        "attribution_additivity_gap",
        "attribution_fidelity_gap",
        "flip_rate",
        "proxy_risk",
        "sensitive_attribution_share",
        "train_overlap",
    }
)


def meanings_of(source: PolicyFile) -> dict[str, Meaning]:
    """Return the meaning of every check of a metric. Raises PolicyError with the line, as an audit would."""
    from fateaudit.gathering import refuse_unsuitable_checks  # noqa: PLC0415 - heavy: `--help` does not wait for it

    refuse_unsuitable_checks(source)
    return meanings_in(source.policy)


def meanings_in(policy: Policy) -> dict[str, Meaning]:
    """Return the same of a policy whose checks are known to be suitable, such as the reference's."""
    return {
        check.id: _of_rate(check, policy) if check.principle is Principle.FAIRNESS else _of_model(check)
        for check in policy.metric_checks()
    }


def _of_rate(check: MetricCheck, policy: Policy) -> Meaning:
    from fateaudit.fairness import METRICS  # noqa: PLC0415 - heavy
    from fateaudit.fairness.plans import Plan, convention_of  # noqa: PLC0415 - heavy
    from fateaudit.fairness.rates import Metric  # noqa: PLC0415 - heavy
    from fateaudit.fairness.wording import subject  # noqa: PLC0415 - heavy

    metric = METRICS[check.metric]
    if not isinstance(metric, Metric):
        return _of_statistic(check)
    convention = convention_of(check, metric, policy)
    plan = Plan(check=check, metric=metric, convention=convention, of=(), tallies=(), reference=None)
    is_better_higher = metric.rate.is_better_higher(policy.columns.coded_positive)
    return Meaning(
        comparison=metric.comparison,
        convention=convention,
        subject=subject(plan, policy),
        better=Side.MIN if is_better_higher else Side.MAX,
        needs_labels=metric.rate.needs_labels,
    )


def _of_statistic(check: MetricCheck) -> Meaning:
    from fateaudit.fairness import STATISTIC_METRICS  # noqa: PLC0415 - heavy
    from fateaudit.fairness.estimate_plans import convention_of_estimate  # noqa: PLC0415 - heavy

    metric = STATISTIC_METRICS[check.metric]
    statistic = metric.statistic
    return Meaning(
        comparison=metric.comparison,
        convention=convention_of_estimate(check, metric),
        subject=Subject(title=statistic.title, among="", counted=statistic.says, formal=""),
        better={"higher": Side.MIN, "lower": Side.MAX}.get(statistic.better),
        needs_labels=statistic.needs_labels,
        is_statistic=True,
    )


def _of_model(check: MetricCheck) -> Meaning:
    return Meaning(
        comparison="score",
        convention=Convention.ABSOLUTE,
        subject=Subject(title="", among="", counted="", formal=""),
        better=Side.MAX if check.metric in LOWER_IS_BETTER else Side.MIN,
        needs_model=check.metric not in WITHOUT_MODEL,
    )
