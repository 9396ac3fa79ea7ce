"""The score of two rates against a limit: how far the data lie from the line on which the limit holds exactly.

A limit is a line through the square of possible rates: p1 = limit * p0 for a ratio, p1 = p0 + limit for a difference.
The restricted rates are the likeliest point on that line. Nothing here turns a score into a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Array: TypeAlias = NDArray[np.float64]
"""Numbers of one shape, or of shapes that broadcast; a single number has shape ()."""

NEWTON_STEPS = 3
"""Enough to give full precision back to a rate that has lost half of its digits."""
TINY = 1e-18
"""Keeps a rate off a zero that it cannot have."""
BISECTIONS = 56
"""Halvings of a bracket at most 120 wide: down to 2e-15, the rounding of a double near 10."""


@dataclass(frozen=True, slots=True)
class Table:
    """Successes `x` and trials `n` of the judged group (1) and of the reference (0)."""

    x1: Array
    n1: Array
    x0: Array
    n0: Array

    @classmethod
    def from_counts(cls, x1: float, n1: float, x0: float, n0: float) -> Table:
        """Check two rates and hold them as arrays of shape (); ValueError unless 0 <= x <= n and n > 0."""
        check_count(x1, n1)
        check_count(x0, n0)
        if n1 + n0 <= 1:
            raise ValueError(f"a score needs more than one trial in total, not {n1 + n0}")
        return cls(*(np.asarray(value, dtype=np.float64) for value in (x1, n1, x0, n0)))

    def swapped(self) -> Table:
        """Give the same counts with the two groups exchanged."""
        return Table(self.x0, self.n0, self.x1, self.n1)


@dataclass(frozen=True, slots=True)
class Scale:
    """What tells a ratio from a difference, so that one search and one enumeration serve both."""

    restrict: Callable[[Table, Array], tuple[Array, Array]]
    line: Callable[[Array], tuple[Array, Array]]
    """The slope and offset of the line p1 = slope * p0 + offset on which the limit holds."""
    from_real: Callable[[Array], Array]
    """A limit from a position on the real line (log ratio, atanh difference); increasing."""
    to_real: Callable[[float], float]
    exchange: Callable[[float], float]
    """The same limit, told with the two groups exchanged."""
    reach: float
    """Positions beyond this are rounded to the end of the scale."""
    ends: tuple[float, float]
    """The smallest and the largest value that the comparison can take."""


def check_count(successes: float, trials: float) -> None:
    """Refuse what is not a count of successes among trials; NaN and infinity included."""
    if not (math.isfinite(trials) and trials > 0):
        raise ValueError(f"a rate needs at least one trial, not {trials}")
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes cannot come out of {trials} trials")


def check_whole(successes: int, trials: int) -> None:
    """Refuse what is not a whole count of successes among trials: binomial tails count people, not weights."""
    check_count(successes, trials)
    if successes != int(successes) or trials != int(trials):
        raise ValueError(
            f"an exact test needs whole counts, not {successes} of {trials}; round effective numbers first"
        )


def score(scale: Scale, table: Table, limit: Array) -> Array:
    """Return z, positive where the observed comparison is above `limit`, in the broadcast shape.

    Miettinen and Nurminen (1985): the distance from the line over its standard error at the restricted rates, with
    the factor N / (N - 1). Where the standard error is 0 (no successes at all, or nothing else) the distance is 0 too
    and z is 0: such a table says nothing for or against the limit.
    """
    p1, p0 = scale.restrict(table, limit)
    slope, offset = scale.line(limit)
    total = table.n1 + table.n0
    variance = (p1 * (1 - p1) / table.n1 + slope * slope * (p0 * (1 - p0)) / table.n0) * (total / (total - 1))
    distance = table.x1 / table.n1 - slope * (table.x0 / table.n0) - offset
    certain = variance <= 0
    z: Array = np.where(certain, 0.0, distance / np.sqrt(np.where(certain, 1.0, variance)))
    return z


def score_end(scale: Scale, table: Table, z: Array) -> Array:
    """Return the limit at which the score is `z`: the lower end for z > 0, the upper end for z < 0.

    Works on whole arrays, by bisection, because the score falls as the limit rises.
    """
    shape = np.broadcast_shapes(table.x1.shape, table.x0.shape, z.shape)
    low, high = np.full(shape, -scale.reach), np.full(shape, scale.reach)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = score(scale, table, scale.from_real(middle)) > z
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return scale.from_real((low + high) / 2)


def _restrict_ratio(table: Table, limit: Array) -> tuple[Array, Array]:
    """Solve the quadratic of Miettinen and Nurminen for the likeliest rates with p1 = limit * p0.

    Its textbook root (-B - sqrt(B^2 - 4AC)) / 2A cancels at low rates, and its discriminant near a rate of 1. This is
    the same root and the same discriminant, as a quotient and a sum of what cannot be negative.
    """
    successes = table.x1 + table.x0
    left, right = limit * (table.n1 + table.x0), table.n0 + table.x1
    failures = (table.n1 - table.x1) * (table.n0 - table.x0)
    discriminant = (left - right) ** 2 + 4 * limit * failures
    p0 = np.minimum(2 * successes / (left + right + np.sqrt(discriminant)), 1.0)
    return np.minimum(limit * p0, 1.0), p0


def _restrict_difference(table: Table, limit: Array) -> tuple[Array, Array]:
    """Solve the cubic of Miettinen and Nurminen for the likeliest rates with p1 = p0 + limit.

    Its three roots are real and the wanted one is the middle one, which the trigonometric solution names directly.
    Where two roots nearly meet, half of its digits are lost; the slope of the likelihood gives them back.
    """
    total = table.n1 + table.n0
    successes = table.x1 + table.x0
    quadratic = ((table.n1 + 2 * table.n0) * limit - total - successes) / (3 * total)
    linear = ((table.n0 * limit - total - 2 * table.x0) * limit + successes) / (3 * total)
    constant = table.x0 * limit * (1 - limit) / total
    q = quadratic * (quadratic * quadratic - 1.5 * linear) + constant / 2
    p = np.copysign(np.sqrt(np.maximum(quadratic * quadratic - linear, 0.0)), q)
    cosine = np.clip(q / np.where(p == 0, 1.0, p * p * p), -1.0, 1.0)
    root = 2 * p * np.cos((math.pi + np.arccos(cosine)) / 3) - quadratic
    return _polish(table, limit, root)


def _polish(table: Table, limit: Array, root: Array) -> tuple[Array, Array]:
    """Improve the rate of group 0 by Newton's method on the slope of the log likelihood along the line.

    A step goes at most half of the way to an end of the line, except to an end where the likelihood is not 0: there
    the optimum may be the end itself.
    """
    low, high = np.maximum(0.0, -limit), np.minimum(1.0, 1.0 - limit)
    f1, f0 = table.n1 - table.x1, table.n0 - table.x0
    open_low = np.where(limit > 0, table.x0, np.where(limit < 0, table.x1, table.x1 + table.x0)) == 0
    open_high = np.where(limit > 0, f1, np.where(limit < 0, f0, f1 + f0)) == 0
    p0 = np.clip(root, low, high)
    for _ in range(NEWTON_STEPS):
        slope, bend = np.zeros_like(p0), np.zeros_like(p0)
        for count, rate, sign in (
            (table.x1, p0 + limit, 1),
            (table.x0, p0, 1),
            (f1, 1 - p0 - limit, -1),
            (f0, 1 - p0, -1),
        ):
            term = count / np.where(count > 0, np.maximum(rate, TINY), 1.0)
            slope, bend = slope + sign * term, bend + term * term / np.where(count > 0, count, 1.0)
        step = slope / bend
        p0 = np.clip(p0 + step, np.where(open_low, low, (p0 + low) / 2), np.where(open_high, high, (p0 + high) / 2))
    return np.clip(p0 + limit, 0.0, 1.0), p0


RATIO = Scale(
    restrict=_restrict_ratio,
    line=lambda limit: (limit, np.zeros_like(limit)),
    from_real=np.exp,
    to_real=math.log,
    exchange=lambda limit: 1 / limit,
    reach=60.0,
    ends=(0.0, math.inf),
)
DIFFERENCE = Scale(
    restrict=_restrict_difference,
    line=lambda limit: (np.ones_like(limit), limit),
    from_real=np.tanh,
    to_real=math.atanh,
    exchange=lambda limit: -limit,
    reach=16.0,
    ends=(-1.0, 1.0),
)
