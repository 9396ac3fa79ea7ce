"""The inside of boosted trees that their own library saved: no step encodes, the trees are shown raw columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fateaudit.worker.columns import frame_of, numbers_of
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.tree_paths import gathered

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from fateaudit.worker.opened import Weights

    Floats: TypeAlias = NDArray[np.float64]
    Whole: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Boosted:
    """Trees of a booster, over raw columns as numbers."""

    columns: tuple[str, ...]
    matrix: Callable[[pa.Table], Floats]
    """Raw rows as numbers, shape (rows, columns); a category is its place among those that the trees know."""
    scored: Callable[[Floats], Floats]
    """Such numbers as what the model gives: probabilities, shape (rows, classes), or (rows, 1) of a regressor."""
    paths: Callable[[Floats, Floats], Floats] | None
    """Rows and background as Shapley values of the outputs; None where nothing gives those of these trees."""

    def names(self) -> tuple[str, ...]:
        """Name the columns."""
        return self.columns

    def linear(self) -> Weights | None:
        """Return None: trees have no weights."""

    def encode(self, table: pa.Table) -> Floats:
        """Return what the trees are shown, shape (rows, columns)."""
        return self.matrix(table)

    def score(self, encoded: Floats) -> Floats:
        """Return what the model gives for rows as `encode` gives them, shape (rows, classes), or (rows, 1)."""
        return self.scored(encoded)

    def attribute(self, table: pa.Table, background: pa.Table, made_of: Whole, columns: int) -> Floats:
        """Return Shapley values of the outputs, shape (rows, columns, outputs)."""
        if self.paths is None:
            raise ProblemError(Problem.CLOSED)
        return gathered(self.paths(self.matrix(table), self.matrix(background)), made_of, columns)


def in_columns(scores: Any, outcomes: int) -> Floats:
    """Return scores of one outcome of two, shape (rows,), as those of both; of no outcome, as one column."""
    if scores.ndim == 1:
        # Before they are made double: its library subtracts in the precision that it scores in.
        scores = np.column_stack([1 - scores, scores]) if outcomes else scores[:, None]
    return np.asarray(scores, np.float64)


def numbers_and_places(table: pa.Table, categories: Mapping[int, Sequence[Any]], *, takes_new: bool) -> Floats:
    """Return raw rows as numbers; a category is its place, and one that the model was not shown is missing.

    Raises ValueError for the latter unless the library `takes_new` ones.
    """
    frame = frame_of(table, categories)
    columns = []
    for place in range(table.num_columns):
        if place not in categories:
            columns.append(numbers_of(table.column(place)))
            continue
        codes = frame[str(place)].cat.codes.to_numpy(np.float64)
        is_new = codes >= len(categories[place])
        if is_new.any() and not takes_new:
            raise ValueError
        columns.append(np.where((codes < 0) | is_new, np.nan, codes))
    return np.column_stack(columns)
