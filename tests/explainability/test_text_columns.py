"""Which columns are texts, what is left of a text without some of its words, and which words may be said."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_posts import as_table, posts

from fateaudit.explainability import make_cases
from fateaudit.explainability.texts import MANY, Text, is_text, made_up, nameable, text_columns

GENERATOR = np.random.default_rng(0)
DAYS = [f"2026-{month:02}-{day:02} 10:{day:02}:12" for month in range(1, 13) for day in range(1, 28)]
KINDS = {
    "offences": ["possession of a controlled substance", "theft from a motor vehicle", "driving without a licence"]
    * 90,
    "names of people": [f"{first} {last}" for first in "ABCDEFGHIJKLMNOPQR" for last in "abcdefghijklmnopqr"],
    "times": DAYS,
    "ids": [f"case-{place:06}" for place in range(300)],
    "words": list("abcd") * 80,
    "nothing": [None] * 300,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_categories_names_times_or_ids_is_no_text(kind) -> None:
    assert not is_text(pa.table({"it": pa.array(KINDS[kind], pa.string())})["it"])


def test_a_column_of_numbers_is_no_text() -> None:
    assert not is_text(pa.table({"it": GENERATOR.normal(size=50)})["it"])


def test_posts_are_texts_with_some_missing_and_some_repeated_too() -> None:
    texts, _ = posts(200)
    mixed = pa.table({"post": [*texts, *texts[:60], *[None] * 100], "kind": ["a", "b"] * 180})

    assert text_columns(mixed) == ("post",)


def test_texts_of_which_most_come_again_are_categories() -> None:
    texts, _ = posts(30)

    assert not is_text(as_table(texts * 5)["post"])
    assert is_text(as_table(texts * 2)["post"])


def test_a_word_is_taken_out_wherever_it_stands_and_all_else_stays() -> None:
    text = Text.of("Bad dog, BAD  cat: a bad_dog.\nStraße!")

    assert text.words == ("bad", "dog", "cat", "bad_dog", "strasse")
    assert text.kept(np.array([[0, 1, 1, 1, 1], [1, 1, 1, 1, 0], [0, 0, 0, 0, 0]], bool)) == [
        " dog,   cat: a bad_dog.\nStraße!",
        "Bad dog, BAD  cat: a bad_dog.\n!",
        " ,   : a .\n!",
    ]


@given(st.text(alphabet="ab_É1 .'\n-ß", max_size=40), st.randoms(use_true_random=False))
def test_whatever_the_text_all_words_give_it_back_and_none_leaves_no_word(text, random) -> None:
    cut = Text.of(text)
    several = np.array([[random.random() < 0.5 for _ in cut.words] for _ in range(3)], bool).reshape(3, -1)

    assert cut.kept(np.ones((1, len(cut.words)), bool)) == [text]
    assert re.findall(r"\w\w+", cut.kept(np.zeros((1, len(cut.words)), bool))[0]) == []
    for known, kept in zip(several, cut.kept(several), strict=True):
        there = {word for word, is_there in zip(cut.words, known, strict=True) if is_there}
        assert {word.casefold() for word in re.findall(r"\w\w+", kept)} == there


def test_a_word_is_named_from_ten_different_texts_on() -> None:
    ten = [f"march number {place}" for place in range(MANY)]

    assert nameable(ten) == {"march": MANY, "number": MANY}
    assert nameable(ten[1:] * 20) == {}


def test_numbers_accounts_and_addresses_are_never_named() -> None:
    texts = [
        f"flat 1204 said @carla mail otto@example.org see HTTPS://example.org/berta www.example.org/x{place} a_{place}"
        for place in range(50)
    ]

    assert set(nameable(texts)) == {"flat", "said", "mail", "see"}
    assert "carla" not in nameable([*texts, *(f"carla said {place}" for place in range(90))])


def test_a_made_up_text_is_made_of_words_that_may_be_named() -> None:
    texts, _ = posts(60)
    named = [f"{text} Zebulon" if place < 9 else text for place, text in enumerate(texts)]
    one, other, *rest = made_up(as_table(named)["post"], (slice(4), slice(4, 99), slice(99, 100), slice(100, 200)))

    assert one.split()[:2] == ["at", "the"]
    assert {*one.split(), *other.split()} == set(nameable(texts))
    assert rest == [""]


def test_an_example_case_shows_no_text_that_somebody_wrote() -> None:
    texts, _ = posts(60)
    table = pa.table({"post": texts, "followers": np.arange(60.0)})
    cases = make_cases(lambda rows: np.linspace(0, 1, rows.num_rows), table, 0.5)
    shown = [dict(case.values)["post"] for case in cases]

    assert not set(shown) & set(texts)
    assert set(" ".join(shown).split()) <= set(nameable(texts))
