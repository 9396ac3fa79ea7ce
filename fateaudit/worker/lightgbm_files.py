"""A LightGBM file, text, → an opened model. It holds numbers and names, no code; a damaged one may end the process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.boosted import Boosted, in_columns, numbers_and_places
from fateaudit.worker.columns import frame_of
from fateaudit.worker.libraries import load, telling_damage
from fateaudit.worker.naming import called, column_names
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.settings import lightgbm_settings
from fateaudit.worker.tree_paths import by_paths

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

NUMBER = frozenset({"regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie"})
"""Objectives that give a number."""

_SETTING = re.compile(r"^(\w+)=(.*)$", re.MULTILINE)
_CATEGORICAL = re.compile(r"^\[categorical_feature: ([\d,]*)\]$", re.MULTILINE)
_CODES = re.compile(r"-?\d+(:-?\d+)*")


@telling_damage()
def open_lightgbm(content: bytes, wish: Wish) -> Opened:
    """Return the model in `content`.

    Raises ProblemError for what gives neither probabilities of one outcome nor one number, and where nobody names its
    columns.
    """
    lightgbm = load("lightgbm", extra="lightgbm")
    text = content.decode()
    booster = lightgbm.Booster(model_str=text)
    written = text.partition("\nTree=")[0]
    head = dict(_SETTING.findall(written))
    names = column_names(_own_names(booster, wish), booster.num_feature(), wish)
    categories = _categories(booster, head.get("feature_infos", ""), text)
    outcomes = _outcomes(head)
    predict = Predict(booster, categories, outcomes)
    return Opened(
        inputs=tuple((name, "text" if place in categories else "number") for place, name in enumerate(names)),
        classes=called([str(outcome) for outcome in range(outcomes)], wish) if outcomes else (),
        predict=predict,
        structure=("lightgbm forest" if "\naverage_output\n" in written else "lightgbm boosting",),
        inside=Boosted(tuple(names), predict.matrix, predict.of_matrix, None if categories else predict.paths),
        settings=lightgbm_settings(text),
    )


def _outcomes(head: dict[str, str]) -> int:
    """Return how many outcomes a classifier tells apart, 0 for a regressor."""
    match head.get("objective", "").split(" ")[0]:
        case objective if objective in NUMBER:
            return 0
        case "binary":
            return 2
        case "multiclass":
            return int(head["num_class"])
        case "multiclassova":
            raise ProblemError(Problem.UNUSUAL, "a model for each outcome, whose scores do not add up to 1")
    raise ProblemError(Problem.NO_CLASSIFIER)


def _own_names(booster: Any, wish: Wish) -> list[str] | None:
    """Return the names that the model was trained with; None where LightGBM made them up."""
    names: list[str] = booster.feature_name()
    # It wrote an underscore for each space; the policy says what the columns are really called.
    if names == [f"Column_{place}" for place in range(len(names))] or names == [
        re.sub(r"\s", "_", name) for name in wish.inputs
    ]:
        return None
    return names


def _categories(booster: Any, infos: str, text: str) -> dict[int, list[Any]]:
    """Return the categories of each column that has them, by its place.

    The file lists them without saying whose they are. Columns of categories are listed among its settings; what each
    column held, among its features: there, codes stand in place of a range.
    """
    listed = booster.pandas_categorical or []
    if not listed:
        return {}
    found = _CATEGORICAL.search(text)
    places = [int(place) for place in found[1].split(",") if place] if found else []
    held = infos.split(" ")
    if len(places) != len(listed) or any(place >= len(held) for place in places):
        raise ProblemError(Problem.UNUSUAL, "categories of columns that it does not name")
    for place, categories in zip(places, listed, strict=True):
        codes = [int(code) for code in held[place].split(":")] if _CODES.fullmatch(held[place]) else []
        if not (codes or held[place] == "none") or max(codes, default=-1) >= len(categories):
            raise ProblemError(Problem.UNUSUAL, "categories of columns that it does not name")
    return dict(zip(places, listed, strict=True))


@dataclass(frozen=True, slots=True)
class Predict:
    """Score Arrow tables with a booster: shape (rows, classes), or (rows, 1) where there are none."""

    booster: Any
    categories: dict[int, list[Any]]
    outcomes: int

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or numbers; a category that LightGBM was not shown is missing to it."""
        return in_columns(self.booster.predict(frame_of(table, self.categories)), self.outcomes)

    def matrix(self, table: pa.Table) -> NDArray[np.float64]:
        """Return rows as numbers, shape (rows, columns)."""
        return numbers_and_places(table, self.categories, takes_new=True)

    def of_matrix(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same of rows as `matrix` gives them."""
        return in_columns(self.booster.predict(matrix), self.outcomes)

    def paths(self, rows: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values of the outputs by paths through the trees."""
        return by_paths(self.booster, rows, background, gives_numbers=not self.outcomes)
