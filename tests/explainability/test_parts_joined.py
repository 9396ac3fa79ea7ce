"""Importances take rows until they are sure: each row is explained once, and parts make what the whole would have."""

from dataclasses import replace

import numpy as np
import pytest
from explained_models import a_model, a_table, by_columns

from fateaudit.explainability import Game, Means, Route, explain, explain_enough
from fateaudit.explainability.attributing import join
from fateaudit.explainability.refusals import RouteRefusedError
from fateaudit.explainability.routes import Found

FIVE = ["place", "kind", "n0", "n1", "n2"]


def five_columns(place, kind, a, b, c):
    return 0.1 * a * b + 0.2 * (place == "a") * c + 0.05 * (kind == "b")


def in_two(game, means, rows=300):
    """The same rows at once, and in two parts that were drawn."""
    drawn = np.random.default_rng(0).permutation(rows)
    parts = [explain(game, np.sort(part), means=means) for part in (drawn[:100], drawn[100:])]
    return explain(game, np.arange(rows), means=means), join(*parts)


def test_subsets_and_trees_give_each_row_the_same_values_to_the_bit_alone_or_with_others() -> None:
    table = a_table(400)
    forest = a_model("forest", table)
    few = Game.from_tables(by_columns(five_columns), table.select(FIVE), background=20)
    many = Game.from_tables(forest.predict, table, background=20)
    routes = []
    for game, means in ((few, Means(budget=10**9)), (many, Means(forest.inside, precision=1.0))):
        once, parts = in_two(game, means)
        routes.append(once.route)
        assert np.array_equal(parts.values, once.values)
        assert np.array_equal(parts.rows, once.rows)
        assert np.array_equal(parts.outputs, once.outputs)

    assert routes == [Route.ENUMERATION, Route.TREES]


def test_noise_is_joined_as_a_mean_over_all_rows_and_the_gap_as_the_largest() -> None:
    game = Game.from_tables(by_columns(five_columns), a_table(60).select(FIVE), background=20)
    found = explain(game, np.arange(40))
    one = replace(found, noise=(0.3,) * 5, gap=1e-9)
    other = replace(found, rows=found.rows[:10], values=found.values[:10], outputs=found.outputs[:10], noise=(0.1,) * 5)
    both = join(one, other)

    assert both.noise == pytest.approx([np.sqrt((40 * 0.09 + 10 * 0.01) / 50)] * 5)
    assert both.gap == 1e-9


@pytest.mark.parametrize("changes", [{"route": Route.TREES}, {"base": 0.7}])
def test_what_is_not_of_one_kind_is_not_joined(changes) -> None:
    game = Game.from_tables(by_columns(five_columns), a_table(60).select(FIVE), background=20)
    found = explain(game, np.arange(20))

    with pytest.raises(ValueError, match="are not joined"):
        join(found, replace(found, **changes))


def known(ask):
    """Right values of a sum of two columns."""
    numbers = np.stack([values.to_numpy()[ask.game.rows[ask.rows, place]] for place, values in enumerate(VALUES)], 1)
    weights = ask.game.background.weights
    codes = ask.game.background.codes
    means = [weights @ values.to_numpy()[codes[:, place]] for place, values in enumerate(VALUES)]
    return Found(float(np.sum(means)), numbers - means, np.zeros(2))


TABLE = a_table(500).select(["n0", "n1"])
SUM = Game.from_tables(by_columns(lambda a, b: a + b), TABLE, background=10)
VALUES = SUM.coded.values


def test_no_row_is_explained_twice() -> None:
    asked = []

    def heard(ask):
        asked.append(ask.rows)
        return known(ask)

    found, importances = explain_enough(SUM, means=Means(routes={Route.TREES: heard}), most=400)

    assert [len(rows) for rows in asked] == [100, 100, 200]
    assert sorted(np.concatenate(asked)) == found.rows.tolist()
    assert np.abs(found.base + found.values.sum(axis=1) - found.outputs).max() < 1e-12
    assert importances.rows == 400


def test_where_another_route_is_taken_for_the_new_rows_all_rows_go_by_that_one() -> None:
    asked = []

    def at_first(ask):
        if asked:
            raise RouteRefusedError("it no longer fits")
        return known(ask)

    def later(ask):
        asked.append(len(ask.rows))
        return known(ask)

    def first_then_not(ask):
        found = at_first(ask)
        asked.append("first")
        return found

    routes = {Route.TREES: first_then_not, Route.PERMUTATION: later}
    found, importances = explain_enough(SUM, means=Means(routes=routes), most=400)

    assert asked == ["first", 100, 200, 200]
    assert found.route is importances.route is Route.PERMUTATION
    assert len(found.rows) == 400
    assert [one.because for one in importances.refused] == ["it no longer fits"]


def test_new_rows_get_other_random_orders() -> None:
    seeds = []

    def heard(ask):
        seeds.append(ask.seed)
        return known(ask)

    explain_enough(SUM, means=Means(routes={Route.PERMUTATION: heard}, seed=5), most=400)

    assert len(set(seeds)) == len(seeds) == 3
