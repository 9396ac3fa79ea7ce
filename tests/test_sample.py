"""The shipped sample: its figures against a count over the CSV and against fairlearn on the rows themselves."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
import skops.io
from conftest import NOON, SAMPLE, without_checklist
from fairlearn.metrics import MetricFrame, false_negative_rate, selection_rate
from sklearn.metrics import accuracy_score, precision_score

from fateaudit.auditing import audit
from fateaudit.evidence import Measurement

THEIRS = {
    "selection_rate": selection_rate,
    "adverse_rate": lambda y, p: selection_rate(y, p, pos_label=0),
    "false_negative_rate": false_negative_rate,
    "wrong_adverse_rate": false_negative_rate,
    "wrong_adverse_share": lambda y, p: 1 - precision_score(y, p, pos_label=0),
    "accuracy": accuracy_score,
}


@pytest.fixture(scope="module")
def rows():
    """The evaluation half with the model's own decisions, by pandas and scikit-learn alone."""
    frame = pd.read_csv(SAMPLE / "evaluation.csv", keep_default_na=False)
    model = skops.io.load(SAMPLE / "model.skops")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = model.predict_proba(frame)[:, list(model.classes_).index("Yes")]
    frame["decision"] = score >= 0.733
    frame["released"] = frame["released"] == "Yes"
    names = ["under 18", "18 to 24", "25 to 39", "40 to 59", "60 or over"]
    frame["age"] = pd.cut(frame["age"], [0, 18, 25, 40, 60, 121], right=False, labels=names).astype(str)
    return frame.astype({"colour": str, "sex": str, "citizen": str})


def measurements(record):
    return [item for item in record.evidence if isinstance(item, Measurement)]


def count(rows, metric):
    """Return numerator and denominator of a rate: the ten-line count."""
    decision, released = rows["decision"], rows["released"]
    if metric.startswith("selection_rate"):
        return int(decision.sum()), len(rows)
    if metric.startswith("adverse_rate"):
        return int((~decision).sum()), len(rows)
    if metric.startswith(("false_negative_rate", "wrong_adverse_rate")):
        return int((~decision & released).sum()), int(released.sum())
    if metric == "wrong_adverse_share":
        return int((~decision & released).sum()), int((~decision).sum())
    assert metric.startswith("accuracy")
    return int((decision == released).sum()), len(rows)


def test_every_numerator_and_denominator_equals_a_count_over_the_rows(sample_record, rows):
    checked = 0
    for item in measurements(sample_record):
        for part in item.parts:
            chosen = rows
            for name, value in zip(item.of, part.group, strict=True):
                chosen = chosen[chosen[name] == value]
            assert (part.numerator, part.denominator) == count(chosen, item.metric)
            assert part.cases == len(chosen)
            checked += 1
    # 35 of the policy, and of the reference three limits on 11 groups and one on everyone.
    assert checked == 35 + 3 * 11 + 1


def test_every_rate_equals_fairlearn_on_the_rows_after_the_records_rounding(sample_record, rows):
    for item in measurements(sample_record):
        rate = item.metric.removesuffix("_ratio").removesuffix("_difference")
        features = rows[list(item.of)].agg("|".join, axis=1) if item.of else pd.Series(["all"] * len(rows))
        frame = MetricFrame(
            metrics={"rate": THEIRS[rate]},
            y_true=rows["released"].astype(int),
            y_pred=rows["decision"].astype(int),
            sensitive_features=features,
        )
        for part in item.parts:
            theirs = float(frame.by_group["rate"]["|".join(part.group) or "all"])
            assert part.rate == float(f"{theirs:.12g}")


def test_ratios_and_differences_equal_fairlearn_on_the_rows(sample_record, rows):
    evidence = {item.id: item for item in sample_record.evidence}
    frame = MetricFrame(
        metrics={"selected": selection_rate, "refused": THEIRS["adverse_rate"], "fnr": false_negative_rate},
        y_true=rows["released"].astype(int),
        y_pred=rows["decision"].astype(int),
        sensitive_features=rows["colour"],
    )
    assert evidence["F-01/colour"].value == pytest.approx(frame.ratio()["selected"], abs=1e-12)
    assert evidence["F-02/colour"].value == pytest.approx(1 / frame.ratio()["refused"], abs=1e-11)
    assert evidence["F-03/colour"].value == pytest.approx(frame.difference()["fnr"], abs=1e-12)


def test_the_second_calculation_stands_beside_every_figure(sample_record):
    for item in measurements(sample_record):
        assert item.second_calculation.by.startswith("fairlearn 0.15")
        assert item.second_calculation.value == pytest.approx(item.value, abs=1e-9)
        assert item.second_calculation.largest_difference <= 1e-9


def test_two_audits_of_the_same_inputs_give_the_same_bytes(sample_record):
    again = audit(SAMPLE / "fateaudit.yaml", clock=NOON)

    assert again.to_bytes() == sample_record.to_bytes()


