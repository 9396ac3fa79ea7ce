"""Decisions that change when one column does: against a loop, and not informative where the column is not read."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import by_columns
from scipy import stats

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Reason
from fateaudit.explainability import Decide, Game, count_flips

LINE = Decide(0.5)


def rows_of(number=300, seed=2):
    draw = np.random.default_rng(seed)
    return pa.table({"colour": draw.choice(list("abc"), number).tolist(), "n": draw.random(number)})


def model(colour, n):
    return n + 0.2 * (colour == "a") - 0.1 * (colour == "b")


def a_game(table, function=model):
    return Game.from_tables(by_columns(function), table, background=5)


def test_it_is_what_a_loop_over_rows_and_values_counts() -> None:
    table = rows_of()
    changed = became = 0
    for row in table.to_pylist():
        scores = {value: row["n"] + 0.2 * (value == "a") - 0.1 * (value == "b") for value in "abc"}
        own = scores[row["colour"]] >= 0.5
        is_changed = any((score >= 0.5) != own for score in scores.values())
        changed += is_changed
        became += is_changed and not own
    found = count_flips(a_game(table), LINE, "colour", table["colour"].to_pylist())

    assert (found.changed, found.became_favourable) == (changed, became)
    assert 0 < became < changed
    assert (found.rows, found.of_rows, found.groups) == (300, 300, 3)


def test_its_range_is_exact() -> None:
    table = rows_of()
    found = count_flips(a_game(table), LINE, "colour", table["colour"].to_pylist(), confidence=0.9)
    exact = stats.binomtest(found.changed, found.rows).proportion_ci(0.9, method="exact")

    assert found.interval == pytest.approx((exact.low, exact.high))


def test_an_attribute_that_is_not_read_is_not_applicable_and_never_nothing_changed() -> None:
    table = rows_of()
    found = count_flips(a_game(table), LINE, "sex", ["x", "y"] * 150)

    assert found.reason is Reason.NOT_APPLICABLE
    assert "does not read" in found.detail


def test_a_column_that_is_read_and_makes_no_difference_changes_nothing() -> None:
    table = rows_of()
    found = count_flips(a_game(table, lambda _, n: n), LINE, "colour", table["colour"].to_pylist())

    assert found.changed == 0
    assert found.interval[0] == 0 < found.interval[1]


def test_bins_take_values_from_rows_of_the_other_group() -> None:
    ages = [20.0, 25.0] * 50 + [60.0, 65.0] * 50
    table = pa.table({"age": ages, "n": [1.0] * 200})
    asked = []

    def watched(age, n):
        asked.extend(age.tolist())
        return (age >= 62) * n

    found = count_flips(a_game(table, watched), LINE, "age", ["young"] * 100 + ["old"] * 100)

    assert set(asked) == set(ages)
    # All 50 of 65 lose it whichever young value is put in; of the young, those who are given 65 gain it.
    assert found.changed - found.became_favourable == 50
    assert 25 < found.became_favourable < 75


def test_rows_without_a_recorded_group_are_left_out_and_many_rows_are_drawn() -> None:
    table = rows_of(1_500)
    groups = [None if place % 5 == 0 else NOT_RECORDED if place % 5 == 1 else name
              for place, name in enumerate(table["colour"].to_pylist())]  # fmt: skip
    found = count_flips(a_game(table), LINE, "colour", groups)

    assert found.of_rows == 900
    assert found.rows == 900
    assert count_flips(a_game(table), LINE, "colour", table["colour"].to_pylist()).rows == 1_000


def test_one_group_and_too_few_rows_give_a_reason() -> None:
    table = rows_of(30)
    alone = count_flips(a_game(table), LINE, "colour", ["a"] * 30)
    few = count_flips(a_game(table), LINE, "colour", [*["a", "b"] * 5, *[None] * 20])

    assert alone.reason is Reason.NOT_APPLICABLE
    assert few.reason is Reason.TOO_FEW_ROWS
