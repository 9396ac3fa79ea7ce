"""Accountability: what people said when they were asked, who looked, and every answer that leaves something open.

Nothing here was measured. The questions answered well are counted; they stand in full in the annex.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.evidence import Answered, Given, NotAsked, Questionnaire
from fateaudit.policy import Verdict, verdict_of
from fateaudit.policy.wording import capitalised, count_of, listed, started
from fateaudit.record import AuditRecord
from fateaudit.report.answered import named, said_and_made_of_it, shape_of, weight_of, word_of
from fateaudit.report.entries import Entry
from fateaudit.report.matters import WORST_FIRST
from fateaudit.report.shapes import WEIGHTS
from fateaudit.report.text import ended

COLUMNS = (
    (Given.YES, True),
    (Given.YES, False),
    (Given.PARTIAL, None),
    (Given.NO, None),
    (Given.UNKNOWN, None),
    (Given.UNANSWERED, None),
    (Given.NA, True),
    (Given.NA, False),
)
"""What is counted, column by column: the answer, and whether it makes a difference that somebody confirmed it."""


@dataclass(frozen=True, slots=True)
class Row:
    """The answers to one section of the list, counted: all of them, then by `COLUMNS`."""

    section: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with what was answered."""

    item: str
    word: str
    shape: str
    question: str
    statement: str
    """The answer in the words of whoever gave it; empty where it stands in the annex alone."""
    told: str
    promised: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one weight."""

    heading: str
    note: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Accountability:
    """The section, in the order in which it is read; only the first paragraph where nobody was asked."""

    lede: tuple[str, ...]
    ends: tuple[str, ...] = ()
    """What ends the matter whatever the limits say."""
    stops: Group | None = None
    sections: tuple[Row, ...] = ()
    """The last row is the sum."""
    about: tuple[Entry, ...] = ()
    groups: tuple[Group, ...] = ()


def accountability(record: AuditRecord) -> Accountability:
    """Return what was told about who answers for the system, or that nobody was asked."""
    sheet, answers = record.questionnaire, record.answers
    if sheet is None:
        return Accountability(_NOBODY_ASKED)
    return Accountability(
        lede=_lede(answers),
        ends=tuple(ended(capitalised(sentence)) for sentence in record.opinion.policy.stops),
        stops=_stop_questions(answers),
        sections=_sections(answers),
        about=_about(sheet, answers),
        groups=_groups(answers),
    )


_NOBODY_ASKED = (
    "Accountability was not audited: there is no such check.",
    "Nobody was asked who answers for the system, who decides, or where an affected person can turn.",
    "So nothing is known of it. That is not a pass.",
)


def _lede(answers: Sequence[Answered]) -> tuple[str, ...]:
    return (
        f"Asked of the people who answer for the system: {count_of(len(answers), 'question')}.",
        "Their answers are told, not observed: nothing here was measured.",
        "A yes counts once a second person has looked at the papers and confirmed it.",
    )


def _sections(answers: Sequence[Answered]) -> tuple[Row, ...]:
    by_section: dict[str, list[Answered]] = {}
    for one in answers:
        by_section.setdefault(one.section, []).append(one)
    return (*(_row(section, ones) for section, ones in by_section.items()), _row("All", answers))


def _row(section: str, answers: Sequence[Answered]) -> Row:
    counted = [
        sum(one.given is given and confirmed in {None, one.confirmed} for one in answers)
        for given, confirmed in COLUMNS
    ]
    return Row(section, tuple(f"{number:,}" for number in (len(answers), *counted)))


def _about(sheet: Questionnaire, answers: Sequence[Answered]) -> tuple[Entry, ...]:
    return (
        Entry("Who answered", _who_answered(answers)),
        Entry("Who reviewed", _who_reviewed(answers)),
        Entry("Read in full", _drawn(sheet)),
        Entry("Signatures", _signatures(sheet)),
        Entry("Stands out", " ".join(sheet.signals) or _NOTHING_STANDS_OUT),
        Entry("The system", _flags(sheet)),
        *([Entry("Not asked", _not_asked(sheet.not_asked))] if sheet.not_asked else []),
        Entry("Counted for", _counted_for(answers)),
        Entry("Weight", _WEIGHING),
    )


_NOTHING_STANDS_OUT = (
    "Nothing that was looked for: answers that contradict each other, the same answer throughout, one file for many "
    "questions, short or repeated statements."
)
_WEIGHING = (
    "No and in part are not met. Not known, no answer, not confirmed and not agreed could not be judged: that is not a "
    "pass. A critical no: its feature is not met. A critical one not judged: no opinion on it. Any other open one, "
    "critical or major: in part at best. Minor ones decide nothing."
)


def _who_answered(answers: Sequence[Answered]) -> str:
    counted = Counter(named(one.answered_by) for one in answers if one.answered_by)
    said = [f"{name}: {number:,}" for name, number in counted.most_common()]
    if nobody := sum(one.answered_by is None for one in answers):
        said.append(f"nobody: {nobody:,}")
    return ended(capitalised("; ".join(said)))


def _who_reviewed(answers: Sequence[Answered]) -> str:
    reviewed = Counter(named(one.reviewed_by) for one in answers if one.reviewed_by)
    confirmed = Counter(named(one.reviewed_by) for one in answers if one.reviewed_by and one.confirmed)
    if not reviewed:
        return "Nobody has reviewed an answer."
    said = [f"{name} looked at {number:,} and confirmed {confirmed[name]:,}" for name, number in reviewed.most_common()]
    return f"{'; '.join(said)}."


def _drawn(sheet: Questionnaire) -> str:
    if not sheet.drawn.items:
        return "No answer that is yes or in part cites a paper, so none could be drawn for the reviewer."
    return (
        f"For the reviewer: {sheet.drawn.sentence} ({listed(sheet.drawn.items)}). The draw follows from all "
        "answers; nobody could know it before the last."
    )


def _signatures(sheet: Questionnaire) -> str:
    required = listed([role.words for role in sheet.required])
    wanted = f"Required on the answers: {required}." if required else "None was required on the answers."
    signed = [
        f"{one.name or 'Somebody unknown'}, {one.role.words}, {_DECIDED[one.decision.value]}"
        for one in sheet.signed
        if one.holds
    ]
    found = [f"Signed by: {'; '.join(signed)}."] if signed else []
    lacking = [ended(started(sentence)) for sentence in sheet.lacking]
    return " ".join([wanted, *found, *lacking])


_DECIDED = {"accept": "accepted", "accept_with_conditions": "accepted with conditions", "refuse": "refused"}


def _flags(sheet: Questionnaire) -> str:
    """Return what was said of the system as a whole, which decides what is asked."""
    said = []
    for answer, words in (("yes", "Yes to"), ("unknown", "Not known"), ("no", "No to")):
        names = [flag.replace("_", " ") for flag, given in sheet.flags.items() if given == answer]
        if names:
            said.append(f"{words}: {listed(names)}.")
    return " ".join([*said, "Only a no leaves questions out."])


def _not_asked(left_out: Sequence[NotAsked]) -> str:
    """Return the reasons, each with its questions; what they ask stands in the annex."""
    by_reason: dict[str, list[str]] = {}
    for one in left_out:
        by_reason.setdefault(one.because, []).append(one.item)
    said = [f"{listed(items)} ({reason})" for reason, items in by_reason.items()]
    return f"{len(left_out):,}, worded in the annex: {'; '.join(said)}."


def _counted_for(answers: Sequence[Answered]) -> str:
    counted = Counter(one.principle for one in answers)
    return ended(capitalised(", ".join(f"{principle} {number:,}" for principle, number in counted.most_common())))


def _stop_questions(answers: Sequence[Answered]) -> Group | None:
    stops = [one for one in answers if one.stop]
    if not stops:
        return None
    return Group("Stop questions", "A no to one of these ends the matter, whatever else was found.", _all_of(stops))


def _groups(answers: Sequence[Answered]) -> tuple[Group, ...]:
    """Return the critical questions, then whatever is open among the others; stop questions stand elsewhere."""
    by_weight = {
        weight: [one for one in answers if not one.stop and weight_of(one) == weight] for weight in WEIGHTS.values()
    }
    critical = by_weight.pop("critical")
    others = [_open(weight, ones) for weight, ones in by_weight.items() if ones]
    if not critical:
        return tuple(others)
    every = count_of(len(critical), "question")
    return Group("Critical questions", f"All: {every}, whatever was answered.", _all_of(critical)), *others


def _open(name: str, answers: Sequence[Answered]) -> Group:
    """Return the questions of one weight that are not met or could not be judged."""
    left = [one for one in answers if verdict_of(one) not in {Verdict.MET, None}]
    every = count_of(len(answers), f"{name} question")
    number = f"{len(left):,}" if left else "none"
    note = f"Open, that is not met or not judged: {number} of {every}. The annex has what was stated."
    return Group(f"{capitalised(name)} questions", note, tuple(map(_briefly, _worst_first(left))))


def _all_of(answers: Sequence[Answered]) -> tuple[Question, ...]:
    return tuple(map(_at_length, _worst_first(answers)))


def _worst_first(answers: Sequence[Answered]) -> list[Answered]:
    """Return the answers by what they are worth; equal ones in the order of the list."""
    order = [Given.NO, Given.PARTIAL, Given.UNANSWERED, Given.UNKNOWN, Given.NA, Given.YES]

    def rank(one: Answered) -> tuple[int, int]:
        verdict = verdict_of(one)
        return len(WORST_FIRST) if verdict is None else WORST_FIRST.index(verdict), order.index(one.given)

    return sorted(answers, key=rank)


def _at_length(one: Answered) -> Question:
    return _question(one, one.statement, one.detail)


def _briefly(one: Answered) -> Question:
    """Return a question without the statement: in what role somebody answered, the papers, and the review."""
    if one.answered_by is None:
        return _question(one, "", one.detail)
    _, made_of_it = said_and_made_of_it(one)
    papers = f" Papers: {', '.join(file.name for file in one.evidence)}." if one.evidence else ""
    return _question(one, "", f"Told by the {one.answered_by.role}.{papers} {made_of_it}".rstrip())


def _question(one: Answered, statement: str, told: str) -> Question:
    more = " The papers were read in full." if one.opened else ""
    counts = f" Counts for {one.principle}." if one.principle != "accountability" else ""
    return Question(
        item=one.item,
        word=word_of(one),
        shape=shape_of(one),
        question=one.question,
        statement=statement,
        told=f"{told}{more}{counts}",
        promised=ended(one.condition) if one.condition else "",
    )
