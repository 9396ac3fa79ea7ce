"""Every family of tabular models that people bring, on eight raw columns, each with what its own library predicts.

Two columns are text; one of them and one of the numbers have missing values. What tests compare with are predictions
of the fitted model itself: nothing of fateaudit takes part in them. Most tell two outcomes apart; one tells three, and
some give a number in a unit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import catboost
import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import skl2onnx
import xgboost
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC

from fateaudit.worker.estimators import open_estimator
from fateaudit.worker.opened import Inside, Opened, Wish
from fateaudit.worker.opening import open_content

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ["place", "kind"]
NUMBERS = [f"n{place}" for place in range(6)]
PLACES, KINDS = ["east", "north", "south", "west"], ["burglary", "fraud", "theft"]


@cache
def people(rows: int = 300, seed: int = 8) -> pd.DataFrame:
    """Eight raw columns. Numbers are short in binary: float32 libraries lose nothing of them."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"place": random.choice(PLACES, rows), "kind": random.choice(KINDS, rows)}, dtype=object)
    for place, name in enumerate(NUMBERS):
        frame[name] = random.integers(-12, 13, rows) / 8 if place < 4 else random.integers(0, 3, rows).astype(float)
    frame.loc[random.random(rows) < 0.1, "kind"] = None
    frame.loc[random.random(rows) < 0.1, "n1"] = np.nan
    return frame


@cache
def outcomes(rows: int = 300, seed: int = 8) -> np.ndarray[Any, Any]:
    """What the models learn: an interaction of two numbers, one of a text and a number, and a sum."""
    frame = people(rows, seed)
    logit = 2 * frame.n0 * (frame.n2 > 0) + frame.n1.fillna(1) - 0.8 * frame.n3 + 0.5 * frame.n4
    logit += 1.5 * (frame.place == "east") * (frame.n0 > 0) - (frame.kind == "theft") - frame.kind.isna()
    return (np.random.default_rng(seed + 1).random(rows) < 1 / (1 + np.exp(-logit))).astype(int)


@cache
def numbers(rows: int = 300, seed: int = 8) -> np.ndarray[Any, Any]:
    """What regressors learn: days, a hundred or so, from the same columns."""
    frame = people(rows, seed)
    days = 90 + 20 * frame.n0 * (frame.n2 > 0) + 8 * frame.n1.fillna(1) - 12 * (frame.kind == "theft")
    return np.asarray(days + 5 * (frame.place == "east") + np.random.default_rng(seed + 2).normal(0, 3, rows))


@cache
def several(rows: int = 300, seed: int = 8) -> np.ndarray[Any, Any]:
    """Three outcomes: the second of two, told apart once more."""
    return outcomes(rows, seed) * np.where(people(rows, seed).n3 > 0, 2, 1)


def as_table(frame: pd.DataFrame) -> pa.Table:
    """Rows as an audit hands them to a model: float64 with NaN, text with nulls."""
    return pa.table(
        {
            name: pa.array(frame[name].to_numpy(np.float64))
            if frame[name].dtype.kind == "f"
            else pa.array(frame[name], pa.string(), from_pandas=True)
            for name in frame
        }
    )


@dataclass(frozen=True)
class Family:
    """One model: as the toolkit opened it, and as its own library predicts."""

    opened: Opened
    own: Callable[[pd.DataFrame], np.ndarray[Any, Any]]
    """Probability of the second class by the library itself, or its number, for rows of `people`."""
    near: float = 1e-9
    """How far the opened model may be from it: more only where the file computes in single precision."""
    place: int = 1
    """Which of the columns that the model gives is explained: the second class, unless it is said."""

    @property
    def inside(self) -> Inside | None:
        """The inside, where the model is open."""
        return self.opened.inside

    def predict(self, table: pa.Table) -> np.ndarray[Any, Any]:
        """Probability of the second class, or the number, as an audit asks for it."""
        return self.opened.predict(table)[:, self.place]


