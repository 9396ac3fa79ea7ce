"""The inside of a fitted scikit-learn pipeline, or of a single estimator."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fateaudit.worker.leaves import by_leaves, trees_of
from fateaudit.worker.opened import Weights
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.tree_paths import by_paths, gathered

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Whole: TypeAlias = NDArray[np.int64]

MAX_CELLS = 50_000_000
"""Cells of an encoded table that may be made dense: 400 MB."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline's last step is the model that is explained; all steps before it encode."""

    estimator: Any
    frame: Callable[[pa.Table], Any]
    """Raw rows as the data frame that the estimator was fitted on looked."""

    def encode(self, table: pa.Table) -> Floats:
        """Return what the final step is shown, shape (rows, encoded columns)."""
        frame = self.frame(table)
        before = self._before()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            encoded = frame if before is None else before.transform(frame)
        if encoded.shape[0] * encoded.shape[1] > MAX_CELLS:
            raise ProblemError(Problem.TOO_LARGE)
        return _dense(encoded)

    def names(self) -> tuple[str, ...]:
        """Name the encoded columns; empty when they have no names."""
        before = self._before()
        try:
            names = (
                getattr(self.estimator, "feature_names_in_", ()) if before is None else before.get_feature_names_out()
            )
        except (AttributeError, ValueError):
            return ()
        return tuple(str(name) for name in names)

    def linear(self) -> Weights | None:
        """Return the final step's weights; None when it has none, or a set for each class."""
        final = self._final()
        coef = _dense(getattr(final, "coef_", []))
        intercept = np.asarray(getattr(final, "intercept_", 0.0), np.float64).reshape(-1)
        if coef.size == 0 or coef.ndim > 1 and coef.shape[0] != 1 or intercept.size != 1:  # noqa: RUF021 - reads as it is said
            return None
        return Weights(tuple(coef.reshape(-1).tolist()), float(intercept[0]))

    def score(self, encoded: Floats) -> Floats:
        """Return what the final step says of rows as `encode` gives them, shape (rows, classes), or (rows, 1)."""
        return scores_of(self._final(), encoded)

    def attribute(self, table: pa.Table, background: pa.Table, made_of: Whole, columns: int) -> Floats:
        """Return Shapley values of outputs by paths through trees, shape (rows, columns, outputs)."""
        final, rows, others = self._final(), self.encode(table), self.encode(background)
        trees = trees_of(final)
        if trees is not None:
            return by_leaves(trees, rows, others, made_of, columns)
        values = by_paths(final, rows, others, gives_numbers=not hasattr(final, "classes_"))
        return gathered(values, made_of, columns)

    def _before(self) -> Any | None:
        steps = getattr(self.estimator, "steps", None)
        return self.estimator[:-1] if steps is not None and len(steps) > 1 else None

    def _final(self) -> Any:
        steps = getattr(self.estimator, "steps", None)
        return self.estimator if steps is None else steps[-1][1]


def _dense(numbers: Any) -> Floats:
    return np.asarray(numbers.toarray() if hasattr(numbers, "toarray") else numbers, np.float64)


def scores_of(estimator: Any, rows: Any) -> Floats:
    """Return probabilities, or 1 for the predicted class where the model knows none: shape (rows, classes).

    Of a regressor, its numbers: shape (rows, 1), or more where it gives several.
    """
    # A model may be set to report its progress; what it says is not ours to pass on.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        if hasattr(estimator, "predict_proba"):
            return np.asarray(estimator.predict_proba(rows), np.float64)
        predicted = np.asarray(estimator.predict(rows))
        if not hasattr(estimator, "classes_"):
            return np.asarray(predicted.reshape(len(predicted), -1), np.float64)
        return np.asarray(predicted.reshape(-1, 1) == estimator.classes_, np.float64)
