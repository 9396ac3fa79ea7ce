"""Settings that a model file could give away, or hide the others behind: paths, words of training, huge numbers."""

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from fateaudit.worker.settings import MOST_SETTINGS, settings_of, value_of


@pytest.mark.parametrize(
    "path",
    ["/home/a/key.pem", "~/models/x", "../data/rows.csv", "C:\\Users\\a", "\\\\server\\share", "s3://rows/of/2024"],
)
def test_where_a_file_lay_is_not_told(path) -> None:
    assert value_of(path) == value_of([path]) == "not shown (path)"
    assert "key" not in value_of({"x": path})


@pytest.mark.parametrize("text", ["l2", "/", "a / b", r"(?u)\b\w\w+\b", r"\w+", "most_frequent", "a: b"])
def test_what_is_no_path_is_told(text) -> None:
    assert value_of(text) == text


def test_words_out_of_the_rows_of_training_are_not_told() -> None:
    told = settings_of(TfidfVectorizer(stop_words=["mueller", "schmidt"], vocabulary={"mueller": 0, "bonn": 1}))
    assert {(name, value) for _, name, value in told} == {("stop_words", "not shown"), ("vocabulary", "not shown")}
    assert settings_of(TfidfVectorizer(stop_words="english"))[0][1:] == ("stop_words", "english")


def test_a_number_too_long_to_write_hides_no_other_setting() -> None:
    told = settings_of(LogisticRegression(C=10**5_000, max_iter=7))
    assert ("LogisticRegression", "C", "not shown (int)") in told
    assert ("LogisticRegression", "max_iter", "7") in told


def test_a_pipeline_that_is_its_own_step_ends() -> None:
    pipeline = Pipeline([("model", LogisticRegression())])
    pipeline.steps.append(("again", pipeline))
    assert len(settings_of(pipeline)) == MOST_SETTINGS
