"""Missing-attribute bounds against every way to place the rows, tried one by one."""

import itertools
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fateaudit.intervals import UndefinedRatioError, missing_bounds, worst_missing_bounds

few = settings(max_examples=60, deadline=None)
exact = {"rel": 1e-12, "abs": 1e-12}


def test_the_worked_bounds():
    observed = (12 / 40) / (48 / 80)

    low, high = missing_bounds((12, 40), (48, 80), (10, 25), measure="ratio")

    assert observed == 0.5
    assert (low, high) == pytest.approx((0.338558, 0.870833), abs=5.1e-7)


def shares(items, groups):
    """Every way to give `items` like rows to `groups` groups."""
    for cuts in itertools.combinations_with_replacement(range(items + 1), groups - 1):
        yield [b - a for a, b in itertools.pairwise((0, *cuts, items))]


def every_placement(counts, missing):
    """The counts of all groups after each possible placement; rows alike in outcome are interchangeable."""
    successes, trials = missing
    for up in shares(successes, len(counts)):
        for down in shares(trials - successes, len(counts)):
            yield [(x + u, n + u + d) for (x, n), u, d in zip(counts, up, down, strict=True)]


def compared(one, other, measure):
    if measure == "difference":
        return one[0] / one[1] - other[0] / other[1]
    if other[0] == 0:
        return math.inf if one[0] else None
    return (one[0] / one[1]) / (other[0] / other[1])


def worst(counts, measure):
    rates = [x / n for x, n in counts]
    if measure == "difference":
        return max(rates) - min(rates)
    return min(rates) / max(rates) if max(rates) else None


@st.composite
def counts(draw, smallest=1, largest=7):
    n = draw(st.integers(smallest, largest))
    return draw(st.integers(0, n)), n


measures = st.sampled_from(["ratio", "difference"])


@few
@given(counts(), counts(), st.none() | counts(), counts(smallest=0, largest=6), measures)
def test_the_bounds_are_the_extremes_over_every_placement(group, reference, third, missing, measure):
    groups = [group, reference] + ([third] if third else [])
    values = [compared(placed[0], placed[1], measure) for placed in every_placement(groups, missing)]
    values = [value for value in values if value is not None]
    assume(values)

    assert missing_bounds(group, reference, missing, measure=measure) == (
        pytest.approx(min(values), **exact),
        pytest.approx(max(values), **exact),
    )


@few
@given(st.lists(counts(), min_size=2, max_size=4), counts(smallest=0, largest=4), measures)
def test_the_worst_pair_lies_within_its_bounds_and_reaches_the_far_one(groups, missing, measure):
    values = [worst(placed, measure) for placed in every_placement(groups, missing)]
    values = [value for value in values if value is not None]
    assume(values)

    low, high = worst_missing_bounds(groups, missing, measure=measure)

    assert low <= min(values) + 1e-12
    assert high >= max(values) - 1e-12
    if measure == "ratio":
        assert low == pytest.approx(min(values), **exact)
    else:
        assert high == pytest.approx(max(values), **exact)


@few
@given(counts(largest=500), counts(largest=500), measures)
def test_nothing_missing_leaves_the_observed_figure(group, reference, measure):
    observed = compared(group, reference, measure)
    assume(observed is not None)

    assert missing_bounds(group, reference, (0, 0), measure=measure) == (
        pytest.approx(observed, **exact),
        pytest.approx(observed, **exact),
    )


def test_two_groups_are_their_own_worst_pair():
    assert worst_missing_bounds([(12, 40), (48, 80)], (10, 25), measure="ratio") == pytest.approx(
        (0.338558, 0.870833), abs=5.1e-7
    )


def test_a_third_group_without_success_makes_the_smallest_ratio_zero():
    assert worst_missing_bounds([(0, 10), (0, 20), (5, 10)], (0, 3), measure="ratio") == (0, 0)


def test_missing_rows_can_make_a_ratio_to_nothing():
    assert missing_bounds((0, 10), (0, 10), (1, 1), measure="ratio") == (0, math.inf)


@pytest.mark.parametrize(
    "call",
    [
        lambda: missing_bounds((0, 10), (0, 10), (0, 5), measure="ratio"),
        lambda: worst_missing_bounds([(0, 10), (0, 10), (0, 3)], (0, 5), measure="ratio"),
    ],
)
def test_no_success_anywhere_has_no_ratio(call):
    with pytest.raises(UndefinedRatioError):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: missing_bounds((0, 0), (1, 10), (1, 5), measure="difference"),
        lambda: missing_bounds((1, 10), (11, 10), (1, 5), measure="ratio"),
        lambda: missing_bounds((1, 10), (1, 10), (6, 5), measure="ratio"),
        lambda: missing_bounds((1, 10), (1, 10), (1, math.inf), measure="ratio"),
        lambda: worst_missing_bounds([(1, 10)], (1, 5), measure="ratio"),
    ],
)
def test_what_is_no_count_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own number
        call()
