"""An XGBoost file, JSON or UBJSON, → an opened model. It holds numbers and names, no code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.boosted import Boosted, in_columns, numbers_and_places
from fateaudit.worker.columns import frame_of
from fateaudit.worker.libraries import load, telling_damage
from fateaudit.worker.naming import called, column_names
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.settings import xgboost_settings
from fateaudit.worker.tree_paths import by_paths

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

SEVERAL = ("multi:softprob", "multi:softmax")
"""Objectives of more than two outcomes; the second gives its choice alone, and is asked as the first."""

ONE_OF_TWO = "binary:logistic"

NUMBER = ("reg:", "count:")
"""How objectives begin that give a number."""


@telling_damage()
def open_xgboost(content: bytes, wish: Wish) -> Opened:
    """Return the model in `content`.

    Raises ProblemError for what gives neither probabilities of one outcome nor one number, and where nobody names its
    columns.
    """
    xgboost = load("xgboost", extra="xgboost")
    booster = xgboost.Booster({"verbosity": 0}, model_file=bytearray(content))
    learner = json.loads(booster.save_config())["learner"]
    outcomes = _outcomes(learner)
    if learner["objective"]["name"] in SEVERAL:
        booster.set_param({"objective": SEVERAL[0]})
    names = column_names(booster.feature_names, booster.num_features(), wish)
    categories = _categories(booster, xgboost)
    predict = Predict(xgboost, booster, categories, _last_round(booster), outcomes)
    return Opened(
        inputs=tuple((name, "text" if place in categories else "number") for place, name in enumerate(names)),
        classes=called([str(outcome) for outcome in range(outcomes)], wish) if outcomes else (),
        predict=predict,
        structure=(f"xgboost {learner['gradient_booster']['name']}",),
        inside=Boosted(tuple(names), predict.matrix, predict.of_matrix, None if categories else predict.paths),
        settings=xgboost_settings(learner),
    )


def _outcomes(learner: dict[str, Any]) -> int:
    """Return how many outcomes a classifier tells apart, 0 for a regressor."""
    objective, sizes = learner["objective"]["name"], learner["learner_model_param"]
    if int(sizes.get("num_target", 1)) > 1:
        raise ProblemError(Problem.NO_CLASSIFIER)
    if objective == ONE_OF_TWO:
        return 2
    if objective in SEVERAL:
        return int(sizes["num_class"])
    if objective.startswith(NUMBER):
        return 0
    if objective.startswith("binary:"):
        raise ProblemError(Problem.UNUSUAL, "scores that are no probabilities")
    raise ProblemError(Problem.NO_CLASSIFIER)


def _categories(booster: Any, xgboost: Any) -> dict[int, list[Any]]:
    """Return the categories of each column that has them, by its place."""
    marked = [place for place, kind in enumerate(booster.feature_types or ()) if kind == "c"]
    if not marked:
        return {}
    try:
        known = booster.get_categories(export_to_arrow=True).to_arrow()
    except (AttributeError, xgboost.core.XGBoostError):
        known = None
    # Before 3.1 a file held codes, and who wrote it kept the categories.
    if not known or any(known[place][1] is None for place in marked):
        raise ProblemError(Problem.UNUSUAL, "categories that it does not name")
    return {place: known[place][1].to_pylist() for place in marked}


def _last_round(booster: Any) -> int:
    """Return after how many rounds of boosting to stop, 0 for none.

    Stopped early, a file of XGBClassifier is used up to its best round; one of a bare Booster, to its last.
    """
    best = booster.attr("best_iteration")
    return int(best) + 1 if best is not None and booster.attr("scikit_learn") is not None else 0


@dataclass(frozen=True, slots=True)
class Predict:
    """Score Arrow tables with a booster: shape (rows, classes), or (rows, 1) where there are none."""

    xgboost: Any
    booster: Any
    categories: dict[int, list[Any]]
    last_round: int
    outcomes: int

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or numbers. Raises ValueError for a category that XGBoost was not shown."""
        frame = frame_of(table, self.categories)
        # It means to refuse such a category; up to 3.2 it takes it for another one (dmlc/xgboost#12189).
        if any(len(frame[str(place)].cat.categories) > len(known) for place, known in self.categories.items()):
            raise ValueError
        return self._score(self.xgboost.DMatrix(frame, enable_categorical=True))

    def matrix(self, table: pa.Table) -> NDArray[np.float64]:
        """Return rows as numbers, shape (rows, columns). Raises ValueError for a category that is new to XGBoost."""
        return numbers_and_places(table, self.categories, takes_new=False)

    def of_matrix(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same of rows as `matrix` gives them."""
        kinds = ["c" if place in self.categories else "float" for place in range(matrix.shape[1])]
        return self._score(self.xgboost.DMatrix(matrix, feature_types=kinds, enable_categorical=True))

    def paths(self, rows: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values of the outputs by paths through the trees that are used."""
        used = self.booster[: self.last_round] if self.last_round else self.booster
        return by_paths(used, rows, background, gives_numbers=not self.outcomes)

    def _score(self, rows: Any) -> NDArray[np.float64]:
        # By place: the names of the data frame are not those of the model.
        scores = self.booster.predict(rows, iteration_range=(0, self.last_round), validate_features=False)
        return in_columns(scores, self.outcomes)
