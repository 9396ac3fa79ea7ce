"""What page 1 says, as plain sentences computed from the record. How it looks is the template's business."""

from dataclasses import dataclass, replace

from fateaudit.policy import FEATURE_WORDS, OVERALL_WORDS, FeatureResult, Overall, Principle, Verdict
from fateaudit.policy.wording import capitalised, count_of, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report.beside import Reference, reference
from fateaudit.report.concerns import NOT_A_PASS
from fateaudit.report.everyone import counted_in_short
from fateaudit.report.evidence_level import HIGHEST, evidence_level
from fateaudit.report.found import Found, Room, found
from fateaudit.report.keeping import Reasons, reasons
from fateaudit.report.numbered import all_exceptions, everything, verdict_of
from fateaudit.report.reported import Reported, standing_in_words
from fateaudit.report.scores import BY_PAPERS
from fateaudit.report.shapes import FEATURE_SHAPES, OVERALL_SHAPES, READ_AS
from fateaudit.report.standing_reasons import reasons as standing_reasons
from fateaudit.report.standing_reasons import valid_until
from fateaudit.report.text import date_in_words, ended, shortened
from fateaudit.report.to_decide import ToDecide, to_decide
from fateaudit.report.uncovered import uncovered_in_short
from fateaudit.report.waived import accepted
from fateaudit.standing import Standing


@dataclass(frozen=True, slots=True)
class Feature:
    """One row of the four features."""

    name: str
    word: str
    shape: str
    known_by: str
    """How what is known of it became known: by measuring, from documents, from answers."""
    why: str


@dataclass(frozen=True, slots=True)
class Page1:
    """Everything that page 1 says, in the order in which it is read."""

    title: str
    lede: tuple[str, ...]
    result: str
    shape: str
    warning: str
    """What must not be missed right under the result."""
    notes: tuple[str, ...]
    kept: Reasons
    """What keeps the result from being better, whatever the figures."""
    reference: Reference
    standing: tuple[str, ...]
    """In parts that no line may break."""
    reasons: tuple[str, ...]
    is_refused: bool
    """Whether the use was refused: then the standing is as large as the result."""
    found: Found
    features: tuple[Feature, ...]
    everyone: tuple[str, ...]
    not_said: tuple[str, ...]
    decide: ToDecide
    basis: tuple[str, ...]


def page1(reported: Reported, room: Room) -> Page1:
    """Return page 1 of the report, with what was found told as fully as `room` allows."""
    record, judgement = reported.record, reported.judgement
    opinion = record.opinion.policy
    decide = to_decide(reported)
    kept = reasons(record, room.reasons)
    return Page1(
        title=f"Audit of {shortened(record.system.name, 90)}",
        lede=_lede(record),
        result=OVERALL_WORDS[opinion.overall],
        shape=OVERALL_SHAPES[opinion.overall],
        warning=_warning(record),
        notes=(*_notes(record), *accepted(reported)),
        kept=kept,
        reference=reference(record),
        standing=_unbroken(standing_in_words(judgement)[0]),
        reasons=standing_reasons(judgement),
        is_refused=judgement.standing is Standing.ISSUED_USE_REFUSED,
        found=found(record, room),
        features=tuple(_feature(record, principle) for principle in Principle),
        everyone=(*counted_in_short(record), *_uncovered(record)),
        not_said=_not_said(record),
        decide=decide if room.ask else replace(decide, ask=()),
        basis=_basis(reported, kept),
    )


def _unbroken(standing: str) -> tuple[str, ...]:
    """Return "ISSUED –" and "USE REFUSED"."""
    first, dash, rest = standing.partition(" – ")
    return (f"{first} –", rest) if dash else (first,)


LONGEST_GAP = 260
"""Characters that page 1 has for the widest gap that nobody set a limit for; longer ones are named, and told later."""


def _uncovered(record: AuditRecord) -> tuple[str, ...]:
    """Return which columns look like a protected trait and have no limit, with the widest gap where there is room."""
    told = uncovered_in_short(record)
    if len(told) > LONGEST_GAP:
        told = "Some have no limit: see “Looked at, without a limit”."
    return (told,) if told else ()


def _warning(record: AuditRecord) -> str:
    opinion = record.opinion.policy
    if opinion.stops:
        return "It follows from the first exception alone, whatever the limits say."
    return NOT_A_PASS if opinion.overall is Overall.NO_OPINION else ""


