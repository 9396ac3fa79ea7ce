"""What a model says its steps were set to: plain, capped, and never what could be data or a place on a disk."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from fateaudit.worker.settings import (
    LONGEST,
    MOST_SETTINGS,
    catboost_settings,
    lightgbm_settings,
    settings_of,
    value_of,
    xgboost_settings,
)

ROWS = pd.DataFrame({"n": np.arange(40.0) % 7, "w": ["x", "y"] * 20})
LABELS = np.arange(40) % 2


def a_pipeline():
    inputs = ColumnTransformer(
        [("words", OneHotEncoder(drop="if_binary"), ["w"]), ("numbers", StandardScaler(), ["n"])]
    )
    final = LogisticRegression(C=0.1, class_weight={0: 1, 1: 3})
    return Pipeline([("inputs", inputs), ("logistic", final)], memory="/home/somebody").fit(ROWS, LABELS)


def by_name(told, step):
    return {name: value for of, name, value in told if of == step}


def test_each_step_tells_what_is_not_as_it_is_by_default_and_what_matters_most() -> None:
    told = settings_of(a_pipeline())

    assert by_name(told, "words: OneHotEncoder") == {"drop": "if_binary", "handle_unknown": "error"}
    assert by_name(told, "numbers: StandardScaler") == {"all settings": "as by default"}
    assert by_name(told, "logistic: LogisticRegression") == {
        "C": "0.1",
        "class_weight": "0: 1, 1: 3",
        "max_iter": "100",
        "random_state": "None",
    }
    assert told[0][0] == "words: OneHotEncoder"
    assert "somebody" not in str(told)


def test_a_step_inside_another_is_told_as_one_of_its_own() -> None:
    told = settings_of(CalibratedClassifierCV(RandomForestClassifier(5, max_depth=2), cv=2).fit(ROWS[["n"]], LABELS))

    assert by_name(told, "CalibratedClassifierCV") == {"cv": "2"}
    assert by_name(told, "inside: RandomForestClassifier")["n_estimators"] == "5"
    assert by_name(told, "inside: RandomForestClassifier")["max_depth"] == "2"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "None"),
        (True, "True"),
        (0.1, "0.1"),
        (float("nan"), "nan"),
        (np.float64(0.25), "0.25"),
        (np.str_("l2"), "l2"),
        ("", "empty text"),
        ("a\u202eb\nc\x1b", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\N{REPLACEMENT CHARACTER}"),
        ((1, 2), "1, 2"),
        ([], "empty"),
        (list("abcdefg"), "not shown (list)"),
        ([["x", "y"]], "not shown (list)"),
        (np.arange(3), "not shown (ndarray)"),
        (len, "not shown (builtin_function_or_method)"),
        (StandardScaler(), "StandardScaler"),
        (StandardScaler, "not shown (type)"),
    ],
)
def test_only_plain_values_are_shown(value, said) -> None:
    assert value_of(value) == said


def test_long_text_is_cut() -> None:
    assert value_of("x" * 500) == "x" * (LONGEST - 1) + "…"


class Talker(BaseEstimator):
    """An estimator that says what it likes of itself."""

    def __init__(self, said=None):
        self.said = said

    def get_params(self, **_):
        return {f"s{place}": "x" * 500 for place in range(10_000)}


class Silent(BaseEstimator):
    def get_params(self, **_):
        raise SystemError


class Ring(BaseEstimator):
    def get_params(self, **_):
        return {}

    @property
    def estimator(self):
        return self


def test_a_model_that_says_too_much_is_cut_short() -> None:
    talkers = Pipeline([(f"t{place}", Talker()) for place in range(20)])
    told = settings_of(talkers)

    assert len(told) == MOST_SETTINGS
    assert max(len(text) for one in told for text in one) <= LONGEST


def test_a_model_that_does_not_answer_or_goes_round_in_a_ring_is_opened_all_the_same() -> None:
    assert settings_of(Silent()) == ()
    assert len(settings_of(Ring())) == MOST_SETTINGS


def test_a_saved_booster_tells_no_learning_rate_that_it_was_not_trained_with() -> None:
    xgboost = pytest.importorskip("xgboost")
    rows = xgboost.DMatrix(ROWS[["n"]], LABELS)
    trained = xgboost.train({"objective": "binary:logistic", "max_depth": 2, "eta": 0.05}, rows, 3)
    saved = xgboost.Booster({"verbosity": 0}, model_file=bytearray(trained.save_raw("ubj")))
    told = by_name(xgboost_settings(json.loads(saved.save_config())["learner"]), "xgboost")

    assert (told["objective"], told["num_trees"]) == ("binary:logistic", "3")
    assert told["max_depth, learning_rate"] == "not told: the file does not keep them"


def test_lightgbm_tells_what_its_file_says() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    params = {"objective": "binary", "verbose": -1, "num_leaves": 4, "learning_rate": 0.05}
    trained = lightgbm.train(params, lightgbm.Dataset(ROWS[["n"]].to_numpy(), LABELS), 3)
    told = by_name(lightgbm_settings(trained.model_to_string()), "lightgbm")

    assert (told["num_leaves"], told["learning_rate"], told["num_iterations"]) == ("4", "0.05", "3")


def test_catboost_tells_what_it_was_trained_with() -> None:
    catboost = pytest.importorskip("catboost")
    model = catboost.CatBoostClassifier(iterations=3, depth=2, verbose=0, allow_writing_files=False)
    told = by_name(catboost_settings(model.fit(ROWS[["n"]], LABELS).get_all_params()), "catboost")

    assert (told["iterations"], told["depth"], told["loss_function"]) == ("3", "2", "Logloss")


def test_a_file_that_says_nothing_of_it_tells_nothing() -> None:
    assert lightgbm_settings("tree\nversion=v4\n") == ()
    assert catboost_settings({}) == ()
