"""How often a score puts a positive row above a negative one, and how far that share may be from the truth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats

from fateaudit.intervals.levels import alpha_of, check_alpha, upper_z

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fateaudit.intervals.scores import Array

FEWEST = 10
"""Rows of either class below which an AUC is shown and not judged."""
UNSEEN = 0.5
"""Rows out of order that the smaller class may have and did not show: half a row, as is added to means elsewhere."""


@dataclass(frozen=True, slots=True)
class Auc:
    """The area under the curve of one group, and what its intervals are made of."""

    value: float
    """The share of pairs of a positive and a negative row in which the positive one scores higher, ties half."""
    positives: int
    negatives: int
    positive_variance: float
    """The part of DeLong's variance that comes from the positives; infinite when there is only one."""
    negative_variance: float
    tied: float
    """The share of pairs with equal scores. With binned scores the AUC of the scores is within half of it."""

    @property
    def judged(self) -> bool:
        """Whether there are ten rows of either class, the fewest from which an AUC is judged."""
        return min(self.positives, self.negatives) >= FEWEST


def auc_from_scores(positives: ArrayLike, negatives: ArrayLike) -> Auc:
    """Return the AUC of two samples of finite scores, in any order, by one sort: O(n log n).

    ValueError for a class without rows and for a score that is not finite.

    Source: DeLong, DeLong and Clarke-Pearson (1988), Comparing the areas under two or more correlated receiver
    operating characteristic curves; by midranks as in Sun and Xu (2014).
    """
    samples = [np.asarray(scores, dtype=np.float64).ravel() for scores in (positives, negatives)]
    if not all(np.isfinite(scores).all() for scores in samples):
        raise ValueError("an AUC needs finite scores")
    _, places = np.unique(np.concatenate(samples), return_inverse=True)
    size = int(places.max()) + 1 if places.size else 0
    above, below = np.split(places, [samples[0].size])
    return auc_from_histogram(np.bincount(above, minlength=size), np.bincount(below, minlength=size))


def auc_from_histogram(positives: ArrayLike, negatives: ArrayLike) -> Auc:
    """Return the AUC of counts per score or per bin, in ascending order of the score; rows in one bin are tied.

    With m positives and n negatives, a positive's share of negatives below it (ties half) has variance S10, a
    negative's share of positives above it S01, each over one less than its class; AUC is the mean of either and its
    variance S10/m + S01/n. ValueError for a class without rows, for a negative or broken count, or unlike lengths.

    Source: as for `auc_from_scores`.
    """
    up, down = (np.asarray(counts, dtype=np.float64).ravel() for counts in (positives, negatives))
    if up.shape != down.shape or not all((counts >= 0).all() and (counts % 1 == 0).all() for counts in (up, down)):
        raise ValueError("histograms of one AUC have the same bins and whole counts")
    m, n = int(up.sum()), int(down.sum())
    if m == 0 or n == 0:
        raise ValueError(f"an AUC needs rows of both classes, not {m} positive and {n} negative")
    below = (np.cumsum(down) - down / 2) / n
    above = (m - np.cumsum(up) + up / 2) / m
    value = min(max(float(up @ below) / m, 0.0), 1.0)
    return Auc(value, m, n, _of_mean(below, up, m), _of_mean(above, down, n), float(up / m @ (down / n)))


def _of_mean(values: Array, counts: Array, size: int) -> float:
    """Return the variance of the mean of `values`, each as often as `counts` says."""
    if size == 1:
        return math.inf
    centre = float(counts @ values) / size
    return float(counts @ (values - centre) ** 2) / (size - 1) / size


