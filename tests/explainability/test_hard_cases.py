"""Data and models that leave little or nothing to explain: a reason, or right values, and never a number made up."""

import numpy as np
import pyarrow as pa
import pytest
from families import as_table, family, only_numbers, people

from fateaudit.errors import AuditFailedError
from fateaudit.evidence import Reason
from fateaudit.explainability import EXPLAINERS, Game, Means, Route, Unexplained, explain, explain_enough
from fateaudit.worker.estimators import open_estimator
from fateaudit.worker.opened import Wish

PERMUTED = {Route.PERMUTATION: EXPLAINERS[Route.PERMUTATION]}


def numbers(rows, columns, seed=0):
    drawn = np.random.default_rng(seed).normal(size=(rows, columns))
    return pa.table({f"x{place}": pa.array(drawn[:, place]) for place in range(columns)})


def linear(table):
    weights = 0.5 ** np.arange(table.num_columns)
    return np.stack([column.to_numpy() for column in table.columns], axis=1) @ weights


def test_a_model_without_an_answer_for_mixtures_is_an_error_that_says_so() -> None:
    """It answers for every row of the data, and for no mixture of two."""
    table = numbers(40, 10)
    known = {tuple(row.values()) for row in table.to_pylist()}

    def predict(rows):
        return np.where([tuple(row.values()) in known for row in rows.to_pylist()], linear(rows), np.nan)

    with pytest.raises(AuditFailedError) as caught:
        explain(Game.from_tables(predict, table, background=10))

    assert "mixture" in caught.value.message
    assert "maker" in caught.value.hint


def test_an_inside_that_gives_nan_for_mixtures_is_no_shortcut() -> None:
    one = family("logistic regression")
    table = as_table(
        people().assign(n0=people().n0 + np.arange(len(people())) / 1024, n2=np.arange(len(people())) / 64)
    )

    class Nan:
        encode = staticmethod(one.inside.encode)

        @staticmethod
        def score(encoded):
            scores = one.inside.score(encoded)
            return np.where((np.arange(len(encoded)) % 3 == 1)[:, None] & (len(encoded) > 100), np.nan, scores)

    game = Game.from_tables(one.predict, table.slice(0, 5), table.slice(50, 12), background=12)
    found = explain(game, means=Means(Nan(), routes=PERMUTED))

    assert np.array_equal(found.values, explain(game, means=Means(routes=PERMUTED)).values)


@pytest.mark.parametrize("columns", [3, 12])
def test_a_constant_model_is_not_applicable(columns) -> None:
    game = Game.from_tables(lambda table: np.full(table.num_rows, 0.25), numbers(30, columns))

    assert explain(game).reason is Reason.NOT_APPLICABLE
    assert "same output" in explain_enough(game).detail


@pytest.mark.parametrize("kind", [pa.float64(), pa.string()])
def test_a_column_that_is_missing_everywhere_gets_nothing_by_any_route(kind) -> None:
    table = numbers(30, 9).append_column("never", pa.nulls(30, kind))
    found = explain(Game.from_tables(lambda rows: linear(rows.drop_columns(["never"])), table, background=10))

    assert found.route is Route.PERMUTATION
    assert np.array_equal(found.values[:, -1], np.zeros(30))
    assert found.noise[-1] == 0


def test_a_column_that_is_missing_everywhere_is_no_hindrance_to_mixing_encoded_rows() -> None:
    one = family("XGBoost, numbers")
    frame = only_numbers(people()).assign(n5=np.nan, n0=np.arange(300) / 64, n2=np.arange(300)[::-1] / 64)
    asked = []

    def predict(rows):
        asked.append(rows.num_rows)
        return one.predict(rows)

    game = Game.from_tables(predict, as_table(frame)[:5], as_table(frame)[50:62], background=12)
    found = explain(game, means=Means(one.inside, routes=PERMUTED))

    assert np.array_equal(found.values[:, 7], np.zeros(5))
    assert sum(asked) < 800


def test_five_hundred_columns_are_explained_with_values_that_are_right() -> None:
    """A sum: its values are known, whatever the orders."""
    table = numbers(12, 500)
    weights = np.random.default_rng(1).normal(size=500)
    asked = []

    def predict(rows):
        asked.append(rows.num_rows)
        return np.stack([column.to_numpy() for column in rows.columns], axis=1) @ weights

    game = Game.from_tables(predict, table, background=12)
    found = explain(game, np.arange(3))
    rows = np.stack([column.to_numpy() for column in table.columns], axis=1)

    assert np.abs(found.values - weights * (rows[:3] - rows.mean(axis=0))).max() < 1e-9
    assert max(asked) <= 65_536


def test_five_hundred_columns_of_an_open_model_are_mixed_after_encoding() -> None:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - heavy, and this test alone needs it

    table = numbers(60, 500)
    model = LogisticRegression(max_iter=200).fit(table.to_pandas(), table["x0"].to_numpy() > 0)
    opened = open_estimator(model, Wish())
    asked = []

    def predict(rows):
        asked.append(rows.num_rows)
        return opened.predict(rows)[:, 1]

    game = Game.from_tables(predict, table, background=6)
    found = explain(game, np.arange(2), means=Means(opened.inside, routes=PERMUTED))

    assert found.gap < 1e-12
    assert sum(asked) < 2_000


def test_ten_thousand_categories_are_values_like_others() -> None:
    names = [f"street {place}" for place in range(10_000)]
    table = pa.table({"street": names, "n": np.arange(10_000) % 7 / 7.0})
    even = {name for name in names[::2]}  # noqa: C416 - what the model knows
    game = Game.from_tables(
        lambda rows: np.array([name in even for name in rows["street"].to_pylist()]) * 0.5 + rows["n"].to_numpy() / 4,
        table,
        background=50,
    )
    found = explain(game, np.arange(200))

    assert np.abs(found.values[:, 0]).min() > 0.1
    assert found.gap < 1e-12
    assert (
        np.abs(found.values[:, 1] - (game.coded.table(game.rows[:200])["n"].to_numpy() / 4 - found_base(game))).max()
        < 1e-12
    )


def found_base(game):
    """Mean share of the second column over the background."""
    background = game.coded.table(game.background.codes)["n"].to_numpy() / 4
    return float(game.background.weights @ background)


def test_two_rows_are_explained_and_no_importance_is_made_of_them() -> None:
    game = Game.from_tables(linear, numbers(2, 10))
    found, enough = explain(game), explain_enough(game)

    assert found.gap < 1e-12
    assert np.abs(found.values[0] + found.values[1]).max() < 1e-12
    assert isinstance(enough, Unexplained)
    assert enough.reason is Reason.TOO_FEW_ROWS


def test_a_background_smaller_than_asked_for_is_all_there_is_and_says_so() -> None:
    game = Game.from_tables(linear, numbers(30, 10), numbers(5, 10, seed=1), background=100)
    found, importances = explain_enough(game)

    assert importances.background == 5
    assert importances.background_is_all
    assert found.gap < 1e-12


def test_a_background_of_one_row_is_enough_for_values_without_an_average() -> None:
    game = Game.from_tables(linear, numbers(30, 10), numbers(1, 10, seed=1))
    found = explain(game, np.arange(4))

    assert game.background.rows == 1
    assert found.gap < 1e-12
