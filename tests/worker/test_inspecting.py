"""What a file says of itself, read without building anything of it; and what cannot be read is said to be unknown."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import zipfile
import zlib
from collections import OrderedDict
from functools import cache

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from conftest import SAMPLE
from hypothesis import given
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from fateaudit.worker.inspecting import MOST_LETTERS, MOST_VALUES, inspect_content
from fateaudit.worker.pickle_names import names_in
from fateaudit.worker.problems import Problem, ProblemError

PIPELINE = "sklearn.pipeline.Pipeline"


def values(kind, content, fact):
    """The values of one fact."""
    return inspect_content(kind, content)["facts"].get(fact, {"values": []})["values"]


@cache
def forest():
    """A pipeline with arrays of numbers, of objects and of a structure, as joblib writes each in another way."""
    rows = pd.DataFrame({"a": ["x", "y", None, "x"] * 25, "b": np.linspace(0, 1, 100)})
    encoder = ColumnTransformer([("words", OneHotEncoder(), ["a"])], remainder="passthrough")
    return make_pipeline(encoder, RandomForestClassifier(3, random_state=0)).fit(rows, rows["b"] > 0.5)


@cache
def boosted():
    rows = np.linspace(0, 1, 200).reshape(100, 2)
    return HistGradientBoostingClassifier(max_iter=3).fit(rows, rows[:, 0] > 0.5)


def joblibbed(value, **how):
    sink = io.BytesIO()
    joblib.dump(value, sink, **how)
    return sink.getvalue()


class Seen(pickle._Unpickler):  # noqa: SLF001 - the one that can be watched
    """Opens our own pickles and keeps the names that were looked up: what `names_in` must find without opening."""

    def find_class(self, module, name):
        self.names = {*getattr(self, "names", ()), f"{module}.{name}"}
        return super().find_class(module, name)


def looked_up(content):
    reader = Seen(io.BytesIO(content))
    reader.load()
    return reader.names


OURS = {
    "a forest": forest,
    "boosted trees": boosted,
    "a table": lambda: pd.DataFrame({"a": ["x", "y"], "b": [1.5, 2.5]}),
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", OURS)
def test_the_names_found_are_those_that_opening_looks_up(name, protocol) -> None:
    content = pickle.dumps(OURS[name](), protocol)
    found = names_in(content)

    assert found.whole
    assert found.found == looked_up(content)


@pytest.mark.parametrize("name", OURS)
def test_arrays_between_the_instructions_of_joblib_are_stepped_over(name) -> None:
    found = names_in(joblibbed(OURS[name]()))

    assert found.whole
    assert found.found - {"joblib.numpy_pickle.NumpyArrayWrapper"} <= looked_up(pickle.dumps(OURS[name]()))
    assert "joblib.numpy_pickle.NumpyArrayWrapper" in found.found


ARRAYS = {
    "text": np.array(["aa", "ü"]),
    "a single number": np.array(3.0),
    "nothing": np.zeros((0, 3)),
    "bytes": np.array([b"x"]),
    "columns first": np.arange(9).reshape(3, 3).T,
    "complex numbers": np.array([1 + 2j]),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "fields": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_every_kind_are_stepped_over(name) -> None:
    found = names_in(joblibbed([ARRAYS[name], OrderedDict()]))

    assert found.whole
    assert "collections.OrderedDict" in found.found


class Canary:
    """Writes a file where it is built."""

    def __init__(self, path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


WRAPPINGS = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize("how", WRAPPINGS)
def test_a_hostile_pickle_in_any_wrapping_is_named_and_not_run(how, tmp_path) -> None:
    canary = tmp_path / "canary"
    content = WRAPPINGS[how](pickle.dumps([np.float64(1), Canary(canary)]))

    assert values("compressed", content, "packed") == [how]
    assert values("compressed", content, "foreign_imports") == ["io.open"]
    assert "numpy.dtype" in values("compressed", content, "imports")
    assert not canary.exists()


UNFOLLOWED = {
    "cut short": pickle.dumps(list(range(500)))[:-9],
    "a name that is put together when it runs": b"\x80\x04\x8c\x02os\x8c\x03sys\x85R\x8c\x01x\x93.",
    "a stack that is empty": b"\x80\x04R.",
    "an unknown instruction": b"\x80\x04\xff.",
    "what was never remembered": b"\x80\x04h\x09.",
    "an extension": b"\x80\x04\x82\x01.",
    "an array of a kind that is not known": joblibbed(np.zeros(3)).replace(b"\x8c\x02f8", b"\x8c\x02q8"),
    "pickles in pickles without end": b"(" * 10,
}


@pytest.mark.parametrize("name", UNFOLLOWED)
def test_what_cannot_be_followed_is_not_said_to_be_all(name) -> None:
    assert not inspect_content("pickle", UNFOLLOWED[name])["whole"]


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_it_fail(content) -> None:
    for kind in ("pickle", "zip", "skops", "callable", "xgboost", "lightgbm", "mlflow", "compressed", "nothing"):
        told, problem = {}, Problem.DAMAGED
        try:
            told = inspect_content(kind, b"\x80\x04" + content if kind == "pickle" else content)
        except ProblemError as error:
            problem = error.problem

        assert problem is Problem.DAMAGED
        assert json.loads(json.dumps(told)) == told


def test_a_skops_file_is_told_by_its_types_and_versions() -> None:
    content = (SAMPLE / "model.skops").read_bytes()

    assert PIPELINE in values("skops", content, "types")
    assert values("skops", content, "unknown_types") == []
    assert any(one.startswith("scikit-learn 1.") for one in values("skops", content, "versions"))


def renamed(content, old, new):
    """A copy of a skops file whose schema says something else."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(sink, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            assert name != "schema.json" or old in body
            target.writestr(name, body.replace(old, new) if name == "schema.json" else body)
    return sink.getvalue()


