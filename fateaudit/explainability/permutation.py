"""Shapley values of any model by random orders of the columns (Štrumbelj & Kononenko 2014), the background covered.

Each background row gets an order of its own for each explained row, and its neighbour the same order reversed
(antithetic: what one overrates the other underrates). Drawing background rows instead of covering them is far worse.
"""

import numpy as np
from numpy.typing import NDArray

from fateaudit.explainability.game import BATCH, Codes, Floats, Game, batches
from fateaudit.explainability.routes import Ask, Found


def by_permutation(ask: Ask) -> Found:
    """Return estimates whose sum is exact: along an order, what the columns add telescopes to the whole difference.

    `ask.rounds` independent rounds (at least two); half their differences are the standard error.
    """
    game, columns = ask.game, len(ask.game.columns)
    generator = np.random.default_rng([ask.seed, columns])
    ends = game.score(game.background.codes), game.outputs(ask.rows)
    rounds = np.zeros((max(2, ask.rounds), len(ask.rows), columns))
    for values in rounds:
        for part in batches(len(ask.rows), 2 * columns):
            values[part] = _one_round(game, game.rows[ask.rows[part]], (ends[0], ends[1][part]), generator)
    spread = rounds.std(axis=0, ddof=1) / np.sqrt(len(rounds))
    noise = np.sqrt((spread**2).mean(axis=0))
    return Found(base=game.base(), values=rounds.mean(axis=0), noise=noise)


def _one_round(game: Game, rows: Codes, ends: tuple[Floats, Floats], generator: np.random.Generator) -> Floats:
    """Return what each column adds along one order for each background row, averaged, shape (rows, columns).

    `ends` are the scores of the background and of the rows. Background rows are taken an even number at a time, as
    many as make one batch: a model answers a large table faster than many small ones.
    """
    columns, background = rows.shape[1], game.background
    values = np.zeros(rows.shape)
    step = max(2, BATCH // (2 * len(rows) * columns) * 2)
    for start in range(0, len(background.codes), step):
        block = slice(start, start + step)
        unknown = background.codes[block]
        rank = _ranks(generator, len(unknown), rows.shape)
        known = rank[:, :, None, :] < np.arange(1, columns)[:, None]
        mixed = np.where(known, rows[None, :, None, :], unknown[:, None, None, :])
        shape = len(unknown), len(rows), columns - 1
        path = game.score(mixed.reshape(-1, columns)).reshape(shape)
        first = np.broadcast_to(ends[0][block][:, None, None], (*shape[:2], 1))
        last = np.broadcast_to(ends[1][None, :, None], (*shape[:2], 1))
        steps = np.diff(np.concatenate([first, path, last], axis=2), axis=2)
        values += np.einsum("b,brc->rc", background.weights[block], np.take_along_axis(steps, rank, axis=2))
    return values


def _ranks(generator: np.random.Generator, number: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Draw when each column is reached, shape (number, rows, columns); every second order is the last one reversed."""
    drawn = np.argsort(generator.random(((number + 1) // 2, *shape)), axis=2)
    both = np.stack([drawn, shape[1] - 1 - drawn], axis=1)
    return np.asarray(both.reshape(-1, *shape)[:number], np.int64)
