"""Calibration figures against the worked values, sums written out, simulation and statsmodels."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from fateaudit.intervals import (
    CalibrationBins,
    Residuals,
    UndefinedSlopeError,
    calibration_bounds,
    calibration_error_floor,
    debiased_squared_error,
    expected_calibration_error,
    recalibration_slope,
    standardised_error,
)

unhurried = settings(deadline=None)
few = settings(max_examples=40, deadline=None)

WORKED = CalibrationBins.from_sums([50, 80, 70], [5, 32, 49], [9, 36, 56])


def six(*values):
    """Worked values are printed to six decimals."""
    return pytest.approx(values if len(values) > 1 else values[0], abs=5.1e-7)


def test_the_worked_example():
    error = standardised_error(WORKED, alpha_low=0.05, alpha_high=0.05)

    assert expected_calibration_error(WORKED) == six(0.075)
    assert float(WORKED.n @ WORKED.gaps**2 / 200) == six(0.006100)
    assert debiased_squared_error(WORKED) == six(0.003282)
    assert (error.q, error.low, error.high) == six(7.112089, 0, 0.283006)
    assert (error.bins, error.rows) == (3, 200)
    assert float((WORKED.labels - WORKED.scores).sum() / 200) == six(0.075)


# Calibration-in-the-large

rows = st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=40)


def sums(rows, label):
    scores = [s for y, s in rows if y is label]
    return len(scores), math.fsum(scores), math.fsum(s * s for s in scores)


@unhurried
@given(rows, st.sampled_from([0.05, 0.025, 0.001]))
def test_sums_per_label_give_the_t_interval_of_the_rows(rows, alpha):
    left = np.array([y - s for y, s in rows])
    residuals = Residuals.from_sums(positive=sums(rows, label=True), negative=sums(rows, label=False))

    half = stats.t.isf(alpha, len(rows) - 1) * math.sqrt(left.var(ddof=1) / len(rows))
    expected = max(left.mean() - half, -1), min(left.mean() + half, 1)

    assert residuals.mean == pytest.approx(left.mean(), abs=1e-12)
    found = calibration_bounds(residuals, alpha_low=alpha, alpha_high=alpha)
    assert found == pytest.approx(expected, abs=1e-5)  # sums of squares lose half of the digits


def test_each_side_has_its_own_level():
    residuals = Residuals(100, 5.0, 20.0)
    wide = calibration_bounds(residuals, alpha_low=0.05, alpha_high=0.0125)
    narrow = calibration_bounds(residuals, alpha_low=0.05, alpha_high=0.05)

    assert wide[0] == narrow[0]
    assert wide[1] > narrow[1]


def test_scores_that_are_too_low_are_positive():
    assert Residuals.from_sums(positive=(6, 1.2, 0.24), negative=(4, 0.8, 0.16)).mean == pytest.approx(0.4)


# The noise floor

# SciPy, the oracle, overflows at rates next to the smallest double.
chances = st.sampled_from([0.0, 0.5, 1.0]) | st.floats(1e-12, 1 - 1e-12)


@few
@given(st.lists(st.tuples(st.integers(1, 40), chances), min_size=1, max_size=5))
def test_the_floor_is_the_mean_error_summed_over_every_outcome(bins):
    n, q = (np.array(column) for column in zip(*bins, strict=True))
    expected = 0.0
    for size, chance in bins:
        outcomes = np.arange(size + 1)
        expected += stats.binom.pmf(outcomes, size, chance) @ np.abs(outcomes - size * chance)

    floor = calibration_error_floor(CalibrationBins.from_sums(n, n * q, np.zeros_like(n)))

    assert floor == pytest.approx(expected / n.sum(), rel=1e-7, abs=1e-12)


def test_scores_of_next_to_nothing_have_next_to_no_floor():
    assert calibration_error_floor(CalibrationBins.from_sums([4], [9e-308], [0])) == 0


def test_the_floor_is_the_mean_error_of_a_calibrated_model():
    rng = np.random.default_rng(1)
    scores = rng.beta(1, 3, 500)
    place = np.minimum((scores * 10).astype(int), 9)
    n, s = np.bincount(place, minlength=10), np.bincount(place, scores, minlength=10)
    labels = rng.random((4000, 500)) < scores
    y = np.stack([labels[:, place == b].sum(1) for b in range(10)], axis=1)
    errors = np.abs(y - s).sum(1) / 500

    floor = calibration_error_floor(CalibrationBins.from_sums(n, s, y[0]))

    # Scores that vary within a bin make the true mean a trifle smaller than the floor.
    assert errors.mean() == pytest.approx(floor, rel=0.03)


def test_the_debiased_error_is_right_on_average_where_the_plain_one_is_not():
    rng = np.random.default_rng(8)
    n, score, chance = np.array([20, 30, 50]), np.array([0.2, 0.5, 0.8]), np.array([0.3, 0.5, 0.7])
    truth = float(n @ (chance - score) ** 2 / 100)
    drawn = [CalibrationBins.from_sums(n, n * score, rng.binomial(n, chance)) for _ in range(6000)]

    debiased = np.array([debiased_squared_error(bins) for bins in drawn])
    plain = np.array([float(bins.n @ bins.gaps**2 / 100) for bins in drawn])

    assert debiased.mean() == pytest.approx(truth, abs=4 * debiased.std() / math.sqrt(6000))
    assert plain.mean() > 1.5 * truth


# The standardised error


@few
@given(st.floats(0.01, 400), st.integers(1, 40), st.sampled_from([0.05, 0.0125, 0.0006]))
def test_at_a_bound_the_noncentral_chi_square_is_just_that_improbable(q, bins, alpha):
    # Equal bins of 100 with 49 positives: p = 50/102 and a gap chosen to give this Q.
    p = 50 / 102
    gap = math.sqrt(q / bins * p * (1 - p) / 100)
    if gap > 0.49:
        return
    made = CalibrationBins.from_sums([100] * bins, [100 * (0.49 - gap)] * bins, [49] * bins)
    found = standardised_error(made, alpha_low=alpha, alpha_high=alpha)

    assert found.q == pytest.approx(q)
    assert found.low <= found.value <= found.high or found.value == 0
    rows = 100 * bins
    if found.low > 0:
        assert stats.ncx2.sf(q, bins, found.low**2 * rows) == pytest.approx(alpha, rel=1e-6)
    else:
        assert stats.chi2.sf(q, bins) >= alpha * (1 - 1e-9)
    if found.high > 0:
        assert stats.ncx2.cdf(q, bins, found.high**2 * rows) == pytest.approx(alpha, rel=1e-6)
    else:
        assert stats.chi2.cdf(q, bins) <= alpha * (1 + 1e-9)


def test_a_very_large_audit_has_bounds_too():
    bins = CalibrationBins.from_sums([10**8] * 10, [4 * 10**7] * 10, [5 * 10**7] * 10)
    found = standardised_error(bins, alpha_low=0.05, alpha_high=0.05)

    assert found.low == pytest.approx(0.2, abs=1e-4)
    assert found.high == pytest.approx(0.2, abs=1e-4)


def test_thin_bins_are_left_out_and_counted():
    thin = CalibrationBins.from_sums([50, 9, 80, 70], [5, 9, 32, 49], [9, 0, 36, 56])

    found = standardised_error(thin, alpha_low=0.05, alpha_high=0.05)

    assert (found.bins, found.rows) == (3, 200)
    assert found.q == six(7.112089)


@pytest.mark.parametrize(("rows", "most"), [([40, 100, 200, 60], 0.085), ([4000, 10_000, 20_000, 6000], 0.055)])
def test_a_calibrated_model_seems_to_have_an_error_a_little_more_often_than_stated(rows, most):
    """Of 2,000 audits at .05: the docstring says .07 to .09 with thin bins and .05 with thick ones."""
    rng = np.random.default_rng(9)
    n, score = np.array(rows), np.array([0.15, 0.3, 0.5, 0.8])
    y = rng.binomial(n, score, (2000, 4))
    false = [CalibrationBins.from_sums(n, n * score, row) for row in y[:400]]
    bounds = [standardised_error(bins, alpha_low=0.05, alpha_high=0.05) for bins in false]
    p = (y + 1) / (n + 2)
    q = (n * (y / n - score) ** 2 / (p * (1 - p))).sum(1)

    assert [bound.q for bound in bounds] == pytest.approx(q[:400].tolist())
    assert [bound.low > 0 for bound in bounds] == (q[:400] > stats.chi2.isf(0.05, 4)).tolist()
    assert 0.035 <= (q > stats.chi2.isf(0.05, 4)).mean() <= most


# The slope


def test_the_slope_is_that_of_a_logistic_regression():
    x = stats.logistic.ppf(WORKED.scores / WORKED.n)
    outcome = np.stack([WORKED.labels, WORKED.n - WORKED.labels], axis=1)
    fit = sm.GLM(outcome, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-14)

    found = recalibration_slope(WORKED)

    assert (found.intercept, found.slope) == pytest.approx(tuple(fit.params), abs=1e-8)
    assert found.interval == pytest.approx(tuple(fit.conf_int()[1]), abs=1e-6)
    assert found.rows == 200


def test_scores_stretched_to_twice_their_logit_have_a_slope_of_one_half():
    n, true = np.full(9, 10_000), np.linspace(0.1, 0.9, 9)
    stretched = 1 / (1 + np.exp(-2 * np.log(true / (1 - true))))

    found = recalibration_slope(CalibrationBins.from_sums(n, n * stretched, n * true))

    assert found.slope == pytest.approx(0.5, abs=1e-6)
    assert found.intercept == pytest.approx(0, abs=1e-6)


@few
@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0.001, 0.999), st.floats(0, 1)), min_size=2, max_size=8))
def test_at_the_slope_the_likelihood_is_level(bins):
    n, q, share = (np.array(column) for column in zip(*bins, strict=True))
    y = np.round(n * share)
    try:
        found = recalibration_slope(CalibrationBins.from_sums(n, n * q, y))
    except UndefinedSlopeError:
        return
    x = stats.logistic.ppf(q)
    left = y - n / (1 + np.exp(-(found.intercept + found.slope * x)))

    assert left.sum() == pytest.approx(0, abs=1e-4)
    assert left @ x == pytest.approx(0, abs=1e-3)
    assert found.interval[0] < found.slope < found.interval[1]


@pytest.mark.parametrize(
    ("n", "scores", "labels"),
    [
        ([50, 50], [5, 45], [0, 50]),  # a score separates the labels
        ([50, 50], [5, 45], [50, 0]),
        ([50, 50], [5, 45], [0, 0]),  # no positive label
        ([50, 50], [20, 20], [10, 30]),  # one score
        ([50, 50], [20, 20.0000001], [10, 30]),
        ([50, 50], [0, 50], [10, 30]),  # logits without end
    ],
)
def test_no_slope_fits_best_where_there_is_nothing_to_fit(n, scores, labels):
    with pytest.raises(UndefinedSlopeError):
        recalibration_slope(CalibrationBins.from_sums(n, scores, labels))


# Bins


def test_a_histogram_takes_the_centres_of_its_bins():
    bins = CalibrationBins.from_histogram([1, 0, 0, 3], [3, 0, 2, 1])

    assert bins.n.tolist() == [4, 2, 4]  # a bin without rows is dropped
    assert bins.scores.tolist() == [0.5, 1.25, 3.5]
    assert bins.labels.tolist() == [1, 0, 3]


def test_bins_that_fit_exactly_have_no_error():
    exact = CalibrationBins.from_sums([10, 20], [2, 10], [2, 10])
    found = standardised_error(exact, alpha_low=0.05, alpha_high=0.05)

    assert expected_calibration_error(exact) == 0
    assert debiased_squared_error(exact) < 0
    assert (found.q, found.value, found.low, found.high) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda: CalibrationBins.from_sums([10], [11], [5]),
        lambda: CalibrationBins.from_sums([10], [5], [-1]),
        lambda: CalibrationBins.from_sums([10, 5], [5], [5]),
        lambda: CalibrationBins.from_sums([0], [0], [0]),
        lambda: CalibrationBins.from_sums([math.nan], [0], [0]),
        lambda: CalibrationBins.from_histogram([1, 2], [1]),
        lambda: debiased_squared_error(CalibrationBins.from_sums([1], [0.5], [1])),
        lambda: standardised_error(CalibrationBins.from_sums([9], [5], [1]), alpha_low=0.05, alpha_high=0.05),
        lambda: standardised_error(WORKED, alpha_low=0.6, alpha_high=0.05),
        lambda: calibration_bounds(Residuals(1, 0.5, 0.25), alpha_low=0.05, alpha_high=0.05),
        lambda: calibration_bounds(Residuals(0, 0, 0), alpha_low=0.05, alpha_high=0.05),
        lambda: calibration_bounds(Residuals(10, 5, 1), alpha_low=0.05, alpha_high=0.05),
        lambda: calibration_bounds(Residuals(10, 5, 11), alpha_low=0.05, alpha_high=0.05),
        lambda: calibration_bounds(Residuals(10, 5, 5), alpha_low=0.05, alpha_high=0.5),
    ],
)
def test_what_cannot_be_calibrated_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own input
        call()