def _notes(record: AuditRecord) -> tuple[str, ...]:
    """Return what stands under the result: what nothing can be said about, and how many exceptions there are."""
    opinion = record.opinion.policy
    silent = [one.value for one, feature in opinion.features.items() if feature.result in _SILENT]
    nothing = [f"Nothing can be said about {listed(silent)}."] if opinion.overall is Overall.NO_OPINION else []
    return (*nothing, _counted(record))


_SILENT = {FeatureResult.NO_OPINION, FeatureResult.NOT_AUDITED}


def _counted(record: AuditRecord) -> str:
    """Return "11 exceptions, worst first below: 7 not met, 4 could not be judged."."""
    verdicts = [verdict_of(one) for one in all_exceptions(record)]
    if not verdicts:
        return "No exceptions in what was judged." if everything(record) else "No limit of weight was judged."
    kinds = [(verdicts.count(verdict), READ_AS[verdict]) for verdict in (Verdict.NOT_MET, Verdict.CANNOT_TELL)]
    said = ", ".join(f"{number} {words}" for number, words in kinds if number)
    if len(verdicts) == 1:
        return f"1 exception: {READ_AS[verdicts[0]]}."
    return f"{len(verdicts)} exceptions, worst first: {said}."


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
    return Feature(
        name=capitalised(principle.value),
        word=capitalised(FEATURE_WORDS[opinion.result]),
        shape=FEATURE_SHAPES[opinion.result],
        known_by=_known_by(record, principle) if is_audited else "nothing",
        why=_why(record, principle) if is_audited else "No check of it was made",
    )


_DECIDING = {
    FeatureResult.NOT_MET: (Verdict.NOT_MET,),
    FeatureResult.NO_OPINION: (Verdict.CANNOT_TELL, Verdict.NOT_MET),
    FeatureResult.IN_PART: (Verdict.NOT_MET, Verdict.CANNOT_TELL),
    FeatureResult.MET: (Verdict.MET,),
}
"""Which findings say why a feature is what it is; the first that there are."""


def _why(record: AuditRecord, principle: Principle) -> str:
    """Return "3 limits and 7 answers not met": what decided, and page 2 has the others."""
    sheet = record.questionnaire
    opinion = record.opinion.policy
    material = [one for one in record.findings if one.principle is principle and one.severity.is_material]
    result, missing = opinion.features[principle].result, opinion.missing.get(principle, ())
    if material and missing and result is FeatureResult.NO_OPINION:
        return f"{count_of(len(missing), 'thing')} not asked (page 2)"
    for verdict in _DECIDING[result]:
        checks = [one.check for one in material if one.verdict is verdict]
        answers = sum("/" in check for check in checks)
        signatures = sheet is not None and sheet.check in checks
        kinds = [(len(checks) - answers - signatures, "limit"), (answers, "answer")]
        if checks:
            counted = [count_of(number, noun) for number, noun in kinds if number]
            return f"{listed([*counted, *(['their signatures'] if signatures else [])])} {READ_AS[verdict]}"
    return "See under the result" if material else "No limit of weight was set"


def _known_by(record: AuditRecord, principle: Principle) -> str:
    """Return how a feature is known: what people wrote is not what was measured."""
    metrics = {check.metric for check in record.policy.metric_checks(principle)}
    is_told = any(one.principle == principle for one in record.answers)
    ways = [("measuring", metrics - {BY_PAPERS}), ("documents", metrics & {BY_PAPERS}), ("answers", is_told)]
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


def _basis(reported: Reported, kept: Reasons) -> tuple[str, ...]:
    record, level = reported.record, evidence_level(reported.record)
    clock = "by the machine's clock" if record.clock == "system" else "as whoever ran it states"
    highest = f"Evidence level {level.number} of {HIGHEST}, the highest" if level.number == HIGHEST else ""
    number = highest or f"Evidence level {level.number} of {HIGHEST} ({HIGHEST} is the highest)"
    return (
        f"Made on {date_in_words(record.created)}, {clock}; by whom is not recorded.",
        f"{number}: {level.words}.",
        record.ledger.sentence,
        *([record.ledger.fixed_sentence] if record.ledger.fixed_sentence not in kept.told else []),
        valid_until(reported.judgement),
    )
