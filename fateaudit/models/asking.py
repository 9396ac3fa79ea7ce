"""A model's process → the model that an audit sees: a function of rows, and an inside that can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.errors import FateauditError, RefusedModelError, printable
from fateaudit.evaluation import InsideError, Linear
from fateaudit.models.probabilities import refuse_no_probabilities
from fateaudit.models.process import LostError, Process, TooMuchError, UnlockedError
from fateaudit.models.telling import OPENING, Teller
from fateaudit.models.told import Description, read_description
from fateaudit.worker.problems import Problem

if TYPE_CHECKING:
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

MAX_CELLS = 50_000_000
"""Cells of an encoded table that are taken: 400 MB."""

PART = 16_000_000
"""Bytes of rows that are asked about at a time: what a model makes of them then stays near the processor. More, and a
model that only adds up takes half as long again; less, and what is said around each part weighs."""

TOGETHER = 4_096
"""A part is a multiple of so many rows: libraries add up blocks of rows, and a part that cuts none changes no digit."""

OTHER_SHAPE = "the model's process gave numbers of another shape"


@dataclass(frozen=True, slots=True)
class Asked:
    """One model in its process. What it answers is checked for shape and range before anybody sees it."""

    process: Process
    teller: Teller

    def describe(self) -> Description:
        """Open the model and return what it says of itself."""
        try:
            answer = self.process.ask(**self.process.opening)
            gives_numbers = self.process.opening["wish"]["gives_numbers"]
            return read_description(dict(self.teller.answered(answer, OPENING)), gives_numbers=gives_numbers)
        except LostError as error:
            raise self.teller.lost(error, OPENING) from None
        except UnlockedError:
            raise RefusedModelError(
                f"{self.teller.name} runs code of its maker, and this machine cannot lock it up",
                hint="open it on Linux 5.13 or newer, or audit its predictions (columns.prediction)",
            ) from None

    def scores(self, table: pa.Table, described: Description) -> Floats:
        """Return the probability of each class, shape (rows, classes), or (rows, 1) numbers where there are none.

        Raises AuditFailedError for anything else.
        """
        parts = [self._checked(one, part.num_rows, described) for one, part in self._of_rows("predict", table)]
        return np.concatenate(parts) if parts else np.empty((0, described.width))

    def encoded(self, table: pa.Table) -> Floats:
        """Return what the model's last step is shown, shape (rows, encoded columns)."""
        return self._of_inside("transform", table)

    def scored(self, encoded: Floats, described: Description) -> Floats:
        """Return the same of encoded rows."""
        flat = pa.array(np.ascontiguousarray(encoded, np.float64).reshape(-1))
        numbers = self._of_inside("score", pa.table({"row": pa.FixedSizeListArray.from_arrays(flat, encoded.shape[1])}))
        try:
            return self._checked(numbers, len(encoded), described)
        except FateauditError as error:
            raise InsideError(error.message) from None

    def attributed(self, table: pa.Table, background: pa.Table, made_of: Whole, columns: int) -> Floats:
        """Return Shapley values, shape (rows, columns, outputs)."""
        return self._of_inside("attribute", table, background, made_of=made_of.tolist(), columns=columns)

    def _of_inside(self, verb: str, *tables: pa.Table, **more: Any) -> Floats:
        """Only one measurement needs this, so nothing that goes wrong here ends the audit."""
        parts: list[Floats] = []
        try:
            for numbers, part in self._of_rows(verb, *tables, **more):
                if numbers.shape[:1] != (part.num_rows,) or any(one.shape[1:] != numbers.shape[1:] for one in parts):
                    raise InsideError(OTHER_SHAPE)
                if numbers.size // max(part.num_rows, 1) * tables[0].num_rows > MAX_CELLS:
                    raise InsideError("the encoded columns are too many to spread out")
                parts.append(numbers)
        except FateauditError as error:
            raise InsideError(error.message) from None
        return np.concatenate(parts)

    def _checked(self, numbers: Floats, rows: int, described: Description) -> Floats:
        if numbers.shape != (rows, described.width):
            raise self.teller.error(Problem.OUTPUT, [], "predicting")
        if described.classes:
            refuse_no_probabilities(numbers)
        return numbers

    def _of_rows(self, verb: str, table: pa.Table, *rest: pa.Table, **more: Any) -> Iterator[tuple[Floats, pa.Table]]:
        """Yield the numbers for parts of `table` of a good size, smaller ones where those do not fit, with the part."""
        waiting = _parts_of(table)[::-1]
        while waiting:
            part = waiting.pop()
            numbers = self._numbers(verb, (part, *rest), more)
            if numbers is not None:
                yield numbers, part
            elif part.num_rows == 1:
                raise self.teller.error(Problem.TOO_LARGE, [], _DOING[verb])
            else:
                half = part.num_rows // 2
                waiting += [part.slice(half), part.slice(0, half)]

    def _numbers(self, verb: str, tables: Sequence[pa.Table], more: Mapping[str, Any]) -> Floats | None:
        """Return the answer, or None where rows or numbers do not fit."""
        try:
            answer: dict[str, Any] = self.process.ask(verb, *tables, **more)
            if answer.get("problem") == Problem.TOO_LARGE:
                return None
            return self.process.numbers(dict(self.teller.answered(answer, _DOING[verb])))
        except TooMuchError:
            return None
        except LostError as error:
            raise self.teller.lost(error, _DOING[verb]) from None


