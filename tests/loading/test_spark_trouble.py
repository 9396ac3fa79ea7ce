"""A Spark cluster that loses a worker, has no rows or no master; and sessions that were there before, or were not."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from spark_places import PREDICTIONS, frame_of, places_of, small_rows

from fateaudit.auditing import audit
from fateaudit.errors import AuditFailedError, MissingLibraryError, UsageError
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.loading import Way, spark_session
from fateaudit.loading.sources import Reopened
from fateaudit.loading.spark import Task, of_frame, open_spark, tally_partition
from fateaudit.tallying import Key, Wanted

pytest_plugins = ("spark_fixtures",)

SMALL = Wanted((Key("group"),), ("other",), label="label", prediction="prediction")
SCORED = replace(SMALL, inputs=(Column("other", ColumnKind.NUMBER),))


def test_partitions_without_rows_change_nothing(session):
    frame = frame_of(session, small_rows())

    few = of_frame(frame.repartition(1)).tally(SMALL, Way())
    many = of_frame(frame.repartition(20)).tally(SMALL, Way())

    assert many.tables[""].equals(few.tables[""])
    assert many.tables["other"].equals(few.tables["other"])
    assert of_frame(frame.filter("false")).tally(SMALL, Way()).tables[""].num_rows == 0


def test_a_worker_that_is_killed_changes_nothing(cluster, session, tmp_path):
    def slow():
        def score(inputs):
            (tmp_path / f"{time.time_ns()}").touch()
            time.sleep(0.5)
            return np.full(inputs.num_rows, 0.5)

        return score

    def kill():
        end = time.monotonic() + 60
        while len(list(tmp_path.iterdir())) < 6 and time.monotonic() < end:
            time.sleep(0.05)
        cluster.kill_worker()

    frame = frame_of(session, small_rows(900)).repartition(16)
    way = Way(score=slow(), reopen=lambda: Reopened(slow(), lambda: None))
    lost = cluster.lost()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        disturbed = of_frame(frame).tally(SCORED, way)
    finally:
        killer.join()
        scored = len(list(tmp_path.iterdir()))
        cluster.start_workers(1)

    undisturbed = of_frame(frame.repartition(2)).tally(SCORED, way)
    assert cluster.lost() > lost
    assert scored > 16, "a piece of the work was done again"
    assert disturbed.tables[""].equals(undisturbed.tables[""])
    assert disturbed.tables["other"].equals(undisturbed.tables["other"])


def test_a_model_that_fails_is_told_without_the_row(session):
    def failing():
        def score(inputs):
            raise ValueError(inputs.num_rows, "case 1")

        return score

    with pytest.raises(AuditFailedError) as caught:
        of_frame(frame_of(session, small_rows())).tally(SCORED, Way(reopen=failing))

    assert str(caught.value) == (
        "Spark could not read the rows (PythonException)\n  look into the logs of the Spark executors"
    )


def test_a_worker_opens_the_model_once_for_all_its_partitions():
    opened, closed = [], []

    def reopen():
        opened.append(1)
        return Reopened(lambda inputs: np.ones(inputs.num_rows), lambda: closed.append(1))

    batches = pa.Table.from_pandas(small_rows()).to_batches()
    for task in ("one", "one", "two"):
        assert list(tally_partition(Task(SCORED, 5, reopen, task), batches))

    assert len(opened) == 2
    assert len(closed) == 1


def test_a_table_is_named_by_its_name_or_path(cluster, session, predicted):
    frame_of(session, small_rows()).createOrReplaceTempView("arrests")

    assert "group" in open_spark(f"spark://{cluster.master}/arrests").columns
    assert "weight" in open_spark(f"spark://{cluster.master}/{predicted / 'rows'}").columns
    for missing in ("nothing", "/nowhere/at/all"):
        with pytest.raises(UsageError, match="Spark knows no such table or path"):
            open_spark(f"spark://{cluster.master}/{missing}")


def test_what_is_no_frame_of_spark_is_refused():
    with pytest.raises(UsageError, match=r"no DataFrame of pyspark\.sql"):
        of_frame(small_rows())


def test_a_session_that_ran_before_is_left_running(cluster, session, predicted):
    open_spark(f"spark://{cluster.master}/{predicted / 'rows'}").close()

    assert session.range(3).count() == 3


@pytest.mark.usefixtures("session")
def test_another_master_than_that_of_the_session_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match="a Spark session of another master runs in this process"):
            open_spark(f"spark://127.0.0.1:{port}/arrests")


def test_a_master_that_is_absent_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    started = time.monotonic()

    with pytest.raises(AuditFailedError, match=f"no Spark master answers at 127.0.0.1:{port}"):
        open_spark(f"spark://127.0.0.1:{port}/arrests")

    assert time.monotonic() - started < 2 * spark_session.SECONDS


@pytest.mark.parametrize(
    "path", ["spark://", "spark://host/t", "spark://host:1/", "spark://host:x/t", "spark://h:99999/t"]
)
def test_what_is_no_address_of_a_table_is_refused(path):
    with pytest.raises(UsageError, match="not the address of a table on Spark"):
        open_spark(path)


def test_without_pyspark_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)

    with pytest.raises(MissingLibraryError) as caught:
        open_spark("spark://127.0.0.1:1/t")

    assert "pip install 'fateaudit[spark]'" in caught.value.hint


SCRIPT = """
import signal, sys
from fateaudit.auditing import audit
from fateaudit.loading.spark import open_spark

