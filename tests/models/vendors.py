"""Models as each library makes them, fitted on the same made-up rows, with what the library itself predicts.

The predictions are those of the fitted estimator, before it was saved: nothing of fateaudit takes part in them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import catboost
import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import skl2onnx
import skops.io
import xgboost
from onnx import TensorProto, helper
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from fateaudit.worker.opened import Wish

ROWS = 240
NUMBERS = ["age", "visits"]


@cache
def people():
    """Rows with a measurement, of which some are missing, a count, and a word, of which none is."""
    random = np.random.default_rng(20261122)
    age = random.normal(40, 12, ROWS).astype(np.float32).astype(float)
    age[::17] = np.nan
    return pd.DataFrame(
        {
            "age": age,
            "charge": random.choice(["theft", "fraud", "other"], ROWS),
            "visits": random.integers(0, 5, ROWS).astype(float),
        }
    )


@cache
def labels():
    """Two outcomes that depend on the rows, and some noise."""
    rows, random = people(), np.random.default_rng(7)
    held = (rows["age"].fillna(40) > 40) ^ (rows["charge"] == "theft") ^ (random.random(ROWS) < 0.1)
    return held.to_numpy().astype(int)


@cache
def levels():
    """Three outcomes."""
    return (people()["visits"].to_numpy().astype(int) + labels()) % 3


def as_category(rows):
    return rows.assign(charge=rows["charge"].astype("category"))


def some_missing():
    """The same rows with every seventh charge missing."""
    rows = people()
    return rows.assign(charge=rows["charge"].where(np.arange(ROWS) % 7 > 0, None))


def as_table(rows):
    """Return rows as an audit hands them to a model: float64 with NaN, text with nulls."""
    return pa.table(
        {
            name: pa.array(rows[name], pa.string(), from_pandas=True)
            if rows[name].dtype.kind not in "fiu"
            else pa.array(rows[name].to_numpy(np.float64))
            for name in rows
        }
    )


@dataclass(frozen=True)
class Vendor:
    """A saved model, the rows that it is asked about, and what its library says of them."""

    kind: str
    content: bytes
    rows: pd.DataFrame
    expected: np.ndarray
    inputs: list[tuple[str, str]]
    classes: tuple[str, ...]
    wish: Wish = field(default_factory=Wish)
    near: float = 0.0
    """How far the library's own answer may be: only where the file computes in single precision and the library not."""


WITH_WORDS = [("age", "number"), ("charge", "text"), ("visits", "number")]
WITHOUT = [("age", "number"), ("visits", "number")]


