"""A query of duckdb over files beside the policy, in an engine that can read there and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from fateaudit.errors import UsageError, placed
from fateaudit.loading.sources import Way, connect, engine, tally_all
from fateaudit.loading.tables import refuse_odd_names
from fateaudit.tallying import Parts, Wanted, can_group, quoted, tally_relation

PREFIX = "duckdb:"

_HINT = "write one SELECT over files in the policy's folder: duckdb:SELECT * FROM 'rows/*.parquet'"


@dataclass(frozen=True, slots=True)
class QuerySource:
    """The rows that a query gives."""

    query: str
    folder: Path
    columns: tuple[str, ...]
    place: str
    """Where the policy has it, for errors."""
    rows: None = None

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to."""
        try:
            with chdir(self.folder), _confined(self.folder) as connection:
                relation = connection.sql(self.query)
                if can_group(relation, wanted):
                    return tally_relation(relation, wanted)
                reader = relation.project(", ".join(map(quoted, wanted.columns))).to_arrow_reader(way.batch)
                with engine() as other:
                    return tally_all(_tables(reader), wanted, way, other, of=None)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            with placed(self.place):
                raise _failed(error) from None


def _tables(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield the batches, one at least: a query may give no rows."""
    yield reader.schema.empty_table()
    for batch in reader:
        yield pa.Table.from_batches([batch])


def open_query(path: str, folder: Path, place: str) -> QuerySource:
    """Return the rows of `duckdb:SELECT …`; relative paths in it start at `folder`, and what lies elsewhere is refused.

    While it is opened and read, `folder` is the one that this process is in.

    Raises UsageError for what is not one SELECT, and for a query that fails.
    """
    query, folder = path.removeprefix(PREFIX).strip(), folder.resolve()
    try:
        with chdir(folder), _confined(folder) as connection:
            statements = connection.extract_statements(query)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                raise UsageError("dataset.path is not one SELECT", hint=_HINT)
            relation = connection.sql(query)
            columns = tuple(relation.columns)
    except duckdb.Error as error:
        raise _failed(error) from None
    refuse_odd_names(list(columns), "the query's result")
    return QuerySource(query, folder, columns, place)


def _confined(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return an engine that reads below `folder`, writes nowhere that matters, and reaches no network.

    What a relative path names it tells by the folder that the process is in: it must be `folder`.
    """
    connection = connect()
    connection.execute("SET allowed_directories = [$1]", [str(folder)])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


_REASONS = {
    duckdb.ParserException: "it cannot be read as SQL",
    duckdb.BinderException: "it names a column that is not there, or mixes what does not go together",
    duckdb.CatalogException: "it names a table or function that is not there",
    duckdb.PermissionException: "it reaches out of the policy's folder",
    duckdb.IOException: "a file that it names cannot be read",
    duckdb.OutOfMemoryException: "it needs more memory than there is",
    duckdb.ConversionException: "a value cannot be turned into the type that it asks for",
}


def _failed(error: Exception) -> UsageError:
    """Return why, without the engine's message: it can quote a value of a row."""
    reason = next((told for kind, told in _REASONS.items() if isinstance(error, kind)), type(error).__name__)
    return UsageError(f"the query in dataset.path failed: {reason}", hint=_HINT)
