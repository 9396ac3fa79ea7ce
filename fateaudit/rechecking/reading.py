"""CSV or JSON text → a table of text cells. What the columns mean is not known here.

The standard library reads it: a table of results is small, and every digit must stay as it was printed.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking.values import Table

MAX_BYTES = 5_000_000
MAX_ROWS = 1_000
MAX_COLUMNS = 300
MAX_CELL = 500

_EXPORT = "export the tool's result table again, as CSV or JSON in UTF-8"
_OTHERS = {b"PK\x03\x04": "a zip file, perhaps an Excel workbook", b"PAR1": "a Parquet file", b"%PDF": "a PDF"}


def read_document(content: bytes, name: str) -> Table | Mapping[str, Any]:
    """Return a table, or the object of a JSON file that is not one, with every number as the text that was printed.

    Raises DamagedFileError for what is neither or is too large, UsageError when nothing is in it.
    """
    text = _text(content, name)
    if not text.lstrip().startswith(("{", "[")):
        return _sized(_read_csv(text, name))
    data = _read_json(text, name)
    if isinstance(data, dict) and not _is_by_column(data):
        return data
    return _sized(_from_columns(data, name) if isinstance(data, dict) else _from_records(data, name))


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise DamagedFileError(
            f"{name} is larger than {MAX_BYTES:,} bytes, and a table of results is not", hint="give the result table"
        )
    for start, what in _OTHERS.items():
        if content.startswith(start):
            raise DamagedFileError(f"{name} is {what}, neither CSV nor JSON", hint=_EXPORT)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DamagedFileError(f"{name} is not UTF-8 text", where=[f"line {line}"], hint=_EXPORT) from None
    if not text.strip():
        raise UsageError(f"{name} is empty", hint=_EXPORT)
    if "\x00" in text:
        raise DamagedFileError(f"{name} holds NUL characters, so it is not a table of text", hint=_EXPORT)
    return text


def _read_csv(text: str, name: str) -> Table:
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, line))]
    except csv.Error:
        raise DamagedFileError(f"{name} cannot be read as CSV: its quotes do not close", hint=_EXPORT) from None
    columns = tuple(cell.strip() for cell in lines[0])
    if len(columns) == 1 and any(mark in columns[0] for mark in ";\t|"):
        raise DamagedFileError(f"{name} is not separated by commas", hint=_EXPORT)
    for number, line in enumerate(lines[1:], start=1):
        if len(line) != len(columns):
            raise DamagedFileError(
                f"{name} cannot be read as CSV",
                where=[f"row {number} has {len(line)} fields, the header has {len(columns)}"],
                hint="a text with a comma in it needs quotes",
            )
    return Table(name, columns, tuple(tuple(cell.strip() for cell in line) for line in lines[1:]))


def _read_json(text: str, name: str) -> Any:
    """Numbers stay text: 0.80 and 0.8 are not the same statement, and 1e999999999 is none."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise DamagedFileError(f"{name} cannot be read as JSON, or names the same thing twice", hint=_EXPORT) from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("duplicate key")
    return data


def _is_by_column(data: dict[str, Any]) -> bool:
    """Tell the form that pandas writes when nothing else is asked: {column: {row: value}}."""
    return bool(data) and all(
        isinstance(part, dict) and not any(isinstance(cell, dict | list) for cell in part.values())
        for part in data.values()
    )


def _from_columns(data: dict[str, dict[str, Any]], name: str) -> Table:
    index = list(next(iter(data.values())))
    for column, part in data.items():
        if list(part) != index:
            raise DamagedFileError(
                f"{name} has other rows in one column than in the next", where=[f"column {column}"], hint=_EXPORT
            )
    rows = [(row, *(_cell(part[row], name, column) for column, part in data.items())) for row in index]
    return Table(name, ("group", *data), tuple(rows))


def _from_records(data: Any, name: str) -> Table:
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise DamagedFileError(f"{name} is not a list of rows", hint="write the rows as JSON records, or as CSV")
    columns = tuple(dict.fromkeys(column for record in data for column in record))
    rows = [tuple(_cell(record.get(column), name, column) for column in columns) for record in data]
    return Table(name, columns, tuple(rows))


def _cell(value: Any, name: str, column: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case str():
            return value.strip()
        case _:
            raise DamagedFileError(
                f"{name} holds a list where a figure belongs", where=[f"column {column}"], hint=_EXPORT
            )


def _sized(table: Table) -> Table:
    """Return the table, or refuse one without rows, with a name twice, or of a size that no result has."""
    if not table.rows:
        raise UsageError(f"{table.name} has a header and no rows", hint=_EXPORT)
    if len(table.rows) > MAX_ROWS or len(table.columns) > MAX_COLUMNS:
        raise DamagedFileError(
            f"{table.name} has {len(table.rows):,} rows and {len(table.columns):,} columns: too many for results",
            hint="give the table with one row a group, not the data",
        )
    for place, column in enumerate(table.columns, start=1):
        if table.columns.index(column) != place - 1:
            raise DamagedFileError(
                f"{table.name} has two columns of the same name", where=[f"column {place}"], hint="rename one of them"
            )
    for number, row in enumerate(table.rows, start=1):
        for column, cell in zip(table.columns, row, strict=True):
            if len(cell) > MAX_CELL or len(column) > MAX_CELL:
                raise DamagedFileError(
                    f"{table.name} holds a text too long for a name or a figure",
                    where=[f"row {number}, column {column[:60]}"],
                    hint=_EXPORT,
                )
    return table
