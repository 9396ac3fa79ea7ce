"""Where rows lie, behind one face: their columns, and the small tables that they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Protocol

import duckdb
import pyarrow as pa

from fateaudit.errors import AuditFailedError
from fateaudit.tallying import Parts, Score, Wanted, add_parts, can_group, readable, tally_batch, tally_relation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 262_144
"""Rows that a model scores at a time: memory follows this number, and not that of the rows."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """The same model, opened once more: for another thread, or on another machine."""

    score: Score
    close: Callable[[], None]


Reopen = Callable[[], Reopened]

Progress = Callable[[int, int | None], None]
"""Called with how many rows are done, and of how many, where that is known."""


@dataclass(frozen=True, slots=True)
class Way:
    """How rows are to be read."""

    score: Score | None = None
    """Makes a score of what a model reads; None without a model."""
    reopen: Reopen | None = None
    """Opens the model anew, for whoever scores at the same time."""
    batch: int = BATCH
    jobs: int = 1
    progress: Progress = field(default=lambda *_: None)
    """Hears how many rows are scored."""
    explaining: Progress = field(default=lambda *_: None)
    """Hears how many rows are explained, after that."""


class Source(Protocol):
    """Rows that lie somewhere."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""

    @property
    def rows(self) -> int | None:
        """How many rows there are, where that is known before they are read."""

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to, read once."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """Rows in memory."""

    table: pa.Table

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(self.table.column_names)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to."""
        table = readable(self.table.select(wanted.columns), wanted)
        try:
            with engine() as connection:
                relation = connection.from_arrow(table)
                if can_group(relation, wanted):
                    return tally_relation(relation, wanted)
                return tally_all(batches_of(table, way.batch), wanted, way, connection, of=self.rows)
        except duckdb.OutOfMemoryException:
            raise too_large() from None


def too_large() -> AuditFailedError:
    """Return the error for rows of which there are too many different ones."""
    return AuditFailedError(
        "the rows do not fit into memory", hint="declare fewer attributes, or bins for those that are numbers"
    )


def batches_of(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    """Yield a table in pieces of `rows`, one at least."""
    for start in range(0, max(table.num_rows, 1), rows):
        yield table.slice(start, rows)


def tally_all(
    batches: Iterator[pa.Table], wanted: Wanted, way: Way, connection: DuckDBPyConnection, *, of: int | None
) -> Parts:
    """Return what batches come to, one after another, telling how far it is."""

    def tallied() -> Iterator[Parts]:
        done = 0
        for rows in batches:
            yield tally_batch(rows, wanted, way.score, connection)
            done += rows.num_rows
            way.progress(done, of)

    parts = add_parts(tallied(), wanted)
    if of is None:
        done = sum(parts.tables[""]["n"].to_pylist())
        way.progress(done, done)
    return parts


def engine(threads: int = 0) -> DuckDBPyConnection:
    """Return a way into this process's one engine: starting another takes as long as counting 100,000 rows."""
    return _shared(threads).cursor()


@cache
def _shared(threads: int) -> DuckDBPyConnection:
    return connect(threads=threads) if threads else connect()


def connect(**settings: str | int) -> DuckDBPyConnection:
    """Return an engine that fetches nothing from anywhere and keeps nothing."""
    return duckdb.connect(config={**_SETTINGS, **settings})


_SETTINGS: dict[str, str | int] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    # Rows of people are not written to a disk, in whatever folder this happens to run.
    "temp_directory": "",
    # It believes the smallest and largest value that a Parquet file states, and those leave NaN out.
    "disabled_optimizers": "statistics_propagation",
}