def test_a_type_of_a_module_that_would_run_code_is_named_and_not_imported(tmp_path, monkeypatch) -> None:
    canary = tmp_path / "canary"
    (tmp_path / "hostile_module.py").write_text(f"open({str(canary)!r}, 'w').close()\nclass Pipeline: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    content = renamed((SAMPLE / "model.skops").read_bytes(), b'"sklearn.pipeline"', b'"hostile_module"')

    assert values("skops", content, "unknown_types") == ["hostile_module.Pipeline"]
    assert not canary.exists()


def test_a_skops_file_of_scikit_learn_alone_asks_for_nothing_that_is_not_on_the_list() -> None:
    assert values("skops", skops.io.dumps(boosted()), "unknown_types") == []


def test_long_lists_and_long_names_are_cut_and_the_number_is_kept() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for number in range(MOST_VALUES + 7):
            archive.writestr(f"{'x' * 300}{number}", b"")
    told = inspect_content("zip", sink.getvalue())["facts"]["holds"]

    assert (len(told["values"]), told["count"]) == (MOST_VALUES, MOST_VALUES + 7)
    assert all(len(one) == MOST_LETTERS + 1 for one in told["values"])


def test_a_name_cannot_act_on_a_terminal() -> None:
    assert values("pickle", b"cos\nsy\x1b[2Jstem\n.", "foreign_imports") == ["os.sy\\x1b[2Jstem"]


def test_source_is_taken_apart_and_not_run(tmp_path) -> None:
    canary = tmp_path / "canary"
    source = f"import os.path\nfrom json import loads\nopen({str(canary)!r}, 'w')\ndef score(rows): ...\n"
    told = inspect_content("callable", source.encode())

    assert told["facts"]["functions"]["values"] == ["score"]
    assert told["facts"]["source_imports"]["values"] == ["json", "os.path"]
    assert not told["whole"]
    assert not canary.exists()


LIGHTGBM = b"tree\nversion=v4\nnum_class=1\nobjective=binary sigmoid:1\nfeature_names=age sex\n\nTree=0\nx=1\n"


def test_the_head_of_a_lightgbm_file_is_read() -> None:
    assert values("lightgbm", LIGHTGBM, "columns") == ["age", "sex"]
    assert values("lightgbm", LIGHTGBM, "objective") == ["binary sigmoid:1"]


def test_xgboost_is_read_alike_from_json_and_from_its_binary_form() -> None:
    xgboost = pytest.importorskip("xgboost")
    rows = pd.DataFrame({"age": [1.0, 2, 3, 4], "visits": [0.0, 1, 0, 1]})
    booster = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(rows, [0, 0, 1, 1]), 3)
    told = [inspect_content("xgboost", bytes(booster.save_raw(form))) for form in ("json", "ubj")]

    assert told[0] == told[1]
    assert told[0]["facts"]["columns"]["values"] == ["age", "visits"]
    assert told[0]["facts"]["objective"]["values"] == ["binary:logistic"]
    assert told[0]["facts"]["features"]["values"] == ["2"]


def onnx_model(**changes):
    """A graph that passes one number on."""
    onnx = pytest.importorskip("onnx")
    made, number = onnx.helper, onnx.TensorProto.FLOAT
    node = made.make_node("Identity", ["a"], ["b"], **changes)
    ends = [made.make_tensor_value_info(name, number, [None, 2]) for name in "ab"]
    graph = made.make_graph([node], "g", ends[:1], ends[1:])
    return made.make_model(graph, opset_imports=[made.make_opsetid("", 21)], producer_name="a test")


def test_an_onnx_graph_is_told_by_what_goes_in_and_out() -> None:
    told = onnx_model().SerializeToString()

    assert values("onnx", told, "inputs") == ["a: float [any, 2]"]
    assert values("onnx", told, "outputs") == ["b: float [any, 2]"]
    assert values("onnx", told, "opsets") == ["ai.onnx 21"]
    assert values("onnx", told, "operators") == ["Identity"]
    assert values("onnx", told, "foreign_operators") == []


def test_an_operator_of_its_makers_library_and_numbers_elsewhere_are_named() -> None:
    foreign, elsewhere = onnx_model(domain="com.maker"), onnx_model()
    tensor = elsewhere.graph.initializer.add(name="w", data_location=1)
    tensor.external_data.add(key="location", value="../../etc/passwd")

    assert values("onnx", foreign.SerializeToString(), "foreign_operators") == ["com.maker"]
    assert values("onnx", elsewhere.SerializeToString(), "elsewhere") == ["yes"]


def test_an_mlflow_index_is_told_by_its_flavours_and_what_it_would_import() -> None:
    index = b"flavors:\n  python_function: {loader_module: os, data: m}\n  sklearn: {pickled_model: model.pkl}\n"

    assert values("mlflow", index, "flavours") == ["python_function", "sklearn"]
    assert values("mlflow", index, "loaders") == ["os"]
    assert values("mlflow", index, "files") == ["m", "model.pkl"]


@pytest.mark.parametrize("kind", ["unknown", "parquet", "catboost"])
def test_of_what_nobody_reads_nothing_is_said_to_be_known(kind) -> None:
    assert inspect_content(kind, b"anything") == {"facts": {}, "whole": False}
