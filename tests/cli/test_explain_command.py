"""One case in words: the values of the audit to the digit, recourse that the model itself confirms, nothing written."""

import csv
import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from conftest import NOON, SAMPLE, a_check, write_audit
from sklearn.linear_model import LogisticRegression
from test_commands import LOADED, fateaudit, matches_golden

from fateaudit.auditing import audit
from fateaudit.cli import main
from fateaudit.cli.explain_words import as_data, in_words
from fateaudit.evidence import Reason
from fateaudit.explainability import Recourse, Unexplained
from fateaudit.explainability import explained as explaining_models
from fateaudit.explaining import explain_case
from fateaudit.record import AuditRecord

sys.path.append(str(Path(__file__).parents[1] / "models"))

from endpoint_server import CLASSES, fitted, people, serving

MODEL = skops.io.loads((SAMPLE / "model.skops").read_bytes())
LINE = 0.733
SENSITIVE = {"colour", "sex", "age", "citizen"}
MINUS = "\N{MINUS SIGN}"


def scored(rows):
    """What the sample's own model says, asked without any of our code."""
    columns = list(MODEL.feature_names_in_)
    frame = pd.DataFrame([[row[name] for name in columns] for row in rows], columns=columns)
    scores = MODEL.predict_proba(frame.astype({"age": float, "checks": float}))
    return scores[:, list(MODEL.classes_).index("Yes")].tolist()


def write_rows(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def contents(folder):
    """Every file with its bytes and the time of its last change."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def explain(monkeypatch, capfd):
    """Run `fateaudit explain` in this process: code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", "explain", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample audited in a folder of its own: the folder, and the attributions that the audit made."""
    folder = tmp_path_factory.mktemp("explained") / "sample"
    shutil.copytree(SAMPLE, folder)
    kept = []
    honest = explaining_models.explain_enough

    def watched(game, **how):
        found = honest(game, **how)
        kept.append((game, found[0]))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explaining_models, "explain_enough", watched)
        record = audit(folder / "fateaudit.yaml", clock=NOON)
    (folder / "audit.json").write_bytes(record.to_bytes())
    (explained,) = kept
    return folder, explained


def cases_of(sample_rows, explained, *, favourable, number):
    """Some rows of the data that the audit explained, with their scores and the attributions that it made of them."""
    game, found = explained
    table = game.coded.table(game.rows[found.rows])
    said = zip(*(column.to_pylist() for column in table.columns), strict=True)
    made = dict(zip(said, found.values, strict=True))
    kept = {}
    for row, score in zip(sample_rows, scored(sample_rows), strict=True):
        inputs = tuple(float(row[name]) if name in {"age", "checks"} else row[name] for name in table.column_names)
        if inputs in made and (score >= LINE) is favourable:
            kept[inputs] = row, score, dict(zip(table.column_names, made[inputs], strict=True))
    return list(kept.values())[:number]


@pytest.mark.parametrize("favourable", [True, False])
def test_the_values_are_those_of_the_audit_to_the_digit(favourable, sample, sample_rows) -> None:
    folder, explained = sample
    ((row, score, made),) = cases_of(sample_rows, explained, favourable=favourable, number=1)
    found = explain_case(folder, folder / "evaluation.csv", row["case_id"])
    data, said = as_data(found), "\n".join(in_words(found))
    reasons = data["reasons"]

    assert reasons["values"] == pytest.approx(made, abs=1e-12)
    assert reasons["base"] == pytest.approx(explained[1].base, abs=1e-12)
    assert data["score"] == pytest.approx(score, abs=1e-12)
    assert reasons["base"] + sum(reasons["values"].values()) == pytest.approx(score)
    for name, value in made.items():
        printed = re.search(rf"^  {name} .* (.\d\.\d{{6}})$", said, re.MULTILINE)[1]
        assert printed == f"{value:+.6f}".replace("-", MINUS)
    assert "of the audited data, as in the record." in said
    assert ("What would turn the decision" in said) is not favourable
    assert ("Decision: suggested for release." in said) is favourable


