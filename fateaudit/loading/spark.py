"""Rows that live on Spark: every partition becomes small tables where it lies, and only those come here."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.ipc as pa_ipc

from fateaudit import errors
from fateaudit.errors import AuditFailedError, FateauditError, MissingLibraryError, UsageError
from fateaudit.loading.sources import Reopen, Way, batches_of, connect
from fateaudit.loading.tables import refuse_odd_names
from fateaudit.tallying import Parts, Score, Wanted, add_parts, tally_batch

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PREFIX = "spark://"
SECONDS = 5
"""How long a master may take to answer."""

_SCHEMA = "part string, name string, content binary"
_HINT = (
    "write dataset.path: spark://HOST:PORT/TABLE, or spark://HOST:PORT//folder/of/parquet for a path that starts at /"
)


@dataclass(frozen=True, slots=True)
class SparkSource:
    """The rows of a Spark DataFrame."""

    frame: DataFrame
    rows: None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(self.frame.columns)

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to, scored on the workers, which need this package and what the model needs."""
        named = [self.frame[f"`{name.replace('`', '``')}`"] for name in wanted.columns]
        selected = self.frame.select(*named)
        tallied = partial(tally_partition, wanted, way.reopen, way.batch)
        try:
            empty = selected.limit(0).toArrow()
            packed = selected.mapInArrow(tallied, _SCHEMA).toArrow()
        except Exception as error:  # noqa: BLE001 - Spark raises what Java, Python and the network raise
            raise _failed(error) from None
        # Where no partition has a row, the columns are still looked at.
        nothing = tally_partition(wanted, way.reopen, way.batch, empty.to_batches() or [_empty(empty.schema)])
        parts = [unpack(pa.Table.from_batches(list(nothing))), *_each(packed)]
        return add_parts(parts, wanted)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _each(packed: pa.Table) -> Iterator[Parts]:
    """Yield what partitions returned, in an order that does not depend on which of them was done first."""
    rows = sorted(packed.to_pylist(), key=lambda row: (row["part"], row["name"], row["content"]))
    errors_first = [row for row in rows if row["part"] == "error"]
    for row in errors_first:
        raise _told(row["content"])
    by_part: dict[tuple[str, str], list[pa.Table]] = {}
    for row in rows:
        by_part.setdefault((row["part"], row["name"]), []).append(_read(row["content"]))
    names = {name for part, name in by_part if part == "table"}
    most = max((len(tables) for tables in by_part.values()), default=0)
    for place in range(most):
        yield Parts(
            {name: by_part["table", name][place] for name in names},
            _at(by_part.get(("sample", ""), []), place),
            _at(by_part.get(("scores", ""), []), place),
        )


def _at(tables: list[pa.Table], place: int) -> pa.Table | None:
    return tables[place] if place < len(tables) else None


def tally_partition(
    wanted: Wanted, reopen: Reopen | None, batch: int, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield what the rows of one partition come to, packed; on a worker, once for each partition.

    What is wrong with the rows is returned like a result: an exception would reach the driver as text, with rows in it.
    """
    try:
        score = None if reopen is None else _opened(reopen)
        parts = []
        with connect(threads=1) as connection:
            for rows in batches:
                pieces = batches_of(pa.Table.from_batches([rows]), batch)
                parts += [tally_batch(piece, wanted, score, connection) for piece in pieces]
        if parts:
            yield from pack(add_parts(parts, wanted))
    except FateauditError as error:
        said = {"kind": type(error).__name__, "message": error.message, "where": error.where, "hint": error.hint}
        yield _row("error", "", json.dumps(said).encode())


@cache
def _opened(reopen: Reopen) -> Score:
    return reopen()


def pack(parts: Parts) -> Iterator[pa.RecordBatch]:
    """Yield each small table as a row of text and bytes: the one shape that Spark is told of."""
    for name, table in parts.tables.items():
        yield _row("table", name, _written(table))
    for part, rows in (("sample", parts.sample), ("scores", parts.scores)):
        if rows is not None:
            yield _row(part, "", _written(rows))


def unpack(packed: pa.Table) -> Parts:
    """Return what `pack` was given, of one partition."""
    (found,) = _each(packed)
    return found


def _row(part: str, name: str, content: bytes) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(
        {"part": [part], "name": [name], "content": [content]},
        schema=pa.schema([("part", pa.string()), ("name", pa.string()), ("content", pa.binary())]),
    )


def _written(table: pa.Table) -> bytes:
    target = io.BytesIO()
    with pa_ipc.new_stream(target, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return target.getvalue()


def _read(content: bytes) -> pa.Table:
    return pa_ipc.open_stream(content).read_all()


def _told(content: bytes) -> FateauditError:
    said = json.loads(content)
    kind: Callable[..., FateauditError] = getattr(errors, said["kind"], AuditFailedError)
    return kind(said["message"], where=said["where"], hint=said["hint"])


def open_spark(path: str) -> SparkSource:
    """Return the rows of `spark://HOST:PORT/TABLE`, or of a path of Parquet after `//`.

    Raises MissingLibraryError without pyspark or Java, UsageError for a URL that names no table, AuditFailedError for a
    master that does not answer.
    """
    address, _, what = path.removeprefix(PREFIX).partition("/")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not what:
        raise UsageError("dataset.path is not the address of a table on Spark", hint=_HINT)
    session = _session(host, int(port))
    try:
        frame = session.read.parquet(what) if what.startswith("/") else session.table(what)
    except Exception as error:  # noqa: BLE001 - as above
        raise _failed(error) from None
    return of_frame(frame)


def of_frame(frame: Any) -> SparkSource:
    """Return the rows of a DataFrame of a live session. Raises UnusableDataError for two columns of one name."""
    refuse_odd_names(list(frame.columns), "the Spark table")
    return SparkSource(frame)


def _session(host: str, port: int) -> Any:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingLibraryError(
            "reading from Spark needs pyspark", hint="type: pip install 'fateaudit[spark]', and install Java 17"
        ) from None
    try:
        # Spark itself would try for a minute and a half, and then say something else.
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        raise AuditFailedError(
            f"no Spark master answers at {host}:{port}", hint="check the address, and that the master is running"
        ) from None
    try:
        builder = SparkSession.builder.master(f"spark://{host}:{port}").appName("fateaudit")
        return builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    except Exception as error:  # noqa: BLE001 - as above
        raise _failed(error) from None


def _failed(error: Exception) -> FateauditError:
    """Return what failed on Spark, without its message: it can quote a row."""
    text = str(error)
    if "No module named 'fateaudit'" in text:
        return AuditFailedError(
            "the Spark workers cannot import fateaudit",
            hint="install the same version, with its packages, on each of them",
        )
    if "TABLE_OR_VIEW_NOT_FOUND" in text or "PATH_NOT_FOUND" in text:
        return UsageError("Spark knows no such table or path", hint=_HINT)
    if "JAVA_GATEWAY_EXITED" in text or "Unable to find java" in text.lower():
        return MissingLibraryError("Spark needs Java, and none was found", hint="install Java 17, or set JAVA_HOME")
    return AuditFailedError(
        f"Spark could not read the rows ({type(error).__name__})", hint="look into the log of the Spark application"
    )
