"""Files that are one table: kept in different ways, empty, unlike each other, and scored in several processes."""

import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engines import OUTCOMES, N, a_table, as_frame, load, policy_in, write_files

from fateaudit.artifacts import Artifact
from fateaudit.errors import UnusableDataError
from fateaudit.evaluation import Column, ColumnKind, Model
from fateaudit.gathering import count
from fateaudit.loading import Asked, Way, load_evaluation

A, B = ["a", "b", "c"] * 4, ["b"] * N


def of_files(folder, *tables):
    write_files(folder, *tables)
    return load(policy_in(folder, "rows"))


ALIKE = {
    "whole numbers of two widths": (pa.array([1, 2, 3] * 4, pa.int32()), pa.array([1, 2, 3] * 4, pa.int64())),
    "with a sign and without": (pa.array([1, 2, 3] * 4, pa.uint64()), pa.array([1, 2, -3] * 4, pa.int64())),
    "whole numbers and floats": (pa.array([1, 2, 3] * 4, pa.int64()), pa.array([1, 2, 2.5] * 4)),
    "floats of two widths": (pa.array([1, 2, 0.5] * 4, pa.float32()), pa.array([1, math.nan, 0.5] * 4)),
    "text and a dictionary": (pa.array(A), pa.array(B).dictionary_encode()),
    "text of two widths": (pa.array(A), pa.array(B, pa.large_string())),
}


@pytest.mark.parametrize("kind", ALIKE)
def test_files_may_keep_the_same_thing_in_different_ways(kind, tmp_path) -> None:
    one, other = ALIKE[kind]
    both = pa.chunked_array([one.cast(pa.string()), other.cast(pa.string())]).combine_chunks()
    together = pa.concat_tables([a_table(both.slice(0, N)), a_table(both.slice(N))])
    if pa.types.is_floating(one.type) or pa.types.is_floating(other.type):
        floats = pa.concat_arrays([one.cast(pa.float64()), other.cast(pa.float64())])
        together = together.set_column(0, "group", floats)

    assert of_files(tmp_path / "files", a_table(one), a_table(other)) == as_frame(tmp_path / "frame", together)


def test_the_order_of_columns_and_further_ones_may_differ_between_files(tmp_path) -> None:
    table = a_table(A)
    others = table.select(["prediction", "group", "label"]), table.append_column("more", pa.array(range(N)))

    found = of_files(tmp_path / "files", table, *others)

    assert found == as_frame(tmp_path / "frame", pa.concat_tables([table] * 3))


UNLIKE = {
    "text and numbers": (a_table(A), a_table(range(N)), '"group" holds text in {0} and numbers in {1}'),
    "text and dates": (a_table(A), a_table([dt.date(2026, 1, 2)] * N), '"group" holds text in {0} and dates or times'),
    "true or false and numbers": (a_table([True] * N), a_table(range(N)), "holds true or false in {0} and numbers"),
    "nothing and text": (a_table(pa.nulls(N)), a_table(A), '"group" holds nothing in {0} and text in {1}'),
    "a column less": (a_table(A), a_table(A).drop_columns(["label"]), '{1} has no column "label", and {0} has one'),
    "capitals": (
        a_table(A),
        a_table(A).rename_columns(["Group", *OUTCOMES]),
        '{1} has no column "group", and {0} has one',
    ),
}


@pytest.mark.parametrize("kind", UNLIKE)
def test_files_that_differ_are_refused_by_both_their_names(kind, tmp_path) -> None:
    first, second, said = UNLIKE[kind]

    error, message, hint = of_files(tmp_path / "a", first, first, second)

    assert error is UnusableDataError
    assert said.format("part0.parquet", "part2.parquet") in message
    assert "part2.parquet" in message
    assert hint


def test_empty_files_and_row_groups_change_nothing_whatever_their_types_say(tmp_path) -> None:
    table = a_table(A)
    untyped = pa.table({name: pa.nulls(0) for name in table.column_names})
    write_files(tmp_path, untyped, table.slice(0, 5), untyped.select(["label"]), table.slice(5))
    with pq.ParquetWriter(tmp_path / "rows" / "part9.parquet", table.schema) as writer:
        for rows in (table.slice(0, 0), table, table.slice(0, 0)):
            writer.write_table(rows)

    assert load(policy_in(tmp_path, "rows")) == as_frame(tmp_path, pa.concat_tables([table, table]))


