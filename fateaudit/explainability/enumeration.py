"""Exact Shapley values: every subset of columns, every background row (Shapley 1953; Lundberg & Lee 2017, eq. 4)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fateaudit.explainability.game import BATCH, FEW_COLUMNS, Codes, Floats, Game, batches
from fateaudit.explainability.refusals import RouteRefusedError
from fateaudit.explainability.routes import Ask, Found


@dataclass(frozen=True, slots=True)
class _Subset:
    """One subset of columns: the different things that rows say inside it and the background outside it."""

    inside: NDArray[np.bool_]
    said: Codes
    place: NDArray[np.int64]
    """Which of `said` each row says."""
    rest: Codes
    weights: Floats


def by_enumeration(ask: Ask) -> Found:
    """Return exact values; additivity is exact but for rounding (about 1e-16).

    Only what differs is scored: rows that agree inside a subset share its worth. Raises RouteRefusedError for more
    than eight columns, or when more than `ask.budget` mixtures would have to be scored.
    """
    columns = len(ask.game.columns)
    if columns > FEW_COLUMNS:
        raise RouteRefusedError(f"{columns} columns have too many subsets; at most {FEW_COLUMNS} are enumerated")
    subsets = [_subset(ask.game, ask.rows, number) for number in range(1 << columns)]
    needed = min(sum(len(one.said) * len(one.rest) for one in subsets), ask.game.scorer.mixtures)
    if needed > ask.budget:
        raise RouteRefusedError(f"{needed:,} mixtures would have to be scored; {ask.budget:,} are allowed")
    worth = _worths(ask.game, subsets)
    ask.progress(len(ask.rows), len(ask.rows))
    return Found(base=float(worth[0, 0]), values=_shapley(worth, columns), noise=np.zeros(columns))


def _subset(game: Game, rows: NDArray[np.int64], number: int) -> _Subset:
    inside = ((number >> np.arange(len(game.columns))) & 1).astype(bool)
    said, place = _distinct(game.rows[rows][:, inside])
    rest, other = _distinct(game.background.codes[:, ~inside])
    return _Subset(
        inside, said, place, rest, np.asarray(np.bincount(other, weights=game.background.weights), np.float64)
    )


def _distinct(codes: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """Return the different rows of `codes`, and which of them each row is."""
    if codes.shape[1] == 0:
        return np.zeros((1, 0), np.int64), np.zeros(len(codes), np.int64)
    distinct, place = np.unique(codes, axis=0, return_inverse=True)
    return distinct, place.reshape(-1)


def _worths(game: Game, subsets: list[_Subset]) -> Floats:
    """Return the worth of each subset for each row, shape (subsets, rows).

    Subsets are scored together, as many as make a batch: a model answers a large table faster than many small ones.
    """
    said_worth = [np.empty(len(one.said)) for one in subsets]
    waiting: list[tuple[int, slice, Codes]] = []
    for number, one in enumerate(subsets):
        for part in batches(len(one.said), len(one.rest)):
            waiting.append((number, part, _mixed(one, part)))
            if sum(len(mixed) for _, _, mixed in waiting) >= BATCH // 2:
                _score_waiting(game, subsets, waiting, said_worth)
    _score_waiting(game, subsets, waiting, said_worth)
    return np.stack([worth[one.place] for one, worth in zip(subsets, said_worth, strict=True)])


def _mixed(one: _Subset, part: slice) -> Codes:
    """Return every mixture of what these rows say inside the subset with what the background says outside it."""
    said = one.said[part]
    mixed = np.empty((len(said), len(one.rest), len(one.inside)), np.int64)
    mixed[:, :, one.inside] = said[:, None]
    mixed[:, :, ~one.inside] = one.rest[None]
    return mixed.reshape(-1, len(one.inside))


def _score_waiting(
    game: Game, subsets: list[_Subset], waiting: list[tuple[int, slice, Codes]], worth: list[Floats]
) -> None:
    """Score all mixtures that wait, write down what they are worth, and let them go."""
    if not waiting:
        return
    scores = game.score(np.concatenate([mixed for _, _, mixed in waiting]))
    start = 0
    for number, part, mixed in waiting:
        own = scores[start : start + len(mixed)].reshape(-1, len(subsets[number].rest))
        worth[number][part] = own @ subsets[number].weights
        start += len(mixed)
    waiting.clear()


def _shapley(worth: Floats, columns: int) -> Floats:
    """Weigh what each column adds to each subset without it: |S|! (p − |S| − 1)! / p!."""
    numbers = np.arange(1 << columns)
    sizes = np.array([int(number).bit_count() for number in numbers])
    weights = np.array([1 / (columns * math.comb(columns - 1, size)) for size in range(columns)])
    values = np.empty((worth.shape[1], columns))
    for column in range(columns):
        without = numbers[(numbers >> column) & 1 == 0]
        added = worth[without | (1 << column)] - worth[without]
        values[:, column] = weights[sizes[without]] @ added
    return values