def _parts_of(table: pa.Table) -> list[pa.Table]:
    """Return the rows of a table in parts of about PART bytes; none of an empty one."""
    bytes_of_one = table.nbytes / max(1, table.num_rows)
    step = TOGETHER * max(1, int(PART / max(1, bytes_of_one) / TOGETHER))
    return [table.slice(start, step) for start in range(0, table.num_rows, step)]


_DOING = {
    "predict": "predicting",
    "transform": "encoding rows",
    "score": "scoring encoded rows",
    "attribute": "explaining rows",
}


@dataclass(frozen=True, slots=True)
class Inside:
    """The inside of an open model, asked in its process."""

    asked: Asked
    described: Description
    _widths: set[int] = field(default_factory=set)
    """How many encoded columns it gave: one number, of an honest model."""

    def encode(self, table: pa.Table) -> Floats:
        """Return what the final step is shown, shape (rows, encoded columns)."""
        encoded = self.asked.encoded(self._read(table))
        self._widths.update(encoded.shape[1:2])
        if encoded.ndim != 2 or len(self._widths) > 1:  # noqa: PLR2004 - rows and columns
            raise InsideError(OTHER_SHAPE)
        return encoded

    def names(self) -> tuple[str, ...]:
        """Name the encoded columns; empty when they have no names."""
        # They may hold words of the data the model was fitted on, line breaks and all.
        return tuple(printable(name) for name in self.described.encoded)

    def linear(self) -> Linear | None:
        """Return the final step's weights; None when it is not linear."""
        weights = self.described.linear
        return None if weights is None else Linear(weights.coef, weights.intercept)

    def score(self, encoded: Floats) -> Floats:
        """Return what the model gives for rows as `encode` gave them: probabilities, or numbers, as `predict` does."""
        return self.asked.scored(encoded, self.described)

    def attribute(self, table: pa.Table, background: pa.Table, made_of: Whole, columns: int) -> Floats:
        """Return Shapley values of the outputs, shape (rows, columns, outputs)."""
        values = self.asked.attributed(self._read(table), self._read(background), made_of, columns)
        if values.ndim != 3 or values.shape[1] != columns:  # noqa: PLR2004 - rows, columns, outputs
            raise InsideError(OTHER_SHAPE)
        return values

    def _read(self, table: pa.Table) -> pa.Table:
        return table.select([name for name, _ in self.described.inputs])
