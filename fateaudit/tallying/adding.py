"""Small tables of several batches → one: values as text, the same combinations added up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from fateaudit.counting import as_text, bins_of, read_numbers
from fateaudit.errors import placed
from fateaudit.tallying.grouping import NO_NUMBER
from fateaudit.tallying.wanted import MANY, Wanted

_SUMS = ("n", "weight", "squares", "unweighed", "uncounted")


def is_cut(table: pa.Table, place: int) -> bool:
    """Return whether an attribute of a small table stands as the number of its bin."""
    return bool(pa.types.is_int16(table[f"k{place}"].type))


def as_plain(table: pa.Table, names: Sequence[str], wanted: Wanted) -> pa.Table:
    """Return a small table of the columns `names` with values as text: 1 in one file and "1" in another are alike.

    Raises ColumnError, with the place in the policy, for a column whose values cannot be names.
    """
    told = {f"k{place}": name for place, name in enumerate(names) if not is_cut(table, place)}
    told |= {role: name for role, name in (("label", wanted.label), ("prediction", wanted.prediction)) if name}
    for column, name in told.items():
        with placed(wanted.places.get(name, "")):
            text = as_text(table[column], name)
        table = table.set_column(table.column_names.index(column), column, text)
    return table


def add_up(tables: Sequence[pa.Table], wanted: Wanted) -> pa.Table:
    """Return every combination once, in order. Where there are too many, attributes that have edges are cut there."""
    cut = [place for place, key in enumerate(wanted.attributes) if key.edges and f"k{place}" in tables[0].column_names]
    if any(is_cut(table, place) for table in tables for place in cut):
        tables = [_cut(table, wanted, cut) for table in tables]
    added = _added(pa.concat_tables(tables))
    if added.num_rows > MANY and cut and not is_cut(added, cut[0]):
        added = _added(_cut(added, wanted, cut))
    return added.slice(0, MANY + 1)


def _added(table: pa.Table) -> pa.Table:
    keys = [name for name in table.column_names if name not in _SUMS]
    # In one thread: sums of fractions depend on the order.
    found = table.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in _SUMS])
    found = found.select([*keys, *(f"{name}_sum" for name in _SUMS)]).rename_columns([*keys, *_SUMS])
    return found.sort_by([(name, "ascending") for name in keys]).select(table.column_names)


def _cut(table: pa.Table, wanted: Wanted, places: Sequence[int]) -> pa.Table:
    """Return a table with the attributes at `places` as the numbers of their bins."""
    for place in places:
        if not is_cut(table, place):
            key = wanted.attributes[place]
            cut = cut_at(table[f"k{place}"], key.name, key.edges)
            table = table.set_column(table.column_names.index(f"k{place}"), f"k{place}", cut)
    return table


def cut_at(column: pa.ChunkedArray, name: str, edges: Sequence[float]) -> pa.Array:
    """Return the bin of each number: missing ones null, and what no bin holds as -1 or `NO_NUMBER`."""
    numbers, strange = read_numbers(name, column)
    place = np.where(strange, NO_NUMBER, bins_of(numbers, edges))
    return pa.array(place.astype(np.int16), mask=np.isnan(numbers) & ~strange)
