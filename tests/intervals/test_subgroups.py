"""The subgroup search against a plain loop, and the promise that chance names nobody."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Side
from fateaudit.intervals import RateTable, benjamini_hochberg, difference_test, holm, ratio_test, search_subgroups

few = settings(max_examples=15, deadline=None)
FOUR_FIFTHS = {"limit": 0.8, "measure": "ratio", "side": Side.MIN, "min_group_size": 30}
NAMES = ("age", "colour", "sex")


def a_table(changes=None, size=200, selected=100):
    """Three attributes of two values each; every joint group alike, but for `changes`."""
    cells = dict.fromkeys(itertools.product(["old", "young"], ["a", "b"], ["f", "m"]), (selected, size))
    return RateTable(NAMES, cells | (changes or {}))


def test_one_intersection_that_is_left_out_is_named_and_no_wider_group():
    search = search_subgroups(a_table({("old", "a", "f"): (30, 200)}), **FOUR_FIFTHS)

    assert (search.tested, search.too_few) == (6 + 12 + 8, 0)
    assert search.named[-1].group == ("old", "a", "f")
    assert search.named[-1].attributes == NAMES
    assert (search.named[-1].successes, search.named[-1].trials) == (30, 200)
    assert (search.named[-1].other_successes, search.named[-1].other_trials) == (700, 1400)


def test_a_group_that_is_left_out_is_named_before_its_parts():
    low = {group: (40, 200) for group in a_table().cells if group[2] == "f"}

    search = search_subgroups(a_table(low), **FOUR_FIFTHS)

    assert (search.named[0].attributes, search.named[0].group) == (("sex",), ("f",))
    assert [len(one.attributes) for one in search.named] == sorted(len(one.attributes) for one in search.named)
    assert all("f" in one.group for one in search.named)
    assert len(search.named) == 1 + 4 + 4


def by_loop(table, limit, measure, side, smallest):
    """p-values of all subgroups, from the rows of the table one cell at a time."""
    found = {}
    for depth in (1, 2, 3):
        for places in itertools.combinations(range(3), depth):
            recorded = {g: c for g, c in table.cells.items() if all(g[place] != NOT_RECORDED for place in places)}
            for group in sorted({tuple(g[place] for place in places) for g in recorded}):
                own = [c for g, c in recorded.items() if tuple(g[place] for place in places) == group]
                rest = [c for g, c in recorded.items() if tuple(g[place] for place in places) != group]
                counts = [sum(column) for part in (own, rest) for column in (zip(*part, strict=True) if part else ())]
                if counts[1] < smallest or len(counts) < 4:
                    continue
                test = (ratio_test if measure == "ratio" else difference_test)(*counts, limit=limit)
                p = test.p_below if side is Side.MIN else test.p_above
                found[tuple(table.attributes[place] for place in places), group] = p
    return found


@st.composite
def tables(draw):
    values = (["old", "young"], ["a", "b", NOT_RECORDED], ["f", "m"])
    sizes = {group: draw(st.integers(1, 60)) for group in itertools.product(*values) if draw(st.booleans())}
    return RateTable(NAMES, {group: (draw(st.integers(0, size)), size) for group, size in sizes.items()})


@few
@given(tables(), st.sampled_from([(0.8, "ratio", Side.MIN), (1.25, "ratio", Side.MAX), (-0.1, "difference", Side.MIN)]))
def test_the_search_is_a_loop_over_all_subgroups(table, limit):
    expected = by_loop(table, *limit, smallest=30)
    search = search_subgroups(table, limit=limit[0], measure=limit[1], side=limit[2], min_group_size=30)

    assert search.tested == len(expected)
    for one in (*search.named, *search.worth_a_look):
        assert one.p_beyond == pytest.approx(expected[one.attributes, one.group], abs=1e-12)
    if expected:
        for rule, found in ((holm, search.named), (benjamini_hochberg, (*search.named, *search.worth_a_look))):
            holding = rule(list(expected.values()), alpha=0.05)
            assert {(one.attributes, one.group) for one in found} == set(itertools.compress(expected, holding))


def test_what_does_not_pay_for_the_search_is_only_worth_a_look():
    changes = {("old", "a", "f"): (64, 200), ("young", "b", "m"): (64, 200)}

    search = search_subgroups(a_table(changes), **FOUR_FIFTHS)
    alone = ratio_test(64, 200, 664, 1400, limit=0.8)

    assert alone.p_below < 0.05
    assert not search.named
    assert {one.group for one in search.worth_a_look} <= {("old", "a", "f"), ("young", "b", "m")}


def test_chance_names_a_subgroup_in_few_audits():
    """Everybody at parity and a limit of parity: 80 audits of 18 subgroups, at most about one in twenty has a name."""
    rng = np.random.default_rng(6)
    groups = list(a_table().cells)
    drawn = rng.binomial(100, 0.4, (80, 8))
    limit = FOUR_FIFTHS | {"limit": 1.0}
    made = [RateTable(NAMES, {g: (int(x), 100) for g, x in zip(groups, row, strict=True)}) for row in drawn]

    named = np.mean([bool(search_subgroups(table, **limit, depth=2).named) for table in made])

    assert named <= 0.05 + 2 * (0.05 * 0.95 / 80) ** 0.5


def test_a_shallow_search_pays_for_fewer_subgroups():
    search = search_subgroups(a_table(), **FOUR_FIFTHS, depth=1)

    assert search.tested == 6


def test_small_subgroups_are_counted_and_not_tested():
    search = search_subgroups(a_table({("old", "a", "f"): (0, 5)}), **FOUR_FIFTHS)

    assert (search.tested, search.too_few) == (25, 1)
    assert not any(one.trials == 5 for one in (*search.named, *search.worth_a_look))


def test_a_single_value_has_nobody_to_be_compared_with():
    table = RateTable(("unit",), {("all",): (10, 100)})

    assert search_subgroups(table, **FOUR_FIFTHS).tested == 0
    assert search_subgroups(RateTable(("unit",), {}), **FOUR_FIFTHS).tested == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: search_subgroups(a_table(), **FOUR_FIFTHS, depth=4),
        lambda: search_subgroups(a_table(), **FOUR_FIFTHS, depth=0),
        lambda: search_subgroups(a_table(), **FOUR_FIFTHS | {"min_group_size": 0}),
        lambda: search_subgroups(a_table(), **FOUR_FIFTHS | {"limit": 0}),
        lambda: RateTable(("a", "a"), {}),
        lambda: RateTable(("a",), {("x", "y"): (1, 2)}),
        lambda: RateTable(("a",), {("x",): (3, 2)}),
    ],
)
def test_a_search_without_sense_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own input
        call()
