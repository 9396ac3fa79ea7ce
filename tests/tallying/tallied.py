"""One table tallied in every way there is, and the ten lines that each is held against."""

import atexit
import json
import math
import shutil
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import a_check, a_policy_text

from fateaudit.counts import NOT_RECORDED
from fateaudit.evaluation import decide
from fateaudit.gathering import count
from fateaudit.loading import Way, datasets, load_evaluation, parquet, sources
from fateaudit.policy import read_policy
from fateaudit.tallying import adding, grouping

SEVEN = Way(batch=7)
WAYS = ("in memory", "in memory, seven rows at a time", "in Parquet", "in Parquet, seven rows at a time")


def a_source(*attributes, **changes):
    """A policy over these attributes, read from a file whose folder also has the rows."""
    sensitive = [one if isinstance(one, dict) else {"name": one, "label": one} for one in attributes]
    columns = {"sensitive": sensitive} | changes.pop("columns", {})
    check = a_check(across=[sensitive[0]["name"]])
    return _read(json.dumps(a_policy_text(check, columns=columns, dataset={"path": "rows.parquet"}, **changes)))


@cache
def _read(text):
    folder = Path(tempfile.mkdtemp(prefix="tallied-"))
    atexit.register(shutil.rmtree, folder)
    (folder / "fateaudit.yaml").write_text(text, encoding="utf-8")
    return read_policy(folder / "fateaudit.yaml")


def evaluated(source, table, how="in memory", **options):
    """Load the table in one of WAYS."""
    with pytest.MonkeyPatch.context() as patch:
        if "seven" in how:
            patch.setattr(sources, "can_group", lambda *_: False)
            patch.setattr(parquet, "can_group", lambda *_: False)
            options.setdefault("way", SEVEN)
        if "Parquet" in how:
            patch.setattr(datasets, "MOST_IN_MEMORY", 0)
            pq.write_table(table, source.folder / "rows.parquet", row_group_size=11)
        else:
            options["data"] = table
        return load_evaluation(source, options.pop("model", None), **options)[0]


def counted(source, table, how="in memory", **options):
    """How many rows each group, label and decision has."""
    counts = count(source.policy, evaluated(source, table, how, **options))
    return {(*cell.group, cell.label and cell.label.value, cell.decision.value): cell.n for cell in counts.cells}


def said(value):
    """What a value is called as a group."""
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN
        return NOT_RECORDED
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def outcome(value):
    return None if value is None else "favourable" if value == "yes" else "adverse"


def expected(rows, attributes, times=None):
    """The same by a Counter. Rows: dicts with label and prediction, or score and threshold."""
    found = Counter()
    for row in rows:
        key = (*(said(row[name]) for name in attributes), outcome(row["label"]), outcome(row["prediction"]))
        found[key] += row[times] if times else 1
    return {key: n for key, n in found.items() if n}


def with_decisions(rows, threshold, at):
    return [row | {"prediction": "yes" if decide(row["score"], threshold, at) else "no"} for row in rows]


def with_few_combinations(patch, most):
    """Let a table have no more than `most` combinations, as a hundred thousand are many."""
    from fateaudit.loading import evaluating, unusable  # noqa: PLC0415 - beside what is patched

    for module in (grouping, adding, evaluating, unusable):
        patch.setattr(module, "MANY", most)


def table_of(rows, **types):
    """A table of dicts, some columns of a given type."""
    names = list(rows[0])
    return pa.table({name: pa.array([row[name] for row in rows], types.get(name)) for name in names})
