"""Row groups scored on several cores: each process opens the model for itself, and returns small tables."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
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


AHEAD = 2
"""Pieces that wait at each other process, so that none has nothing to do while this one is busy."""

_score: Score | None = None
_is_over: Event | None = None


def tally_pieces(pieces: Sequence[Piece], wanted: Wanted, way: Way, *, of: int) -> Parts:
    """Return what pieces come to, `way.jobs` of them at a time. Raises what a piece raises, and a killed process.

    This process takes its share: it has the model open, while the others still load their libraries.
    """
    assert way.reopen is not None  # noqa: S101 - several processes are for models
    others = min(way.jobs, len(pieces)) - 1
    # A fresh process each: a copy of this one would have the locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    is_over = context.Event()
    pool = ProcessPoolExecutor(max(others, 1), context, initializer=_open, initargs=(way.reopen, is_over))
    try:
        found = dict(_in_turn(pieces, wanted, way, pool, AHEAD * others, of=of))
    except BrokenProcessPool:
        raise AuditFailedError(
            "a process that scored rows was ended from outside",
            hint="it may have taken more memory than there is: write --jobs 1, and run it again",
        ) from None
    finally:
        is_over.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return add_parts((found[place] for place in sorted(found)), wanted)


def _in_turn(  # noqa: PLR0913 - what is done, how, and by whom
    pieces: Sequence[Piece], wanted: Wanted, way: Way, pool: ProcessPoolExecutor, ahead: int, *, of: int
) -> Iterator[tuple[int, Parts]]:
    """Yield what each piece comes to, with its place: one is done here while `ahead` of them are given away."""
    todo, given, done = deque(enumerate(pieces)), dict[Future[tuple[Parts, int]], int](), 0
    while todo or given:
        own = todo.pop() if todo else None
        with _deaf_to_interrupts():
            while todo and len(given) < ahead:
                place, piece = todo.popleft()
                given[pool.submit(_tally_here, piece, wanted)] = place
        results = [] if own is None else [(own[0], _tally(own[1], wanted, way.score))]
        finished, _ = wait(given, timeout=0 if results else None, return_when=FIRST_COMPLETED)
        results += [(given.pop(future), future.result()) for future in finished]
        for place, (parts, rows) in results:
            done += rows
            way.progress(done, of)
            yield place, parts


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


def _tally_here(piece: Piece, wanted: Wanted) -> tuple[Parts, int]:
    """Do a piece in a process that was begun for it."""
    return _tally(piece, wanted, _score)


def _tally(piece: Piece, wanted: Wanted, score: Score | None) -> tuple[Parts, int]:
    rows = 0
    parts = []
    with engine(threads=1) as connection:
        for table in piece.tables():
            if _is_over is not None and _is_over.is_set():
                break
            parts.append(tally_batch(table, wanted, score, connection))
            rows += table.num_rows
    return (add_parts(parts, wanted) if parts else Parts()), rows
