"""Reasons that are worse for one group are told from reasons that are as good for all."""

from dataclasses import replace

import numpy as np
import pytest
from explained_models import a_table, by_columns

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Reason
from fateaudit.explainability import Game, Unexplained, compare_groups, explain, share_of_attributes

GROUPS = ["x", "y"] * 150


def model(place, a, b, c):
    return 0.5 + 0.02 * a * b - 0.2 * (place == "a") + 0.1 * c


@pytest.fixture(scope="module")
def game():
    return Game.from_tables(by_columns(model), a_table(300).select(["place", "n0", "n1", "n2"]), background=20)


@pytest.fixture(scope="module")
def right(game):
    return explain(game)


def spoilt(found, groups, name):
    """The same attributions, dealt to the wrong columns in the rows of one group: they still add up."""
    values = found.values.copy()
    rows = np.flatnonzero(np.array(groups) == name)
    values[rows] = np.random.default_rng(1).permuted(values[rows], axis=1)
    return replace(found, values=values)


def test_right_reasons_are_as_good_for_every_group(game, right) -> None:
    found = compare_groups(game, right, {"group": GROUPS})["group"]

    assert all(one.fidelity > 0.8 for one in found.groups)
    assert found.gap == pytest.approx(found.groups[0].fidelity - found.groups[-1].fidelity)
    assert found.interval[0] <= 0.05
    assert found.interval[0] <= found.gap <= found.interval[1]
    assert found.baseline > 0


def test_reasons_spoilt_in_one_group_are_found_out(game, right) -> None:
    found = compare_groups(game, spoilt(right, GROUPS, "y"), {"group": GROUPS})["group"]

    assert [one.group for one in found.groups] == ["x", "y"]
    assert found.interval[0] > 0.2
    assert found.groups[1].interval[1] < found.groups[0].interval[0]


def test_columns_that_count_in_one_group_only_are_seen_there(game) -> None:
    groups = ["x" if value == "a" else "y" for value in game.coded.table(game.rows)["place"].to_pylist()]
    found = compare_groups(game, explain(game), {"group": groups})["group"]
    sizes = {one.group: dict(zip(found.columns, one.importances, strict=True)) for one in found.groups}

    assert sizes["x"]["place"] > 2 * sizes["y"]["place"]


def test_rows_of_a_group_that_has_too_few_explained_ones_are_explained(game) -> None:
    groups = ["y"] * 250 + ["x"] * 50
    found = compare_groups(game, explain(game, np.arange(100)), {"group": groups})["group"]

    assert {one.group: one.rows for one in found.groups}["x"] == 50


def test_groups_that_are_small_or_not_recorded_are_left_out(game, right) -> None:
    groups = ["x"] * 100 + ["y"] * 100 + ["z"] * 10 + [None] * 40 + [NOT_RECORDED] * 50
    found = compare_groups(game, right, {"group": groups})["group"]

    assert {one.group for one in found.groups} == {"x", "y"}


def test_fewer_than_two_groups_and_a_single_column_give_a_reason(game, right) -> None:
    alone = Game.from_tables(by_columns(lambda a: a), a_table(300).select(["n0"]))
    one_group = compare_groups(game, right, {"group": ["x"] * 300})["group"]
    one_column = compare_groups(alone, explain(alone), {"group": GROUPS})["group"]

    assert one_group.reason is Reason.TOO_FEW_ROWS
    assert one_column.reason is Reason.NOT_APPLICABLE


def test_the_share_of_attributes_is_that_of_their_columns(right) -> None:
    sizes = np.abs(right.values).mean(axis=0)
    found = share_of_attributes(right, {"place", "n2", "colour"})

    assert found.value == pytest.approx((sizes[0] + sizes[3]) / sizes.sum())
    assert found.columns == ("place", "n2")
    assert found.interval[0] < found.value < found.interval[1]


def test_no_attribute_that_is_read_is_a_share_of_nothing(right) -> None:
    found = share_of_attributes(right, {"colour"})

    assert (found.value, found.interval, found.columns) == (0, (0, 0), ())


def test_too_few_rows_have_no_share(game) -> None:
    found = share_of_attributes(explain(game, np.arange(10)), {"place"})

    assert isinstance(found, Unexplained)
    assert found.reason is Reason.TOO_FEW_ROWS