def test_what_the_record_says_of_a_made_up_case_is_said_of_a_row_like_it(sample, tmp_path, explain) -> None:
    folder, _ = sample
    record = AuditRecord.from_bytes((folder / "audit.json").read_bytes())
    example = next(one for one in record.insights.examples if one.kind == "borderline")
    file = write_rows(tmp_path / "made_up.csv", [{"case_id": "made up", **dict(example.inputs)}])
    _, text, _ = explain(folder / "audit.json", "--data", file, "--case", "made up", "--json")
    reasons = json.loads(text)["reasons"]

    assert reasons["values"] == pytest.approx(dict(example.values), abs=1e-12)
    assert reasons["sentence"] == example.sentence


def test_nothing_is_written_anywhere_and_that_is_said(sample, explain) -> None:
    folder, _ = sample
    before = contents(folder.parent)
    code, said, stderr = explain(folder, "--data", folder / "evaluation.csv", "--case", "T0016")

    assert code == 0
    assert contents(folder.parent) == before
    assert "written nowhere: no file, no record, no ledger" in stderr
    assert said.count("not causes") == 1
    assert "T0017" not in said


def test_each_suggestion_turns_the_decision_and_no_attribute_is_touched(sample, sample_rows) -> None:
    folder, explained = sample
    for row, score, _ in cases_of(sample_rows, explained, favourable=False, number=3)[1:]:
        data = as_data(explain_case(folder, folder / "evaluation.csv", row["case_id"]))

        assert data["decision"] == "adverse"
        assert set(data["recourse"]["never_changed"]) == SENSITIVE & set(data["inputs"])
        assert data["recourse"]["suggestions"]
        for one in data["recourse"]["suggestions"]:
            changed = {change["column"]: change["becomes"] for change in one["changes"]}
            assert not SENSITIVE & changed.keys()
            assert one["score"] == pytest.approx(scored([{**row, **changed}])[0], abs=1e-12)
            assert one["score"] >= LINE > score


def small(folder, **rules):
    """A small audit: 120 rows, ten columns of numbers, so that reasons are estimates; the record beside the policy."""
    random = np.random.default_rng(3)
    names = [f"n{place}" for place in range(10)]
    frame = pd.DataFrame(random.integers(0, 5, (120, 10)).astype(float), columns=names)
    outcome = np.where(frame.n0 + frame.n1 - frame.n2 + random.normal(size=120) > 2, "yes", "no")
    folder.mkdir(parents=True)
    model = LogisticRegression().fit(frame, outcome)
    skops.io.dump(model, folder / "model.skops")
    rows = [
        {"id": f"0{place}", "group": "ab"[place % 2], **row, "label": label}
        for place, (row, label) in enumerate(zip(frame.to_dict("records"), outcome, strict=True))
    ]
    policy = write_audit(
        folder, rows, a_check(), model={"path": "model.skops"},
        columns={"prediction": None, "id": "id"}, recourse=rules
    )  # fmt: skip
    record = audit(policy, clock=NOON)
    (folder / "audit.json").write_bytes(record.to_bytes())
    return model, rows, record


@pytest.fixture(scope="module")
def ten(tmp_path_factory):
    """The small audit, with rules for what may change."""
    folder = tmp_path_factory.mktemp("ten") / "audit"
    return folder, *small(folder, immutable=["n0"], only_up=["n1"], only_down=["n2"])


def test_estimates_too_are_those_of_the_record_and_how_good_they_are_is_said(ten, tmp_path) -> None:
    folder, _, _, record = ten
    example = record.insights.examples[0]
    file = write_rows(tmp_path / "one.csv", [{"id": "made up", **dict(example.inputs)}])
    found = explain_case(folder, file, "made up")
    reasons, said = as_data(found)["reasons"], "\n".join(in_words(found))

    assert reasons["route"] == "antithetic_permutations"
    assert reasons["values"] == pytest.approx(dict(example.values), abs=1e-12)
    assert "These values are estimates, to within about 0.0" in said


