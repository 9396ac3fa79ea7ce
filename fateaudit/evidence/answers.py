"""A list of questions as it was answered: who said what, on which papers, who looked at them, and who signed.

It carries no verdict. Whether a confirmed "yes" is enough is a question for `policy`.
"""

from enum import StrEnum
from typing import Literal

from fateaudit.documents import Frozen
from fateaudit.signing import Decision, Role


class Given(StrEnum):
    """What was answered. Yes is always the answer that protects people."""

    YES = "yes"
    NO = "no"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    """ "I don't know": an honest answer, and never counted as no."""
    NA = "na"
    UNANSWERED = "unanswered"


class CitedFile(Frozen):
    """An evidence file: where it lies beside the answers, and what was in it when it was read."""

    name: str
    """The path as cited, relative to the folder of the answers, with `/` between its parts."""
    size: int
    sha256: str


class Respondent(Frozen):
    """A person as the answers file introduces them."""

    id: str
    name: str
    role: str


class Answered(Frozen):
    """The answer to one item that applies, unanswered ones included: an absence would be read as a pass."""

    kind: Literal["answered"] = "answered"
    id: str
    """`A-01/FA-PUR-01`: the check, and the item."""
    check: str
    item: str
    section: str
    """The section's title."""
    principle: Literal["fairness", "accountability", "transparency", "explainability"]
    severity: Literal["blocker", "major", "minor"]
    stop: bool
    """Whether a no to this question ends the matter, whatever the policy says (rule R7)."""
    rights: tuple[str, ...] = ()
    question: str
    given: Given
    confirmed: bool
    """Whether somebody else, who may review, looked at the evidence and found that it shows what is said."""
    opened: bool
    """Whether the reviewer read the evidence in full."""
    statement: str
    evidence: tuple[CitedFile, ...]
    answered_by: Respondent | None
    answered_at: str | None
    reviewed_by: Respondent | None
    condition: str
    """For a no or a partial: what is to change, by whom and by when; empty when nothing was promised."""
    detail: str
    """The answer in one sentence, for a reader who sees nothing else."""


class NotAsked(Frozen):
    """An item that is not asked, and why: a report lists them, so that nothing disappears."""

    item: str
    question: str
    because: str


class Drawn(Frozen):
    """The answers drawn for the reviewer to read in full, and what came of it."""

    items: tuple[str, ...]
    opened: int
    confirmed: int

    @property
    def sentence(self) -> str:
        """What came of it: "6 drawn, 5 opened, 4 confirmed"."""
        return f"{len(self.items)} drawn, {self.opened} opened, {self.confirmed} confirmed"


class Attestation(Frozen):
    """One signature on the answers, as it was found at the run."""

    role: Role
    person: str
    """The id in whose name it was made: the same as in the answers."""
    name: str | None
    """As the trust file has it; None for a key that is nobody's there."""
    fingerprint: str
    decision: Decision
    conditions: tuple[str, ...]
    statement: str
    """The signer's own words."""
    time: str
    """As the signer's computer told it."""
    holds: bool
    """Whether nothing is wrong with this signature itself."""


class Questionnaire(Frozen):
    """The list of questions as a whole: its wording, what was asked, and whose signatures the answers carry."""

    kind: Literal["questionnaire"] = "questionnaire"
    id: str
    """The id of the check."""
    check: str
    checklist: str
    version: str
    sha256: str
    """The digest of the wording that was answered."""
    title: str
    flags: dict[str, Literal["yes", "no", "unknown"]]
    """What was said about the system as a whole; only a no rules questions out."""
    asked: tuple[str, ...]
    """The items to which there is an answer in the evidence, unanswered ones included."""
    not_asked: tuple[NotAsked, ...]
    signals: tuple[str, ...]
    """What a reader should know about the answers as a whole, a sentence each."""
    drawn: Drawn
    required: tuple[Role, ...]
    """Whose signatures the policy requires."""
    signed: tuple[Attestation, ...]
    lacking: tuple[str, ...]
    """What is missing or does not hold among the signatures, a sentence each; empty when nothing is."""
