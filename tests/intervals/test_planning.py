"""Planned sizes against the worked values, the exact power of the score test, and a likelihood maximised by search."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from fateaudit.intervals import PlannedComparison, claim_power, needed_trials, smallest_detectable
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Table, score

FOUR_FIFTHS = PlannedComparison("ratio", 0.8, reference_rate=0.3, reference_trials=2000)

few = settings(max_examples=40, deadline=None)


def six(value):
    """Worked values are printed to six decimals."""
    return pytest.approx(value, abs=5.1e-7)


@pytest.mark.parametrize(
    ("truth", "claims", "needed"), [(0.6, 1, 325.880778), (0.6, 8, 656.530286), (1.0, 1, 377.348157)]
)
def test_the_needed_size_is_the_worked_one(truth, claims, needed):
    assert needed_trials(FOUR_FIFTHS, truth=truth, alpha=0.05 / claims) == six(needed)


def test_the_smallest_detectable_ratio_is_the_worked_one():
    planned = PlannedComparison("ratio", 0.8, reference_rate=0.3, reference_trials=5000)

    assert smallest_detectable(planned, trials=300, side="below", alpha=0.05 / 8) == six(0.530248)


# Oracles


def likeliest_rates(measure, limit, one, other):
    """Maximise the binomial likelihood of two shares of so many trials along the limit, by search."""
    (p1, n1), (p0, n0) = one, other

    def rate1(q0):
        return limit * q0 if measure == "ratio" else q0 + limit

    def minus_log_likelihood(q0):
        q1 = rate1(q0)
        return -(
            n1 * (p1 * math.log(q1) + (1 - p1) * math.log1p(-q1))
            + n0 * (p0 * math.log(q0) + (1 - p0) * math.log1p(-q0))
        )

    ends = (
        (1e-12, min(1, 1 / limit) - 1e-12)
        if measure == "ratio"
        else (max(0, -limit) + 1e-12, min(1, 1 - limit) - 1e-12)
    )
    q0 = optimize.minimize_scalar(minus_log_likelihood, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
    return rate1(q0), q0


cases = st.tuples(
    st.sampled_from([("ratio", 0.5), ("ratio", 0.8), ("ratio", 1.25), ("difference", -0.1), ("difference", 0.05)]),
    st.floats(0.05, 0.75),  # the reference rate
    st.floats(0.02, 0.98),  # the group's
    st.integers(20, 5000),
    st.integers(20, 5000),
)


@few
@given(cases)
def test_the_power_is_the_formula_at_rates_found_by_search(case):
    (measure, limit), p0, p1, n1, n0 = case
    slope, offset = (limit, 0) if measure == "ratio" else (1, limit)
    truth = p1 / p0 if measure == "ratio" else p1 - p0
    assume(abs(truth - limit) > 1e-3)
    q1, q0 = likeliest_rates(measure, limit, (p1, n1), (p0, n0))

    s0, s1 = (math.sqrt(a * (1 - a) / n1 + slope**2 * b * (1 - b) / n0) for a, b in ((q1, q0), (p1, p0)))
    expected = stats.norm.cdf((abs(p1 - slope * p0 - offset) - stats.norm.isf(0.05) * s0) / s1)

    planned = PlannedComparison(measure, limit, reference_rate=p0, reference_trials=n0)
    assert claim_power(planned, truth=truth, trials=n1, alpha=0.05) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("planned", "truth", "alpha"),
    [
        (FOUR_FIFTHS, 0.6, 0.05),
        (FOUR_FIFTHS, 1.0, 0.05),
        (PlannedComparison("ratio", 0.8, reference_rate=0.5, reference_trials=800), 0.5, 0.05 / 4),
        (PlannedComparison("difference", -0.1, reference_rate=0.4, reference_trials=1000), -0.2, 0.05),
        (PlannedComparison("difference", 0.05, reference_rate=0.2, reference_trials=1000), 0.15, 0.05 / 4),
    ],
)
def test_at_the_planned_size_the_score_test_has_the_planned_power(planned, truth, alpha):
    measure, limit, rate, others = planned.measure, planned.limit, planned.reference_rate, planned.reference_trials
    trials = math.ceil(needed_trials(planned, truth=truth, alpha=alpha))
    p1 = truth * rate if measure == "ratio" else rate + truth

    x1, x0 = np.arange(trials + 1.0)[:, None], np.arange(others + 1.0)
    z = score({"ratio": RATIO, "difference": DIFFERENCE}[measure], Table(x1, trials, x0, others), np.asarray(limit))
    made = z <= stats.norm.ppf(alpha) if truth < limit else z >= stats.norm.isf(alpha)
    power = stats.binom.pmf(x1[:, 0], trials, p1) @ made @ stats.binom.pmf(x0, others, rate)

    assert power == pytest.approx(0.8, abs=0.02)


# Properties

plans = st.builds(
    PlannedComparison,
    measure=st.just("ratio"),
    limit=st.sampled_from([0.5, 0.8, 1.25]),
    reference_rate=st.floats(0.02, 0.7),
    reference_trials=st.floats(50, 1e5),
) | st.builds(
    PlannedComparison,
    measure=st.just("difference"),
    limit=st.sampled_from([-0.1, 0.05, 0.2]),
    reference_rate=st.floats(0.02, 0.7),
    reference_trials=st.floats(50, 1e5),
)


@few
@given(plans, st.floats(0, 1), st.sampled_from([0.05, 0.0125, 0.001]))
def test_a_larger_reference_group_never_raises_the_needed_size(planned, share, alpha):
    low, high = planned.extreme("below"), planned.extreme("above")
    truth = low + share * (high - low)
    assume(abs(truth - planned.limit) > 1e-3)
    larger = PlannedComparison(planned.measure, planned.limit, planned.reference_rate, 2 * planned.reference_trials)

    needed, then = (needed_trials(one, truth=truth, alpha=alpha) for one in (planned, larger))

    assert needed is None or then <= needed * (1 + 1e-9)


@few
@given(plans, st.floats(0, 1), st.sampled_from([0.05, 0.0125, 0.001]))
def test_the_needed_size_has_the_power_and_a_row_less_has_not(planned, share, alpha):
    low, high = planned.extreme("below"), planned.extreme("above")
    truth = low + share * (high - low)
    assume(abs(truth - planned.limit) > 1e-3)
    needed = needed_trials(planned, truth=truth, alpha=alpha)
    assume(needed is not None and needed > 2)

    assert claim_power(planned, truth=truth, trials=needed, alpha=alpha) == pytest.approx(0.8, abs=1e-6)
    assert claim_power(planned, truth=truth, trials=needed - 1, alpha=alpha) < 0.8
    assert needed_trials(planned, truth=truth, alpha=alpha / 2) is None or (
        needed_trials(planned, truth=truth, alpha=alpha / 2) >= needed
    )


@few
@given(plans, st.floats(20, 1e5), st.sampled_from(["below", "above"]))
def test_more_rows_detect_a_smaller_disparity_and_planning_for_it_needs_these_rows(planned, trials, side):
    found = smallest_detectable(planned, trials=trials, side=side, alpha=0.05)
    assume(found not in (None, planned.extreme("below"), planned.extreme("above")))

    assert (found < planned.limit) == (side == "below")
    assert claim_power(planned, truth=found, trials=trials, alpha=0.05) == pytest.approx(0.8, abs=1e-6)
    assert needed_trials(planned, truth=found, alpha=0.05) == pytest.approx(trials, rel=1e-5)
    closer = smallest_detectable(planned, trials=2 * trials, side=side, alpha=0.05)
    assert abs(closer - planned.limit) <= abs(found - planned.limit) * (1 + 1e-9)


# What there is no answer to


def test_a_small_reference_group_leaves_no_size_that_is_enough():
    planned = PlannedComparison("ratio", 0.8, reference_rate=0.3, reference_trials=50)

    assert needed_trials(planned, truth=0.7, alpha=0.05) is None


def test_too_few_rows_show_no_disparity_at_all():
    planned = PlannedComparison("ratio", 0.8, reference_rate=0.1, reference_trials=2000)

    assert smallest_detectable(planned, trials=10, side="below", alpha=0.05) is None


def test_no_rate_is_above_a_limit_that_needs_more_than_everybody():
    planned = PlannedComparison("ratio", 1.25, reference_rate=0.9, reference_trials=2000)

    assert smallest_detectable(planned, trials=10_000, side="above", alpha=0.05) is None


def test_an_overwhelming_disparity_needs_no_more_than_one_row_on_paper():
    planned = PlannedComparison("difference", -0.5, reference_rate=0.99, reference_trials=1e6)

    assert needed_trials(planned, truth=0.0, alpha=0.4) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: PlannedComparison("ratio", 0.8, reference_rate=0, reference_trials=100),
        lambda: PlannedComparison("ratio", 0.8, reference_rate=0.5, reference_trials=0),
        lambda: PlannedComparison("ratio", 0, reference_rate=0.5, reference_trials=100),
        lambda: PlannedComparison("difference", 1, reference_rate=0.5, reference_trials=100),
        lambda: needed_trials(FOUR_FIFTHS, truth=0.8, alpha=0.05),
        lambda: needed_trials(FOUR_FIFTHS, truth=3.5, alpha=0.05),
        lambda: needed_trials(FOUR_FIFTHS, truth=0.6, alpha=0.5),
        lambda: needed_trials(FOUR_FIFTHS, truth=0.6, alpha=0.05, power=1),
        lambda: claim_power(FOUR_FIFTHS, truth=0.6, trials=0.5, alpha=0.05),
        lambda: smallest_detectable(FOUR_FIFTHS, trials=math.nan, side="below", alpha=0.05),
    ],
)
def test_what_cannot_be_planned_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own number
        call()
