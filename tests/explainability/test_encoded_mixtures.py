"""Mixing encoded rows gives the values that mixing raw rows gives, or is not done."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from families import as_table, family, only_numbers, people

from fateaudit.evaluation import InsideError
from fateaudit.explainability import EXPLAINERS, Game, Means, Route, explain
from fateaudit.explainability.permutation import by_permutation

ONLY = {Route.PERMUTATION: by_permutation}


def game_of(one, frame, rows=6):
    """A game whose scores are too many to be remembered, and how often the model was asked for rows."""
    asked = []

    def predict(table):
        asked.append(table.num_rows)
        return one.predict(table)

    # So many different values that no score is kept.
    table = as_table(
        frame.assign(n0=frame.n0 + np.arange(len(frame)) / 1024, n2=frame.n2 + np.arange(len(frame)) / 512)
    )
    return Game.from_tables(predict, table.slice(0, rows), table.slice(100, 14), background=14), asked


@dataclass
class Changed:
    """The inside of a model with another answer to one question."""

    true: object
    answers: dict = field(default_factory=dict)

    def __getattr__(self, name):
        return self.answers.get(name) or getattr(self.true, name)


CASES = {
    name: (only_numbers if name.endswith(", numbers") else lambda frame: frame)
    for name in (
        "logistic regression",
        "random forest",
        "hist gradient boosting, native categories",
        "SVC, decisions alone",
        "MLP",
        "XGBoost, numbers",
        "XGBoost, native categories",
        "LightGBM, native categories",
        "CatBoost, numbers",
    )
}


@pytest.mark.parametrize("name", CASES)
def test_encoded_rows_give_the_values_of_raw_rows_and_the_model_predicts_fewer(name) -> None:
    one = family(name)
    game, asked = game_of(one, CASES[name](people()))
    raw = explain(game, means=Means(routes=ONLY))
    for_raw = sum(asked)
    asked.clear()
    encoded = explain(game, means=Means(one.inside, routes=ONLY))

    assert np.abs(encoded.values - raw.values).max() < 1e-9
    assert encoded.noise == pytest.approx(raw.noise, abs=1e-9)
    assert sum(asked) < for_raw / 2


def test_a_model_that_says_something_else_of_encoded_rows_is_found_out() -> None:
    one = family("logistic regression")
    game, _ = game_of(one, people())
    raw = explain(game, means=Means(routes=ONLY))
    known = {row.tobytes() for row in one.inside.encode(game.coded.table(game.rows))}

    def lies(encoded):
        """Right for whole rows, and turned round for one mixture in ten."""
        scores = one.inside.score(encoded)
        is_mixed = np.array([row.tobytes() not in known for row in encoded]) & (len(encoded) > 50)
        return np.where((is_mixed & (np.arange(len(encoded)) % 10 == 0))[:, None], scores[:, ::-1], scores)

    found = explain(game, means=Means(Changed(one.inside, {"score": lies}), routes=ONLY))

    assert np.array_equal(found.values, raw.values)


def fails(_):
    raise InsideError("it did not answer")


def of_another_width(encoded):
    return np.ones((len(encoded), 3))


@pytest.mark.parametrize(
    "answers",
    [
        {"score": fails},
        {"encode": fails},
        {"score": of_another_width},
        {"encode": lambda table: np.zeros((table.num_rows, 2))},
    ],
    ids=["no score", "no encoding", "another score", "another encoding"],
)
def test_an_inside_that_does_not_answer_costs_the_shortcut_alone(answers) -> None:
    one = family("random forest")
    game, _ = game_of(one, people())
    found = explain(game, means=Means(Changed(one.inside, answers), routes=ONLY))

    assert np.array_equal(found.values, explain(game, means=Means(routes=ONLY)).values)


def test_rows_are_mixed_raw_where_an_encoded_column_is_made_of_two() -> None:
    one = family("logistic regression")
    game, _ = game_of(one, people())

    def summed(table):
        encoded = one.inside.encode(table)
        return np.column_stack([encoded, encoded[:, -1] + encoded[:, -2]])

    inside = Changed(one.inside, {"encode": summed, "score": lambda encoded: one.inside.score(encoded[:, :-1])})
    found = explain(game, means=Means(inside, routes=ONLY))

    assert np.array_equal(found.values, explain(game, means=Means(routes=ONLY)).values)


def test_decisions_are_mixed_after_encoding_too() -> None:
    one = family("logistic regression")
    game, asked = game_of(one, people())
    decided = game.as_seen(lambda scores: (scores >= 0.5).astype(float))
    raw = explain(decided, means=Means(routes=ONLY))
    for_raw = sum(asked)
    asked.clear()

    assert np.array_equal(explain(decided, means=Means(one.inside, routes=ONLY)).values, raw.values)
    assert sum(asked) < for_raw / 2


def test_a_smaller_error_that_is_asked_for_takes_more_rounds_and_the_budget_ends_them() -> None:
    one = family("MLP")
    game, asked = game_of(one, people())

    def noise(precision, budget=10**9):
        asked.clear()
        found = explain(game, means=Means(routes=ONLY, precision=precision, budget=budget))
        return max(found.noise) / found.spread, sum(asked)

    plain, few = noise(np.inf)
    fine, more = noise(0.6 * plain)
    _, most = noise(0.0)
    _, capped = noise(0.0, budget=3 * few)

    assert fine <= 0.6 * plain
    assert few < more < most
    assert few < capped <= 4 * few < most


def test_progress_is_told_row_by_row_up_to_the_last() -> None:
    one = family("random forest")
    game, _ = game_of(one, people(), rows=6)
    for route, explainer in EXPLAINERS.items():
        told = []
        means = Means(one.inside, {route: explainer}, progress=lambda *far: told.append(far))  # noqa: B023 - used at once
        explain(game, means=means)

        assert told[-1] == (6, 6)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