def saved(save):
    """Return the bytes that `save` writes to a path."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        save(str(path))
        return path.read_bytes()


def of_sklearn():
    encoded = ColumnTransformer([("words", OneHotEncoder(), ["charge"])], remainder="passthrough")
    model = make_pipeline(encoded, HistGradientBoostingClassifier(max_iter=5))
    model.fit(some_missing(), np.where(labels(), "held", "freed"))
    rows = some_missing()
    return Vendor("skops", skops.io.dumps(model), rows, model.predict_proba(rows), WITH_WORDS, ("freed", "held"))


def of_xgboost(raw_format="ubj", **settings):
    rows = as_category(some_missing())
    model = xgboost.XGBClassifier(n_estimators=6, max_depth=3, enable_categorical=True, **settings)
    model.fit(rows, labels())
    content = bytes(model.get_booster().save_raw(raw_format))
    return Vendor("xgboost", content, some_missing(), model.predict_proba(rows), WITH_WORDS, ("0", "1"))


def of_xgboost_levels():
    rows = people()[NUMBERS]
    model = xgboost.XGBClassifier(n_estimators=4, max_depth=3).fit(rows, levels())
    content = bytes(model.get_booster().save_raw("json"))
    wish = Wish(classes=("low", "middle", "high"))
    return Vendor("xgboost", content, rows, model.predict_proba(rows), WITHOUT, wish.classes, wish)


def of_xgboost_choice():
    """multi:softmax: the library shows its choice alone; its probabilities are those of the same trees."""
    rows = people()[NUMBERS]
    data = xgboost.DMatrix(rows.to_numpy(), levels())
    model = xgboost.train({"objective": "multi:softmax", "num_class": 3, "max_depth": 3}, data, 4)
    margins = model.predict(data, output_margin=True).astype(np.float64)
    expected = np.exp(margins) / np.exp(margins).sum(axis=1, keepdims=True)
    wish = Wish(inputs=("age", "visits"))
    content = bytes(model.save_raw("ubj"))
    return Vendor("xgboost", content, rows, expected, WITHOUT, ("0", "1", "2"), wish, near=1e-6)


def of_xgboost_stopped_early():
    rows = people()[NUMBERS]
    model = xgboost.XGBClassifier(n_estimators=30, max_depth=3, early_stopping_rounds=3)
    model.fit(rows[:160], labels()[:160], eval_set=[(rows[160:], labels()[160:])], verbose=False)
    assert model.best_iteration < model.get_booster().num_boosted_rounds() - 1
    content = saved(lambda path: model.save_model(f"{path}.json") or Path(f"{path}.json").rename(path))
    return Vendor("xgboost", content, rows, model.predict_proba(rows), WITHOUT, ("0", "1"))


def of_xgboost_linear():
    rows = people()[NUMBERS].fillna(40.0)
    model = xgboost.XGBClassifier(n_estimators=4, booster="gblinear", n_jobs=1).fit(rows, labels())
    content = bytes(model.get_booster().save_raw("ubj"))
    return Vendor("xgboost", content, rows, model.predict_proba(rows), WITHOUT, ("0", "1"))


def of_lightgbm():
    rows = as_category(some_missing())
    model = lightgbm.LGBMClassifier(n_estimators=6, num_leaves=7, verbose=-1).fit(rows, labels())
    content = model.booster_.model_to_string().encode()
    return Vendor("lightgbm", content, some_missing(), model.predict_proba(rows), WITH_WORDS, ("0", "1"))


def of_lightgbm_numbered_categories():
    rows = people().assign(visits=people()["visits"].astype(int).astype("category"))[NUMBERS]
    model = lightgbm.LGBMClassifier(n_estimators=6, num_leaves=7, verbose=-1).fit(rows, labels())
    asked = rows.assign(visits=rows["visits"].astype(str).astype(object))
    content = model.booster_.model_to_string().encode()
    inputs = [("age", "number"), ("visits", "text")]
    return Vendor("lightgbm", content, asked, model.predict_proba(rows), inputs, ("0", "1"))


def of_lightgbm_levels():
    rows = people()[NUMBERS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = lightgbm.LGBMClassifier(n_estimators=4, num_leaves=7, verbose=-1).fit(rows.to_numpy(), levels())
        expected = model.predict_proba(rows.to_numpy())
    content = model.booster_.model_to_string().encode()
    wish = Wish(inputs=("age", "visits"), classes=("low", "middle", "high"))
    return Vendor("lightgbm", content, rows, expected, WITHOUT, wish.classes, wish)


def catboost_model(rows, outcomes, **settings):
    quiet = {"iterations": 6, "depth": 3, "verbose": False, "allow_writing_files": False}
    return catboost.CatBoostClassifier(**quiet, **settings).fit(rows, outcomes)


def of_catboost():
    rows = some_missing().fillna({"charge": "nan"}).astype({"charge": object})
    model = catboost_model(rows, np.where(labels(), "held", "freed"), cat_features=["charge"])
    content = saved(model.save_model)
    return Vendor("catboost", content, some_missing(), model.predict_proba(rows), WITH_WORDS, ("freed", "held"))


def of_catboost_levels():
    rows = people()[NUMBERS]
    model = catboost_model(rows.to_numpy(), levels())
    wish = Wish(inputs=("age", "visits"))
    expected = model.predict_proba(rows.to_numpy())
    return Vendor("catboost", saved(model.save_model), rows, expected, WITHOUT, ("0", "1", "2"), wish)


def onnx_pipeline(*, with_map):
    """A pipeline with words in it, as skl2onnx writes it, and what scikit-learn says."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    steps = ColumnTransformer([("words", words, ["charge"]), ("numbers", numbers, NUMBERS)])
    model = make_pipeline(steps, LogisticRegression())
    rows = some_missing().fillna({"charge": ""}).astype({"charge": object})
    model.fit(rows, np.where(labels(), "held", "freed"))
    kinds = [(name, (StringTensorType if name == "charge" else FloatTensorType)([None, 1])) for name in rows]
    options = None if with_map else {id(model): {"zipmap": False}}
    content = skl2onnx.convert_sklearn(model, initial_types=kinds, options=options).SerializeToString()
    return Vendor("onnx", content, some_missing(), model.predict_proba(rows), WITH_WORDS, ("freed", "held"), near=1e-6)


