"""Parquet that is read in pieces: one large file, or a folder of files that are one table."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from fateaudit.errors import DamagedFileError, FateauditError, UnusableDataError, UsageError
from fateaudit.loading.pieces import Piece, tally_pieces
from fateaudit.loading.sources import Way, engine, tally_all, too_large
from fateaudit.loading.tables import refuse_odd_names
from fateaudit.tallying import Parts, Wanted, can_group, not_text, refuse_odd_types, tally_relation


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """Rows in Parquet files of which each has every column that is wanted."""

    root: Path
    """The folder that errors leave out of a file's name."""
    files: tuple[Path, ...]
    filled: tuple[Path, ...]
    """The files that have rows: what an empty one says of its columns is worth nothing."""
    schemas: tuple[pa.Schema, ...]
    groups: tuple[tuple[int, ...], ...]
    """How many rows each row group of each of them has."""

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
        self._refuse_drift(wanted.columns)
        refuse_odd_types(self.schemas[0], wanted)
        paths = [glob.escape(str(path)) for path in self.filled]
        try:
            with engine() as connection:
                # Names of folders are not data: "group=a" would take the place of what stands in the file.
                relation = connection.read_parquet(paths, union_by_name=True, hive_partitioning=False)
                if can_group(relation, wanted):
                    return tally_relation(relation, wanted)
            if way.jobs > 1 and way.reopen is not None:
                return tally_pieces(self.pieces(wanted.columns, way.batch), wanted, way, of=self.rows)
            batches = (table for piece in self.pieces(wanted.columns, way.batch) for table in piece.tables())
            with engine() as connection:
                return tally_all(batches, wanted, way, connection, of=self.rows)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from None

    def pieces(self, columns: Sequence[str], batch: int) -> list[Piece]:
        """Return the row groups one by one: whoever reads them needs nothing else."""
        return [
            Piece(path, group, tuple(columns), batch)
            for path, groups in zip(self.filled, self.groups, strict=True)
            for group, rows in enumerate(groups)
            if rows
        ]

    def _refuse_drift(self, columns: Sequence[str]) -> None:
        """Refuse files of which one lacks a column that another has, or holds something else in it."""
        first, *others = zip(map(self._name, self.filled), self.schemas, strict=True)
        for name, column in product(columns, others):
            _refuse_another_kind(name, first, column)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _unreadable(self, error: Exception) -> FateauditError:
        """Return what went wrong, naming the file: the reader's own message may quote a value."""
        if isinstance(error, duckdb.OutOfMemoryException):
            return too_large()
        for path in self.filled:
            try:
                for rows in pq.ParquetFile(path, page_checksum_verification=True).iter_batches():
                    if not _is_text(rows):
                        return not_text(self._name(path))
            except (pa.ArrowException, OSError, ValueError):
                return _damaged(self._name(path))
        return DamagedFileError(
            f"the files cannot be read ({type(error).__name__})",
            hint="check that nobody changed them meanwhile; run it again",
        )


def _is_text(rows: pa.RecordBatch) -> bool:
    try:
        rows.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def rows_in(path: Path) -> int:
    """Return how many rows a file says it has; 0 for one that cannot be read, which is told when it is."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return 0


def open_parquet(path: Path) -> ParquetSource:
    """Return the rows of a file or folder; only what stands at the end of each file is read.

    Files and folders whose names start with a dot or "_" are left out, as Spark does: nobody has finished writing them.

    Raises UsageError for a folder without Parquet files, DamagedFileError naming the file that cannot be read,
    UnusableDataError where there are no rows, or two columns of one name.
    """
    root = path if path.is_dir() else path.parent
    files = tuple(sorted(file for file in path.rglob("*.parquet") if _is_finished(file, path)))
    files = files if path.is_dir() else (path,)
    if not files:
        raise UsageError(
            f"the folder {path.name} holds no Parquet file", hint="name a folder of files called *.parquet"
        )
    filled, schemas, groups = [], [], []
    for file in files:
        try:
            found = pq.ParquetFile(file, page_checksum_verification=True)
            schema = found.schema_arrow
            sizes = tuple(found.metadata.row_group(at).num_rows for at in range(found.num_row_groups))
        except (pa.ArrowException, OSError, ValueError):
            raise _damaged(file.relative_to(root).as_posix()) from None
        refuse_odd_names(schema.names, file.relative_to(root).as_posix())
        if sum(sizes):
            filled.append(file)
            schemas.append(schema)
            groups.append(sizes)
    if not filled:
        raise UnusableDataError(f"{path.name} has no rows", hint="give at least one row")
    return ParquetSource(root, files, tuple(filled), tuple(schemas), tuple(groups))


def _is_finished(file: Path, folder: Path) -> bool:
    return file.is_file() and not any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)


def _refuse_another_kind(name: str, first: tuple[str, pa.Schema], other: tuple[str, pa.Schema]) -> None:
    (one, before), (two, here) = first, other
    if name not in here.names:
        raise UnusableDataError(
            f'{two} has no column "{name}", and {one} has one',
            hint="give files of one table: each with the same columns",
        )
    if _kind(here.field(name).type) != _kind(before.field(name).type):
        raise UnusableDataError(
            f'the files differ: "{name}" holds {_kind(before.field(name).type)} in {one} '
            f"and {_kind(here.field(name).type)} in {two}",
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


def _damaged(name: str) -> DamagedFileError:
    return DamagedFileError(f"{name} is a damaged Parquet file", hint="take a fresh copy, or export it again")
