"""Everything that page 1 counts and lists, each with one number: groups, the model, answers, signatures, stops.

The headline counts these, the list shows these, and what has no room is counted as more on page 2.
"""

from fateaudit.policy import Severity, Verdict
from fateaudit.record import AuditRecord
from fateaudit.report.accountable import Answers, AnswersSigned, Ended, answers_signed, answers_told, ended_by
from fateaudit.report.matters import WORST_FIRST, Matter, matters

Told = Matter | Answers | AnswersSigned
"""One thing that is told. What ends the matter is told before all of these."""


def everything(record: AuditRecord) -> tuple[Told, ...]:
    """Return what was judged, worst first; of equal weight the widest gap first, then the answers people gave."""
    measured = matters(record)
    leading = {weight_of(matter): matter for matter in reversed(measured)}
    by_people = [one for one in (answers_told(record), answers_signed(record)) if one is not None]

    def order(one: Told) -> tuple[tuple[int, int], int]:
        place = 1 if not isinstance(one, tuple) else 0 if one is leading[weight_of(one)] else 2
        return weight_of(one), place

    return tuple(sorted([*measured, *by_people], key=order))


def exceptions(record: AuditRecord) -> tuple[Told, ...]:
    """Return what is not met or could not be judged."""
    return tuple(one for one in everything(record) if verdict_of(one) is not Verdict.MET)


def all_exceptions(record: AuditRecord) -> tuple[Told | Ended, ...]:
    """Return the same after what ends the matter, if anything does: everything that the headline counts."""
    ended = ended_by(record)
    return (*([ended] if ended else []), *exceptions(record))


def verdict_of(one: Told | Ended) -> Verdict:
    """Return the verdict: that of the worst answer of a matter."""
    return one[0].ruling.verdict if isinstance(one, tuple) else one.verdict


def weight_of(one: Told) -> tuple[int, int]:
    """Return a sorting key: by verdict, then by severity."""
    severity = one[0].check.severity if isinstance(one, tuple) else one.severity
    return WORST_FIRST.index(verdict_of(one)), list(Severity).index(severity)
