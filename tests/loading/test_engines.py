"""The same rows as a frame, as CSV, as Parquet, as files and by a query: the same counts.

Where a type cannot be read, every way says so in the same words.
"""

import csv
import datetime as dt
import math
from decimal import Decimal
from functools import partial

import engines
import numpy as np
import pyarrow as pa
import pytest
from engines import WAYS, N, a_table, as_files, as_frame, as_large_parquet, as_small_parquet, load, policy_in

from fateaudit.errors import ColumnError
from fateaudit.loading import Asked, load_evaluation

READ = {
    "text": ["a", "b", "", None] * 3,
    "NaN": [1.0, math.nan, 2.5, None] * 3,
    "whole numbers": [1, 2, None] * 4,
    "beyond what a float can tell": [2**60, 2**60 + 1, -(2**63), 2**63 - 1] * 3,
    "beyond 64 bits with a sign": pa.array([2**64 - 1, 2**63, 0] * 4, pa.uint64()),
    "16 bits": pa.array([-1, -2, 300] * 4, pa.int16()),
    "half floats": pa.array(np.array([0.5, 2.0, 0.25] * 4, np.float16)),
    "a dictionary of text": pa.array(["a", "b", None] * 4).dictionary_encode(),
    "a dictionary of numbers": pa.array([7, 8, None] * 4).dictionary_encode(),
    "large text": pa.array(["a", "b" * 3_000, None] * 4, pa.large_string()),
    "views of text": pa.array(["a", "b" * 30, None] * 4, pa.string_view()),
    "true or false": [True, False, None] * 4,
    "nothing at all": pa.nulls(N),
}
SAID = {
    "NaN": {("1",), ("2.5",), ("Not recorded",)},
    "beyond what a float can tell": {(f"{one}",) for one in (2**60, 2**60 + 1, -(2**63), 2**63 - 1)},
    "beyond 64 bits with a sign": {(f"{2**64 - 1}",), (f"{2**63}",), ("0",)},
    "half floats": {("0.5",), ("2",), ("0.25",)},
    "true or false": {("True",), ("False",), ("Not recorded",)},
}


@pytest.mark.parametrize("kind", READ)
def test_every_way_counts_the_same(kind, tmp_path) -> None:
    found = {name: way(tmp_path / name, a_table(READ[kind])) for name, way in WAYS.items()}

    first = found["as_frame"]
    assert first.rows == N
    assert {cell.group for cell in first.cells} == SAID.get(kind, {cell.group for cell in first.cells})
    assert all(one == first for one in found.values()), {name: one for name, one in found.items() if one != first}


@pytest.mark.parametrize("kind", ["text", "whole numbers", "true or false"])
def test_csv_counts_the_same_as_parquet(kind, tmp_path) -> None:
    table = a_table(READ[kind])
    source = policy_in(tmp_path / "csv", "rows.csv")
    with (tmp_path / "csv" / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([table.column_names, *(row.values() for row in table.to_pylist())])

    assert load(source) == as_large_parquet(tmp_path / "parquet", table)


REFUSED = {
    "decimal128": pa.array([Decimal("1.50"), None] * 6, pa.decimal128(9, 2)),
    "timestamp": pa.array([dt.datetime(2026, 1, 2), None] * 6, pa.timestamp("us")),  # noqa: DTZ001 - without a zone
    "date32": pa.array([dt.date(2026, 1, 2), None] * 6),
    "list": pa.array([["SECRET"], None] * 6),
    "struct": pa.array([{"SECRET": 1}, None] * 6),
    "binary": pa.array([b"SECRET", None] * 6),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_every_way_refuses_what_is_neither_names_nor_numbers_in_the_same_words(kind, tmp_path) -> None:
    found = {name: way(tmp_path / name, a_table(REFUSED[kind])) for name, way in WAYS.items()}

    assert set(found.values()) == {found["as_frame"]}
    error, message, hint = found["as_frame"]
    assert error is ColumnError
    assert message == f'column "group" of type {kind} cannot be read as groups in this version'
    assert hint.startswith("export it as text or whole numbers")


def test_durations_are_not_counted_as_the_numbers_that_they_are_kept_as(tmp_path) -> None:
    table = a_table(pa.array([1, 2, 3, 4] * 3, pa.duration("s")))

    for way in (as_frame, as_small_parquet, as_large_parquet, as_files):
        assert way(tmp_path / way.__name__, table)[:2] == (
            ColumnError,
            'column "group" of type duration cannot be read as groups in this version',
        )


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("way", WAYS)
def test_an_undeclared_column_that_cannot_be_groups_stops_no_audit(way, kind, tmp_path, monkeypatch) -> None:
    table = a_table(["a", "b"] * 6, None, birth_date=REFUSED[kind])
    asked = Asked(undeclared=lambda _: ["birth_date"])
    monkeypatch.setattr(engines, "load_evaluation", partial(load_evaluation, asked=asked))

    assert WAYS[way](tmp_path / "a", table).rows == N


@pytest.mark.parametrize("weights", [pa.decimal128(25, 2), pa.int8(), pa.uint64(), pa.float32(), pa.string()], ids=str)
def test_weights_of_every_type_add_up_to_the_same(weights, tmp_path) -> None:
    table = a_table(["a", "b", None] * 4, None, w=pa.array([1, 2, 3, 4] * 3).cast(weights))
    found = [way(tmp_path / name, table, columns={"weight": "w"}) for name, way in WAYS.items()]

    assert sum(cell.weight for cell in found[0].cells) == 30
    assert all(one == found[0] for one in found)
