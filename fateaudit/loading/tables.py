"""CSV and Parquet → an Arrow table of raw columns. What the columns mean is not known here.

CSV is read as text with only the empty field as missing: a reader that guesses turns a group called "None" or "NA"
into nothing.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import suppress

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from fateaudit.errors import DamagedFileError, FateauditError, UnusableDataError
from fateaudit.formats import Format, recognise
from fateaudit.naming import LINE


def read_table(content: bytes, name: str) -> pa.Table:
    """Return the rows of a CSV or Parquet file.

    Raises DamagedFileError when it is neither or is damaged, UnusableDataError when it has no rows. The reader's own
    messages are not passed on: they quote the row that failed.
    """
    match recognise(content):
        case Format.EMPTY:
            raise UnusableDataError(f"{name} is empty", hint="give a file with a header and at least one row")
        case Format.PARQUET:
            table = _read_parquet(content, name)
        case Format.CSV:
            table = _read_csv(content, name)
        case found:
            raise DamagedFileError(
                f"{name} is {_OTHERS.get(found, 'neither CSV nor Parquet')}",
                hint="export the data as CSV (UTF-8) or Parquet",
            )
    refuse_odd_names(table.column_names, name)
    if table.num_rows == 0:
        raise UnusableDataError(f"{name} has a header and no rows", hint="give at least one row")
    return table


_OTHERS = {
    Format.PICKLE: "a pickle, and opening a pickle runs code stored in the file",
    Format.COMPRESSED: "a compressed file",
    Format.ZIP: "a zip file, perhaps an Excel workbook",
    **dict.fromkeys((Format.SKOPS, Format.ONNX, Format.XGBOOST, Format.LIGHTGBM, Format.CATBOOST), "a model, not data"),
}


RESERVED = ("fateaudit:", "attribute:")
"""What names of columns do not begin with: rows that are drawn have columns of this name beside their own."""


def refuse_odd_names(names: Sequence[str], name: str) -> None:
    """Refuse a header that cannot be relied on. By place, not by name: without a header row, names are values."""
    for place, column in enumerate(names):
        first = list(names).index(column)
        if first != place:
            raise UnusableDataError(
                f"{name} has two columns of the same name: number {first + 1} and number {place + 1}",
                hint="rename one, or give the file a header row; neither is chosen for you",
            )
        if column.startswith(RESERVED):
            raise UnusableDataError(
                f"the name of column {place + 1} of {name} begins with {' or '.join(RESERVED)}, kept for audits",
                hint="rename it",
            )
        if LINE.search(column):
            raise UnusableDataError(
                f"the name of column {place + 1} of {name} holds a line break or a control character",
                hint="rename it: a column's name is one line of text",
            )


def _read_csv(content: bytes, name: str) -> pa.Table:
    text = content.removeprefix(b"\xef\xbb\xbf")
    try:
        with pa_csv.open_csv(io.BytesIO(text), parse_options=parsing(), convert_options=as_text_options(())) as reader:
            names = reader.schema.names
        refuse_other_separators(names, name)
        return pa_csv.read_csv(io.BytesIO(text), parse_options=parsing(), convert_options=as_text_options(names))
    except UnicodeDecodeError:
        raise _not_utf8(text, name) from None
    except pa.ArrowInvalid:
        raise _unreadable(text, name) from None


def refuse_other_separators(names: list[str], name: str) -> None:
    """Refuse a header whose fields are not separated by commas."""
    for separator, word in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
        if len(names) == 1 and separator in names[0]:
            raise DamagedFileError(
                f"{name} is separated by {word}, not by commas", hint="export it again with commas, as UTF-8"
            )


def parsing(on_bad_row: Callable[[pa_csv.InvalidRow], str] | None = None) -> pa_csv.ParseOptions:
    """Return how CSV is taken apart; `on_bad_row` is told of rows with another number of fields than the header."""
    return pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=on_bad_row)


def _unreadable(text: bytes, name: str) -> FateauditError:
    """Find out why, with the place and no value."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return _not_utf8(text, name)
    bad: list[pa_csv.InvalidRow] = []

    def note(row: pa_csv.InvalidRow) -> str:
        bad.append(row)
        return "skip"

    with suppress(pa.ArrowInvalid):
        # Rows are only numbered when one thread reads.
        pa_csv.read_csv(io.BytesIO(text), pa_csv.ReadOptions(use_threads=False), parsing(note), as_text_options(()))
    if not bad and b"\n" not in text.strip():
        return UnusableDataError(f"{name} has a header and no rows", hint="give at least one row")
    where = [f"row {row.number} has {row.actual_columns} fields, the header has {row.expected_columns}" for row in bad]
    return DamagedFileError(
        f"{name} cannot be read as CSV",
        where=where[:1],
        hint="save it again as UTF-8 text with commas and one header row; a text with a comma or quote needs quotes",
    )


def _not_utf8(text: bytes, name: str) -> DamagedFileError:
    try:
        text.decode()
        line = 1
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
    return DamagedFileError(
        f"{name} is not UTF-8 text", where=[f"line {line}"], hint="save it again as CSV with the encoding UTF-8"
    )


def as_text_options(names: Sequence[str]) -> pa_csv.ConvertOptions:
    """Return how fields become values: columns `names` as text, in which only an empty field is missing."""
    return pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _read_parquet(content: bytes, name: str) -> pa.Table:
    try:
        file = pa_parquet.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        refuse_odd_names(file.schema_arrow.names, name)
        return file.read()
    except (pa.ArrowException, OSError, ValueError):
        raise DamagedFileError(
            f"{name} is a damaged Parquet file", hint="take a fresh copy, or export it again"
        ) from None
