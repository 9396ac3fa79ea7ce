"""Files cut off or with flipped bits, of every format: each is told, or gives scores that pass every check."""

import json
import pickle

import joblib
import numpy as np
import pytest
from conftest import a_policy_text
from corpus import dumped
from mutations import distribution, mutated
from sklearn.linear_model import LogisticRegression
from trial import asked
from vendors import Vendor, labels, of_catboost, of_lightgbm, of_onnx_network, of_sklearn, of_xgboost, people

from fateaudit.artifacts import describe
from fateaudit.errors import FateauditError
from fateaudit.formats import Format, recognise
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.reading import read_model
from fateaudit.policy import read_policy

IN_CI = 20
END_TO_END = 2


def of_pickle(dump, kind):
    rows = people()[["age", "visits"]].fillna(40.0)
    model = LogisticRegression().fit(rows, np.where(labels(), "held", "freed"))
    return Vendor(kind, dump(model), rows, model.predict_proba(rows), (), ("freed", "held"))


FORMATS = {
    "skops": of_sklearn,
    "ONNX": of_onnx_network,
    "XGBoost, ubj": of_xgboost,
    "XGBoost, json": lambda: of_xgboost("json"),
    "LightGBM": of_lightgbm,
    "CatBoost": of_catboost,
    "pickle": lambda: of_pickle(pickle.dumps, "pickle"),
    "joblib, compressed": lambda: of_pickle(lambda model: dumped(model, 3), "compressed"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_told_or_its_scores_are_checked(name) -> None:
    vendor = FORMATS[name]()
    assert recognise(vendor.content).value == vendor.kind

    found = distribution(vendor, range(IN_CI))

    assert sum(found.values()) == IN_CI
    assert found["opened, and its scores were checked"] < IN_CI


@pytest.mark.parametrize("name", FORMATS)
def test_and_so_it_is_in_a_process_of_its_own(name) -> None:
    vendor = FORMATS[name]()
    for seed in range(END_TO_END):
        content = mutated(vendor.content, seed)
        artifact = describe(content, role="model", name="model", media_type="application/octet-stream")
        file = ModelFile(content, artifact, Format(vendor.kind), vendor.wish)

        outcome = asked(file, walled=False, limits=Limits(3 * GIB, 60, 1_000))

        assert outcome.hint or outcome.said == "answered"
        assert "Traceback" not in outcome.said


def test_a_damaged_index_of_a_folder_is_told(tmp_path) -> None:
    index = b"flavors:\n  xgboost:\n    data: model.ubj\n    model_class: xgboost.sklearn.XGBClassifier\n"
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.ubj").write_bytes(of_xgboost().content)
    policy = tmp_path / "fateaudit.yaml"
    policy.write_text(json.dumps(a_policy_text(model={"path": "model"})))
    hints = []
    for seed in range(IN_CI):
        (tmp_path / "model" / "MLmodel").write_bytes(mutated(index, seed))
        try:
            file = read_model(read_policy(policy))
        except FateauditError as error:
            hints.append(error.hint)
        else:
            assert file.format is Format.XGBOOST

    assert hints
    assert all(hints)


def test_the_same_seed_damages_a_file_alike() -> None:
    content = joblib.hash("anything").encode() * 100

    damaged = [mutated(content, seed) for seed in range(IN_CI)]

    assert damaged == [mutated(content, seed) for seed in range(IN_CI)]
    assert len(set(damaged)) == len(damaged)
    assert content not in damaged
