"""Vendors' models that are not opened, or not asked: each is told by a word, and its sentence names what to do."""

import json
import sys
import tomllib
from dataclasses import replace
from functools import cache

import catboost
import lightgbm
import numpy as np
import pytest
import xgboost
from conftest import ROOT
from onnx import TensorProto, helper
from sklearn.linear_model import LinearRegression
from vendors import (
    NUMBERS,
    VENDORS,
    as_table,
    catboost_model,
    hand_made,
    labels,
    levels,
    of_catboost,
    of_lightgbm,
    of_xgboost,
    onnx_of,
    onnx_pipeline,
    people,
    saved,
    some_missing,
)

from fateaudit.artifacts import describe
from fateaudit.errors import AuditFailedError, DamagedFileError, MissingLibraryError
from fateaudit.formats import Format
from fateaudit.loading.tables import read_table
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.models.telling import Teller
from fateaudit.worker.opened import Wish
from fateaudit.worker.opening import open_content
from fateaudit.worker.problems import Problem, ProblemError

LIMITS = Limits(memory=8 * GIB, seconds=60, batch_rows=100_000)
TWO = Wish(inputs=("age", "visits"))
NUMBER = Wish(inputs=("age", "visits"), gives_numbers=True)
NAMED = Wish(inputs=("age", "visits"), classes=("freed", "held"))


def refused(kind, content, wish=TWO):
    """Return the word and the names with which a model is not opened."""
    with pytest.raises(ProblemError) as caught:
        open_content(kind, content, wish)
    return caught.value.problem, caught.value.names


@cache
def complete_rows():
    return people()[NUMBERS].fillna(40.0)


def trained(library, objective, outcomes, **settings):
    """Return a bare booster's file, for any objective."""
    rows = complete_rows()
    if library == "xgboost":
        model = xgboost.train({"objective": objective, **settings}, xgboost.DMatrix(rows, outcomes), 2)
        return bytes(model.save_raw("ubj"))
    data = lightgbm.Dataset(rows, outcomes, group=settings.pop("group", None))
    model = lightgbm.train({"objective": objective, "verbose": -1, **settings}, data, 2)
    return model.model_to_string().encode()


@pytest.mark.parametrize(
    ("library", "objective"),
    [
        ("xgboost", "reg:squarederror"),
        ("xgboost", "reg:logistic"),
        ("xgboost", "count:poisson"),
        ("lightgbm", "regression"),
    ],
)
def test_a_regressor_is_refused_where_outcomes_are_expected(library, objective) -> None:
    assert refused(library, trained(library, objective, labels())) == (Problem.GIVES_NUMBERS, ())


def test_a_regressor_of_catboost_or_in_a_graph_is_refused_where_outcomes_are_expected() -> None:
    numbers = catboost.CatBoostRegressor(iterations=2, verbose=False, allow_writing_files=False)
    numbers.fit(complete_rows(), labels())
    graph, _ = onnx_of(LinearRegression(), people()["visits"].to_numpy())

    assert refused("catboost", saved(numbers.save_model)) == (Problem.GIVES_NUMBERS, ())
    assert refused("onnx", graph.SerializeToString(), NAMED) == (Problem.GIVES_NUMBERS, ())


def test_what_gives_neither_outcomes_nor_one_number_is_refused_whatever_is_expected() -> None:
    rankings = trained("lightgbm", "lambdarank", levels(), group=[people().shape[0]])
    entropy = trained("lightgbm", "cross_entropy", labels())
    several = catboost.CatBoostRegressor(
        iterations=2, verbose=False, allow_writing_files=False, loss_function="MultiRMSE"
    ).fit(complete_rows(), np.column_stack([labels(), levels()]))

    for wish in (TWO, NUMBER):
        assert refused("lightgbm", rankings, wish) == (Problem.NO_CLASSIFIER, ())
        assert refused("lightgbm", entropy, wish) == (Problem.NO_CLASSIFIER, ())
        assert refused("catboost", saved(several.save_model), wish) == (Problem.NO_CLASSIFIER, ())


