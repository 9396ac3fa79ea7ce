"""One pass over the rows gives the same table as a Counter."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from conftest import ADV, FAV
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.counting import as_text, code, count, to_numbers
from fateaudit.counts import NOT_RECORDED
from fateaudit.errors import ColumnError, PolicyError, UnusableDataError
from fateaudit.evaluation import Binning

SIDES = {1: FAV, 0: ADV, -1: None}
ROW = st.tuples(
    st.sampled_from(["x", "y", "None", "NA", None]), st.sampled_from(["p", "q"]), st.sampled_from([-1, 0, 1]),
    st.sampled_from([0, 1]), st.floats(0, 1),
)  # fmt: skip


def bins_of(scores):
    """The bin that each score is in, counted by hand."""
    return np.array([min(int(score * 50), 49) if 0 <= score <= 1 else -1 for score in scores], np.int16)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=60))
def test_cells_equal_a_counter_over_the_rows(rows) -> None:
    one, two, label, decision, score = zip(*rows, strict=True)
    coded = [code("one", pa.chunked_array([list(one)], pa.string()), None), code("two", pa.chunked_array([two]), None)]
    counts = count(coded, np.array(label, np.int8), np.array(decision, np.int8), bins=bins_of(score))
    expected = Counter(
        ((a or NOT_RECORDED, b), SIDES[y], SIDES[d]) for a, b, y, d in zip(one, two, label, decision, strict=True)
    )

    assert {(cell.group, cell.label, cell.decision): cell.n for cell in counts.cells} == expected
    assert counts.rows == len(rows)
    assert list(counts.cells) == sorted(counts.cells, key=lambda c: (c.group, c.label or "", c.decision))
    for attribute in ("one", "two"):
        assert sum(sum(h.n) for h in counts.histograms if h.attribute == attribute) == len(rows)


def test_the_number_of_possible_groups_may_be_larger_than_any_integer() -> None:
    """70 attributes of two values: the product of their sizes does not fit into 64 bits."""
    random = np.random.default_rng(7)
    columns = [random.integers(0, 2, 400) for _ in range(70)]
    coded = [code(f"a{place}", pa.chunked_array([column.astype(str)]), None) for place, column in enumerate(columns)]
    label, decision = random.integers(0, 2, (2, 400)).astype(np.int8)
    counts = count(coded, label, decision)

    for place, column in enumerate(columns):
        cells = counts.by_group((f"a{place}",))[("1",)]
        assert sum(cell.n for cell in cells) == column.sum()
        assert sum(cell.n for cell in cells if cell.label is FAV) == (column & label).sum()


def test_more_groups_than_can_be_shown_are_refused() -> None:
    coded = [code(f"a{place}", pa.chunked_array([np.arange(20_000) // 10**place % 10]), None) for place in range(5)]
    nothing = np.zeros(20_000, np.int8)

    with pytest.raises(PolicyError, match="more than 5,000 groups"):
        count(coded, nothing, nothing)


@pytest.mark.parametrize(
    "values", [["Black", "black"], ["Black", "Black "], ["Black", "Black\u200b"], ["\ufb01x", "fix"]]
)
def test_groups_that_a_reader_cannot_tell_apart_are_refused(values) -> None:
    with pytest.raises(UnusableDataError, match="differ only in"):
        groups(values, None)


def test_scores_fall_into_fifty_equal_bins_and_one_is_in_the_last() -> None:
    coded = [code("a", pa.chunked_array([["g"] * 4]), None)]
    bins = bins_of([0.0, 0.02, 0.999, 1.0])
    (histogram,) = count(coded, np.zeros(4, np.int8), np.zeros(4, np.int8), bins=bins).histograms

    assert histogram.edges == "equal:50"
    assert histogram.label is ADV
    assert (histogram.n[0], histogram.n[1], histogram.n[49], sum(histogram.n)) == (1, 1, 2, 4)


def test_scores_that_are_not_probabilities_are_not_published() -> None:
    """Bins from the smallest to the largest score would give away both."""
    coded = [code("a", pa.chunked_array([["g"] * 2]), None)]

    assert count(coded, np.zeros(2, np.int8), np.zeros(2, np.int8), bins=bins_of([-3.0, 7.0])).histograms == ()


AGES = Binning((0, 18, 60, 120), ("under 18", "18 to 59", "60 or over"))


def groups(values, binning=AGES):
    coded = code("age", pa.chunked_array([values]), binning)
    return [coded.values[number] for number in coded.codes]


def test_a_bin_holds_its_lower_edge_and_the_last_bin_both() -> None:
    expected = ["under 18", "under 18", "18 to 59", "60 or over", "60 or over", NOT_RECORDED]

    assert groups([0, 17, 18, 60, 120, None]) == expected
    assert groups(["0", "17", "18", "60", "120", ""]) == expected
    assert groups([0.0, 17.9, 18.0, 60.0, 120.0, float("nan")]) == expected


def test_values_that_say_unknown_are_not_a_group() -> None:
    assert groups(["x", "Unknown", "", "n/a"], Binning(not_recorded=("Unknown", "n/a"))) == ["x", *[NOT_RECORDED] * 3]
    assert groups(["17", "999", None], Binning(AGES.edges, AGES.names, ("999",))) == ["under 18", *[NOT_RECORDED] * 2]
    assert groups([17, 999, None], Binning(AGES.edges, AGES.names, ("999",))) == ["under 18", *[NOT_RECORDED] * 2]


@pytest.mark.parametrize("values", [[-1, 5], [5, 121]])
def test_a_row_outside_the_bins_is_refused_not_dropped(values) -> None:
    with pytest.raises(PolicyError, match="1 rows lie outside"):
        groups(values)


def test_text_in_a_numeric_attribute_is_refused_without_quoting_it() -> None:
    with pytest.raises(UnusableDataError) as caught:
        groups(["17", "SECRET"])
    assert "SECRET" not in str(caught.value)


def test_many_different_numbers_need_bins_and_few_do_not() -> None:
    with pytest.raises(PolicyError, match="11 different numbers"):
        groups([str(number) for number in range(11)], None)
    assert len(set(groups([str(number) for number in range(10)], None))) == 10


def test_a_column_of_identifiers_is_not_an_attribute() -> None:
    with pytest.raises(PolicyError, match="201 different values"):
        groups([f"id{number}" for number in range(201)], None)


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([1, None, 3]), ["1", None, "3"]),
        (pa.array([1.0, 2.5, None]), ["1", "2.5", None]),
        (pa.array([True, False, None]), ["True", "False", None]),
        (pa.array(["None", "NA", "", None]), ["None", "NA", None, None]),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"]),
        (pa.array(["a"], pa.large_string()), ["a"]),
    ],
)
def test_the_same_group_reads_the_same_whatever_the_columns_type(array, text) -> None:
    assert as_text(pa.chunked_array([array])).to_pylist() == text


@pytest.mark.parametrize("kind", [pa.date32(), pa.decimal128(5, 2), pa.list_(pa.int8()), pa.binary()])
def test_types_that_are_not_groups_are_refused(kind) -> None:
    with pytest.raises(ColumnError):
        as_text(pa.chunked_array([pa.nulls(1, kind)]))


def test_numbers_are_read_with_missing_ones_as_nan() -> None:
    assert np.array_equal(
        to_numbers("n", pa.chunked_array([[" 1", "2.5", None]])), np.array([1, 2.5, np.nan]), equal_nan=True
    )
