"""`dataset.path` → the rows that it names: a file, a folder of Parquet, a query, or a table that lives on Spark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals as nw
import pyarrow as pa

from fateaudit.artifacts import Artifact, describe, describe_files, read
from fateaudit.errors import RefusedModelError, UsageError, placed
from fateaudit.formats import MEDIA_TYPES, Format, recognise
from fateaudit.loading.csv_rows import CsvSource, open_csv
from fateaudit.loading.parquet import ParquetSource, open_parquet, rows_in
from fateaudit.loading.queries import PREFIX as QUERY
from fateaudit.loading.queries import open_query
from fateaudit.loading.sources import Source, TableSource
from fateaudit.loading.spark import of_frame, open_spark
from fateaudit.loading.spark_session import PREFIX as SPARK
from fateaudit.loading.tables import read_table, refuse_odd_names
from fateaudit.tallying import Parts

if TYPE_CHECKING:
    from fateaudit.policy import PolicyFile

MOST_ROWS = 1_000_000
"""Rows of a Parquet file that is read whole."""

MOST_IN_MEMORY = 32 * 1024 * 1024
"""Bytes of a file that is read whole, so that what is hashed is what is parsed. Larger ones are read in pieces."""


Mark: TypeAlias = tuple[int, int, int] | None
"""What tells a file from the one that it was: size, time of change, number. None where it is gone."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows of an audit and what they are called."""

    rows: Source
    artifact: Artifact
    name: str
    files: tuple[Path, ...] = ()
    """Files that are read in pieces, and must stay as they are until the last one."""
    marks: tuple[Mark, ...] = ()
    """What they looked like before they were hashed."""
    close: Callable[[], None] = field(default=lambda: None)
    """Ends what was started to read the rows."""
    is_file: bool = True
    """Whether the artifact's digest is one of the rows themselves."""

    @property
    def is_changed(self) -> bool:
        """Whether a file that is read in pieces is not what was hashed."""
        return _marks_of(self.files) != self.marks

    def artifacts(self, parts: Parts) -> tuple[Artifact, ...]:
        """Return what the record names: the dataset and, where no file holds it, a digest of what was counted."""
        if self.is_file:
            return (self.artifact,)
        content = _written(parts)
        return self.artifact, describe(content, role="counted", name=f"rows of {self.name}", media_type="text/csv")


def open_dataset(source: PolicyFile, *, in_pieces: bool = False) -> Dataset:
    """Return the rows that the policy names; a file's digest is compared with the pinned one, and no row is parsed yet.

    Parquet of any size is read in pieces where several processes are to score them.

    Raises UsageError for what is not there, RefusedModelError for another digest than the pinned one.
    """
    path = source.policy.dataset.path
    if path.startswith((QUERY, SPARK)):
        return _open_query(source, path)
    whole = source.folder / path
    is_large = _is_large(whole)
    if whole.is_dir() or ((is_large or in_pieces) and _format(whole) is Format.PARQUET):
        return _in_pieces(source, whole, open_parquet, Format.PARQUET)
    if is_large and _format(whole) is Format.CSV:
        return _in_pieces(source, whole, open_csv, Format.CSV)
    content, artifact = _read(source, path)
    return Dataset(TableSource(read_table(content, artifact.name)), artifact, artifact.name)


def open_frame(data: Any) -> Dataset:
    """Return the rows of a data frame: of pandas, polars, Arrow, duckdb and whatever else narwhals reads, or of Spark.

    Raises UsageError for anything else.
    """
    artifact = describe(b"", role="dataset", name="data frame", media_type="text/plain")
    if type(data).__module__.startswith("pyspark."):
        return Dataset(of_frame(data), artifact, "the data frame", is_file=False)
    try:
        frame = nw.from_native(data)
        table = frame.collect("pyarrow") if isinstance(frame, nw.LazyFrame) else frame
    except TypeError:
        raise UsageError(
            f"{type(data).__name__} is no data frame", hint="give one of pandas, polars, pyarrow, duckdb or pyspark"
        ) from None
    rows = table.to_arrow()
    refuse_odd_names(rows.column_names, "the data frame")
    return Dataset(TableSource(rows), artifact, "the data frame", is_file=False)


