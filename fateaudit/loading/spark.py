"""Rows that live on Spark: every partition becomes small tables where it lies, and only those come here."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.ipc as pa_ipc

from fateaudit import errors
from fateaudit.errors import AuditFailedError, FateauditError, UsageError
from fateaudit.loading.sources import Reopen, Reopened, Way, batches_of, engine
from fateaudit.loading.spark_session import HINT, PREFIX, asking, open_session
from fateaudit.loading.tables import refuse_odd_names
from fateaudit.tallying import Parts, Score, Wanted, add_parts, tally_batch

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

LAST_PORT = 65_535

_SCHEMA = "part string, name string, content binary"


@dataclass(frozen=True, slots=True)
class SparkSource:
    """The rows of a Spark DataFrame."""

    frame: DataFrame
    close: Callable[[], None] = field(default=lambda: None)
    """Ends the session, if it was started for these rows."""
    rows: None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(self.frame.columns)

    def tally(self, wanted: Wanted, way: Way) -> Parts:
        """Return what all rows come to, scored on the workers, which need this package and what the model needs."""
        task = Task(wanted, way.batch, way.reopen, uuid4().hex)
        with asking():
            named = [self.frame[f"`{name.replace('`', '``')}`"] for name in wanted.columns]
            selected = self.frame.select(*named)
            empty = selected.limit(0).toArrow()
            packed = selected.mapInArrow(partial(tally_partition, task), _SCHEMA).toArrow()
        # Where no partition has a row, the columns are still looked at.
        nothing = tally_partition(task, empty.to_batches() or [_empty(empty.schema)])
        parts = [unpack(pa.Table.from_batches(list(nothing))), *_each(packed)]
        return add_parts(parts, wanted)


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told to do with the rows of each of its partitions."""

    wanted: Wanted
    batch: int
    reopen: Reopen | None
    id: str
    """The same for all partitions, and for no other task."""

    def score(self) -> Score | None:
        """Return the opened model. A worker opens it once, and forgets that of the task before."""
        if self.reopen is None:
            return None
        if self.id not in _opened:
            for other in _opened.values():
                other.close()
            _opened.clear()
            _opened[self.id] = self.reopen()
        return _opened[self.id].score


_opened: dict[str, Reopened] = {}


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


def tally_partition(task: Task, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield what the rows of one partition come to, packed; on a worker, once for each partition.

    What is wrong with the rows is returned like a result: an exception would reach the driver as text, with rows in it.
    """
    try:
        parts = _tallied(task, batches)
        first = next(parts, None)
        if first is not None:
            yield from pack(add_parts(chain([first], parts), task.wanted))
    except FateauditError as error:
        said = {"kind": type(error).__name__, "message": error.message, "where": error.where, "hint": error.hint}
        yield _row("error", "", json.dumps(said).encode())


def _tallied(task: Task, batches: Iterable[pa.RecordBatch]) -> Iterator[Parts]:
    with engine(threads=1) as connection:
        for rows in batches:
            for piece in batches_of(pa.Table.from_batches([rows]), task.batch):
                yield tally_batch(piece, task.wanted, task.score(), connection)


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
    """Return the rows of `spark://HOST:PORT/TABLE`, or of a path of Parquet after `//`; whoever asks closes them.

    Raises MissingLibraryError without pyspark or Java, UsageError for a URL that names no table, AuditFailedError for a
    master that does not answer.
    """
    address, _, what = path.removeprefix(PREFIX).partition("/")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > LAST_PORT or not what:
        raise UsageError("dataset.path is not the address of a table on Spark", hint=HINT)
    session, stop = open_session(host, int(port))
    try:
        with asking():
            frame = session.read.parquet(what) if what.startswith("/") else session.table(what)
        return replace(of_frame(frame), close=stop)
    except BaseException:
        stop()
        raise


def of_frame(frame: Any) -> SparkSource:
    """Return the rows of a DataFrame of a live session. Raises UnusableDataError for two columns of one name.

    Raises UsageError for what else pyspark has, such as its own kind of pandas.
    """
    if not hasattr(frame, "mapInArrow"):
        raise UsageError("this is no DataFrame of pyspark.sql", hint="give one: of pyspark.pandas, frame.to_spark()")
    refuse_odd_names(list(frame.columns), "the Spark table")
    return SparkSource(frame)