before = signal.getsignal(signal.SIGINT)
print(audit(sys.argv[1]).counts.model_dump_json())
rows = open_spark(sys.argv[2])
print(len(rows.columns))
rows.close()
assert signal.getsignal(signal.SIGINT) is before
input()
"""


def test_a_session_that_was_started_for_an_audit_is_quiet_and_ends_with_it(predicted, cluster, tmp_path):
    places = places_of(predicted, cluster, tmp_path, PREDICTIONS["score"])
    running = cluster.running()

    with run_python(SCRIPT, places.paths["spark"], f"spark://{cluster.master}/{predicted / 'rows'}") as process:
        counted = [process.stdout.readline() for _ in range(2)]
        left = cluster.wait_for(running)
        _, told = process.communicate("\n")

    assert told == ""
    assert process.returncode == 0
    assert counted == [f"{audit(places.paths['csv']).counts.model_dump_json()}\n", "14\n"]
    assert left == running


def test_where_no_worker_has_room_it_is_said(predicted, cluster, tmp_path):
    places = places_of(predicted, cluster, tmp_path, PREDICTIONS["score"])
    greedy = tmp_path / "conf"
    shutil.copytree(os.environ["SPARK_CONF_DIR"], greedy)
    defaults = greedy / "spark-defaults.conf"
    text = defaults.read_text(encoding="utf-8")
    defaults.write_text(text.replace("spark.executor.memory 512m", "spark.executor.memory 900g"), encoding="utf-8")
    waiting = "from fateaudit.loading import spark_session\nspark_session.WAITING = 2\n"

    with run_python(
        f"{waiting}from fateaudit.cli import main\nmain()", "run", places.paths["spark"], SPARK_CONF_DIR=str(greedy)
    ) as process:
        _, told = process.communicate()

    assert f"error: no worker of spark://{cluster.master} had room for the audit within 2 s" in told
    assert process.returncode == 1


def test_without_java_it_is_named(predicted, cluster, tmp_path):
    places = places_of(predicted, cluster, tmp_path, PREDICTIONS["score"])

    with run_python(
        "import sys\nfrom fateaudit.cli import main\nmain()", "run", places.paths["spark"], JAVA_HOME="/nowhere"
    ) as process:
        _, told = process.communicate()

    first, problem, where, remedy = told.splitlines()
    assert first.startswith("loading")
    assert problem == "error: Spark needs Java, and could not start it"
    assert where.startswith("  spark.yaml:19   path: ")
    assert remedy == "  install Java 17 or newer, or set JAVA_HOME"


def run_python(script, *arguments, **environment):
    """Run a script in a process of its own, which no session was started in.

    In a pipeline the command line says more; and what measures which lines ran may complain of a process that ended.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("COV")}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=inherited | environment,
    )
