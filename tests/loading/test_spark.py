"""Rows on a real Spark cluster of this machine: the same counts, evidence, opinion and sample as anywhere else."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOON, SAMPLE, a_check, a_policy_text, without_checklist
from pyspark.sql import SparkSession
from spark_cluster import Cluster

from fateaudit.auditing import audit
from fateaudit.errors import AuditFailedError, FateauditError, MissingLibraryError, UsageError
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.gathering import EXPLAINED_ROWS, binnings_of, count, load
from fateaudit.loading import Way, open_model, spark_session
from fateaudit.loading.spark import Task, of_frame, open_spark, tally_partition
from fateaudit.policy import read_policy
from fateaudit.tallying import Key, Wanted

# One process runs all of them: it has the one cluster, and the one session that a process can have.
pytestmark = pytest.mark.xdist_group("spark")

ENGINES = ("csv", "folder", "query", "spark")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("spark"))
    try:
        started.start()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in started.environment.items():
                patch.setenv(name, value)
            yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def session(cluster):
    """A session such as a user of Python has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = SparkSession.builder.master(f"spark://{cluster.master}").appName("a user's own").getOrCreate()
        yield made
        made.stop()


def write_rows(table, folder):
    """Write a table as four files of which one is empty, each of several row groups."""
    folder.mkdir()
    ends = [0, table.num_rows // 5, table.num_rows // 2, table.num_rows // 2, table.num_rows]
    for place, (start, end) in enumerate(pairwise(ends)):
        pq.write_table(table.slice(start, end - start), folder / f"{place}.parquet", row_group_size=150)


class Places:
    """A policy for each place where the same rows lie."""

    def __init__(self, folder, text, path_line, master):
        paths = {
            "csv": "evaluation.csv",
            "folder": "rows",
            "query": f"duckdb:SELECT * FROM '{folder}/rows/*.parquet'",  # noqa: S608 - the test's own folder
            "spark": f"spark://{master}/{folder / 'rows'}",
        }
        self.paths = {name: folder / f"{name}.yaml" for name in paths}
        for name, path in paths.items():
            self.paths[name].write_text(text.replace(path_line, f"path: {json.dumps(path)}"), encoding="utf-8")


@pytest.fixture(scope="session")
def places(tmp_path_factory, cluster):
    """The shipped sample."""
    folder = tmp_path_factory.mktemp("places") / "sample"
    shutil.copytree(SAMPLE, folder)
    write_rows(pa.Table.from_pandas(pd.read_csv(folder / "evaluation.csv")), folder / "rows")
    text = without_checklist((folder / "fateaudit.yaml").read_text(encoding="utf-8"))
    pinned = text[text.index("  path: evaluation.csv") : text.index("  provenance:")]
    return Places(folder, text.replace(pinned, "  path: evaluation.csv\n"), "path: evaluation.csv", cluster.master)


def loaded(policy):
    """What is counted, and the rows drawn, as bytes."""
    source = read_policy(policy)
    with open_model(source) as model:
        evaluation, _ = load(source, model, Way())
        names = [attribute.name for attribute in source.policy.columns.sensitive]
        drawn = evaluation.sample(EXPLAINED_ROWS, attributes=names, bins=binnings_of(source.policy))
        counted = count(source.policy, evaluation)
        undeclared = [evaluation.counts([name], {}).model_dump_json() for name in evaluation.others]
    return [counted.model_dump_json(), *undeclared], as_bytes(drawn)


def as_bytes(table):
    target = pa.BufferOutputStream()
    with pa.ipc.new_stream(target, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return target.getvalue().to_pybytes()


def said(record):
    """What a record says, but for what names the files."""
    content = json.loads(record.model_dump_json())
    for name in ("artifacts", "audit_id"):
        del content[name]
    del content["policy"]["dataset"]["path"]
    return json.dumps(content)


@pytest.mark.usefixtures("session")
def test_counts_and_sampled_rows_are_the_same_to_the_byte(places):
    counted, drawn = loaded(places.paths["csv"])

    assert len(drawn) > 100_000
    for engine in ENGINES[1:]:
        assert loaded(places.paths[engine]) == (counted, drawn), engine


def test_an_audit_says_the_same_wherever_the_rows_lie(places, session):
    said_of = {engine: said(audit(path, clock=NOON)) for engine, path in places.paths.items()}
    rows = pd.read_csv(places.paths["csv"].parent / "evaluation.csv")
    said_of["pandas"] = said(audit(places.paths["csv"], clock=NOON, data=rows))
    frame = session.read.parquet(str(places.paths["csv"].parent / "rows")).repartition(5)
    said_of["frame"] = said(audit(places.paths["csv"], clock=NOON, data=frame))

    assert '"verdict"' in said_of["csv"]
    for engine, text in said_of.items():
        assert text == said_of["csv"], engine


PREDICTIONS = {
    "score": {"columns": {"score": "score", "prediction": None}},
    "weight": {"columns": {"weight": "weight"}},
    "frequency": {"columns": {"frequency": "times"}},
    "scores of rows": {
        "columns": {"score": "score", "prediction": None, "weight": "weight"},
        "checks": [a_check(), a_check(id="F-02", metric="auc_difference", limit={"max": 0.1})],
    },
    "bins": {
        "columns": {"sensitive": [{"name": "age", "label": "Age", "bins": [0, 30, 60, 120]}]},
        "checks": [a_check(across=["age"])],
    },
}


@pytest.fixture(scope="session")
def predicted(tmp_path_factory):
    """A folder of rows with predictions, and columns of every kind that counts."""
    folder = tmp_path_factory.mktemp("predicted")
    draw = np.random.default_rng(1)
    rows = 2_000
    group = draw.choice(["a", "b", "ç"], rows)
    table = pa.table(
        {
            "group": pa.array(group, mask=draw.random(rows) < 0.05),
            "other": pa.array(draw.integers(0, 4, rows), mask=draw.random(rows) < 0.05),
            "age": np.round(draw.uniform(18, 90, rows), 1),
            "label": draw.choice(["yes", "no"], rows),
            "prediction": draw.choice(["yes", "no"], rows),
            "score": draw.random(rows),
            "weight": draw.uniform(0.1, 3, rows),
            "times": draw.integers(0, 5, rows),
            "day": pa.array([19_000] * rows, pa.date32()),
            "at": pa.array([10**15] * rows, pa.timestamp("us")),
            "money": pa.array([1] * rows, pa.int64()).cast(pa.decimal128(21, 2)),
            "list": pa.array([[1]] * rows),
            "holes": pa.array(draw.random(rows), mask=draw.random(rows) < 0.1),
            "empty": pa.array([None] * rows, pa.string()),
        }
    )
    write_rows(table, folder / "rows")
    table.drop_columns(["list"]).to_pandas().to_csv(folder / "evaluation.csv", index=False)
    return folder


def places_of(predicted, cluster, folder, changes):
    """The same with a policy of its own."""
    changed = json.loads(json.dumps(a_policy_text(*changes.get("checks", []))))
    changed["columns"] |= changes["columns"]
    changed["columns"] = {name: value for name, value in changed["columns"].items() if value is not None}
    for name in ("rows", "evaluation.csv"):
        (folder / name).symlink_to(predicted / name)
    text = json.dumps(changed, indent=1).replace('"path": "rows.csv"', "path: rows.csv")
    return Places(folder, text, "path: rows.csv", cluster.master)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("changes", PREDICTIONS.values(), ids=PREDICTIONS)
def test_predictions_are_judged_the_same(predicted, cluster, tmp_path, changes):
    places = places_of(predicted, cluster, tmp_path, changes)

    said_of = {engine: said(audit(places.paths[engine], clock=NOON)) for engine in ("csv", "folder", "spark")}

    assert said_of["spark"] == said_of["folder"] == said_of["csv"]


REFUSED = {
    "a favourable value that is not there": {"favourable": "Yes"},
    "a column that is not there": {"label": "lable"},
    "dates": {"sensitive": [{"name": "day", "label": "Day"}]},
    "times": {"sensitive": [{"name": "at", "label": "At"}]},
    "decimals": {"sensitive": [{"name": "money", "label": "Money"}]},
    "lists": {"sensitive": [{"name": "list", "label": "List"}]},
    "a missing weight": {"weight": "holes"},
    "a missing score": {"score": "holes", "prediction": None},
    "a broken frequency": {"frequency": "score"},
    "predictions of something else": {"prediction": "other"},
    "a label of many values": {"label": "age"},
    "a label of nothing": {"label": "empty"},
    "text for numbers": {"weight": "group"},
    "missing groups": {"missing": "error"},
    "numbers outside the bins": {"sensitive": [{"name": "age", "label": "Age", "bins": [0, 30]}]},
}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("columns", REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_rows_reads_the_same(predicted, cluster, tmp_path, columns):
    places = places_of(predicted, cluster, tmp_path, {"columns": columns})

    told = {engine: refusal(places.paths[engine]) for engine in ("folder", "spark")}

    assert told["spark"] == told["folder"]


def refusal(policy):
    """The error of an audit: its kind and its text, with one name for each place."""
    with pytest.raises(FateauditError) as caught:
        audit(policy, clock=NOON)
    text = str(caught.value).replace("the Spark table", "rows").replace("0.parquet", "rows")
    return type(caught.value), text.replace(policy.name, "fateaudit.yaml")


SMALL = Wanted((Key("group"),), ("other",), label="label", prediction="prediction")
SCORED = replace(SMALL, inputs=(Column("other", ColumnKind.NUMBER),))


def small_rows(rows=9):
    names = ["a", "b", "c"]
    return pd.DataFrame(
        {
            "group": [names[place % 3] for place in range(rows)],
            "other": [place % 2 for place in range(rows)],
            "label": ["yes", "no", "yes"] * (rows // 3),
            "prediction": ["no", "yes", "yes"] * (rows // 3),
            "secret": [f"case {place}" for place in range(rows)],
        }
    )


def frame_of(session, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return session.createDataFrame(rows)


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
    way = Way(score=slow(), reopen=slow)
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
    opened = []

    def reopen():
        opened.append(1)
        return lambda inputs: np.ones(inputs.num_rows)

    batches = pa.Table.from_pandas(small_rows()).to_batches()
    for task in ("one", "one", "two"):
        assert list(tally_partition(Task(SCORED, 5, reopen, task), batches))

    assert len(opened) == 2


def test_a_table_is_named_by_its_name_or_path(cluster, session, predicted):
    frame_of(session, small_rows()).createOrReplaceTempView("arrests")

    assert "group" in open_spark(f"spark://{cluster.master}/arrests").columns
    assert "weight" in open_spark(f"spark://{cluster.master}/{predicted / 'rows'}").columns
    for missing in ("nothing", "/nowhere/at/all"):
        with pytest.raises(UsageError, match="Spark knows no such table or path"):
            open_spark(f"spark://{cluster.master}/{missing}")


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
    """Run a script in a process of its own, which no session was started in."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )
