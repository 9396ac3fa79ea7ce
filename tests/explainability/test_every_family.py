"""Whatever family a model is of: one value a raw column, in its unit, adding up to its output, and the right one."""

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import a_check, write_audit
from families import FAMILIES, NUMBERS, as_table, by_the_definition, family, numbers, one_hot, people, shown_to
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from fateaudit.explainability import EXPLAINERS, Game, Means, Route, Unit, check_again, check_linear, explain
from fateaudit.explainability.origins import origins
from fateaudit.models import open_model
from fateaudit.policy import read_policy

sys.path.append(str(Path(__file__).parents[1] / "models"))
from endpoint_server import fitted as served
from endpoint_server import people as served_people
from endpoint_server import serving

ROWS, BACKGROUND = 3, 12
WITHOUT_SUBSETS = {route: one for route, one in EXPLAINERS.items() if route is not Route.ENUMERATION}


@pytest.fixture(scope="module", params=FAMILIES)
def case(request):
    """A family, its rows and background, and the values by the definition."""
    name, one = request.param, family(request.param)
    frame = shown_to(name, people())
    rows, background = frame[:ROWS], frame[100 : 100 + BACKGROUND]
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    values, base = by_the_definition(one.own, rows, background)
    return name, one, game, values, base


def test_exact_values_are_those_of_the_definition(case) -> None:
    _, one, game, values, base = case
    found = explain(game, means=Means(one.inside))

    assert found.route is Route.ENUMERATION
    assert found.unit is Unit.OUTPUT
    assert found.columns == tuple(people())
    assert np.abs(found.values - values).max() < one.near
    assert abs(found.base - base) < one.near
    assert found.gap < 1e-12 * max(1, found.spread)


def test_the_route_that_is_taken_for_more_columns_adds_up_and_is_as_near_as_it_says(case) -> None:
    _, one, game, values, _ = case
    found = explain(game, means=Means(one.inside, routes=WITHOUT_SUBSETS))
    error, said = found.values - values, np.array(found.noise)

    assert found.gap < 1e-6 * found.spread
    assert found.values.shape == (ROWS, len(people().columns))
    # A model that only adds up leaves rounding alone, and that is not what it says.
    assert np.sqrt((error**2).mean()) < max(2.5 * np.sqrt((said**2).mean()), 1e-14 * found.spread)
    assert np.sqrt((error**2).mean()) < 0.06 * found.spread


def test_forests_are_exact_in_raw_columns_though_a_text_became_many() -> None:
    one = family("random forest")
    frame = shown_to("random forest", people())
    rows, background = frame[:ROWS], frame[100 : 100 + BACKGROUND]
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    found = explain(game, means=Means(one.inside, routes=WITHOUT_SUBSETS))
    values, _ = by_the_definition(one.own, rows, background)

    assert found.route is Route.TREES
    assert np.abs(found.values - values).max() < 1e-12


def test_hist_gradient_boosting_with_native_categories_and_missing_values_is_right() -> None:
    one = family("hist gradient boosting, native categories")
    rows, background = people()[20:40], people()[100 : 100 + BACKGROUND]
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    made_of = origins(one.inside, game)
    wrong = one.inside.attribute(as_table(rows), as_table(background), made_of, len(game.columns))[:, :, -1]
    outputs, base = one.own(rows), one.own(background).mean()
    values, _ = by_the_definition(one.own, rows[:2], background)
    found = explain(game, means=Means(one.inside))

    # What the library gives for these trees, without an error, misses the output.
    assert np.abs(base + wrong.sum(axis=1) - outputs).max() > 0.1 * outputs.std()
    assert np.abs(found.base + found.values.sum(axis=1) - outputs).max() < 1e-12
    assert np.abs(found.values[:2] - values).max() < 1e-12


def test_a_linear_regressor_has_the_values_of_its_weights() -> None:
    model = make_pipeline(one_hot(), Ridge()).fit(people(), numbers())
    rows, background = people()[:ROWS], people()[100 : 100 + BACKGROUND]
    against = model[:-1].transform(background).mean(axis=0)
    moved = model[-1].coef_ * (model[:-1].transform(rows) - against)
    names = [name.partition("__")[2] for name in model[:-1].get_feature_names_out()]
    of = [name if name in NUMBERS else name.partition("_")[0] for name in names]
    expected = np.column_stack(
        [moved[:, [place for place, one in enumerate(of) if one == column]].sum(axis=1) for column in people()]
    )
    one = family("regression, linear")
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    found, checked = explain(game, means=Means(one.inside)), check_linear(game, one.inside)

    assert np.abs(found.values - expected).max() < 1e-12
    assert abs(found.base - (against @ model[-1].coef_ + model[-1].intercept_)) < 1e-12
    assert (checked.unit, checked.first) == (Unit.OUTPUT, Route.LINEAR)
    assert checked.largest_difference < 1e-12


def test_two_routes_that_exist_are_compared(case) -> None:
    _, one, game, _, _ = case
    found = explain(game, means=Means(one.inside))
    checked = check_again(game, found)

    assert (checked.first, checked.second) == (Route.ENUMERATION, Route.PERMUTATION)
    assert checked.largest_difference > 0
    assert checked.in_spreads < 0.3


def test_an_endpoint_is_explained_by_its_answers(tmp_path) -> None:
    model, (frame, outcome) = served(), served_people()
    columns = {"prediction": None, "sensitive": [{"name": "colour", "label": "Colour"}]}
    rows = [{**row, "label": label} for row, label in zip(frame.to_dict("records"), outcome, strict=True)]
    some, background = (frame[part].astype({"visits": float}) for part in (slice(3), slice(50, 62)))
    with serving(model) as server:
        said = {"path": server.address, "classes": ["no", "yes"]}
        path = write_audit(tmp_path / "audit", rows, a_check(across=["colour"]), model=said, columns=columns)
        with open_model(read_policy(path)) as opened:
            game = Game.from_tables(lambda t: opened.predict(t)[:, 1], as_table(some), as_table(background))
            found = explain(game, means=Means(opened.inside))
    values, _ = by_the_definition(lambda t: model.predict_proba(t.astype({"visits": int}))[:, 1], some, background)

    assert found.columns == ("colour", "visits", "risk")
    assert np.abs(found.values - values).max() < 1e-9
    assert found.gap < 1e-12
