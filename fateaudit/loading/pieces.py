"""Row groups scored on several cores: each thread has a process of its own that runs the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

import pyarrow as pa
import pyarrow.parquet as pq

from fateaudit.loading.sources import Reopened, Way, engine
from fateaudit.tallying import Parts, Score, Wanted, add_parts, tally_batch

TOLD_EVERY = 0.5
"""Seconds between two looks at how far the others are."""


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


@dataclass(frozen=True, slots=True)
class _Shared:
    """What threads share: the pieces that nobody has taken, and what the others came to."""

    todo: deque[tuple[int, Piece]]
    wanted: Wanted
    found: SimpleQueue[tuple[int, Parts, int]] = field(default_factory=SimpleQueue)
    is_over: Event = field(default_factory=Event)

    def take(self, score: Score | None) -> bool:
        """Do one piece; return whether there was one."""
        try:
            place, piece = self.todo.popleft()
        except IndexError:
            return False
        parts, rows = _tally(piece, self.wanted, score, self.is_over)
        self.found.put((place, parts, rows))
        return not self.is_over.is_set()

    def new(self) -> Iterator[tuple[int, Parts, int]]:
        """Yield what was found since the last time."""
        while True:
            try:
                yield self.found.get_nowait()
            except Empty:
                return


def tally_pieces(pieces: Sequence[Piece], wanted: Wanted, way: Way, *, of: int) -> Parts:
    """Return what pieces come to, `way.jobs` of them at a time. Raises what a piece raises.

    This thread takes its share: its model is open, while those of the others still load their libraries.
    """
    assert way.reopen is not None  # noqa: S101 - several at a time are for models
    reopen = way.reopen
    shared = _Shared(deque(enumerate(pieces)), wanted)
    opened: list[Reopened] = []

    def work() -> None:
        own = reopen()
        opened.append(own)
        try:
            while shared.take(own.score):
                pass
        finally:
            own.close()

    others = min(way.jobs, len(pieces)) - 1
    results: dict[int, Parts] = {}
    with ThreadPoolExecutor(max(others, 1)) as pool:
        given = [pool.submit(work) for _ in range(others)]
        try:
            done, is_left = 0, True
            while is_left or any(not one.done() for one in given):
                is_left = is_left and shared.take(way.score)
                finished, _ = wait(given, 0 if is_left else TOLD_EVERY, FIRST_EXCEPTION)
                for one in finished:
                    one.result()
                for place, parts, rows in shared.new():
                    results[place] = parts
                    done += rows
                    way.progress(done, of)
        except BaseException:
            # Those that still compute are not waited for: their processes end now, and with them what they were asked.
            shared.is_over.set()
            for other in opened:
                other.close()
            raise
        # One that failed after the last look took a piece with it.
        for one in given:
            one.result()
        results |= {place: parts for place, parts, _ in shared.new()}
    return add_parts((results[place] for place in sorted(results)), wanted)


def _tally(piece: Piece, wanted: Wanted, score: Score | None, is_over: Event) -> tuple[Parts, int]:
    rows = 0
    parts = []
    with engine(threads=1) as connection:
        for table in piece.tables():
            if is_over.is_set():
                break
            parts.append(tally_batch(table, wanted, score, connection))
            rows += table.num_rows
    return (add_parts(parts, wanted) if parts else Parts()), rows
