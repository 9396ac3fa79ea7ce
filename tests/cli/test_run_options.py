"""`run` for pipelines: only the record, without reasons, on several cores, and how far it is."""

import json
import shutil
import sys

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE, without_checklist

from fateaudit import explainability
from fateaudit.cli import main
from fateaudit.cli.counted import Counted, told
from fateaudit.errors import AuditFailedError


@pytest.fixture
def sample(tmp_path):
    """The sample without its questions, its rows as Parquet in row groups."""
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("evidence", "train.py"))
    names = pa_csv.open_csv(folder / "evaluation.csv").schema.names
    text = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, "string"), strings_can_be_null=True, null_values=[""]
    )
    pq.write_table(
        pa_csv.read_csv(folder / "evaluation.csv", convert_options=text), folder / "rows.parquet", row_group_size=700
    )
    policy = folder / "fateaudit.yaml"
    kept = [
        line.replace("evaluation.csv", "rows.parquet")
        for line in without_checklist(policy.read_text(encoding="utf-8")).splitlines(keepends=True)
        if "sha256: 520cc7cc" not in line
    ]
    policy.write_text("".join(kept), encoding="utf-8")
    return policy


@pytest.fixture
def fateaudit(monkeypatch, capfd):
    """Run the command line in this process: code, stdout and stderr."""

    def run(arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


def record_of(folder):
    return json.loads((folder / "audit.json").read_bytes())


def test_only_the_record_is_written_and_it_says_what_was_left_out(sample, tmp_path, fateaudit) -> None:
    code, stdout, _ = fateaudit(["run", str(sample), "--out", str(tmp_path / "a"), "--explain", "no", "--report", "no"])
    record = record_of(tmp_path / "a")
    unmeasured = {item["check"]: item["detail"] for item in record["evidence"] if item["kind"] == "unmeasured"}

    assert code == 0
    assert not (tmp_path / "a" / "report.pdf").exists()
    assert unmeasured["E-01"] == unmeasured["E-02"] == "explanations were left out of this run"
    assert stdout.splitlines()[-1].startswith("Next    draw the report: fateaudit report ")


def test_several_processes_give_what_one_gives(sample, tmp_path, fateaudit) -> None:
    now = ["--now", "2026-11-21T12:00:00Z", "--explain", "no", "--report", "no"]
    for jobs in ("1", "2"):
        code, _, stderr = fateaudit(["run", str(sample), "--out", str(tmp_path / jobs), "--jobs", jobs, *now])
        assert code == 0, stderr
        (sample.parent / "audits.log").unlink()

    assert record_of(tmp_path / "1") == record_of(tmp_path / "2")


def test_how_far_it_is_is_told_with_what_is_left() -> None:
    assert told(3_000_000, 10_000_000, 30.0) == "scoring: 3,000,000 of 10,000,000 rows, about 70 s left"
    assert told(10_000_000, 10_000_000, 100.0) == "scoring: 10,000,000 of 10,000,000 rows"
    assert told(500, None, 1.0) == "scoring: 500 rows"


def test_whoever_waits_hears_how_many_rows_are_explained(sample, tmp_path, fateaudit, monkeypatch) -> None:
    heard = []

    def slowly(*_, progress, **__):
        progress(400, 2_000)
        raise AuditFailedError("no longer than that", hint="")

    monkeypatch.setattr(explainability, "explain_model", slowly)
    monkeypatch.setattr(Counted, "__call__", lambda who, *told_of: heard.append((who._doing, *told_of)))  # noqa: SLF001 - what it says is tested where it is
    code, _, _ = fateaudit(["run", str(sample), "--out", str(tmp_path / "a"), "--report", "no"])

    assert code == 0
    assert ("explaining", 400, 2_000) in heard
    assert {doing for doing, *_ in heard} == {"scoring", "explaining"}


def test_nothing_is_told_into_a_pipe(capsys) -> None:
    count = Counted()
    count(500_000, 1_000_000)
    count(1_000_000, 1_000_000)

    assert capsys.readouterr() == ("", "")
