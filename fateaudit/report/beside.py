"""The reference beside the result: what it came to, and each of its limits beside the owner's. Never merged."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fateaudit.evidence import Given
from fateaudit.policy import (
    OVERALL_WORDS,
    FeatureResult,
    Finding,
    MetricCheck,
    Overall,
    Policy,
    Ruling,
    Verdict,
)
from fateaudit.policy.looser import BESIDE_WORDS, Beside, LimitBeside, compare_limits
from fateaudit.policy.wording import attribute_name, capitalised, count_of, limit_in_words, listed
from fateaudit.record import AuditRecord
from fateaudit.report.accountable import answers_signed, answers_told
from fateaudit.report.checks import found, kind
from fateaudit.report.concerns import NOT_A_PASS
from fateaudit.report.observations import LONGEST_NAME, Observation
from fateaudit.report.shapes import IN_A_TABLE, OVERALL_SHAPES, VERDICT_SHAPES, WEIGHTS
from fateaudit.report.text import shortened
from fateaudit.signing import Role

_SILENT = {FeatureResult.NO_OPINION, FeatureResult.NOT_AUDITED}
LONGEST_TITLE = 120
_SAME_FOR_ALL = "The same limits for every system."


@dataclass(frozen=True, slots=True)
class Reference:
    """What page 1 says of the reference."""

    say: str
    shape: str
    is_worse: bool
    """Whether it is worse than the result: then it is as large as the result, and comes first."""
    notes: tuple[str, ...]


def reference(record: AuditRecord) -> Reference:
    """Return the reference's result and how the owner's limits compare with its own."""
    beside, own = record.opinion.reference, record.opinion.policy
    if beside is None:
        return Reference("Not applied", "untested", is_worse=False, notes=("No common yardstick was held beside it.",))
    theirs, is_worse = beside.opinion.overall, record.opinion.reference_is_worse
    is_same = theirs is own.overall
    said = "Reference limits: same result" if is_same else OVERALL_WORDS[theirs]
    why = tuple(_why(record)) if is_worse else ()
    is_open = (theirs is Overall.NO_OPINION and not is_same) or any("could not be judged" in one for one in why)
    notes = (_SAME_FOR_ALL, *why, *([NOT_A_PASS] if is_open else []), how_loose(record))
    return Reference(said, OVERALL_SHAPES[theirs], is_worse, notes)


def _why(record: AuditRecord) -> Iterator[str]:
    """Yield what the reference cannot speak about, and how many of its limits are not met or could not be judged."""
    beside = record.opinion.reference
    if beside is None:
        return
    silent = [one.value for one, feature in beside.opinion.features.items() if feature.result in _SILENT]
    if silent and beside.opinion.overall is Overall.NO_OPINION:
        yield f"Nothing can be said about {listed(silent)}."
    verdicts = [one.verdict for one in beside.findings if one.check in _ids(record.yardstick)]
    kinds = ((Verdict.NOT_MET, "not met"), (Verdict.CANNOT_TELL, "could not be judged"))
    said = [f"{number} {words}" for verdict, words in kinds if (number := verdicts.count(verdict))]
    if said:
        yield f"Of its {count_of(len(verdicts), 'limit')}: {', '.join(said)}."


def _ids(policy: Policy | None) -> set[str]:
    return set() if policy is None else {check.id for check in policy.metric_checks()}


def how_loose(record: AuditRecord) -> str:
    """Return "1 limit is far looser, 2 are missing (page 2)."; a limit set for several attributes counts once."""
    compared = _compared(record)
    kinds = {
        "far looser": {one.reference.metric for one in compared if one.beside is Beside.FAR_LOOSER},
        "looser": {one.reference.metric for one in compared if one.beside is Beside.LOOSER},
        "missing": {one.reference.metric for one in compared if _is_missing(one)},
        "of less weight": {one.reference.metric for one in compared if one.is_lighter},
    }
    said = [(len(metrics), words) for words, metrics in kinds.items() if metrics]
    if not said:
        return "No limit its owner set is looser."
    first, *others = said
    told = [f"{count_of(first[0], 'limit')} {_is(first[0])} {first[1]}"]
    return f"{listed([*told, *(f'{number} {_is(number)} {words}' for number, words in others)])} (page 2)."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _is_missing(one: LimitBeside) -> bool:
    return one.beside is Beside.MISSING


def _compared(record: AuditRecord) -> tuple[LimitBeside, ...]:
    yardstick = record.yardstick
    return () if yardstick is None else compare_limits(record.policy, yardstick)


@dataclass(frozen=True, slots=True)
class Row:
    """One limit of the reference, over one attribute, with what the policy has beside it."""

    by: str
    found: str
    check: str
    """The owner's check, or "none"."""
    limit: str
    word: str
    shape: str
    beside: str
    is_plain: bool
    """Whether there is nothing to see: the same limit, or a stricter one."""
    reference_limit: str
    reference_word: str
    reference_shape: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the profile over every attribute, where it comes from and what standing it has there."""

    measured: str
    source: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LimitBesideLimit:
    """The section."""

    profile: str
    sha256: str
    result: str
    result_shape: str
    reference: str
    reference_shape: str
    told: str
    because: str
    limits: tuple[Limit, ...]


def limit_beside_limit(record: AuditRecord) -> LimitBesideLimit | None:
    """Return every limit of the reference beside the policy's; None where the record was held against none."""
    beside, own = record.opinion.reference, record.opinion.policy
    if beside is None:
        return None
    pairs = [(_measured(one, record), one.reference.why, _row(one, record)) for one in _compared(record)]
    metrics = (
        Limit(measured, source, tuple(row for *_, row in rows))
        for (measured, source), rows in groupby(pairs, key=lambda one: (one[0], one[1]))
    )
    return LimitBesideLimit(
        profile=beside.profile,
        sha256=beside.sha256,
        result=OVERALL_WORDS[own.overall],
        result_shape=OVERALL_SHAPES[own.overall],
        reference=OVERALL_WORDS[beside.opinion.overall],
        reference_shape=OVERALL_SHAPES[beside.opinion.overall],
        told=how_loose(record).replace(" (page 2)", ""),
        because=" ".join(_why(record)),
        limits=(*metrics, _of_answers(record, beside.findings)),
    )


