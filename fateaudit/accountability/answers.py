"""`answers.yaml`: who answered what about one system, on which papers, and what a reviewer made of it.

Only the form is known here; whether the answers fit their checklist and their papers is for `reading`.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from fateaudit.accountability.checklist import ChecklistFile, Line, Role, Stage
from fateaudit.artifacts import Artifact
from fateaudit.documents import Document, Frozen
from fateaudit.evidence import CitedFile, Given

SCHEMA: Literal["fateaudit/answers/1"] = "fateaudit/answers/1"
PersonId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""The same form as in a trust file, to which it is matched."""

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


def _moment(text: str) -> str:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("this is not a date | write a day, 2026-11-21, or a time, 2026-11-21T14:30:00Z") from None
    return text


Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$"), AfterValidator(_moment)
]
"""A day or a time in UTC, kept as it was written."""


class Person(Frozen):
    """Somebody who answers or reviews."""

    id: PersonId
    name: Line
    role: Role
    organisation: Line
    relation: Line
    """What they have to do with the system, in their own words."""


class Review(Frozen):
    """What a second person found when they looked at the evidence."""

    by: PersonId
    at: Moment
    result: Literal["confirmed", "not_confirmed"]
    note: Line | None = None
    opened: bool = False
    """Whether the evidence was opened and read in full, as it is for the items drawn."""


class Condition(Frozen):
    """What is promised where the answer is not yes."""

    text: Line
    owner: PersonId
    due: Moment


class Answer(Frozen):
    """One answer. `unanswered` is what a new file holds."""

    value: Given
    statement: Line | None = None
    evidence: tuple[Line, ...] = ()
    answered_by: PersonId | None = None
    at: Moment | None = None
    review: Review | None = None
    condition: Condition | None = None
    na_reason: Line | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "Answer":
        given = self.value
        if given is Given.UNANSWERED:
            if self.statement or self.evidence or self.review or self.condition:
                raise ValueError(
                    "unanswered, and yet something is stated | write value: yes, no, partial, unknown or na"
                )
            return self
        if self.answered_by is None or self.at is None:
            raise ValueError(f"{given} is nobody's answer | add answered_by: a person's id, and at: a day")
        if given is Given.NA and not self.na_reason:
            raise ValueError("na needs a reason | add na_reason: why the question does not apply here")
        if given is not Given.NA and self.na_reason:
            raise ValueError(f"na_reason stands beside {given} | remove it, or write value: na")
        if given in {Given.YES, Given.NO, Given.PARTIAL} and not self.statement:
            raise ValueError(f"{given} needs a statement | add statement: what is so, who does it, since when")
        if self.condition and given not in {Given.NO, Given.PARTIAL}:
            raise ValueError(f"a condition stands beside {given} | conditions belong to no and partial")
        return self


class NamedChecklist(Frozen):
    """Which wording was answered."""

    id: Line
    version: Line
    sha256: Sha256


class Preamble(Frozen):
    """All of `answers.yaml` but the answers."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/answers/1"] = Field(alias="schema")
    checklist: NamedChecklist
    system: Line
    """The system's name, as in the policy."""
    stage: Stage
    flags: dict[str, Literal["yes", "no", "unknown"]]
    """Every flag of the checklist. What is unknown may be so: its questions are asked."""
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """Answers that fit their checklist and whose evidence was there, with the digests of all of it."""

    preamble: Preamble
    answers: dict[str, Answer]
    checklist: ChecklistFile
    artifact: Artifact
    evidence: dict[str, CitedFile]
    """Every cited file, by the path as it was cited."""
    document: Document

    def person(self, person_id: str) -> Person:
        """Return the person called `person_id`."""
        return next(person for person in self.preamble.people if person.id == person_id)

    def manifest(self) -> tuple[CitedFile, ...]:
        """Return the evidence files, sorted by name: what is signed together with the answers."""
        return tuple(self.evidence[name] for name in sorted(self.evidence))

    def digest_of_what_was_said(self) -> str:
        """Return a digest of the answers without their reviews: reviewing does not change it, answering does."""
        said = {item: answer.model_dump(mode="json", exclude={"review"}) for item, answer in self.answers.items()}
        whole = {
            "checklist": self.checklist.artifact.sha256,
            "answers": said,
            "evidence": [file.model_dump(mode="json") for file in self.manifest()],
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
