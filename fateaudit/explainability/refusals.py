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


TOLERANCE = 1e-3
"""Largest gap between base + sum and the output, in standard deviations of the output."""


def is_near(gap: float, spread: float) -> bool:
    """Say whether a gap is within the tolerance; one that is no number is not."""
    return gap <= TOLERANCE * spread


def missed(gap: float, spread: float) -> str:
    """Say by how much a route missed."""
    return f"base and attributions miss the model's output by up to {gap / spread:.2g} of its standard deviation"


class RouteRefusedError(Exception):
    """A route does not fit this model, or costs too much. Caught by `attributing`, which records it and goes on."""
