"""A model's process from outside: begun, asked, given up on when it is late, and ended.

What it answers is hostile: a message is bounded and parsed as JSON, numbers are copied out of shared memory before they
are looked at, and a process that breaks the rules is killed. It is begun again when it is asked again.
"""

from __future__ import annotations

import math
import mmap
import os
import select
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.models.isolation import command, environment, has_bubblewrap
from fateaudit.models.memory import sealed, shared
from fateaudit.worker.framing import SHARED, ChannelError, frame, length_of, parse

if TYPE_CHECKING:
    from fateaudit.models.limits import Limits

START_SECONDS = 120
"""Libraries are loaded from a disk that may be slow, before the model's own time begins."""

HEAD = 4

COPYING = 4
"""Threads that copy rows into shared memory: one alone is slower than the memory."""

MOST_DIMENSIONS = 3


class LostError(Exception):
    """The process ended, or was ended because it was late or broke the rules."""


class UnlockedError(Exception):
    """This machine cannot keep the process from files, and without that it is not asked to run foreign code."""


class LateError(LostError):
    """It did not answer in time."""


@dataclass(slots=True)
class Process:
    """One process for one model. Not for several threads at a time, but any thread may close it."""

    content: bytes
    limits: Limits
    opening: dict[str, Any] = field(default_factory=dict)
    """What it is asked first, each time that it is begun."""
    needs_lock: bool = False
    """Whether nothing is opened where the kernel keeps no files from the process."""
    walled: bool = field(default_factory=has_bubblewrap)
    locked: dict[str, Any] = field(default_factory=dict)
    """What the process said was locked, before it saw the model."""
    _ends: _Ends | None = None
    _model: int = -1
    _is_closed: bool = False
    _asking: threading.RLock = field(default_factory=threading.RLock)

    def ask(self, verb: str, *tables: pa.Table, **more: Any) -> dict[str, Any]:
        """Return the answer to one request. Raises LostError, and TooMuchError for rows that do not fit."""
        with self._asking:
            opens = verb != self.opening.get("verb")
            ends = self._ends or self._begin(opens=opens)
            request = {"verb": verb, "lengths": ends.put(tables), **more}
            return self._exchange(ends, request, self.limits.seconds + (0 if opens else START_SECONDS))

    def numbers(self, answer: dict[str, Any]) -> NDArray[np.float64]:
        """Return the numbers that an answer speaks of. Raises LostError for a shape that cannot be."""
        shape = _shape_in(answer)
        with self._asking:
            if self._ends is None or shape is None or math.prod(shape) * 8 > SHARED:
                self.end()
                raise LostError("it answered something else than was asked")
            # Copied first: the other side may still write there.
            return np.frombuffer(self._ends.numbers, np.float64, math.prod(shape)).copy().reshape(shape)

    def end(self) -> None:
        """End the process, if there is one; asking again begins another."""
        with self._asking:
            if self._ends is not None:
                self._ends.close()
                self._ends = None

    def close(self) -> None:
        """End the process for good and forget the model, also while another thread asks it: that one is told so."""
        self._is_closed = True
        # Whoever waits for an answer has the descriptors in use: they are closed once the death has woken that thread.
        if (ends := self._ends) is not None:
            ends.child.kill()
        with self._asking:
            self.end()
            if self._model >= 0:
                os.close(self._model)
                self._model = -1

    def _begin(self, *, opens: bool) -> _Ends:
        if self._is_closed:
            raise LostError("it was closed")
        if self._model < 0:
            self._model = sealed(self.content)
        ends = _Ends.begin(self._model, self.limits, walled=self.walled)
        self._ends = ends
        if self._is_closed:
            self.end()
            raise LostError("it was closed")
        self.locked = self._read(ends, START_SECONDS).get("locked", {})
        if self.needs_lock and not self.locked.get("landlock"):
            self.end()
            raise UnlockedError
        if opens and self.opening:
            self._exchange(ends, self.opening, self.limits.seconds + START_SECONDS)
        return ends

    def _exchange(self, ends: _Ends, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        return self._read(ends, seconds, frame(request))

    def _read(self, ends: _Ends, seconds: float, request: bytes = b"") -> dict[str, Any]:
        until = time.monotonic() + seconds
        try:
            ends.write(request, until)
            return parse(ends.read(length_of(ends.read(HEAD, until)), until))
        except LateError:
            self.end()
            raise LateError(f"it did not answer within {seconds:,g} seconds") from None
        except ChannelError:
            raise self._lost(ends) from None

    def _lost(self, ends: _Ends) -> LostError:
        how = ends.how_it_ended()
        self.end()
        return LostError(how)


@dataclass(slots=True)
class _Ends:
    """What this side holds of a running process."""

    child: subprocess.Popen[bytes]
    commands: int
    replies: int
    rows: mmap.mmap
    numbers: mmap.mmap

    @classmethod
    def begin(cls, model: int, limits: Limits, *, walled: bool) -> _Ends:
        """Begin a process that has the model open."""
        (rows, rows_end), (numbers, numbers_end) = shared("rows"), shared("numbers")
        its_commands, commands = os.pipe()
        replies, its_replies = os.pipe()
        given = {"model": model, "rows": rows_end, "numbers": numbers_end, "replies": its_replies}
        settings: dict[str, object] = {
            "ends": given,
            "memory": limits.memory,
            "cpu_seconds": limits.cpu_seconds,
        }
        try:
            child = subprocess.Popen(  # noqa: S603 - words of `isolation`
                command(settings, walled=walled),
                stdin=its_commands,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
                cwd="/",
                pass_fds=list(given.values()),
                # Ctrl-C reaches this process, which ends the other.
                start_new_session=True,
            )
        except BaseException:
            for end in (commands, replies):
                os.close(end)
            raise
        finally:
            for end in (its_commands, its_replies, rows_end, numbers_end):
                os.close(end)
        # Nothing here waits for ever: a model may fill the pipe that it is asked through, or empty its own.
        os.set_blocking(replies, False)
        os.set_blocking(commands, False)
        return cls(child, commands, replies, rows, numbers)

    def put(self, tables: tuple[pa.Table, ...]) -> list[int]:
        """Write tables one after another into shared memory; return their lengths. Raises TooMuchError."""
        lengths: list[int] = []
        for table in tables:
            room = pa.py_buffer(memoryview(self.rows)[sum(lengths) :])
            sink = pa.FixedSizeBufferWriter(room)
            sink.set_memcopy_threads(COPYING)
            whole = table if all(column.num_chunks == 1 for column in table.columns) else table.combine_chunks()
            try:
                with pa.ipc.new_stream(sink, whole.schema) as stream:
                    stream.write_table(whole)
                lengths.append(sink.tell())
            except (OSError, pa.ArrowInvalid):
                raise TooMuchError from None
        return lengths

    def write(self, content: bytes, until: float) -> None:
        """Write all of `content`. Raises LateError, and ChannelError where the other side closed."""
        waiting = memoryview(content)
        while waiting:
            _wait(self.commands, select.POLLOUT, until)
            try:
                waiting = waiting[os.write(self.commands, waiting) :]
            except BlockingIOError:
                continue
            except OSError:
                raise ChannelError from None

    def read(self, size: int, until: float) -> bytes:
        """Return `size` bytes. Raises LateError, and ChannelError where the other side closed."""
        content = bytearray()
        while len(content) < size:
            _wait(self.replies, select.POLLIN, until)
            try:
                part = os.read(self.replies, size - len(content))
            except BlockingIOError:
                continue
            if not part:
                raise ChannelError
            content += part
        return bytes(content)

    def how_it_ended(self) -> str:
        """Say how the process ended, which it has or is about to."""
        try:
            code = self.child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "it answered something else than was asked"
        ended_by = -code if code < 0 else code - 128
        if ended_by == signal.SIGXCPU or code == _KILLED_FOR_TIME:
            return "it used up its time"
        with suppress(ValueError):
            return f"it was ended by {signal.Signals(ended_by).name}"
        return f"it ended by itself, with {code}"

    def close(self) -> None:
        """End the process and wait for it."""
        self.child.kill()
        self.child.wait()
        for end in (self.commands, self.replies):
            os.close(end)
        # Arrow may still hold a view; then the memory goes with it.
        for memory in (self.rows, self.numbers):
            with suppress(BufferError):
                memory.close()


def _wait(end: int, what: int, until: float) -> None:
    """Wait until `end` can be used. Raises LateError."""
    waiting = select.poll()
    waiting.register(end, what)
    left = until - time.monotonic()
    if left <= 0 or not waiting.poll(math.ceil(left * 1_000)):
        raise LateError


class TooMuchError(Exception):
    """Rows that do not fit into shared memory: ask about fewer."""


def _shape_in(answer: dict[str, Any]) -> list[int] | None:
    shape = answer.get("shape")
    if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS:
        return None
    return shape if all(type(size) is int and 0 <= size <= SHARED for size in shape) else None


_KILLED_FOR_TIME = 128 + signal.SIGXCPU
