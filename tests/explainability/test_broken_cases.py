"""Made-up cases where single people's numbers lie open: columns that few rows fill."""

import numpy as np
import pyarrow as pa

from fateaudit.explainability.example_cases import MANY, make_cases


def cases(**columns):
    table = pa.table(columns)
    return [dict(one.values) for one in make_cases(lambda rows: np.linspace(0.1, 0.9, rows.num_rows), table, 0.5)]


def test_the_few_numbers_of_a_sparse_column_stand_in_no_case() -> None:
    amount = np.full(200, np.nan)
    amount[[3, 50, 77]] = [43217.55, 912.31, 71003.2]
    ages, days = np.arange(200.0) % 40, np.arange(200.0) % 31
    assert [one["amount"] for one in cases(amount=amount, age=ages, days=days)] == [None, None]


def test_a_column_that_all_fill_is_never_missing_in_a_case() -> None:
    """Of fewer than twenty rows no number lies amid ten on either side, and a model may not take a gap instead."""
    numbers = np.array([3.0, 1.0, 8.0, 5.0, 9.0])
    assert all(one["a"] == 5.0 for one in cases(a=numbers, b=numbers[[1, 3, 0, 4, 2]], c=numbers[::-1].copy()))


def test_ten_rows_lie_on_either_side_of_a_number_in_a_case() -> None:
    numbers = np.random.default_rng(1).normal(0, 1, 30) * 1_000
    for one in cases(amount=numbers, other=numbers[::-1].copy()):
        assert (numbers <= one["amount"]).sum() >= MANY <= (numbers >= one["amount"]).sum()
