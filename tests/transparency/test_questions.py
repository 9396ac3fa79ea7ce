"""A tree asks what a person can answer, says what it was scored by, and singles nobody out."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.transparency.questions import DEPTH, FEWEST, encode, fit_tree, say, simple_between

GENERATOR = np.random.default_rng(5)


def answers(node, row):
    """Whether a row, as it stands in the data, answers a question with yes; written anew, from the record's words."""
    value = row[node.column]
    if node.asks == "missing":
        return value is None
    if node.asks == "text":
        return value == node.text
    return node.missing == "yes" if value is None else value <= node.at_most


def end_of(tree, row):
    at = 0
    while tree.nodes[at].asks is not None:
        at = tree.nodes[at].yes if answers(tree.nodes[at], row) else tree.nodes[at].no
    return at


def a_table(rows):
    amounts = GENERATOR.lognormal(10, 1, rows)
    gone = GENERATOR.random(rows) < 0.2
    return pa.table(
        {
            "amount": pa.array(amounts),
            "age": pa.array(GENERATOR.integers(14, 90, rows).astype(float), mask=gone),
            "colour": pa.array(
                GENERATOR.choice(["red", "blue", "green"], rows).tolist(), mask=GENERATOR.random(rows) < 0.1
            ),
            "sex": pa.array(GENERATOR.choice(["f", "m", "m"], rows).tolist()),
        }
    )


def scores_of(table):
    return np.array(
        [
            (row["amount"] > 25_000)
            + 0.5 * (row["age"] is None or row["age"] < 30)
            + 0.3 * (row["colour"] == "red")
            + 0.2 * (row["sex"] == "f")
            for row in table.to_pylist()
        ]
    )


@pytest.fixture(scope="module")
def grown():
    table = a_table(900)
    scores = scores_of(table)
    return table, scores, fit_tree(encode(table), scores)


def test_whoever_answers_the_questions_comes_to_the_end_that_was_counted(grown) -> None:
    table, scores, tree = grown
    ends = np.array([end_of(tree, row) for row in table.to_pylist()])

    for at, node in enumerate(tree.nodes):
        if node.asks is None:
            assert node.rows == (ends == at).sum()
            assert node.mean == pytest.approx(scores[ends == at].mean())


def test_what_is_drawn_is_what_is_scored(grown) -> None:
    _, _, tree = grown
    fresh = a_table(300)
    by_hand = [tree.nodes[end_of(tree, row)].mean for row in fresh.to_pylist() if row["age"] is not None]
    has_age = np.array([row["age"] is not None for row in fresh.to_pylist()])

    assert say(tree, encode(fresh))[has_age].tolist() == by_hand


def test_no_question_parts_fewer_than_ten_rows(grown) -> None:
    _, _, tree = grown

    assert min(node.rows for node in tree.nodes) >= FEWEST
    assert sum(node.asks is None for node in tree.nodes) <= 2**DEPTH
    assert {node.asks for node in tree.nodes} >= {"number", "text", None}


def test_a_text_of_few_rows_is_never_asked_for() -> None:
    names = ["somebody"] * (FEWEST - 1) + ["a", "b"] * 100
    scores = np.array([5.0 if name == "somebody" else 0.1 * (name == "a") for name in names])
    tree = fit_tree(encode(pa.table({"name": names})), scores)

    assert {node.text for node in tree.nodes} <= {"a", "b", None}


def test_of_two_words_the_commoner_is_asked_for() -> None:
    words = ["no"] * 30 + ["yes"] * 70
    tree = fit_tree(encode(pa.table({"w": words})), np.array([float(word == "no") for word in words]))

    assert (tree.nodes[0].text, [node.mean for node in tree.nodes[1:]]) == ("yes", [1.0, 0.0])
    assert tree.nodes[tree.nodes[0].yes].mean == 0.0


def test_a_threshold_is_coarser_than_what_tells_two_people_apart(grown) -> None:
    table, _, tree = grown
    thresholds = [node.at_most for node in tree.nodes if node.column == "amount" and node.at_most is not None]

    assert thresholds
    for threshold in thresholds:
        assert threshold == float(f"{threshold:.3g}")
        assert threshold not in set(table["amount"].to_pylist())


def test_what_nobody_recorded_is_asked_for_as_such() -> None:
    column = pa.array([1.0] * 100, mask=np.arange(100) < 40)
    tree = fit_tree(encode(pa.table({"n": column})), (np.arange(100) < 40).astype(float))

    assert tree.nodes[0].asks == "missing"
    assert tree.nodes[tree.nodes[0].yes].rows == 40


def test_a_tree_for_one_score_is_one_end() -> None:
    tree = fit_tree(encode(pa.table({"n": np.arange(50.0)})), np.full(50, 0.25))

    assert [(node.asks, node.rows, node.mean) for node in tree.nodes] == [(None, 50, 0.25)]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(25, 26, 25), (23, 31, 30), (0, 1, 0), (23_449.99, 23_450.01, 23_450), (-3, -1, -2), (0.123, 0.129, 0.126)],
)
def test_a_number_between_two_is_said_in_few_digits(low, high, said) -> None:
    assert simple_between(low, high) == said


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_a_number_between_two_lies_between_them(one, other) -> None:
    low, high = sorted((one, other))

    assert low == high or low <= simple_between(low, high) < high
