"""Tables: text stays text, and a file format changes no count."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.counting import as_text, code, to_numbers
from fateaudit.counts import NOT_RECORDED
from fateaudit.errors import ColumnError, DamagedFileError, UnusableDataError
from fateaudit.evaluation import Binning
from fateaudit.loading.tables import read_table


def csv_of(frame):
    return read_table(frame.to_csv(index=False).encode(), "rows.csv")


def parquet_of(table):
    target = io.BytesIO()
    pq.write_table(table, target)
    return read_table(target.getvalue(), "rows.parquet")


def groups(table, name, bins=None):
    """Each row's group."""
    coded = code(name, table[name], bins)
    return np.asarray(coded.values, dtype=object)[coded.codes].tolist()


@pytest.mark.parametrize("name", ["None", "NA", "NaN", "nan", "null", "NULL", "n/a", "-", "0"])
def test_only_the_empty_field_is_missing(name) -> None:
    table = read_table(f'group,other\n{name},x\n,y\n"",z\n'.encode(), "rows.csv")

    assert groups(table, "group") == [name, NOT_RECORDED, NOT_RECORDED]


@pytest.mark.parametrize("text", ["007", "1.0", "1e3", "TRUE", "2026-11-21", "é", "a,b", 'say "x"'])
def test_text_of_a_csv_file_is_not_interpreted(text) -> None:
    table = csv_of(pd.DataFrame({"group": [text], "other": ["x"]}))

    assert groups(table, "group") == [text]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(end, mark) -> None:
    table = read_table((mark + end.join(["group,other", "a,b", "c,d", ""])).encode(), "rows.csv")

    assert table.to_pydict() == {"group": ["a", "c"], "other": ["b", "d"]}


SAME = {
    "whole numbers": ([3, 1, 2], pa.int64()),
    "small whole numbers": ([3, 1, 2], pa.uint8()),
    "whole numbers as floats": ([3, 1, 2], pa.float64()),
    "large whole numbers as floats": ([10**15, 10**12, -(10**15)], pa.float64()),
    "fractions": ([0.5, 0.25, -1.5], pa.float64()),
    "single fractions": ([0.5, 0.25, -1.5], pa.float32()),
    "truth values": ([True, False, True], pa.bool_()),
    "text": (["a", "b", "None"], pa.string()),
    "large text": (["a", "b", "None"], pa.large_string()),
    "text views": (["a", "b", "None"], pa.string_view()),
    "a dictionary": (["a", "b", "a"], pa.dictionary(pa.int8(), pa.string())),
    "a dictionary of numbers": ([1, 2, 1], pa.dictionary(pa.int8(), pa.int64())),
}


@pytest.mark.parametrize("name", SAME)
def test_csv_and_parquet_of_the_same_values_have_the_same_groups(name) -> None:
    values, kind = SAME[name]
    column = pa.array([*values, None], kind)
    text = "\n".join(["group,other", *(f"{value},x" for value in values), ",x"]) + "\n"

    from_csv = groups(read_table(text.encode(), "rows.csv"), "group")

    assert groups(parquet_of(pa.table({"group": column, "other": ["x"] * 4})), "group") == from_csv
    assert from_csv[3] == NOT_RECORDED


def test_a_column_of_nothing_is_not_recorded_in_either_format() -> None:
    assert groups(parquet_of(pa.table({"group": pa.nulls(2)})), "group") == [NOT_RECORDED] * 2
    assert groups(read_table(b"group,other\n,x\n,y\n", "rows.csv"), "group") == [NOT_RECORDED] * 2


def test_nan_in_parquet_is_missing_and_not_a_group() -> None:
    table = parquet_of(pa.table({"group": pa.array([1.0, float("nan")])}))

    assert groups(table, "group") == ["1", NOT_RECORDED]


BINS = Binning((0.0, 18.0, 25.0), ("under 18", "18 or over"))


@pytest.mark.parametrize("kind", [pa.float64(), pa.int16(), pa.string(), pa.decimal128(6, 2)])
def test_bins_are_the_same_for_every_kind_of_number(kind) -> None:
    ages = pa.array(["17", "18", "25", None]).cast(kind)

    assert groups(pa.table({"age": ages}), "age", BINS) == ["under 18", "18 or over", "18 or over", NOT_RECORDED]


def test_truth_values_are_one_and_zero_as_text_and_as_bits() -> None:
    assert to_numbers("n", pa.chunked_array([["True", "False"]])).tolist() == [1, 0]
    assert to_numbers("n", pa.chunked_array([[True, False]])).tolist() == [1, 0]


def test_a_column_without_any_number_is_named_wrongly_and_one_with_some_is_damaged() -> None:
    with pytest.raises(ColumnError, match="holds none"):
        to_numbers("n", pa.chunked_array([["secret", "word", None]]))
    with pytest.raises(UnusableDataError, match=r"in 2 of 4 rows") as refused:
        to_numbers("n", pa.chunked_array([["secret", "1.5", "1,5", None]]))
    assert "secret" not in str(refused.value)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=1))
def test_any_text_comes_back_as_it_was_written(texts) -> None:
    table = csv_of(pd.DataFrame({"group": texts, "other": "x"}))

    assert as_text(table["group"]).to_pylist() == texts


def test_a_bad_row_is_named_by_its_number_and_never_by_its_text() -> None:
    with pytest.raises(DamagedFileError) as refused:
        read_table(b"a,b\n1,2\nsecret,3,4\n", "rows.csv")

    assert refused.value.where == ("row 3 has 3 fields, the header has 2",)
    assert "secret" not in str(refused.value)


def test_a_flipped_byte_in_parquet_with_checksums_is_noticed() -> None:
    target = io.BytesIO()
    pq.write_table(
        pa.table({"a": ["white", "black"]}), target, write_page_checksum=True, compression="none", use_dictionary=False
    )
    flipped = target.getvalue().replace(b"white", b"whjte")  # in the page and in its statistics

    with pytest.raises(DamagedFileError):
        read_table(flipped, "rows.parquet")
