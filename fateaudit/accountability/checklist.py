"""A checklist as data: its items, whom each concerns, and when it is asked. Lawyers edit these files.

What a test cannot hold (that yes protects people, that a question asks one thing) is read by people; see
`checklists/README.md`.
"""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.documents import Frozen, read_yaml, validate
from fateaudit.errors import UsageError, did_you_mean
from fateaudit.policy import Principle
from fateaudit.resources import folder

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Name = Annotated[str, StringConstraints(pattern="^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
ItemId = Annotated[str, StringConstraints(pattern="^[A-Z]{2}-[A-Z]{2,5}-[0-9]{2}$")]
Stage = Literal["concept", "prototype", "evaluation", "approved"]
Category = Literal["prediction_analysis", "recognition", "exploration", "communication"]
Autonomy = Literal["advisory", "human_in_loop", "human_on_loop", "fully_autonomous"]
Right = Literal["due_process", "presumption_of_innocence", "expression", "discrimination", "privacy", "other"]
EvidenceKind = Literal[
    "contract", "document", "file_digest", "log", "minute", "notice", "register", "screenshot", "test_record"
]


class Role(StrEnum):
    """What a person is to the system under audit. One person has one of these; verification holds them apart."""

    MODEL_OWNER = "model_owner"
    INDEPENDENT_REVIEWER = "independent_reviewer"
    ASSESSOR = "assessor"
    ACCOUNTABLE_OFFICER = "accountable_officer"
    LEGAL_ADVISER = "legal_adviser"
    DATA_STEWARD = "data_steward"
    SECURITY_OFFICER = "security_officer"
    OPERATOR = "operator"
    SUPPLIER = "supplier"
    ETHICS_BODY = "ethics_body"
    EXTERNAL_REVIEWER = "external_reviewer"

    @property
    def in_words(self) -> str:
        """The role as it is said: "model owner"."""
        return self.value.replace("_", " ")

    @property
    def may_review(self) -> bool:
        """Whether a person of this role may confirm another person's answer."""
        return self in {Role.INDEPENDENT_REVIEWER, Role.EXTERNAL_REVIEWER}


class Source(Frozen):
    """A text that a question goes back to; never one that it claims to satisfy."""

    title: Line
    note: Line


class Ref(Frozen):
    """Where in a source."""

    source: Name
    at: Line


class Applies(Frozen):
    """When an item is asked: every line must hold, and in a line any of its entries. Empty means always."""

    stage: tuple[Stage, ...] = ()
    category: tuple[Category, ...] = ()
    autonomy: tuple[Autonomy, ...] = ()
    flags: tuple[Name, ...] = ()


class Guidance(Frozen):
    """Help with one question; blockers have all four, the others at least the note."""

    note: Line
    good: Line | None = None
    """A good answer, invented."""
    poor: Line | None = None
    check: Line | None = None
    """How the reviewer finds out."""


class Item(Frozen):
    """One question, of one fact, to which yes is the answer that protects people."""

    id: ItemId
    section: Name
    step: Annotated[int, Field(ge=1)]
    """Where it comes in the order of asking, which is not the order of printing."""
    principle: Principle
    severity: Literal["blocker", "major", "minor"]
    stop: bool = False
    declaration: bool = False
    """A statement of reviewers about themselves: only they may give it, and it stands as confirmed by their name."""
    rights: tuple[Right, ...] = ()
    question: Line
    protective: Literal["yes"]
    """Written into every item, so that whoever adds one has to think about it."""
    why: Line
    guidance: Guidance
    evidence: Annotated[tuple[EvidenceKind, ...], Field(min_length=1)]
    answered_by: Annotated[tuple[Role, ...], Field(min_length=1)]
    """Who is likely to know, the likeliest first."""
    applies: Applies = Applies()
    refs: tuple[Ref, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> "Item":
        if self.id.split("-")[1] != self.section:
            raise ValueError(f"{self.id} stands in section {self.section} | give it an id of its section")
        guided = all((self.guidance.good, self.guidance.poor, self.guidance.check))
        if self.severity == "blocker" and not guided:
            raise ValueError(f"{self.id} is a blocker | add guidance.good, .poor and .check")
        if self.stop and self.severity != "blocker":
            raise ValueError(f"{self.id} is a stop question | make it a blocker")
        return self


class Checklist(Frozen):
    """A list of questions, in one wording: another wording is another version and another digest."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/checklist/1"] = Field(alias="schema")
    id: Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{2,63}$")]
    version: Annotated[str, StringConstraints(pattern="^[0-9]+[.][0-9]+[.][0-9]+$")]
    title: Line
    summary: Line
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    sources: dict[Name, Source] = Field(default_factory=dict)
    sections: dict[Name, Line]
    steps: Annotated[tuple[Line, ...], Field(min_length=1)]
    """The order of asking: a title for each `Item.step`, from 1."""
    flags: dict[Name, Line] = Field(default_factory=dict)
    """Facts that decide whether conditional items are asked, each as a question."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _refers_to_what_it_has(self) -> "Checklist":
        seen: set[str] = set()
        for item in self.items:
            if item.id in seen:
                raise ValueError(f"{item.id} stands twice | ids are never reused")
            seen.add(item.id)
            named: list[tuple[object, Container[object]]] = [(item.section, self.sections)]
            named += [(item.step, range(1, len(self.steps) + 1))]
            named += [(flag, self.flags) for flag in item.applies.flags]
            named += [(ref.source, self.sources) for ref in item.refs]
            for name, known in named:
                if name not in known:
                    raise ValueError(
                        f'{item.id} refers to "{name}", which this list does not have | add it, or mend it'
                    )
        return self

    def item(self, item_id: str) -> Item | None:
        """Return the item called `item_id`, or None when this list has none."""
        return next((item for item in self.items if item.id == item_id), None)

    def in_order_of_asking(self) -> tuple[Item, ...]:
        """Return the items step by step; within a step as they stand."""
        return tuple(sorted(self.items, key=lambda item: item.step))


@dataclass(frozen=True, slots=True)
class ChecklistFile:
    """A shipped checklist and the digest of its bytes, to which answers are bound."""

    checklist: Checklist
    artifact: Artifact


def shipped_checklists() -> tuple[str, ...]:
    """Return the ids of the checklists that come with fateaudit, sorted."""
    return tuple(sorted(path.stem for path in folder("checklists").glob("*.yaml")))


def read_checklist(checklist_id: str) -> ChecklistFile:
    """Read a shipped checklist. Raises UsageError when there is none of that name."""
    known = shipped_checklists()
    if checklist_id not in known:
        raise UsageError(
            f'there is no checklist "{checklist_id}"',
            where=[f"There are: {', '.join(known)}"],
            hint=did_you_mean(checklist_id, known) or "see: fateaudit checklist list",
        )
    name = f"{checklist_id}.yaml"
    hint = "install fateaudit again"
    return parse_checklist(read(folder("checklists") / name, what="the checklist", hint=hint), name)


@cache
def parse_checklist(content: bytes, name: str) -> ChecklistFile:
    """Return what `content` says; kept, because reading 50 KB of YAML with its lines takes a second."""
    checklist = validate(read_yaml(content, name), Checklist)
    return ChecklistFile(checklist, describe(content, role="checklist", name=name, media_type="application/yaml"))
