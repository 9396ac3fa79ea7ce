"""What the reader of page 1 has to decide, and what to ask before deciding. A demonstration decides nothing."""

from dataclasses import dataclass

from fateaudit.evidence import Convention, Estimate
from fateaudit.policy import Overall, Verdict
from fateaudit.policy.wording import units, units_of
from fateaudit.record import AuditRecord
from fateaudit.report.access import has_file
from fateaudit.report.accountable import unshown
from fateaudit.report.context import rows_to_gather, whose_group_to_find
from fateaudit.report.evidence_level import HIGHEST, evidence_level
from fateaudit.report.numbered import exceptions, verdict_of
from fateaudit.report.observations import LONGEST_NAME, Observation, by, compared
from fateaudit.report.reported import Reported
from fateaudit.report.standing_reasons import day_in_words, decided_by, named
from fateaudit.report.text import ended, shortened
from fateaudit.report.usefulness import usefulness
from fateaudit.signing import Decision
from fateaudit.standing import Judgement, Standing

MOST_QUESTIONS = 3
_OF_A_PERSON = {
    "FA-HUM-01": "Who decides, each time, before a person is affected?",
    "FA-FAIR-05": "Who tells the person that a model was used?",
    "FA-FAIR-14": "Who gives the person a new decision without the model?",
    "FA-ACC-01": "Who can stop the model the same day?",
    "FA-ACC-06": "Where can a person complain, and who must answer?",
    "FA-PUR-03": "Which law allows this use, and who says so in writing?",
}
"""What a short question asks in place of one on the list; those about the person affected first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One box: what it is called, and what it takes."""

    name: str
    takes: str


@dataclass(frozen=True, slots=True)
class ToDecide:
    """The last section of page 1."""

    heading: str
    told: str
    choices: tuple[Choice, ...]
    after: str
    ask: tuple[str, ...]


_BACK = Choice("Send back.", "Name what must change; test again.")
_ACCEPT = Choice("Accept in writing,", "for a limited use, until a date.")
_REFUSE = Choice("Refuse.", "")
_CHOICES = {
    Overall.DOES_NOT_MEET: (_REFUSE, _BACK, _ACCEPT),
    Overall.FALLS_SHORT: (_REFUSE, _BACK, _ACCEPT),
    Overall.MEETS: (_REFUSE, _BACK, _ACCEPT),
    Overall.NO_OPINION: (
        Choice("Do not use it.", ""),
        Choice("Ask for what is missing,", "and test again by a date."),
        Choice("Use it untested.", "Write down why, and until when."),
    ),
}
_EMPTY = "An empty box is not a yes. Without a signature nothing is accepted."


def to_decide(reported: Reported) -> ToDecide:
    """Return what is left to decide; what was decided already is not offered again."""
    record, judgement = reported.record, reported.judgement
    ask = questions(record)
    if record.demonstration:
        return ToDecide("To decide", "This is a demonstration: there is nothing to decide or sign.", (), "", ask)
    if told := _decided(judgement):
        return ToDecide("What was decided", told, (), "", ask)
    if judgement.standing in {Standing.NOT_VALID, Standing.REVOKED, Standing.LAPSED, Standing.SUPERSEDED}:
        told = "Decide nothing on this paper. Ask for an audit whose signatures hold."
        return ToDecide("What you need to decide", told, (), "", ask)
    return ToDecide("What you need to decide", "", _CHOICES[record.opinion.policy.overall], _EMPTY, ask)


def _decided(judgement: Judgement) -> str:
    match judgement.standing:
        case Standing.ISSUED_USE_REFUSED:
            names = " and ".join(named(one) for one in decided_by(judgement, Decision.REFUSE))
            return f"The use is refused, by {names}. To use the model all the same would be to act against that."
        case Standing.ISSUED:
            officer = decided_by(judgement, Decision.ACCEPT, Decision.ACCEPT_WITH_CONDITIONS)[0]
            until = f", until {day_in_words(judgement.valid_to)}" if judgement.valid_to else ""
            only = "".join(f" Condition: {ended(shortened(one, 120))}" for one in officer.signature.conditions[:2])
            return f"Accepted by {named(officer)}{until}.{only}"
        case _:
            return ""


def questions(record: AuditRecord) -> tuple[str, ...]:
    """Return the questions that the record raises, up to three: gain, the widest gap, answers, access, more rows."""
    raised = [_of_gain(record), _of_gap(record), _of_answers(record), _of_access(record), _of_more_rows(record)]
    return tuple(one for one in raised if one)[:MOST_QUESTIONS]


def _of_gain(record: AuditRecord) -> str:
    found = usefulness(record, 100)
    if found is None or found.is_gained:
        return ""
    return f"Why use a model that gains {found.heading.split()[0].lower()}?"


def _of_gap(record: AuditRecord) -> str:
    """Return a question about the widest gap that is not met."""
    for one in exceptions(record):
        if isinstance(one, tuple) and verdict_of(one) is Verdict.NOT_MET and _is_a_gap(one[0]):
            split = by(record.policy, one[0].of)
            return f"Did the model's maker know of the gap {split}, and what will change by when?"
    return ""


def _is_a_gap(one: Observation) -> bool:
    """Whether groups are held against each other, and not each against a limit of its own."""
    item = one.evidence
    apart = item.convention is not Convention.ABSOLUTE if isinstance(item, Estimate) else len(compared(one)) > 1
    return bool(one.of) and apart


def _of_answers(record: AuditRecord) -> str:
    """Return a question about the person affected, or the weightiest question that has no confirmed yes."""
    answers = unshown(record)
    items = {one.item for one in answers}
    short = next((said for item, said in _OF_A_PERSON.items() if item in items), "")
    if short or not answers:
        return short
    return f"Who can show this, and by when: “{shortened(answers[0].question, 150)}”"


def _of_access(record: AuditRecord) -> str:
    level = evidence_level(record)
    if level.number >= HIGHEST:
        return ""
    rows = shortened(units(record.policy), LONGEST_NAME)
    if not has_file(record):
        return f"Can we have the model file, or test it on {record.counts.rows:,} {rows} that we choose?"
    return f"Can it be tested on {rows} that it has not seen, and that we choose?"


def _of_more_rows(record: AuditRecord) -> str:
    """Return a question about what would settle the first matter that could not be judged, with its number if known."""
    policy = record.policy
    for one in exceptions(record):
        if not isinstance(one, tuple) or verdict_of(one) is not Verdict.CANNOT_TELL:
            continue
        if unknown := whose_group_to_find(one[0]):
            return f"Who are the {unknown:,} whose group is not recorded?"
        if rows := rows_to_gather(one[0], policy):
            return f"Can {rows} be had, to test on?"
        if one[0].ruling.groups and one[0].of:
            whose = units_of(policy, one[0].of, one[0].ruling.groups[0])
            return f"Where can we get more {shortened(whose, 150)} to test on?"
    return ""
