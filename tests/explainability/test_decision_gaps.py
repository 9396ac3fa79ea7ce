"""The parts of a decision gap add up to the demographic parity difference, exactly."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import a_model, a_table, binary_table, by_columns

from fateaudit.evidence import Reason
from fateaudit.explainability import Decide, Game, Means, Route, decompose_gap


def counted(predict, table, groups, pair, threshold):
    decisions = predict(table) >= threshold
    rates = [decisions[[one == name for one in groups]].mean() for name in pair]
    return rates[0] - rates[1]


def test_the_parts_sum_to_the_difference_over_all_rows() -> None:
    table = a_table(300).select(["place", "n0", "n1"])
    model = by_columns(lambda place, a, b: 0.5 + 0.1 * a * b - 0.2 * (place == "a"))
    groups = ["x" if value == "a" else "y" for value in table["place"].to_pylist()]
    gap = decompose_gap(Game.from_tables(model, table, background=30), Decide(0.45), groups, ("x", "y"))

    assert gap.value == pytest.approx(counted(model, table, groups, ("x", "y"), 0.45), abs=1e-12)
    assert sum(part.value for part in gap.parts) == pytest.approx(gap.value, abs=1e-9)
    assert gap.residue < 1e-9
    assert gap.parts[0].column == "place"
    assert gap.rows == gap.of_rows
    assert gap.route is Route.ENUMERATION
    assert [abs(part.value) for part in gap.parts] == sorted((abs(part.value) for part in gap.parts), reverse=True)


def test_a_column_that_carries_the_whole_gap_gets_all_of_it() -> None:
    table = pa.concat_tables([binary_table()] * 4)
    groups = ["x" if value else "y" for value in table["a"].to_pylist()]
    gap = decompose_gap(Game.from_tables(by_columns(lambda a, *_: a), table), Decide(0.5), groups, ("x", "y"))

    assert gap.value == 1
    assert {part.column: part.value for part in gap.parts} == pytest.approx({"a": 1, "b": 0, "c": 0, "d": 0})


def test_a_threshold_that_a_score_equals_follows_the_rule() -> None:
    assert Decide(0.5)(np.array([0.5])) == [1]
    assert Decide(0.5, ">")(np.array([0.5])) == [0]


def test_ten_columns_are_sampled_and_still_sum() -> None:
    table = a_table(200)
    model = a_model("gradient boosting", table)
    groups = [None if place % 7 == 0 else "xy"[place % 2] for place in range(200)]
    game = Game.from_tables(model.predict, table, background=10)
    gap = decompose_gap(game, Decide(0.5), groups, ("x", "y"), means=Means(model.inside))

    assert gap.route is Route.PERMUTATION
    assert gap.value == pytest.approx(counted(model.predict, table, groups, ("x", "y"), 0.5), abs=1e-12)
    assert gap.residue < 1e-9


def test_a_large_group_is_drawn_from_and_says_so() -> None:
    table = a_table(700).select(["n0", "n1", "n2"])
    groups = ["x"] * 600 + ["y"] * 100
    game = Game.from_tables(by_columns(lambda a, b, c: a + b * c), table, background=10)
    gap = decompose_gap(game, Decide(0.0), groups, ("x", "y"), means=Means(budget=10))

    assert gap.rows == (250, 100)
    assert gap.of_rows == (600, 100)
    assert gap.residue < 1e-9


def test_one_decision_for_everyone_and_an_empty_group_give_a_reason() -> None:
    game = Game.from_tables(by_columns(lambda a, *_: a), binary_table())
    groups = ["x", "y"] * 8

    assert decompose_gap(game, Decide(-1.0), groups, ("x", "y")).reason is Reason.NOT_APPLICABLE
    assert decompose_gap(game, Decide(0.5), groups, ("x", "z")).reason is Reason.TOO_FEW_ROWS


def test_two_rows_have_no_spread_and_still_sum() -> None:
    game = Game.from_tables(by_columns(lambda a, b, *_: a * b), binary_table())
    gap = decompose_gap(game, Decide(0.5), [*["z"] * 14, "x", "y"], ("x", "y"))

    assert gap.residue < 1e-12
    assert all(part.standard_error == 0 for part in gap.parts)
