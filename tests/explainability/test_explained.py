"""One model explained as an audit does it: labels beside the rows, curves that show nobody, and how far it is."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import a_policy
from explained_models import by_columns

from fateaudit.evaluation import RECORDED
from fateaudit.explainability import explain_model, tell

ROWS = 600


def score(area, n):
    return 0.2 + 0.3 * area + 0.1 * n


def rows(*, labelled):
    draw = np.random.default_rng(3)
    colour = draw.choice(["b", "w"], ROWS)
    area = np.where(draw.random(ROWS) < 0.85, colour == "w", draw.random(ROWS) < 0.5).astype(float)
    table = {"area": area, "n": draw.integers(0, 4, ROWS).astype(float), "attribute:colour": colour.tolist()}
    labels = {RECORDED: np.where(draw.random(ROWS) < 0.2, -1, draw.random(ROWS) < 0.6).astype(np.int8)}
    return pa.table(table | (labels if labelled else {}))


def explained(table, heard=None):
    policy = a_policy(columns={"sensitive": [{"name": "colour", "label": "Colour"}]})
    progress = {} if heard is None else {"progress": lambda done, of: heard.append((done, of))}
    return explain_model(table, by_columns(score), None, [("colour", "w", "b")], policy, **progress)


@pytest.fixture(scope="module")
def told():
    return tell(explained(rows(labelled=True)))


def test_the_difference_against_the_records_is_told_beside_the_other(told) -> None:
    table = rows(labelled=True)
    adverse = score(table["area"].to_numpy(), table["n"].to_numpy()) < 0.5
    colour, label = np.array(table["attribute:colour"].to_pylist()), table[RECORDED].to_numpy()
    rates = [adverse[(colour == name) & (label == 1)].mean() for name in "bw"]
    ((gap,), (wrong,)) = told.gaps, told.wrong_gaps

    assert (gap.first, gap.second, wrong.first, wrong.second) == ("w", "b", "b", "w")
    assert wrong.value == pytest.approx(rates[0] - rates[1], abs=1e-9)
    assert sum(part.value for part in wrong.parts) == pytest.approx(wrong.value, abs=1e-9)
    assert wrong.of_rows == int((label == 1).sum())


def test_without_labels_it_is_not_there_and_nobody_misses_it() -> None:
    told = tell(explained(rows(labelled=False)))

    assert told.wrong_gaps == ()
    assert told.not_told == ()


def test_curves_are_of_the_case_near_the_line_and_few_rows_are_not_counted(told) -> None:
    by_name = {one.column: one for one in told.curves}
    inputs = dict(told.examples[-1].inputs)

    assert set(by_name) == {"area", "n"}
    assert {one.case for one in told.curves} == {"borderline"}
    for name, curve in by_name.items():
        (own,) = (point for point in curve.points if point.is_own)
        assert own.value == inputs[name]
        assert own.score == pytest.approx(told.examples[-1].score)
        assert all(point.rows == 0 or point.rows >= 10 for point in curve.points)
        case = {other: float(value) for other, value in inputs.items()}
        for point in curve.points:
            assert point.score == pytest.approx(score(**(case | {name: point.number})))


def test_how_far_it_is_only_grows_and_ends() -> None:
    heard = []
    explained(rows(labelled=False), heard)
    done = [one for one, _ in heard]

    assert done == sorted(done)
    assert [done == of for done, of in heard] == [False] * (len(heard) - 1) + [True]
