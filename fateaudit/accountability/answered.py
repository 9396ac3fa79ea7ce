"""One question of a checklist as it was answered: who said what, on which papers, and who looked at them.

It carries no verdict. Whether a confirmed "yes" is enough is a question for `policy`.
"""

from enum import StrEnum
from typing import Literal

from fateaudit.documents import Frozen


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
