"""How many rows a claim needs, and how large a disparity these rows could show.

A plan looks ahead, so it takes true rates and no counts. It describes the score test of the limit, which the E-tests
in `claims` follow closely; the log-ratio formula is not used, because its sizes give a power anywhere from .73 to .92.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special

from fateaudit.intervals.levels import check_alpha, upper_z
from fateaudit.intervals.measures import SCALES, Measure
from fateaudit.intervals.scores import Array, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from fateaudit.intervals.claims import Side

POWER = 0.80
"""The usual chance of making a claim that is true."""
MOST_TRIALS = 1e10
"""A group that would have to be larger than this is one that no size helps: more than there are people."""
STEPS = 400
"""Points at which a power is looked at, before the first one that suffices is refined."""


@dataclass(frozen=True, slots=True)
class PlannedComparison:
    """A limit, and the reference group as it is. ValueError for a limit or a rate that cannot be planned with."""

    measure: Measure
    limit: float
    reference_rate: float
    """Strictly between 0 and 1."""
    reference_trials: float

    def __post_init__(self) -> None:
        if not 0 < self.reference_rate < 1:
            raise ValueError(f"a plan needs a reference rate strictly between 0 and 1, not {self.reference_rate}")
        if not (math.isfinite(self.reference_trials) and self.reference_trials >= 1):
            raise ValueError(f"a plan needs at least one trial in the reference group, not {self.reference_trials}")
        low, high = SCALES[self.measure].ends
        if not low < self.limit < high:
            raise ValueError(f"a limit on a {self.measure} lies strictly between {low} and {high}, not at {self.limit}")

    def rate_at(self, truth: Array) -> Array:
        """Return the group's rate when the true comparison is `truth`."""
        slope, offset = SCALES[self.measure].line(truth)
        return slope * self.reference_rate + offset

    def extreme(self, side: Side) -> float:
        """Return the comparison when the group's rate is 0 ("below") or 1 ("above")."""
        rate = 0.0 if side == "below" else 1.0
        return rate / self.reference_rate if self.measure == "ratio" else rate - self.reference_rate


def claim_power(planned: PlannedComparison, *, truth: float, trials: float, alpha: float) -> float:
    """Return the chance, in [0, 1], of claiming that the comparison lies on that side of the limit where `truth` is.

    With p1 the group's rate at `truth`, p0 the reference's, n1 = `trials`, n0 the reference's, and limit phi:
    power = Phi[(|p1 - phi p0| - z s0) / s1], z the normal quantile that leaves `alpha`,
    s0^2 = q1(1 - q1)/n1 + phi^2 q0(1 - q0)/n0 at the likeliest rates (q1, q0) on the limit for data that show
    (p1, p0) in the ratio n1 : n0, and s1^2 the same at (p1, p0). For a difference phi^2 is 1 and the distance is
    |p1 - p0 - limit|, with the likeliest rates of Miettinen and Nurminen for a difference.

    ValueError for a truth at the limit or one that needs a rate outside [0, 1], for fewer trials than one, and for
    a level outside (0, 0.5).

    Source: Farrington and Manning (1990), Test statistics and sample size formulae for comparative binomial trials
    with null hypothesis of non-zero risk difference or non-unity relative risk.
    """
    _check_truth(planned, truth)
    _check_trials(trials)
    check_alpha(alpha)
    return float(_power(planned, np.asarray(truth), np.asarray(trials), alpha))


def needed_trials(planned: PlannedComparison, *, truth: float, alpha: float, power: float = POWER) -> float | None:
    """Return how many trials of the group, 1 or more, give the claim about `truth` this `power`; round it up.

    "Not met" is claimed at alpha over the number of claims in the family, "met" at alpha itself; which of the two is
    planned follows from the side of the limit on which `truth` lies. The reference group keeps its size.
    None when no size of the group is enough: the reference group is too small. Errors and source: `claim_power`.
    """
    _check_truth(planned, truth)
    check_alpha(alpha)
    _check_power(power)

    def excess(trials: Array) -> Array:
        return _power(planned, np.asarray(truth), trials, alpha) - power

    return _first_enough(excess, np.geomspace(1.0, MOST_TRIALS, STEPS))


def smallest_detectable(
    planned: PlannedComparison, *, trials: float, side: Side, alpha: float, power: float = POWER
) -> float | None:
    """Return the true comparison nearest the limit, on `side` of it, that `trials` of the group show with `power`.

    A ratio in [0, 1 / p0] or a difference in [-p0, 1 - p0]. Levels as for `needed_trials`. None when not even a rate
    of 0 ("below") or 1 ("above") would be shown: group or reference is too small. Errors and source: `claim_power`.
    """
    _check_trials(trials)
    check_alpha(alpha)
    _check_power(power)
    end = planned.extreme(side)
    if (end >= planned.limit) if side == "below" else (end <= planned.limit):
        return None

    def excess(truth: Array) -> Array:
        return _power(planned, truth, np.asarray(trials), alpha) - power

    # A limit that no rate reaches leaves the search to start from the rate nearest it.
    nearest = min(max(planned.limit, planned.extreme("below")), planned.extreme("above"))
    return _first_enough(excess, np.linspace(nearest, end, STEPS))


def _power(planned: PlannedComparison, truth: Array, trials: Array, alpha: float) -> Array:
    scale, limit = SCALES[planned.measure], np.asarray(planned.limit)
    truth, trials = np.broadcast_arrays(truth, trials)
    rate1 = np.clip(planned.rate_at(truth), 0.0, 1.0)
    rate0, size0 = np.full_like(rate1, planned.reference_rate), np.full_like(rate1, planned.reference_trials)
    limited1, limited0 = scale.restrict(Table(rate1 * trials, trials, rate0 * size0, size0), limit)
    slope, offset = scale.line(limit)

    def error(p1: Array, p0: Array) -> Array:
        squared: Array = p1 * (1 - p1) / trials + slope * slope * p0 * (1 - p0) / size0
        return np.sqrt(squared)

    distance = np.abs(rate1 - slope * rate0 - offset)
    result: Array = special.ndtr((distance - upper_z(alpha) * error(limited1, limited0)) / error(rate1, rate0))
    return result


def _first_enough(excess: Callable[[Array], Array], points: Array) -> float | None:
    """Return where `excess` first reaches 0 along `points`; None if it does at none of them."""
    enough = np.flatnonzero(excess(points) >= 0)
    if not enough.size:
        return None
    first = int(enough[0])
    if first == 0:
        return float(points[0])
    return float(optimize.brentq(lambda x: float(excess(np.asarray(x))), points[first - 1], points[first]))


def _check_truth(planned: PlannedComparison, truth: float) -> None:
    if truth == planned.limit:
        raise ValueError(f"a truth of exactly the limit, {truth}, is on neither side of it: no size tells")
    low, high = planned.extreme("below"), planned.extreme("above")
    if not low <= truth <= high:
        raise ValueError(f"a true {planned.measure} of {truth} needs a rate outside 0 to 1; it can be {low} to {high}")


def _check_trials(trials: float) -> None:
    if not (math.isfinite(trials) and trials >= 1):
        raise ValueError(f"a plan needs at least one trial in the group, not {trials}")


def _check_power(power: float) -> None:
    if not 0.5 <= power < 1:  # noqa: PLR2004 - one half, below which a plan is a coin toss
        raise ValueError(f"a power lies from 0.5 to below 1, not at {power}")
