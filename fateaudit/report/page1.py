"""What page 1 says, as plain sentences computed from the record. How it looks is the template's business."""

from dataclasses import dataclass

from fateaudit.policy import FEATURE_WORDS, OVERALL_WORDS, FeatureResult, Overall, Principle
from fateaudit.policy.wording import capitalised, units
from fateaudit.record import AuditRecord
from fateaudit.report.everyone import counted_in_short
from fateaudit.report.found import Found, Room, found
from fateaudit.report.reported import Reported, standing_in_words
from fateaudit.report.scores import BY_PAPERS
from fateaudit.report.shapes import FEATURE_SHAPES, OVERALL_SHAPES
from fateaudit.report.text import date_in_words, ended, shortened


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the four features."""

    name: str
    word: str
    shape: str
    known_by: str
    """How what is known of it became known: by measuring, from documents, by being told."""
    why: str


@dataclass(frozen=True, slots=True)
class Page1:
    """Everything that page 1 says, in the order in which it is read."""

    title: str
    lede: tuple[str, ...]
    result: str
    shape: str
    notes: tuple[str, ...]
    standing: tuple[str, str]
    found: Found
    features: tuple[Feature, ...]
    everyone: tuple[str, ...]
    not_said: tuple[str, ...]
    is_demonstration: bool
    basis: tuple[str, ...]


def page1(reported: Reported, room: Room) -> Page1:
    """Return page 1 of the report, with what was found told as fully as `room` allows."""
    record = reported.record
    opinion = record.opinion.policy
    is_empty = opinion.overall is Overall.NO_OPINION
    return Page1(
        title=f"Audit of {shortened(record.system.name, 90)}",
        lede=_lede(record),
        result=OVERALL_WORDS[opinion.overall],
        shape=OVERALL_SHAPES[opinion.overall],
        notes=(*(["This is not a pass."] if is_empty else []), f"{capitalised(opinion.because)}.", *opinion.caps),
        standing=standing_in_words(reported.judgement),
        found=found(record, room),
        features=tuple(_feature(record, principle) for principle in Principle),
        everyone=counted_in_short(record),
        not_said=_not_said(record),
        is_demonstration=record.demonstration,
        basis=_basis(record),
    )


def _lede(record: AuditRecord) -> tuple[str, ...]:
    policy = record.policy
    tested = f"Tested: {record.counts.rows:,} {units(policy)}."
    source = f"Source: {ended(shortened(policy.dataset.provenance, 220))}"
    return (
        f"{ended(shortened(record.system.purpose, 300))} {tested} {source}",
        f"Better for the person: {shortened(policy.words.favourable, 80)}.",
    )


def _feature(record: AuditRecord, principle: Principle) -> Feature:
    opinion = record.opinion.policy.features[principle]
    is_audited = opinion.result is not FeatureResult.NOT_AUDITED
    why = capitalised(opinion.because) if is_audited else "No check of it was made"
    return Feature(
        name=capitalised(principle.value),
        word=capitalised(FEATURE_WORDS[opinion.result]),
        shape=FEATURE_SHAPES[opinion.result],
        known_by=_known_by(record, principle) if is_audited else "nothing",
        why=why,
    )


def _known_by(record: AuditRecord, principle: Principle) -> str:
    """Return how a feature is known: what people wrote is not what was measured."""
    if principle is Principle.ACCOUNTABILITY:
        return "being told"
    metrics = {check.metric for check in record.policy.metric_checks(principle)}
    ways = [("measuring", metrics - {BY_PAPERS}), ("documents", metrics & {BY_PAPERS})]
    return ", ".join(way for way, known in ways if known)


_OF_THE_RECORDS = {
    "past_decision": "What would have been right. The records show what was decided then.",
    "recorded_event": "What really happened. The records show what was written down.",
    "outcome": "That the records are right. They were taken as they are.",
}
_OF_THE_RESULT = {
    Overall.MEETS: "That there are no differences. They are within the limits its owner chose.",
    Overall.NO_OPINION: "That the model is sound, or that it is not.",
}


def _not_said(record: AuditRecord) -> tuple[str, ...]:
    of_the_result = _OF_THE_RESULT.get(record.opinion.policy.overall)
    return (
        *([of_the_result] if of_the_result else []),
        "What caused a difference, or whether anyone meant it.",
        _OF_THE_RECORDS[record.policy.columns.label_kind],
        "Anything about one person, another place, or today.",
        "That the use is lawful, or that it is not.",
        "“Could be” covers chance, not wrong data.",
    )


_ROLES = {
    "holdout": "kept back from training, as its owner states",
    "historical": "past cases; whether the model was trained on them was not checked",
    "vendor_supplied": "chosen by the supplier; yours may differ",
    "synthetic": "made up; they say nothing about real people",
}


def _basis(record: AuditRecord) -> tuple[str, ...]:
    clock = "as the machine's clock had it" if record.clock == "system" else "as stated by whoever ran it"
    reached = (
        "the model file was at hand and was run"
        if record.access.model == "file"
        else "the model's outputs were given, not the model"
    )
    return (
        f"Made on {date_in_words(record.created)}, {clock}.",
        f"The data: {_ROLES[record.policy.dataset.role]}.",
        f"The evidence: {reached}.",
    )
