"""One text attributed to its words: as by hand, adding up to the score, or a reason why not."""

import itertools
import math
import re

import numpy as np
import pyarrow as pa
import pytest
from made_up_posts import as_table, fitted, of_words
from sklearn.ensemble import GradientBoostingClassifier

from fateaudit.errors import AuditFailedError
from fateaudit.evidence import Reason
from fateaudit.explainability import Means, Route, Unexplained
from fateaudit.explainability.words import MOST, THE_OTHERS, explain_words

SHORT = "They march at the square: torch, drums! TORCH again"
LONG = "They march at the square: torch, drums and bread; good music, cold water again"


@pytest.fixture(scope="module")
def boosted():
    return fitted(final=GradientBoostingClassifier(n_estimators=30, random_state=0))


def by_hand(predict, text):
    """Shapley's formula over all sets of words, words taken out with a pattern each: {word: value}, and the base."""
    words = list(dict.fromkeys(re.findall(r"\w\w+", text.lower())))

    def without(words):
        left = text
        for word in words:
            left = re.sub(rf"\b{word}\b", "", left, flags=re.IGNORECASE)
        return left

    sets = [frozenset(some) for size in range(len(words) + 1) for some in itertools.combinations(words, size)]
    worth = dict(zip(sets, predict(as_table([without(set(words) - some) for some in sets])), strict=True))
    values = {
        word: sum(
            (worth[some | {word}] - worth[some]) / (len(words) * math.comb(len(words) - 1, len(some)))
            for some in sets
            if word not in some
        )
        for word in words
    }
    return values, worth[frozenset()]


def explained(predict, text, **how):
    return explain_words(predict, as_table([text]), "post", spread=how.pop("spread", 0.2), **how)


def test_up_to_eight_words_have_the_values_of_the_definition(boosted) -> None:
    values, base = by_hand(boosted.predict, SHORT)
    found = explained(boosted.predict, SHORT)

    assert found.route is Route.ENUMERATION
    assert found.words == tuple(values)
    assert found.values == pytest.approx(tuple(values.values()), abs=1e-12)
    assert found.base == pytest.approx(base, abs=1e-15)
    assert found.noise == (0.0,) * 8


def test_more_words_add_up_exactly_and_state_how_far_off_they_are(boosted) -> None:
    values, base = by_hand(boosted.predict, LONG)
    errors, stated = [], []
    for seed in range(12):
        found = explained(boosted.predict, LONG, means=Means(seed=seed, precision=math.inf), orders=4)
        errors.append(np.subtract(found.values, tuple(values.values())))
        stated.append(found.noise)

        assert found.route is Route.PERMUTATION
        assert found.words == tuple(values)
        assert found.base + sum(found.values) == pytest.approx(boosted.predict(as_table([LONG]))[0], abs=1e-12)
    error, said = (float(np.sqrt(np.mean(np.square(some)))) for some in (errors, stated))

    assert found.base == pytest.approx(base, abs=1e-15)
    assert 0.5 < error / said < 2
    assert error < 0.05


def test_more_orders_are_drawn_until_the_values_are_precise(boosted) -> None:
    coarse = explained(boosted.predict, LONG, means=Means(precision=math.inf), orders=2)
    fine = explained(boosted.predict, LONG, means=Means(precision=0.001), orders=2)

    assert max(fine.noise) < max(coarse.noise)


def test_a_word_that_the_model_does_not_know_has_no_value() -> None:
    model = fitted()
    found = explained(model.predict, f"{LONG}, xylophone")

    assert dict(zip(found.words, found.values, strict=True))["xylophone"] == 0


def test_the_same_seed_gives_the_same_values(boosted) -> None:
    assert explained(boosted.predict, LONG) == explained(boosted.predict, LONG)


def test_other_columns_stay_as_they_are() -> None:
    row = pa.table({"age": [7.0], "post": [LONG], "kind": pa.array([None], pa.string())})
    seen = []

    def predict(table):
        seen.extend(table.select(["age", "kind"]).to_pylist())
        assert table.schema == row.schema
        return 0.1 * table["age"].to_numpy() + of_words(lambda words: 0.01 * len(words))(table)

    found = explain_words(predict, row, "post", spread=0.1)

    assert {tuple(one.items()) for one in seen} == {(("age", 7.0), ("kind", None))}
    assert found.base > 0.7


def test_of_many_words_those_that_count_are_players_and_the_rest_is_one() -> None:
    few = {"torch": 0.3, "drums": -0.2}
    text = " ".join([*(f"word{place}" for place in range(98)), *few])
    predict = of_words(lambda words: 0.4 + sum(few.get(word, 0.001) for word in words))
    found = explained(predict, text)
    values = dict(zip(found.words, found.values, strict=True))

    assert len(found.words) == MOST + 1
    assert found.words[-1] == THE_OTHERS
    assert found.gathered == 100 - MOST
    assert (values["torch"], values["drums"]) == pytest.approx((0.3, -0.2))
    assert values[THE_OTHERS] == pytest.approx(0.001 * (100 - MOST))
    assert found.base + sum(found.values) == pytest.approx(found.score)


def test_a_long_text_is_shown_in_parts() -> None:
    asked = []

    def predict(table):
        asked.append(sum(map(len, table["post"].to_pylist())))
        return of_words(lambda words: len(words) / 5_000)(table)

    found = explained(predict, " ".join(f"{place:0100}" for place in range(1_100)))

    assert found.gathered == 1_100 - MOST
    assert max(asked) <= 4_000_000


@pytest.mark.parametrize("text", [None, "", "a b - 1 !"])
def test_a_text_without_words_has_nothing_to_tell(text) -> None:
    found = explain_words(lambda _: 1 / 0, pa.table({"post": pa.array([text], pa.string())}), "post", spread=1.0)

    assert found == Unexplained(Reason.NOT_APPLICABLE, "the text has no words")


@pytest.mark.parametrize("said", [np.nan, np.inf])
def test_a_model_that_cannot_score_what_is_left_is_not_explained(said) -> None:
    found = explained(of_words(lambda words: 0.5 if words else said), "they march")

    assert found.reason is Reason.FAILED
    assert "not a number" in found.detail


def test_a_model_that_fails_is_not_explained() -> None:
    def predict(table):  # noqa: ARG001 - a model is called so
        raise AuditFailedError("the model's process ended", hint="")

    assert explained(predict, SHORT) == Unexplained(Reason.FAILED, "the model's process ended")


def test_values_that_do_not_add_up_are_refused() -> None:
    generator = np.random.default_rng(0)
    text = " ".join(f"word{place}" for place in range(30))
    found = explained(lambda table: generator.random(table.num_rows), text)

    assert found.reason is Reason.FAILED
    assert "miss the model's output" in found.detail


def test_a_text_whose_words_cancel_is_explained_all_the_same() -> None:
    found = explained(of_words(lambda words: 0.5 + 0.1 * ("torch" in words) - 0.1 * ("bread" in words)), "torch bread")

    assert found.values == pytest.approx((0.1, -0.1))
