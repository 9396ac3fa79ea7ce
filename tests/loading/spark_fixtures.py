"""A pytest plugin: the one cluster of all tests on Spark, the one session of their process, and rows for both."""

import warnings

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from spark_cluster import Cluster
from spark_places import write_rows


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
