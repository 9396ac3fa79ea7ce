"""The loop of a model's process: it locks itself up, opens one model, and answers until nobody asks.

*describe* opens the model and says what it reads and gives; *predict*, *transform* and *attribute* take rows, and
*score* takes rows as *transform* gave them. What the model prints goes nowhere. Where the model fails, a word from
`problems` comes back; where the process ends, nothing.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fateaudit.worker.framing import SHARED, ChannelError, read_message, write_message
from fateaudit.worker.lockdown import lock
from fateaudit.worker.problems import Problem, ProblemError, name_of

if TYPE_CHECKING:
    import pyarrow as pa

    from fateaudit.worker.opened import Floats, Opened

COMMANDS, NOWHERE = 0, (1, 2)


@dataclass(frozen=True, slots=True)
class Ends:
    """The file descriptors that this process was begun with."""

    model: int
    rows: int
    numbers: int
    replies: int


def main() -> None:
    """Lock this process, say what was locked, and serve."""
    settings = json.loads(sys.argv[1])
    ends = Ends(**settings["ends"])
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in NOWHERE:
        os.dup2(nothing, descriptor)
    locked = lock(settings["readable"], memory=settings["memory"], cpu_seconds=settings["cpu_seconds"])
    write_message(ends.replies, {"locked": asdict(locked)})
    rows = mmap.mmap(ends.rows, SHARED, prot=mmap.PROT_READ)
    numbers = mmap.mmap(ends.numbers, SHARED)
    serving = Serving(ends.model, memoryview(rows), memoryview(numbers))
    while True:
        try:
            request = read_message(COMMANDS)
        except ChannelError:
            # Nothing is left to tidy up, and what a model left behind is not asked.
            os._exit(0)
        write_message(ends.replies, serving.answer(request))


class Serving:
    """One model, and the shared memory through which rows come and numbers go."""

    def __init__(self, model: int, rows: memoryview, numbers: memoryview) -> None:
        self._model = model
        self._rows = rows
        self._numbers = numbers
        self._opened: Opened | None = None
        self._verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "inspect": self._inspect,
            "describe": self._describe,
            "predict": self._predict,
            "transform": self._transform,
            "score": self._score,
            "attribute": self._attribute,
        }

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one request, or why there is none."""
        try:
            return self._verbs[request["verb"]](request)
        except ProblemError as error:
            return {"problem": error.problem.value, "names": list(error.names)}
        except BaseException as error:  # noqa: BLE001 - a model may raise SystemExit as well as anything else
            # Where the interpreter itself gets no memory, it says SystemError.
            is_full = isinstance(error, MemoryError | SystemError)
            if is_full or (type(error) is OSError and error.errno == errno.ENOMEM):
                return {"problem": Problem.MEMORY.value, "names": []}
            return {"problem": Problem.FAILED.value, "names": [name_of(error)]}

    def _inspect(self, request: dict[str, Any]) -> dict[str, Any]:
        from fateaudit.worker.inspecting import inspect_content  # noqa: PLC0415 - only some are asked this

        return {"found": inspect_content(request["format"], self._content())}

    def _describe(self, request: dict[str, Any]) -> dict[str, Any]:
        from fateaudit.worker.opened import Wish  # noqa: PLC0415 - after the lock
        from fateaudit.worker.opening import open_content  # noqa: PLC0415 - as above

        wish = request["wish"]
        self._opened = open_content(
            request["format"],
            self._content(),
            Wish(**wish | {"inputs": tuple(wish["inputs"]), "classes": tuple(wish["classes"])}),
        )
        return self._opened.describe()

    def _predict(self, request: dict[str, Any]) -> dict[str, Any]:
        opened, (table,) = self._model_and_rows(request)
        scores = opened.predict(table)
        if scores.shape != (table.num_rows, opened.width):
            raise ProblemError(Problem.OUTPUT)
        return self._numbers_of(scores)

    def _transform(self, request: dict[str, Any]) -> dict[str, Any]:
        opened, (table,) = self._model_and_rows(request)
        if opened.inside is None:
            raise ProblemError(Problem.CLOSED)
        return self._numbers_of(opened.inside.encode(table))

    def _score(self, request: dict[str, Any]) -> dict[str, Any]:
        opened, (table,) = self._model_and_rows(request)
        if opened.inside is None:
            raise ProblemError(Problem.CLOSED)
        # One column that holds a whole row in each cell: as it lies in shared memory, nothing is copied.
        rows = table.column(0).combine_chunks()
        encoded = rows.flatten().to_numpy().reshape(len(rows), rows.type.list_size)
        scores = opened.inside.score(encoded)
        if scores.shape != (len(rows), opened.width):
            raise ProblemError(Problem.OUTPUT)
        return self._numbers_of(scores)

    def _attribute(self, request: dict[str, Any]) -> dict[str, Any]:
        opened, (table, background) = self._model_and_rows(request)
        if opened.inside is None:
            raise ProblemError(Problem.CLOSED)
        import numpy as np  # noqa: PLC0415 - after the lock

        made_of = np.array(request["made_of"], np.int64)
        return self._numbers_of(opened.inside.attribute(table, background, made_of, request["columns"]))

    def _content(self) -> bytes:
        size = os.fstat(self._model).st_size
        parts: list[bytes] = []
        while sum(map(len, parts)) < size:
            parts.append(os.pread(self._model, size, sum(map(len, parts))))
        # Of one part, as it is: a model may be as large as half of the memory.
        return b"".join(parts)

    def _model_and_rows(self, request: dict[str, Any]) -> tuple[Opened, list[pa.Table]]:
        import pyarrow as pa  # noqa: PLC0415 - after the lock

        if self._opened is None:
            raise ProblemError(Problem.PROTOCOL)
        tables, start = [], 0
        for length in request["lengths"]:
            stream = pa.py_buffer(self._rows[start : start + length])
            tables.append(pa.ipc.open_stream(stream).read_all())
            start += length
        return self._opened, tables

    def _numbers_of(self, numbers: Floats) -> dict[str, Any]:
        import numpy as np  # noqa: PLC0415 - after the lock

        if numbers.nbytes > SHARED:
            raise ProblemError(Problem.TOO_LARGE)
        np.frombuffer(self._numbers, np.float64, numbers.size)[:] = np.asarray(numbers, np.float64).reshape(-1)
        return {"shape": list(numbers.shape)}
