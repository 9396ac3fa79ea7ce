"""Which raw column each encoded column of an open model comes from, and values summed into raw columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Inside
from fateaudit.explainability.game import BATCH, Codes, Floats, Game
from fateaudit.explainability.refusals import RouteRefusedError

PROBED = 200
"""Rows that are changed, one raw column at a time, to see which encoded columns move."""

SHIFTS = 3
"""Times that every probed row gets another value of a column; each time, all values of the column are given out."""

CELLS = 8_000_000
"""Encoded numbers that are asked for at a time: 64 MB."""

ORIGINLESS = -1
"""Stands for the raw column of an encoded column that nothing moves."""

ROUNDING = 1e-12
"""A column that nothing moves may have a value as small as this: its own mean is not quite itself."""


def origins(inside: Inside, game: Game) -> NDArray[np.int64]:
    """Return for each encoded column the raw column that it is made of, or `ORIGINLESS` where none moves it.

    Found by changing one raw column at a time. Raises RouteRefusedError for an encoded column made of several.
    """
    pool = game.pool[np.linspace(0, len(game.pool) - 1, min(PROBED, len(game.pool))).astype(np.int64)]
    pool = np.concatenate([pool, game.rows[:PROBED]])
    plain = inside.encode(game.coded.table(pool))
    found = np.full(plain.shape[1], ORIGINLESS, np.int64)
    # As many at a time as fit: a model with hundreds of columns would be asked as often otherwise.
    step = max(1, min(BATCH, CELLS // max(1, *plain.shape[1:])) // (SHIFTS * len(pool)))
    for start in range(0, len(game.columns), step):
        columns = range(start, min(start + step, len(game.columns)))
        asked = np.concatenate([_changed(game, pool, column) for column in columns])
        for column, moved in zip(columns, _moved(inside, game, asked, plain), strict=True):
            if (found[moved] != ORIGINLESS).any():
                raise RouteRefusedError("an encoded column is made of more than one raw column")
            found[moved] = column
    return found


def _moved(inside: Inside, game: Game, asked: Codes, plain: Floats) -> NDArray[np.bool_]:
    """Return which encoded columns move where raw columns are changed, shape (raw columns, encoded columns)."""
    # Of a vocabulary not even the rows of one raw column fit: one shift at a time then.
    times = SHIFTS if SHIFTS * plain.size > CELLS else 1
    moved = []
    for rows in np.split(asked, times):
        encoded = inside.encode(game.coded.table(rows)).reshape(-1, SHIFTS // times, *plain.shape)
        same = (encoded == plain) | (np.isnan(encoded) & np.isnan(plain))
        moved.append(~same.all(axis=(1, 2)))
    return np.asarray(np.any(moved, axis=0))


def _changed(game: Game, pool: Codes, column: int) -> Codes:
    """Return `pool` so many times over, each time with other values of the data in one raw column."""
    values = len(game.coded.values[column])
    changed = np.tile(pool, (SHIFTS, 1))
    spread = np.arange(len(pool)) * max(1, values // len(pool))
    changed[:, column] = (spread + np.arange(SHIFTS)[:, None]).reshape(-1) % values
    return changed


def gathered(values: Floats, made_of: NDArray[np.int64], columns: int) -> Floats:
    """Sum values of encoded columns, shape (rows, encoded), into their raw columns, shape (rows, columns)."""
    if (np.abs(values[:, made_of == ORIGINLESS]) > ROUNDING).any():
        raise RouteRefusedError("an encoded column that no raw column moves was given a value")
    return np.stack([values[:, made_of == column].sum(axis=1) for column in range(columns)], axis=1)