@pytest.mark.parametrize("name", ["XGBoost, three outcomes", "ONNX, network"])
def test_a_classifier_is_refused_where_a_number_is_expected_and_its_outcomes_are_named(name) -> None:
    made = VENDORS[name]()
    wish = replace(made.wish, gives_numbers=True)

    assert refused(made.kind, made.content, wish) == (Problem.GIVES_OUTCOMES, made.classes)


def test_scores_that_are_no_probabilities_of_one_outcome_are_told_before_any_row() -> None:
    apart = "a model for each outcome, whose scores do not add up to 1"
    one_each = catboost_model(complete_rows(), levels(), loss_function="MultiClassOneVsAll")

    assert refused("xgboost", trained("xgboost", "binary:hinge", labels())) == (
        Problem.UNUSUAL,
        ("scores that are no probabilities",),
    )
    assert refused("lightgbm", trained("lightgbm", "multiclassova", levels(), num_class=3)) == (
        Problem.UNUSUAL,
        (apart,),
    )
    assert refused("catboost", saved(one_each.save_model)) == (Problem.UNUSUAL, (apart,))


@pytest.mark.parametrize("name", ["LightGBM, three outcomes, no names", "CatBoost, three outcomes, no names"])
def test_columns_without_names_are_asked_for(name) -> None:
    made = VENDORS[name]()

    assert refused(made.kind, made.content, Wish()) == (Problem.NO_COLUMN_NAMES, ())
    assert refused(made.kind, made.content, Wish(inputs=("age",))) == (Problem.OTHER_COLUMNS, ("2", "1"))
    assert refused(made.kind, made.content, Wish(inputs=("age", "visits"), classes=("a", "b"))) == (
        Problem.OTHER_CLASSES,
        ("3", "2"),
    )


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), (Problem.NO_COLUMN_NAMES, ())),
        (Wish(inputs=("age",)), (Problem.OTHER_COLUMNS, ("2", "1"))),
        (TWO, (Problem.NO_CLASSES, ("2",))),
        (Wish(TWO.name, TWO.inputs, ("one", "two", "three")), (Problem.OTHER_CLASSES, ("2", "3"))),
    ],
)
def test_a_graph_without_names_asks_for_them(wish, expected) -> None:
    assert refused("onnx", hand_made().SerializeToString(), wish) == expected


def elsewhere(tensor):
    """Return a tensor whose numbers are in another file."""
    del tensor.float_data[:]
    tensor.data_location = 1
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return tensor


def test_a_graph_that_keeps_numbers_in_other_files_is_refused() -> None:
    model = hand_made()
    elsewhere(model.graph.initializer[0])

    assert refused("onnx", model.SerializeToString(), NAMED) == (Problem.EXTERNAL_DATA, ())


def test_and_where_they_are_those_of_a_graph_inside_a_node() -> None:
    inner = hand_made().graph
    elsewhere(inner.initializer[0])
    model = hand_made()
    model.graph.node.append(helper.make_node("If", ["yes"], ["unused"], then_branch=inner, else_branch=inner))
    model.graph.initializer.append(helper.make_tensor("yes", TensorProto.BOOL, [], [True]))

    assert refused("onnx", model.SerializeToString(), NAMED) == (Problem.EXTERNAL_DATA, ())


def test_operators_of_a_makers_library_are_refused_and_those_built_in_are_run() -> None:
    model = hand_made()
    model.graph.node[0].op_type, model.graph.node[0].domain = "FusedMatMul", "com.microsoft"
    model.opset_import.add(domain="com.microsoft", version=1)
    rows = as_table(complete_rows())

    built_in = open_content("onnx", model.SerializeToString(), NAMED).predict(rows)

    assert np.array_equal(built_in, open_content("onnx", hand_made().SerializeToString(), NAMED).predict(rows))
    assert refused("onnx", hand_made(domain="maker.ops").SerializeToString(), NAMED) == (
        Problem.CUSTOM_OPERATORS,
        ("maker.ops",),
    )


def test_a_graph_for_a_fixed_number_of_rows_is_refused() -> None:
    assert refused("onnx", hand_made(rows=4).SerializeToString()) == (Problem.UNUSUAL, ("a fixed number of rows",))


