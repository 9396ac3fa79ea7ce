"""How many rows a claim about one rate needs, and how far from its limit these rows could show it to be.

As in `planning`, for a limit on the rate itself: nothing else varies, and both answers have a closed form. They
describe the score test; the exact tails that decide need a few rows more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fateaudit.intervals.levels import check_alpha, upper_z
from fateaudit.intervals.planning import MOST_TRIALS, POWER

if TYPE_CHECKING:
    from fateaudit.intervals.claims import Side


def needed_trials_of_rate(limit: float, *, truth: float, alpha: float, power: float = POWER) -> float | None:
    """Return how many trials, 1 or more, give the claim about a true rate this `power`; round it up.

    n = [(z_alpha sqrt(L(1 - L)) + z_power sqrt(p(1 - p))) / (p - L)]^2 for limit L and true rate p, both in [0, 1].
    None when more than MOST_TRIALS would be needed. ValueError for a truth at the limit or a level outside (0, 0.5).

    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, section 2.4.
    """
    if truth == limit:
        raise ValueError(f"a truth of exactly the limit, {truth}, is on neither side of it: no size tells")
    check_alpha(alpha)
    reach = upper_z(alpha) * _deviation(limit) + upper_z(1 - power) * _deviation(truth)
    trials = max(1.0, (reach / (truth - limit)) ** 2)
    return trials if trials <= MOST_TRIALS else None


def smallest_detectable_rate(
    limit: float, *, trials: float, side: Side, alpha: float, power: float = POWER
) -> float | None:
    """Return the true rate nearest the limit, on `side` of it, that `trials` show with `power`.

    The formula of `needed_trials_of_rate`, solved for p: a quadratic. None when not even a rate of 0 ("below") or
    1 ("above") would be shown. ValueError for fewer trials than one and for a level outside (0, 0.5).
    """
    if not (math.isfinite(trials) and trials >= 1):
        raise ValueError(f"a plan needs at least one trial, not {trials}")
    check_alpha(alpha)
    if side == "above":
        mirrored = smallest_detectable_rate(1 - limit, trials=trials, side="below", alpha=alpha, power=power)
        return None if mirrored is None else 1 - mirrored
    root, z = math.sqrt(trials), upper_z(1 - power)
    rest = root * limit - upper_z(alpha) * _deviation(limit)
    if rest < 0 or limit == 0:
        return None
    middle = 2 * rest * root + z * z
    spread = math.sqrt(max(0.0, middle * middle - 4 * (trials + z * z) * rest * rest))
    return max(0.0, (middle - spread) / (2 * (trials + z * z)))


def _deviation(rate: float) -> float:
    return math.sqrt(rate * (1 - rate))
