"""What was judged, gathered into matters: answers about the same groups and the same rows, worst first.

A limit on being suggested for release and one on not being suggested are two sides of one fact: they are said together.
"""

from fateaudit.evidence import Measurement
from fateaudit.policy import Policy, Severity, Verdict
from fateaudit.policy.wording import per_hundred_or_thousand
from fateaudit.record import AuditRecord
from fateaudit.report.frequencies import is_adverse, not_counted, opposite
from fateaudit.report.observations import Observation, compared, observations

WORST_FIRST = (Verdict.NOT_MET, Verdict.CANNOT_TELL, Verdict.MET)

Matter = tuple[Observation, ...]
"""Answers about one fact; the first is the worst."""


def matters(record: AuditRecord) -> tuple[Matter, ...]:
    """Return what was judged by limits of weight, worst first: by verdict, by weight, by how far groups are apart."""
    by_key: dict[object, list[Observation]] = {}
    for observation in observations(record):
        if observation.check.severity.is_material:
            by_key.setdefault(_key(observation, record.policy), []).append(observation)
    found = [tuple(sorted(group, key=lambda one: _lead(one, record.policy))) for group in by_key.values()]
    return tuple(sorted(found, key=lambda matter: (*_weight(matter[0]), -_apart(matter[0]))))


def exceptions(record: AuditRecord) -> tuple[Matter, ...]:
    """Return the matters in which a limit is not met or could not be judged."""
    return tuple(matter for matter in matters(record) if is_exception(matter[0]))


def is_exception(observation: Observation) -> bool:
    """Whether a limit is not met or could not be judged."""
    return observation.ruling.verdict is not Verdict.MET


def _key(observation: Observation, policy: Policy) -> object:
    item, parts = observation.evidence, compared(observation)
    if not isinstance(item, Measurement) or not parts:
        return observation.ruling.evidence
    said = item.subject
    sides = frozenset({said.counted, opposite(said.counted, policy)})
    return item.of, said.among, sides, frozenset(part.group for part in parts)


def _weight(observation: Observation) -> tuple[int, int]:
    return WORST_FIRST.index(observation.ruling.verdict), list(Severity).index(observation.check.severity)


def _lead(observation: Observation, policy: Policy) -> tuple[int, int, bool]:
    item = observation.evidence
    is_worse_side = isinstance(item, Measurement) and is_adverse(item.subject.counted, policy)
    return (*_weight(observation), not is_worse_side)


def _apart(observation: Observation) -> float:
    rates = [part.rate or 0.0 for part in compared(observation)]
    return max(rates) - min(rates) if rates else 0.0


def denominator(found: tuple[Matter, ...]) -> int:
    """Return the one denominator of the page: 100, or 1,000 when any rate on either side is under 2 in 100."""
    parts = [part for matter in found for part in compared(matter[0])]
    return per_hundred_or_thousand(rate for part in parts for rate in (part.rate, not_counted(part).rate))
