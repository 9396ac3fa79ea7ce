"""A fitted scikit-learn estimator → an opened model: its columns, its classes, and how rows look to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.worker.learned import Learned, dropped, learned, reads_texts
from fateaudit.worker.naming import called, class_name, column_names
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.pipelines import Pipeline, scores_of
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.settings import settings_of
from fateaudit.worker.trees import has_broken_trees


def open_estimator(estimator: Any, wish: Wish) -> Opened:
    """Return a fitted classifier or regressor of raw columns, or of one column of texts, as an opened model.

    Raises ProblemError for broken trees, for what is neither, or of several outcomes, and where nobody says which
    columns it reads: neither the model, nor the policy.
    """
    if has_broken_trees(estimator):
        raise ProblemError(Problem.DAMAGED)
    classes = _classes(estimator)
    of_texts = reads_texts(estimator)
    fitted_on = _text_column(wish) if of_texts else _columns(estimator, wish)
    known, unread = learned(estimator, fitted_on), dropped(estimator, fitted_on)
    is_text = {name for name in known if known[name].is_text}
    rows = Rows(fitted_on, known, unread, as_series=of_texts)
    return Opened(
        inputs=tuple((name, "text" if name in is_text else "number") for name in fitted_on if name not in unread),
        classes=called(classes, wish) if classes else (),
        predict=Predict(estimator, rows),
        structure=tuple(_steps(estimator)),
        inside=Pipeline(estimator, rows.frame),
        settings=settings_of(estimator),
    )


def _classes(estimator: Any) -> list[str]:
    """Return the outcomes of a fitted classifier, none of a regressor. Raises ProblemError for what is neither."""
    from sklearn.base import is_regressor  # noqa: PLC0415 - heavy, and loaded by now

    classes = getattr(estimator, "classes_", None)
    if isinstance(classes, np.ndarray) and classes.ndim == 1 and hasattr(estimator, "predict"):
        return [class_name(value) for value in classes]
    if classes is not None or not hasattr(estimator, "predict") or not is_regressor(estimator):
        raise ProblemError(Problem.NO_CLASSIFIER)
    return []


def _text_column(wish: Wish) -> list[str]:
    """Return the one column that a model of texts reads: it was fitted on texts, and no name was there."""
    if not wish.inputs:
        raise ProblemError(Problem.NO_TEXT_COLUMN)
    return column_names(None, 1, wish)


def _columns(estimator: Any, wish: Wish) -> list[str]:
    """Return the names of the columns that the estimator was fitted on: its own, else those that the policy gives."""
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        return [str(name) for name in names]
    return column_names(None, int(getattr(estimator, "n_features_in_", len(wish.inputs))), wish)


def _steps(estimator: Any) -> Iterator[str]:
    """Yield the class names of a pipeline's parts, outermost first."""
    yield type(estimator).__name__
    for _, part in getattr(estimator, "steps", []):
        yield from _steps(part)
    for _, part, *_ in getattr(estimator, "transformers_", []):
        if not isinstance(part, str):
            yield from _steps(part)


class Rows:
    """How rows look to an estimator."""

    def __init__(
        self, fitted_on: list[str], known: dict[str, Learned], unread: set[str], *, as_series: bool = False
    ) -> None:
        self._fitted_on = fitted_on
        self._known = known
        self._unread = unread
        self._as_series = as_series

    def frame(self, table: pa.Table) -> Any:
        """Return rows as what the model was fitted on looked: a data frame, or a series of texts.

        None and NaN are two values to a model.
        """
        import pandas as pd  # noqa: PLC0415 - heavy, and only needed once a model predicts

        if self._as_series:
            (name,) = self._fitted_on
            return _as_shown(table[name], self._known.get(name))
        nothing = np.full(table.num_rows, np.nan)
        return pd.DataFrame(
            {
                name: nothing if name in self._unread else _as_shown(table[name], self._known.get(name))
                for name in self._fitted_on
            }
        )


def _as_shown(column: pa.ChunkedArray, known: Learned | None) -> Any:
    """Return a column as a series of the kind that the model was shown."""
    import pandas as pd  # noqa: PLC0415 - as above

    if known is None or known.dtype == "float64":
        return pd.Series(column.to_numpy())
    if known.dtype == "bool":
        values = column.to_numpy()
        return pd.Series(values if np.isnan(values).any() else values.astype(bool))
    # Each different text is made once; the last place is for what is missing.
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), known.missing], dtype=object)
    places = encoded.indices.fill_null(len(words) - 1).to_numpy()
    # Named, because pandas would see that an object array holds text, and put NaN for None.
    return pd.Series(words[places], dtype=object)


class Predict:
    """Score Arrow tables with a scikit-learn classifier, shape (rows, classes), or a regressor, (rows, 1)."""

    def __init__(self, estimator: Any, rows: Rows) -> None:
        self._estimator = estimator
        self._rows = rows

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or 1 for the predicted class where the model knows none; of a regressor, numbers."""
        return scores_of(self._estimator, self._rows.frame(table))
