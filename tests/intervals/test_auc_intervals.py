"""AUC and its intervals against a double loop, scikit-learn, the worked values, and resampling."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from fateaudit.intervals import (
    auc_bounds,
    auc_difference_bounds,
    auc_difference_interval,
    auc_from_histogram,
    auc_from_scores,
    auc_interval,
    wilson,
)
from fateaudit.intervals.auc import UNSEEN, delong_bounds, hanley_mcneil_bounds, unseen_row_bounds

unhurried = settings(deadline=None)
few = settings(max_examples=60, deadline=None)

HALF = {"alpha_low": 0.025, "alpha_high": 0.025}
WORKED = auc_from_scores([0.9, 0.8, 0.7, 0.55, 0.4], [0.6, 0.5, 0.45, 0.35, 0.3, 0.25, 0.2, 0.1])


def six(*values):
    """Worked values are printed to six decimals."""
    return pytest.approx(values if len(values) > 1 else values[0], abs=5.1e-7)


def test_the_worked_example():
    variance = WORKED.positive_variance + WORKED.negative_variance
    a, b = WORKED.positive_variance, WORKED.negative_variance

    assert WORKED.value == six(0.9)
    assert variance == six(0.008170)
    assert variance**2 / (a**2 / 4 + b**2 / 7) == six(8.117772)
    assert delong_bounds(WORKED, **HALF) == six(0.471821, 0.989092)
    assert hanley_mcneil_bounds(WORKED, **HALF) == six(0.569031, 0.981551)
    assert auc_interval(WORKED) == six(0.471821, 0.989092)
    assert WORKED.value + 1.959964 * math.sqrt(variance) == six(1.077153)  # Wald would leave the scale


def test_five_positives_are_too_few_to_judge():
    assert not WORKED.judged
    assert auc_from_histogram([10, 0], [0, 10]).judged


def double_loop(positives, negatives):
    """AUC and DeLong's two variances from every pair."""
    pairs = np.array([[(p > n) + 0.5 * (p == n) for n in negatives] for p in positives], dtype=float)
    m, n = pairs.shape
    a = pairs.mean(1).var(ddof=1) / m if m > 1 else math.inf
    b = pairs.mean(0).var(ddof=1) / n if n > 1 else math.inf
    return pairs.mean(), a, b


tied_scores = st.lists(st.integers(0, 8).map(lambda k: k / 8), min_size=1, max_size=25)
any_scores = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25)


@unhurried
@given(st.tuples(tied_scores, tied_scores) | st.tuples(any_scores, any_scores))
def test_the_auc_and_its_variance_are_those_of_every_pair(samples):
    found = auc_from_scores(*samples)
    labels = [1] * len(samples[0]) + [0] * len(samples[1])

    assert (found.value, found.positive_variance, found.negative_variance) == pytest.approx(
        double_loop(*samples), rel=1e-9, abs=1e-12
    )
    assert found.value == pytest.approx(roc_auc_score(labels, np.concatenate(samples)), abs=1e-12)
    assert found.tied == pytest.approx(np.mean([p == n for p in samples[0] for n in samples[1]]), abs=1e-12)


@unhurried
@given(tied_scores, tied_scores)
def test_a_histogram_of_the_scores_is_the_same_as_the_scores(positives, negatives):
    counts = [np.bincount([round(8 * score) for score in scores], minlength=9) for scores in (positives, negatives)]

    one, other = auc_from_histogram(*counts), auc_from_scores(positives, negatives)

    assert (one.positives, one.negatives) == (other.positives, other.negatives)
    for name in ("value", "positive_variance", "negative_variance", "tied"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12)


@few
@given(any_scores, any_scores, st.integers(1, 30))
def test_binning_moves_the_auc_by_no_more_than_half_of_the_ties(positives, negatives, bins):
    edges = np.linspace(-1e6, 1e6, bins + 1)
    binned = auc_from_histogram(np.histogram(positives, edges)[0], np.histogram(negatives, edges)[0])

    assert abs(binned.value - auc_from_scores(positives, negatives).value) <= binned.tied / 2 + 1e-12


def test_ten_thousand_rows_agree_with_scikit_learn():
    rng = np.random.default_rng(7)
    positives, negatives = rng.normal(0.6, 1, 4000).round(2), rng.normal(0, 1, 6000).round(2)

    expected = roc_auc_score([1] * 4000 + [0] * 6000, np.concatenate([positives, negatives]))

    assert auc_from_scores(positives, negatives).value == pytest.approx(expected, abs=1e-12)


def test_a_billion_rows_in_a_histogram_are_as_cheap_as_ten():
    found = auc_from_histogram(np.arange(50) * 400_000, np.arange(50)[::-1] * 400_000)

    low, high = auc_interval(found)
    assert low < found.value < high
    assert high - low < 1e-4


# Properties of the intervals


@unhurried
@given(tied_scores, tied_scores, st.sampled_from([0.9, 0.95, 0.999]))
def test_the_interval_holds_the_auc_and_the_methods_it_is_made_of(positives, negatives, confidence):
    auc = auc_from_scores(positives, negatives)
    low, high = auc_interval(auc, confidence=confidence)

    assert 0 <= low <= auc.value <= high <= 1
    assert low < high
    alpha = (1 - confidence) / 2
    for method in (hanley_mcneil_bounds, unseen_row_bounds):
        inner = method(auc, alpha_low=alpha, alpha_high=alpha)
        assert low <= inner[0] + 1e-9
        assert high >= inner[1] - 1e-9


@unhurried
@given(tied_scores, tied_scores)
def test_scores_upside_down_mirror_the_interval(positives, negatives):
    up = auc_interval(auc_from_scores(positives, negatives))
    down = auc_interval(auc_from_scores([-s for s in positives], [-s for s in negatives]))

    assert down == pytest.approx((1 - up[1], 1 - up[0]), abs=1e-9)


