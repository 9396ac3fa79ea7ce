"""Several outcomes, one against the rest: counted as if the others had been written as one, in every engine.

The oracle is the same data with two outcomes, written so beforehand.
"""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from conftest import a_check, a_policy, write_audit
from engines import WAYS, a_table, as_frame, policy_in
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline

from fateaudit.counts import Outcome
from fateaudit.errors import ColumnError, PolicyError, UnusableDataError, UsageError
from fateaudit.gathering import count, load
from fateaudit.models import open_model
from fateaudit.policy import read_policy

GROUPS = ["a", "b", None, "b"] * 3
SAID = {
    "label": ["yes", "held", "sent away", "yes", None, "held"] * 2,
    "prediction": ["yes", "yes", "held", "sent away"] * 3,
}
TWO = {
    name: [None if value is None else "yes" if value == "yes" else "no" for value in said]
    for name, said in SAID.items()
}
ADVERSE = {"adverse": ["held", "sent away", "moved"]}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("columns", [{}, {"label": None}])
def test_every_engine_counts_several_outcomes_as_two_that_were_written_so(way, columns, tmp_path) -> None:
    found = WAYS[way](tmp_path / "several", a_table(GROUPS, **SAID), columns={**ADVERSE, **columns})
    oracle = WAYS[way](tmp_path / "two", a_table(GROUPS, **TWO), columns=columns)

    assert found.rows == 12
    assert found == oracle


def test_numbers_and_truth_values_are_outcomes_like_words(tmp_path) -> None:
    codes = {name: [{"yes": 0, "held": 1, "sent away": 2}.get(value) for value in said] for name, said in SAID.items()}
    found = as_frame(
        tmp_path / "codes", a_table(GROUPS, **codes), columns={"favourable": 0, "adverse": [1, 2], "label": None}
    )

    assert found == as_frame(tmp_path / "two", a_table(GROUPS, **TWO), columns={"label": None})


def test_one_other_outcome_need_not_be_a_list(tmp_path) -> None:
    found = as_frame(tmp_path / "named", a_table(GROUPS, **TWO), columns={"adverse": "no"})

    assert found == as_frame(tmp_path / "not", a_table(GROUPS, **TWO))


def test_nobody_decided_favourably_is_no_mistake_where_every_outcome_is_named(tmp_path) -> None:
    said = {"label": TWO["label"], "prediction": ["held", "moved"] * 6}
    found = as_frame(tmp_path, a_table(GROUPS, **said), columns={"label": None, **ADVERSE})

    assert {cell.decision for cell in found.cells} == {Outcome.ADVERSE}


