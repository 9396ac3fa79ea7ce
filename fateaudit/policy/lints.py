"""A note on a policy, and what the rules that make them look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fateaudit.documents import Frozen
from fateaudit.ledger import RunHistory
from fateaudit.policy.caps import Cap, Circumstances
from fateaudit.policy.checks import Principle, Severity
from fateaudit.policy.content import Missing
from fateaudit.policy.meaning import Meanings
from fateaudit.policy.schema import Policy


class Weight(StrEnum):
    """What it does to the best possible result."""

    STOPS = "stops an opinion"
    LOWERS = "lowers it"
    READ = "read this"


def weight_of_open(severity: Severity) -> Weight:
    """Return what it does to an opinion that a check of this severity can never be met (rule R1)."""
    return {Severity.BLOCKER: Weight.STOPS, Severity.MAJOR: Weight.LOWERS}.get(severity, Weight.READ)


class Lint(Frozen):
    """One thing to know before a run."""

    code: str
    weight: Weight
    line: int | None
    """Of the policy; None where it is about something that the file does not have."""
    what: str
    do: str
    """What to type."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a rule found; the code and the line come later."""

    at: tuple[str | int, ...]
    weight: Weight
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that nobody has run, and what follows from it."""

    policy: Policy
    meanings: Meanings
    history: RunHistory | None
    """What the ledger would show about a run now; None where that cannot be told."""
    circumstances: Circumstances
    """The best that there can be."""
    missing: Mapping[Principle, tuple[Missing, ...]]
    caps: tuple[Cap, ...]
    hopeless: frozenset[str]
    """Checks that no model and no data can meet."""
