"""Sources that fail: one paragraph with what, where and what to type, nothing half-written, and a rerun that succeeds.

The rows carry SECRET so that it would be seen.
"""

import json
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from failing import SECRET, WRITTEN, N, in_this_process, paragraph, rows_of, snapshot, write_files, write_policy

from fateaudit.loading.parquet import ParquetSource


@pytest.fixture
def fateaudit(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    return in_this_process(monkeypatch, capfd)


@dataclass(frozen=True)
class Case:
    """One thing spoiled, and what must be said about it."""

    spoil: object
    code: int
    what: str
    where: str
    hint: str


def damaged(at, length=400):
    """Overwrite bytes of the second file, at a part of it."""

    def spoil(folder):
        path = folder / "rows" / "b.parquet"
        content = bytearray(path.read_bytes())
        start = int(len(content) * at)
        content[start : start + length] = bytes(byte ^ 0x5A for byte in content[start : start + length])
        path.write_bytes(content)

    return spoil


def cut(part):
    def spoil(folder):
        path = folder / "rows" / "b.parquet"
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])

    return spoil


def emptied(folder):
    for path in (folder / "rows").iterdir():
        path.unlink()


def column(*values):
    """Give the second file another `group`."""
    table = rows_of().set_column(0, "group", pa.array(values * (N // len(values))))
    return lambda folder: pq.write_table(table, folder / "rows" / "b.parquet")


FOLDERS = {
    "an empty folder": Case(emptied, 2, "the folder rows holds no Parquet file", '"path": "rows"', "*.parquet"),
    "a folder of other files": Case(
        lambda folder: [path.rename(path.with_suffix(".csv")) for path in (folder / "rows").iterdir()],
        2,
        "the folder rows holds no Parquet file",
        '"path": "rows"',
        "name a folder of files called *.parquet",
    ),
    "a truncated file": Case(cut(0.7), 1, "b.parquet is a damaged Parquet file", '"path": "rows"', "take a fresh copy"),
    "a file of no bytes": Case(cut(0), 1, "b.parquet is a damaged Parquet file", '"path": "rows"', "take a fresh copy"),
    "no Parquet at all": Case(
        lambda folder: (folder / "rows" / "b.parquet").write_text(SECRET * 99),
        1,
        "b.parquet is a damaged Parquet file",
        '"path": "rows"',
        "take a fresh copy",
    ),
    "damage at the first column": Case(
        damaged(0.0005), 1, "b.parquet is a damaged Parquet file", "", "export it again"
    ),
    "damage at the end": Case(damaged(0.97), 1, "b.parquet is a damaged Parquet file", "", "export it again"),
    "a file without a column": Case(
        lambda folder: pq.write_table(rows_of().drop_columns(["label"]), folder / "rows" / "b.parquet"),
        1,
        'b.parquet has no column "label", and a.parquet has one',
        "",
        "each with the same columns",
    ),
    "a file of another type": Case(
        column(1, 2), 1, '"group" holds text in a.parquet and numbers in b.parquet', "", "write both in one way"
    ),
}


def refuses(case, folder, fateaudit):
    before = snapshot(folder)
    code, stdout, stderr = fateaudit()
    first, rest = paragraph(stdout, stderr)

    assert code == case.code
    assert case.what in first
    assert any(case.where in line for line in rest)
    assert case.hint in rest[-1]
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", FOLDERS)
def test_one_bad_file_among_good_ones_is_named_and_a_good_one_in_its_place_is_read(name, tmp_path, fateaudit) -> None:
    write_policy(tmp_path)
    write_files(tmp_path)
    FOLDERS[name].spoil(tmp_path)

    refuses(FOLDERS[name], tmp_path, fateaudit)

    shutil.rmtree(tmp_path / "rows")
    write_files(tmp_path)
    assert fateaudit()[0] == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == WRITTEN


QUERIES = {
    "no SQL": ("SELEC * FROM 'rows/*.parquet'", "it cannot be read as SQL"),
    "nothing": ("", "dataset.path is not one SELECT"),
    "no such file": ("SELECT * FROM 'rows/nothing.parquet'", "a file that it names cannot be read"),
    "no such column": ("SELECT nothing FROM 'rows/*.parquet'", "it names a column that is not there"),
    "no such table": ("SELECT * FROM nothing", "it names a table or function that is not there"),
    "a variable of this program": ("SELECT * FROM path", "it names a table or function that is not there"),
    "two statements": ("SELECT 1; SELECT 2", "dataset.path is not one SELECT"),
    "an insertion": ("INSERT INTO x VALUES (1)", "dataset.path is not one SELECT"),
    "a copy": ("COPY (SELECT 1) TO 'canary'", "dataset.path is not one SELECT"),
    "a copy after a query": ("SELECT 1; COPY (SELECT 1) TO 'canary'", "dataset.path is not one SELECT"),
    "another database": ("ATTACH 'canary'", "dataset.path is not one SELECT"),
    "an extension": ("INSTALL httpfs", "dataset.path is not one SELECT"),
    "a library": ("LOAD 'canary.duckdb_extension'", "dataset.path is not one SELECT"),
    "a setting": ("SET enable_external_access = true", "dataset.path is not one SELECT"),
    "a pragma": ("PRAGMA database_list", "dataset.path is not one SELECT"),
    "a pivot that hides a type": ("PIVOT 'rows/a.parquet' ON label", "dataset.path is not one SELECT"),
    "a file above": ("SELECT * FROM 'rows/../../outside.parquet'", ""),
    "a file outside": ("SELECT * FROM read_csv('/etc/passwd')", "it reaches out of the policy's folder"),
    "a folder outside": ("SELECT * FROM glob('/etc/*')", "it reaches out of the policy's folder"),
    "text outside": ("SELECT * FROM read_text('/etc/hostname')", "it reaches out of the policy's folder"),
    "a link to the outside": ("SELECT * FROM 'link.parquet'", "it reaches out of the policy's folder"),
    "the environment": ("SELECT * FROM read_text('/proc/self/environ')", "it reaches out of the policy's folder"),
    "a variable of the environment": ("SELECT getenv('HOME')", "it names a table or function that is not there"),
    "the network": ("SELECT * FROM 'https://127.0.0.1:9/x.parquet'", "it reaches out of the policy's folder"),
    "a bucket": ("SELECT * FROM 's3://bucket/x.parquet'", "it reaches out of the policy's folder"),
    "secrets": (
        'SELECT name AS "group", type AS label, provider AS prediction FROM duckdb_secrets()',
        "it reaches out of the policy's folder",
    ),
    "a value that does not fit": ("SELECT * REPLACE (note::INT AS label) FROM 'rows/*.parquet'", "a value cannot be"),
    "a value that does not fit, batch by batch": (
        "SELECT * REPLACE (note::DECIMAL(9, 2) AS label) FROM 'rows/*.parquet'",
        "a value cannot be",
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_fails_or_reaches_out_is_refused_without_the_engines_words(name, tmp_path, fateaudit) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    write_files(folder)
    pq.write_table(rows_of(), tmp_path / "outside.parquet")
    (folder / "link.parquet").symlink_to(tmp_path / "outside.parquet")
    query, reason = QUERIES[name]
    write_policy(folder, f"duckdb:{query}")
    before = snapshot(tmp_path)

    code, stdout, stderr = fateaudit("run", "home/fateaudit.yaml", "--out", "out")
    first, rest = paragraph(stdout, stderr)

    assert code == 2
    assert reason in first
    assert first.startswith(("error: the query in dataset.path failed: ", "error: dataset.path is not one SELECT"))
    assert any('"path": "duckdb:' in line for line in rest)
    assert "duckdb:SELECT * FROM 'rows/*.parquet'" in rest[-1]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("folder", ["home", "a, b 'c' [d]"])
def test_a_query_starts_at_the_policy_wherever_it_is_run_from(folder, tmp_path, fateaudit) -> None:
    (tmp_path / folder).mkdir()
    write_files(tmp_path / folder)
    write_policy(tmp_path / folder, "duckdb:SELECT * FROM 'rows/*.parquet'")
    # Another file of that name, where the command runs, is not the one that is meant.
    write_files(tmp_path, ["a.parquet"])

    code, _, stderr = fateaudit("run", f"{folder}/fateaudit.yaml", "--out", "out", "--report", "no")

    assert code == 0, stderr
    assert json.loads((tmp_path / "out" / "audit.json").read_bytes())["counts"]["rows"] == 3 * N
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize("how", ["added to", "cut", "replaced by its like", "removed"])
def test_a_file_that_changes_while_it_is_read_is_noticed_and_a_rerun_succeeds(
    how, tmp_path, fateaudit, monkeypatch
) -> None:
    write_policy(tmp_path)
    write_files(tmp_path)
    path = tmp_path / "rows" / "b.parquet"
    change = {
        "added to": lambda: pq.write_table(pa.concat_tables([rows_of()] * 2), path),
        "cut": partial(cut(0.5), tmp_path),
        "replaced by its like": lambda: shutil.copy2(path, tmp_path / "copy").replace(path),
        "removed": path.unlink,
    }[how]
    tally = ParquetSource.tally

    def changed(*arguments):
        change()
        return tally(*arguments)

    monkeypatch.setattr(ParquetSource, "tally", changed)
    code, stdout, stderr = fateaudit()
    first, rest = paragraph(stdout, stderr)

    assert code == 1
    assert first == "error: rows was changed while it was read"
    assert "run it again" in rest[-1]
    assert not (tmp_path / "out").exists()

    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    pq.write_table(rows_of(), path)
    assert fateaudit()[0] == 0
