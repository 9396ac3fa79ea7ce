"""Rule R9: what an answer on a checklist is worth, and what the signatures on the answers are.

"I don't know", "nobody has looked at the papers" and "nobody has signed" are neither kept nor broken promises: they
cannot be told.
"""

from collections.abc import Iterable, Sequence

from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Answered, Evidence, Given, Questionnaire
from fateaudit.policy.checks import ChecklistCheck, Principle, Severity
from fateaudit.policy.judging import Finding, Ruling, Verdict
from fateaudit.signing import Decision


def judge_answers(check: ChecklistCheck, evidence: Sequence[Evidence]) -> tuple[Finding, ...]:
    """Return the finding on the signatures, under the check's own id, and one for every question that was asked.

    A question that does not apply, as a reviewer agreed, has no finding: it is listed with the evidence.

    Raises DamagedFileError unless there is exactly one answer, or "unanswered", to every question that was asked.
    """
    sheets = [item for item in evidence if isinstance(item, Questionnaire)]
    answers = [item for item in evidence if isinstance(item, Answered)]
    asked = [item for sheet in sheets for item in sheet.asked]
    is_whole = len(sheets) == 1 and sheets[0].checklist == check.checklist and len(evidence) == len(answers) + 1
    if not is_whole or sheets[0].required != check.require.signed_by or [one.item for one in answers] != asked:
        raise DamagedFileError(
            f"the evidence is not what {check.id} asks for: something is missing, or does not belong to it",
            hint="run the audit again",
        )
    signed = _finding(check.id, check.principle, check.severity, *_of_signatures(sheets[0]))
    return signed, *filter(None, map(_of_answer, answers))


def _of_answer(one: Answered) -> Finding | None:
    verdict = verdict_of(one)
    if verdict is None:
        return None
    return _finding(one.id, Principle(one.principle), weight_of(one), verdict, one.detail.rstrip("."))


def _finding(evidence: str, principle: Principle, severity: Severity, verdict: Verdict, because: str) -> Finding:
    ruling = Ruling(evidence=evidence, of=(), verdict=verdict, groups=(), because=because)
    return Finding(
        check=evidence,
        principle=principle,
        severity=severity,
        verdict=verdict,
        evidence=(evidence,),
        groups=(),
        because=because,
        rulings=(ruling,),
    )


def _of_signatures(sheet: Questionnaire) -> tuple[Verdict, str]:
    """Return *not met* where somebody signed that they refuse; otherwise whether every signature is there and holds."""
    refused = [one for one in sheet.signed if one.holds and one.decision is Decision.REFUSE]
    if refused:
        return Verdict.NOT_MET, "; ".join(f"{one.name} ({one.role.words}) refused the answers" for one in refused)
    if sheet.lacking:
        return Verdict.CANNOT_TELL, "; ".join(sheet.lacking)
    return Verdict.MET, "signed by " + " and ".join(f"{one.name} ({one.role.words})" for one in sheet.signed)


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