def test_categories_whose_names_are_not_in_the_file_are_not_guessed() -> None:
    model = xgboost.Booster(model_file=bytearray(of_xgboost().content))
    older = json.loads(bytes(model.save_raw("json")))
    # What versions before 3.1 wrote.
    del older["learner"]["gradient_booster"]["model"]["cats"]

    assert refused("xgboost", json.dumps(older).encode()) == (Problem.UNUSUAL, ("categories that it does not name",))


def test_categories_that_cannot_be_tied_to_columns_are_not_guessed() -> None:
    content = of_lightgbm().content.replace(b"[categorical_feature: 1]", b"[categorical_feature: 2]")

    assert refused("lightgbm", content) == (Problem.UNUSUAL, ("categories of columns that it does not name",))


@pytest.mark.parametrize("make", [of_xgboost, of_catboost, lambda: onnx_pipeline(with_map=False)])
def test_half_a_file_is_a_damaged_one(make) -> None:
    made = make()

    assert refused(made.kind, made.content[: len(made.content) // 2]) == (Problem.DAMAGED, ())


def test_half_a_file_of_lightgbm_that_may_end_its_process_is_told_all_the_same() -> None:
    made = of_lightgbm()
    content = made.content[: len(made.content) // 3]
    artifact = describe(content, role="model", name="model.txt", media_type="")

    with pytest.raises(AuditFailedError) as caught:
        open_file(ModelFile(content, artifact, Format.LIGHTGBM, made.wish), LIMITS)

    assert caught.value.hint


def with_charge(word):
    """Rows in which everybody was charged with `word`."""
    return as_table(some_missing().assign(charge=word).astype({"charge": object}))


def test_to_lightgbm_a_word_that_it_was_not_shown_is_missing() -> None:
    made = of_lightgbm()
    opened = open_content(made.kind, made.content)

    unknown = opened.predict(with_charge("arson"))

    assert np.array_equal(unknown, opened.predict(with_charge(None)))
    assert not np.array_equal(unknown, opened.predict(with_charge("theft")))


def test_to_catboost_a_missing_word_is_the_word_nan() -> None:
    made = of_catboost()
    opened = open_content(made.kind, made.content)

    assert np.array_equal(opened.predict(with_charge(None)), opened.predict(with_charge("nan")))
    assert not np.array_equal(opened.predict(with_charge(None)), opened.predict(with_charge("theft")))


def test_xgboost_does_not_score_a_word_that_it_was_not_shown() -> None:
    made = of_xgboost()
    artifact = describe(made.content, role="model", name="model.ubj", media_type="")
    model = open_file(ModelFile(made.content, artifact, Format.XGBOOST, made.wish), LIMITS)

    # 3.2.0 takes a word for its neighbour in the alphabet, unless it comes after all of them: dmlc/xgboost#12189.
    for word in ("arson", "gambling", "zeal"):
        with pytest.raises(AuditFailedError) as caught:
            model.predict(with_charge(word))
        assert word not in str(caught.value)
    model.close()

    assert "the model failed while predicting" in caught.value.message
    assert "it may not know a value" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [
        ("XGBoost, UBJSON, categories", "xgboost", "xgboost"),
        ("LightGBM, categories", "lightgbm", "lightgbm"),
        ("CatBoost, categories", "catboost", "catboost"),
        ("ONNX, one number a row", "onnx", "onnx"),
        ("ONNX, one number a row", "onnxruntime", "onnx"),
    ],
)
def test_a_library_that_is_not_installed_is_told_by_the_extra_that_brings_it(name, library, extra, monkeypatch) -> None:
    made = VENDORS[name]()
    monkeypatch.setitem(sys.modules, library, None)

    problem, names = refused(made.kind, made.content, made.wish)
    told = Teller("model", made.kind, LIMITS).error(problem, names, "it was opened")

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert isinstance(told, MissingLibraryError)
    assert told.hint == f"type: pip install 'fateaudit[{extra}]'"
    assert any(one.startswith(library) for one in extras[extra])
    assert extra in extras["models"][0]


@pytest.mark.parametrize("make", [of_xgboost, of_lightgbm, of_catboost, lambda: onnx_pipeline(with_map=False)])
def test_a_model_that_is_given_as_data_is_told_so(make) -> None:
    with pytest.raises(DamagedFileError, match=r"rows\.csv is a model, not data"):
        read_table(make().content, "rows.csv")
