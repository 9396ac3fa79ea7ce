"""`answers.yaml` on disk → answers that fit the wording they were given to, and whose papers are there."""

from collections.abc import Mapping
from pathlib import Path

from fateaudit.accountability.answers import Answer, AnswersFile, Person, Preamble
from fateaudit.accountability.checklist import Checklist, ChecklistFile, Item, Role, read_checklist
from fateaudit.accountability.evidence_files import read_cited
from fateaudit.accountability.situation import Situation, situation_of, why_not_asked
from fateaudit.artifacts import describe, read
from fateaudit.documents import Document, read_yaml, validate
from fateaudit.errors import PolicyError, as_seen, did_you_mean
from fateaudit.evidence import CitedFile, Given

_NEW = "fateaudit checklist new predeployment-oversight --out answers.yaml"
_COMPARE = f"compare with a new file: {_NEW}"


def read_answers(path: Path, *, wording: ChecklistFile | None = None) -> AnswersFile:
    """Read and check `path` and the evidence it cites; `wording` is the list that was answered, where it is at hand.

    Raises PolicyError with the line for whatever does not fit the checklist, UsageError when a file is not there.
    """
    content = read(path, what="the answers file", hint=f"make one: {_NEW}")
    document = read_yaml(content, path.name)
    preamble = validate(_without_answers(document), Preamble, hint=_COMPARE)
    file = wording or read_checklist(preamble.checklist.id)
    _refuse_other_wording(preamble, file, document)
    _refuse_wrong_preamble(preamble, file.checklist, document)
    answers = _read_each(document, file.checklist)
    people = {person.id: person for person in preamble.people}
    evidence: dict[str, CitedFile] = {}
    for item_id, answer in answers.items():
        item = file.checklist.item(item_id)
        if item is not None:
            _refuse_wrong_people(item, answer, people, document)
            _refuse_wrong_answer(item, answer, document)
            _refuse_not_asked(item, answer, situation_of(preamble), document)
        for index, cited in enumerate(answer.evidence):
            if cited not in evidence:
                where = document.where("answers", item_id, "evidence", index)
                evidence[cited] = read_cited(path.parent, cited, where=where)
    artifact = describe(content, role="answers", name=path.name, media_type="application/yaml")
    return AnswersFile(preamble, answers, file, artifact, evidence, document)


def _without_answers(document: Document) -> Document:
    if not isinstance(document.data.get("answers"), dict):
        raise PolicyError(
            f"{document.name} holds no answers", where=[document.where("answers")], hint=f"make a new file: {_NEW}"
        )
    data = {key: value for key, value in document.data.items() if key != "answers"}
    return Document(document.name, data, document.lines, document.text)


def _read_each(document: Document, checklist: Checklist) -> dict[str, Answer]:
    """Validate the answers one by one, so that each mistake is named with its item."""
    known = [item.id for item in checklist.items]
    answers = {}
    for item_id, written in document.data["answers"].items():
        at = ("answers", item_id)
        if item_id not in known:
            raise PolicyError(
                f'"{item_id}" is no item of {checklist.id} {checklist.version}',
                where=[document.where(*at)],
                hint=did_you_mean(item_id, known) or f"see: fateaudit checklist show {checklist.id}",
            )
        lines = {place[2:]: line for place, line in document.lines.items() if place[:2] == at}
        part = Document(document.name, written, lines, document.text)
        try:
            answers[item_id] = validate(part, Answer, hint=_COMPARE)
        except PolicyError as error:
            raise PolicyError(f"{item_id}: {error.message}", where=error.where, hint=error.hint) from None
    return answers


def _refuse_other_wording(preamble: Preamble, file: ChecklistFile, document: Document) -> None:
    """Refuse answers to another wording: a yes to one question is not a yes to the next version of it."""
    named, checklist = preamble.checklist, file.checklist
    if (named.version, named.sha256) == (checklist.version, file.artifact.sha256):
        return
    place = "version" if named.version != checklist.version else "sha256"
    raise PolicyError(
        f"these answers were given to another wording of {checklist.id}",
        where=[
            document.where("checklist", place),
            f"here it is version {checklist.version}, sha256 {file.artifact.sha256}",
        ],
        hint=f"make a new file and answer what changed anew: fateaudit checklist new {checklist.id} --out NEW.yaml",
    )