WRONG = {
    "a label that nobody named": ("label", ["yes", "held", "SECRET"] * 4, '4 rows of "label"', "name every outcome"),
    "a prediction that nobody named": ("prediction", ["yes", "held", "SECRET"] * 4, '4 rows of "prediction"', "every"),
    "other capitals": ("label", ["yes", "Held", "sent away"] * 4, '4 rows of "label"', "upper and lower case"),
    "a space": ("prediction", ["yes", "held ", "sent away"] * 4, '4 rows of "prediction"', "spaces around it"),
    "no favourable label": ("label", ["held", "sent away"] * 6, '"yes" is not a value of "label"', "better outcome"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_neither_is_counted_and_never_shown(case, tmp_path) -> None:
    column, values, message, hint = WRONG[case]
    kind, told, remedy = as_frame(tmp_path, a_table(GROUPS, **{**SAID, column: values}), columns=ADVERSE)

    assert kind is ColumnError
    assert message in told
    assert hint in remedy
    assert "SECRET" not in told + remedy


def test_three_values_that_nobody_named_are_refused_with_what_to_write(tmp_path) -> None:
    of_label = as_frame(tmp_path / "label", a_table(GROUPS, **SAID))
    of_prediction = as_frame(tmp_path / "prediction", a_table(GROUPS, **SAID), columns={"label": None})

    assert of_label[1] == 'the label "label" has 3 different values; two are needed'
    assert "in columns.adverse" in of_label[2]
    assert "in columns.adverse" in of_prediction[2]


BAD = {
    "the favourable one": (["held", "yes"], 'names "yes", and columns.favourable says the same'),
    "nearly the favourable one": (["held", "YES "], "columns.favourable says the same"),
    "one twice": (["held", "Held"], 'names "Held" twice'),
}


@pytest.mark.parametrize("case", BAD)
def test_a_policy_names_each_outcome_once(case, tmp_path) -> None:
    adverse, message = BAD[case]

    with pytest.raises(PolicyError, match=message):
        policy_in(tmp_path, "rows.csv", columns={"adverse": adverse})


@pytest.mark.parametrize("adverse", [[], True, {"a": 1}, [["held"]], ""])
def test_what_are_no_outcomes_are_refused(adverse, tmp_path) -> None:
    with pytest.raises(PolicyError, match="adverse"):
        policy_in(tmp_path, "rows.csv", columns={"adverse": adverse})


def test_a_policy_that_names_none_is_recorded_as_before_there_were_names() -> None:
    assert "adverse" not in a_policy().model_dump(mode="json")["columns"]
    assert a_policy(columns={"adverse": "no"}).model_dump(mode="json")["columns"]["adverse"] == ["no"]


RANDOM = np.random.default_rng(2)
ROWS = pd.DataFrame({"group": RANDOM.choice(["a", "b"], 120), "visits": RANDOM.integers(0, 9, 120).astype(float)})
OUTCOMES = np.where(ROWS["visits"] > 5, "yes", np.where(ROWS["group"] == "a", "held", "sent away"))


@cache
def of_three():
    """A model of three outcomes, and its file: the same bytes for every test, so that it is opened once."""
    steps = ColumnTransformer([("visits", "passthrough", ["visits"])])
    model = make_pipeline(steps, RandomForestClassifier(5, max_depth=2, random_state=0)).fit(ROWS, OUTCOMES)
    return model, skops.io.dumps(model)


@pytest.fixture
def audited(tmp_path):
    """A policy about a model of three outcomes, and what the model's library says of its rows."""
    model, content = of_three()
    (tmp_path / "model.skops").write_bytes(content)

    def write(**changes):
        columns = {"prediction": None, **changes.pop("columns", {})}
        rows = ROWS.assign(label=OUTCOMES).to_dict("records")
        path = write_audit(tmp_path, rows, a_check(), model={"path": "model.skops"}, columns=columns, **changes)
        return read_policy(path)

    return write, model


def test_the_score_of_a_model_of_three_is_the_probability_of_the_favourable_one(audited) -> None:
    write, model = audited
    source = write(columns=ADVERSE)
    with open_model(source) as opened:
        evaluation, _ = load(source, opened)
        scores = evaluation.predict(pa.table({"visits": ROWS["visits"]}))
        counts = count(source.policy, evaluation)
    expected = model.predict_proba(ROWS)[:, list(model.classes_).index("yes")]
    favourable = [
        (row.group, label == "yes", score >= 0.5)
        for row, label, score in zip(ROWS.itertuples(), OUTCOMES, expected, strict=True)
    ]

    assert model.classes_.tolist() == ["held", "sent away", "yes"]
    assert np.array_equal(scores, expected)
    assert {
        (*cell.group, cell.label is Outcome.FAVOURABLE, cell.decision is Outcome.FAVOURABLE): cell.n
        for cell in counts.cells
    } == {one: favourable.count(one) for one in set(favourable)}


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({}, "the model has 3 classes, and the policy names one: yes", "in columns.adverse"),
        ({"columns": {"adverse": "held"}}, '"sent away", which the policy calls neither', "add it to columns.adverse"),
        ({"columns": {"adverse": ["held", "Sent away"]}}, '"sent away", which', "upper and lower case"),
        (
            {"task": "regression", "decision": {"threshold": 3.0, "at": ">="}},
            "tells outcomes apart, and the policy says task: regression",
            "task: binary",
        ),
    ],
)
def test_a_model_of_other_outcomes_is_refused_with_what_to_write(audited, changes, message, hint) -> None:
    write, _ = audited
    source = write(**changes)

    with pytest.raises((ColumnError, UsageError), match=message) as caught, open_model(source) as opened:
        load(source, opened)
    assert hint in caught.value.hint
    assert any("sent away" in where for where in caught.value.where)


def test_the_likeliest_outcome_is_not_the_decision(audited, tmp_path) -> None:
    write, model = audited
    source = write(columns={**ADVERSE, "prediction": "prediction"}, decision={"threshold": 1.01})
    likeliest = ROWS.assign(label=OUTCOMES, prediction=model.predict(ROWS))
    likeliest.to_csv(tmp_path / "rows.csv", index=False)

    with open_model(source) as opened, pytest.raises(UnusableDataError, match="from the model's decisions") as caught:
        load(source, opened)
    assert any("not the likeliest outcome" in where for where in caught.value.where)
