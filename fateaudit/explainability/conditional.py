"""What a score would be with one column at another value: for one row, and on average (ICE; Goldstein et al. 2015).

Each value stands with how many rows are near it: where there are few, the model was hardly ever asked and its answer
is a guess. Nothing here says that the value could be had, or that anything would follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Predict
from fateaudit.explainability.common_values import common_values
from fateaudit.explainability.example_cases import MANY, ExampleCase, Value, table_of
from fateaudit.explainability.game import Codes, Floats, Game, batches
from fateaudit.explainability.moves import as_numbers, is_number, plain

if TYPE_CHECKING:
    import pyarrow as pa

QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
MOST_TEXTS = 6
"""The most frequent ones."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a column."""

    value: Value
    """One that the data hold; None is missing."""
    score: float
    """Of the row, everything else as it is."""
    mean: float
    """Of the background, everything else as it is in each of its rows."""
    rows: int
    """Rows of the data that say this or, of numbers, something nearer to it than to the others here."""
    is_few: bool
    """Whether they are fewer than `MANY`."""
    is_own: bool
    """Whether the row itself says this."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One column: numbers in their order, text by how frequent it is."""

    column: str
    points: tuple[Point, ...]


def draw_curves(game: Game, columns: Sequence[str], row: int = 0) -> tuple[Curve, ...]:
    """Return a curve for each of `columns`, of the row at this place in the game. Raises what the model fails with."""
    return tuple(_curve(game, game.columns.index(name), row) for name in columns)


def draw_common(
    predict: Predict, case: ExampleCase, table: pa.Table, columns: Sequence[str], *, seed: int = 0
) -> tuple[Curve, ...]:
    """Return curves of a made-up case over values that single out nobody; none for a column with fewer than two.

    `table` holds the model's inputs and nothing else. Numbers are rounded, so a model is asked for values that perhaps
    no row holds; it may fail with AuditFailedError.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    own = dict(case.values)
    shown = {name: values for name in columns if len(values := common_values(table[name], own[name])) > 1}
    if not shown:
        return ()
    changed = [(name, value) for name, values in shown.items() for value in values]
    cases = [case, *(replace(case, values=tuple((own | {name: value}).items())) for name, value in changed)]
    rows = pa.concat_tables([table_of(one, table) for one in cases])
    game = Game.from_tables(predict, rows, table, seed=seed)
    curves, first = [], 1
    for name, values in shown.items():
        place = game.columns.index(name)
        curves.append(_points(game, place, 0, game.rows[first : first + len(values), place]))
        first += len(values)
    return tuple(curves)


def _curve(game: Game, place: int, row: int) -> Curve:
    own, values = int(game.rows[row, place]), game.coded.values[place]
    counts = _counts(game, place)
    grid = _numbers(as_numbers(values), counts, own) if is_number(values) else _texts(counts, own)
    return _points(game, place, row, grid)


def _counts(game: Game, place: int) -> NDArray[np.int64]:
    """Return how many rows of the data say each value of a column."""
    return np.bincount(game.pool[:, place], minlength=len(game.coded.values[place])).astype(np.int64)


def _points(game: Game, place: int, row: int, grid: Codes) -> Curve:
    own, values, counts = int(game.rows[row, place]), game.coded.values[place], _counts(game, place)
    rows = _nearest(as_numbers(values), counts, grid) if is_number(values) else counts[grid]
    scores, means = _scores(game, place, row, grid)
    points = (
        Point(
            plain(values[int(code)]), float(score), float(mean), int(near), is_few=bool(near < MANY), is_own=code == own
        )
        for code, score, mean, near in zip(grid.tolist(), scores, means, rows, strict=True)
    )
    return Curve(game.columns[place], tuple(points))


def _texts(counts: NDArray[np.int64], own: int) -> Codes:
    """Return the codes of the most frequent texts, and the row's own."""
    ranked = np.lexsort((np.arange(len(counts)), -counts))
    top = [int(code) for code in ranked[:MOST_TEXTS] if counts[code]]
    return np.array([*top, *([] if own in top else [own])], np.int64)


def _numbers(numbers: Floats, counts: NDArray[np.int64], own: int) -> Codes:
    """Return the codes of quantiles, in order, with the row's own number among them; a missing one comes last."""
    order = np.argsort(numbers, kind="stable")
    known = order[np.isfinite(numbers[order]) & (counts[order] > 0)]
    found = {own}
    if len(known):
        upto = np.cumsum(counts[known])
        found |= {int(known[np.searchsorted(upto, max(1.0, share * upto[-1]))]) for share in QUANTILES}
    # Null and NaN are both missing, and one point.
    missing = [] if np.isnan(numbers[own]) else np.flatnonzero(np.isnan(numbers) & (counts > 0)).tolist()[:1]
    found |= {*missing, *np.flatnonzero(np.isinf(numbers) & (counts > 0)).tolist()}
    codes = np.array(sorted(found), np.int64)
    return codes[np.argsort(numbers[codes], kind="stable")]


def _nearest(numbers: Floats, counts: NDArray[np.int64], grid: Codes) -> NDArray[np.int64]:
    """Return how many rows are nearest to each number of the grid; what is no finite number stands for itself."""
    rows = counts[grid].copy()
    rows[np.isnan(numbers[grid])] = counts[np.isnan(numbers)].sum()
    is_finite = np.isfinite(numbers[grid])
    if not is_finite.any():
        return rows
    known = np.flatnonzero(np.isfinite(numbers))
    points = numbers[grid[is_finite]]
    nearest = np.abs(numbers[known, None] - points[None]).argmin(axis=1)
    rows[is_finite] = np.bincount(nearest, counts[known], minlength=len(points)).astype(np.int64)
    return rows


def _scores(game: Game, place: int, row: int, grid: Codes) -> tuple[Floats, Floats]:
    """Return the score of the row, and the mean of the background, at each value of the grid."""
    mixed = np.repeat(game.rows[row][None], len(grid), axis=0)
    mixed[:, place] = grid
    known, means = game.background.codes, np.empty(len(grid))
    for part in batches(len(grid), len(known)):
        others = np.repeat(known[None], len(grid[part]), axis=0)
        others[:, :, place] = grid[part, None]
        scores = game.score(others.reshape(-1, known.shape[1]))
        means[part] = scores.reshape(others.shape[:2]) @ game.background.weights
    return game.score(mixed), means
