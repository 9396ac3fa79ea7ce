"""Models that give one number a row in a unit of their own: what their library says, in every format."""

from dataclasses import dataclass
from functools import cache

import catboost
import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
import xgboost
from conftest import a_check, write_audit
from endpoint_server import metadata, serving
from endpoint_server import people as served_people
from onnx import TensorProto, helper
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from vendors import NUMBERS, as_category, as_table, onnx_of, people, saved

from fateaudit.artifacts import describe
from fateaudit.errors import AuditFailedError, UsageError
from fateaudit.formats import Format
from fateaudit.models import open_model
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.policy import read_policy
from fateaudit.worker.opened import Wish
from fateaudit.worker.opening import open_content
from fateaudit.worker.problems import Problem, ProblemError

TWO = Wish(inputs=("age", "visits"), gives_numbers=True)
LIMITS = Limits(memory=8 * GIB, seconds=60, batch_rows=100_000)


@cache
def complete():
    return people().fillna({"age": 40.0})


@cache
def days():
    """Between 10 and 100, by what the rows say."""
    rows, random = complete(), np.random.default_rng(3)
    return 20 + rows["age"] / 2 + 9 * rows["visits"] - 8 * (rows["charge"] == "theft") + random.normal(0, 2, len(rows))


@dataclass(frozen=True)
class Made:
    """A saved regressor, its rows, and what its library says of them."""

    kind: str
    content: bytes
    rows: pd.DataFrame
    expected: np.ndarray
    near: float = 0.0


def of_sklearn():
    words = ColumnTransformer([("words", OneHotEncoder(), ["charge"])], remainder="passthrough")
    model = make_pipeline(words, RandomForestRegressor(5, random_state=0)).fit(complete(), days())
    return Made("skops", skops.io.dumps(model), complete(), model.predict(complete()))


def of_scaled_targets():
    """The columns of text are found inside of what scales the numbers."""
    words = ColumnTransformer([("words", OneHotEncoder(), ["charge"])], remainder="passthrough")
    inner = make_pipeline(words, Ridge())
    model = TransformedTargetRegressor(inner, transformer=StandardScaler()).fit(complete(), days())
    return Made("skops", skops.io.dumps(model), complete(), model.predict(complete()))


def of_xgboost(objective):
    model = xgboost.XGBRegressor(n_estimators=5, max_depth=3, objective=objective, enable_categorical=True)
    model.fit(as_category(people()), days())
    content = bytes(model.get_booster().save_raw("ubj"))
    return Made("xgboost", content, people(), model.predict(as_category(people())))


def of_lightgbm(objective):
    model = lightgbm.LGBMRegressor(n_estimators=5, num_leaves=7, objective=objective, verbose=-1)
    model.fit(as_category(people()), days())
    return Made("lightgbm", model.booster_.model_to_string().encode(), people(), model.predict(as_category(people())))


def of_catboost(loss):
    quiet = {"iterations": 5, "depth": 3, "verbose": False, "allow_writing_files": False}
    model = catboost.CatBoostRegressor(loss_function=loss, cat_features=["charge"], **quiet)
    rows = complete().astype({"charge": object})
    model.fit(rows, days())
    return Made("catboost", saved(model.save_model), complete(), model.predict(rows))


def of_onnx_pipeline():
    model = LinearRegression()
    graph, rows = onnx_of(model, days().to_numpy())
    return Made("onnx", graph.SerializeToString(), rows, model.predict(rows.to_numpy()), near=1e-4)


def of_onnx_by_hand():
    """Age and visits added up: a graph that says of itself neither that nor anything else."""
    both = helper.make_tensor("both", TensorProto.FLOAT, [2, 1], [1.0, 1.0])
    given = helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 2])
    sums = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])
    graph = helper.make_graph([helper.make_node("MatMul", ["X", "both"], ["y"])], "sums", [given], [sums], [both])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    rows = complete()[NUMBERS]
    return Made("onnx", model.SerializeToString(), rows, rows["age"] + rows["visits"], near=1e-4)


