"""Which raw column each encoded column of an open model comes from, and values summed into raw columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Inside
from fateaudit.explainability.game import Codes, Floats, Game
from fateaudit.explainability.refusals import RouteRefusedError

PROBED = 200
"""Rows that are changed, one raw column at a time, to see which encoded columns move."""

SHIFTS = 3
"""Times that every probed row gets another value of a column; each time, all values of the column are given out."""


ROUNDING = 1e-12
"""A column that nothing moves may have a value as small as this: its own mean is not quite itself."""


def origins(inside: Inside, game: Game) -> NDArray[np.int64]:
    """Return for each encoded column the raw column that it is made of, or −1 where none moves it.

    Found by changing one raw column at a time. Raises RouteRefusedError for an encoded column made of several.
    """
    pool = game.pool[np.linspace(0, len(game.pool) - 1, min(PROBED, len(game.pool))).astype(np.int64)]
    pool = np.concatenate([pool, game.rows[:PROBED]])
    plain = inside.encode(game.coded.table(pool))
    found = np.full(plain.shape[1], -1, np.int64)
    for column in range(len(game.columns)):
        moved = _moved(inside, game, pool, plain, column)
        if (found[moved] >= 0).any():
            raise RouteRefusedError("an encoded column is made of more than one raw column")
        found[moved] = column
    return found


def _moved(inside: Inside, game: Game, pool: Codes, plain: Floats, column: int) -> NDArray[np.bool_]:
    """Say which encoded columns change when this raw column takes other values of the data."""
    values = len(game.coded.values[column])
    moved = np.zeros(plain.shape[1], bool)
    for shift in range(SHIFTS):
        changed = pool.copy()
        changed[:, column] = (np.arange(len(pool)) * max(1, values // len(pool)) + shift) % values
        encoded = inside.encode(game.coded.table(changed))
        moved |= ~((encoded == plain) | (np.isnan(encoded) & np.isnan(plain))).all(axis=0)
    return moved


def gathered(values: Floats, made_of: NDArray[np.int64], columns: int) -> Floats:
    """Sum values of encoded columns, shape (rows, encoded), into their raw columns, shape (rows, columns)."""
    if (np.abs(values[:, made_of < 0]) > ROUNDING).any():
        raise RouteRefusedError("an encoded column that no raw column moves was given a value")
    return np.stack([values[:, made_of == column].sum(axis=1) for column in range(columns)], axis=1)
