"""Reversals in two published tables, and against a plain loop over random ones."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.counts import NOT_RECORDED
from fateaudit.intervals import RateTable, find_reversals

unhurried = settings(deadline=None)

# Bickel, Hammel and O'Connell (1975), the six largest departments: admitted, rejected. R ships it as UCBAdmissions.
BERKELEY = {
    ("men", "A"): (512, 313),
    ("men", "B"): (353, 207),
    ("men", "C"): (120, 205),
    ("men", "D"): (138, 279),
    ("men", "E"): (53, 138),
    ("men", "F"): (22, 351),
    ("women", "A"): (89, 19),
    ("women", "B"): (17, 8),
    ("women", "C"): (202, 391),
    ("women", "D"): (131, 244),
    ("women", "E"): (94, 299),
    ("women", "F"): (24, 317),
}
# Radelet (1981), Florida 1976-77: defendant, victim: sentenced to death, not.
FLORIDA = {
    ("white", "white victim"): (19, 132),
    ("white", "Black victim"): (0, 9),
    ("Black", "white victim"): (11, 52),
    ("Black", "Black victim"): (6, 97),
}
# Radelet and Pierce (1991), Florida 1976-87.
FLORIDA_LATER = {
    ("white", "white victim"): (53, 414),
    ("white", "Black victim"): (0, 16),
    ("Black", "white victim"): (11, 37),
    ("Black", "Black victim"): (4, 139),
}


def a_table(attributes, cells):
    return RateTable(attributes, {group: (yes, yes + no) for group, (yes, no) in cells.items()})


def test_berkeley_admitted_fewer_women_and_more_in_four_of_six_departments():
    (found,) = find_reversals(a_table(("sex", "department"), BERKELEY))

    assert (found.attribute, found.stratified_by) == ("sex", "department")
    assert (found.lower, found.lower_count) == ("women", (557, 1835))  # 30 %
    assert (found.higher, found.higher_count) == ("men", (1198, 2691))  # 45 %
    assert found.difference == pytest.approx(-0.141645, abs=5e-7)
    assert [one.value for one in found.strata if one.difference > 0] == ["A", "B", "D", "F"]
    assert found.share == pytest.approx(3024 / 4526)
    assert not found.in_every_stratum
    # Freedman, Pisani and Purves standardise the same table: 39 % of men, 43 % of women.
    assert found.adjusted_difference == pytest.approx(0.43 - 0.39, abs=0.005)


@pytest.mark.parametrize(
    ("cells", "lower", "higher"),
    [
        (FLORIDA, (17, 166), (19, 160)),
        (FLORIDA_LATER, (15, 191), (53, 483)),
    ],
)
def test_florida_sentenced_white_defendants_more_often_and_less_for_either_victim(cells, lower, higher):
    found = find_reversals(a_table(("defendant", "victim"), cells))[0]

    assert (found.lower, found.lower_count) == ("Black", lower)
    assert (found.higher, found.higher_count) == ("white", higher)
    assert (found.attribute, found.stratified_by) == ("defendant", "victim")
    assert found.in_every_stratum
    assert found.adjusted_difference > 0


def test_a_stratum_that_is_too_small_is_left_out_of_both_sides():
    found = find_reversals(a_table(("defendant", "victim"), FLORIDA), min_group_size=10)

    assert found == ()


@st.composite
def tables(draw):
    values = (["x", "y", NOT_RECORDED], ["1", "2", "3"])
    cells = {}
    for group in itertools.product(*values):
        size = draw(st.integers(0, 12))
        cells[group] = (draw(st.integers(0, size)), size)
    return RateTable(("one", "two"), cells)


def by_loop(table):
    """x and y stratified by `two`, in the words of the definition."""
    strata = {
        value: [table.cells[group, value] for group in ("x", "y")]
        for value in ("1", "2", "3")
        if all(table.cells[group, value][1] for group in ("x", "y"))
    }
    if not strata:
        return None
    x, y = ([sum(both[i][k] for both in strata.values()) for k in (0, 1)] for i in (0, 1))
    overall = Fraction(*x) - Fraction(*y)
    gaps = [(Fraction(*a) - Fraction(*b), a[1] + b[1]) for a, b in strata.values()]
    rows = sum(n for _, n in gaps)
    adjusted = sum(gap * n for gap, n in gaps) / rows
    against = sum(n for gap, n in gaps if gap * overall < 0)
    return overall * adjusted < 0 and 2 * against > rows


@settings(max_examples=400, deadline=None)
@given(tables())
def test_a_reversal_is_the_opposite_order_in_most_rows_and_on_average(table):
    found = [one for one in find_reversals(table) if (one.attribute, one.stratified_by) == ("one", "two")]

    assert bool(found) == bool(by_loop(table))
    for one in found:
        assert one.difference < 0 < one.adjusted_difference
        assert one.share > 0.5
        assert one.in_every_stratum == all(stratum.difference > 0 for stratum in one.strata)
        assert NOT_RECORDED not in {one.lower, one.higher}


@unhurried
@given(tables())
def test_names_and_order_of_the_groups_do_not_matter(table):
    renamed = {"x": "b", "y": "a", NOT_RECORDED: NOT_RECORDED}
    other = RateTable(("one", "two"), {(renamed[g], v): c for (g, v), c in reversed(table.cells.items())})

    def of(found):
        return sorted(
            (one.attribute, one.difference, one.adjusted_difference, one.share)
            for one in found
            if one.attribute == "one"
        )

    assert of(find_reversals(table)) == of(find_reversals(other))


def test_without_a_second_attribute_or_rows_there_is_nothing_to_reverse():
    assert find_reversals(RateTable(("one",), {("x",): (1, 2), ("y",): (1, 3)})) == ()
    assert find_reversals(RateTable(("one", "two"), {})) == ()
    with pytest.raises(ValueError, match="at least one trial"):
        find_reversals(RateTable(("one", "two"), {}), min_group_size=0)
