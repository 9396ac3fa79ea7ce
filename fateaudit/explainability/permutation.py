"""Shapley values of any model by random orders of the columns (Štrumbelj & Kononenko 2014), the background covered.

Each background row gets an order of its own for each explained row, and then the same order reversed (antithetic: what
two columns do together counts half for either, exactly). Reversing it for the next background row instead errs 1.5 to
2.2 times as much at the same cost, and one order for all background rows more than twice. Memory holds one batch of
mixtures, however many rows are explained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import InsideError
from fateaudit.explainability.game import BATCH, Codes, Floats, Game, batches
from fateaudit.explainability.mixing import MismatchError, Mix, encoded, mix_raw
from fateaudit.explainability.routes import Ask, Found

MOST_ROUNDS = 8
"""Rounds at most, unless more are asked for: the standard error falls with their root."""

TWICE = 16
"""Background rows, at least, that get a second order in the first round: how far two are apart is the noise of one."""

SHARE = 8
"""One in so many background rows is one of those, where that is more."""

Begin: TypeAlias = Callable[[Codes], Mix]


def by_permutation(ask: Ask) -> Found:
    """Return estimates whose sum is exact: along an order, what the columns add telescopes to the whole difference.

    Rounds are added until the standard error of a part of the rows is within `ask.precision`, or `ask.budget` is used.
    """
    shortcut = encoded(ask)
    if shortcut is not None:
        try:
            return _estimate(ask, shortcut.mix)
        except (MismatchError, InsideError):
            # Encoded rows are a shortcut alone: without them, the same orders give the same values.
            pass
    return _estimate(ask, lambda rows: mix_raw(ask.game, rows))


def _estimate(ask: Ask, begin: Begin) -> Found:
    game, columns = ask.game, len(ask.game.columns)
    generator = np.random.default_rng([ask.seed, columns])
    ends = game.score(game.background.codes), game.outputs(ask.rows)
    each = 2 * len(ask.rows) * len(game.background.codes) * max(1, columns - 1)
    fewest = max(1, ask.rounds)
    most = max(fewest, min(MOST_ROUNDS, ask.budget // each))
    values, squares = np.empty((len(ask.rows), columns)), np.zeros(columns)
    for part in batches(len(ask.rows), 2 * columns * how_many_twice(game)):
        rows = game.rows[ask.rows[part]]
        one = _Part(game, rows, (ends[0], ends[1][part]), begin(rows), _within(ask, part.start, len(rows)))
        values[part], error = one.until_precise(generator, ask.precision, fewest, most)
        squares += (error**2).sum(axis=0)
        ask.progress(min(part.stop, len(ask.rows)), len(ask.rows))
    return Found(base=game.base(), values=values, noise=np.sqrt(squares / len(ask.rows)))


def _within(ask: Ask, start: int, rows: int) -> Callable[[float], None]:
    """Return what hears which share of a part is mixed: with a slow model, one part alone can take minutes."""
    return lambda share: ask.progress(start + min(int(rows * share), rows - 1), len(ask.rows))


def how_many_twice(game: Game) -> int:
    """Return how many background rows get a second order in the first round."""
    distinct = len(game.background.codes)
    return min(distinct, max(TWICE, distinct // SHARE))


class _Part:
    """Some of the rows: as many as make a batch with the background rows that get a second order."""

    def __init__(
        self, game: Game, rows: Codes, ends: tuple[Floats, Floats], mix: Mix, heard: Callable[[float], None]
    ) -> None:
        self._background = game.background
        self._rows = rows
        self._ends = ends
        self._mix = mix
        self._heard = heard
        self._mixed = 0
        self._twice = how_many_twice(game)

    def until_precise(
        self, generator: np.random.Generator, precision: float, fewest: int, most: int
    ) -> tuple[Floats, Floats]:
        """Return the mean over rounds and its standard error, each of shape (rows, columns)."""
        weights = self._background.weights
        mixed = generator.permutation(len(weights))
        twice, once = np.split(mixed, [self._twice])
        first, second = self._pair(generator, twice), self._pair(generator, twice)
        # Of one background row's pair of orders, averaged over those that have two.
        variance = ((first - second) ** 2).mean(axis=0) / 2
        total = np.einsum("b,brc->rc", weights[twice], (first + second) / 2) + self._weighed(generator, once)
        noise = (weights[once] ** 2).sum() + (weights[twice] ** 2).sum() / 2
        number = 1
        error = np.sqrt(variance * noise)
        while number < fewest or (number < most and np.sqrt((error**2).mean(axis=0)).max() > precision):
            number += 1
            total += self._weighed(generator, mixed)
            noise += (weights**2).sum()
            error = np.sqrt(variance * noise) / number
        return total / number, error

    def _weighed(self, generator: np.random.Generator, background: NDArray[np.int64]) -> Floats:
        """Return what each column adds along a pair of orders for each background row, weighed, shape (rows, columns).

        As many background rows are taken at a time as make a batch: models answer a large table faster than small ones.
        """
        values = np.zeros(self._rows.shape)
        step = max(1, BATCH // (2 * self._rows.size))
        for start in range(0, len(background), step):
            part = background[start : start + step]
            values += np.einsum("b,brc->rc", self._background.weights[part], self._pair(generator, part))
            self._mixed += len(part)
            self._heard(self._mixed / len(self._background.weights))
        return values

    def _pair(self, generator: np.random.Generator, background: NDArray[np.int64]) -> Floats:
        """Return what each column adds along an order and its reverse, shape (background, rows, columns)."""
        columns = self._rows.shape[1]
        rank = np.argsort(generator.random((len(background), *self._rows.shape)), axis=2)
        both = np.concatenate([rank, columns - 1 - rank])
        steps = np.diff(self._path(both, np.tile(background, 2)), axis=2)
        added = np.take_along_axis(steps, both, axis=2)
        return np.asarray((added[: len(background)] + added[len(background) :]) / 2, np.float64)

    def _path(self, rank: NDArray[np.int64], background: NDArray[np.int64]) -> Floats:
        """Return the scores from background row to explained row, shape (background, rows, columns + 1).

        A column of which both say the same changes nothing: the score before it is the score after it.
        """
        unknown, columns = self._background.codes[background], self._rows.shape[1]
        differs = unknown[:, None, :] != self._rows[None, :, :]
        order = np.argsort(rank, axis=2)
        changes = np.take_along_axis(differs, order, axis=2)[:, :, : columns - 1]
        other, row, place = np.nonzero(changes)
        path = np.empty((len(unknown), len(self._rows), columns + 1))
        path[:, :, 0], path[:, :, -1] = self._ends[0][background][:, None], self._ends[1][None, :]
        if len(row):
            path[other, row, place + 1] = self._mix(row, background[other], rank[other, row] <= place[:, None])
        last = np.zeros(path.shape, np.int64)
        last[:, :, 1:-1] = np.where(changes, np.arange(1, columns), 0)
        last = np.maximum.accumulate(last, axis=2)
        last[:, :, -1] = columns
        return np.take_along_axis(path, last, axis=2)