def _refuse_wrong_preamble(preamble: Preamble, checklist: Checklist, document: Document) -> None:
    for flag in preamble.flags:
        if flag not in checklist.flags:
            raise PolicyError(
                f'"{flag}" is no flag of {checklist.id}',
                where=[document.where("flags", flag)],
                hint=did_you_mean(flag, checklist.flags) or "remove it",
            )
    missing = [flag for flag in checklist.flags if flag not in preamble.flags]
    if missing:
        raise PolicyError(
            f"the flag {missing[0]} is not answered: {checklist.flags[missing[0]]}",
            where=[document.where("flags")],
            hint=f"add it there: {missing[0]}: yes, no or unknown",
        )
    if preamble.stage not in checklist.stages:
        raise PolicyError(
            f"{checklist.id} is not for the stage {preamble.stage}",
            where=[document.where("stage")],
            hint=f"write one of: {', '.join(checklist.stages)}",
        )
    ids = [person.id for person in preamble.people]
    names = [as_seen(person.name) for person in preamble.people]
    twice = next((at for at in range(len(ids)) if ids[at] in ids[:at] or names[at] in names[:at]), None)
    if twice is not None:
        raise PolicyError(
            f'the person "{ids[twice]}" is listed twice',
            where=[document.where("people", twice)],
            hint="give each person one entry and one role",
        )


def _refuse_wrong_people(item: Item, answer: Answer, people: Mapping[str, Person], document: Document) -> None:
    """Refuse a name that nobody introduced, and a review by somebody who may not give it."""
    review, condition = answer.review, answer.condition
    named = {
        ("answered_by",): answer.answered_by,
        ("review", "by"): review.by if review else None,
        ("condition", "owner"): condition.owner if condition else None,
    }
    for place, name in named.items():
        if name is not None and name not in people:
            raise PolicyError(
                f'{item.id}: "{name}" is not among the people of this file',
                where=[document.where("answers", item.id, *place)],
                hint=did_you_mean(name, people) or f"add {name} to people, with name, role, organisation and relation",
            )
    by = people.get(answer.answered_by or "")
    if item.declaration and by is not None and not by.role.may_review:
        raise PolicyError(
            f"{item.id} is a statement of the reviewer, and {by.id} is the {by.role.in_words}",
            where=[document.where("answers", item.id, "answered_by")],
            hint=f"have the reviewer answer it: a person with role: {Role.INDEPENDENT_REVIEWER}",
        )
    if review is not None:
        _refuse_wrong_review(item, answer, people[review.by], document)


def _refuse_wrong_review(item: Item, answer: Answer, reviewer: Person, document: Document) -> None:
    where = document.where("answers", item.id, "review")
    review = answer.review
    if review is None or answer.at is None:
        return
    if reviewer.id == answer.answered_by:
        raise PolicyError(
            f"{item.id}: {reviewer.id} reviews their own answer", where=[where], hint="have another person review it"
        )
    if not reviewer.role.may_review:
        raise PolicyError(
            f"{item.id}: {reviewer.id} is the {reviewer.role.in_words} and cannot review",
            where=[where],
            hint=f"name a person with role: {Role.INDEPENDENT_REVIEWER}",
        )
    if review.at[:10] < answer.at[:10]:
        raise PolicyError(
            f"{item.id} was reviewed on {review.at[:10]}, before it was answered on {answer.at[:10]}",
            where=[where],
            hint="review the answer as it stands now, and write that day",
        )
    needs_papers = answer.value is Given.YES or (answer.value is Given.NA and item.severity == "blocker")
    if review.result == "confirmed" and needs_papers and not answer.evidence:
        raise PolicyError(
            f"{item.id} is confirmed, and no evidence is cited",
            where=[where],
            hint="cite the file that was looked at (a note of what was seen is one), or write result: not_confirmed",
        )


def _refuse_wrong_answer(item: Item, answer: Answer, document: Document) -> None:
    """Refuse a way around a stop question: half a no is a no, and it always applies."""
    if item.stop and answer.value in {Given.PARTIAL, Given.NA}:
        raise PolicyError(
            f"{item.id} is a stop question and cannot be answered {answer.value}",
            where=[document.where("answers", item.id, "value")],
            hint="write yes, no or unknown; what holds only in part is a no",
        )


def _refuse_not_asked(item: Item, answer: Answer, situation: Situation, document: Document) -> None:
    """Refuse an answer to a question that the same file rules out: one of the two is wrong."""
    because = why_not_asked(item, situation)
    if because and answer.value is not Given.UNANSWERED:
        raise PolicyError(
            f"{item.id} is answered, and it is not asked: {because}",
            where=[document.where("answers", item.id)],
            hint="correct the flag or the stage, or remove the answer",
        )