def one_hot() -> ColumnTransformer:
    """Text as 0/1 columns, numbers filled and scaled."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return ColumnTransformer([("words", OneHotEncoder(handle_unknown="ignore"), WORDS), ("numbers", numbers, NUMBERS)])


def ordinal() -> ColumnTransformer:
    """Text as numbers, missing values left as they are, for trees that take both natively."""
    return ColumnTransformer([("words", OrdinalEncoder(), WORDS)], remainder="passthrough")


def of_sklearn(final: Any, before: Callable[[], Any] = one_hot) -> Callable[[], Family]:
    """A pipeline of `before` and `final`."""
    return lambda: fitted(make_pipeline(before(), final))


def fitted(model: Any) -> Family:
    """A scikit-learn classifier of raw columns."""
    model.fit(people(), outcomes())
    if hasattr(model, "predict_proba"):
        return Family(open_estimator(model, Wish()), lambda rows: model.predict_proba(rows)[:, 1])
    return Family(open_estimator(model, Wish()), lambda rows: model.predict(rows).astype(float))


def regressor(final: Any) -> Callable[[], Family]:
    """A pipeline that gives days."""

    def make() -> Family:
        model = make_pipeline(one_hot(), final).fit(people(), numbers())
        return Family(open_estimator(model, Wish()), model.predict, place=0)

    return make


def of_three() -> Family:
    """One of three outcomes against the others."""
    model = make_pipeline(one_hot(), RandomForestClassifier(12, max_depth=5, random_state=0)).fit(people(), several())
    return Family(open_estimator(model, Wish()), lambda rows: model.predict_proba(rows)[:, 2], place=2)


def as_texts(rows: pd.DataFrame) -> pd.DataFrame:
    """The kind of a case as somebody would write it down: a text, and never missing."""
    said = {"theft": "something stolen from a shop", "fraud": "a false name on a form", "burglary": "stolen at night"}
    return rows.assign(kind=pd.Series(rows["kind"].map(said).fillna("nothing written"), dtype=object))


def of_texts() -> Family:
    """A column of texts, as the words in it, beside the others."""
    steps = [("words", OneHotEncoder(), ["place"]), ("text", TfidfVectorizer(), "kind")]
    filled = make_pipeline(SimpleImputer(), StandardScaler())
    before = ColumnTransformer([*steps, ("numbers", filled, NUMBERS)])
    model = make_pipeline(before, LogisticRegression()).fit(as_texts(people()), outcomes())
    return Family(open_estimator(model, Wish()), lambda rows: model.predict_proba(rows)[:, 1])


def calibrated() -> Family:
    """Calibration around whole pipelines."""
    inner = make_pipeline(one_hot(), RandomForestClassifier(8, max_depth=4, random_state=0))
    return fitted(CalibratedClassifierCV(inner, cv=2))


def stacked() -> Family:
    """Two different pipelines, and a model of what both say."""
    first = make_pipeline(one_hot(), LogisticRegression())
    second = make_pipeline(ordinal(), HistGradientBoostingClassifier(max_iter=8, random_state=0))
    return fitted(StackingClassifier([("one", first), ("two", second)], cv=2))


def as_categories(rows: pd.DataFrame) -> pd.DataFrame:
    """Text as the categories that boosters split natively."""
    return rows.assign(
        place=pd.Categorical(rows["place"], categories=PLACES), kind=pd.Categorical(rows["kind"], categories=KINDS)
    )


def only_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Text as numbers, for boosters that are given none: eight raw columns of numbers."""
    if rows["place"].dtype.kind == "f":
        return rows
    codes = {name: as_categories(rows)[name].cat.codes.replace(-1, np.nan).astype(float) for name in WORDS}
    return rows.assign(**codes)


def boosted(kind: str, look: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[], Family]:
    """A booster as its own library saves it."""
    return lambda: {"xgboost": of_xgboost, "lightgbm": of_lightgbm, "catboost": of_catboost}[kind](look)


def of_xgboost(look: Callable[[pd.DataFrame], pd.DataFrame]) -> Family:
    """XGBoost, UBJSON."""
    model = xgboost.XGBClassifier(n_estimators=12, max_depth=3, enable_categorical=True, n_jobs=1)
    model.fit(look(people()), outcomes())
    opened = open_content("xgboost", bytes(model.get_booster().save_raw("ubj")))
    return Family(opened, lambda rows: model.predict_proba(look(rows))[:, 1])


def of_lightgbm(look: Callable[[pd.DataFrame], pd.DataFrame]) -> Family:
    """LightGBM, text."""
    model = lightgbm.LGBMClassifier(n_estimators=12, num_leaves=7, verbose=-1, n_jobs=1)
    model.fit(look(people()), outcomes())
    opened = open_content("lightgbm", model.booster_.model_to_string().encode())
    return Family(opened, lambda rows: model.predict_proba(look(rows))[:, 1])


def of_catboost(look: Callable[[pd.DataFrame], pd.DataFrame]) -> Family:
    """CatBoost, .cbm; missing text is a word to it."""
    words = [] if look is only_numbers else WORDS

    def shown(rows: pd.DataFrame) -> pd.DataFrame:
        return look(rows) if not words else rows.fillna({"kind": "nan"})

    model = catboost.CatBoostClassifier(
        iterations=12, depth=3, verbose=False, allow_writing_files=False, thread_count=1, cat_features=words
    )
    model.fit(shown(people()), outcomes())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.cbm"
        model.save_model(str(path))
        opened = open_content("catboost", path.read_bytes())
    return Family(opened, lambda rows: model.predict_proba(shown(rows))[:, 1])


