"""An audit of a model that gives numbers: told as they are, in its own unit, and never as points of 100.

The oracle of the figures is the closed form of the linear model: coef × (x − mean).
"""

import json

import numpy as np
import pandas as pd
import pytest
import skops.io
from conftest import NOON, a_check, write_audit
from report_reading import html_of, text_of
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fateaudit.auditing import audit
from fateaudit.cli.explain_words import as_data, in_words
from fateaudit.errors import ColumnError
from fateaudit.evidence import Reason, Unmeasured
from fateaudit.explaining import explain_case

RANDOM = np.random.default_rng(4)
N = 200
ROWS = pd.DataFrame({"visits": RANDOM.integers(0, 9, N).astype(float), "age": RANDOM.integers(18, 60, N).astype(float)})
RISK = 0.04 * ROWS["visits"] + 0.004 * ROWS["age"]
"""Between 0 and 1, as probabilities are: that does not make them any."""

LINE = 0.33


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The record, its model, and the folder."""
    folder = tmp_path_factory.mktemp("numbers")
    model = make_pipeline(StandardScaler(), LinearRegression()).fit(ROWS, RISK)
    (folder / "model.skops").write_bytes(skops.io.dumps(model))
    groups, labels = np.where(RANDOM.random(N) < 0.5, "a", "b"), np.where(RANDOM.random(N) < RISK, "yes", "no")
    rows = ROWS.assign(id=[f"case {place}" for place in range(N)], group=groups, label=labels).to_dict("records")
    brier = a_check(id="F-02", metric="brier_score_difference", limit={"max": 0.1}, severity="minor")
    path = write_audit(
        folder,
        rows,
        a_check(),
        brier,
        model={"path": "model.skops"},
        columns={"prediction": None, "id": "id"},
        task="regression",
        decision={"threshold": LINE, "at": ">="},
        words={"favourable": "let go"},
    )
    record = audit(path, clock=NOON)
    (folder / "audit.json").write_bytes(record.to_bytes())
    return record, model, folder


def moved(model):
    """What each column adds to each row's number, by the weights."""
    return model[-1].coef_ * model[0].transform(ROWS)


def test_the_figures_are_the_models_own_numbers(done) -> None:
    record, model, _ = done
    means = dict(zip(ROWS, np.abs(moved(model)).mean(axis=0), strict=True))
    said = text_of(html_of(record))

    assert f"The model gives each case a number in a unit of its own. At {LINE} or more it says: let go." in said
    assert f"The score moves most with visits: by {means['visits']:.4f} on average, up or down." in said
    assert f"from the average case, {RISK.mean():.4f}, in the model's own unit." in said
    assert "score from 0 to 100" not in said
    assert "points of 100" not in said


def test_decisions_are_the_numbers_against_the_line(done) -> None:
    record, _, _ = done
    let_go = sum(cell.n for cell in record.counts.cells if cell.decision.value == "favourable")

    assert let_go == int((RISK >= LINE).sum())


def test_an_example_case_says_its_number_the_line_and_what_adds_up(done) -> None:
    record, model, _ = done
    for example in record.insights.examples:
        row = pd.DataFrame([{name: float(value) for name, value in example.inputs}])[list(ROWS)]
        number = model.predict(row)[0]

        assert f"The model gives {number:.3f}" in example.sentence
        assert example.caution == "These numbers say how the model's score adds up. They are not causes."
        assert sum(dict(example.values).values()) == pytest.approx(number - RISK.mean(), abs=1e-12)
    assert f"the line is at {LINE:.3f}" in text_of(html_of(record))


def test_numbers_between_0_and_1_are_no_probabilities_because_of_that(done) -> None:
    record, _, _ = done
    (brier,) = (one for one in record.evidence if one.check == "F-02")

    assert 0 <= RISK.min() < RISK.max() <= 1
    assert isinstance(brier, Unmeasured)
    assert brier.reason is Reason.NOT_APPLICABLE
    assert "in a unit of the model's own" in brier.detail
    assert record.counts.histograms == ()


def test_one_case_is_explained_in_the_same_unit(done) -> None:
    _, model, folder = done
    found = explain_case(folder, folder / "rows.csv", "case 7")
    data, said = as_data(found), "\n".join(in_words(found))

    assert data["score"] == pytest.approx(RISK[7], abs=1e-12)
    assert list(data["reasons"]["values"].values()) == pytest.approx(moved(model)[7].tolist(), abs=1e-12)
    assert "points" not in said
    assert "These numbers say how the model's score adds up." in data["reasons"]["caution"]


def test_a_label_of_numbers_is_told_that_it_must_be_outcomes(done, tmp_path) -> None:
    *_, folder = done
    policy = json.loads((folder / "fateaudit.yaml").read_text(encoding="utf-8"))
    policy["columns"]["label"] = "visits"
    (tmp_path / "fateaudit.yaml").write_text(json.dumps(policy), encoding="utf-8")
    for name in ("model.skops", "rows.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    with pytest.raises(ColumnError, match="9 different values; two are needed") as caught:
        audit(tmp_path / "fateaudit.yaml", clock=NOON)
    assert "a label is no number" in caught.value.hint
