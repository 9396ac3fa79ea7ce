"""Values that stand in a record single out nobody, and a made-up case is scored at each of them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.errors import AuditFailedError
from fateaudit.explainability import Means, Unexplained, give_reasons
from fateaudit.explainability.common_values import common_values
from fateaudit.explainability.conditional import draw_common
from fateaudit.explainability.curves_of_case import curves_of_case
from fateaudit.explainability.example_cases import ExampleCase, Kind
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import explain_enough


def numbers(values):
    return pa.chunked_array([pa.array(values, pa.float64())])


def words(values):
    return pa.chunked_array([pa.array(values, pa.string())])


@given(st.lists(st.one_of(st.none(), st.integers(-9_999, 9_999), st.floats(-1e6, 1e6)), max_size=80), st.data())
def test_ten_rows_lie_at_or_beyond_every_number(values, data) -> None:
    values = [None if value is None else float(value) for value in values] * data.draw(st.integers(1, 4))
    own = data.draw(st.sampled_from([*values, 3.0])) if values else 3.0
    for shown in common_values(numbers(values), own):
        if shown is None:
            assert values.count(None) >= 10
        else:
            assert sum(value is not None and value <= shown for value in values) >= 10
            assert sum(value is not None and value >= shown for value in values) >= 10


def test_numbers_have_three_digits_and_a_case_keeps_its_own() -> None:
    incomes = [10_000.0 + 123.4 * step for step in range(400)]
    shown = common_values(numbers(incomes), 34_433.2)

    assert shown == sorted(shown)
    assert 34_433.2 in shown
    assert all(value == 34_433.2 or float(f"{value:.3g}") == value for value in shown)
    assert len(shown) in {9, 10}


def test_whole_numbers_stay_whole_and_few_of_them_are_all_shown() -> None:
    ages = numbers([float(age) for age in range(18, 78)] * 5)

    # From 20 to 74 in eight steps of 6.75: a twentieth of the rows lies beyond either end.
    assert common_values(ages, None) == [20, 27, 34, 40, 47, 54, 60, 67, 74]
    assert common_values(numbers([0.0] * 40 + [1.0] * 30 + [2.0] * 30 + [9.0]), 1.0) == [0, 1, 2]


def test_words_are_said_by_ten_rows_at_least_the_most_frequent_first() -> None:
    many = [letter for count, letter in enumerate("abcdefghij", 5) for _ in range(count)]

    assert common_values(words(many), "a") == ["j", "i", "h", "g", "f"]
    assert common_values(words(["b"] * 12 + [None] * 15 + ["a"] * 12 + ["rare"]), "rare") == ["a", "b", None]
    assert common_values(words([letter for letter in "abcdefgh" for _ in range(20)]), "h") == [*"abcdef", "h"]


def predict(table):
    known = np.array([word == "b" for word in table["word"].to_pylist()], float)
    return table["n"].to_numpy() / 1_000 + 0.2 * known


TABLE = pa.table(
    {
        "n": [float(number % 97) for number in range(400)],
        "word": ["a", "b", "b", "c"] * 100,
        "id": [str(number) for number in range(400)],
    }
)
CASE = ExampleCase(Kind.BORDERLINE, (("n", 48.0), ("word", "a"), ("id", "7")), 0.048, 0)


def test_a_made_up_case_is_scored_at_each_value_and_what_nobody_shares_has_no_curve() -> None:
    n, word = draw_common(predict, CASE, TABLE, ["id", "n", "word"])
    mean_n = TABLE["n"].to_numpy().mean()

    assert (n.column, word.column) == ("n", "word")
    for point in n.points:
        assert point.score == pytest.approx(point.value / 1_000)
        assert point.is_own == (point.value == 48)
    assert sum(point.rows for point in n.points) == 400
    assert [(point.value, point.rows, point.is_own) for point in word.points] == [
        ("b", 200, False),
        ("a", 100, True),
        ("c", 100, False),
    ]
    assert [point.score for point in word.points] == pytest.approx([0.248, 0.048, 0.048])
    assert abs(word.points[0].mean - (mean_n / 1_000 + 0.2)) < 0.02


def test_what_is_not_recorded_is_counted_whether_it_is_null_or_no_number() -> None:
    table = TABLE.set_column(0, "n", pa.array([*[float("nan")] * 30, *[None] * 10, *TABLE["n"].to_pylist()[40:]]))
    (curve,) = draw_common(lambda asked: np.nan_to_num(predict(asked), nan=0.5), CASE, table, ["n"])

    assert (curve.points[-1].value, curve.points[-1].rows, curve.points[-1].is_few) == (None, 40, False)


def test_a_model_that_takes_no_rounded_number_keeps_its_reasons() -> None:
    draw = np.random.default_rng(0)
    table = pa.table({"n": draw.normal(size=400), "m": draw.normal(size=400)})
    held = {name: set(table[name].to_pylist()) for name in ("n", "m")}

    def strict(asked):
        if any(not set(asked[name].to_pylist()) <= held[name] for name in held):
            raise AuditFailedError("a number that the model does not know", hint="")
        return asked["n"].to_numpy() + asked["m"].to_numpy()

    found = explain_enough(Game.from_tables(strict, table))
    reasons = give_reasons(strict, table, 0.3, means=Means())
    curves = curves_of_case(strict, table, found, reasons, seed=0)

    assert isinstance(curves, Unexplained)
    assert curves.detail == "a number that the model does not know"
    assert curves_of_case(strict, table, found, [curves], seed=0) == ()