def of_onnx() -> Family:
    """A whole pipeline as a graph, text included; to a graph, a missing text is the empty one."""
    model = make_pipeline(one_hot(), GradientBoostingClassifier(n_estimators=12, random_state=0))

    def shown(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.fillna({"kind": ""})

    model.fit(shown(people()), outcomes())
    kinds = [(name, (StringTensorType if name in WORDS else FloatTensorType)([None, 1])) for name in people()]
    content = skl2onnx.convert_sklearn(model, initial_types=kinds, options={id(model): {"zipmap": False}})
    opened = open_content("onnx", content.SerializeToString())
    return Family(opened, lambda rows: model.predict_proba(shown(rows))[:, 1], near=1e-5)


SOURCE = b"""
import numpy as np

INPUTS = {"place": "text", "kind": "text"} | {f"n{place}": "number" for place in range(6)}
CLASSES = ["no", "yes"]

def score(rows):
    logit = rows.n0 * rows.n1.fillna(0.5) + (rows.place == "east") * rows.n4 - rows.kind.isna() + 0.1 * rows.n5
    return 1 / (1 + np.exp(-logit.astype(float)))
"""


def of_xgboost_number() -> Family:
    """XGBoost that gives days."""
    model = xgboost.XGBRegressor(n_estimators=12, max_depth=3, n_jobs=1).fit(only_numbers(people()), numbers())
    opened = open_content("xgboost", bytes(model.get_booster().save_raw("ubj")), Wish(gives_numbers=True))
    return Family(opened, lambda rows: model.predict(only_numbers(rows)).astype(float), place=0)


def of_callable() -> Family:
    """A Python function that nobody can look into."""
    own: dict[str, Any] = {}
    exec(SOURCE, own)  # noqa: S102 - it stands above
    opened = open_content("callable", SOURCE, Wish(options={"function": "score"}))
    return Family(opened, lambda rows: own["score"](rows).to_numpy())


NATIVE = {"max_iter": 12, "random_state": 0, "categorical_features": [0, 1]}

FAMILIES: dict[str, Callable[[], Family]] = {
    "logistic regression": of_sklearn(LogisticRegression()),
    "random forest": of_sklearn(RandomForestClassifier(12, max_depth=5, random_state=0)),
    "gradient boosting": of_sklearn(GradientBoostingClassifier(n_estimators=12, random_state=0)),
    "hist gradient boosting, native categories": of_sklearn(HistGradientBoostingClassifier(**NATIVE), ordinal),
    "SVC, decisions alone": of_sklearn(SVC()),
    "SVC, calibrated": of_sklearn(CalibratedClassifierCV(SVC(), cv=2)),
    "MLP": of_sklearn(MLPClassifier((6,), max_iter=2_000, random_state=0)),
    "calibrated forest": calibrated,
    "stacked": stacked,
    "XGBoost, numbers": boosted("xgboost", only_numbers),
    "XGBoost, native categories": boosted("xgboost", as_categories),
    "LightGBM, numbers": boosted("lightgbm", only_numbers),
    "LightGBM, native categories": boosted("lightgbm", as_categories),
    "CatBoost, numbers": boosted("catboost", only_numbers),
    "CatBoost, native categories": boosted("catboost", as_categories),
    "ONNX": of_onnx,
    "callable": of_callable,
    "three outcomes": of_three,
    "regression, linear": regressor(Ridge()),
    "regression, boosted": regressor(GradientBoostingRegressor(n_estimators=12, random_state=0)),
    "regression, forest": regressor(RandomForestRegressor(12, max_depth=5, random_state=0)),
    "regression, XGBoost, numbers": of_xgboost_number,
    "a column of texts": of_texts,
}
"""What each is called, and how it is made. An endpoint has a test of its own: it needs a server."""


@cache
def family(name: str) -> Family:
    """One of `FAMILIES`, made once."""
    return FAMILIES[name]()


def shown_to(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the data of an audit would hold them for this model."""
    if name == "a column of texts":
        return as_texts(rows)
    return only_numbers(rows) if name.endswith(", numbers") else rows


def by_the_definition(
    own: Callable[[pd.DataFrame], np.ndarray[Any, Any]], rows: pd.DataFrame, background: pd.DataFrame
) -> tuple[np.ndarray[Any, Any], float]:
    """Shapley values over all subsets of columns, by the model's own library: shape (rows, columns), and the base."""
    columns, number = list(rows), len(rows.columns)
    subsets = np.array(list(product([False, True], repeat=number)))
    both = pd.concat([rows, background], ignore_index=True)
    values = np.zeros((len(rows), number))
    for row in range(len(rows)):
        from_row = np.repeat(subsets, len(background), axis=0)
        places = np.tile(len(rows) + np.arange(len(background)), len(subsets))
        mixed = [
            both[name].take(np.where(from_row[:, place], row, places)).reset_index(drop=True)
            for place, name in enumerate(columns)
        ]
        # Put together as they are: a data frame made of arrays would turn None into NaN, which is another value.
        worth = own(pd.concat(mixed, axis=1)).astype(float).reshape(len(subsets), -1).mean(axis=1)
        of = {tuple(subset): one for subset, one in zip(subsets.tolist(), worth, strict=True)}
        for subset, column in product(of, range(number)):
            if not subset[column]:
                with_it = (*subset[:column], True, *subset[column + 1 :])
                values[row, column] += (of[with_it] - of[subset]) / (number * comb(number - 1, sum(subset)))
    return values, worth[0]