@pytest.fixture(scope="module")
def variants(tmp_path_factory, rows):
    """The sample as Parquet, and as predictions only, beside the CSV."""
    folder = tmp_path_factory.mktemp("variants")
    text = without_checklist((SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8"))
    for name in ("model.skops", "evaluation.csv"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    frame = pd.read_csv(SAMPLE / "evaluation.csv", keep_default_na=False)
    frame.to_parquet(folder / "evaluation.parquet")
    frame["suggested"] = np.where(rows["decision"], "Yes", "No")
    frame.to_csv(folder / "predictions.csv", index=False)
    unpinned = "\n".join(line for line in text.splitlines() if "sha256:" not in line)
    parquet = unpinned.replace("path: evaluation.csv", "path: evaluation.parquet")
    only = unpinned.replace("path: evaluation.csv", "path: predictions.csv").replace("path: model.skops", "path: none")
    only = only.replace("  missing: report", "  prediction: suggested\n  missing: report")
    both = only.replace("path: none", "path: model.skops")
    found = {}
    for name, policy in {"csv": unpinned, "parquet": parquet, "predictions": only, "both": both}.items():
        path = folder / f"{name}.yaml"
        path.write_text(policy, encoding="utf-8")
        found[name] = audit(path, clock=NOON)
    return found


@pytest.mark.parametrize("name", ["parquet", "predictions", "both"])
def test_csv_parquet_and_predictions_only_give_equal_counts_and_findings(variants, name):
    csv, other = variants["csv"], variants[name]

    assert other.counts.cells == csv.counts.cells
    assert measurements(other) == measurements(csv)
    assert fairness_of(other.findings) == fairness_of(csv.findings)
    assert other.opinion.policy.features["fairness"] == csv.opinion.policy.features["fairness"]
    if other.access.model == "file":
        assert other.evidence == csv.evidence
        assert other.findings == csv.findings
        assert other.insights == csv.insights


def fairness_of(findings):
    return [finding for finding in findings if finding.principle == "fairness"]


def test_without_the_model_nothing_is_said_about_how_it_decides(variants) -> None:
    record = variants["predictions"]
    by_id = {item.id: item for item in record.evidence}

    assert by_id["E-01/overall"].reason == by_id["T-03/overall"].reason == "missing_input"
    assert by_id["T-01/overall"].kind == "score"
    assert record.opinion.policy.features["explainability"].result == "no_opinion"
    assert record.insights.importances is None
    assert [one.because for one in record.insights.not_told] == ["only predictions were given, not the model"]


def test_predictions_only_is_said_in_the_record(variants):
    assert variants["predictions"].access.model == "predictions_only"
    assert variants["predictions"].artifact("model") is None
    assert variants["predictions"].counts.histograms == ()
    assert variants["csv"].access.description[0] == "Pipeline"


def test_base_and_attributions_of_the_examples_add_up_to_the_models_own_output(sample_record) -> None:
    model = skops.io.load(SAMPLE / "model.skops")
    for example in sample_record.insights.examples:
        case = pd.DataFrame([{name: _cast(value) for name, value in example.inputs}])[list(model.feature_names_in_)]
        output = model.predict_proba(case)[0, list(model.classes_).index("Yes")]
        total = sample_record.insights.importances.base + sum(value for _, value in example.values)  # noqa: PD011 - a tuple of ours
        assert example.score == pytest.approx(output, abs=1e-11)
        assert total == pytest.approx(output, abs=1e-9)


def _cast(value):
    return float(value) if value.replace(".", "").isdigit() else value


def test_the_parts_of_a_gap_add_up_to_the_difference_that_the_counts_give(sample_record) -> None:
    evidence = {item.id: item for item in sample_record.evidence}
    assert {gap.attribute for gap in sample_record.insights.gaps} == {"colour", "sex", "age", "citizen"}
    for gap in sample_record.insights.gaps:
        rates = {part.group[0]: part.rate for part in evidence[f"F-01/{gap.attribute}"].parts}
        assert gap.value == pytest.approx(rates[gap.first] - rates[gap.second], abs=1e-9)
        assert sum(part.value for part in gap.parts) == pytest.approx(gap.value, abs=1e-9)


def test_no_example_is_a_row_of_the_data_unless_many_rows_say_the_same(sample_record) -> None:
    frame = pd.read_csv(SAMPLE / "evaluation.csv", keep_default_na=False)
    for example in sample_record.insights.examples:
        alike = frame
        for name, value in example.inputs:
            alike = alike[alike[name].astype(str) == value]
        assert len(alike) == example.rows_alike
        assert example.rows_alike == 0 or example.rows_alike >= 10


def test_the_trace_leads_from_the_inputs_to_the_decision(sample_record) -> None:
    way = sample_record.insights.trace
    weighed = {step.name: float(step.value) for step in way.steps if step.stage == "weighed"}
    total = weighed.pop("sum")
    score = next(float(step.value) for step in way.steps if step.stage == "score")

    assert way.recomputed
    assert sum(weighed.values()) == pytest.approx(total, abs=1e-5)
    assert 1 / (1 + np.exp(-total)) == pytest.approx(score, abs=1e-5)
    assert way.steps[-1].value == ("favourable" if score >= 0.733 else "adverse")


def test_colour_is_not_an_input_of_the_model_and_the_difference_is_there_all_the_same(sample_record):
    structure = json.dumps(sample_record.access.description)
    finding = next(finding for finding in sample_record.findings if finding.check == "F-02")

    assert "LogisticRegression" in structure
    assert "colour" not in skops.io.load(SAMPLE / "model.skops").feature_names_in_
    assert ("Black",) in finding.groups
