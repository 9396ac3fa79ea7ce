"""Too little memory, a full disk, a killed process, Ctrl-C: nothing is left half-written, and a rerun succeeds."""

import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE, without_checklist
from failing import RUN, SECRET, WRITTEN, N, in_this_process, paragraph, rows_of, snapshot, write_files, write_policy

from fateaudit.loading import datasets, parquet, sources

PLAIN = ("run", "fateaudit.yaml", "--out", "out", "--report", "no", "--explain", "no")


@pytest.fixture
def fateaudit(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    return in_this_process(monkeypatch, capfd)


def test_too_little_memory_is_said_and_no_row_is_written_anywhere(tmp_path, fateaudit, monkeypatch) -> None:
    folder, home = tmp_path / "work", tmp_path / "home"
    home.mkdir()
    folder.mkdir()
    write_policy(folder, "rows.parquet", columns={"sensitive": [{"name": "group", "label": "Group"}]})
    table = rows_of()
    pq.write_table(
        table.set_column(0, "group", pa.array([f"{SECRET}-{n}-{'x' * 900}" for n in range(N)])), folder / "rows.parquet"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(datasets, "MOST_IN_MEMORY", 0)
    connect, spill = duckdb.connect, []

    def with_little_memory(config):
        connection = connect(config=config | {"memory_limit": "2MB", "threads": 1})
        spill.extend(connection.execute("SELECT current_setting('temp_directory')").fetchall())
        return connection

    monkeypatch.setattr(duckdb, "connect", with_little_memory)
    monkeypatch.setattr(sources, "engine", sources.connect)
    monkeypatch.setattr(parquet, "engine", sources.connect)
    before = snapshot(tmp_path)

    code, stdout, stderr = fateaudit()
    first, rest = paragraph(stdout, stderr)

    assert code == 1
    assert first == "error: the rows do not fit into memory"
    assert "declare fewer attributes" in rest[-1]
    assert snapshot(tmp_path) == before
    assert set(spill) == {("",)}


def test_the_same_memory_does_spill_when_it_may(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with duckdb.connect(config={"memory_limit": "2MB", "threads": 1}) as connection:
        connection.execute("CREATE TABLE t AS SELECT repeat(n::VARCHAR, 99) AS k FROM range(20000) AS t(n)")

        assert (tmp_path / ".tmp").exists()


@pytest.mark.parametrize("path", ["rows", "duckdb:SELECT * FROM 'rows/*.parquet'"])
def test_nothing_is_left_in_the_folder_or_at_home(path, tmp_path, fateaudit, monkeypatch) -> None:
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    write_policy(folder, path)
    write_files(folder)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    before = snapshot(tmp_path)

    code, _, stderr = fateaudit("gate", "fateaudit.yaml")

    assert code in {0, 3, 4}, stderr

    new = {str(name) for name in snapshot(tmp_path).keys() - before.keys()}
    assert new <= {"work/audits.log"}


def begin(folder, *arguments, **options):
    """Start the command line as a shell would: with its children in one group, which Ctrl-C reaches.

    What measures which lines ran there writes files of its own, and is left out.
    """
    left_out = ("CI", "SOURCE_DATE_EPOCH", "COV")
    return subprocess.Popen(
        [sys.executable, "-m", "fateaudit", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        process_group=0,
        env={key: value for key, value in os.environ.items() if not key.startswith(left_out)},
        **options,
    )


def test_a_disk_that_fills_leaves_nothing_and_room_is_all_that_it_takes(tmp_path, fateaudit) -> None:
    write_policy(tmp_path)
    write_files(tmp_path)
    (tmp_path / "out").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", tmp_path / "out"], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        code, stdout, stderr = fateaudit()
        first, rest = paragraph(stdout, stderr)

        assert code == 1
        assert first == "error: out/audit.json cannot be written: No space left on device"
        assert rest[-1] == "  free some space, or choose another folder with --out"
        assert not list((tmp_path / "out").iterdir())

        subprocess.run(["mount", "-o", "remount,size=8m", tmp_path / "out"], check=True)
        assert fateaudit()[0] == 0
        assert {path.name for path in (tmp_path / "out").iterdir()} == WRITTEN
    finally:
        subprocess.run(["umount", tmp_path / "out"], check=True)


def test_a_file_that_may_not_grow_is_not_left_half_written(tmp_path, fateaudit) -> None:
    write_policy(tmp_path)
    write_files(tmp_path)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (6_000, 6_000))

    with begin(tmp_path, *RUN, preexec_fn=limit) as process:
        stdout, stderr = process.communicate(timeout=60)
    first, rest = paragraph(stdout, stderr)

    assert process.returncode == 1
    assert first == "error: out/audit.json cannot be written: File too large"
    assert "choose another folder with --out" in rest[-1]
    assert not list((tmp_path / "out").iterdir())
    assert fateaudit()[0] == 0


def write_sample(folder):
    """The sample with its model, its rows in so many files that a slow machine is not done before somebody acts."""
    policy = without_checklist((SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8"))
    lines = [line for line in policy.splitlines() if "sha256: " not in line]
    text = "\n".join(lines).replace("path: evaluation.csv", "path: rows")
    (folder / "fateaudit.yaml").write_text(text + "\n", encoding="utf-8")
    (folder / "model.skops").write_bytes((SAMPLE / "model.skops").read_bytes())
    rows = pa_csv.read_csv(SAMPLE / "evaluation.csv").slice(0, 1_000)
    (folder / "rows").mkdir()
    for number in range(25):
        pq.write_table(rows.slice(40 * number, 40), folder / "rows" / f"{number}.parquet")


def scoring(pid, seconds=60):
    """The processes that run the model for another one, once it has begun three."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        several = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
        found = [int(child) for children in several for child in children.split()]
        found = [child for child in found if b"fateaudit.worker.serving" in command_of(child)]
        if len(found) == 3:
            return found
        time.sleep(0.02)
    raise AssertionError("no process scores")


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_gone(pid, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not command_of(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", ["one that scores is killed", "all is killed", "Ctrl-C"])
def test_a_run_that_is_stopped_leaves_nothing_and_can_be_run_again(how, tmp_path, fateaudit) -> None:
    write_sample(tmp_path)
    before = snapshot(tmp_path)

    with begin(tmp_path, *PLAIN, "--jobs", "3") as process:
        children = scoring(process.pid)
        if how == "one that scores is killed":
            os.kill(max(children), signal.SIGKILL)
        elif how == "all is killed":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)

    assert not stdout
    # Killed while it still loads, a process says that nobody is there to talk to.
    assert how == "all is killed" or "Traceback" not in stderr
    if how == "one that scores is killed":
        assert process.returncode == 1
        first, rest = paragraph(stdout, stderr)
        assert first.startswith("error: the model's process was lost while")
        assert first.endswith("it was ended by SIGKILL")
        assert "model.limits" in rest[-1]
    elif how == "all is killed":
        assert process.returncode == -signal.SIGKILL
    else:
        assert process.returncode == 130
        assert stderr.endswith("error: interrupted; nothing was left half-written\n")
    assert all(is_gone(child) for child in children)
    assert snapshot(tmp_path) == before

    assert fateaudit(*PLAIN)[0] == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == WRITTEN
