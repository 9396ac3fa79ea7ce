"""A CSV file that is read in pieces: as text, like a small one, and never whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from fateaudit.errors import DamagedFileError
from fateaudit.loading.sources import Way, engine, tally_all
from fateaudit.loading.tables import as_text_options, parsing, refuse_odd_names, refuse_other_separators
from fateaudit.tallying import Parts, Wanted

BLOCK = 8 * 1024 * 1024
"""Bytes that are parsed at a time; a row is shorter."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """The rows of a large CSV file."""

    path: Path
    columns: tuple[str, ...]
    rows: None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The one file."""
        return (self.path,)

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to. Raises DamagedFileError for a row that is none."""
        try:
            with engine() as connection:
                return tally_all(self._batches(wanted), wanted, way, connection, of=None)
        except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
            raise _unreadable(self.path) from None

    def _batches(self, wanted: Wanted) -> Iterator[pa.Table]:
        with _opened(self.path, self.columns) as reader:
            yield reader.schema.empty_table().select(wanted.columns)
            for batch in reader:
                yield pa.Table.from_batches([batch]).select(wanted.columns)


def open_csv(path: Path) -> CsvSource:
    """Return the rows of a CSV file of which the header alone is read. Raises DamagedFileError for what is no CSV."""
    try:
        with _opened(path, ()) as reader:
            names = tuple(reader.schema.names)
    except (pa.ArrowInvalid, OSError, UnicodeDecodeError):
        raise _unreadable(path) from None
    refuse_other_separators(list(names), path.name)
    refuse_odd_names(names, path.name)
    return CsvSource(path, names)


def _opened(path: Path, names: tuple[str, ...]) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(block_size=BLOCK),
        parse_options=parsing(),
        convert_options=as_text_options(names),
    )


def _unreadable(path: Path) -> DamagedFileError:
    return DamagedFileError(
        f"{path.name} cannot be read as CSV",
        hint="save it again as UTF-8 text with commas and one header row; a text with a comma or quote needs quotes",
    )
