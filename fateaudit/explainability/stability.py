"""Whether another draw of the background, and another seed, would name the same columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions, Means, explain
from fateaudit.explainability.fidelity import LEVELS, RESAMPLES, Score
from fateaudit.explainability.game import Background, Floats, Game
from fateaudit.explainability.importances import MIN_ROWS, TOP
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Route

REPEATS = 4
ROWS = 100


@dataclass(frozen=True, slots=True)
class Stability:
    """Mean share of a row's top columns that two explanations with different backgrounds and seeds have in common."""

    overlap: Score
    """0 to 1. The baseline is the same with the columns of each row shuffled: about top/columns."""
    top: int
    columns: int
    rows: int
    repeats: int
    background: int
    """Rows in each background; they share none where the data suffice."""
    routes: tuple[Route, ...]


def measure_stability(
    game: Game, *, means: Means | None = None, rows: int = ROWS, background: int = 100, seed: int = 0
) -> Stability | Unexplained:
    """Explain the same rows against `REPEATS` backgrounds, and compare the top columns of each row.

    The top is five columns, or half of them when there are fewer than ten: five of five always agree.
    """
    columns, top = len(game.columns), min(TOP, len(game.columns) // 2)
    if columns == 1:
        return Unexplained(Reason.NOT_APPLICABLE, "the model reads one column: no other can come first")
    background = min(background, len(game.pool) // 2)
    if len(game.rows) < MIN_ROWS or background < MIN_ROWS // 2:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{len(game.rows)} rows; {MIN_ROWS} are needed")
    means = means or Means()
    generator = np.random.default_rng([seed, rows, background])
    used = np.sort(generator.permutation(len(game.rows))[:rows])
    explained = []
    for number, drawn in enumerate(_backgrounds(generator, game, background)):
        found = explain(game.against(drawn), used, means=replace(means, seed=means.seed + number))
        if isinstance(found, Unexplained):
            return found
        explained.append(found)
    return _compare(explained, top, background, generator)


def _backgrounds(generator: np.random.Generator, game: Game, rows: int) -> list[Background]:
    """Draw backgrounds without a common row where the pool suffices, else each on its own."""
    order = generator.permutation(len(game.pool))
    apart = len(order) >= rows * REPEATS
    draws = [
        order[rows * number : rows * (number + 1)] if apart else generator.permutation(order)[:rows]
        for number in range(REPEATS)
    ]
    return [Background.from_codes(game.pool[draw], is_all=False) for draw in draws]


def _compare(explained: list[Attributions], top: int, background: int, generator: np.random.Generator) -> Stability:
    shuffled = [_top(generator.permuted(found.values, axis=1), top) for found in explained]
    overlaps = _overlaps([_top(found.values, top) for found in explained], top)
    drawn = generator.integers(len(overlaps), size=(RESAMPLES, len(overlaps)))
    low, high = np.percentile(overlaps[drawn].mean(axis=1), LEVELS)
    return Stability(
        Score(float(overlaps.mean()), (float(low), float(high)), float(_overlaps(shuffled, top).mean())),
        top=top,
        columns=len(explained[0].columns),
        rows=len(overlaps),
        repeats=len(explained),
        background=background,
        routes=tuple(sorted({found.route for found in explained})),
    )


def _top(values: Floats, top: int) -> NDArray[np.bool_]:
    """Say which columns are on top of each row, shape (rows, columns)."""
    ranks = np.argsort(np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(ranks < top)


def _overlaps(tops: list[NDArray[np.bool_]], top: int) -> Floats:
    """Return the mean overlap of each row over all pairs, shape (rows,)."""
    pairs = [(first & second).sum(axis=1) / top for first, second in combinations(tops, 2)]
    return np.asarray(np.mean(pairs, axis=0), np.float64)
