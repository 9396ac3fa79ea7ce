"""Reasons for one made-up case in plain words: points out of 100, or a model's own numbers.

They say what goes with a score, not why.
"""

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
from fateaudit.policy.scales import Scale, own_scale

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = 3
"""Columns named on each side."""

IN_WHOLE_POINTS = Scale(100, 0)

NOT_A_CAUSE = "These points say how the model's score adds up. They are not causes."
NUMBERS_NO_CAUSE = "These numbers say how the model's score adds up. They are not causes."
"""The same of a model that gives numbers in a unit of its own."""


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


def give_reasons(  # noqa: PLR0913 - each can be left out
    predict: Predict,
    table: pa.Table,
    threshold: float,
    *,
    labels: Mapping[str, str] | None = None,
    means: Means | None = None,
    gives_numbers: bool = False,
) -> tuple[Reasons | Unexplained, ...]:
    """Return reasons for a typical and a borderline made-up case; `labels` are words for raw columns.

    `gives_numbers` says that scores are in a unit of the model's own, and no probabilities.
    """
    means = means or Means()
    cases = make_cases(predict, table, threshold, seed=means.seed)
    return tuple(
        case
        if isinstance(case, Unexplained)
        else _reasons(case, predict, table, labels or {}, means, gives_numbers=gives_numbers)
        for case in cases
    )


def _reasons(  # noqa: PLR0913 - what reasons are made of
    case: ExampleCase,
    predict: Predict,
    table: pa.Table,
    labels: Mapping[str, str],
    means: Means,
    *,
    gives_numbers: bool,
) -> Reasons | Unexplained:
    _, found = explain_row(predict, table_of(case, table), table, means)
    if isinstance(found, Unexplained):
        return found
    values = tuple(zip(found.columns, found.values[0].tolist(), strict=True))
    said = sentence(case.score, found, labels, gives_numbers=gives_numbers)
    return Reasons(case, found.base, values, found.route, said, NUMBERS_NO_CAUSE if gives_numbers else NOT_A_CAUSE)


def explain_row(
    predict: Predict, row: pa.Table, table: pa.Table, means: Means
) -> tuple[Game, Attributions | Unexplained]:
    """Attribute one row, a table like `table`, held against a background drawn from `table`; with the game it was."""
    game = Game.from_tables(predict, row, table, seed=means.seed)
    return game, explain(game, means=replace(means, rounds=max(means.rounds, 4)))


def sentence(score: float, found: Attributions, labels: Mapping[str, str], *, gives_numbers: bool = False) -> str:
    """Return "Out of 100: 71. The average case: 82. Lowered mostly by checks (9), raised by employed (4)."."""
    values = found.values[0].tolist()
    scale = own_scale(max(map(abs, values), default=0.0)) if gives_numbers else IN_WHOLE_POINTS
    points = [(labels.get(name, name), scale.written(value)) for name, value in zip(found.columns, values, strict=True)]
    lowered = _named([(name, said.removeprefix("-")) for name, said in points if said.startswith("-")])
    raised = _named([(name, said) for name, said in points if not said.startswith("-") and float(said)])
    start = "The model gives" if gives_numbers else "Out of 100:"
    start = f"{start} {_written(score, scale)}. The average case: {_written(found.base, scale)}."
    sides = [("lowered", lowered), ("raised", raised)]
    if sum(float(said) for _, said in points) > 0:
        sides.reverse()
    said = [(word, names) for word, names in sides if names]
    if not said:
        return f"{start} No column moves it{'' if gives_numbers else ' by a point'}."
    first, *rest = said
    also = "".join(f", {word} by {names}" for word, names in rest)
    return f"{start} {first[0].capitalize()} mostly by {first[1]}{also}."


def _written(value: float, scale: Scale) -> str:
    return scale.written(value).replace("-", "\N{MINUS SIGN}")


def _named(points: list[tuple[str, str]]) -> str:
    top = sorted(points, key=lambda entry: -float(entry[1]))[:NAMED]
    names = [f"{name} ({value})" for name, value in top]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
