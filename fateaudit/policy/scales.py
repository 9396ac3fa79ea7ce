"""How a model's scores are written: probabilities as points of 100, a number as it is, in the unit of the model."""

import math
from dataclasses import dataclass

from fateaudit.policy.schema import Policy

DIGITS = 3
"""Of the largest number that stands beside others."""

MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """What a score is multiplied with, and its decimals."""

    times: int
    places: int

    def written(self, value: float) -> str:
        """Return a score, or a part of one; what rounds to nothing is 0, without a sign."""
        said = f"{self.times * value:.{self.places}f}"
        return said.removeprefix("-") if float(said) == 0 else said


BESIDE = {">=": "at or above", ">": "above", "<=": "at or below", "<": "below"}
"""On which side of the threshold a score is favourable, by `decision.at`."""

OTHER_SIDE = {">=": "below", ">": "at or below", "<=": "above", "<": "at or above"}

POINTS = Scale(100, 1)


def where_favourable(at: str, line: str) -> str:
    """Return "at 12.5 or more", "above 12.5", "at 12.5 or less", "below 12.5"."""
    more = {">=": "more", "<=": "less"}.get(at)
    return f"at {line} or {more}" if more else f"{BESIDE[at]} {line}"


def as_written(number: float) -> str:
    """Return a number as whoever wrote the policy would: 12.5, and 100 without decimals."""
    return repr(float(number)).removesuffix(".0")


def scale_of(policy: Policy, longest: float) -> Scale:
    """Return points of 100 for probabilities; for a model's own numbers, as many decimals as tell `longest` well.

    `longest` is the size of the largest part that is shown.
    """
    return own_scale(longest) if policy.gives_numbers else POINTS


def own_scale(longest: float) -> Scale:
    """Return the scale of numbers in a unit of their own: `DIGITS` digits of `longest`, all of those before the dot."""
    before = math.floor(math.log10(longest)) + 1 if longest > 0 and math.isfinite(longest) else 1
    return Scale(1, min(max(DIGITS - before, 0), MOST_PLACES))
