"""One case explained: plain values, for whoever prints them. They are of one person, and are written nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from fateaudit.explainability import Attributions, Curve, Recourse, Unexplained
from fateaudit.explainability.example_cases import Value
from fateaudit.explainability.words import WordValues
from fateaudit.policy import Policy


@dataclass(frozen=True, slots=True)
class CaseExplained:
    """A row, what the model makes of it, and what the score is made of."""

    audit_id: str
    policy: Policy
    case: str
    """Its id, as typed."""
    data: str
    """The name of the file that it is in."""
    values: tuple[tuple[str, Value], ...]
    """What the model reads, in its order; None is missing."""
    score: float
    is_favourable: bool
    attributions: Attributions | Unexplained
    sentence: str
    """The reasons in words; empty where there are none."""
    background: int
    """Rows of the audited data that stand for not knowing a column."""
    is_same_base: bool | None
    """Whether the average case is the one in the record; None where the record names none."""
    recourse: Recourse | Unexplained | None
    """None for a favourable decision."""
    kept: tuple[str, ...]
    """Columns that the model reads and that no suggestion changes."""
    curves: tuple[Curve, ...]
    """Of the columns that move the score most."""
    words: tuple[tuple[str, WordValues | Unexplained], ...] = ()
    """Of each column of texts, by its name: the same score by its words."""
