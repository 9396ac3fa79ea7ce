"""Why something was not explained: for a caller (a typed reason), and between routes (try the next one)."""

from dataclasses import dataclass

from fateaudit.evidence import Reason


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A number of this pillar that could not be measured, and why. Never NaN, never an absence."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A route that was not taken, and the fact that ruled it out."""

    route: str
    because: str


class RouteRefusedError(Exception):
    """A route does not fit this model, or costs too much. Caught by `attributing`, which records it and goes on."""
