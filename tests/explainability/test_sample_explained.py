"""The shipped sample explained: exactly, over all its rows, and without a library that takes seconds to load."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
import skops.io
from conftest import SAMPLE
from explained_models import frame_of

from fateaudit.counts import Outcome
from fateaudit.explainability import (
    Decide,
    Game,
    Means,
    Route,
    Unit,
    check_linear,
    decompose_gap,
    explain,
    explain_enough,
    explain_pair,
    give_reasons,
    measure_fidelity,
    measure_stability,
)
from fateaudit.explainability.decision_gap import split_wrong_adverse
from fateaudit.worker.pipelines import Pipeline

MODEL = skops.io.loads((SAMPLE / "model.skops").read_bytes())
INSIDE = Pipeline(MODEL, frame_of)
LINE = Decide(0.733)


def predict(table):
    return MODEL.predict_proba(frame_of(table))[:, list(MODEL.classes_).index("Yes")]


@pytest.fixture(scope="module")
def table(sample_rows):
    numbers = {"age", "checks"}
    return pa.table({
        name: [float(row[name]) if name in numbers else row[name] for row in sample_rows]
        for name in MODEL.feature_names_in_
    })  # fmt: skip


@pytest.fixture(scope="module")
def game(table):
    return Game.from_tables(predict, table)


def test_every_row_adds_up_to_its_score(game, table) -> None:
    found = explain(game, means=Means(INSIDE))

    assert found.route is Route.ENUMERATION
    assert found.base == pytest.approx(predict(table).mean(), abs=1e-12)
    assert np.abs(found.base + found.values.sum(axis=1) - predict(table)).max() < 1e-9


def test_the_closed_form_in_log_odds_agrees(game) -> None:
    checked = check_linear(game, INSIDE)

    assert checked.unit is Unit.LOG_ODDS
    assert max(checked.gap, checked.largest_difference) < 1e-9


def test_the_parts_are_the_demographic_parity_difference_of_the_record(game, sample_rows, sample_record) -> None:
    groups = [row["colour"] for row in sample_rows]
    gap = decompose_gap(game, LINE, groups, ("White", "Black"))
    counts = {part.group[0]: part for one in sample_record.evidence if one.id == "F-01/colour" for part in one.parts}
    rates = {name: counts[name].numerator / counts[name].denominator for name in ("White", "Black")}

    assert gap.rows == (counts["White"].denominator, counts["Black"].denominator)
    assert gap.value == pytest.approx(rates["White"] - rates["Black"], abs=1e-12)
    assert sum(part.value for part in gap.parts) == pytest.approx(gap.value, abs=1e-9)


def test_the_parts_against_the_records_are_the_wrong_adverse_rates_of_the_record(
    game, sample_rows, sample_record
) -> None:
    pair = explain_pair(game, LINE, [row["colour"] for row in sample_rows], ("White", "Black"))
    labels = np.array([row["released"] == "Yes" for row in sample_rows], np.int8)
    gap = split_wrong_adverse(pair, labels)
    rates = {}
    for name in ("White", "Black"):
        cells = sample_record.counts.by_group(("colour",))[name,]
        released = [cell for cell in cells if cell.label is Outcome.FAVOURABLE]
        held = sum(cell.n for cell in released if cell.decision is Outcome.ADVERSE)
        rates[name] = held / sum(cell.n for cell in released)

    assert gap.value == pytest.approx(rates["Black"] - rates["White"], abs=1e-12)
    assert sum(part.value for part in gap.parts) == pytest.approx(gap.value, abs=1e-9)


def test_it_can_be_believed_and_is_told_from_chance(game) -> None:
    found, importances = explain_enough(game)
    fidelity, stability = measure_fidelity(game, found), measure_stability(game)

    assert importances.settled
    assert [one.column for one in importances.columns][:3] == ["checks", "employed", "citizen"]
    assert fidelity.explained_drop.interval[0] > 0.9
    assert fidelity.explained_drop.baseline < 0.3
    assert stability.overlap.interval[0] > 0.9
    assert stability.overlap.baseline < 0.5


def test_its_examples_are_no_rows_that_few_share(table, sample_rows) -> None:
    for one in give_reasons(predict, table, LINE.threshold):
        values = {name: str(int(value)) if isinstance(value, float) else value for name, value in one.case.values}
        same = sum(all(row[name] == value for name, value in values.items()) for row in sample_rows)
        assert same == one.case.rows_alike
        assert same == 0 or same >= 10


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys, fateaudit.explainability, fateaudit.transparency;"
        "print(sorted({'shap', 'sklearn', 'pandas', 'pyarrow', 'numba', 'scipy'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"
