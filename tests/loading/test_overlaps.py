"""Rows that the model was trained on are found exactly, wherever the rows lie; what cannot be told is not told."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import a_policy_text
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.errors import (
    ColumnError,
    DamagedFileError,
    PolicyError,
    RefusedModelError,
    UnusableDataError,
    UsageError,
)
from fateaudit.loading import datasets, load_evaluation
from fateaudit.loading.digests import write_digests
from fateaudit.loading.overlapping import Trained, count_overlap
from fateaudit.loading.sources import TableSource
from fateaudit.policy import read_policy

SALT = "a salt that both have"
ROWS = 60
PLANTED = 7


def ids(numbers):
    return [f"case {number}" for number in numbers]


def a_table(named, **others):
    length = len(named)
    outcomes = {"label": ["yes", "no"] * length, "prediction": ["yes", "yes", "no"] * length}
    columns = {name: values[:length] for name, values in outcomes.items()}
    return pa.table(
        {"case": pa.array(named), "group": ["a", "b"] * (length // 2) + ["a"] * (length % 2)} | columns | others
    )


def write_csv(path, **columns):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def a_source(folder, training, path="rows.parquet", **changes):
    policy = a_policy_text(dataset={"path": path}, training=training, **changes)
    policy["columns"] |= {"train_id": "case"} | changes.get("columns", {})
    (folder / "fateaudit.yaml").write_text(json.dumps(policy, indent=1), encoding="utf-8")
    return read_policy(folder / "fateaudit.yaml")


def overlap(folder, training, table=None, path="rows.parquet", data=None, **changes):
    if table is not None:
        pq.write_table(table, folder / "rows.parquet", row_group_size=11)
    evaluation, artifacts = load_evaluation(a_source(folder, training, path, **changes), None, data=data)
    assert [one.name for one in artifacts if one.role == "training"] == [training["path"]]
    found = evaluation.overlap
    return found.rows, found.inside, found.unnamed, found.known, found.by


@pytest.fixture
def planted(tmp_path):
    """Sixty rows, seven of which are among 40 rows of training, given as ids and as digests."""
    trained = ids([*range(PLANTED), *range(1_000, 1_033)])
    write_csv(tmp_path / "train.csv", case=trained, x=["1"] * len(trained))
    (tmp_path / "t.digests").write_bytes(write_digests(trained, SALT))
    return tmp_path


def of_table(folder, training, table):
    return overlap(folder, training, table)


def of_pieces(folder, training, table):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "MOST_IN_MEMORY", 0)
        return overlap(folder, training, table)


def of_csv(folder, training, table):
    write_csv(folder / "rows.csv", **table.to_pydict())
    return overlap(folder, training, path="rows.csv")


def of_large_csv(folder, training, table):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "MOST_IN_MEMORY", 0)
        return of_csv(folder, training, table)


def of_files(folder, training, table):
    (folder / "rows").mkdir()
    for place in range(3):
        pq.write_table(table.slice(20 * place, 20), folder / "rows" / f"part{place}.parquet")
    return overlap(folder, training, path="rows")


def of_query(folder, training, table):
    pq.write_table(table, folder / "rows.parquet")
    return overlap(folder, training, path="duckdb:SELECT * FROM 'rows.parquet'")


def of_frame(folder, training, table):
    return overlap(folder, training, data=table.to_pandas())


WAYS = (of_table, of_pieces, of_csv, of_large_csv, of_files, of_query, of_frame)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("by", ["ids", "digests"])
def test_rows_of_training_are_counted_exactly_wherever_they_lie(way, by, planted) -> None:
    training = {"path": "train.csv"} if by == "ids" else {"path": "t.digests", "salt": SALT}

    assert way(planted, training, a_table(ids(range(ROWS)))) == (ROWS, PLANTED, 0, 40, by)


def test_rows_that_are_new_are_none_of_training(planted) -> None:
    assert overlap(planted, {"path": "train.csv"}, a_table(ids(range(500, 560))))[:3] == (60, 0, 0)


def test_a_row_that_stands_twice_counts_twice_and_one_without_an_id_not_at_all(planted) -> None:
    table = a_table(["case 0", "CASE 0", None, "", "  ", "case 900"])

    assert overlap(planted, {"path": "train.csv"}, table)[:3] == (6, 2, 3)


def test_a_row_that_stands_for_many_counts_as_many(planted) -> None:
    table = a_table(["case 0", "case 900", "case 901"], times=[3, 4, 0])

    assert overlap(planted, {"path": "train.csv"}, table, columns={"frequency": "times"})[:3] == (7, 3, 0)


def test_numbers_in_one_file_and_text_in_the_other_are_the_same_ids(tmp_path) -> None:
    write_csv(tmp_path / "train.csv", case=["7", "008", "9.0", "11"], x=[1] * 4)

    assert overlap(tmp_path, {"path": "train.csv"}, a_table([7, 8, 9, 10]))[:4] == (4, 3, 0, 4)


@settings(max_examples=30)
@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_what_is_found_is_what_two_sets_share(own, trained) -> None:
    known = Trained(frozenset(ids(trained)), None)
    found = known.score(pa.table({"case": pa.array(ids(sorted(own)), pa.string())}))

    assert found.sum() == len(own & trained)


def test_no_training_data_is_no_overlap_of_nought(tmp_path) -> None:
    (tmp_path / "fateaudit.yaml").write_text(
        json.dumps(a_policy_text(dataset={"path": "rows.parquet"})), encoding="utf-8"
    )
    pq.write_table(a_table(ids(range(8))), tmp_path / "rows.parquet")
    evaluation, artifacts = load_evaluation(read_policy(tmp_path / "fateaudit.yaml"), None)

    assert evaluation.overlap is None
    assert [one.role for one in artifacts] == ["dataset"]


def refused(folder, training, kind, table=None, **changes):
    with pytest.raises(kind) as raised:
        overlap(folder, training, a_table(ids(range(8))) if table is None else table, **changes)
    return str(raised.value)


def test_a_wrong_salt_is_refused_and_is_not_printed(planted) -> None:
    said = refused(planted, {"path": "t.digests", "salt": "a salt that nobody has"}, PolicyError)

    assert "another salt" in said
    assert "fateaudit.yaml:" in said
    assert "nobody has" not in said


def test_digests_without_a_salt_and_a_salt_without_digests_are_refused(planted) -> None:
    assert "does not say what they were made with" in refused(planted, {"path": "t.digests"}, PolicyError)
    assert "a salt means nothing there" in refused(planted, {"path": "train.csv", "salt": SALT}, PolicyError)


def test_another_file_than_the_pinned_one_is_refused(planted) -> None:
    assert "not what the policy pins" in refused(planted, {"path": "train.csv", "sha256": "0" * 64}, RefusedModelError)


def test_a_damaged_file_or_none_is_told_without_a_value(planted) -> None:
    content = (planted / "t.digests").read_bytes()
    (planted / "t.digests").write_bytes(content[:-40])

    assert "cannot be relied on" in refused(planted, {"path": "t.digests", "salt": SALT}, DamagedFileError)
    assert "does not exist" in refused(planted, {"path": "nothing.csv"}, UsageError)
    (planted / "train.csv").write_bytes(b"\x80\x04 a pickle")
    assert "case" not in refused(planted, {"path": "train.csv"}, DamagedFileError)


def test_a_column_that_is_missing_or_empty_is_told(planted) -> None:
    table = a_table(ids(range(8)))
    said = refused(
        planted, {"path": "train.csv"}, ColumnError, table.rename_columns(["cases", *table.column_names[1:]])
    )

    assert '"case" is not in rows.parquet' in said
    write_csv(planted / "train.csv", kase=ids(range(3)), x=[1, 2, 3])
    assert 'column "case" is not in train.csv' in refused(planted, {"path": "train.csv"}, ColumnError)
    write_csv(planted / "train.csv", case=["", ""], x=[1, 2])
    assert 'no row of train.csv has a value in "case"' in refused(planted, {"path": "train.csv"}, UnusableDataError)


def test_dates_are_no_ids(planted) -> None:
    table = a_table(ids(range(8))).set_column(0, "case", pa.array([1] * 8, pa.date32()))

    assert "cannot be read as groups" in refused(planted, {"path": "train.csv"}, ColumnError, table)


@pytest.mark.parametrize(
    "training",
    [
        {"path": "train.csv", "salt": "too short"},
        {"path": "train.csv", "salt": 1234567890123456},
        {"path": ""},
        {},
        {"path": "train.csv", "sha256": "0" * 63},
        {"path": "train.csv", "rows": 3},
        ["train.csv"],
        "train.csv",
    ],
)
def test_what_is_no_setting_of_training_is_refused_with_its_line(training, tmp_path) -> None:
    with pytest.raises(PolicyError) as raised:
        a_source(tmp_path, training)
    assert "fateaudit.yaml:" in str(raised.value)


def test_half_of_what_it_takes_is_refused(tmp_path) -> None:
    with pytest.raises(PolicyError, match="no column by which rows are found"):
        a_source(tmp_path, {"path": "train.csv"}, columns={"train_id": None})
    with pytest.raises(PolicyError, match="and the policy names none"):
        a_source(tmp_path, None)


def test_rows_that_change_between_two_readings_are_refused(planted) -> None:
    source, rows = a_source(planted, {"path": "train.csv"}), TableSource(a_table(ids(range(60))))

    assert count_overlap(rows, source, "the query", 60)[0].inside == PLANTED
    with pytest.raises(UnusableDataError, match="gave 61 rows, and 60 when it was read again"):
        count_overlap(rows, source, "the query", 61)
