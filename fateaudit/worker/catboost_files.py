"""A CatBoost file, .cbm, → an opened model. It holds numbers and names, no code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.boosted import Boosted
from fateaudit.worker.columns import numbers_of, texts_of
from fateaudit.worker.libraries import load, telling_damage
from fateaudit.worker.naming import called, class_name, column_names
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.settings import catboost_settings

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

PROBABILITIES = ("Logloss", "CrossEntropy", "MultiClass")
"""What was trained for: only these give probabilities of one outcome that add up to 1."""

_SUMS = ("RMSE", "MAE", "Quantile", "MAPE", "Lq", "Huber", "Expectile", "LogCosh", "LogLinQuantile")
NUMBERS = dict.fromkeys(_SUMS, "RawFormulaVal") | {"Poisson": "Exponent", "Tweedie": "Exponent"}
"""What was trained for where a number is given, and what CatBoostRegressor makes of the sum of its trees."""

MISSING = "nan"
"""What a missing text is to CatBoost, which takes nothing but text: str() of the NaN that pandas puts there."""


@telling_damage()
def open_catboost(content: bytes, wish: Wish) -> Opened:
    """Return the model in `content`.

    Raises ProblemError for what gives neither probabilities of one outcome nor one number, and where nobody names its
    columns.
    """
    catboost = load("catboost", extra="catboost")
    model = catboost.CatBoost().load_model(blob=content)
    trained_for = str(model.get_all_params().get("loss_function", "")).split(":")[0]
    if trained_for == "MultiClassOneVsAll":
        raise ProblemError(Problem.UNUSUAL, "a model for each outcome, whose scores do not add up to 1")
    classes = _classes(model, trained_for)
    if model.get_embedding_feature_indices():
        raise ProblemError(Problem.UNUSUAL, "columns that hold several numbers each")
    own = [str(name) for name in model.feature_names_]
    # Trained without names, it calls its columns 0, 1, …
    is_numbered = own == [str(place) for place in range(len(own))]
    names = column_names(None if is_numbered else own, len(own), wish)
    texts = {*model.get_cat_feature_indices(), *model.get_text_feature_indices()}
    predict = Predict(model, own, texts, NUMBERS.get(trained_for, "Probability"))
    return Opened(
        inputs=tuple((name, "text" if place in texts else "number") for place, name in enumerate(names)),
        classes=called(classes, wish) if classes else (),
        predict=predict,
        structure=("catboost",),
        inside=None if texts else Boosted(tuple(names), predict.matrix, predict.of_matrix, Paths(catboost, model)),
        settings=catboost_settings(model.get_all_params()),
    )


def _classes(model: Any, trained_for: str) -> list[str]:
    """Return the outcomes of a classifier, none of a regressor. Raises ProblemError for what is neither."""
    classes = [class_name(value) for value in model.classes_]
    if trained_for in NUMBERS and not classes:
        return []
    if trained_for not in PROBABILITIES or not classes:
        raise ProblemError(Problem.NO_CLASSIFIER)
    return classes


@dataclass(frozen=True, slots=True)
class Predict:
    """Score Arrow tables with a CatBoost model: shape (rows, classes), or (rows, 1) where there are none."""

    model: Any
    own: list[str]
    """What the model calls its columns: CatBoost compares."""
    texts: Collection[int]
    gives: str
    """What is asked of it, as CatBoost calls that."""

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or numbers; a category that CatBoost was not shown is one without history to it."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only needed once a model predicts

        columns = [
            pd.Series(texts_of(column, missing=MISSING), dtype=object)
            if place in self.texts
            else pd.Series(numbers_of(column))
            for place, column in enumerate(table.columns)
        ]
        frame = pd.concat(columns, axis=1, keys=self.own)
        return self._score(frame)

    def matrix(self, table: pa.Table) -> NDArray[np.float64]:
        """Return rows as numbers, shape (rows, columns); there are no texts."""
        return np.column_stack([numbers_of(column) for column in table.columns])

    def of_matrix(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same of rows as `matrix` gives them."""
        return self._score(matrix)

    def _score(self, rows: Any) -> NDArray[np.float64]:
        scores = np.asarray(self.model.predict(rows, prediction_type=self.gives), np.float64)
        return scores[:, None] if scores.ndim == 1 else scores


@dataclass(frozen=True, slots=True)
class Paths:
    """CatBoost's own Shapley values of outputs against a background: shap would write the model to a file."""

    catboost: Any
    model: Any

    def __call__(self, rows: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of shape (rows, columns, outputs)."""
        values = self.model.get_feature_importance(
            self._pool(rows),
            type="ShapValues",
            reference_data=self._pool(background),
            model_output="Probability" if len(self.model.classes_) else "Raw",
            thread_count=1,
        )
        # Last is the base. One output of two outcomes comes without a dimension of its own.
        numbers = np.asarray(values, np.float64)[..., :-1]
        return numbers[:, :, None] if numbers.ndim == 2 else np.moveaxis(numbers, 1, 2)  # noqa: PLR2004 - see above

    def _pool(self, rows: NDArray[np.float64]) -> Any:
        # It demands labels, and looks at none.
        return self.catboost.Pool(rows, label=np.arange(len(rows)) % max(1, len(self.model.classes_)))
