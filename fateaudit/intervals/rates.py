"""One rate: an interval to read, and exact claims against an absolute limit."""

from __future__ import annotations

import math

from scipy import special

from fateaudit.intervals.claims import LimitTest
from fateaudit.intervals.levels import check_alpha, two_sided_z
from fateaudit.intervals.scores import check_count, check_whole


def wilson(successes: float, trials: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided score interval of a rate, within [0, 1].

    Real numbers are accepted besides counts, for weighted rows with an effective number of trials. ValueError when
    there is no trial, or more successes than trials.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    return wilson_at(successes, trials, two_sided_z(confidence))


def wilson_at(successes: float, trials: float, z: float) -> tuple[float, float]:
    """Return the rates whose distance from the observed one is at most `z` standard errors."""
    check_count(successes, trials)
    failures = trials - successes
    centre = (successes + z * z / 2) / (trials + z * z)
    half = z * math.sqrt(successes * failures / trials + z * z / 4) / (trials + z * z)
    # Exact at the edges, where rounding would leave 1e-17 instead of "no success, so the rate may be 0".
    return (max(centre - half, 0.0) if successes > 0 else 0.0, min(centre + half, 1.0) if failures > 0 else 1.0)


def proportion_test(x: int, n: int, *, limit: float) -> LimitTest:
    """Test the claims that the true rate is above, and below, `limit` in [0, 1], by exact binomial tails.

    `p_above` is P(X >= x) and `p_below` is P(X <= x) at a true rate of `limit`. The score z is for reading; it is
    infinite for a limit of 0 or 1 that the data contradict. ValueError for an impossible count or limit.

    Source: Clopper and Pearson (1934), The use of confidence or fiducial limits.
    """
    check_whole(x, n)
    if not 0 <= limit <= 1:
        raise ValueError(f"a limit on a rate lies between 0 and 1, not at {limit}")
    distance = x / n - limit
    error = math.sqrt(limit * (1 - limit) / n)
    return LimitTest(
        z=distance / error if error > 0 else (math.copysign(math.inf, distance) if distance else 0.0),
        p_above=float(special.betainc(x, n - x + 1, limit)) if x > 0 else 1.0,
        p_below=float(special.betaincc(x + 1, n - x, limit)) if x < n else 1.0,
    )


def proportion_bounds(x: int, n: int, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return the one-sided lower bound at `alpha_low` and the upper bound at `alpha_high`, within [0, 1].

    They are the limits at which `proportion_test` has exactly these p-values (Clopper and Pearson, 1934). No success
    gives a lower bound of 0, no failure an upper bound of 1. Both levels lie in (0, 0.5); ValueError outside.
    """
    check_whole(x, n)
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    low = float(special.betaincinv(x, n - x + 1, alpha_low)) if x > 0 else 0.0
    high = float(special.betainccinv(x + 1, n - x, alpha_high)) if x < n else 1.0
    return low, high
