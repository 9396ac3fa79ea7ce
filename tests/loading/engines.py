"""The same rows as a frame, as Parquet of two sizes, as files and by a query."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import a_policy_text

from fateaudit.errors import FateauditError
from fateaudit.gathering import count
from fateaudit.loading import datasets, load_evaluation
from fateaudit.policy import read_policy

N = 12
OUTCOMES = {"label": ["yes", "no", "yes"] * 4, "prediction": ["yes", "yes", "no", "no"] * 3}


def a_table(group, type_=None, **others):
    return pa.table({"group": pa.array(group, type_)} | OUTCOMES | others)


def policy_in(folder, path, **changes):
    folder.mkdir(exist_ok=True)
    file = folder / "fateaudit.yaml"
    file.write_text(json.dumps(a_policy_text(dataset={"path": path}, **changes)), encoding="utf-8")
    return read_policy(file)


def load(source, **options):
    """The counts, or the error without the place in the policy."""
    try:
        return count(source.policy, load_evaluation(source, options.pop("model", None), **options)[0])
    except FateauditError as error:
        return type(error), error.message, error.hint


def as_frame(folder, table, **changes):
    return load(policy_in(folder, "rows.parquet", **changes), data=table)


def as_small_parquet(folder, table, **changes):
    source = policy_in(folder, "rows.parquet", **changes)
    pq.write_table(table, folder / "rows.parquet")
    return load(source)


def as_large_parquet(folder, table, **changes):
    source = policy_in(folder, "rows.parquet", **changes)
    pq.write_table(table, folder / "rows.parquet", row_group_size=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "MOST_IN_MEMORY", 0)
        return load(source)


def write_files(folder, *tables):
    rows = folder / "rows"
    rows.mkdir(parents=True)
    for number, table in enumerate(tables):
        pq.write_table(table, rows / f"part{number}.parquet")


def as_files(folder, table, **changes):
    write_files(folder, table.slice(0, 5), table.slice(5, 0), table.slice(5))
    return load(policy_in(folder, "rows", **changes))


def as_query(folder, table, **changes):
    write_files(folder, table.slice(0, 5), table.slice(5))
    return load(policy_in(folder, "duckdb:SELECT * FROM 'rows/*.parquet'", **changes))


WAYS = {way.__name__: way for way in (as_frame, as_small_parquet, as_large_parquet, as_files, as_query)}