MADE = {
    "scikit-learn": of_sklearn,
    "scikit-learn, scaled targets": of_scaled_targets,
    "XGBoost": lambda: of_xgboost("reg:squarederror"),
    "XGBoost, counts": lambda: of_xgboost("count:poisson"),
    "LightGBM": lambda: of_lightgbm("regression"),
    "LightGBM, positive numbers": lambda: of_lightgbm("gamma"),
    "CatBoost": lambda: of_catboost("RMSE"),
    "CatBoost, counts": lambda: of_catboost("Poisson"),
    "ONNX, of scikit-learn": of_onnx_pipeline,
    "ONNX, by hand": of_onnx_by_hand,
}


@pytest.mark.parametrize("name", MADE)
def test_a_regressor_gives_the_numbers_of_its_library(name) -> None:
    made = MADE[name]()
    opened = open_content(made.kind, made.content, TWO if made.kind == "onnx" else Wish(gives_numbers=True))
    found = opened.predict(as_table(made.rows))

    assert opened.classes == ()
    assert found.shape == (len(made.rows), 1)
    assert np.abs(found[:, 0] - made.expected).max() <= made.near
    assert found.min() > 1


def away(content, kind, wish):
    """The same in a process of its own."""
    artifact = describe(content, role="model", name="model", media_type="")
    return open_file(ModelFile(content, artifact, Format(kind), wish), LIMITS)


def test_numbers_cross_from_the_models_process_as_they_are_and_so_do_those_of_its_inside() -> None:
    made = of_xgboost("reg:squarederror")
    model = away(made.content, made.kind, Wish(gives_numbers=True))
    try:
        table = as_table(made.rows)
        predicted, scored = model.predict(table), model.inside.score(model.inside.encode(table))
        nobody = model.predict(table.slice(0, 0))
    finally:
        model.close()

    assert model.classes == ()
    assert np.array_equal(predicted[:, 0], made.expected.astype(np.float64))
    assert np.array_equal(scored, predicted)
    assert nobody.shape == (0, 1)


SOURCE = b"""
INPUTS = {"age": "number", "visits": "number"}

def days(rows):
    return 3 * rows.age + rows.visits

def both(rows):
    return rows[["age", "visits"]]
"""


def test_a_function_gives_numbers_where_the_policy_says_so() -> None:
    wish = Wish(options={"function": "days"}, gives_numbers=True)
    found = open_content("callable", SOURCE, wish).predict(as_table(complete()[NUMBERS]))

    assert np.allclose(found[:, 0], 3 * complete()["age"] + complete()["visits"], rtol=1e-12, atol=0)
    with pytest.raises(ProblemError) as caught:
        open_content("callable", SOURCE, Wish(options={"function": "days"}))
    assert caught.value.problem is Problem.NO_CLASSES


def test_two_numbers_a_row_are_refused() -> None:
    model = away(SOURCE, "callable", Wish(options={"function": "both"}, gives_numbers=True))
    try:
        with pytest.raises(AuditFailedError, match="one score a row"):
            model.predict(as_table(complete()[NUMBERS]))
    finally:
        model.close()


class Days:
    """What a server may ask that gives days, three for each visit."""

    def predict_proba(self, rows):
        return 3.0 * rows[["visits"]].to_numpy()


@pytest.mark.parametrize("shape", [[-1, 1], [-1, -1]])
def test_an_endpoint_gives_numbers_where_the_policy_says_so(shape, tmp_path) -> None:
    frame, outcome = served_people(60)
    rows = [{**row, "label": label} for row, label in zip(frame.to_dict("records"), outcome, strict=True)]
    columns = {"prediction": None, "sensitive": [{"name": "colour", "label": "Colour"}]}
    outputs = [{"name": "predict_proba", "datatype": "FP64", "shape": shape}]
    with serving(Days(), said=metadata(outputs=outputs)) as server:
        numbers = {"task": "regression", "decision": {"threshold": 5.0, "at": ">="}}
        check = a_check(across=["colour"])
        path = write_audit(tmp_path, rows, check, model={"path": server.address}, columns=columns, **numbers)
        with open_model(read_policy(path)) as model:
            found = model.predict(
                pa.table({name: frame[name].astype(float if name != "colour" else str) for name in frame})
            )
            classes = model.classes
        path = write_audit(tmp_path, rows, check, model={"path": server.address}, columns=columns)
        with pytest.raises(UsageError, match="what its outcomes are called") as caught, open_model(read_policy(path)):
            pass

    assert classes == ()
    assert np.array_equal(found, 3.0 * frame[["visits"]].to_numpy())
    assert "task: regression" in caught.value.hint
