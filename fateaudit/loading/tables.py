"""CSV and Parquet → an Arrow table of raw columns. What the columns mean is not known here.

CSV is read as text with only the empty field as missing: a reader that guesses turns a group called "None" or "NA"
into nothing.
"""

import io
import re

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from fateaudit.errors import DamagedFileError, UnusableDataError
from fateaudit.loading.formats import Format, recognise


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
        case Format.PICKLE | Format.COMPRESSED | Format.ZIP | Format.SKOPS | Format.UNKNOWN as found:
            what = {Format.PICKLE: "a pickle, and opening a pickle runs code stored in the file"}
            raise DamagedFileError(
                f"{name} is {what.get(found, 'neither CSV nor Parquet')}", hint="export the data as CSV or Parquet"
            )
    repeated = sorted({column for column in table.column_names if table.column_names.count(column) > 1})
    if repeated:
        raise UnusableDataError(
            f'{name} has more than one column called "{repeated[0]}"', hint="rename one; neither is chosen for you"
        )
    if table.num_rows == 0:
        raise UnusableDataError(f"{name} has a header and no rows", hint="give at least one row")
    return table


def _read_csv(content: bytes, name: str) -> pa.Table:
    text = content.removeprefix(b"\xef\xbb\xbf")
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    try:
        with pa_csv.open_csv(io.BytesIO(text), parse_options=parse, convert_options=_as_text(())) as reader:
            names = reader.schema.names
        return pa_csv.read_csv(io.BytesIO(text), parse_options=parse, convert_options=_as_text(names))
    except pa.ArrowInvalid as error:
        row = re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", str(error))
        where = [f"row {row[1]} has {row[3]} fields where the header has {row[2]}"] if row else []
        raise DamagedFileError(
            f"{name} cannot be read as CSV",
            where=where,
            hint="save it again as UTF-8 text with commas and one header row",
        ) from None


def _as_text(names: tuple[str, ...] | list[str]) -> pa_csv.ConvertOptions:
    return pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _read_parquet(content: bytes, name: str) -> pa.Table:
    try:
        return pa_parquet.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError, ValueError):
        raise DamagedFileError(
            f"{name} is a damaged Parquet file", hint="take a fresh copy, or export it again"
        ) from None
