"""`inspect`: what a file is and how it would be run, as a person and a program read it. Nothing of it runs."""

import io
import json
import pickle
import shutil
import sys

import joblib
import pytest
from conftest import SAMPLE

from fateaudit.artifacts import sha256
from fateaudit.cli import inspect as command
from fateaudit.cli import main
from fateaudit.models import inspecting
from fateaudit.models.inspecting import Fact, Way, inspect_model
from fateaudit.worker.inspecting import MOST_VALUES


@pytest.fixture
def fateaudit(monkeypatch, capfd):
    """Run the command line in this process: code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


class Canary:
    """Writes a file where it is built."""

    def __init__(self, path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_skops_file_is_opened_without_being_asked_for(fateaudit) -> None:
    path = SAMPLE / "model.skops"
    code, stdout, _ = fateaudit("inspect", path)

    assert code == 0
    assert stdout.startswith("model.skops: a .skops file of scikit-learn\n")
    assert f"  Sha256  {sha256(path.read_bytes())}\n" in stdout
    assert "sklearn.linear_model._logistic.LogisticRegression" in stdout
    assert "It is opened without being asked for" in stdout
    assert stdout.endswith("Nothing of it was built, run or asked.\n")


@pytest.mark.parametrize("compress", [0, 3])
def test_a_hostile_file_of_joblib_is_named_and_not_run(compress, tmp_path, fateaudit) -> None:
    canary = tmp_path / "canary"
    joblib.dump([Canary(canary)], tmp_path / "model.skops", compress=compress)
    code, stdout, _ = fateaudit("inspect", tmp_path / "model.skops")

    assert code == 0
    assert "of other libraries than scikit-learn's own: io.open" in stdout
    assert "Only with --allow-pickle" in stdout
    assert "This list is information, and no clearance." in stdout
    assert not canary.exists()


def test_json_is_pure_and_says_the_same(tmp_path, fateaudit) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Canary("nowhere")))
    code, stdout, _ = fateaudit("inspect", path, "--json")
    told = json.loads(stdout)

    assert code == 0
    assert (told["format"], told["way"], told["size"]) == ("pickle", "only with --allow-pickle", path.stat().st_size)
    assert told["facts"]["foreign_imports"] == {"values": ["io.open"], "count": 1}
    assert (told["whole"], told["problem"]) == (True, None)
    assert set(told["isolation"]) == {"landlock", "seccomp", "bubblewrap", "rlimits"}


def test_a_damaged_file_is_described_and_ends_with_1(tmp_path, fateaudit) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes((SAMPLE / "model.skops").read_bytes()[:-200])
    code, stdout, stderr = fateaudit("inspect", path)

    assert code == 1
    assert f"  Sha256  {sha256(path.read_bytes())}\n" in stdout
    assert "It is refused: see the error." in stdout
    assert "error: model.skops is a damaged .skops file" in stderr


def test_no_such_file_ends_with_2(tmp_path, fateaudit) -> None:
    code, stdout, stderr = fateaudit("inspect", tmp_path / "model.skops")

    assert (code, stdout) == (2, "")
    assert "does not exist" in stderr


def test_a_table_is_no_model_and_nothing_is_called_clean(fateaudit) -> None:
    code, stdout, _ = fateaudit("inspect", SAMPLE / "evaluation.csv")

    assert code == 0
    assert "text, no model that this version knows" in stdout
    assert "It is refused: this version runs no such file." in stdout
    assert "clean" not in stdout


def test_what_nobody_recognises_is_unknown(tmp_path, fateaudit) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x00\x01\x02 anything")
    code, stdout, _ = fateaudit("inspect", tmp_path / "model.bin")

    assert code == 0
    assert "unknown: nothing that this version recognises" in stdout


def test_source_is_shown_by_its_functions_also_when_it_is_named_as_a_policy_would(
    tmp_path, monkeypatch, fateaudit
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.py").write_text("import os\nopen('canary', 'w')\ndef score(rows): ...\n", encoding="utf-8")
    answers = [fateaudit("inspect", named) for named in ("rule.py", "rule:score")]

    assert answers[0] == answers[1]
    assert "Functions: score" in answers[0][1]
    assert "What is not known is not\n  clean." in answers[0][1]
    assert "Only with --allow-callable" in answers[0][1]
    assert not (tmp_path / "canary").exists()


def test_an_mlflow_folder_is_shown_by_its_index(tmp_path, fateaudit) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors:\n  python_function: {loader_module: no_such_module}\n", encoding="utf-8")
    code, stdout, _ = fateaudit("inspect", folder)

    assert code == 0
    assert stdout.startswith("folder/MLmodel: a folder that MLflow wrote")
    assert "no_such_module" in stdout
    assert "Its own loader is never called." in stdout


def test_any_other_folder_ends_with_2(tmp_path, fateaudit) -> None:
    code, _, stderr = fateaudit("inspect", tmp_path)

    assert code == 2
    assert "is a folder, not a file" in stderr


def test_an_address_is_not_asked(monkeypatch, fateaudit) -> None:
    monkeypatch.setattr("socket.socket", None)
    code, stdout, _ = fateaudit("inspect", "https://models.example/v2/models/x")

    assert code == 0
    assert "Nothing was asked." in stdout


def test_a_type_that_is_not_on_the_list_is_why_it_would_be_refused(tmp_path, fateaudit) -> None:
    import zipfile  # noqa: PLC0415 - only here

    with zipfile.ZipFile(SAMPLE / "model.skops") as source, zipfile.ZipFile(tmp_path / "m.skops", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'"sklearn.pipeline"', b'"hostile_module"'))
    code, stdout, _ = fateaudit("inspect", tmp_path / "m.skops")

    assert code == 0
    assert "Types that are not on the list of harmless ones: hostile_module.Pipeline" in stdout
    assert "It is refused: some of its types are not on the list of harmless ones." in stdout


ANSWERS = {
    "nothing": {},
    "no object": {"found": 3},
    "another fact": {"found": {"facts": {"verdict": {"values": ["clean"], "count": 1}}, "whole": True}},
    "too many": {"found": {"facts": {"types": {"values": ["a"] * (MOST_VALUES + 1), "count": 1}}, "whole": True}},
    "no line": {"found": {"facts": {"types": {"values": ["a\x1b[2J"], "count": 1}}, "whole": True}},
    "turned": {"found": {"facts": {"types": {"values": ["a\u202eb"], "count": 1}}, "whole": True}},
    "no truth": {"found": {"facts": {}, "whole": "yes"}},
    "a sentence": {"problem": "This model is fair.", "names": []},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_process_that_was_taken_over_says_is_not_shown(name, monkeypatch) -> None:
    class Taken(inspecting.Process):
        def ask(self, *_, **__):
            self.locked = {"landlock": 1, "seccomp": True, "rlimits": True}
            return ANSWERS[name]

    monkeypatch.setattr(inspecting, "Process", Taken)
    found = inspect_model(str(SAMPLE / "model.skops"))

    assert found.facts is None
    assert found.way is Way.REFUSED
    assert "was lost while it was inspected" in found.problem.message


def test_every_fact_way_and_format_has_words() -> None:
    ways = {*command.WAY_WORDS, Way.POLICY.value, Way.REFUSED.value}

    assert set(command.FACT_WORDS) == {fact.value for fact in Fact}
    assert ways == {way.value for way in Way}
    assert {one.value for one in inspecting.Format} | {"mlflow", "endpoint"} == set(command.KIND_WORDS)


def test_where_nothing_locks_the_process_a_pickle_is_told_not_to_be_run(monkeypatch, fateaudit, tmp_path) -> None:
    (tmp_path / "m.pkl").write_bytes(pickle.dumps({"a": 1}))
    monkeypatch.setattr(inspecting, "isolation_of", lambda *_: inspecting.Isolation(0, False, True, False, 1, 1, 1))  # noqa: FBT003 - as a machine without any would say
    code, stdout, _ = fateaudit("inspect", tmp_path / "m.pkl")

    assert code == 0
    assert "Not on this machine: it runs code of its maker" in stdout
    assert "no Landlock" in stdout


def test_a_library_that_is_missing_is_named_with_what_to_type(monkeypatch, fateaudit, tmp_path) -> None:
    (tmp_path / "m.txt").write_bytes(b"tree\nversion=v4\nnum_class=1\nfeature_names=age\n\nTree=0\n")
    monkeypatch.setattr(inspecting, "find_spec", lambda _: None)
    code, stdout, _ = fateaudit("inspect", tmp_path / "m.txt")

    assert code == 0
    assert "Columns: age" in stdout
    assert "pip install 'fateaudit[lightgbm]'" in stdout


def test_a_name_of_a_file_cannot_act_on_the_terminal(tmp_path, fateaudit) -> None:
    path = tmp_path / "a\x1b[2Jb.skops"
    shutil.copyfile(SAMPLE / "model.skops", path)
    sink = io.StringIO(fateaudit("inspect", path)[1])

    assert "\x1b" not in sink.read()
