"""A score with one column at another value, held against sums that a reader can do, with how many rows are near."""

import numpy as np
import pyarrow as pa
import pytest

from fateaudit.explainability import Game, draw_curves


def predict(table):
    """A sum, so that a curve is a straight line: n / 100, and 0.2 for the word b."""
    words = np.array([word == "b" for word in table["word"].to_pylist()], float)
    return np.nan_to_num(table["n"].to_numpy()) / 100 + 0.2 * words


def a_table(numbers, words):
    return pa.table({"n": pa.array(numbers, pa.float64()), "word": pa.array(words, pa.string())})


POOL = a_table([float(number) for number in range(50)] + [90.0], ["a"] * 30 + ["b"] * 21)


@pytest.fixture(scope="module")
def curves():
    game = Game.from_tables(predict, a_table([33.0], ["b"]), POOL)
    return {curve.column: curve.points for curve in draw_curves(game, ["word", "n"])}


def test_the_row_and_the_average_are_scored_at_each_value(curves) -> None:
    share_b = 21 / 51
    for point in curves["n"]:
        assert point.score == pytest.approx(point.value / 100 + 0.2)
        assert point.mean == pytest.approx(point.value / 100 + 0.2 * share_b)
    mean_n = (sum(range(50)) + 90) / 51
    assert [(point.value, point.score) for point in curves["word"]] == [("a", 0.33), ("b", pytest.approx(0.53))]
    assert curves["word"][1].mean == pytest.approx(mean_n / 100 + 0.2)


def test_values_are_those_of_the_data_in_order_with_the_rows_own_among_them(curves) -> None:
    values = [point.value for point in curves["n"]]

    assert values == [0, 5, 12, 25, 33, 38, 45, 90]
    assert [point.value for point in curves["n"] if point.is_own] == [33]
    assert [point.value for point in curves["word"] if point.is_own] == ["b"]


def test_every_row_is_near_one_value_and_few_are_marked(curves) -> None:
    near = {point.value: point.rows for point in curves["n"]}

    assert sum(near.values()) == 51
    # 0, 1, 2 are nearer to 0 than to 5; nobody is near 90 but the one who says it.
    assert (near[0], near[90]) == (3, 1)
    assert {point.value for point in curves["n"] if point.is_few} == {
        value for value, rows in near.items() if rows < 10
    }
    assert [(point.rows, point.is_few) for point in curves["word"]] == [(30, False), (21, False)]


def test_what_only_the_row_says_is_shown_with_no_row_near() -> None:
    game = Game.from_tables(predict, a_table([None], ["new"]), POOL)
    numbers, words = draw_curves(game, ["n", "word"])

    assert (words.points[-1].value, words.points[-1].rows, words.points[-1].is_few) == ("new", 0, True)
    assert (numbers.points[-1].value, numbers.points[-1].is_own) == (None, True)
    assert sum(point.rows for point in numbers.points) == 51


def test_many_texts_are_the_most_frequent_ones_and_the_rows_own() -> None:
    words = [letter for count, letter in enumerate("abcdefghij", 1) for _ in range(count)]
    game = Game.from_tables(predict, a_table([1.0], ["a"]), a_table([1.0] * len(words), words))
    (curve,) = draw_curves(game, ["word"])

    assert [point.value for point in curve.points] == ["j", "i", "h", "g", "f", "e", "a"]
    assert [point.rows for point in curve.points] == [10, 9, 8, 7, 6, 5, 1]


@pytest.mark.parametrize("own", [None, 3.0])
def test_what_is_missing_is_one_point_however_it_is_written(own) -> None:
    pool = a_table([*[float(number) for number in range(30)], *[float("nan")] * 12, None], ["a"] * 43)
    game = Game.from_tables(predict, a_table([own], ["a"]), pool)
    (curve,) = draw_curves(game, ["n"])
    missing = [(point.rows, point.is_own) for point in curve.points if point.value is None]

    assert missing == [(13, own is None)]
    assert sum(point.rows for point in curve.points) == 43
