"""Which words move a model most: those planted, in figures that can be counted by hand, and no word that few hold."""

import numpy as np
import pyarrow as pa
import pytest
from made_up_posts import PLANTED, as_table, fitted, of_words, posts
from sklearn.ensemble import GradientBoostingClassifier

from fateaudit.evidence import Insights, Reason, WordsSeen
from fateaudit.explainability import Means, Unexplained, Unit, word_ranking
from fateaudit.explainability.word_ranking import rank_all, rank_words
from fateaudit.explainability.word_telling import MOST, tell_words, words_not_told

WORTH = {"torch": 0.3, "drums": 0.1, "bread": -0.2}
ADDED = of_words(lambda words: 0.4 + sum(value for word, value in WORTH.items() if word in words))
"""A model that adds up words: what each is worth is known."""


def spaced(rows=60, seed=0):
    """Posts whose words stand apart, so that cutting at spaces finds them."""
    return [text.rstrip(".!… ") for text in posts(rows, seed)[0]]


@pytest.fixture(scope="module")
def added():
    return rank_words(ADDED, as_table(spaced(100)), "post")


def test_figures_are_those_that_can_be_counted(added) -> None:
    texts = [set(text.lower().split()) for text in spaced(100)]
    found = {one.word: one for one in added.words}

    for word, value in WORTH.items():
        holding = sum(word in text for text in texts)
        assert found[word].texts == holding
        assert found[word].size == pytest.approx(abs(value))
        assert found[word].direction == pytest.approx(value)
        assert found[word].overall == pytest.approx(abs(value) * holding / 100)
        assert found[word].standard_error == pytest.approx(0, abs=1e-9)
    assert all(one.overall == pytest.approx(0, abs=1e-12) for one in added.words if one.word not in WORTH)
    assert (added.texts, added.of_rows) == (100, 100)
    assert added.base == pytest.approx(0.4)
    assert added.mean == pytest.approx(np.mean(ADDED(as_table(spaced(100)))))
    assert added.gap < 1e-12


def test_values_that_are_right_foretell_the_model_and_dealt_to_wrong_words_they_do_not(added) -> None:
    assert added.fidelity.value == pytest.approx(1)
    assert added.fidelity.baseline < 0.5


@pytest.mark.parametrize(
    ("seed", "final"), [(0, None), (1, GradientBoostingClassifier(n_estimators=30, random_state=0))]
)
def test_the_planted_word_is_named_first(seed, final) -> None:
    model = fitted(final=final, seed=seed)
    found = rank_words(model.predict, as_table(posts(80, seed)[0]), "post", inside=model.inside)

    assert found.words[0].word == PLANTED
    assert found.words[0].direction == found.words[0].size
    assert 0.5 < found.fidelity.value <= 1
    assert found.fidelity.baseline < 0.3
    if final is None:
        assert found.second.unit is Unit.LOG_ODDS
        assert found.second.same >= 5
        assert found.second.gap < 1e-9
    else:
        assert found.second.reason is Reason.NOT_APPLICABLE


def test_a_word_whose_way_hangs_on_another_has_a_size_and_no_mean() -> None:
    texts = [f"{'not ' * (place % 2)}torch number{place} here again" for place in range(60)]
    predict = of_words(lambda words: 0.3 * ("torch" in words) * (-3 if "not" in words else 1))
    found = {one.word: one for one in rank_words(predict, as_table(texts), "post").words}

    assert set(found) == {"not", "torch", "here", "again"}
    assert found["torch"].size == pytest.approx(0.3)
    assert found["torch"].direction == pytest.approx(0, abs=1e-12)


def test_a_word_that_nine_texts_hold_is_counted_and_never_said() -> None:
    texts = [f"{text} {'Zebulon' if place < 9 else 'nobody'}" for place, text in enumerate(spaced(60))]
    predict = of_words(lambda words: 0.5 + 0.4 * ("zebulon" in words) + 0.01 * ("torch" in words))
    found = rank_words(predict, as_table(texts), "post")
    ten = rank_words(predict, as_table([*texts, "they meet Zebulon"]), "post")

    assert "zebulon" not in repr(found).lower()
    assert found.words[0].word == "torch"
    assert found.left_out >= 1
    assert found.left_out_share > 0.9
    assert ten.words[0].word == "zebulon"
    assert ten.left_out_share < 0.1


def test_one_text_many_times_over_is_one_text() -> None:
    table = as_table([*spaced(60), *["we met Zebulon tonight here"] * 40])
    found = rank_words(of_words(lambda words: 0.5 + 0.4 * ("zebulon" in words)), table, "post")

    assert "zebulon" not in repr(found).lower()


def test_rows_are_drawn_once_and_for_all_by_the_seed(monkeypatch) -> None:
    monkeypatch.setattr(word_ranking, "TEXTS", 30)
    table = as_table(spaced(40))
    one, again, other = (rank_words(ADDED, table, "post", means=Means(seed=seed)) for seed in (3, 3, 4))

    assert one == again != other
    assert (one.texts, one.of_rows) == (30, 40)


def test_rows_without_a_text_are_not_explained() -> None:
    found = rank_words(
        ADDED, as_table(["" if place % 3 == 0 else text for place, text in enumerate(spaced(90))]), "post"
    )

    assert (found.texts, found.of_rows) == (60, 90)


@pytest.mark.parametrize(
    ("predict", "texts", "reason"),
    [
        (ADDED, spaced(12), Reason.TOO_FEW_ROWS),
        (of_words(lambda _: 0.5), spaced(40), Reason.NOT_APPLICABLE),
        (of_words(lambda words: 0.01 * len(words) if words else np.nan), spaced(40), Reason.FAILED),
    ],
)
def test_what_cannot_be_ranked_says_why(predict, texts, reason) -> None:
    assert rank_words(predict, as_table(texts), "post").reason is reason


def test_each_column_of_texts_is_ranked_with_the_others_as_they_are() -> None:
    table = pa.table({"post": spaced(40), "age": np.arange(40.0), "reply": spaced(40, 5)})
    heard = []

    def predict(rows):
        return 0.5 * ADDED(rows) + 0.001 * rows["age"].to_numpy()

    found = dict(
        rank_all(predict, table, ["post", "reply"], None, means=Means(progress=lambda *now: heard.append(now)))
    )

    assert found["post"].words[0].size == pytest.approx(0.5 * abs(WORTH[found["post"].words[0].word]))
    assert max(one.size for one in found["reply"].words) < 1e-12
    assert heard == [(place + 1, 40) for _ in range(2) for place in range(40)]


def test_what_is_told_holds_the_first_words_and_how_many_more_there_are(added) -> None:
    found = (("post", added), ("reply", Unexplained(Reason.FAILED, "it ended")))
    (told,) = tell_words(found)
    (missing,) = words_not_told(found)

    assert [one.word for one in told.words] == [one.word for one in added.words][:MOST]
    assert len(told.words) + told.more == len(added.words)
    assert told.left_out == added.left_out
    assert WordsSeen.model_validate_json(told.model_dump_json()) == told
    assert (missing.what, missing.because) == ("which words of reply move the score", "it ended")


def test_a_record_without_texts_does_not_speak_of_words() -> None:
    assert "words" not in Insights().model_dump()
