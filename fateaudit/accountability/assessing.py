"""Answers → one value per question asked. Nothing is judged here."""

from fateaudit.accountability.answers import Answer, AnswersFile
from fateaudit.accountability.checklist import Item
from fateaudit.accountability.situation import Situation, asked
from fateaudit.evidence import Answered, CitedFile, Given, Respondent

_UNANSWERED = Answer(value=Given.UNANSWERED)


def assess(file: AnswersFile, situation: Situation, *, check: str) -> tuple[Answered, ...]:
    """Return the answer to every item that is asked in `situation`, for the policy's check `check`.

    An item without an entry comes out as unanswered; none is left out.
    """
    return tuple(_answered(file, item, check) for item in asked(file.checklist.checklist, situation))


def _answered(file: AnswersFile, item: Item, check: str) -> Answered:
    answer = file.answers.get(item.id, _UNANSWERED)
    evidence = tuple(file.evidence[cited] for cited in dict.fromkeys(answer.evidence))
    review = answer.review
    answered_by = _respondent(file, answer.answered_by)
    reviewed_by = _respondent(file, review.by if review else None)
    return Answered(
        id=f"{check}/{item.id}",
        check=check,
        item=item.id,
        section=file.checklist.checklist.sections[item.section],
        principle=item.principle.value,
        severity=item.severity,
        stop=item.stop,
        rights=item.rights,
        question=item.question,
        given=answer.value,
        confirmed=_is_confirmed(item, answer),
        opened=bool(review and review.opened),
        statement=answer.na_reason or answer.statement or "",
        evidence=evidence,
        answered_by=answered_by,
        answered_at=answer.at,
        reviewed_by=reviewed_by,
        condition=_condition(file, answer),
        detail=_detail(item, answer, answered_by, reviewed_by, evidence),
    )


def _is_confirmed(item: Item, answer: Answer) -> bool:
    """Return whether somebody who may vouch for this answer does. A declaration stands by its own signature."""
    if item.declaration and answer.value is Given.YES:
        return answer.review is None or answer.review.result == "confirmed"
    return answer.review is not None and answer.review.result == "confirmed"


def _respondent(file: AnswersFile, person_id: str | None) -> Respondent | None:
    if person_id is None:
        return None
    person = file.person(person_id)
    return Respondent(id=person.id, name=person.name, role=person.role.in_words)


def _condition(file: AnswersFile, answer: Answer) -> str:
    if answer.condition is None:
        return ""
    owner = file.person(answer.condition.owner).name
    return f"{answer.condition.text.rstrip('.')} ({owner}, by {answer.condition.due})"


_SAID = {
    Given.YES: "Yes",
    Given.NO: "No",
    Given.PARTIAL: "In part",
    Given.UNKNOWN: "I don't know",
    Given.NA: "Does not apply",
}


def _detail(
    item: Item,
    answer: Answer,
    answered_by: Respondent | None,
    reviewed_by: Respondent | None,
    evidence: tuple[CitedFile, ...],
) -> str:
    """Return the answer in a sentence or three: what was said, on what, and what the reviewer made of it."""
    if answered_by is None:
        return "Nobody answered this question."
    said = f"{_SAID[answer.value]}, says {answered_by.name} ({answered_by.role})."
    papers = f" Evidence: {', '.join(file.name for file in evidence)}." if evidence else ""
    if not evidence and answer.value is Given.YES and not item.declaration:
        papers = " Nothing in writing is cited."
    return f"{said}{papers} {_reviewed(item, answer, reviewed_by)}".rstrip()


def _reviewed(item: Item, answer: Answer, reviewed_by: Respondent | None) -> str:
    if answer.review is not None and reviewed_by is not None:
        note = f": {answer.review.note.rstrip('.')}" if answer.review.note else ""
        did = "confirmed it" if answer.review.result == "confirmed" else "did not confirm it"
        return f"{reviewed_by.name} {did}{note}."
    if item.declaration:
        return "It is the reviewer's own declaration."
    return "No reviewer has confirmed it." if answer.value in {Given.YES, Given.NA} else ""