def describe_dataset(source: PolicyFile) -> Artifact:
    """Return the dataset as an audit names it; no row is parsed."""
    path = source.policy.dataset.path
    if path.startswith((QUERY, SPARK)):
        return _describe_query(path)
    if (source.folder / path).is_dir() or _is_large(source.folder / path):
        return open_dataset(source).artifact
    return _read(source, path)[1]


def _is_large(path: Path) -> bool:
    """Whether a file is large, or stands for many rows: dictionaries make millions of them a small file."""
    if not path.is_file():
        return False
    return path.stat().st_size > MOST_IN_MEMORY or (_format(path) is Format.PARQUET and rows_in(path) > MOST_ROWS)


def _format(path: Path) -> Format:
    """Return what a file is by how it begins; what cannot be opened is told where it is read."""
    if not path.is_file():
        return Format.UNKNOWN
    with path.open("rb") as file:
        return recognise(file.read(65_536))


def _read(source: PolicyFile, path: str) -> tuple[bytes, Artifact]:
    content = read(
        source.folder / path,
        what="the dataset",
        where=[source.where("dataset", "path")],
        hint=f"write dataset.path as it is seen from the folder of {source.artifact.name}",
    )
    media_type = MEDIA_TYPES.get(recognise(content), "application/octet-stream")
    artifact = describe(content, role="dataset", name=Path(path).name, media_type=media_type)
    refuse_another_digest(artifact, source)
    return content, artifact


def _in_pieces(
    source: PolicyFile, path: Path, opened: Callable[[Path], ParquetSource | CsvSource], kind: Format
) -> Dataset:
    with placed(source.where("dataset", "path")):
        marks = _marks_of(opened(path).files)
        # Opened once more: what it reads of the files now is no older than their marks.
        rows = opened(path)
    artifact = describe_files(rows.files, role="dataset", name=path.name, media_type=MEDIA_TYPES[kind], root=path)
    refuse_another_digest(artifact, source)
    return Dataset(rows, artifact, path.name, rows.files, marks)


def _marks_of(files: Sequence[Path]) -> tuple[Mark, ...]:
    return tuple(_mark(path) for path in files)


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _describe_query(path: str) -> Artifact:
    what = "query" if path.startswith(QUERY) else "Spark table"
    return describe(path.encode(), role="dataset", name=what, media_type="text/plain")


def _open_query(source: PolicyFile, path: str) -> Dataset:
    artifact, place = _describe_query(path), source.where("dataset", "path")
    with placed(place):
        if path.startswith(QUERY):
            return Dataset(open_query(path, source.folder, place), artifact, "the query", is_file=False)
        rows = open_spark(path)
        return Dataset(rows, artifact, "the Spark table", close=rows.close, is_file=False)


def refuse_another_digest(artifact: Artifact, source: PolicyFile) -> None:
    """Raise RefusedModelError where the policy pins other rows; those of no file are pinned by what was counted."""
    pinned = source.policy.dataset.sha256
    if pinned is not None and artifact.sha256 != pinned:
        raise RefusedModelError(
            f"{artifact.name} is not what the policy pins",
            where=[source.where("dataset", "sha256"), f"its sha256 is {artifact.sha256}"],
            hint="find out which of the two is meant: the audited data must be those that were agreed on",
        )


def _written(parts: Parts) -> bytes:
    """Return what was counted as text, in an order that no engine chooses."""
    table: pa.Table = parts.tables[""]
    lines = [",".join(table.column_names), *sorted(",".join(map(_said, row.values())) for row in table.to_pylist())]
    return "\n".join(lines).encode()


def _said(value: Any) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else repr(value)
