"""Two rates: intervals to read for their difference and their ratio. They do not decide; see `claims` for that."""

from __future__ import annotations

import math

import numpy as np

from fateaudit.intervals.levels import two_sided_z
from fateaudit.intervals.rates import wilson_at
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Scale, Table, score_end


def newcombe(  # noqa: PLR0913 - two counts, and either of two ways to say how sure
    x1: float, n1: float, x0: float, n0: float, *, confidence: float = 0.95, z: float | None = None
) -> tuple[float, float]:
    """Return the two-sided hybrid score interval of p1 - p0, within [-1, 1].

    `z` replaces the normal quantile of `confidence` where a family of comparisons needs a larger one. Real numbers are
    accepted besides counts, for weighted rows. ValueError for a group without trials.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
    """
    z = two_sided_z(confidence) if z is None else z
    low1, high1 = wilson_at(x1, n1, z)
    low0, high0 = wilson_at(x0, n0, z)
    p1, p0 = x1 / n1, x0 / n0
    low = p1 - p0 - math.hypot(p1 - low1, high0 - p0)
    high = p1 - p0 + math.hypot(high1 - p1, p0 - low0)
    return max(low, -1.0), min(high, 1.0)


def miettinen_nurminen_ratio(  # noqa: PLR0913 - two counts, and either of two ways to say how sure
    x1: float, n1: float, x0: float, n0: float, *, confidence: float = 0.95, z: float | None = None
) -> tuple[float, float]:
    """Return the two-sided score interval of p1 / p0, within [0, inf].

    No success in group 1 gives a lower end of 0, no success in group 0 an upper end of infinity, neither gives both.
    `z` replaces the normal quantile of `confidence`. Real numbers are accepted besides counts, for weighted rows.
    ValueError for a group without trials.

    Source: Miettinen and Nurminen (1985), Comparative analysis of two rates.
    """
    table = Table.from_counts(x1, n1, x0, n0)
    low, high = _interval(RATIO, table, two_sided_z(confidence) if z is None else z)
    return (low if x1 > 0 else 0.0, high if x0 > 0 else math.inf)


def miettinen_nurminen_difference(  # noqa: PLR0913 - two counts, and either of two ways to say how sure
    x1: float, n1: float, x0: float, n0: float, *, confidence: float = 0.95, z: float | None = None
) -> tuple[float, float]:
    """Return the two-sided score interval of p1 - p0, within [-1, 1]: what `difference_test` approximates.

    Reports show `newcombe`; this one is the same score as the claims, for whoever wants to compare.
    ValueError for a group without trials.

    Source: Miettinen and Nurminen (1985), Comparative analysis of two rates.
    """
    table = Table.from_counts(x1, n1, x0, n0)
    low, high = _interval(DIFFERENCE, table, two_sided_z(confidence) if z is None else z)
    apart = x1 / n1 - x0 / n0
    return (low if apart > -1 else -1.0, high if apart < 1 else 1.0)


def _interval(scale: Scale, table: Table, z: float) -> tuple[float, float]:
    low, high = score_end(scale, table, np.array([z, -z]))
    return float(low), float(high)
