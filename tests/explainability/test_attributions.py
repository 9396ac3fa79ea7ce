"""Attributions equal closed forms, add up to the model's own output, and fall back where a route misses it."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from explained_models import FAMILIES, Scored, a_model, a_table, binary_table, by_columns, frame_of
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from fateaudit.errors import AuditFailedError, UnusableDataError
from fateaudit.evidence import Reason
from fateaudit.explainability import (
    EXPLAINERS,
    Game,
    Means,
    Route,
    Unexplained,
    Unit,
    check_again,
    check_linear,
    explain,
)
from fateaudit.explainability.attributing import ANY_SCORE
from fateaudit.explainability.linear import log_odds
from fateaudit.explainability.refusals import RouteRefusedError
from fateaudit.explainability.routes import Found
from fateaudit.worker.pipelines import Pipeline

ONLY = {route: {route: explainer} for route, explainer in EXPLAINERS.items()}
GATES = {
    "and": (lambda a, b, *_: (a == 1) & (b == 1), 0.25, (0.375, 0.375, 0, 0), (-0.125, -0.125, 0, 0)),
    "or": (lambda a, b, *_: (a == 1) | (b == 1), 0.75, (0.125, 0.125, 0, 0), (-0.375, -0.375, 0, 0)),
    "xor": (lambda a, b, *_: a != b, 0.5, (-0.25, -0.25, 0, 0), (-0.25, -0.25, 0, 0)),
}


@pytest.fixture(scope="module")
def table():
    return a_table()


@pytest.fixture(scope="module")
def models(table):
    return {family: a_model(family, table) for family in FAMILIES}


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("route", [Route.ENUMERATION, Route.PERMUTATION])
def test_gates_of_independent_binary_columns_have_their_closed_form(gate, route) -> None:
    function, base, ones, zeros = GATES[gate]
    found = explain(Game.from_tables(by_columns(function), binary_table()), means=Means(routes=ONLY[route], rounds=400))
    exact = route is Route.ENUMERATION

    assert found.base == pytest.approx(base, abs=1e-15)
    assert found.values[15] == pytest.approx(ones, abs=1e-12 if exact else 0.02)
    assert found.values[0] == pytest.approx(zeros, abs=1e-12 if exact else 0.02)
    assert np.abs(found.base + found.values.sum(axis=1) - found.outputs).max() < 1e-12


def test_a_tree_of_a_gate_has_the_closed_form_by_its_paths() -> None:
    table = binary_table()
    frame = frame_of(table)
    forest = RandomForestClassifier(1, bootstrap=False, max_features=None, random_state=0)
    model = Scored(forest.fit(frame, (frame.a == 1) & (frame.b == 1)))
    game = Game.from_tables(model.predict, table)
    found = explain(game, means=Means(inside=model.inside, routes=ONLY[Route.TREES]))

    assert found.route is Route.TREES
    assert found.values[15] == pytest.approx((0.375, 0.375, 0, 0), abs=1e-9)
    assert found.values[0] == pytest.approx((-0.125, -0.125, 0, 0), abs=1e-9)


@pytest.mark.parametrize("route", [Route.ENUMERATION, Route.PERMUTATION])
def test_a_linear_model_is_attributed_coefficient_times_distance_from_the_mean(route) -> None:
    generator = np.random.default_rng(0)
    rows, coef = generator.normal(size=(60, 5)), np.array([0.3, -0.2, 0.1, 0.0, 0.05])
    table = pa.table({f"x{place}": pa.array(rows[:, place]) for place in range(5)})
    game = Game.from_tables(by_columns(lambda *x: np.stack(x, 1) @ coef), table, background=60)
    found = explain(game, means=Means(routes=ONLY[route]))

    assert np.abs(found.values - coef * (rows - rows.mean(axis=0))).max() < 1e-12
    assert found.gap < 1e-12


def test_a_logistic_pipeline_agrees_with_its_closed_form_in_log_odds(table, models) -> None:
    model = models["logistic"]
    checked = check_linear(Game.from_tables(model.predict, table, background=40), model.inside)

    assert checked.unit is Unit.LOG_ODDS
    assert checked.gap < 1e-9
    assert checked.largest_difference < 1e-9


def test_the_closed_form_finds_the_class_that_is_favourable(table, models) -> None:
    model = models["logistic"]
    checked = check_linear(Game.from_tables(lambda rows: 1 - model.predict(rows), table, background=20), model.inside)

    assert checked.largest_difference < 1e-9


def test_scores_that_are_exactly_certain_have_no_log_odds_to_compare(table, models) -> None:
    model = models["logistic"]
    game = Game.from_tables(lambda rows: np.round(model.predict(rows)), table, background=20)

    assert check_linear(game, model.inside).reason is Reason.NOT_APPLICABLE
    assert explain(game.as_seen(log_odds), np.arange(3)).reason is Reason.NOT_APPLICABLE


def test_a_forest_has_no_closed_form(table, models) -> None:
    model = models["forest"]
    checked = check_linear(Game.from_tables(model.predict, table, background=20), model.inside)

    assert checked.reason is Reason.NOT_APPLICABLE


def brute_force(predict, rows, background):
    """Shapley values by the definition, one row, one subset and one background row at a time."""
    columns = rows.column_names

    def worth(place, known):
        mixed = [rows[c].take([place] * background.num_rows) if c in known else background[c] for c in columns]
        return predict(pa.Table.from_arrays([one.combine_chunks() for one in mixed], names=columns)).mean()

    values = np.zeros((rows.num_rows, len(columns)))
    for place, (number, column) in itertools.product(range(rows.num_rows), enumerate(columns)):
        others = [name for name in columns if name != column]
        for size in range(len(columns)):
            weight = 1 / (len(columns) * math.comb(len(columns) - 1, size))
            for known in itertools.combinations(others, size):
                values[place, number] += weight * (worth(place, {*known, column}) - worth(place, known))
    return values


def test_enumeration_is_the_definition_and_the_other_routes_come_near_it() -> None:
    table = a_table(150).select(["place", "n0", "n1", "n2", "n3"])
    frame = frame_of(table)
    frame["place"] = (frame.place == "a").astype(float)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    model = Scored(
        RandomForestClassifier(8, max_depth=4, random_state=0).fit(frame, (frame.n0 * frame.n2 + frame.place > 0))
    )
    rows, background = table.slice(0, 4), table.slice(50, 25)
    game = Game.from_tables(model.predict, rows, background, background=25)
    expected = brute_force(model.predict, rows, background)
    by = {route: explain(game, means=Means(inside=model.inside, routes=ONLY[route], rounds=40)) for route in EXPLAINERS}

    assert np.abs(by[Route.ENUMERATION].values - expected).max() < 1e-12
    assert np.abs(by[Route.TREES].values - expected).max() < 1e-6
    assert np.abs(by[Route.PERMUTATION].values - expected).max() < 0.02
    assert 0 < max(by[Route.PERMUTATION].noise) < 0.02


@pytest.mark.parametrize("family", FAMILIES)
def test_base_and_attributions_add_up_to_the_output_of_every_family(family, table, models, capsys) -> None:
    model = models[family]
    game = Game.from_tables(model.predict, table, background=24)
    rows = np.arange(20)
    found = explain(game, rows, means=Means(inside=model.inside))
    second = check_again(game, found, means=Means(routes=ANY_SCORE, rounds=4))
    with capsys.disabled():
        refused = "; ".join(f"{one.route}: {one.because}" for one in found.refused)
        far = "" if isinstance(second, Unexplained) else f"; from permutations {second.in_spreads:.3f} sd"
        print(f"\n{family}: {found.route}, gap {found.gap:.1e}{far}; refused: {refused}")  # noqa: T201 - figures for whoever reads the log

    assert np.abs(found.base + found.values.sum(axis=1) - model.predict(table.slice(0, 20))).max() < 1e-6
    assert np.array_equal(found.outputs, model.predict(table)[:20])
    assert isinstance(second, Unexplained) or second.in_spreads < 0.5


def test_native_categories_that_shap_gets_wrong_are_never_believed(table, models) -> None:
    model = models["hist gradient boosting, native categories"]
    found = explain(
        Game.from_tables(model.predict, table, background=24), np.arange(5), means=Means(inside=model.inside)
    )

    assert found.route is Route.PERMUTATION
    assert [one.route for one in found.refused] == [Route.ENUMERATION, Route.TREES]
    assert found.gap < 1e-12


def test_a_route_that_misses_the_output_is_recorded_and_the_next_one_is_taken() -> None:
    def wrong(ask):
        found = EXPLAINERS[Route.ENUMERATION](ask)
        return replace(found, values=found.values + 0.01)

    game = Game.from_tables(by_columns(lambda a, b, *_: a * b), binary_table())
    found = explain(game, means=Means(routes={Route.TREES: wrong, Route.PERMUTATION: EXPLAINERS[Route.PERMUTATION]}))

    assert found.route is Route.PERMUTATION
    assert "miss the model's output" in found.refused[0].because


def test_when_every_route_fails_the_failure_is_typed() -> None:
    def raising(_ask):
        raise KeyError("a value of a row")

    def no_number(ask):
        return Found(0.0, np.full((len(ask.rows), 4), np.nan), np.zeros(4))

    def refusing(_ask):
        raise RouteRefusedError("not this one")

    game = Game.from_tables(by_columns(lambda a, b, *_: a * b), binary_table())
    routes = {Route.TREES: raising, Route.ENUMERATION: no_number, Route.PERMUTATION: refusing}
    found = explain(game, means=Means(routes=routes))

    assert found.reason is Reason.FAILED
    assert "KeyError" in found.detail
    assert "a value of a row" not in found.detail
    assert "not a number" in found.detail


def test_a_budget_too_small_for_enumeration_is_a_refusal() -> None:
    table = a_table(100).select(["n0", "n1", "n2"])
    found = explain(Game.from_tables(by_columns(lambda a, b, c: a * b + c), table), means=Means(budget=1_000))

    assert found.route is Route.PERMUTATION
    assert "mixtures" in found.refused[0].because


def test_a_constant_model_has_nothing_to_attribute() -> None:
    found = explain(Game.from_tables(by_columns(lambda a, *_: np.full(len(a), 0.3)), binary_table()))

    assert found == Unexplained(Reason.NOT_APPLICABLE, found.detail)


def test_one_column_carries_the_whole_difference() -> None:
    table = binary_table().select(["a"])
    for route in (Route.ENUMERATION, Route.PERMUTATION):
        found = explain(Game.from_tables(by_columns(lambda a: a), table), means=Means(routes=ONLY[route]))
        assert found.values[:2, 0] == pytest.approx([-0.5, 0.5])


def test_two_rows_can_be_explained() -> None:
    found = explain(Game.from_tables(by_columns(lambda a, b, *_: a + 2 * b), binary_table().slice(1, 2)))

    assert found.gap < 1e-12


def test_no_rows_are_an_error_or_a_reason() -> None:
    with pytest.raises(UnusableDataError):
        Game.from_tables(by_columns(lambda a, *_: a), binary_table().slice(0, 0))
    game = Game.from_tables(by_columns(lambda a, *_: a), binary_table())
    assert explain(game, np.array([], int)).reason is Reason.TOO_FEW_ROWS


@pytest.mark.parametrize(
    "answer",
    [lambda n: np.full(n, np.nan), lambda n: np.full(n, np.inf), np.ones, lambda n: np.ones((n, 2))],
    ids=["NaN", "infinite", "too many", "two columns"],
)
def test_a_model_that_gives_no_number_or_too_many_is_an_error(answer) -> None:
    def predict(table):
        return answer(table.num_rows + (answer is np.ones))

    with pytest.raises(AuditFailedError):
        explain(Game.from_tables(predict, binary_table()))


def test_a_category_unseen_in_the_background_is_explained(table, models) -> None:
    model = models["logistic"]
    rows = table.slice(0, 3).set_column(0, "place", pa.array(["never seen", None, "a"]))
    for routes in (EXPLAINERS, ANY_SCORE):
        found = explain(Game.from_tables(model.predict, rows, table, background=20), means=Means(model.inside, routes))
        assert found.gap < 1e-9


def test_a_column_that_is_always_missing_carries_nothing() -> None:
    table = (
        binary_table()
        .append_column("e", pa.array([None] * 16, pa.float64()))
        .append_column("f", pa.array([None] * 16, pa.string()))
    )
    found = explain(Game.from_tables(by_columns(lambda a, b, *_: a * b), table))

    assert np.abs(found.values[:, 4:]).max() < 1e-15


def test_missing_values_are_values_like_others() -> None:
    table = pa.table({"x": pa.array([1.0, None, 2.0, None]), "y": pa.array(["u", None, "v", "u"])})
    game = Game.from_tables(lambda t: np.isnan(t["x"].to_numpy()) * 0.5 + 0.1 * t["y"].is_null().to_numpy(), table)
    found = explain(game)

    assert found.values[1] == pytest.approx([0.25, 0.075])


@pytest.mark.parametrize("route", EXPLAINERS)
def test_the_same_input_gives_the_same_bytes(route, table, models) -> None:
    model = models["forest"]
    part = table if route is not Route.ENUMERATION else binary_table()
    predict = model.predict if route is not Route.ENUMERATION else by_columns(lambda a, b, c, *_: a * b + c / 3)
    runs = [
        explain(Game.from_tables(predict, part, background=10), np.arange(5), means=Means(model.inside, ONLY[route]))
        for _ in range(2)
    ]

    assert runs[0].values.tobytes() == runs[1].values.tobytes()


def test_an_encoded_column_made_of_two_raw_columns_rules_the_closed_form_out() -> None:
    class Summed:
        def fit(self, _frame, _=None):
            return self

        def transform(self, frame):
            return frame.to_numpy() @ np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])

    table = binary_table()
    inner = LogisticRegression().fit(Summed().transform(frame_of(table)), table["a"].to_numpy())

    class Steps(list):
        steps = (("sum", Summed()), ("model", inner))

        def __getitem__(self, _):
            return Summed()

    inside = Pipeline(Steps(), frame_of)
    game = Game.from_tables(lambda t: inner.predict_proba(inside.encode(t))[:, 1], table)

    assert "more than one raw column" in check_linear(game, inside).detail
