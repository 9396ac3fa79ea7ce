"""Parquet that is read in pieces: one large file, or a folder of files that are one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from fateaudit.errors import DamagedFileError, FateauditError, UnusableDataError, UsageError
from fateaudit.loading.pieces import Piece, tally_pieces
from fateaudit.loading.sources import Way, connect, tally_all
from fateaudit.loading.tables import refuse_odd_names
from fateaudit.tallying import Parts, Wanted, can_group, tally_relation


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """Rows in Parquet files of which each has every column that is wanted."""

    files: tuple[Path, ...]
    schemas: tuple[pa.Schema, ...]
    groups: tuple[tuple[int, ...], ...]
    """How many rows each row group of each file has."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns of the first file, and of no other."""
        return tuple(self.schemas[0].names)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(sum(groups) for groups in self.groups)

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to: by duckdb on the files as they are, or in batches over the row groups."""
        _refuse_drift(self, wanted.columns)
        try:
            with connect() as connection:
                relation = connection.read_parquet([str(path) for path in self.files], union_by_name=True)
                if can_group(relation, wanted):
                    return tally_relation(relation, wanted)
            if way.jobs > 1 and way.reopen is not None:
                return tally_pieces(self.pieces(wanted.columns, way.batch), wanted, way, of=self.rows)
            batches = (table for piece in self.pieces(wanted.columns, way.batch) for table in piece.tables())
            with connect() as connection:
                return tally_all(batches, wanted, way, connection, of=self.rows)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise _unreadable(self.files, error) from None

    def pieces(self, columns: Sequence[str], batch: int) -> list[Piece]:
        """Return the row groups one by one, or one empty one: whoever reads them needs nothing else."""
        found = [
            Piece(path, group, tuple(columns), batch)
            for path, groups in zip(self.files, self.groups, strict=True)
            for group, rows in enumerate(groups)
            if rows
        ]
        return found or [Piece(self.files[0], None, tuple(columns), batch)]


def open_parquet(path: Path) -> ParquetSource:
    """Return the rows of a file or folder; only what stands at the end of each file is read.

    Raises UsageError for a folder without Parquet files, DamagedFileError naming the file that cannot be read,
    UnusableDataError where there are no rows, or two columns of one name.
    """
    files = tuple(sorted(path.rglob("*.parquet"))) if path.is_dir() else (path,)
    if not files:
        raise UsageError(
            f"the folder {path.name} holds no Parquet file", hint="name a folder of files called *.parquet"
        )
    schemas, groups = [], []
    for file in files:
        try:
            found = pq.ParquetFile(file, page_checksum_verification=True)
            schemas.append(found.schema_arrow)
            groups.append(tuple(found.metadata.row_group(at).num_rows for at in range(found.num_row_groups)))
        except (pa.ArrowException, OSError, ValueError):
            raise _damaged(file) from None
        refuse_odd_names(schemas[-1].names, file.name)
    source = ParquetSource(files, tuple(schemas), tuple(groups))
    if not source.rows:
        raise UnusableDataError(f"{path.name} has no rows", hint="give at least one row")
    return source


def _refuse_drift(source: ParquetSource, columns: Sequence[str]) -> None:
    """Refuse files of which one lacks a column that another has, or holds something else in it."""
    first = source.schemas[0]
    for path, schema in zip(source.files, source.schemas, strict=True):
        for name in columns:
            here = [field for field in schema if field.name == name]
            if not here:
                raise UnusableDataError(
                    f'{path.name} has no column "{name}", and {source.files[0].name} has one',
                    hint="give files of one table: each with the same columns",
                )
            kind, before = _kind(here[0].type), _kind(first.field(name).type)
            if kind != before:
                raise UnusableDataError(
                    f'the files differ: "{name}" holds {before} in {source.files[0].name} and {kind} in {path.name}',
                    hint="write both in one way",
                )


def _kind(type_: pa.DataType) -> str:
    plain = type_.value_type if pa.types.is_dictionary(type_) else type_
    kinds = {
        "text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
        "true or false": (pa.types.is_boolean,),
        "numbers": (pa.types.is_integer, pa.types.is_floating),
        "decimals": (pa.types.is_decimal,),
        "dates or times": (pa.types.is_temporal,),
        "nothing": (pa.types.is_null,),
    }
    return next((kind for kind, tests in kinds.items() if any(test(plain) for test in tests)), "something else")


def _unreadable(files: Sequence[Path], error: Exception) -> FateauditError:
    """Return what went wrong, naming the file: the reader's own message may quote a value."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return DamagedFileError("the rows do not fit into memory", hint="declare fewer attributes, or bins for numbers")
    for path in files:
        try:
            for _ in pq.ParquetFile(path, page_checksum_verification=True).iter_batches():
                pass
        except (pa.ArrowException, OSError, ValueError):
            return _damaged(path)
    return DamagedFileError(
        f"the files cannot be read ({type(error).__name__})",
        hint="check that nobody changed them meanwhile; run it again",
    )


def _damaged(path: Path) -> DamagedFileError:
    return DamagedFileError(f"{path.name} is a damaged Parquet file", hint="take a fresh copy, or export it again")
