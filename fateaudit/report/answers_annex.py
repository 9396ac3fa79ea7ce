"""The annex: every question that was asked, what was stated, by whom, on which papers, and what a reviewer made of it.

What was answered well stands here too. Statements and names are other people's words: they are printed, never obeyed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.evidence import Answered
from fateaudit.policy.wording import capitalised
from fateaudit.record import AuditRecord
from fateaudit.report.answered import said_and_made_of_it, shape_of, weight_of, word_of
from fateaudit.report.entries import Entry
from fateaudit.report.text import ended

DIGEST_SHOWN = 12
"""Hexadecimal digits of a paper's digest; all of them stand under Digests."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was cited."""

    name: str
    what: str
    """The first digits of its SHA-256, and its size."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question in full."""

    item: str
    weight: str
    word: str
    shape: str
    question: str
    statement: str
    said: str
    papers: tuple[Paper, ...]
    outcome: str
    promised: str


@dataclass(frozen=True, slots=True)
class Section:
    """The questions of one section of the list."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """The annex, in the order of the list."""

    checklist: str
    """The title of the list, its id and its version."""
    sha256: str
    sections: tuple[Section, ...]
    not_asked: tuple[Entry, ...]


def annex(record: AuditRecord) -> Annex | None:
    """Return every question and answer, or None where no list of questions was answered."""
    sheet = record.questionnaire
    if sheet is None:
        return None
    return Annex(
        checklist=f"{sheet.title} ({sheet.checklist}, version {sheet.version})",
        sha256=sheet.sha256,
        sections=_sections(record.answers),
        not_asked=tuple(
            Entry(one.item, f"{one.question} {ended(capitalised(one.because))}") for one in sheet.not_asked
        ),
    )


def _sections(answers: Sequence[Answered]) -> tuple[Section, ...]:
    by_section: dict[str, list[Question]] = {}
    for one in answers:
        by_section.setdefault(one.section, []).append(_question(one))
    return tuple(Section(title, tuple(questions)) for title, questions in by_section.items())


def _question(one: Answered) -> Question:
    said, outcome = said_and_made_of_it(one)
    return Question(
        item=one.item,
        weight=f"{weight_of(one)}, stop" if one.stop else weight_of(one),
        word=word_of(one),
        shape=shape_of(one),
        question=one.question,
        statement=one.statement,
        said=f"{said.removesuffix('.')}, {one.answered_at}." if one.answered_at else said,
        papers=tuple(Paper(file.name, f"{file.sha256[:DIGEST_SHOWN]}, {file.size:,} bytes") for file in one.evidence),
        outcome=f"{outcome} The papers were read in full." if one.opened else outcome,
        promised=ended(one.condition) if one.condition else "",
    )
