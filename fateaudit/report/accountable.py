"""What people told about the model: the answers to a list of questions, their signatures, and what ends the matter.

Sixty answers are one matter here. Each of them stands on a later page.
"""

from dataclasses import dataclass

from fateaudit.evidence import Answered, Attestation, Given, Questionnaire
from fateaudit.policy import Finding, Severity, Verdict, stops, verdict_of
from fateaudit.policy.wording import capitalised, count_of, listed, started
from fateaudit.record import AuditRecord
from fateaudit.report.text import ended, shortened
from fateaudit.signing import Decision, Role

LONGEST_QUESTION = 150
MOST_QUOTED = 3
WORST_FIRST = (Verdict.NOT_MET, Verdict.CANNOT_TELL, Verdict.MET)
_ANSWER_IN_WORDS = {
    Given.NO: "No.",
    Given.PARTIAL: "In part.",
    Given.YES: "Yes, but nobody confirmed it.",
    Given.NA: "It does not apply, but nobody confirmed that.",
    Given.UNKNOWN: "They do not know.",
    Given.UNANSWERED: "No answer was given.",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """What ends the matter whatever the limits say (rule R7)."""

    verdict = Verdict.NOT_MET
    severity = Severity.BLOCKER
    sentences: tuple[str, ...]

    @property
    def told(self) -> str:
        """What ends it, a sentence each."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers to one list, as one matter: as bad as the worst of weight among them."""

    check: str
    verdict: Verdict
    severity: Severity
    counted: str
    """How many answers there are of each kind."""
    quoted: tuple[str, ...]
    """The questions that weigh most, each with its answer."""
    heading = "Accountability, as its owner's people answered"
    by = "Accountability"
    whose = ", as its owner's people answered"

    @property
    def told(self) -> str:
        """At length: the numbers, and the three questions that weigh most."""
        not_a_pass = ["This is not a pass."] if self.verdict is Verdict.CANNOT_TELL else []
        return " ".join([self.counted, *not_a_pass, *self._weightiest(MOST_QUOTED)])

    @property
    def in_short(self) -> str:
        """On a line: the numbers, and the question that weighs most."""
        return " ".join([self.counted, *self._weightiest(1)])

    def _weightiest(self, most: int) -> list[str]:
        said = [ended(one) for one in self.quoted[:most]]
        return ["Weighs most:", *said] if said else []


@dataclass(frozen=True, slots=True)
class AnswersSigned:
    """Whether those who must stand behind the answers have signed them."""

    check: str
    verdict: Verdict
    severity: Severity
    sentence: str
    heading = "Signatures on these answers"
    by = "Signatures"
    whose = ""

    @property
    def told(self) -> str:
        """At length."""
        return self.in_short if self.verdict is not Verdict.CANNOT_TELL else f"{self.in_short} This is not a pass."

    @property
    def in_short(self) -> str:
        """On a line."""
        return self.sentence


def ended_by(record: AuditRecord) -> Ended | None:
    """Return what ends the matter, with each question in full; None where nothing does."""
    sentences = record.opinion.policy.stops
    if not sentences:
        return None
    answers = stops(record.answers)
    asked = [f"{_quoted(one)} ({one.item})." for one in answers]
    others = [ended(capitalised(said)) for said in sentences if not said.startswith(tuple(one.item for one in answers))]
    return Ended((*asked, *others))


def answers_told(record: AuditRecord) -> Answers | None:
    """Return the answers as one matter; None where no list was asked for, or none of its questions weighs."""
    sheet = record.questionnaire
    found = _findings(record)
    weighty = [found[one.id] for one in record.answers if one.id in found and found[one.id].severity.is_material]
    if sheet is None or not weighty:
        return None
    worst, ending = min(weighty, key=_weight), stops(record.answers)
    return Answers(
        check=sheet.check,
        verdict=worst.verdict,
        severity=worst.severity,
        counted=_counted(record.answers),
        quoted=tuple(_with_item(one) for one in _weightiest(record, found) if one not in ending),
    )


def answers_signed(record: AuditRecord) -> AnswersSigned | None:
    """Return what the signatures on the answers are; None where no list was asked for, or they are without weight."""
    sheet = record.questionnaire
    if sheet is None:
        return None
    finding = _findings(record)[sheet.check]
    if not finding.severity.is_material:
        return None
    return AnswersSigned(sheet.check, finding.verdict, finding.severity, _signed(sheet, finding.verdict))


def unshown(record: AuditRecord) -> tuple[Answered, ...]:
    """Return the answers of weight that are a no or that nobody could confirm, the weightiest first."""
    return _weightiest(record, _findings(record))


def _findings(record: AuditRecord) -> dict[str, Finding]:
    return {finding.check: finding for finding in record.findings}


def _weight(finding: Finding) -> tuple[int, int]:
    return WORST_FIRST.index(finding.verdict), list(Severity).index(finding.severity)


def _weightiest(record: AuditRecord, found: dict[str, Finding]) -> tuple[Answered, ...]:
    """Return the exceptions among the answers: what could end the matter first, then by verdict and weight."""
    kept = [one for one in record.answers if one.id in found and _is_exception(found[one.id])]
    return tuple(sorted(kept, key=lambda one: (not one.stop, *_weight(found[one.id]))))


def _is_exception(finding: Finding) -> bool:
    return finding.severity.is_material and finding.verdict is not Verdict.MET


def _counted(answers: tuple[Answered, ...]) -> str:
    verdicts = [verdict_of(one) for one in answers]
    numbers = {verdict: verdicts.count(verdict) for verdict in (*WORST_FIRST, None)}
    kinds = {
        Verdict.MET: ("has a yes that a reviewer confirmed", "have a yes that a reviewer confirmed"),
        Verdict.NOT_MET: ("has a no, or only in part", "have a no, or only in part"),
        Verdict.CANNOT_TELL: ("nobody could confirm", "nobody could confirm"),
        None: ("does not apply", "do not apply"),
    }
    said = [
        f"{numbers[kind]} {words[numbers[kind] != 1]}."
        for kind, words in kinds.items()
        if numbers[kind] or kind is Verdict.MET
    ]
    return f"Of {count_of(len(answers), 'question')}, {' '.join(said)}"


def _with_item(one: Answered) -> str:
    return f"{_quoted(one)} ({one.item})"


def _quoted(one: Answered) -> str:
    """Return "“Has a legal adviser set out the legal basis?” No.", without the last full stop."""
    question = shortened(one.question, LONGEST_QUESTION)
    return f"“{question}” {_ANSWER_IN_WORDS[one.given].removesuffix('.')}"


def _signed(sheet: Questionnaire, verdict: Verdict) -> str:
    """Return who has signed, with the decision, or what is missing."""
    refused = [one for one in sheet.signed if one.holds and one.decision is Decision.REFUSE]
    if refused:
        return f"{listed([_signer(one) for one in refused])} refused the answers."
    if verdict is Verdict.MET:
        return f"Accepted, with their signatures, by {listed([_signer(one) for one in sheet.signed])}."
    if not sheet.signed:
        return f"None by {' or '.join(in_short(role) for role in sheet.required)} could be relied on."
    role = Role.INDEPENDENT_REVIEWER
    lacking = shortened(sheet.lacking[0].replace(role.words, in_short(role)), LONGEST_QUESTION)
    return ended(started(lacking))


def _signer(one: Attestation) -> str:
    return f"{shortened(one.name or 'someone unknown', 60)} ({in_short(one.role)})"


def in_short(role: Role) -> str:
    """Return a role as page 1 says it: whether the reviewer is independent is theirs to declare, not ours to repeat."""
    return role.words.removeprefix("independent ")
