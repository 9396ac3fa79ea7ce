"""Row groups scored on several cores: each process opens the model for itself, and returns small tables."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fateaudit.errors import AuditFailedError
from fateaudit.loading.sources import Reopen, Way, engine
from fateaudit.tallying import Parts, Score, Wanted, add_parts, tally_batch


@dataclass(frozen=True, slots=True)
class Piece:
    """One row group of one file."""

    path: Path
    group: int
    columns: tuple[str, ...]
    batch: int

    def tables(self) -> Iterator[pa.Table]:
        """Yield its rows, `batch` at a time."""
        file = pq.ParquetFile(self.path, page_checksum_verification=True)
        for rows in file.iter_batches(self.batch, row_groups=[self.group], columns=list(self.columns)):
            yield pa.Table.from_batches([rows]).select(self.columns)


_score: Score | None = None
_is_over: Event | None = None


def tally_pieces(pieces: Sequence[Piece], wanted: Wanted, way: Way, *, of: int) -> Parts:
    """Return what pieces come to, `way.jobs` of them at a time. Raises what a piece raises, and a killed process."""
    assert way.reopen is not None  # noqa: S101 - several processes are for models
    # A fresh process each: a copy of this one would have the locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    is_over = context.Event()
    pool = ProcessPoolExecutor(min(way.jobs, len(pieces)), context, initializer=_open, initargs=(way.reopen, is_over))
    try:
        with _deaf_to_interrupts():
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
        is_over.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return add_parts((found[place] for place in sorted(found)), wanted)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Have processes that begin here not hear Ctrl-C, which reaches them too: this one does, and ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _open(reopen: Reopen, is_over: Event) -> None:
    global _score, _is_over
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _score, _is_over = reopen(), is_over


def _end_with_parent() -> None:
    """End this process when the one that began it was killed, and could not say so."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this runs in a child
    parent.join()
    os._exit(1)


def _tally(piece: Piece, wanted: Wanted) -> tuple[Parts, int]:
    rows = 0
    parts = []
    with engine(threads=1) as connection:
        for table in piece.tables():
            if _is_over is not None and _is_over.is_set():
                break
            parts.append(tally_batch(table, wanted, _score, connection))
            rows += table.num_rows
    return (add_parts(parts, wanted) if parts else Parts()), rows
