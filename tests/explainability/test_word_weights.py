"""The weights of a linear model by word: as from scikit-learn's own sparse matrix, and as taking words out says."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import a_model, a_table
from made_up_posts import OfTexts, as_table, fitted, posts
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from fateaudit.evaluation import InsideError, Linear
from fateaudit.evidence import Reason
from fateaudit.explainability import Game, Unexplained, Unit
from fateaudit.explainability import origins as origins_of
from fateaudit.explainability.linear import log_odds
from fateaudit.explainability.mixing import WIDE, encoded
from fateaudit.explainability.routes import Ask
from fateaudit.explainability.word_weights import CELLS, read_weights
from fateaudit.explainability.words import explain_words

TEXTS = posts(80, 7)[0]
ROWS, BACKGROUND = as_table(TEXTS[:40]), as_table(TEXTS[40:])


def all_values(weights, table):
    return np.concatenate(list(weights.values(table)))


def test_values_are_coefficient_times_distance_from_the_mean() -> None:
    model = fitted(TfidfVectorizer(ngram_range=(1, 2)))
    vectorizer, logistic = model.estimator[0], model.estimator[1]
    sparse, mean = vectorizer.transform(TEXTS[:40]), vectorizer.transform(TEXTS[40:]).mean(axis=0)
    expected = np.asarray(sparse.multiply(logistic.coef_).toarray() - np.multiply(mean, logistic.coef_))
    found = read_weights(model.inside, model.predict, ROWS, BACKGROUND)

    assert found.unit is Unit.LOG_ODDS
    assert found.names == tuple(vectorizer.get_feature_names_out())
    assert np.abs(all_values(found, ROWS) - expected).max() < 1e-9
    assert found.base + all_values(found, ROWS).sum(axis=1) == pytest.approx(log_odds(model.predict(ROWS)), abs=1e-9)
    assert found.sizes(ROWS) == pytest.approx(np.abs(expected).mean(axis=0), abs=1e-9)


def test_the_sign_is_that_of_the_outcome_that_is_explained() -> None:
    model = fitted()
    for_one = read_weights(model.inside, model.predict, ROWS, BACKGROUND)
    for_other = read_weights(model.inside, lambda table: 1 - model.predict(table), ROWS, BACKGROUND)

    assert np.abs(all_values(for_one, ROWS) + all_values(for_other, ROWS)).max() < 1e-12


def test_a_linear_regression_adds_up_in_its_own_output() -> None:
    texts, outcomes = posts(200)
    model = OfTexts(make_pipeline(TfidfVectorizer(), Ridge()).fit(texts, 40.0 * outcomes))
    found = read_weights(model.inside, lambda rows: model.estimator.predict(rows["post"].to_pylist()), ROWS, BACKGROUND)

    assert found.unit is Unit.OUTPUT
    assert found.gap < 1e-9


def by_taking_out(model, text):
    return explain_words(
        lambda table: log_odds(model.predict(table)), as_table([text]), "post", spread=1.0
    )  # fmt: skip


def against_nothing(model, text):
    """The closed form by word, against a text without words."""
    row = as_table([text])
    found = read_weights(model.inside, model.predict, as_table([text, *TEXTS]), as_table([""]))
    return dict(zip(found.names, next(found.values(row))[0].tolist(), strict=True)), found.base


@pytest.mark.parametrize("text", ["They march at the square: torch, drums! TORCH", *TEXTS[:3]])
def test_of_a_bag_of_0_and_1_taking_words_out_gives_the_same_values(text) -> None:
    model = fitted(CountVectorizer(binary=True))
    out, (weighed, base) = by_taking_out(model, text), against_nothing(model, text)

    assert out.base == pytest.approx(base, abs=1e-9)
    assert out.values == pytest.approx([weighed.get(word, 0.0) for word in out.words], abs=1e-9)


def test_of_tf_idf_it_does_not_because_every_word_is_in_the_norm() -> None:
    model = fitted()
    out, (weighed, base) = by_taking_out(model, TEXTS[0]), against_nothing(model, TEXTS[0])

    assert out.base == pytest.approx(base, abs=1e-9)
    assert sum(out.values) == pytest.approx(sum(weighed.values()), abs=1e-9)
    assert np.abs(np.subtract(out.values, [weighed.get(word, 0.0) for word in out.words])).max() > 0.01


def test_what_is_not_linear_has_no_weights() -> None:
    model = fitted(final=RandomForestClassifier(5, random_state=0))

    assert read_weights(model.inside, model.predict, ROWS, BACKGROUND).reason is Reason.NOT_APPLICABLE
    assert read_weights(None, model.predict, ROWS, BACKGROUND).reason is Reason.NOT_APPLICABLE


class Told:
    """An inside that says what it was told to say."""

    def __init__(self, coef, wide=None, *, failing=False):
        self.coef, self.wide, self.failing = np.asarray(coef, float), wide or len(coef), failing
        self.cells = []

    def linear(self):
        return Linear(tuple(self.coef), 0.0)

    def names(self):
        return tuple(f"w{place}" for place in range(len(self.coef)))

    def encode(self, table):
        if self.failing:
            raise InsideError("the model's process ended")
        self.cells.append((table.num_rows, self.wide))
        lengths = [float(len(text)) for text in table["post"].to_pylist()]
        return np.outer(lengths, np.eye(1, self.wide)[0])


def of_lengths(table):
    return np.array([len(text) / 100 for text in table["post"].to_pylist()])


def test_weights_that_are_not_the_models_are_refused() -> None:
    honest = read_weights(Told([0.01, 0.0]), of_lengths, ROWS, BACKGROUND)
    lying = read_weights(Told([0.02, 0.0]), of_lengths, ROWS, BACKGROUND)
    narrow = read_weights(Told([0.01, 0.0], wide=3), of_lengths, ROWS, BACKGROUND)
    failing = read_weights(Told([0.01], failing=True), of_lengths, ROWS, BACKGROUND)

    assert honest.gap < 1e-12
    assert "miss the model's output" in lying.detail
    assert "other columns" in narrow.detail
    assert failing == Unexplained(Reason.NOT_APPLICABLE, "the model's process ended")


def test_a_wide_vocabulary_is_encoded_some_rows_at_a_time() -> None:
    inside = Told([0.01, *[0.0] * 29_999])
    table = as_table(TEXTS * 4)
    found = read_weights(inside, of_lengths, table, table)

    assert found.sizes(table)[1:].max() == 0
    assert max(rows * wide for rows, wide in inside.cells) <= CELLS
    assert sum(rows for rows, _ in inside.cells) == 3 * table.num_rows


def test_where_a_vocabulary_comes_from_is_found_in_parts_too(monkeypatch) -> None:
    model, table = a_model("logistic", a_table(60)), a_table(60)
    game = Game.from_tables(model.predict, table, background=10)
    at_once = origins_of.origins(model.inside, game)
    monkeypatch.setattr(origins_of, "CELLS", 100)

    assert origins_of.origins(model.inside, game).tolist() == at_once.tolist()
    assert set(at_once) == set(range(len(table.column_names)))


def test_rows_are_not_mixed_in_a_vocabulary() -> None:
    inside = Told([0.01, *[0.0] * WIDE])
    several = pa.table(
        {name: as_table([f"{name} {text}" for text in TEXTS])["post"] for name in ("post", "b", "c", "d")}
    )
    ask = Ask(Game.from_tables(of_lengths, several), np.arange(3), inside, budget=10, rounds=1, seed=0)

    assert encoded(ask) is None
    assert max(rows for rows, _ in inside.cells) <= 100
