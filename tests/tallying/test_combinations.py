"""Whatever the values and wherever the rows lie: as many in each group as a Counter finds."""

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tallied import WAYS, a_source, counted, evaluated, expected, outcome, table_of

from fateaudit.errors import UnusableDataError
from fateaudit.gathering import count

VALUES = {
    "text": (st.sampled_from([None, "", "a", "Zoë", "日本", "x y", 'q"uote', "0x1", "None"]), pa.string()),
    "large text": (st.sampled_from([None, "", "a", "b"]), pa.large_string()),
    "dictionary": (st.sampled_from([None, "a", "", "b"]), pa.dictionary(pa.int8(), pa.string())),
    "whole numbers": (st.sampled_from([None, 0, -1, 7, 2**60 + 1]), pa.int64()),
    "numbers of 16 bits": (st.sampled_from([None, 0, -1, -2, 300]), pa.int16()),
    "numbers of 64 bits": (st.sampled_from([None, 0, 2**64 - 1, 2**63]), pa.uint64()),
    "floats": (st.sampled_from([None, math.nan, math.inf, -math.inf, -0.0, 0.0, 2.0, 0.1, -7.25, 1e300]), pa.float64()),
    "short floats": (st.sampled_from([None, math.nan, -0.0, 0.5, 3.0]), pa.float32()),
    "true or false": (st.sampled_from([None, True, False]), pa.bool_()),
    "nothing": (st.none(), pa.null()),
}


@st.composite
def tables(draw):
    kinds = [draw(st.sampled_from(sorted(VALUES))) for _ in range(2)]
    outcomes = st.sampled_from(["yes", "no"])
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {"group": VALUES[kinds[0]][0], "other": VALUES[kinds[1]][0], "label": st.none() | outcomes}
                | {"prediction": outcomes}
            ),
            max_size=40,
        )
    )
    # Both outcomes occur: what does not is refused, and tested elsewhere.
    rows += [{"group": None, "other": None, "label": one, "prediction": one} for one in ("yes", "no")]
    return rows, table_of(rows, group=VALUES[kinds[0]][1], other=VALUES[kinds[1]][1])


@settings(max_examples=25, deadline=None)
@given(tables())
def test_every_way_counts_what_a_counter_counts(drawn) -> None:
    rows, table = drawn
    source = a_source("group", "other")

    for how in WAYS:
        assert counted(source, table, how) == expected(rows, ["group", "other"]), how


NAMES = ['a"b', "a.b", "a`b", "a b", "rows", "select", "n", "k0", "label, x", "it's", "a[1]", "$1", "Ä", ";--", "%s"]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_a_column_may_be_called_anything(name, how) -> None:
    rows = [{name: one, "label": one, "prediction": "yes"} for one in ("yes", "no", "no")]

    assert counted(a_source(name), table_of(rows), how) == expected(rows, [name])


@pytest.mark.parametrize("how", WAYS)
def test_columns_that_only_capitals_tell_apart_are_refused_where_one_is_needed(how) -> None:
    rows = [{"Group": "x", "group": one, "label": one, "prediction": one} for one in ("yes", "no")]

    with pytest.raises(UnusableDataError, match='a column "group" and another of the same letters, number 1'):
        counted(a_source("group"), table_of(rows), how)
    others = [{"Note": "x", "note": "y"} | {key: row[key] for key in ("group", "label", "prediction")} for row in rows]
    if how.startswith("in memory"):
        assert counted(a_source("group"), table_of(others), how) == expected(others, ["group"])


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "group": st.sampled_from(["a", "b"]),
                "label": st.sampled_from(["yes", "no"]),
                "prediction": st.sampled_from(["yes", "no"]),
                "n": st.integers(0, 10**9),
                "w": st.sampled_from([1e-9, 0.1, 1.0, 2.5, 1e9]),
            }
        ),
        max_size=20,
    ),
    st.sampled_from([pa.int64(), pa.float64(), pa.uint64(), pa.decimal128(20, 0)]),
)
def test_frequencies_and_weights_add_up(rows, kind) -> None:
    rows += [{"group": "a", "label": one, "prediction": one, "n": 1, "w": 1.0} for one in ("yes", "no")]
    source = a_source("group", columns={"frequency": "n", "weight": "w"})
    sums = {}
    for row in rows:
        key = (row["group"], outcome(row["label"]), outcome(row["prediction"]))
        weight, squares = sums.get(key, (0.0, 0.0))
        sums[key] = weight + row["n"] * row["w"], squares + row["n"] * row["w"] ** 2

    for how in WAYS:
        cells = count(source.policy, evaluated(source, table_of(rows, n=kind), how)).cells
        by_key = {(*cell.group, cell.label.value, cell.decision.value): cell for cell in cells}

        assert {key: cell.n for key, cell in by_key.items()} == expected(rows, ["group"], "n")
        for key, cell in by_key.items():
            assert (cell.weight, cell.squares) == pytest.approx(sums[key], rel=1e-9)


BAD_WEIGHTS = (None, math.nan, 0.0, -1.0, math.inf, 2e9)
BAD_FREQUENCIES = (None, math.nan, 1.5, -1.0, math.inf, 1e300, 2e12)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("bad", BAD_WEIGHTS)
def test_a_weight_that_cannot_be_used_is_counted_and_refused(bad, how) -> None:
    rows = [{"group": "a", "label": one, "prediction": one, "w": 2.0} for one in ("yes", "no", "yes")]
    rows += [rows[0] | {"w": bad}]

    with pytest.raises(UnusableDataError, match='in 1 of 4 rows the weight "w" is missing, 0, negative'):
        counted(a_source("group", columns={"weight": "w"}), table_of(rows), how)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("bad", BAD_FREQUENCIES)
def test_a_frequency_that_cannot_be_used_is_counted_and_refused(bad, how) -> None:
    rows = [{"group": "a", "label": one, "prediction": one, "n": 2.0} for one in ("yes", "no", "yes")]
    rows += [rows[0] | {"n": bad}]

    with pytest.raises(UnusableDataError, match='in 1 rows the frequency "n" is missing, negative or no whole number'):
        counted(a_source("group", columns={"frequency": "n"}), table_of(rows), how)


def test_rows_that_are_not_utf_8_are_refused_in_memory_and_in_parquet() -> None:
    group = pa.array([b"\xff\xfe", b"a"], pa.binary()).view(pa.string())
    table = pa.table({"group": group, "label": ["yes", "no"], "prediction": ["yes", "no"]})

    for how in WAYS:
        with pytest.raises(UnusableDataError, match="holds text that is not UTF-8"):
            counted(a_source("group"), table, how)
