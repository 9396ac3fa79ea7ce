"""A column that stands in for an attribute is found, and only it: not one that goes with it and is not used."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import by_columns
from planted import DISTRACTOR, LINE, PLANTED, Planted, plant, proxies_of

from fateaudit.evidence import Reason
from fateaudit.explainability import Decide, Game, Means, explain_pair, find_proxies
from fateaudit.explainability.proxies import shares


def named(found):
    return [one.column for one in found.columns if one.stands_out]


@pytest.fixture(scope="module")
def found():
    return {seed: proxies_of(plant(seed)) for seed in range(3)}


@pytest.mark.parametrize("seed", range(3))
def test_the_planted_column_is_found_and_only_it(found, seed) -> None:
    assert named(found[seed]) == [PLANTED]
    assert found[seed].columns[0].column == PLANTED
    assert found[seed].columns[0].risk > 5 * found[seed].chance


@pytest.mark.parametrize("seed", range(3))
def test_a_column_that_tells_the_groups_apart_and_is_not_used_has_no_risk(found, seed) -> None:
    (distractor,) = (one for one in found[seed].columns if one.column == DISTRACTOR)

    assert distractor.auc > 0.85
    assert distractor.share == 0
    assert distractor.risk == 0
    assert not distractor.stands_out


def test_a_risk_is_what_it_is_said_to_be(found) -> None:
    for one in found[0].columns:
        assert one.risk == pytest.approx(max(0, 2 * one.auc - 1) * abs(one.share))
        assert one.interval[0] <= one.risk <= one.interval[1]
    assert sum(abs(one.share) for one in found[0].columns) == pytest.approx(1)
    assert found[0].largest[0] <= found[0].columns[0].interval[0]
    assert found[0].largest[1] >= found[0].columns[0].interval[1]


def test_where_nothing_goes_with_the_groups_nothing_is_named() -> None:
    made = plant(5)
    dealt = Planted(made.table, np.random.default_rng(5).permutation(made.groups).tolist())

    assert named(proxies_of(dealt)) == []


def test_the_names_of_the_groups_do_not_count() -> None:
    made = plant(1, rows=300)
    one, other = proxies_of(made), proxies_of(made, pair=("y", "x"))
    figures = [{c.column: (c.risk, c.auc, c.share) for c in each.columns} for each in (one, other)]

    assert figures[0].keys() == figures[1].keys()
    for column, values in figures[0].items():
        # Above eight columns attributions are estimates, and the two groups are drawn in another order.
        assert values == pytest.approx(figures[1][column], abs=0.05)


def small(rows=240, columns=("a", "b"), seed=1):
    """Two columns of few values, explained exactly: `a` goes with the group, `b` does not."""
    draw = np.random.default_rng(seed)
    groups = ["x"] * (rows // 2) + ["y"] * (rows // 2)
    values = [float(name == "x") if draw.random() < 0.8 else 0.0 for name in groups]
    table = pa.table({columns[0]: values, columns[1]: draw.integers(0, 2, rows).astype(float)})
    return table, groups


SUM = by_columns(lambda a, b: 0.4 * a + 0.35 * b)


def found_in(table, groups, predict=SUM, pair=("x", "y"), **changes):
    game = Game.from_tables(predict, table)
    gap = explain_pair(game, Decide(LINE), groups, pair, means=Means())
    return find_proxies(game, gap, "group", **changes)


def figures_of(found):
    return {one.column: (one.risk, one.auc, one.share) for one in found.columns}


def test_the_order_of_rows_does_not_count() -> None:
    table, groups = small()
    order = np.random.default_rng(3).permutation(len(groups))
    again = found_in(table.take(pa.array(order)), [groups[place] for place in order])

    for column, values in figures_of(found_in(table, groups)).items():
        assert values == pytest.approx(figures_of(again)[column], abs=1e-12)


def test_swapping_the_groups_of_an_exact_split_changes_nothing() -> None:
    table, groups = small()
    swapped = found_in(table, groups, pair=("y", "x"))

    for column, values in figures_of(found_in(table, groups)).items():
        assert values == pytest.approx(figures_of(swapped)[column], abs=1e-12)


def test_a_column_of_one_value_has_no_risk() -> None:
    table, groups = small()
    with_constant = table.append_column("c", pa.array(["same"] * len(groups)))
    (constant,) = (
        one
        for one in found_in(with_constant, groups, by_columns(lambda a, b, _: 0.4 * a + 0.35 * b)).columns
        if one.column == "c"
    )

    assert (constant.risk, constant.auc, constant.share, constant.interval) == (0, 0.5, 0, (0, 0))


def test_missing_values_are_a_value_that_can_stand_in() -> None:
    table, groups = small()
    missing = pa.table({"a": [value or None for value in table["a"].to_pylist()], "b": table["b"]})
    found = found_in(missing, groups, by_columns(lambda a, b: 0.4 * np.nan_to_num(a.astype(float)) + 0.35 * b))

    assert figures_of(found)["a"] == pytest.approx(figures_of(found_in(table, groups))["a"], abs=1e-12)
    assert named(found) == ["a"]


def test_ten_thousand_values_do_not_tell_groups_apart_by_number_alone() -> None:
    draw = np.random.default_rng(4)
    rows = 4_000
    table = pa.table({"id": [f"c{n}" for n in draw.integers(0, 10_000, rows)], "b": draw.normal(size=rows)})
    groups = draw.choice(["x", "y"], rows).tolist()
    model = by_columns(lambda c, b: np.array([int(v[1:]) % 2 for v in c]) + 0.1 * b)
    game = Game.from_tables(model, table, background=10)
    gap = explain_pair(game, Decide(0.5), groups, ("x", "y"), means=Means(budget=1))
    found = find_proxies(game, gap, "group")

    assert found.rows == rows
    assert found.explained == 500
    assert all(0.45 < one.auc < 0.55 for one in found.columns)
    assert named(found) == []


def test_the_attribute_itself_is_marked_where_the_model_reads_it() -> None:
    table, groups = small(columns=("group", "b"))
    found = found_in(table, groups)

    assert {one.column: one.is_attribute for one in found.columns} == {"group": True, "b": False}


def test_a_column_that_narrows_the_difference_has_a_share_below_nothing() -> None:
    table, groups = small()
    draw = np.random.default_rng(6)
    against = [float(name == "y" and draw.random() < 0.3) for name in groups]
    found = found_in(
        table.append_column("c", pa.array(against)),
        groups,
        by_columns(lambda a, b, c: 0.4 * a + 0.35 * b + 0.4 * c),
    )

    assert figures_of(found)["c"][2] < 0 < figures_of(found)["a"][2]


def test_too_few_rows_of_a_group_give_a_reason() -> None:
    table, groups = small(60)
    few = ["x"] * 10 + ["y"] * 50
    found = found_in(table, few)

    assert found.reason is Reason.TOO_FEW_ROWS
    assert "10 sampled rows" in found.detail
    assert groups.count("x") == 30


def test_parts_that_are_all_nothing_have_no_shares() -> None:
    assert shares(np.zeros((4, 2)), np.array([True, True, False, False])).tolist() == [0, 0]
