"""Scores at, above and beside the threshold; numbers on the edges of bins, between them and outside."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tallied import (
    WAYS,
    a_source,
    counted,
    evaluated,
    expected,
    said,
    table_of,
    with_decisions,
    with_few_combinations,
)

from fateaudit.counts import NOT_RECORDED
from fateaudit.errors import ColumnError, PolicyError, UnusableDataError
from fateaudit.gathering import count

JUST_BELOW, JUST_ABOVE = math.nextafter(0.3, 0), math.nextafter(0.3, 1)


def scored(at=">=", **columns):
    return a_source(
        "group", columns={"prediction": None, "score": "score"} | columns, decision={"threshold": 0.3, "at": at}
    )


def rows_with(scores):
    return [{"group": "ab"[n % 2], "label": ("yes", "no")[n % 3 % 2], "score": one} for n, one in enumerate(scores)]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, -0.0, 0.1, JUST_BELOW, 0.3, JUST_ABOVE, 0.999, 1.0, 1.5, -2.0]), min_size=2),
    st.sampled_from([">=", ">"]),
)
def test_a_score_is_decided_as_python_compares_it(scores, at) -> None:
    rows = rows_with(scores)

    for how in WAYS:
        assert counted(scored(at), table_of(rows), how) == expected(with_decisions(rows, 0.3, at), ["group"]), how


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.02, 0.1, 0.3, 0.5, 0.99, 1.0]) | st.floats(0, 1), min_size=2, max_size=30))
def test_a_histogram_has_every_score_in_its_fiftieth(scores) -> None:
    bins = [0] * 50
    for one in scores:
        bins[min(int(one * 50), 49)] += 1

    for how in WAYS:
        histograms = count(scored().policy, evaluated(scored(), table_of(rows_with(scores)), how)).histograms

        assert [sum(column) for column in zip(*(one.n for one in histograms), strict=True)] == bins, how


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("outside", [1.0000001, -1e-9])
def test_one_score_outside_0_to_1_leaves_no_histogram(outside, how) -> None:
    table = table_of(rows_with([0.1, 0.5, 1.0, outside]))

    assert count(scored().policy, evaluated(scored(), table, how)).histograms == ()


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None])
@pytest.mark.parametrize("rest", [[0.1, 0.9, 0.5], [0.5, 0.5, 0.5], [7.0, -3.0, 0.0]])
def test_a_score_that_is_no_number_is_refused_and_never_decided(rest, bad, how) -> None:
    with pytest.raises(UnusableDataError, match='1 of 4 values of "score" are missing, not a number or infinite'):
        counted(scored(), table_of(rows_with([*rest, bad])), how)


EDGES = (0.0, 30.0, 50.0)
BINNED = {"name": "age", "label": "Age", "bins": list(EDGES)}
ON_AND_BETWEEN = [None, math.nan, 0.0, -0.0, 29.0, math.nextafter(30, 0), 30.0, 49.0, 50.0]
KINDS = {
    "floats": float,
    "text": lambda value: None if said(value) == NOT_RECORDED else f" {value!r} ",
    "whole numbers": lambda value: None if said(value) == NOT_RECORDED else int(value),
}
TYPES = {"floats": [pa.float64()], "text": [pa.string()], "whole numbers": [pa.int64(), pa.int16(), pa.uint8()]}
TYPES["whole numbers"].append(pa.decimal128(9, 2))


def cut(value):
    if said(value) == NOT_RECORDED:
        return None
    return "under 30" if value < 30 else "30 or over"


def binned(values):
    """Rows by age, and the same rows by the group of that age."""
    rows = [
        {"age": one, "label": ("yes", "no")[n % 2], "prediction": ("yes", "no")[n % 3 % 2]}
        for n, one in enumerate(values)
    ]
    return rows, [row | {"age": cut(row["age"])} for row in rows]


@pytest.mark.parametrize("most", [100_000, 6], ids=["few combinations", "too many combinations"])
@pytest.mark.parametrize(("kind", "type_"), [(kind, one) for kind, types in TYPES.items() for one in types], ids=str)
def test_a_number_on_an_edge_is_in_the_upper_bin_and_the_last_edge_in_the_last(kind, type_, most, monkeypatch) -> None:
    values = [None if one is None else KINDS[kind](one) for one in ON_AND_BETWEEN]
    numbers = [one if kind != "text" or one is None else float(one) for one in values]
    rows, groups = binned(numbers * 3)
    table = table_of([row | {"age": one} for row, one in zip(rows, values * 3, strict=True)], age=type_)
    with_few_combinations(monkeypatch, most)
    # Two bins and missing, by label and decision, are 12: more than there may be even once they are cut.
    source = a_source(BINNED)

    for how in WAYS:
        if most == 6:
            with pytest.raises(ColumnError, match="form more than 6 combinations"):
                counted(source, table, how)
        else:
            assert counted(source, table, how) == expected(groups, ["age"]), how


@pytest.mark.parametrize("type_", [pa.float64(), pa.string(), pa.int16(), pa.decimal128(9, 2)], ids=str)
def test_too_many_numbers_are_cut_while_they_are_read(type_, monkeypatch) -> None:
    rows, groups = binned([*range(51), None, None])
    written = [row | {"age": str(row["age"]) if row["age"] and type_ == pa.string() else row["age"]} for row in rows]
    written = [row | {"age": "0"} if type_ == pa.string() and row["age"] == 0 else row for row in written]
    with_few_combinations(monkeypatch, 12)

    for how in WAYS:
        assert counted(a_source(BINNED), table_of(written, age=type_), how) == expected(groups, ["age"]), how


@pytest.mark.parametrize("how", WAYS)
def test_nan_among_too_many_numbers_is_missing_and_in_no_bin(how, monkeypatch) -> None:
    rows, groups = binned([*map(float, range(51)), math.nan, math.nan])
    with_few_combinations(monkeypatch, 12)

    assert counted(a_source(BINNED), table_of(rows), how) == expected(groups, ["age"])


@pytest.mark.parametrize("most", [100_000, 12])
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("outside", [-0.5, 50.5, math.inf, -math.inf])
def test_numbers_outside_the_bins_are_counted_and_refused(outside, how, most, monkeypatch) -> None:
    rows, _ = binned([*map(float, range(51)), outside, outside])
    with_few_combinations(monkeypatch, most)

    with pytest.raises(PolicyError, match='2 rows lie outside the bins of "age"'):
        counted(a_source(BINNED), table_of(rows), how)


@pytest.mark.parametrize("most", [100_000, 12])
@pytest.mark.parametrize("how", WAYS)
def test_words_among_too_many_numbers_are_counted_and_not_shown(how, most, monkeypatch) -> None:
    rows, _ = binned(range(53))
    rows = [row | {"age": one} for row, one in zip(rows, [*map(str, range(51)), "SECRET", "1_0"], strict=True)]
    with_few_combinations(monkeypatch, most)

    with pytest.raises(UnusableDataError, match="in 2 of 53 rows it does not") as refused:
        counted(a_source(BINNED), table_of(rows), how)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("how", WAYS)
def test_too_many_groups_without_bins_are_refused_by_their_number(how, monkeypatch) -> None:
    rows = [{"group": f"g{n}", "label": one, "prediction": one} for n in range(20) for one in ("yes", "no")]
    with_few_combinations(monkeypatch, 30)

    with pytest.raises(ColumnError, match="form more than 30 combinations"):
        counted(a_source("group"), table_of(rows), how)


@pytest.mark.parametrize("how", WAYS)
def test_a_label_of_too_many_values_is_what_is_refused(how, monkeypatch) -> None:
    rows = [{"group": "a", "label": f"{n}", "prediction": "yes"} for n in range(40)]
    with_few_combinations(monkeypatch, 30)

    with pytest.raises(ColumnError, match='the label "label" has more than 3 different values'):
        counted(a_source("group"), table_of(rows), how)
