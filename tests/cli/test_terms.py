"""What is typed about how a model is run reaches the record, the gate and the thresholds, and nothing else moves."""

import json
import sys

import joblib
import pandas as pd
import pytest
from conftest import SAMPLE, a_check, rows_of, write_audit
from pydantic import ValidationError
from sklearn.tree import DecisionTreeClassifier

from fateaudit.cli import main
from fateaudit.cli.terms import Typed
from fateaudit.errors import UsageError
from fateaudit.formats import Format
from fateaudit.policy import ModelLimits


@pytest.fixture
def policy(tmp_path):
    """A small audit whose model is a file of joblib that gives every second row a yes."""
    rows = [row | {"odd": place % 2} for place, row in enumerate(rows_of(a=(10, 20), b=(5, 20)))]
    seen = pd.DataFrame({"odd": [0.0, 1.0]})
    joblib.dump(DecisionTreeClassifier().fit(seen, ["yes", "no"]), tmp_path / "model.joblib", compress=3)
    model = {"path": "model.joblib"}
    return write_audit(tmp_path, rows, a_check(), model=model, columns={"prediction": None})


@pytest.fixture
def fateaudit(monkeypatch, capfd):
    """Run the command line in this process: code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


def test_a_pickle_and_other_limits_reach_the_record(policy, tmp_path, fateaudit) -> None:
    typed = ["--allow-pickle", "--memory", "2.5", "--seconds", "60", "--batch-rows", "500"]
    code, stdout, _ = fateaudit(
        "run", policy, "--out", tmp_path / "a", "--report", "no", "--explain", "no", "--json", *typed
    )
    record = json.loads((tmp_path / "a" / "audit.json").read_bytes())
    isolation = record["environment"]["isolation"]

    assert code == 0
    assert json.loads(stdout)["audit_id"] == record["audit_id"]
    assert record["access"]["model"] == "pickle"
    assert (isolation["memory_gib"], isolation["seconds"], isolation["batch_rows"]) == (2.5, 60, 500)


COMMANDS = {"run": ("--report", "no", "--out", "elsewhere"), "gate": (), "whatif": ()}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_opens_a_pickle_that_it_was_not_told_to(command, policy, fateaudit) -> None:
    code, _, stderr = fateaudit(command, policy, *COMMANDS[command])

    assert code == 1
    assert "a pickle may be inside" in stderr
    assert "--allow-pickle" in stderr
    assert "its maker's code" in stderr


def test_the_gate_and_the_thresholds_open_a_pickle_where_they_are_told_to(policy, fateaudit) -> None:
    gated, _, _ = fateaudit("gate", policy, "--allow-pickle")
    swept, stdout, _ = fateaudit("whatif", policy, "--allow-pickle", "--steps", "3", "--json")

    assert gated == 4
    assert swept == 0
    assert json.loads(stdout)


TOO_MUCH = {
    "--memory": ("0.4", "nan", "inf", "4097"),
    "--seconds": ("0", "86401"),
    "--batch-rows": ("0", "16777217"),
}


@pytest.mark.parametrize(("option", "number"), [(name, number) for name in TOO_MUCH for number in TOO_MUCH[name]])
@pytest.mark.parametrize("command", ["run", "gate", "whatif"])
def test_a_limit_that_no_policy_may_set_cannot_be_typed(command, option, number, fateaudit) -> None:
    code, _, stderr = fateaudit(command, SAMPLE / "fateaudit.yaml", option, number)

    assert code == 2
    assert f"error: {option} {float(number):g} is not possible" in stderr
    assert "type a number from" in stderr


FIELDS = {"memory": "memory_gib", "seconds": "seconds", "batch_rows": "batch_rows"}


@pytest.mark.parametrize("ends", [(0.5, 1, 1), (4096.0, 86_400, 1 << 24)])
def test_the_bounds_are_those_of_a_policy(ends) -> None:
    typed = dict(zip(FIELDS, ends, strict=True))
    Typed(**typed)
    ModelLimits(**{FIELDS[name]: value for name, value in typed.items()})
    for name, value in typed.items():
        beyond = value * 1.5 if value > 1 else value - 1
        beyond = beyond if name == "memory" else int(beyond)
        with pytest.raises(UsageError):
            Typed(**{name: beyond})
        with pytest.raises(ValidationError):
            ModelLimits(**{FIELDS[name]: beyond})


def test_judging_a_record_again_takes_no_options_for_a_model(tmp_path, fateaudit, sample_record) -> None:
    (tmp_path / "audit.json").write_bytes(sample_record.to_bytes())
    code, _, stderr = fateaudit("gate", tmp_path / "audit.json", "--allow-pickle")

    assert code == 2
    assert "judging a record again opens no model" in stderr


def test_nothing_is_allowed_that_was_not_typed() -> None:
    assert Typed().terms().allows == frozenset()
    assert Typed(allow_callable=True).terms().allows == {Format.CALLABLE}
    assert Typed(allow_pickle=True).terms().allows == {Format.PICKLE, Format.COMPRESSED}