def auc_bounds(auc: Auc, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return the lower bound of the AUC at `alpha_low` and the upper one at `alpha_high`, within [0, 1].

    They enclose `delong_bounds`, `hanley_mcneil_bounds` and `unseen_row_bounds`: each alone is too narrow somewhere.
    Where DeLong's variance is 0 (no pair out of order, or all tied) the other two stand alone. ValueError for levels
    outside (0, 0.5).
    """
    methods = [hanley_mcneil_bounds, unseen_row_bounds]
    if auc.positive_variance + auc.negative_variance > 0 and auc.value not in {0.0, 1.0}:
        methods.append(delong_bounds)
    lows, highs = zip(*(bounds(auc, alpha_low=alpha_low, alpha_high=alpha_high) for bounds in methods), strict=True)
    return min(lows), max(highs)


def auc_interval(auc: Auc, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval of the AUC: `auc_bounds` with half of the error on either side."""
    alpha = alpha_of(confidence) / 2
    return auc_bounds(auc, alpha_low=alpha, alpha_high=alpha)


def auc_difference_bounds(one: Auc, other: Auc, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return one-sided bounds of `one` minus `other`, two groups that share no rows, within [-1, 1].

    Squares of the distances to the single bounds add up: A1 - A0 - sqrt((A1 - l1)² + (u0 - A0)²) at `alpha_low`, and
    mirrored above, as `newcombe` does for rates. ValueError for levels outside (0, 0.5).

    Source: Zou and Donner (2008), Construction of confidence limits about effect measures.
    """
    low1, high1 = auc_bounds(one, alpha_low=alpha_low, alpha_high=alpha_high)
    low0, high0 = auc_bounds(other, alpha_low=alpha_high, alpha_high=alpha_low)
    apart = one.value - other.value
    low = apart - math.hypot(one.value - low1, high0 - other.value)
    high = apart + math.hypot(high1 - one.value, other.value - low0)
    return max(low, -1.0), min(high, 1.0)


def auc_difference_interval(one: Auc, other: Auc, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the two-sided interval of `one` minus `other`: `auc_difference_bounds` with half the error a side."""
    alpha = alpha_of(confidence) / 2
    return auc_difference_bounds(one, other, alpha_low=alpha, alpha_high=alpha)


def delong_bounds(auc: Auc, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return bounds by DeLong's variance v = a + b on the logit scale, with Student's t, within [0, 1].

    logit A ± t sqrt(v) / (A(1 - A)), df = v² / [a²/(m - 1) + b²/(n - 1)]. A single row of a class says nothing about
    its variance: 0 and 1. ValueError for an AUC of 0 or 1, for a variance of 0, and for levels outside (0, 0.5).

    Source: DeLong and others (1988); degrees of freedom by Satterthwaite (1946).
    """
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    a, b, m, n = auc.positive_variance, auc.negative_variance, auc.positives, auc.negatives
    if not 0 < auc.value < 1 or a + b <= 0:
        raise ValueError(f"DeLong's variance says nothing about an AUC of {auc.value} with a variance of {a + b}")
    if min(m, n) == 1:
        return 0.0, 1.0
    freedom = (a + b) ** 2 / (a * a / (m - 1) + b * b / (n - 1))
    step = math.sqrt(a + b) / (auc.value * (1 - auc.value))
    centre = special.logit(auc.value)
    t_low, t_high = (float(stats.t.isf(alpha, freedom)) for alpha in (alpha_low, alpha_high))
    return float(special.expit(centre - t_low * step)), float(special.expit(centre + t_high * step))


def hanley_mcneil_bounds(auc: Auc, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return the areas whose distance from the observed one is z standard errors, within [0, 1].

    |A - θ| = z sqrt(V), V = θ(1 - θ)[1 + N(1 - θ)/(2 - θ) + Nθ/(1 + θ)] / (mn), N = (m + n)/2 - 1: a variance that
    needs no ranks, and that an observed 0 or 1 does not make 0. ValueError for levels outside (0, 0.5).

    Source: Newcombe (2006), Confidence intervals for an effect size measure based on the Mann-Whitney statistic,
    part 2, method 5, after Hanley and McNeil (1982).
    """
    return _score_bounds(auc, alpha_low, alpha_high, doubt=0.0)


def unseen_row_bounds(auc: Auc, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return `hanley_mcneil_bounds` with a variance between theirs and the largest there can be, within [0, 1].

    V = (1 - w) V' + w θ(1 - θ)/min(m, n), V' being theirs and w = h/(h + k): k = min(m, n) min(A, 1 - A) is how many
    rows of the smaller class are out of order, taken whole, and h is `UNSEEN`. Fifteen rows of which one in ten goes
    astray often show none that does; then neither ranks nor a smooth model know of them. The weight is ours.
    ValueError for levels outside (0, 0.5).

    Source: Birnbaum and Klose (1957), Bounds for the variance of the Mann-Whitney statistic, for the largest variance.
    """
    astray = min(auc.positives, auc.negatives) * min(auc.value, 1 - auc.value)
    return _score_bounds(auc, alpha_low, alpha_high, doubt=UNSEEN / (UNSEEN + astray))


def _score_bounds(auc: Auc, alpha_low: float, alpha_high: float, *, doubt: float) -> tuple[float, float]:
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    sizes = auc.positives, auc.negatives
    low = _lower_area(auc.value, sizes, upper_z(alpha_low), doubt)
    # The variance is the same for scores read upside down.
    return low, 1 - _lower_area(1 - auc.value, sizes, upper_z(alpha_high), doubt)


def _lower_area(value: float, sizes: tuple[int, int], z: float, doubt: float) -> float:
    if value == 0:
        return 0.0
    m, n = sizes
    size = (m + n) / 2 - 1

    def excess(area: float) -> float:
        smooth = 1 + size * (1 - area) / (2 - area) + size * area / (1 + area)
        shape = (1 - doubt) * smooth + doubt * max(m, n)
        return value - area - z * math.sqrt(area * (1 - area) * shape / (m * n))

    # At 1 the variance is 0: stop just before, where an observed 1 is already too far away.
    return float(optimize.brentq(excess, 0.0, min(value, 1 - 1e-12)))
