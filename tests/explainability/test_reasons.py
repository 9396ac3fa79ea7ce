"""Made-up cases are no rows of the data, and what is said about them adds up."""

import numpy as np
import pyarrow as pa
import pytest
from explained_models import a_model, a_table, binary_table, by_columns, frame_of

from fateaudit.evidence import Reason
from fateaudit.explainability import Means, give_reasons, make_cases
from fateaudit.explainability.example_cases import MANY, _combinations


def rows_of(table):
    return [tuple(row.values()) for row in table.to_pylist()]


def test_no_made_up_case_is_a_row_that_few_share() -> None:
    table = a_table(300)
    model = a_model("logistic", table)
    typical, borderline = make_cases(model.predict, table, 0.5)
    for case in (typical, borderline):
        values = tuple(value for _, value in case.values)
        assert rows_of(table).count(values) == case.rows_alike == 0
        assert model.predict(pa.table({name: [value] for name, value in case.values})) == pytest.approx(case.score)
    frame = frame_of(table)
    assert dict(typical.values)["n3"] == pytest.approx(frame.n3.median(), abs=0.02)
    assert dict(typical.values)["place"] == frame.place.mode()[0]
    assert abs(borderline.score - 0.5) < 0.02


def test_a_typical_case_that_few_rows_are_is_changed_and_one_that_many_are_is_kept() -> None:
    rows = [("u", "p")] * 9 + [("u", "s")] * 9 + [("w", "r")] * 12 + [("v", "p")] * 11
    few = pa.table({"a": [a for a, _ in rows], "b": [b for _, b in rows]})
    many = pa.table({"a": ["u"] * 30 + ["v"] * 20, "b": ["p"] * 30 + ["q"] * 20})
    predict = by_columns(lambda a, b: (a == "u") * 0.5 + (b == "p") * 0.2)

    assert dict(make_cases(predict, few, 0.5)[0].values) == {"a": "u", "b": "r"}
    assert make_cases(predict, few, 0.5)[0].rows_alike == 0
    assert dict(make_cases(predict, many, 0.5)[0].values) == {"a": "u", "b": "p"}
    assert make_cases(predict, many, 0.5)[0].rows_alike == 30 >= MANY


def test_a_value_that_few_rows_hold_is_in_no_made_up_case() -> None:
    table = pa.table({"name": [f"name {row}" for row in range(40)], "kind": ["p"] * 31 + ["q"] * 9})
    cases = make_cases(by_columns(lambda _, kind: (kind == "p") * 0.5), table, 0.2)

    assert {value for case in cases for value in dict(case.values).values()} == {None, "p"}


def test_where_every_combination_is_a_real_row_there_is_no_example() -> None:
    cases = make_cases(by_columns(lambda a, *_: a), binary_table(), 0.5)

    assert [case.reason for case in cases] == [Reason.NOT_APPLICABLE] * 2
    assert [one.reason for one in give_reasons(by_columns(lambda a, *_: a), binary_table(), 0.5)] == [
        Reason.NOT_APPLICABLE
    ] * 2


def test_reasons_add_up_and_say_that_they_are_no_causes() -> None:
    table = a_table(200).select(["place", "n0", "n1"])
    predict = by_columns(lambda place, a, b: np.clip(0.5 - 0.3 * (place == "a") + 0.1 * a, 0, 1) + b * 0)
    for one in give_reasons(predict, table, 0.4, labels={"n0": "income"}):
        assert one.base + sum(value for _, value in one.values) == pytest.approx(one.case.score, abs=1e-9)
        assert one.sentence.startswith(f"Out of 100: {round(100 * one.case.score)}. The average case: ")
        assert "not causes" in one.caution
        assert "n0" not in one.sentence


def test_a_sentence_says_the_points_of_the_columns_that_moved_the_score() -> None:
    table = pa.table(
        {"checks": [0.0, 0.0, 4.0, 4.0] * 10, "employed": ["Yes", "No"] * 20, "other": [1.0, 2.0, 3.0, 4.0] * 10}
    )
    predict = by_columns(lambda checks, employed, other: 0.7 - 0.05 * checks + 0.2 * (employed == "Yes") + 0 * other)
    said = {one.sentence for one in give_reasons(predict, table, 0.7)}

    assert "Out of 100: 70. The average case: 70. Raised mostly by employed (10), lowered by checks (10)." in said or (
        "Out of 100: 70. The average case: 70. Lowered mostly by employed (10), raised by checks (10)." in said
    )


def test_missing_columns_stay_missing_and_a_constant_model_gives_a_reason() -> None:
    table = a_table(60).select(["n0", "n1"]).append_column("gone", pa.array([None] * 60, pa.float64()))
    table = table.append_column("lost", pa.array([None] * 60, pa.string()))
    one, _ = give_reasons(by_columns(lambda a, *_: np.abs(a)), table, 0.5)
    constant, _ = give_reasons(by_columns(lambda a, *_: a * 0), table, 0.5)

    assert dict(one.case.values)["gone"] is None
    assert dict(one.case.values)["lost"] is None
    assert constant.reason is Reason.NOT_APPLICABLE


def test_many_columns_are_searched_by_a_draw_that_starts_with_the_typical_case() -> None:
    choices = [[0.0, 1.0, 2.0, 3.0, 4.0]] * 12
    combined = _combinations(choices, 0)

    assert combined[0] == (0.0,) * 12
    assert combined == _combinations(choices, 0)
    assert len(combined) > 3_000


def test_the_same_data_give_the_same_reasons() -> None:
    table = a_table(200)
    model = a_model("forest", table)
    runs = [give_reasons(model.predict, table, 0.5, means=Means(seed=5)) for _ in range(2)]

    assert runs[0] == runs[1]