def test_the_rules_of_the_policy_are_kept(ten) -> None:
    folder, model, rows, _ = ten
    names = [name for name in rows[0] if name.startswith("n")]
    adverse = [row for row in rows if model.predict_proba(pd.DataFrame([row])[names])[0, 1] < 0.5][:2]
    changed = []
    for row in adverse:
        recourse = as_data(explain_case(folder, folder / "rows.csv", row["id"]))["recourse"]
        assert recourse["never_changed"] == ["n0"]
        for one in recourse["suggestions"]:
            becomes = {change["column"]: change["becomes"] for change in one["changes"]}
            changed += becomes.items()
            assert "n0" not in becomes
            assert becomes.get("n1", 9) > row["n1"]
            assert becomes.get("n2", -9) < row["n2"]
            assert model.predict_proba(pd.DataFrame([row | becomes])[names])[0, 1] >= 0.5
    assert {"n1", "n2"} <= {name for name, _ in changed}


def test_what_cannot_be_told_or_found_is_said(ten) -> None:
    folder, _, rows, _ = ten
    found = explain_case(folder, folder / "rows.csv", rows[0]["id"])
    nothing = Unexplained(Reason.NOT_APPLICABLE, "the model gives every case the same output")
    none = Recourse((), is_fewest=True, tried=4, asked=100)
    said = "\n".join(in_words(replace(found, is_favourable=False, attributions=nothing, recourse=none, curves=())))
    in_part = "\n".join(in_words(replace(found, recourse=replace(none, is_fewest=False))))
    data = as_data(replace(found, values=(("n0", math.inf), ("n1", None)), attributions=nothing, recourse=none))

    assert "What moved the score cannot be told: the model gives every case the same output." in said
    assert "none found; every change of up to 4 columns was tried" in said
    assert "none found; not everything was tried (100 mixtures, of up to 4 columns)." in in_part
    assert "no advice" not in said
    assert data["inputs"] == {"n0": "inf", "n1": None}
    assert data["reasons"] == {"not_told": "the model gives every case the same output"}


def test_a_score_beside_the_line_is_not_rounded_onto_it(ten) -> None:
    folder, _, rows, _ = ten
    found = explain_case(folder, folder / "rows.csv", rows[0]["id"])
    said = "\n".join(in_words(replace(found, score=0.4999999)))

    assert "The score is 0.4999999; at or above 0.5 it is favourable." in said


def test_the_policy_and_the_model_are_found_by_the_data_or_where_they_are_said_to_be(ten, tmp_path, explain) -> None:
    folder, _, rows, _ = ten
    elsewhere = tmp_path / "out"
    elsewhere.mkdir()
    shutil.copy(folder / "audit.json", elsewhere)
    shutil.copy(folder / "fateaudit.yaml", elsewhere)
    alone = write_rows(tmp_path / "alone.csv", rows[5:6])

    assert explain(elsewhere, "--data", folder / "rows.csv", "--case", "05")[0] == 0
    assert explain(elsewhere, "--data", alone, "--case", "05", "--policy", folder / "fateaudit.yaml")[0] == 0
    code, said, stderr = explain(elsewhere, "--data", alone, "--case", "05")
    assert (code, said) == (2, "")
    assert "error: the model of this audit is not beside its policy\n" in stderr
    assert "--policy PATH" in stderr


