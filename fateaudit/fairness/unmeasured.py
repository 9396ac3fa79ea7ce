"""What could not be measured, said in one form, whether a rate was asked for or another statistic."""

from typing import Protocol

from fateaudit.evidence import Convention, Reason, Subject, Unmeasured
from fateaudit.policy import MetricCheck

WITHOUT_WEIGHTS = "in this version it is not measured on rows with weights"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class Planned(Protocol):
    """One metric of one check, over the groups of one attribute or intersection."""

    @property
    def check(self) -> MetricCheck: ...  # noqa: D102 - the class says it

    @property
    def metric(self) -> _Named: ...  # noqa: D102 - the class says it

    @property
    def convention(self) -> Convention: ...  # noqa: D102 - the class says it

    @property
    def of(self) -> tuple[str, ...]: ...  # noqa: D102 - the class says it


def evidence_id(plan: Planned) -> str:
    """Return the id of the evidence: "F-01/colour*sex"."""
    return f"{plan.check.id}/{'*'.join(plan.of) or 'overall'}"


def unmeasured(plan: Planned, said: Subject, reason: Reason, detail: str) -> Unmeasured:
    """Return why there is no figure."""
    return Unmeasured(
        id=evidence_id(plan),
        check=plan.check.id,
        metric=plan.metric.name,
        subject=said,
        convention=plan.convention,
        of=plan.of,
        reason=reason,
        detail=detail,
    )
