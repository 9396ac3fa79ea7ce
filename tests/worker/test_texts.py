"""Models of texts: what reads one column of them, and what reads one beside others, as scikit-learn has it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from fateaudit.artifacts import describe
from fateaudit.errors import UsageError
from fateaudit.formats import Format
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.worker.opened import MOST_ENCODED, Opened, Weights, Wish
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.skops_files import open_skops

RANDOM = np.random.default_rng(5)
WORDS = ["bag", "bike", "bridge", "car", "knife", "nothing", "phone", "shop", "street", "window"]
TEXTS = pd.Series([" ".join(RANDOM.choice(WORDS, RANDOM.integers(1, 9))) for _ in range(200)], dtype=object)
HELD = np.where(TEXTS.str.contains("knife|window"), "held", "freed")
POST, NUMBER = Wish(inputs=("post",)), Wish(inputs=("post",), gives_numbers=True)


def table(texts=TEXTS, **others):
    return pa.table({"post": pa.array(texts, pa.string()), **others})


PROBABLE = {
    "weighed words": make_pipeline(TfidfVectorizer(), LogisticRegression()),
    "counted pairs of words": make_pipeline(CountVectorizer(ngram_range=(1, 2), binary=True), MultinomialNB()),
    "hashed words": make_pipeline(HashingVectorizer(n_features=256), LogisticRegression()),
    "two steps": make_pipeline(CountVectorizer(), TfidfTransformer(), LogisticRegression()),
    "words and letters": make_pipeline(
        make_union(TfidfVectorizer(), TfidfVectorizer(analyzer="char", ngram_range=(2, 3))), LogisticRegression()
    ),
    "topics": make_pipeline(TfidfVectorizer(), TruncatedSVD(4, random_state=0), RandomForestClassifier(5)),
    "calibrated": CalibratedClassifierCV(make_pipeline(TfidfVectorizer(), LinearSVC()), cv=2),
}


@pytest.mark.parametrize("name", PROBABLE)
def test_a_model_of_texts_reads_the_column_that_the_policy_names_and_says_what_its_library_says(name) -> None:
    model = PROBABLE[name].fit(TEXTS, HELD)
    found = open_skops(skops.io.dumps(model), POST)

    assert found.inputs == (("post", "text"),)
    assert found.classes == ("freed", "held")
    assert np.array_equal(found.predict(table()), model.predict_proba(TEXTS))


@pytest.mark.parametrize("name", [name for name in PROBABLE if name != "calibrated"])
def test_what_the_last_step_is_shown_is_what_it_says_the_same_of(name) -> None:
    model = PROBABLE[name].fit(TEXTS, HELD)
    found = open_skops(skops.io.dumps(model), POST)
    encoded, before = found.inside.encode(table()), model[:-1].transform(TEXTS)

    assert np.array_equal(encoded, before.toarray() if hasattr(before, "toarray") else before)
    assert np.abs(found.inside.score(encoded) - model.predict_proba(TEXTS)).max() < 1e-12


def test_the_words_and_their_weights_are_told() -> None:
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, HELD)
    told = open_skops(skops.io.dumps(model), POST).describe()

    assert told["encoded"] == sorted(WORDS)
    assert told["linear"] == {"coef": model[-1].coef_[0].tolist(), "intercept": model[-1].intercept_[0]}


def test_a_regressor_of_texts_gives_its_numbers() -> None:
    model = make_pipeline(TfidfVectorizer(), Ridge()).fit(TEXTS, TEXTS.str.len())
    found = open_skops(skops.io.dumps(model), POST)

    assert found.classes == ()
    assert np.array_equal(found.predict(table())[:, 0], model.predict(TEXTS))


def test_a_column_of_texts_beside_others_is_named_by_the_model_itself() -> None:
    rows = pd.DataFrame({"post": TEXTS, "age": RANDOM.normal(40, 9, len(TEXTS))})
    steps = ColumnTransformer([("text", TfidfVectorizer(), "post"), ("number", StandardScaler(), ["age"])])
    model = make_pipeline(steps, LogisticRegression()).fit(rows, HELD)
    found = open_skops(skops.io.dumps(model), Wish())

    assert found.inputs == (("post", "text"), ("age", "number"))
    assert np.array_equal(found.predict(table(age=rows["age"])), model.predict_proba(rows))


def test_a_missing_text_is_the_empty_one_alone_and_beside_others() -> None:
    alone = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, HELD)
    steps = ColumnTransformer([("text", TfidfVectorizer(), "post")])
    beside = make_pipeline(steps, LogisticRegression()).fit(pd.DataFrame({"post": TEXTS}), HELD)
    texts = [None, "", "knife"]

    for model, wish in ((alone, POST), (beside, Wish())):
        scores = open_skops(skops.io.dumps(model), wish).predict(table(texts))
        assert np.array_equal(scores[0], scores[1])
        assert np.allclose(scores[1:], alone.predict_proba(pd.Series(["", "knife"])), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [(Wish(), (Problem.NO_TEXT_COLUMN, ())), (Wish(inputs=("a", "b")), (Problem.OTHER_COLUMNS, ("1", "2")))],
)
def test_one_column_must_be_named(wish, expected) -> None:
    content = skops.io.dumps(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, HELD))

    with pytest.raises(ProblemError) as caught:
        open_skops(content, wish)
    assert (caught.value.problem, caught.value.names) == expected


def away(model, wish):
    """Open a model in a process of its own."""
    content = skops.io.dumps(model)
    artifact = describe(content, role="model", name="model.skops", media_type="")
    return open_file(ModelFile(content, artifact, Format.SKOPS, wish), Limits(memory=8 * GIB, seconds=60, batch_rows=1))


def test_who_names_no_column_is_told_what_to_write() -> None:
    with pytest.raises(UsageError, match="reads one text") as caught:
        away(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, HELD), Wish())
    assert "inputs: [NAME]" in caught.value.hint


def test_twenty_thousand_words_and_their_weights_cross_from_the_models_process() -> None:
    # Long words of another alphabet: JSON writes six bytes for each letter.
    words = [f"слово{place}неизвестное" for place in range(20_000)]
    texts = pd.Series([" ".join(words[start::200]) for start in range(200)], dtype=object)
    model = away(make_pipeline(CountVectorizer(), Ridge()).fit(texts, np.arange(200)), NUMBER)
    try:
        encoded = model.inside.encode(table(texts[:50]))
        scores = model.inside.score(encoded)
        predicted = model.predict(table(texts[:50]))
    finally:
        model.close()

    assert model.inside.names() == tuple(sorted(words))
    assert len(model.inside.linear().coef) == 20_000
    assert encoded.shape == (50, 20_000)
    assert (encoded.sum(axis=1) == 100).all()
    assert np.abs(scores - predicted).max() < 1e-9


class Weighed:
    """The inside of a model of very many columns, or of strange ones."""

    def __init__(self, names):
        self.told = tuple(names)

    def names(self):
        return self.told

    def linear(self):
        return Weights((0.5,) * len(self.told), 0.0)


@pytest.mark.parametrize(
    "names", [map(str, range(MOST_ENCODED + 1)), ("x" * 399 + str(place) for place in range(9_000)), ("a", "")]
)
def test_names_that_cannot_be_told_are_left_out_and_the_model_opens_all_the_same(names) -> None:
    inside = Weighed(names)
    told = Opened((("post", "text"),), ("freed", "held"), lambda _: None, (), inside).describe()

    assert told["encoded"] == []
    assert (told["linear"] is None) == (len(inside.told) > MOST_ENCODED)


def test_a_long_word_is_cut_where_it_is_told() -> None:
    told = Opened((("post", "text"),), ("freed", "held"), lambda _: None, (), Weighed(["x" * 900, "y"])).describe()

    assert told["encoded"] == ["x" * 400 + "…", "y"]
