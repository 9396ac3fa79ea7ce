"""The slope by which scores would have to be stretched to fit the labels: 1 for scores that mean what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from fateaudit.intervals.levels import two_sided_z

if TYPE_CHECKING:
    from fateaudit.intervals.calibration import CalibrationBins
    from fateaudit.intervals.scores import Array

NEWTON_STEPS = 50
CLOSE = 1e-10
"""A step this small, in both coefficients, ends the search."""
ONE_SCORE = 1e-6
"""Logits this close together are one score: a slope through them would be rounding."""


class UndefinedSlopeError(ValueError):
    """No finite slope fits best: the labels are all alike, the scores are, or a score separates the labels."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """The line logit P(label) = intercept + slope x logit(score). Below a slope of 1 scores are too extreme."""

    slope: float
    interval: tuple[float, float]
    intercept: float
    rows: int
    """Rows used; those in bins of mean score 0 or 1, whose logit is infinite, are left out."""


def recalibration_slope(bins: CalibrationBins, *, confidence: float = 0.95) -> Recalibration:
    """Return the likeliest logistic recalibration from binned scores, with Wald's interval for the slope.

    Every row takes the mean score of its bin, so the slope is that of the bins: scores that vary much within a bin
    make it a little different from the slope of the rows. UndefinedSlopeError where no finite line is likeliest.

    Source: Cox (1958), Two further applications of a model for binary regression.
    """
    score = bins.scores / bins.n
    kept = (score > 0) & (score < 1)
    x, n, y = special.logit(score[kept]), bins.n[kept], bins.labels[kept]
    _refuse_separation(x, n, y)
    beta = _fit(x, n, y)
    covariance = np.linalg.inv(_information(beta, x, n))
    half = two_sided_z(confidence) * math.sqrt(float(covariance[1, 1]))
    slope = float(beta[1])
    return Recalibration(slope, (slope - half, slope + half), float(beta[0]), int(n.sum()))


def _refuse_separation(x: Array, n: Array, y: Array) -> None:
    """Refuse data whose likelihood has no peak: one score above which, or below which, all labels are alike."""
    with_positive, with_negative = x[y > 0], x[y < n]
    if not with_positive.size or not with_negative.size or np.ptp(x) < ONE_SCORE:
        raise UndefinedSlopeError("a slope needs both labels, at more than one score")
    if with_positive.min() >= with_negative.max() or with_negative.min() >= with_positive.max():
        raise UndefinedSlopeError("one score separates the labels: every steeper slope fits better")


def _information(beta: Array, x: Array, n: Array) -> Array:
    p = special.expit(beta[0] + beta[1] * x)
    design = np.stack([np.ones_like(x), x])
    information: Array = (design * (n * p * (1 - p))) @ design.T
    return information


def _fit(x: Array, n: Array, y: Array) -> Array:
    """Climb the log likelihood by Newton's method, halving a step that would lead down."""
    design = np.stack([np.ones_like(x), x])
    beta = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        rise = design @ (y - n * special.expit(beta @ design))
        step = np.linalg.solve(_information(beta, x, n), rise)
        while _likelihood(beta + step, design, n, y) < _likelihood(beta, design, n, y) and np.abs(step).max() > CLOSE:
            step = step / 2
        beta = beta + step
        if np.abs(step).max() <= CLOSE:
            return beta
    raise UndefinedSlopeError("no slope was found that fits best")


def _likelihood(beta: Array, design: Array, n: Array, y: Array) -> float:
    line = beta @ design
    return float(y @ special.log_expit(line) + (n - y) @ special.log_expit(-line))
