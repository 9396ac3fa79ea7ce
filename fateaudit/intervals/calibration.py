"""Whether a score means what it says: whether, of the rows scored 0.3, three in ten are positive.

From sums, never from a bootstrap: resampling the plain calibration error adds noise to what is mostly noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

from fateaudit.intervals.levels import check_alpha

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fateaudit.intervals.scores import Array

FEWEST_IN_BIN = 10
"""Rows below which a bin is too thin for a chi-square."""
TINY = 1e-100
"""A sum of scores this small expects nobody."""


@dataclass(frozen=True, slots=True)
class Residuals:
    """What is left of labels y in {0, 1} after scores s in [0, 1]: all that calibration-in-the-large needs."""

    n: int
    total: float
    """Σ(y - s)."""
    squares: float
    """Σ(y - s)²."""

    @classmethod
    def from_sums(cls, *, positive: tuple[int, float, float], negative: tuple[int, float, float]) -> Residuals:
        """Add up (n, Σs, Σs²) of the rows of either label: exact, without the rows."""
        (n1, s1, ss1), (n0, s0, ss0) = positive, negative
        return cls(n1 + n0, n1 - s1 - s0, n1 - 2 * s1 + ss1 + ss0)

    @property
    def mean(self) -> float:
        """Calibration-in-the-large, in [-1, 1]: positive where the scores are too low."""
        return self.total / self.n


def calibration_bounds(residuals: Residuals, *, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    """Return one-sided bounds of mean(y - s), within [-1, 1]: mean ± t sqrt(S² / n) with n - 1 degrees of freedom.

    S² = [Σ(y - s)² - (Σ(y - s))² / n] / (n - 1). With a handful of rows of one label the interval is too narrow, and
    without any it can be a point: like an AUC it is not to be judged under ten rows of either label.
    ValueError for fewer than two rows, sums that no rows have, and levels outside (0, 0.5).

    Source: Student (1908); calibration-in-the-large as in Van Calster and others (2019), Calibration: the Achilles
    heel of predictive analytics.
    """
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    n, mean = residuals.n, residuals.mean if residuals.n else 0.0
    if n < 2:  # noqa: PLR2004 - one row has no spread
        raise ValueError(f"a spread needs two rows, not {n}")
    spread = residuals.squares - n * mean * mean
    if abs(mean) > 1 or residuals.squares > n * (1 + 1e-9) or spread < -1e-9 * n:
        raise ValueError(f"no {n} residuals add up to {residuals.total} and their squares to {residuals.squares}")
    error = math.sqrt(max(spread, 0.0) / (n - 1) / n)
    t_low, t_high = (float(stats.t.isf(alpha, n - 1)) for alpha in (alpha_low, alpha_high))
    return max(mean - t_low * error, -1.0), min(mean + t_high * error, 1.0)


@dataclass(frozen=True, slots=True)
class CalibrationBins:
    """Rows, sums of scores and positive labels per bin; bins without rows are dropped."""

    n: Array
    scores: Array
    labels: Array

    @classmethod
    def from_sums(cls, n: ArrayLike, scores: ArrayLike, labels: ArrayLike) -> CalibrationBins:
        """Check and hold the sums; ValueError for unlike lengths, no rows, or sums outside 0 to n."""
        rows, summed, positive = (np.asarray(value, dtype=np.float64).ravel() for value in (n, scores, labels))
        if not rows.shape == summed.shape == positive.shape:
            raise ValueError("calibration bins have one n, one sum of scores and one sum of labels each")
        slack = 1e-9 * np.maximum(rows, 1)
        inside = [((value >= -slack) & (value <= rows + slack)).all() for value in (rows, summed, positive)]
        if not (all(inside) and rows.sum() > 0):
            raise ValueError("calibration bins hold rows, and sums of scores and labels from 0 to that number")
        kept = rows > 0
        return cls(rows[kept], summed[kept].clip(0, rows[kept]), positive[kept].clip(0, rows[kept]))

    @classmethod
    def from_histogram(cls, positives: ArrayLike, negatives: ArrayLike) -> CalibrationBins:
        """Take every score for the centre of its bin, of equal bins over 0 to 1: say so beside the figure."""
        up, down = (np.asarray(counts, dtype=np.float64).ravel() for counts in (positives, negatives))
        if up.shape != down.shape:
            raise ValueError("histograms of one group have the same bins")
        centres = (np.arange(up.size) + 0.5) / max(up.size, 1)
        return cls.from_sums(up + down, (up + down) * centres, up)

    @property
    def gaps(self) -> Array:
        """Mean label minus mean score of each bin."""
        return (self.labels - self.scores) / self.n


def expected_calibration_error(bins: CalibrationBins) -> float:
    """Return Σ (n_b / n) |d_b| in [0, 1], d_b the gap of a bin. Shown only beside `calibration_error_floor`.

    Source: Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning.
    """
    return float(bins.n @ np.abs(bins.gaps) / bins.n.sum())


def calibration_error_floor(bins: CalibrationBins) -> float:
    """Return the mean of `expected_calibration_error`, in [0, 1], of a calibrated model with these bins, exactly.

    Labels of a bin are taken as binomial with its mean score q; then E|Y - nq| = 2 k (1 - q) P(Y = k) with
    k = floor(nq) + 1. Scores that vary within a bin make it a trifle smaller.

    Source: De Moivre (1730); Diaconis and Zabell (1991), Closed form summation for classical distributions.
    """
    # The probability function of SciPy overflows at rates next to the smallest double.
    q = np.where(bins.scores > TINY, bins.scores, 0.0) / bins.n
    # Where nq is whole, k = nq gives the same: rounding to either side does no harm.
    k = np.minimum(np.floor(bins.scores) + 1, bins.n)
    spread = 2 * k * (1 - q) * stats.binom.pmf(k, bins.n, q)
    return float(spread.sum() / bins.n.sum())


def debiased_squared_error(bins: CalibrationBins) -> float:
    """Return Σ (n_b / n)[d_b² - r_b(1 - r_b) / (n_b - 1)], r_b the share of positives: what noise does not explain.

    Its mean is the true squared gap; negative values happen, and mean that nothing is left. Bins of one row have no
    such estimate and are left out, of n too. ValueError when no bin has two rows.

    Source: Kumar, Liang and Ma (2019), Verified uncertainty calibration.
    """
    kept = bins.n > 1
    if not kept.any():
        raise ValueError("a debiased error needs a bin with two rows")
    n, gaps, share = bins.n[kept], bins.gaps[kept], bins.labels[kept] / bins.n[kept]
    return float(n @ (gaps**2 - share * (1 - share) / (n - 1)) / n.sum())


@dataclass(frozen=True, slots=True)
class StandardisedError:
    """The typical gap between label and score, in standard deviations of one label."""

    value: float
    """sqrt(max(Q - B, 0) / n): what is left of Q after the noise of B bins."""
    low: float
    high: float
    q: float
    bins: int
    rows: int
    """Rows in bins that are thick enough; the others are left out."""


def standardised_error(bins: CalibrationBins, *, alpha_low: float, alpha_high: float) -> StandardisedError:
    """Return the standardised calibration error with one-sided bounds, all from 0 on.

    Q = Σ n_b d_b² / v_b over bins of ten rows or more, v_b = p(1 - p) with p = (positives + 1) / (n_b + 2), is about
    noncentral chi-square with B degrees of freedom and noncentrality λ = n SCE². A bound is the λ at which Q is just
    that improbable; 0 where even λ = 0 makes so large a Q likely. Because v_b comes from the same labels as d_b, the
    lower bound is above 0 for more calibrated models than `alpha_low` says: at .05, measured, for .07 to .09 with
    bins of 10 to 200 rows, .05 to .06 with bins of 1,000 or more. ValueError when no bin has ten rows, and for levels
    outside (0, 0.5).

    Source: Hosmer and Lemeshow (1980) for Q; inversion as in Steiger (2004), Beyond the F test.
    """
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    kept = bins.n >= FEWEST_IN_BIN
    if not kept.any():
        raise ValueError(f"a standardised error needs a bin with {FEWEST_IN_BIN} rows")
    n, p = bins.n[kept], (bins.labels[kept] + 1) / (bins.n[kept] + 2)
    q, count, rows = float((n * bins.gaps[kept] ** 2 / (p * (1 - p))).sum()), int(kept.sum()), float(n.sum())
    low, high = (_noncentrality(q, count, at) for at in (1 - alpha_low, alpha_high))
    value, low, high = (math.sqrt(part / rows) for part in (max(q - count, 0.0), low, high))
    return StandardisedError(value, low, high, q, count, int(rows))


def _noncentrality(q: float, bins: int, probability: float) -> float:
    """Return the λ at which a noncentral chi-square is at most `q` with `probability`; 0 if it is less likely at 0."""
    if stats.chi2.cdf(q, bins) <= probability:
        return 0.0
    most = q + bins + 20 * math.sqrt(q + bins) + 100
    return float(optimize.brentq(lambda x: float(stats.ncx2.cdf(q, bins, x)) - probability, 0.0, most))
