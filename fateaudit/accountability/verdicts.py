"""Rule R9: what an answer on a checklist is worth. Pure; it knows no files and no policy settings.

"I don't know" and "nobody has looked at the papers" are neither kept nor broken promises: they cannot be told.
"""

from collections.abc import Iterable

from fateaudit.accountability.answered import Answered, Given
from fateaudit.policy import Severity, Verdict


def verdict_of(answered: Answered) -> Verdict | None:
    """Return the verdict on one answer, or None where an item does not apply and the reviewer agreed.

    "Not applicable" without a reviewer's word is a claim like any other and cannot be told: otherwise writing `na`
    would be the shortest way to lose a question.
    """
    match answered.given:
        case Given.NO | Given.PARTIAL:
            return Verdict.NOT_MET
        case Given.YES:
            return Verdict.MET if answered.confirmed else Verdict.CANNOT_TELL
        case Given.NA:
            return None if answered.confirmed else Verdict.CANNOT_TELL
        case Given.UNKNOWN | Given.UNANSWERED:
            return Verdict.CANNOT_TELL


def weight_of(answered: Answered) -> Severity:
    """Return how much the verdict weighs: a blocker answered "in part" is a major that is not met."""
    severity = Severity(answered.severity)
    if answered.given is Given.PARTIAL and severity is Severity.BLOCKER:
        return Severity.MAJOR
    return severity


def stops(answers: Iterable[Answered]) -> tuple[Answered, ...]:
    """Return the answers that end the matter whatever the policy says (rule R7): a plain no to a stop question."""
    return tuple(answered for answered in answers if answered.stop and answered.given is Given.NO)
