"""Rows that lie in several places at once, each with a policy that names it."""

import json
import warnings
from itertools import pairwise

import pandas as pd
import pyarrow.parquet as pq
from conftest import a_check, a_policy_text

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


def places_of(predicted, cluster, folder, changes):
    """The same with a policy of its own."""
    changed = json.loads(json.dumps(a_policy_text(*changes.get("checks", []))))
    changed["columns"] |= changes["columns"]
    changed["columns"] = {name: value for name, value in changed["columns"].items() if value is not None}
    for name in ("rows", "evaluation.csv"):
        (folder / name).symlink_to(predicted / name)
    text = json.dumps(changed, indent=1).replace('"path": "rows.csv"', "path: rows.csv")
    return Places(folder, text, "path: rows.csv", cluster.master)


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
