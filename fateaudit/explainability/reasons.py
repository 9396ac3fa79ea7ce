"""Reasons for one made-up case in plain words, as points out of 100. They say what goes with a score, not why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fateaudit.evaluation import Predict
from fateaudit.explainability.attributing import Attributions, Means, explain
from fateaudit.explainability.example_cases import ExampleCase, make_cases, table_of
from fateaudit.explainability.game import Game
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Route

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = 3
"""Columns named on each side."""

NOT_A_CAUSE = "These points say how the model's score adds up. They are not causes."


@dataclass(frozen=True, slots=True)
class Reasons:
    """A made-up case and what its score is made of."""

    case: ExampleCase
    base: float
    """Mean score of the background: what the model gives when nothing is known."""
    values: tuple[tuple[str, float], ...]
    """(raw column, attribution), in the model's order; base + their sum is the score."""
    route: Route
    sentence: str
    caution: str


def give_reasons(
    predict: Predict,
    table: pa.Table,
    threshold: float,
    *,
    labels: Mapping[str, str] | None = None,
    means: Means | None = None,
) -> tuple[Reasons | Unexplained, ...]:
    """Return reasons for a typical and a borderline made-up case; `labels` are words for raw columns."""
    means = means or Means()
    cases = make_cases(predict, table, threshold, seed=means.seed)
    return tuple(
        case if isinstance(case, Unexplained) else _reasons(case, predict, table, labels or {}, means) for case in cases
    )


def _reasons(
    case: ExampleCase, predict: Predict, table: pa.Table, labels: Mapping[str, str], means: Means
) -> Reasons | Unexplained:
    _, found = explain_row(predict, table_of(case, table), table, means)
    if isinstance(found, Unexplained):
        return found
    values = tuple(zip(found.columns, found.values[0].tolist(), strict=True))
    return Reasons(case, found.base, values, found.route, sentence(case.score, found, labels), NOT_A_CAUSE)


def explain_row(
    predict: Predict, row: pa.Table, table: pa.Table, means: Means
) -> tuple[Game, Attributions | Unexplained]:
    """Attribute one row, a table like `table`, held against a background drawn from `table`; with the game it was."""
    game = Game.from_tables(predict, row, table, seed=means.seed)
    return game, explain(game, means=replace(means, rounds=max(means.rounds, 4)))


def sentence(score: float, found: Attributions, labels: Mapping[str, str]) -> str:
    """Return "Out of 100: 71. The average case: 82. Lowered mostly by checks (9), raised by employed (4)."."""
    points = [
        (labels.get(name, name), round(100 * value)) for name, value in zip(found.columns, found.values[0], strict=True)
    ]
    lowered = _named([(name, -value) for name, value in points if value < 0])
    raised = _named([(name, value) for name, value in points if value > 0])
    start = f"Out of 100: {round(100 * score)}. The average case: {round(100 * found.base)}."
    sides = [("lowered", lowered), ("raised", raised)]
    if sum(value for _, value in points) > 0:
        sides.reverse()
    said = [(word, names) for word, names in sides if names]
    if not said:
        return f"{start} No column moves it by a point."
    first, *rest = said
    also = "".join(f", {word} by {names}" for word, names in rest)
    return f"{start} {first[0].capitalize()} mostly by {first[1]}{also}."


def _named(points: list[tuple[str, int]]) -> str:
    top = sorted(points, key=lambda entry: -entry[1])[:NAMED]
    names = [f"{name} ({value})" for name, value in top]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