def test_files_that_are_all_empty_have_no_rows(tmp_path) -> None:
    empty = a_table(A).slice(0, 0)

    assert of_files(tmp_path, empty, empty)[:2] == (UnusableDataError, "rows has no rows")


def test_a_query_that_finds_no_rows_has_none_either(tmp_path) -> None:
    write_files(tmp_path, a_table(A))

    found = load(policy_in(tmp_path, "duckdb:SELECT * FROM 'rows/*.parquet' WHERE false"))

    assert found[:2] == (UnusableDataError, "the query has no rows")


def test_what_is_not_finished_or_no_file_is_left_out(tmp_path) -> None:
    write_files(tmp_path, a_table(A))
    rows = tmp_path / "rows"
    for name in ("_temporary", ".hidden", "whole.parquet"):
        (rows / name).mkdir()
    for name in ("_temporary/a.parquet", ".hidden/a.parquet", "_a.parquet", ".a.parquet"):
        (rows / name).write_bytes(b"PAR1")

    assert load(policy_in(tmp_path, "rows")).rows == N


def test_names_of_files_are_no_patterns_and_names_of_folders_no_columns(tmp_path) -> None:
    for folder, name in (("group=z", "a.parquet"), ("x [1]", "[ab].parquet"), ("x [1]", "*.parquet")):
        (tmp_path / "rows" / folder).mkdir(parents=True, exist_ok=True)
        pq.write_table(a_table(A), tmp_path / "rows" / folder / name)

    found = load(policy_in(tmp_path, "rows"))

    assert found == as_frame(tmp_path, pa.concat_tables([a_table(A)] * 3))


def open_model():
    """A model that needs no file, for other processes too."""
    artifact = Artifact(role="model", name="made", media_type="", size=0, sha256="")
    inputs = Column("x", ColumnKind.NUMBER), Column("group", ColumnKind.TEXT)
    return Model(artifact, inputs, ("no", "yes"), predict, (), reopen=open_model)


def predict(table):
    score = 1 / (1 + np.exp(-table["x"].to_numpy()))
    return np.column_stack([1 - score, score])


MODELLED = {"columns": {"prediction": None}, "model": {"path": "model.skops"}}


def test_two_processes_return_what_one_does(tmp_path) -> None:
    parts = [
        a_table(["a", "", None] * 4, pa.string(), x=pa.array(np.linspace(-1, 1, N))),
        a_table(["a", "é", None] * 4, pa.large_string(), x=pa.array(range(-6, 6), pa.int8())),
        a_table(B, pa.dictionary(pa.int8(), pa.string()), x=pa.array(np.linspace(-1, 1, N), pa.float32())),
    ]
    write_files(tmp_path, parts[0], parts[0].slice(0, 0), parts[1], parts[2])
    source = policy_in(tmp_path, "rows", **MODELLED)
    asked, told = Asked(sample=20, keeps_scores=True), []

    found = [
        load_evaluation(source, open_model(), asked, Way(jobs=jobs, batch=batch, progress=lambda *at: told.append(at)))
        for jobs, batch in ((2, 5), (1, 65_536))
    ]

    (one, artifacts), (other, same) = found
    assert artifacts == same
    assert count(source.policy, one) == count(source.policy, other)
    assert one.sample(20) == other.sample(20)
    assert one.scored(["group"]).score.tolist() == other.scored(["group"]).score.tolist()
    assert {group for cell in count(source.policy, one).cells for group in cell.group} == {
        "a",
        "b",
        "é",
        "Not recorded",
    }
    assert told[2] == told[-1] == (36, 36)


def test_what_another_process_refuses_is_said_as_if_there_were_one(tmp_path) -> None:
    write_files(tmp_path, a_table(A, x=["1"] * N), a_table(A, x=["1"] * 11 + ["SECRET"]))
    source = policy_in(tmp_path, "rows", **MODELLED)

    one, two = (load(source, model=open_model(), way=Way(jobs=jobs)) for jobs in (1, 2))

    assert (
        one
        == two
        == (
            UnusableDataError,
            '"x" should hold numbers, and in 1 of 12 rows it does not',
            "mend those rows, or name another column",
        )
    )
