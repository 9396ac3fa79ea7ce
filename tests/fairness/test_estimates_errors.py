"""How sure estimates are: the delta method against a bootstrap, and how often intervals hold the truth."""

import numpy as np
import pytest
from estimated import estimated, tables

from fateaudit.fairness.comparing import Estimated, difference, ratio
from fateaudit.fairness.conditional import disparity
from fateaudit.fairness.delta import delta_bounds, standard_error
from fateaudit.fairness.means import mean_of
from fateaudit.fairness.statistics import POSITIVE, UNIT
from fateaudit.fairness.statistics_of_cells import (
    balanced_accuracy,
    f1_score,
    generalized_entropy_index,
    theil_index,
    treatment_equality,
)
from fateaudit.intervals import miettinen_nurminen_ratio, newcombe, wilson

TABLE = np.array([260.0, 140.0, 90.0, 310.0])
FUNCTIONS = (balanced_accuracy, f1_score, treatment_equality, generalized_entropy_index, theil_index)
SCALES = {treatment_equality: POSITIVE, generalized_entropy_index: POSITIVE, theil_index: POSITIVE}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.__name__)
def test_the_delta_method_agrees_with_a_bootstrap_within_5_in_100(function) -> None:
    draws = np.random.default_rng(7).multinomial(800, TABLE / 800, 20_000).astype(float)

    assert standard_error(function, TABLE) == pytest.approx(np.std([function(one) for one in draws]), rel=0.05)


def test_the_delta_method_agrees_with_a_bootstrap_for_strata_too() -> None:
    table = np.array([40.0, 60, 120, 80, 90, 30, 70, 110, 55, 45, 150, 50])
    draws = np.random.default_rng(8).multinomial(900, table / 900, 20_000).astype(float)

    assert standard_error(disparity, table) == pytest.approx(np.std([disparity(one) for one in draws]), rel=0.05)


def test_the_error_of_a_plain_share_is_the_binomial_one() -> None:
    def share(table):
        return table[0] / table.sum()

    assert standard_error(share, np.array([30.0, 70.0])) == pytest.approx((0.3 * 0.7 / 100) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("n", [80, 400])
def test_intervals_hold_the_truth_about_as_often_as_they_say(function, n) -> None:
    truth = function(TABLE)
    scale = SCALES.get(function, UNIT)
    draws = np.random.default_rng(n).multinomial(n, TABLE / 800, 1_500).astype(float)
    held = []
    for one in draws:
        if np.isfinite(function(one)):
            low, high = delta_bounds(function, one, scale, alpha_low=0.025, alpha_high=0.025)
            held.append(low <= truth <= high)
    print(f"{function.__name__} n={n}: {np.mean(held):.4f}")  # noqa: T201 - what the simulation measured
    assert 0.92 <= np.mean(held) <= 0.99


def test_means_hold_the_truth_about_as_often_as_they_say() -> None:
    draw = np.random.default_rng(5)
    held = []
    for _ in range(1_500):
        low, high = mean_of(draw.beta(0.5, 2, 60)).bounds(0.025, 0.025)
        held.append(low <= 0.2 <= high)
    print(f"mean n=60: {np.mean(held):.4f}")  # noqa: T201 - what the simulation measured
    assert 0.92 <= np.mean(held) <= 0.99


def rate(x, n):
    """A rate with Wilson's bounds, as an estimate like any other."""
    return Estimated(x / n, None, lambda low, _: wilson(x, n, confidence=1 - 2 * low))


def test_a_difference_of_two_rates_is_newcombes() -> None:
    assert difference(rate(56, 70), rate(48, 80), UNIT)(0.025, 0.025) == pytest.approx(newcombe(56, 70, 48, 80))


def test_a_ratio_of_two_rates_is_near_miettinen_and_nurminens() -> None:
    assert ratio(rate(56, 70), rate(48, 80))(0.025, 0.025) == pytest.approx(
        miettinen_nurminen_ratio(56, 70, 48, 80), rel=0.02
    )
    assert ratio(rate(0, 20), rate(48, 80))(0.025, 0.025)[0] == 0
    assert ratio(rate(48, 80), rate(0, 20))(0.025, 0.025)[1] == np.inf


def test_equal_groups_are_rarely_said_to_differ() -> None:
    """Eight groups of 100 with the same truth: a gap is found in no more than about 5 of 100 audits."""
    draw = np.random.default_rng(11)
    beyond = []
    for _ in range(120):
        groups = {f"g{place}": tuple(map(int, draw.multinomial(100, TABLE / 800))) for place in range(8)}
        item = estimated(tables(**groups), "balanced_accuracy_difference", limit={"max": 0.0})
        beyond.append(item.claims[0].ends[0] > 0)
    print(f"false alarms: {np.mean(beyond):.3f}")  # noqa: T201 - what the simulation measured
    assert np.mean(beyond) <= 0.12