def variance_of_hanley_and_mcneil(auc, area):
    size = (auc.positives + auc.negatives) / 2 - 1
    shape = 1 + size * (1 - area) / (2 - area) + size * area / (1 + area)
    return area * (1 - area) * shape / (auc.positives * auc.negatives)


def variance_with_an_unseen_row(auc, area):
    smaller = min(auc.positives, auc.negatives)
    weight = UNSEEN / (UNSEEN + smaller * min(auc.value, 1 - auc.value))
    return (1 - weight) * variance_of_hanley_and_mcneil(auc, area) + weight * area * (1 - area) / smaller


@unhurried
@given(tied_scores, tied_scores)
@pytest.mark.parametrize(
    ("method", "variance"),
    [
        (hanley_mcneil_bounds, variance_of_hanley_and_mcneil),
        (unseen_row_bounds, variance_with_an_unseen_row),
    ],
)
def test_at_a_score_bound_the_score_is_z(method, variance, positives, negatives):
    auc = auc_from_scores(positives, negatives)
    for bound in method(auc, **HALF):
        if not 1e-9 < bound < 1 - 1e-9:
            continue
        assert abs(auc.value - bound) / math.sqrt(variance(auc, bound)) == pytest.approx(1.959964, abs=1e-5)


def test_perfect_order_is_as_sure_as_no_failure_among_the_rows_of_the_smaller_class():
    auc = auc_from_histogram([0, 20], [30, 0])

    assert auc.value == 1
    assert auc_interval(auc) == pytest.approx(wilson(20, 20), abs=1e-9)
    assert auc_interval(auc)[0] < hanley_mcneil_bounds(auc, **HALF)[0] < 0.95
    assert auc_interval(auc_from_histogram([20, 0], [0, 30]))[0] == 0


def test_all_scores_tied_leave_the_score_intervals_alone():
    auc = auc_from_histogram([20], [30])

    assert (auc.value, auc.tied) == (0.5, 1)
    assert auc_interval(auc) == unseen_row_bounds(auc, **HALF)
    assert auc_interval(auc) == pytest.approx(hanley_mcneil_bounds(auc, **HALF), abs=0.003)


def test_one_row_of_a_class_says_nothing_about_its_variance():
    auc = auc_from_scores([0.5], [0.1, 0.4, 0.6])

    assert math.isinf(auc.positive_variance)
    assert auc_interval(auc) == (0, 1)


def test_the_interval_allows_for_a_row_out_of_order_that_was_not_drawn():
    """One negative in ten above every positive: a fifth of the samples of fifteen show none, and yet the area is .9.

    Exact: of 300 positives and 15 negatives in two places, the AUC is the share of negatives that do not go astray.
    """
    held = 0.0
    for astray in range(16):
        low, high = auc_interval(auc_from_histogram([0, 300, 0], [15 - astray, 0, astray]))
        held += stats.binom.pmf(astray, 15, 0.1) * (low <= 0.9 <= high)

    assert held >= 0.935
    assert hanley_mcneil_bounds(auc_from_histogram([0, 300, 0], [15, 0, 0]), **HALF)[0] > 0.9


# Differences


@few
@given(tied_scores, tied_scores, tied_scores, tied_scores)
def test_the_difference_of_two_groups_mirrors_when_they_are_exchanged(p1, n1, p0, n0):
    one, other = auc_from_scores(p1, n1), auc_from_scores(p0, n0)
    low, high = auc_difference_interval(one, other)

    assert -1 <= low <= one.value - other.value <= high <= 1
    assert auc_difference_interval(other, one) == pytest.approx((-high, -low), abs=1e-12)


def test_a_group_whose_auc_is_nearly_certain_leaves_the_interval_of_the_other():
    rng = np.random.default_rng(2)
    one = auc_from_scores(rng.normal(1, 1, 60), rng.normal(0, 1, 90))
    certain = auc_from_histogram(np.array([1, 2, 3]) * 10**9, np.array([3, 2, 1]) * 10**9)
    low, high = auc_interval(one)

    assert auc_difference_interval(one, certain) == pytest.approx((low - certain.value, high - certain.value), abs=1e-4)


def test_one_sided_bounds_are_the_ends_of_a_wider_interval():
    rng = np.random.default_rng(4)
    one, other = (auc_from_scores(rng.normal(d, 1, 40), rng.normal(0, 1, 40)) for d in (1, 0.4))

    assert auc_bounds(one, alpha_low=0.05, alpha_high=0.05) == pytest.approx(auc_interval(one, confidence=0.9))
    low, high = auc_difference_bounds(one, other, alpha_low=0.05, alpha_high=0.0125)
    assert low == pytest.approx(auc_difference_interval(one, other, confidence=0.9)[0])
    assert high == pytest.approx(auc_difference_interval(one, other, confidence=0.975)[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: auc_from_scores([], [0.5]),
        lambda: auc_from_scores([0.5], []),
        lambda: auc_from_scores([math.nan], [0.5]),
        lambda: auc_from_scores([math.inf], [0.5]),
        lambda: auc_from_histogram([1, 2], [1]),
        lambda: auc_from_histogram([1, -1], [1, 1]),
        lambda: auc_from_histogram([1.5], [1]),
        lambda: auc_bounds(WORKED, alpha_low=0.5, alpha_high=0.05),
        lambda: auc_bounds(WORKED, alpha_low=0.05, alpha_high=0),
        lambda: delong_bounds(auc_from_histogram([0, 2], [2, 0]), alpha_low=0.05, alpha_high=0.05),
    ],
)
def test_what_has_no_auc_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own input
        call()
