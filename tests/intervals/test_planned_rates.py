"""Planning for a limit on a rate itself, and for both groups growing alike."""

import math

import pytest
from scipy import stats

from fateaudit.intervals import PlannedComparison, claim_power, needed_trials
from fateaudit.intervals.planned_growth import needed_growth
from fateaudit.intervals.planned_rates import needed_trials_of_rate, smallest_detectable_rate


def power_of_score_test(p: float, limit: float, n: float, alpha: float) -> float:
    """The normal approximation, written the other way round."""
    edge = stats.norm.isf(alpha) * math.sqrt(limit * (1 - limit) / n)
    return float(stats.norm.cdf((abs(p - limit) - edge) / math.sqrt(p * (1 - p) / n)))


@pytest.mark.parametrize(("limit", "truth", "alpha"), [(0.15, 0.2, 0.05), (0.15, 0.1, 0.05), (0.5, 0.42, 0.0125)])
def test_the_needed_trials_of_a_rate_have_the_power(limit, truth, alpha) -> None:
    n = needed_trials_of_rate(limit, truth=truth, alpha=alpha)

    assert n is not None
    assert power_of_score_test(truth, limit, n, alpha) == pytest.approx(0.8, abs=1e-9)


@pytest.mark.parametrize("side", ["below", "above"])
def test_the_smallest_detectable_rate_has_the_power_and_the_needed_trials(side) -> None:
    p = smallest_detectable_rate(0.15, trials=400, side=side, alpha=0.05)

    assert p is not None
    assert (p < 0.15) == (side == "below")
    assert power_of_score_test(p, 0.15, 400, 0.05) == pytest.approx(0.8, abs=1e-9)
    assert needed_trials_of_rate(0.15, truth=p, alpha=0.05) == pytest.approx(400)


def test_too_few_trials_show_not_even_the_most_extreme_rate() -> None:
    assert smallest_detectable_rate(0.15, trials=10, side="below", alpha=0.05) is None
    assert smallest_detectable_rate(0.0, trials=1000, side="below", alpha=0.05) is None


def test_a_truth_next_to_the_limit_needs_more_rows_than_anybody_has() -> None:
    assert needed_trials_of_rate(0.15, truth=0.1500001, alpha=0.05) is None
    with pytest.raises(ValueError, match="neither side"):
        needed_trials_of_rate(0.15, truth=0.15, alpha=0.05)
    with pytest.raises(ValueError, match="at least one"):
        smallest_detectable_rate(0.15, trials=0, side="below", alpha=0.05)


def test_growing_both_groups_helps_where_one_alone_does_not() -> None:
    planned = PlannedComparison("ratio", 0.8, 0.3, 100)
    assert needed_trials(planned, truth=0.7, alpha=0.05) is None

    times = needed_growth(planned, truth=0.7, trials=100, alpha=0.05)
    assert times is not None
    grown = PlannedComparison("ratio", 0.8, 0.3, 100 * times)
    assert claim_power(grown, truth=0.7, trials=100 * times, alpha=0.05) == pytest.approx(0.8)


def test_what_is_enough_need_not_grow_and_a_truth_next_to_the_limit_cannot() -> None:
    planned = PlannedComparison("ratio", 0.8, 0.3, 2000)

    assert needed_growth(planned, truth=0.6, trials=326, alpha=0.05) == 1
    assert needed_growth(planned, truth=0.79999, trials=326, alpha=0.05) is None
