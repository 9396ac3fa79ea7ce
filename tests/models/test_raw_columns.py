"""How raw columns reach a vendor's model: by place where it has other names for them, and never as another value."""

import lightgbm
import numpy as np
import pyarrow as pa
import pytest
import xgboost
from onnx import TensorProto, helper
from vendors import NUMBERS, as_category, as_table, labels, people, some_missing

from fateaudit.worker.opened import Wish
from fateaudit.worker.opening import open_content

NAMES = ("age [years]", "visits <all>", "children")


@pytest.fixture(scope="module")
def two_tables():
    """sigmoid(0.1 a + 0.5 b - c): two columns of numbers in one table, and a column of whole numbers by itself."""
    nodes = [
        helper.make_node("Cast", ["numbers"], ["single"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["count"], ["as_float"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["single", "as_float"], ["all"], axis=1),
        helper.make_node("MatMul", ["all", "weights"], ["margin"]),
        helper.make_node("Sigmoid", ["margin"], ["score"]),
    ]
    given = [
        helper.make_tensor_value_info("numbers", TensorProto.DOUBLE, ["rows", 2]),
        helper.make_tensor_value_info("count", TensorProto.INT64, ["rows", 1]),
    ]
    told = [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["rows", 1])]
    weights = helper.make_tensor("weights", TensorProto.FLOAT, [3, 1], [0.1, 0.5, -1.0])
    graph = helper.make_graph(nodes, "two tables", given, told, [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return open_content("onnx", model.SerializeToString(), Wish(inputs=NAMES, classes=("no", "yes")))


def of(*columns):
    return pa.table([pa.array(column, pa.float64()) for column in columns], names=NAMES)


def test_columns_are_dealt_out_to_the_inputs_of_a_graph_in_order(two_tables) -> None:
    scores = two_tables.predict(of([10.0, 20.0], [2.0, 4.0], [1.0, 3.0]))

    assert two_tables.inputs == tuple((name, "number") for name in NAMES)
    # A tenth of 10, half of 2, less 1; a tenth of 20, half of 4, less 3: both are 1.
    assert np.allclose(scores[:, 1], 1 / (1 + np.exp(-1)), atol=1e-7)
    assert np.array_equal(scores.sum(axis=1), [1, 1])


@pytest.mark.parametrize("count", [None, float("nan"), 1.5])
def test_what_is_no_whole_number_is_not_made_one(count, two_tables) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        two_tables.predict(of([1.0], [1.0], [count]))


def test_names_that_a_library_would_refuse_are_names_of_columns_all_the_same() -> None:
    rows = people()[NUMBERS].to_numpy()
    model = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(rows, labels()), 3)
    opened = open_content("xgboost", bytes(model.save_raw("ubj")), Wish(inputs=NAMES[:2]))

    scores = opened.predict(pa.table([rows[:, 0], rows[:, 1]], names=NAMES[:2]))

    assert [name for name, _ in opened.inputs] == list(NAMES[:2])
    assert np.array_equal(scores[:, 1], model.predict(xgboost.DMatrix(rows)))


@pytest.mark.filterwarnings("ignore:Found whitespace in feature_names")
def test_a_policy_may_write_the_spaces_that_lightgbm_made_underscores() -> None:
    rows = people()[NUMBERS].rename(columns={"age": "age in years"})
    data = lightgbm.Dataset(rows, labels())
    model = lightgbm.train({"objective": "binary", "verbose": -1}, data, 3)
    content = model.model_to_string().encode()

    bare = open_content("lightgbm", content)
    named = open_content("lightgbm", content, Wish(inputs=("age in years", "visits")))

    assert [name for name, _ in bare.inputs] == ["age_in_years", "visits"]
    assert [name for name, _ in named.inputs] == ["age in years", "visits"]
    assert np.array_equal(named.predict(as_table(rows))[:, 1], model.predict(rows))


def test_a_bare_booster_that_was_stopped_early_is_used_to_its_last_round() -> None:
    rows = people()[NUMBERS]
    train, test = (xgboost.DMatrix(rows[part], labels()[part]) for part in (slice(160), slice(160, None)))
    settings = {"objective": "binary:logistic"}
    model = xgboost.train(settings, train, 30, evals=[(test, "test")], early_stopping_rounds=3, verbose_eval=False)
    assert model.best_iteration < model.num_boosted_rounds() - 1

    scores = open_content("xgboost", bytes(model.save_raw("json"))).predict(as_table(rows))

    assert np.array_equal(scores[:, 1], model.predict(xgboost.DMatrix(rows)))


def test_a_model_of_categories_scores_rows_in_which_all_of_them_are_missing() -> None:
    rows = as_category(some_missing())
    model = lightgbm.LGBMClassifier(n_estimators=4, verbose=-1).fit(rows, labels())
    nothing = rows.assign(charge=rows["charge"].where(np.zeros(len(rows), bool)))

    scores = open_content("lightgbm", model.booster_.model_to_string().encode()).predict(as_table(nothing))

    assert np.array_equal(scores, model.predict_proba(nothing))
