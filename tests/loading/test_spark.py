"""Rows on a real Spark cluster of this machine: the same counts, evidence, opinion and sample as anywhere else."""

import json
import shutil

import pandas as pd
import pyarrow as pa
import pytest
from conftest import NOON, SAMPLE, without_checklist
from spark_places import PREDICTIONS, Places, places_of, write_rows

from fateaudit.auditing import audit
from fateaudit.errors import FateauditError
from fateaudit.gathering import EXPLAINED_ROWS, binnings_of, count, load
from fateaudit.loading import Way
from fateaudit.models import open_model
from fateaudit.policy import read_policy

pytest_plugins = ("spark_fixtures",)

ENGINES = ("csv", "folder", "query", "spark")


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
