"""Columns as every engine reads them alike: what cannot be read is refused before an engine turns it into another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from fateaudit.counting import as_text, read_numbers, to_numbers
from fateaudit.errors import ColumnError, UnusableDataError, placed
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.tallying.wanted import Wanted


def read_inputs(rows: pa.Table, columns: Sequence[Column], reader: str = "") -> pa.Table:
    """Return the columns that a model reads, in its order, as the kinds it was trained on.

    `reader` says who reads them, in errors: "model.skops reads it as {}".
    """
    arrays = []
    for column in columns:
        is_number = column.kind is ColumnKind.NUMBER
        with placed(reader.format("numbers" if is_number else "text")):
            values = rows[column.name]
            arrays.append(pa.array(to_numbers(column.name, values)) if is_number else as_text(values, column.name))
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def refuse_odd_types(schema: pa.Schema, wanted: Wanted) -> None:
    """Refuse columns that hold neither names nor numbers where such are wanted: dates, durations, lists."""
    empty = schema.empty_table()
    read_inputs(empty, wanted.inputs, wanted.reader)
    named = [*(key.name for key in wanted.attributes), wanted.label, wanted.prediction]
    for name in dict.fromkeys([*named, *wanted.numbers]):
        if name is not None:
            with placed(wanted.places.get(name, "")):
                _as_number_or_name(name in (*wanted.cut, *wanted.numbers), empty[name], name)


def _as_number_or_name(is_number: bool, column: pa.ChunkedArray, name: str) -> None:  # noqa: FBT001 - read once, above
    if is_number:
        read_numbers(name, column)
    else:
        as_text(column, name)


def readable(rows: pa.Table, wanted: Wanted) -> pa.Table:
    """Return rows of types that duckdb knows, and whose text is text.

    Decimals that are cut or only looked at are floats here; other columns that cannot be groups are empty.
    """
    refuse_odd_types(rows.schema, wanted)
    for place, field in enumerate(rows.schema):
        change = _change(field.type, is_cut=field.name in wanted.cut, is_other=field.name in wanted.others)
        if change is not None:
            rows = rows.set_column(place, field.name, change(rows[field.name]))
    try:
        rows.validate(full=True)
    except pa.ArrowInvalid:
        raise not_text("the data") from None
    return rows


def not_text(name: str) -> UnusableDataError:
    """Return the error for bytes that stand where text should."""
    return UnusableDataError(f"a column of {name} holds text that is not UTF-8", hint="export the data again as UTF-8")


_Change = Callable[[pa.ChunkedArray], pa.ChunkedArray]


def _change(kind: pa.DataType, *, is_cut: bool, is_other: bool) -> _Change | None:
    if pa.types.is_float16(kind):
        return lambda column: pc.cast(column, pa.float32())
    if pa.types.is_decimal(kind) and (is_cut or is_other or pa.types.is_decimal256(kind)):
        return lambda column: pc.cast(column, pa.float64())
    if is_other and not _can_be_groups(kind):
        return lambda column: pa.chunked_array([pa.nulls(len(column), pa.string())])
    return None


def _can_be_groups(kind: pa.DataType) -> bool:
    try:
        as_text(pa.chunked_array([], kind))
    except ColumnError:
        return False
    return True
