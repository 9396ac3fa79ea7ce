"""Row groups scored on several cores: each process opens the model for itself, and returns small tables."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fateaudit.errors import AuditFailedError
from fateaudit.loading.sources import Reopen, Way, connect
from fateaudit.tallying import Parts, Score, Wanted, add_parts, tally_batch


@dataclass(frozen=True, slots=True)
class Piece:
    """One row group of one file; none for a file that has none."""

    path: Path
    group: int | None
    columns: tuple[str, ...]
    batch: int

    def tables(self) -> Iterator[pa.Table]:
        """Yield its rows, `batch` at a time; without a row group one table of no rows."""
        file = pq.ParquetFile(self.path, page_checksum_verification=True)
        if self.group is None:
            yield file.schema_arrow.empty_table().select(self.columns)
            return
        for rows in file.iter_batches(self.batch, row_groups=[self.group], columns=list(self.columns)):
            yield pa.Table.from_batches([rows]).select(self.columns)


_score: Score | None = None


def tally_pieces(pieces: Sequence[Piece], wanted: Wanted, way: Way, *, of: int) -> Parts:
    """Return what pieces come to, `way.jobs` of them at a time. Raises what a piece raises, and a killed process."""
    assert way.reopen is not None  # noqa: S101 - several processes are for models
    # A fresh process each: a copy of this one would have the locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(way.jobs, len(pieces)), context, initializer=_open, initargs=(way.reopen,))
    try:
        waiting = {pool.submit(_tally, piece, wanted): place for place, piece in enumerate(pieces)}
        found: dict[int, Parts] = {}
        done = 0
        for future in as_completed(waiting):
            found[waiting[future]], rows = future.result()
            done += rows
            way.progress(done, of)
    except BrokenProcessPool:
        raise AuditFailedError(
            "a process that scored rows was ended from outside",
            hint="it may have taken more memory than there is: write --jobs 1, and run it again",
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return add_parts((found[place] for place in sorted(found)), wanted)


def _open(reopen: Reopen) -> None:
    global _score  # noqa: PLW0603 - what a process holds for all its pieces
    _score = reopen()


def _tally(piece: Piece, wanted: Wanted) -> tuple[Parts, int]:
    rows = 0
    parts = []
    with connect(threads=1) as connection:
        for table in piece.tables():
            parts.append(tally_batch(table, wanted, _score, connection))
            rows += table.num_rows
    return add_parts(parts, wanted), rows
