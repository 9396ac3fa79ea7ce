"""How well one column tells two groups apart: against counting pairs, against scikit-learn, and where nothing can."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from fateaudit.explainability.game import Coded
from fateaudit.explainability.told_apart import BINS, PRIOR, leave_pair_out, values_of


def counts(values, is_first):
    """Rows of each group for each value."""
    distinct = sorted(set(values))
    return [
        np.array(
            [
                sum(value == one and first == side for value, first in zip(values, is_first, strict=True))
                for one in distinct
            ]
        )
        for side in (True, False)
    ]


def by_pairs(values, is_first):
    """Every pair in turn: both rows are left out, and the rest say which of the two is more like the first group."""
    rows = list(range(len(values)))

    def score(value, others):
        same = [other for other in others if values[other] == value]
        share = sum(is_first[other] for other in others) / len(others)
        return (sum(is_first[other] for other in same) + PRIOR * share) / (len(same) + PRIOR)

    won = []
    for one in (row for row in rows if is_first[row]):
        for two in (row for row in rows if not is_first[row]):
            others = [row for row in rows if row not in (one, two)]
            difference = score(values[one], others) - score(values[two], others)
            won.append(0.5 if abs(difference) < 1e-12 else float(difference > 0))
    return sum(won) / len(won)


@pytest.mark.parametrize("different", [1, 2, 5, 12, 100])
def test_it_is_the_share_of_pairs_that_the_other_rows_tell_rightly(different) -> None:
    draw = np.random.default_rng(different)
    values, is_first = draw.integers(0, different, 30).tolist(), (draw.random(30) < 0.4).tolist()

    assert leave_pair_out(*counts(values, is_first)) == pytest.approx(by_pairs(values, is_first), abs=1e-12)


def test_with_many_rows_of_each_value_it_is_the_area_under_the_curve() -> None:
    draw = np.random.default_rng(1)
    values = draw.integers(0, 6, 20_000)
    is_first = draw.random(20_000) < 0.2 + 0.1 * values
    shares = np.array([is_first[values == value].mean() for value in range(6)])
    first, second = (np.bincount(values[side], minlength=6) for side in (is_first, ~is_first))

    assert leave_pair_out(first, second) == pytest.approx(roc_auc_score(is_first, shares[values]), abs=2e-3)


def test_without_a_link_it_is_one_half_on_average_even_with_a_value_for_every_other_row() -> None:
    draw = np.random.default_rng(2)
    values, is_first = draw.integers(0, 100, 200), np.arange(200) < 80
    found = []
    for _ in range(2_000):
        dealt = draw.permutation(is_first)
        found.append(leave_pair_out(*(np.bincount(values[side], minlength=100) for side in (dealt, ~dealt))))

    assert np.mean(found) == pytest.approx(0.5, abs=4 * np.std(found) / len(found) ** 0.5)


def test_a_value_for_each_of_ten_thousand_rows_tells_nothing() -> None:
    is_first = (np.arange(10_000) % 3 == 0).astype(int)

    assert leave_pair_out(is_first, 1 - is_first) == 0.5


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_the_names_of_the_groups_and_of_the_values_do_not_count(pairs) -> None:
    first, second = np.array([(1, 1), *pairs]).T

    assert leave_pair_out(first, second) == pytest.approx(leave_pair_out(second, first), abs=1e-12)
    assert leave_pair_out(first[::-1], second[::-1]) == pytest.approx(leave_pair_out(first, second), abs=1e-12)


def test_one_value_for_all_tells_nothing_and_a_value_for_each_group_tells_all() -> None:
    assert leave_pair_out(np.array([7]), np.array([5])) == 0.5
    assert leave_pair_out(np.array([7, 0]), np.array([0, 5])) == 1.0


def coded(values, kind):
    found = Coded.from_table(pa.table({"one": pa.array(values, kind)}))
    return values_of(found.values[0], found.codes[:, 0])


def test_numbers_are_told_by_their_tenth_and_missing_ones_by_being_missing() -> None:
    numbers = [float(number) for number in range(100)]
    found = coded([*numbers, None, float("nan"), None], pa.float64())

    assert len(set(found.tolist())) == BINS + 1
    assert (np.diff(found[:100]) >= 0).all()
    assert np.bincount(found[:100]).tolist() == [10] * BINS
    assert len(set(found[100:].tolist())) == 1
    assert found[100] not in found[:100]


def test_few_numbers_and_text_are_values_and_missing_is_one_of_them() -> None:
    assert len(set(coded([1.0, 2.0, None, 2.0, float("inf")], pa.float64()).tolist())) == 4
    assert len(set(coded([f"s{place}" for place in range(50)] + [None], pa.string()).tolist())) == 51


def test_numbers_that_are_nearly_all_infinite_or_missing_can_be_told_too() -> None:
    infinite = [float("inf")] * 40 + [float("-inf")] * 40 + [float(place) for place in range(20)]

    assert len(set(coded(infinite, pa.float64()).tolist())) > 1
    assert set(coded([float("nan"), None] * 20, pa.float64()).tolist()) <= {0, 1}
