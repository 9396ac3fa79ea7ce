"""The parts of a decision gap add up to the demographic parity difference, exactly."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import a_model, a_table, binary_table, by_columns

from fateaudit.evidence import Reason
from fateaudit.explainability import Decide, Game, Means, Route, decompose_gap, explain_pair
from fateaudit.explainability.decision_gap import as_adverse, split_wrong_adverse


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


def adverse_among(decisions, labels, groups, name):
    """Rate of adverse decisions among the rows of a group whose label is favourable, counted row by row."""
    chosen = [
        not good for good, label, group in zip(decisions, labels, groups, strict=True) if (group, label) == (name, 1)
    ]
    return sum(chosen) / len(chosen)


@pytest.mark.parametrize("budget", [10**7, 10])
def test_the_gap_in_wrong_adverse_rates_is_split_over_those_recorded_favourable(budget) -> None:
    table = a_table(700).select(["place", "n0", "n1"])
    model = by_columns(lambda place, a, b: 0.5 + 0.1 * a * b - 0.2 * (place == "a"))
    groups = ["x" if value == "a" else "y" for value in table["place"].to_pylist()]
    labels = np.random.default_rng(1).choice([1, 1, 0, -1], 700).astype(np.int8)
    game = Game.from_tables(model, table, background=30)
    pair = explain_pair(game, Decide(0.45), groups, ("y", "x"), means=Means(budget=budget))
    gap = split_wrong_adverse(pair, labels)
    used = pair.attributions.rows if budget == 10 else np.arange(700)
    decisions = model(table)[used] >= 0.45
    given = [groups[row] for row in used]
    x, y = (adverse_among(decisions, labels[used], given, name) for name in "xy")

    assert (gap.first, gap.second) == ("x", "y")
    assert gap.value == pytest.approx(x - y, abs=1e-12)
    assert (gap.first_rate, gap.second_rate) == pytest.approx((x, y), abs=1e-12)
    assert sum(part.value for part in gap.parts) == pytest.approx(x - y, abs=1e-9)
    assert gap.of_rows == tuple(
        sum(one == name and label == 1 for one, label in zip(groups, labels, strict=True)) for name in "xy"
    )
    assert (gap.rows == gap.of_rows) == (budget > 10)
    assert abs(gap.value - pair.gap.value) > 1e-4


def test_the_adverse_rate_gap_is_the_same_difference_turned_round() -> None:
    table = a_table(300).select(["place", "n0", "n1"])
    model = by_columns(lambda place, a, b: 0.5 + 0.1 * a * b - 0.2 * (place == "a"))
    groups = ["x" if value == "a" else "y" for value in table["place"].to_pylist()]
    gap = as_adverse(decompose_gap(Game.from_tables(model, table, background=30), Decide(0.45), groups, ("y", "x")))
    adverse = model(table) < 0.45
    rates = [adverse[[one == name for one in groups]].mean() for name in "xy"]

    assert (gap.first, gap.second) == ("x", "y")
    assert (gap.first_rate, gap.second_rate) == pytest.approx(rates, abs=1e-12)
    assert sum(part.value for part in gap.parts) == pytest.approx(rates[0] - rates[1], abs=1e-9)
    for part in gap.parts:
        assert part.first - part.second == pytest.approx(part.value, abs=1e-12)
    assert gap.base + sum(part.first for part in gap.parts) == pytest.approx(rates[0], abs=1e-9)


def test_too_few_with_a_favourable_label_give_a_reason() -> None:
    table = a_table(60).select(["n0", "n1"])
    game = Game.from_tables(by_columns(lambda a, b: a + b), table, background=10)
    pair = explain_pair(game, Decide(0.0), ["x", "y"] * 30, ("x", "y"))

    assert split_wrong_adverse(pair, np.ones(60, np.int8)).rows == (30, 30)
    assert split_wrong_adverse(pair, np.array([1, 1, 0] * 20, np.int8)).rows == (20, 20)
    assert split_wrong_adverse(pair, np.array([1, 0, 0] * 20, np.int8)).reason is Reason.TOO_FEW_ROWS
