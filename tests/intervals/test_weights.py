"""Effective numbers of rows against the worked values, against rows, and against resampling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.intervals import ratio_test, weighted_rate, wilson

unhurried = settings(deadline=None)


def of_rows(weights, outcomes):
    weights, outcomes = np.asarray(weights, dtype=float), np.asarray(outcomes, dtype=bool)
    up, down = weights[outcomes], weights[~outcomes]
    return weighted_rate(
        success_weight=up.sum(),
        failure_weight=down.sum(),
        success_squares=(up**2).sum(),
        failure_squares=(down**2).sum(),
    )


def test_the_worked_example():
    rate = weighted_rate(success_weight=120, failure_weight=280, success_squares=260, failure_squares=700)

    assert (rate.rate, rate.kish, rate.linearised) == pytest.approx((0.3, 166.666667, 176.470588), abs=5.1e-7)
    assert rate.effective == rate.kish
    assert wilson(rate.successes, rate.effective) == pytest.approx((0.235575, 0.373437), abs=5.1e-7)
    assert rate.rounded() == (50, 167)


rows = st.lists(st.tuples(st.floats(0.01, 100), st.booleans()), min_size=1, max_size=40)


@unhurried
@given(rows)
def test_the_linearised_variance_is_the_sum_of_squared_influences(rows):
    weights, outcomes = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    result = of_rows(weights, outcomes > 0)

    p = np.average(outcomes, weights=weights)
    variance = ((weights * (outcomes - p)) ** 2).sum() / weights.sum() ** 2

    assert result.rate == pytest.approx(p, abs=1e-12)
    assert result.kish == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert result.linearised == pytest.approx(p * (1 - p) / variance if variance > 1e-30 else result.kish, rel=1e-6)


@unhurried
@given(rows)
def test_weighted_rows_are_worth_one_row_at_least_and_no_more_than_there_are(rows):
    weights, outcomes = zip(*rows, strict=True)
    result = of_rows(weights, outcomes)
    x, n = result.rounded()

    assert 1 - 1e-9 <= result.effective <= len(rows) * (1 + 1e-9)
    assert 0 <= x <= n
    assert n >= 1
    assert ratio_test(x, n, 3, 10, limit=0.8).p_above <= 1


@unhurried
@given(st.lists(st.booleans(), min_size=1, max_size=60), st.floats(0.001, 1000))
def test_equal_weights_are_worth_the_rows(outcomes, weight):
    result = of_rows([weight] * len(outcomes), outcomes)

    assert result.effective == pytest.approx(len(outcomes))
    assert result.successes == pytest.approx(sum(outcomes))
    assert result.rounded() == (sum(outcomes), len(outcomes))


@unhurried
@given(rows)
def test_every_row_twice_is_worth_twice_as_much_at_the_same_rate(rows):
    once, twice = (of_rows(*zip(*some, strict=True)) for some in (rows, rows + rows))

    assert twice.rate == pytest.approx(once.rate, abs=1e-12)
    assert (twice.kish, twice.linearised) == pytest.approx((2 * once.kish, 2 * once.linearised), rel=1e-6)


def test_resampling_rows_varies_as_much_as_the_effective_number_says():
    rng = np.random.default_rng(11)
    weights = rng.lognormal(0, 0.7, 300)
    outcomes = rng.random(300) < 0.2 + 0.3 * (weights > 1)  # the weight has to do with the outcome
    result = of_rows(weights, outcomes)

    drawn = rng.multinomial(300, [1 / 300] * 300, size=4000)
    rates = drawn @ (weights * outcomes) / (drawn @ weights)

    assert rates.var() == pytest.approx(result.rate * (1 - result.rate) / result.linearised, rel=0.1)


@pytest.mark.parametrize(
    "sums",
    [(0, 0, 0, 0), (-1, 2, 1, 1), (1, 1, 0, 1), (1, 1, 2, 1), (float("nan"), 1, 1, 1), (0, 1, 1, 1)],
)
def test_sums_that_no_weights_have_are_refused(sums):
    success, failure, success2, failure2 = sums
    with pytest.raises(ValueError, match="weight"):
        weighted_rate(
            success_weight=success, failure_weight=failure, success_squares=success2, failure_squares=failure2
        )