def _row(one: LimitBeside, record: AuditRecord) -> Row:
    seen = _observed(one, record)
    own = _verdict_on(record, one)
    name = "The model" if seen.is_about_the_model else shortened(attribute_name(record.policy, one.of), LONGEST_NAME)
    return Row(
        by=name,
        found=found(seen),
        check="" if one.own is None else one.own.id,
        limit="none" if one.own is None else limit_in_words(one.own.limit),
        word=_word(own)[0],
        shape=_word(own)[1],
        beside=_beside(one),
        is_plain=one.beside in {Beside.SAME, Beside.STRICTER} and not one.is_lighter,
        reference_limit=limit_in_words(one.reference.limit),
        reference_word=capitalised(IN_A_TABLE[seen.ruling.verdict]),
        reference_shape=VERDICT_SHAPES[seen.ruling.verdict],
    )


def _measured(one: LimitBeside, record: AuditRecord) -> str:
    seen = _observed(one, record)
    title = shortened(seen.title, LONGEST_TITLE)
    return title if seen.is_about_the_model else f"{title}: {kind(one.reference.metric)}"


def _beside(one: LimitBeside) -> str:
    if one.other_ways:
        return f"{BESIDE_WORDS[one.beside]}; limited in another way ({listed(one.other_ways, 2)})"
    lighter = f", weighs less ({WEIGHTS[one.own.severity]})" if one.own is not None and one.is_lighter else ""
    return f"{BESIDE_WORDS[one.beside]}{lighter}"


_A_YES = "each a confirmed yes"
_OF_ANSWERS = (
    "The same questions and answers as in the policy, with the signatures of both. Without both, nobody answers for "
    "the system. This tool's own convention."
)


def _of_answers(record: AuditRecord, theirs: tuple[Finding, ...]) -> Limit:
    """Return what is asked of people: a yes to each question, and who must sign the answers."""
    check, sheet = record.policy.checklist_check, record.questionnaire
    both = f"by {listed([role.words for role in Role if role.signs_answers])}"
    seen, own, beside = ("none", "none"), ("none", "none"), "not asked"
    if check is not None and sheet is not None:
        confirmed = sum(one.given is Given.YES and one.confirmed for one in record.answers)
        seen = (f"{confirmed} of {len(record.answers)}", f"{sum(one.holds for one in sheet.signed)}")
        own = (_A_YES, f"by {listed([role.words for role in check.require.signed_by])}")
        beside = "same" if check.id in {one.check for one in theirs} else "not both sign"
    told = (answers_told(record), answers_signed(record))
    words = [_word(None if one is None else one.verdict) for one in told]
    rows = (
        Row(
            by=by,
            found=seen[place],
            check=check.id if check else "",
            limit=own[place],
            word=words[place][0],
            shape=words[place][1],
            beside=beside,
            is_plain=beside == "same",
            reference_limit=limit,
            reference_word=(words[place] if beside == "same" else _word(Verdict.CANNOT_TELL))[0],
            reference_shape=(words[place] if beside == "same" else _word(Verdict.CANNOT_TELL))[1],
        )
        for place, (by, limit) in enumerate((("Answers", _A_YES), ("Signatures", both)))
    )
    title = f"Answers and signatures: {check.checklist}" if check else "Answers and signatures"
    return Limit(shortened(title, LONGEST_TITLE), _OF_ANSWERS, tuple(rows))


def _word(verdict: Verdict | None) -> tuple[str, str]:
    """Return the word and the shape of a verdict in a table, or those of what was not tested."""
    if verdict is None:
        return "Not tested", "untested"
    return capitalised(IN_A_TABLE[verdict]), VERDICT_SHAPES[verdict]


def _observed(one: LimitBeside, record: AuditRecord) -> Observation:
    """Return the reference's ruling with its evidence."""
    evidence = {item.id: item for item in record.reference_figures}
    beside = record.opinion.reference
    (ruling,) = _rulings(() if beside is None else beside.findings, one.reference, one.of)
    return Observation(check=one.reference, ruling=ruling, evidence=evidence[ruling.evidence])


def _verdict_on(record: AuditRecord, one: LimitBeside) -> Verdict | None:
    """Return the verdict under the policy's own limit; None where it has none."""
    if one.own is None:
        return None
    (ruling,) = _rulings(record.findings, one.own, one.of)
    return ruling.verdict


def _rulings(findings: tuple[Finding, ...], check: MetricCheck, of: tuple[str, ...]) -> list[Ruling]:
    return [
        ruling for finding in findings if finding.check == check.id for ruling in finding.rulings if ruling.of == of
    ]