def onnx_of(estimator, outcomes=None, *, width=2):
    """Return a fitted estimator as skl2onnx writes it: one table of numbers in, names of outcomes and numbers out."""
    rows = people()[NUMBERS].fillna(40.0).astype(np.float32)
    estimator.fit(rows.to_numpy(), np.where(labels(), "held", "freed") if outcomes is None else outcomes)
    options = {id(estimator): {"zipmap": False}} if hasattr(estimator, "predict_proba") else None
    graph = skl2onnx.convert_sklearn(estimator, initial_types=[("X", FloatTensorType([None, width]))], options=options)
    return graph, rows


def of_onnx_forest():
    model = RandomForestClassifier(5, max_depth=4, random_state=1)
    graph, rows = onnx_of(model, levels())
    wish = Wish(inputs=("age", "visits"), classes=("low", "middle", "high"))
    expected = model.predict_proba(rows.to_numpy())
    return Vendor("onnx", graph.SerializeToString(), rows, expected, WITHOUT, wish.classes, wish, near=1e-6)


def of_onnx_network():
    """Its outcomes are picked from a list by place, and not named in the node that scores."""
    model = MLPClassifier((3,), max_iter=2_000, random_state=1)
    graph, rows = onnx_of(model)
    wish = Wish(inputs=("age", "visits"))
    expected = model.predict_proba(rows.to_numpy())
    return Vendor("onnx", graph.SerializeToString(), rows, expected, WITHOUT, ("freed", "held"), wish, near=1e-6)


def of_onnx_by_hand():
    """sigmoid(0.1 age + 0.5 visits - 5): one number a row, as deep learning libraries write it, and no names."""
    rows = people()[NUMBERS].fillna(40.0)
    margins = 0.1 * rows["age"].to_numpy() + 0.5 * rows["visits"].to_numpy() - 5
    second = 1 / (1 + np.exp(-margins))
    wish = Wish(inputs=("age", "visits"), classes=("freed", "held"))
    expected = np.column_stack([1 - second, second])
    return Vendor("onnx", hand_made().SerializeToString(), rows, expected, WITHOUT, wish.classes, wish, near=1e-6)


def hand_made(*, domain="", rows=None, weights=None):
    """The graph of `of_onnx_by_hand`; `domain` is whose operators it asks for."""
    weights = weights or helper.make_tensor("weights", TensorProto.FLOAT, [2, 1], [0.1, 0.5])
    shift = helper.make_tensor("shift", TensorProto.FLOAT, [1], [-5.0])
    nodes = [
        helper.make_node("MatMul", ["X", "weights"], ["weighed"]),
        helper.make_node("Add", ["weighed", "shift"], ["margin"]),
        helper.make_node("Sigmoid", ["margin"], ["score"], domain=domain),
    ]
    given = [helper.make_tensor_value_info("X", TensorProto.FLOAT, [rows, 2])]
    told = [helper.make_tensor_value_info("score", TensorProto.FLOAT, [rows, 1])]
    graph = helper.make_graph(nodes, "by hand", given, told, [weights, shift])
    imports = [helper.make_opsetid("", 18), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


VENDORS: dict[str, Callable[[], Vendor]] = {
    "scikit-learn, words": of_sklearn,
    "XGBoost, UBJSON, categories": of_xgboost,
    "XGBoost, JSON, categories": lambda: of_xgboost("json"),
    "XGBoost, linear": of_xgboost_linear,
    "XGBoost, three outcomes": of_xgboost_levels,
    "XGBoost, its choice alone": of_xgboost_choice,
    "XGBoost, stopped early": of_xgboost_stopped_early,
    "LightGBM, categories": of_lightgbm,
    "LightGBM, numbered categories": of_lightgbm_numbered_categories,
    "LightGBM, three outcomes, no names": of_lightgbm_levels,
    "CatBoost, categories": of_catboost,
    "CatBoost, three outcomes, no names": of_catboost_levels,
    "ONNX, words, a table of outcomes": lambda: onnx_pipeline(with_map=False),
    "ONNX, words, a mapping of outcomes": lambda: onnx_pipeline(with_map=True),
    "ONNX, forest": of_onnx_forest,
    "ONNX, network": of_onnx_network,
    "ONNX, one number a row": of_onnx_by_hand,
}
