"""Fidelity and stability tell right attributions from wrong ones; importances stop when they are settled."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from explained_models import Scored, a_model, a_table, binary_table, by_columns, frame_of, one_hot, outcomes
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline as SklearnPipeline

from fateaudit.evidence import Reason
from fateaudit.explainability import Game, Means, explain, explain_enough, measure_fidelity, measure_stability
from fateaudit.explainability.fidelity import random_subsets


@pytest.fixture(scope="module")
def table():
    return a_table(300)


@pytest.fixture(scope="module")
def model(table):
    return a_model("gradient boosting", table)


@pytest.fixture(scope="module")
def game(table, model):
    return Game.from_tables(model.predict, table, background=40)


@pytest.fixture(scope="module")
def right(game, model):
    return explain(game, np.arange(120), means=Means(model.inside))


def test_right_shuffled_and_wrong_model_attributions_get_different_fidelity(table, game, right, capsys) -> None:
    frame = frame_of(table)
    other = SklearnPipeline(
        [("encode", one_hot()), ("model", GradientBoostingClassifier(n_estimators=30, random_state=1))]
    )
    # A similar model: the same data, but for one column that it is not shown.
    similar = Scored(other.fit(frame.assign(n1=0.0), outcomes(table)))
    wrong = explain(Game.from_tables(similar.predict, table, background=40), right.rows, means=Means(similar.inside))
    shuffled = replace(right, values=np.random.default_rng(0).permuted(right.values, axis=1))
    measured = {
        name: measure_fidelity(game, one, rows=120, subsets=6)
        for name, one in (
            ("right", right),
            ("wrong model", replace(wrong, outputs=right.outputs)),
            ("shuffled", shuffled),
        )
    }
    with capsys.disabled():
        print(f"\n{'attributions':<14}{'explained drop R²':>28}{'correlation':>26}{'random R²':>12}{'random r':>10}")  # noqa: T201 - figures for whoever reads the log
        for name, one in measured.items():
            cells = [
                f"{s.value:.3f} [{s.interval[0]:.3f}, {s.interval[1]:.3f}]"
                for s in (one.explained_drop, one.correlation)
            ]
            print(  # noqa: T201 - figures for whoever reads the log
                f"{name:<14}{cells[0]:>28}{cells[1]:>26}{one.explained_drop.baseline:>12.3f}{one.correlation.baseline:>10.3f}"
            )

    drops = {name: one.explained_drop for name, one in measured.items()}
    assert drops["right"].value > 0.9
    assert drops["right"].interval[0] > drops["wrong model"].interval[1] + 0.1
    assert drops["right"].interval[0] > drops["shuffled"].interval[1] + 0.3
    assert drops["right"].value - drops["right"].baseline > 0.5
    assert drops["shuffled"].value == pytest.approx(drops["right"].baseline, abs=0.15)
    assert measured["right"].correlation.value > measured["wrong model"].correlation.value
    for score in (*drops.values(), *(one.correlation for one in measured.values())):
        assert score.interval[0] <= score.value <= score.interval[1]


def test_additivity_is_blind_to_shuffling_and_fidelity_is_not(right) -> None:
    shuffled = np.random.default_rng(0).permuted(right.values, axis=1)

    assert np.abs(right.base + shuffled.sum(axis=1) - right.outputs).max() < 1e-6


def test_an_additive_model_is_foretold_exactly() -> None:
    table = a_table(100).select(["n0", "n1", "n2", "n3"])
    game = Game.from_tables(
        by_columns(lambda a, b, c, d: 0.1 * a + 0.05 * b**2 - 0.02 * c + d * 0), table, background=20
    )
    fidelity = measure_fidelity(game, explain(game))

    assert fidelity.explained_drop.value == pytest.approx(1, abs=1e-12)
    assert fidelity.correlation.value == pytest.approx(1, abs=1e-12)


def test_attributions_of_nothing_get_no_fidelity(game, right) -> None:
    fidelity = measure_fidelity(game, replace(right, values=np.zeros_like(right.values)), rows=30)

    assert fidelity.explained_drop.value <= 0
    assert fidelity.correlation.value == 0


def test_subsets_go_up_to_half_of_the_columns_and_every_size_is_as_likely() -> None:
    sizes = random_subsets(np.random.default_rng(0), 4_000, 9).sum(axis=1)

    assert sorted(set(sizes)) == [1, 2, 3, 4]
    assert np.bincount(sizes.astype(int))[1:].min() > 900
    assert set(random_subsets(np.random.default_rng(0), 10, 2).sum(axis=1)) == {1}


def test_stability_stands_beside_its_random_baseline(game, model, capsys) -> None:
    stability = measure_stability(game, means=Means(model.inside), rows=40, background=30)
    with capsys.disabled():
        print(f"\nstability of the top {stability.top}: {stability.overlap}")  # noqa: T201 - figures for whoever reads the log

    assert stability.overlap.value > 0.7
    assert stability.overlap.value > stability.overlap.baseline + 0.15
    assert stability.overlap.baseline == pytest.approx(0.5, abs=0.08)
    assert stability.overlap.interval[0] <= stability.overlap.value <= stability.overlap.interval[1]


def test_importances_are_sorted_and_say_how_sure_they_are(game, model) -> None:
    found, importances = explain_enough(game, means=Means(model.inside), most=250)
    means = [one.mean for one in importances.columns]
    first = importances.columns[0]
    place = found.columns.index(first.column)

    assert means == sorted(means, reverse=True)
    assert sum(one.share for one in importances.columns) == pytest.approx(1)
    assert first.column == "n1"
    assert first.mean == pytest.approx(np.abs(found.values[:, place]).mean())
    assert first.standard_error == pytest.approx(np.abs(found.values[:, place]).std(ddof=1) / np.sqrt(len(found.rows)))
    assert importances.rows == len(found.rows) <= 250


def test_explaining_stops_once_the_top_columns_are_known() -> None:
    generator = np.random.default_rng(0)
    table = pa.table({name: pa.array(generator.choice([-1.0, 1.0], 2_000)) for name in "abc"})
    found, importances = explain_enough(
        Game.from_tables(by_columns(lambda a, b, c: 0.3 * a + 0.1 * b + 0.01 * c), table)
    )

    assert importances.settled
    assert len(found.rows) == 100


def test_the_cap_ends_what_does_not_settle() -> None:
    table = a_table(400).select(["n0", "n1"])
    _, importances = explain_enough(
        Game.from_tables(by_columns(lambda a, b: np.exp(3 * a) + b), table, background=10), most=150
    )

    assert not importances.settled
    assert importances.rows == 150


@pytest.mark.parametrize(
    ("columns", "rows", "reason"), [(["a"], 400, Reason.NOT_APPLICABLE), (["a", "b"], 2, Reason.TOO_FEW_ROWS)]
)
def test_one_column_and_two_rows_give_a_reason(columns, rows, reason) -> None:
    table = pa.concat_tables([binary_table()] * 25).select(columns).slice(1, rows)
    game = Game.from_tables(by_columns(lambda a, *_: a), table)

    assert measure_fidelity(game, explain(game)).reason is reason
    assert measure_stability(game).reason is reason
    assert rows > 2 or explain_enough(game).reason is reason


def test_a_constant_model_gives_a_reason_everywhere() -> None:
    game = Game.from_tables(by_columns(lambda a, *_: np.full(len(a), 0.5)), pa.concat_tables([binary_table()] * 10))

    assert explain_enough(game).reason is Reason.NOT_APPLICABLE
    assert measure_stability(game).reason is Reason.NOT_APPLICABLE


def test_measures_are_the_same_when_made_again(game, right, model) -> None:
    assert measure_fidelity(game, right, rows=30) == measure_fidelity(game, right, rows=30)
    means = Means(model.inside)
    assert measure_stability(game, means=means, rows=20, background=20) == measure_stability(
        game, means=means, rows=20, background=20
    )
