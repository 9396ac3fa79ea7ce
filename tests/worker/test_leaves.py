"""Values by leaves are those of the definition: every subset of the players, mixed and asked of the model itself."""

from itertools import product
from math import comb

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from fateaudit.worker.leaves import FEW, by_leaves, trees_of
from fateaudit.worker.tree_paths import by_paths

FOUR = np.array(list(product([0.0, 1.0], repeat=4)))


def by_the_definition(says, rows, background, made_of, players):
    """Shapley values over all subsets of players, shape (rows, players, outputs)."""
    subsets = list(product([False, True], repeat=players))
    worth = {}
    for subset in subsets:
        known = np.append(subset, False)[made_of]
        mixed = np.where(known, rows[:, None, :], background[None])
        worth[subset] = says(mixed.reshape(-1, rows.shape[1])).reshape(len(rows), len(background), -1).mean(axis=1)
    values = np.zeros((len(rows), players, worth[subsets[0]].shape[1]))
    for subset, player in product(subsets, range(players)):
        if not subset[player]:
            joined = (*subset[:player], True, *subset[player + 1 :])
            values[:, player] += (worth[joined] - worth[subset]) / (players * comb(players - 1, sum(subset)))
    return values


def table(columns=12, rows=400, seed=3):
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(rows, columns)).round(2)
    numbers[:, 0] = random.integers(0, 2, rows)
    numbers[random.random(rows) < 0.1, 1] = np.nan
    signal = (
        numbers[:, 0] * numbers[:, 2] + np.nan_to_num(numbers[:, 1]) + (numbers[:, 3] > 0) * numbers[:, 4:].sum(axis=1)
    )
    return numbers, signal + random.normal(size=rows)


MODELS = {
    "forest": RandomForestClassifier(5, max_depth=6, random_state=0),
    "deep forest": RandomForestClassifier(4, random_state=0),
    "extra trees": ExtraTreesClassifier(5, max_depth=6, random_state=0),
    "one tree": DecisionTreeClassifier(random_state=0),
    "forest of numbers": RandomForestRegressor(5, min_samples_leaf=4, random_state=0),
    "one tree of numbers": DecisionTreeRegressor(max_depth=7, random_state=0),
}


@pytest.mark.parametrize("name", MODELS)
def test_groups_of_columns_and_missing_values_are_valued_as_the_model_itself_says(name) -> None:
    numbers, signal = table()
    gives_numbers = "numbers" in name
    model = MODELS[name].fit(numbers, signal if gives_numbers else np.digitize(signal, [-1, 1]))
    # Ten players: two of two columns each, and two columns that belong to nobody, which are held still.
    made_of = np.array([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, -1, -1])
    rows, background = numbers[:4].copy(), numbers[50:63].copy()
    rows[:, 10:] = background[:, 10:] = numbers[100, 10:]

    def says(mixed):
        return model.predict(mixed) if gives_numbers else model.predict_proba(mixed)

    found = by_leaves(trees_of(model), rows, background, made_of, 8)

    assert np.abs(found - by_the_definition(says, rows, background, made_of, 8)).max() < 1e-10 * np.abs(found).max()
    assert np.abs(found).max() > 0.01


def test_a_path_of_many_players_is_valued_too() -> None:
    numbers, signal = table()
    model = DecisionTreeRegressor(random_state=0).fit(numbers, signal)
    rows, background = numbers[:2], numbers[50:57]
    found = by_leaves(trees_of(model), rows, background, np.arange(12), 12)
    right = by_the_definition(model.predict, rows, background, np.arange(12), 12)

    assert model.get_depth() > FEW
    assert np.abs(found - right).max() < 1e-12


@pytest.mark.parametrize(
    ("rule", "base", "ones", "zeros"),
    [
        (lambda a, b: a * b, 0.25, 0.375, -0.125),
        (np.maximum, 0.75, 0.125, -0.375),
        (lambda a, b: np.abs(a - b), 0.5, -0.25, -0.25),
    ],
    ids=["and", "or", "xor"],
)
def test_trees_of_two_questions_have_their_closed_form(rule, base, ones, zeros) -> None:
    outcome = rule(FOUR[:, 0], FOUR[:, 1])
    trees = trees_of(DecisionTreeRegressor(random_state=0).fit(FOUR, outcome))
    found = by_leaves(trees, FOUR[[-1, 0]], FOUR, np.arange(4), 4)[:, :, 0]

    assert outcome.mean() == base
    assert np.abs(found - [[ones, ones, 0, 0], [zeros, zeros, 0, 0]]).max() < 1e-15


def test_shap_finds_the_same_where_every_column_is_a_player() -> None:
    numbers, signal = table()
    # Short in binary: shap compares in double precision what the trees compare in single.
    numbers = (np.nan_to_num(numbers) * 8).round() / 8
    model = RandomForestClassifier(10, max_depth=5, random_state=0).fit(numbers, signal > 0)
    rows, background = numbers[:30], numbers[50:80]

    assert np.allclose(
        by_leaves(trees_of(model), rows, background, np.arange(12), 12), by_paths(model, rows, background), atol=1e-6
    )


def test_what_is_no_mean_of_trees_is_left_to_others() -> None:
    numbers, signal = table()
    both = np.column_stack([signal, -signal])

    assert trees_of(GradientBoostingClassifier(n_estimators=2).fit(np.nan_to_num(numbers), signal > 0)) is None
    assert trees_of(RandomForestRegressor(2).fit(numbers, both)) is None
    assert trees_of(type("RandomForestClassifier", (), {"estimators_": []})()) is None
