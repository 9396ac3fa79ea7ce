"""The same case gets the same score, and its way to a decision can be followed."""

import csv

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from conftest import SAMPLE

from fateaudit.errors import AuditFailedError
from fateaudit.transparency import score_again, trace
from fateaudit.transparency.measuring import Decision, Stage

LINE = Decision(0.5)


def numbers(rows=300, seed=0):
    return pa.table(
        {name: pa.array(np.random.default_rng([seed, place]).random(rows)) for place, name in enumerate("ab")}
    )


def column(table, name="a"):
    return table[name].to_numpy()


def test_a_function_of_the_row_is_the_same_every_time() -> None:
    repeat = score_again(column, numbers(), LINE)

    assert repeat.is_identical
    assert (repeat.rows, repeat.decisions, repeat.largest_difference) == (300, 0, 0.0)


def test_a_model_with_a_dice_is_found_out() -> None:
    dice = np.random.default_rng(0)
    repeat = score_again(lambda table: dice.random(table.num_rows), numbers(), LINE)

    assert not repeat.is_identical
    assert repeat.again == repeat.reordered == 300
    assert repeat.decisions > 100


def test_a_model_that_looks_at_the_other_rows_is_found_out_by_order_and_batch_alone() -> None:
    repeat = score_again(lambda table: column(table) / column(table).max(), numbers(), LINE)

    assert repeat.again == 0
    assert repeat.reordered > 0
    assert repeat.largest_difference > 0.01


@pytest.mark.parametrize(
    "answer", [lambda n: np.full(n, np.nan), lambda n: np.ones(n + 1)], ids=["NaN", "one too many"]
)
def test_a_model_that_gives_no_number_is_an_error(answer) -> None:
    with pytest.raises(AuditFailedError):
        score_again(lambda table: answer(table.num_rows), numbers(), LINE)
    with pytest.raises(AuditFailedError):
        trace(lambda table: answer(table.num_rows), numbers(1), LINE)


def test_no_rows_are_an_error_and_two_are_enough() -> None:
    assert score_again(column, numbers(2), LINE).rows == 2
    with pytest.raises(AuditFailedError):
        score_again(column, numbers(0), LINE)


def test_a_closed_model_shows_input_score_threshold_and_decision() -> None:
    case = pa.table({"a": [0.5], "b": pa.array([None], pa.float64()), "c": pa.array([None], pa.string())})
    traced = trace(column, case, LINE)

    assert traced.stages == (Stage.INPUT, Stage.SCORE, Stage.THRESHOLD, Stage.DECISION)
    assert [step.value for step in traced.steps] == [0.5, None, None, 0.5, 0.5, "favourable"]
    assert trace(column, case, Decision(0.5, ">")).steps[-1].value == "adverse"
    assert not traced.recomputed


def test_a_trace_is_of_one_case() -> None:
    with pytest.raises(ValueError, match="one case"):
        trace(column, numbers(2), LINE)


class Open:
    """An open model, without the toolkit's own."""

    def __init__(self, encoded, coef=None, intercept=0.0, names=()):
        self.encoded, self.coef, self.intercept, self.known = encoded, coef, intercept, names

    def encode(self, table):
        if self.encoded is None:
            raise KeyError("a value")
        return np.tile(self.encoded, (table.num_rows, 1))

    def names(self):
        return self.known

    def linear(self):
        return self if self.coef else None


def test_weights_that_give_the_score_make_the_whole_way_visible() -> None:
    score = 1 / (1 + np.exp(-1.3))
    traced = trace(
        lambda table: np.full(table.num_rows, score), numbers(1), LINE, encoder=Open([1.0, 2.0], (0.5, 0.25), 0.3)
    )

    assert traced.recomputed
    assert traced.stages == tuple(Stage)
    assert [step.value for step in traced.steps if step.stage is Stage.WEIGHED] == [0.5, 0.5, 0.3, 1.3]
    assert [step.name for step in traced.steps if step.stage is Stage.ENCODED] == ["encoded 1", "encoded 2"]


@pytest.mark.parametrize("coef", [(0.5, 0.26), (0.5,), None])
def test_weights_that_do_not_give_the_score_are_not_said_to(coef) -> None:
    score = 1 / (1 + np.exp(-1.3))
    assert not trace(
        lambda t: np.full(t.num_rows, score), numbers(1), LINE, encoder=Open([1.0, 2.0], coef, 0.3)
    ).recomputed


def test_a_part_that_fails_is_a_part_that_cannot_be_seen() -> None:
    traced = trace(column, numbers(1), LINE, encoder=Open(None))

    assert Stage.ENCODED not in traced.stages


def test_a_case_of_the_sample_is_traced_through_the_shipped_model() -> None:
    from fateaudit.worker.pipelines import Pipeline  # noqa: PLC0415 - the tests see both pillars, the pillars do not

    model = skops.io.loads((SAMPLE / "model.skops").read_bytes())
    favourable = list(model.classes_).index("Yes")
    columns = list(model.feature_names_in_)
    with (SAMPLE / "evaluation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:400]
    table = pa.table(
        {name: [float(r[name]) if name in {"age", "checks"} else r[name] for r in rows] for name in columns}
    )

    def frame(part):
        return pd.DataFrame({name: part[name].to_numpy() for name in part.column_names})

    def predict(part):
        return model.predict_proba(frame(part))[:, favourable]

    case = pa.table({"sex": ["Female"], "employed": ["No"], "citizen": ["No"], "age": [27.0], "checks": [0.0]}).select(
        columns
    )
    traced = trace(predict, case, Decision(0.733), encoder=Pipeline(model, frame))
    repeat = score_again(predict, table, Decision(0.733))

    assert traced.recomputed
    assert [step.name for step in traced.steps if step.stage is Stage.ENCODED] == [
        "sex_Male", "employed_Yes", "citizen_Yes", "age", "checks",
    ]  # fmt: skip
    assert repeat.decisions == 0
    assert repeat.largest_difference < 1e-12
