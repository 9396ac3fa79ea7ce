"""Rows drawn by what is in them: the same ones whatever engine holds the rows, in whatever order and on how many cores.

Every row gets a number from its id, or from everything that is known of it, and the seed; the smallest numbers win.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NUMBER = "fateaudit:number"
"""The column that holds a drawn row's number, until rows of all batches are together."""

Numbers = NDArray[np.uint64]

_KEY = "fateaudit/draw/1"
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ODD = np.uint64(0xFF51AFD7ED558CCD)
_HALF = np.uint64(32)


def number_rows(table: pa.Table, seed: int) -> Numbers:
    """Return a number for each row of columns that are float64 or text; equal rows have equal ones."""
    found = np.full(table.num_rows, seed, np.uint64)
    for column in table.columns:
        # In place: with a new array for each step this would take longer than many a model.
        found ^= _bits_of(column)
        found *= _ODD
        found ^= found >> _HALF
    return _mixed(found)


def _bits_of(column: pa.ChunkedArray) -> Numbers:
    """Return 64 bits for each value, the same for equal ones, whatever they came in."""
    if pa.types.is_float64(column.type):
        # One zero and one NaN: other bits of either say the same.
        values = column.to_numpy(zero_copy_only=False) + 0.0
        values[np.isnan(values)] = np.nan
        bits: Numbers = values.view(np.uint64)
        return bits
    import pandas as pd  # noqa: PLC0415 - heavy: only where rows are drawn

    encoded = pc.fill_null(column, "\N{REPLACEMENT CHARACTER}").combine_chunks().dictionary_encode()
    words = np.asarray(encoded.dictionary.to_pylist(), dtype=object)
    hashed: Numbers = pd.util.hash_array(words, hash_key=_KEY, categorize=False)
    numbers: Numbers = hashed[encoded.indices.to_numpy()]
    return numbers


def _mixed(number: Numbers) -> Numbers:
    """Return numbers whose bits have nothing to do with those that came in (Steele et al. 2014, splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = number + _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        last: Numbers = mixed ^ (mixed >> np.uint64(31))
        return last


def smallest(table: pa.Table, n: int) -> pa.Table:
    """Return the rows with the `n` smallest numbers and, at the end, all that share the last of them.

    Where very many share it, as when an id is the same in all rows, they are told apart by what is in them.
    """
    if table.num_rows <= n:
        return table
    numbers = table[NUMBER].to_numpy()
    last = np.partition(numbers, n - 1)[n - 1]
    found = table.filter(pa.array(numbers <= last))
    return found if found.num_rows <= 2 * n else _ranked(found).slice(0, n)


def in_order(table: pa.Table, n: int) -> pa.Table:
    """Return exactly `n` rows, or all, in the order of their numbers; of equal numbers in that of what is in them."""
    if not table.num_rows:
        return table.drop_columns([NUMBER])
    return _ranked(table).slice(0, n).drop_columns([NUMBER])


def _ranked(table: pa.Table) -> pa.Table:
    names = [NUMBER, *(name for name in table.column_names if name != NUMBER)]
    return table.take(pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names]))
