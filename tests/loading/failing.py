"""Rows that a reader would recognise in an error, and a command line that is run among them."""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import a_policy_text

from fateaudit.cli import main

SECRET = "SECRET-7f3a"  # noqa: S105 - planted in the rows, to be looked for
N = 4_000
RUN = ("run", "fateaudit.yaml", "--out", "out", "--report", "no")
WRITTEN = {"audit.json", "fateaudit.yaml", "audits.log"}


def rows_of(number=0):
    return pa.table(
        {
            "group": ["a", "b", "c", "d"] * (N // 4),
            "note": [f"{SECRET}-{number}-{n}" for n in range(N)],
            "label": ["yes", "no"] * (N // 2),
            "prediction": ["yes", "yes", "no", "no"] * (N // 4),
        }
    )


def write_policy(folder, path="rows", **changes):
    text = json.dumps(a_policy_text(dataset={"path": path}, **changes), indent=1)
    (folder / "fateaudit.yaml").write_text(text, encoding="utf-8")


def write_files(folder, names=("a.parquet", "b.parquet", "c.parquet")):
    (folder / "rows").mkdir()
    for number, name in enumerate(names):
        pq.write_table(rows_of(number), folder / "rows" / name)


def snapshot(folder):
    return {path.relative_to(folder): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def in_this_process(monkeypatch, capfd):
    """Return a function that runs the command line here: code, stdout and stderr."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", *(arguments or RUN)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


def paragraph(stdout, stderr):
    """The error, once it is seen to be one paragraph without a traceback or a row's value."""
    assert "Traceback" not in stdout + stderr
    assert SECRET not in stdout + stderr
    said = stderr[stderr.index("error: ") :]
    first, *rest = said.splitlines()
    assert rest
    assert all(line.startswith("  ") and line.strip() for line in rest)
    assert "fateaudit itself failed" not in first
    return first, rest
