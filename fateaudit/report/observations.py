"""What each ruling is about: the check it belongs to, the evidence it rests on, and which groups it compares."""

from dataclasses import dataclass

from fateaudit.counts import NOT_RECORDED, Group
from fateaudit.evidence import Figures, Measurement, Part
from fateaudit.policy import MetricCheck, Policy, Principle, Ruling
from fateaudit.policy.wording import attribute_name, capitalised, group_name
from fateaudit.record import AuditRecord
from fateaudit.report.text import lowered, shortened

LONGEST_NAME = 60
"""Characters of an attribute or group in a sentence; tables have groups whole."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One ruling, with the check it belongs to and the evidence it rests on."""

    check: MetricCheck
    ruling: Ruling
    evidence: Figures

    @property
    def title(self) -> str:
        """What is counted, as a heading: "Not suggested for release"."""
        return self.evidence.subject.title

    @property
    def of(self) -> tuple[str, ...]:
        """The attributes whose groups are compared."""
        return self.ruling.of

    @property
    def is_about_the_model(self) -> bool:
        """Whether it is about the model or its papers as a whole, and not about the rows."""
        return self.check.principle in {Principle.TRANSPARENCY, Principle.EXPLAINABILITY}


def observations(record: AuditRecord) -> tuple[Observation, ...]:
    """Return every ruling of every finding, in the order of the policy."""
    evidence = {item.id: item for item in record.figures}
    findings = {finding.check: finding for finding in record.findings}
    return tuple(
        Observation(check=check, ruling=ruling, evidence=evidence[ruling.evidence])
        for check in record.policy.metric_checks()
        for ruling in findings[check.id].rulings
    )


def by(policy: Policy, of: tuple[str, ...]) -> str:
    """Return "by recorded colour and sex", or "everyone together"."""
    if not of:
        return "everyone together"
    return f"by {' and '.join(lowered(shortened(attribute_name(policy, (name,)), LONGEST_NAME)) for name in of)}"


def titled(one: Observation, policy: Policy, most: int = 120) -> str:
    """Return the title and what it is split by; what is about the model as a whole is not split."""
    title = shortened(one.title, most)
    return title if one.is_about_the_model and not one.of else f"{title}, {by(policy, one.of)}"


def heading_of(policy: Policy, of: tuple[str, ...], group: Group) -> str:
    """Return a group's name for the head of a row: the policy's words with a capital, a value exactly as it stands."""
    name = group_name(policy, of, group)
    return name if len(of) > 1 or name in (*group, NOT_RECORDED) else capitalised(name)


def compared(observation: Observation) -> tuple[Part, ...]:
    """Return the group that the answer is about, then the one it is held against, if any.

    The figure of the evidence belongs to the group farthest from parity. Where the answer names groups, it is the
    farthest of those.
    """
    item = observation.evidence
    if not isinstance(item, Measurement):
        return ()
    able = [part for part in item.parts if part.value is not None and part.group != item.reference]
    named = [part for part in able if part.group in observation.ruling.groups]
    if not able:
        return ()
    extreme = min(named or able, key=lambda part: _apart(part.value or 0.0, item.value))
    reference = [part for part in item.parts if part.group == item.reference]
    return (extreme, *reference)


def _apart(one: float, other: float) -> float:
    return 0.0 if one == other else abs(one - other)