CASES = {
    "there is none": ("999", "no row of rows.csv has this value", "type the id as it stands"),
    "another spelling": (" 05", "no row of rows.csv has this value", "differs in capitals, spaces or signs alone"),
    "twice": ("07", '2 rows of rows.csv have this value in "id"', "write the case into a file of its own"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_id_that_is_not_one_row_is_refused_and_no_other_id_is_shown(name, ten, tmp_path, explain) -> None:
    folder, _, rows, _ = ten
    typed, *expected = CASES[name]
    file = write_rows(tmp_path / "rows.csv", [*rows, rows[7]])
    code, said, stderr = explain(folder, "--data", file, "--case", typed)

    assert (code, said) == (2, "")
    assert all(words in stderr for words in expected)
    assert "0117" not in stderr


def test_a_column_that_the_model_reads_and_the_file_has_not_is_named(ten, tmp_path, explain) -> None:
    folder, _, rows, _ = ten
    renamed = [{("N-3" if name == "n3" else name): value for name, value in row.items()} for row in rows[:2]]
    code, _, stderr = explain(folder, "--data", write_rows(tmp_path / "a.csv", renamed), "--case", "01")

    assert code == 2
    assert 'column "n3" is not in a.csv' in stderr
    assert 'Did you mean "N-3"?' in stderr


def edited(folder, to, name):
    """A copy of an audit in which one file has one byte more."""
    shutil.copytree(folder, to)
    (to / name).write_bytes((to / name).read_bytes() + b"\n")
    return to


OTHERS = {
    "model.skops": "model.skops is not the model that was audited",
    "rows.csv": "these are not the rows that were audited",
    "fateaudit.yaml": "fateaudit.yaml is not the policy of this audit",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_than_the_audited_ones_are_refused(name, ten, tmp_path, explain) -> None:
    folder, _, rows, _ = ten
    copy = edited(folder, tmp_path / "copy", name)
    file = write_rows(tmp_path / "one.csv", rows[:1])
    code, said, stderr = explain(copy, "--data", file, "--case", "00", "--policy", copy / "fateaudit.yaml")

    assert (code, said) == (1, "")
    assert OTHERS[name] in stderr
    assert "sha256 is" in stderr


def test_predictions_alone_cannot_be_asked(tmp_path, explain) -> None:
    rows = [{"group": "ab"[n % 2], "label": "yes", "prediction": ("yes", "no")[n % 3 == 0]} for n in range(40)]
    policy = write_audit(tmp_path, rows, a_check())
    (tmp_path / "audit.json").write_bytes(audit(policy, clock=NOON).to_bytes())
    code, _, stderr = explain(tmp_path, "--data", tmp_path / "rows.csv", "--case", "1")

    assert code == 2
    assert "predictions only: there is no model to ask" in stderr


def test_a_policy_without_ids_finds_no_case_and_a_model_at_an_address_is_asked(tmp_path, explain) -> None:
    table, outcome = people(150)
    rows = [
        {"id": place, **row, "label": label}
        for place, (row, label) in enumerate(zip(table.to_dict("records"), outcome, strict=True))
    ]
    with serving(fitted()) as server:
        said = {"path": server.address, "classes": list(CLASSES)}
        columns = {"prediction": None, "sensitive": [{"name": "colour", "label": "Colour"}]}
        for folder, more in ((tmp_path / "with", {"id": "id"}), (tmp_path / "without", {})):
            policy = write_audit(folder, rows, a_check(across=["colour"]), model=said, columns=columns | more)
            (folder / "audit.json").write_bytes(audit(policy, clock=NOON, explains=False).to_bytes())
        code, text, _ = explain(tmp_path / "with", "--data", tmp_path / "with" / "rows.csv", "--case", "3", "--json")
        refused, _, stderr = explain(tmp_path / "without", "--data", tmp_path / "without" / "rows.csv", "--case", "3")
    data = json.loads(text)

    assert code == 0
    assert data["score"] == pytest.approx(server.model.predict_proba(table.iloc[[3]])[0, 1])
    assert data["reasons"]["as_recorded"] is None
    assert refused == 2
    assert "the policy names no column of ids" in stderr


def test_the_help_is_what_the_documentation_shows(tmp_path) -> None:
    result = fateaudit("explain", "--help", cwd=tmp_path, COLUMNS="100")

    assert result.returncode == 0
    matches_golden(result.stdout, "help-explain.txt")


def test_its_help_loads_nothing_that_measures(tmp_path) -> None:
    code = LOADED.format(argv=["fateaudit", "explain", "--help"])
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "LOADED []"
