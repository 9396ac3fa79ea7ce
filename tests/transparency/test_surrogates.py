"""A stand-in reproduces what a person could follow, and not what nobody could."""

import numpy as np
import pyarrow as pa
import pytest

from fateaudit.errors import AuditFailedError
from fateaudit.evidence import Reason
from fateaudit.transparency import fit_surrogates
from fateaudit.transparency.questions import encode


def a_table(rows=600):
    generator = np.random.default_rng(0)
    columns = {name: pa.array(generator.random(rows)) for name in "abcd"}
    return pa.table(columns | {"word": pa.array(generator.choice(["x", "y", "z"], rows).tolist())})


def numbers(table, *names):
    return [table[name].to_numpy() for name in names]


def rule(table):
    a, b = numbers(table, "a", "b")
    return np.where(a > 0.5, np.where(b > 0.3, 0.9, 0.2), 0.5)


def points(table):
    a, b, c, d = numbers(table, "a", "b", "c", "d")
    return 0.2 * a + 0.2 * b + 0.2 * c + 0.2 * d + 0.2 * (table["word"].to_numpy() == "x")


def tangle(table):
    a, b, c, d = numbers(table, "a", "b", "c", "d")
    return 0.5 + 0.5 * np.sin(40 * a * b + 30 * c * d)


def test_a_rule_is_reproduced_by_the_tree_and_a_sum_by_points() -> None:
    by_rule, by_points = fit_surrogates(rule, a_table()), fit_surrogates(points, a_table())

    assert (by_rule.by, by_points.by) == ("tree", "points")
    assert by_rule.value > 0.99 > by_rule.points
    assert by_points.value > 0.95 > by_points.tree
    for one in (by_rule, by_points):
        assert one.value == max(one.tree, one.points)
        assert one.baseline < 0.2
        assert one.interval[0] <= one.value <= one.interval[1]
        assert (one.fitted, one.held_out) == (400, 200)


def test_a_tangle_is_not_reproduced() -> None:
    assert fit_surrogates(tangle, a_table()).value < 0.3


def test_a_constant_model_and_few_rows_give_a_reason() -> None:
    assert fit_surrogates(lambda t: np.full(t.num_rows, 0.4), a_table()).reason is Reason.NOT_APPLICABLE
    assert fit_surrogates(rule, a_table(2)).reason is Reason.TOO_FEW_ROWS


def test_numbers_whose_squares_are_none_are_not_followed() -> None:
    assert fit_surrogates(lambda table: 1e160 * points(table), a_table()).reason is Reason.NOT_APPLICABLE


@pytest.mark.parametrize(
    "answer", [lambda n: np.full(n, np.nan), lambda n: np.ones(n + 1)], ids=["NaN", "one too many"]
)
def test_a_model_that_gives_no_number_is_an_error(answer) -> None:
    with pytest.raises(AuditFailedError):
        fit_surrogates(lambda table: answer(table.num_rows), a_table(120))


def test_the_same_rows_give_the_same_figures() -> None:
    assert fit_surrogates(points, a_table(150)) == fit_surrogates(points, a_table(150))


def test_missing_values_have_a_column_of_their_own() -> None:
    gone, words = pa.array([None] * 3, pa.float64()), ["x", None, "x"]
    table = pa.table({"n": [1.0, None, 3.0], "gone": gone, "w": words, "full": [1.0, 2.0, 3.0]})

    assert encode(table).values.tolist() == [[1, 0, 0, 1, 1, 0, 1], [2, 1, 0, 1, 0, 1, 2], [3, 0, 0, 1, 1, 0, 3]]
