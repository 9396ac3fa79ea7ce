"""Statistics of scores and labels, row by row: what a table of decisions cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.counts import Group
from fateaudit.evidence import CalibrationNoise
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.means import mean_of
from fateaudit.fairness.statistics import ALL, NO_RATIO, POSITIVE, SIGNED, Statistic, View, labelled
from fateaudit.intervals import (
    CalibrationBins,
    Residuals,
    auc_bounds,
    auc_from_scores,
    calibration_bounds,
    calibration_error_floor,
    expected_calibration_error,
    standardised_error,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]
    Labels = NDArray[np.int8]

FEWEST = 10
"""Rows of either label below which an area or a calibration is shown and not judged."""

BINS = 10
"""Equal bins of scores over 0 to 1 for a calibration error."""


def auc(score: Scores, label: Labels) -> Estimated | None:
    """Return how often a row recorded as favourable scores higher than one recorded as adverse, ties half.

    One half for scores that tell nothing apart. Source: see `intervals.auc`.
    """
    up, down = score[label == 1], score[label == 0]
    if not (len(up) and len(down)):
        return None
    found = auc_from_scores(up, down)
    error = float(np.sqrt(found.positive_variance + found.negative_variance))
    return Estimated(
        found.value,
        error if np.isfinite(error) else None,
        lambda low, high: auc_bounds(found, alpha_low=low, alpha_high=high),
    )


def mean_score(score: Scores, _: Labels) -> Estimated | None:
    """Return the mean probability of the favourable outcome that the model gives."""
    return mean_of(score)


def brier_score(score: Scores, label: Labels) -> Estimated | None:
    """Return the mean of (score - label)², from 0 to 1. Source: Brier (1950)."""
    known = label >= 0
    return mean_of((score[known] - label[known]) ** 2)


def calibration_in_the_large(score: Scores, label: Labels) -> Estimated | None:
    """Return mean(label - score), from -1 to 1: above 0 where the scores are too low. Source: see `calibration`."""
    known = label >= 0
    left = label[known] - score[known]
    if len(left) < 2:  # noqa: PLR2004 - one row has no spread
        return None
    residuals = Residuals(len(left), float(left.sum()), float((left**2).sum()))
    return Estimated(
        residuals.mean,
        float(left.std(ddof=1) / np.sqrt(len(left))),
        lambda low, high: calibration_bounds(residuals, alpha_low=low, alpha_high=high),
    )


def standardised_calibration_error(score: Scores, label: Labels) -> Estimated | None:
    """Return the typical gap between score and label in standard deviations of one label, 0 when calibrated.

    Source: see `intervals.standardised_error`.
    """
    bins = _bins(score, label)
    if bins is None or not (bins.n >= FEWEST).any():
        return None

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        found = standardised_error(bins, alpha_low=alpha_low, alpha_high=alpha_high)
        return min(found.low, found.value), max(found.high, found.value)

    return Estimated(standardised_error(bins, alpha_low=0.05, alpha_high=0.05).value, None, bounds)


def _bins(score: Scores, label: Labels) -> CalibrationBins | None:
    """Return the labelled rows in equal bins over 0 to 1; a score of exactly 1 is in the last. None without rows."""
    known = label >= 0
    if not known.any():
        return None
    score, label = score[known], label[known]
    place = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    n, scores, labels = (np.bincount(place, weights, BINS) for weights in (None, score, label))
    return CalibrationBins.from_sums(n, scores, labels)


def calibration_noise(view: View, group: Group) -> CalibrationNoise | None:
    """Return a group's expected calibration error beside that of a calibrated model: alone it says how few rows it has.

    Source: see `intervals.expected_calibration_error` and `intervals.calibration_error_floor`.
    """
    bins = _bins(*view.scores(group))
    if bins is None:
        return None
    return CalibrationNoise(
        error=expected_calibration_error(bins), floor=calibration_error_floor(bins), bins=len(bins.n)
    )


def of_scores(function: Callable[[Scores, Labels], Estimated | None], **given: Any) -> Statistic:
    """Return the statistic that `function` makes of scores and labels; see `Statistic` for the other arguments."""

    def estimate(view: View, group: Group) -> Estimated | None:
        return function(*view.scores(group))

    return Statistic(estimate=estimate, **{"rows": labelled, "needs": "probabilities", **given})


def _by_sklearn(name: str, view: View, group: Group) -> float:
    from sklearn import metrics  # noqa: PLC0415 - heavy

    score, label = view.scores(group)
    known = label >= 0
    return float(getattr(metrics, name)(label[known], score[known]))


_T = "Student's t on the rows' own values, half a row at either end added"

STATISTICS: dict[str, Statistic] = {
    "auc": of_scores(
        auc,
        term="area under the curve",
        heading="How often the score puts two recorded outcomes in the right order",
        meaning="the share of pairs, one row {recorded_favourable} and one {recorded_adverse}, in which the first "
        "scores higher",
        method="DeLong's interval (logit, Student's t) united with Hanley and McNeil's and one for a row not seen",
        comparisons=NO_RATIO,
        needs="scores",
        fewest_of_each_label=FEWEST,
        again=("scikit-learn", partial(_by_sklearn, "roc_auc_score")),
    ),
    "mean_score": of_scores(
        mean_score,
        term="mean score",
        heading="The average score",
        meaning="the average probability of the better outcome that the model gives",
        method=_T,
        rows=View.cases,
        needs_labels=False,
    ),
    "brier_score": of_scores(
        brier_score,
        term="Brier score",
        heading="How far scores are from what was recorded",
        meaning="the average squared distance between the score and the record, 1 being favourable and 0 adverse",
        method=_T,
        comparisons=ALL,
        better="lower",
        again=("scikit-learn", partial(_by_sklearn, "brier_score_loss")),
    ),
    "calibration_in_the_large": of_scores(
        calibration_in_the_large,
        term="calibration in the large",
        heading="Whether scores are too low or too high on average",
        meaning="the share {recorded_favourable} less the average score: above 0, the scores are too low",
        method="Student's t on label less score",
        scale=SIGNED,
        comparisons=NO_RATIO,
        better="neither",
        fewest_of_each_label=FEWEST,
        noise=calibration_noise,
    ),
    "standardised_calibration_error": of_scores(
        standardised_calibration_error,
        term="standardised calibration error",
        heading="How far scores are from what they say",
        meaning="the typical distance between a score and the share {recorded_favourable} among rows with that score, "
        "in standard deviations of one record, less what noise alone would make",
        method=f"noncentral chi-square over {BINS} equal bins of scores, those with ten rows or more",
        scale=POSITIVE,
        comparisons=("level",),
        better="lower",
        fewest_of_each_label=FEWEST,
        noise=calibration_noise,
    ),
}
