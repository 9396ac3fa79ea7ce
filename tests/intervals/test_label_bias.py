"""Tipping points against a forward model of wrong labels, and fewest labels against every set of labels."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fateaudit.evidence import Side
from fateaudit.intervals import (
    Confusion,
    JudgedLimit,
    LabelError,
    NoTippingPoint,
    TippingPoint,
    UndefinedRatioError,
    corrected_rate,
    fewest_labels,
    ratio_test,
    tipping_point,
    turning_error,
)

few = settings(max_examples=60, deadline=None)

E0, E1 = LabelError
RATES = [
    "true_positive_rate",
    "false_negative_rate",
    "false_positive_rate",
    "true_negative_rate",
    "positive_predictive_value",
    "accuracy",
]
WORKED = Confusion(true_positive=60, false_negative=40, false_positive=90, true_negative=310)
"""a1 60, a0 40, b1 90, b0 310"""


def six(value):
    """Worked values are printed to six decimals."""
    return pytest.approx(value, abs=5.1e-7)


def by_hand(rate, tp, fn, fp, tn):
    """The rates in the words of a textbook; None where the denominator is 0."""
    counted, among = {
        "true_positive_rate": (tp, tp + fn),
        "false_negative_rate": (fn, tp + fn),
        "false_positive_rate": (fp, fp + tn),
        "true_negative_rate": (tn, fp + tn),
        "positive_predictive_value": (tp, tp + fp),
        "accuracy": (tp + tn, tp + fn + fp + tn),
    }[rate]
    return Fraction(counted) / Fraction(among) if among else None


def a_reference(numerator, denominator, rate):
    """A table whose `rate` is the given one, and so large that it takes many wrong labels to move."""
    rest = 10 * (denominator - numerator), 10 * numerator
    return {
        "true_positive_rate": Confusion(rest[1], rest[0], 0, 0),
        "false_positive_rate": Confusion(0, 0, rest[1], rest[0]),
        "positive_predictive_value": Confusion(rest[1], 0, rest[0], 0),
    }[rate]


@pytest.mark.parametrize(
    ("rate", "error", "reference", "value", "largest"),
    [
        ("true_positive_rate", E0, (80, 100), 0.023529, 0.114286),  # target .8 x .8 = .64
        ("false_positive_rate", E1, (15, 100), 0.266667, 0.6),  # target 1.25 x .15 = .1875
        ("positive_predictive_value", E1, (60, 100), 0.166667, 0.6),  # target .48
        ("positive_predictive_value", E0, (45, 100), 0.0625, 0.114286),  # target .36
    ],
)
def test_the_worked_tipping_points(rate, error, reference, value, largest):
    limit = 1.25 if rate == "false_positive_rate" else 0.8
    found = tipping_point(rate, WORKED, a_reference(*reference, rate), limit=limit, measure="ratio", error=error)

    assert found == TippingPoint(error, "group", six(value), six(largest))


def test_the_worked_error_of_the_false_positive_rate_leaves_136_true_positives():
    e1 = 0.266667
    assert (60 + 40) / (1 - e1) == pytest.approx(136.3636, abs=1e-3)
    assert corrected_rate("false_positive_rate", WORKED, e1=4 / 15)[0] == six(0.1875)


def test_seven_labels_are_the_fewest_that_reach_the_worked_target():
    # Against a reference too large to move: .8 x .8 = .64.
    reference = Confusion(80_000, 20_000, 0, 0)

    assert fewest_labels("true_positive_rate", WORKED, reference, limit=0.8, measure="ratio", side=Side.MIN) == 7


def test_errors_of_the_other_kind_do_not_matter():
    reference = Confusion(80, 20, 10, 90)

    for rate, error in (("true_positive_rate", E1), ("false_positive_rate", E0)):
        found = tipping_point(rate, WORKED, reference, limit=0.8, measure="ratio", error=error)
        assert found is NoTippingPoint.NO_ERROR


def test_the_smaller_of_the_two_places_is_reported():
    small, large = Confusion(60, 40, 90, 310), Confusion(800, 200, 100, 900)

    in_reference = tipping_point("true_positive_rate", small, large, limit=0.8, measure="ratio", error=E0)
    swapped = tipping_point("true_positive_rate", large, small, limit=1.25, measure="ratio", error=E0)

    assert in_reference.place == "group"
    assert swapped.place == "reference"
    assert swapped.value == pytest.approx(in_reference.value)


@pytest.mark.parametrize("rate", ["selection_rate", "adverse_rate"])
def test_a_rate_without_labels_does_not_depend_on_them(rate):
    limit = JudgedLimit("ratio", 0.8, Side.MIN, 0.05, 0.05)

    assert tipping_point(rate, WORKED, WORKED, limit=0.8, measure="ratio", error=E0) == NoTippingPoint.NO_LABELS
    assert fewest_labels(rate, WORKED, WORKED, limit=0.8, measure="ratio", side=Side.MIN) == NoTippingPoint.NO_LABELS
    assert turning_error(rate, WORKED, WORKED, limit, error=E0) == NoTippingPoint.NO_LABELS


def test_exactly_four_fifths_is_at_the_limit_not_beside_it():
    group, reference = Confusion(48, 52, 1, 1), Confusion(60, 40, 1, 1)

    found = tipping_point("true_positive_rate", group, reference, limit=0.8, measure="ratio", error=E0)

    assert found is NoTippingPoint.AT_LIMIT


# A forward model: true rows, and labels that err


cells = st.integers(1, 400)
confusions = st.builds(Confusion, cells, cells, cells, cells)
limits = st.sampled_from([("ratio", 0.8), ("ratio", 1.25), ("difference", 0.1), ("difference", -0.05)])


def true_rows(table, e0, e1):
    """Solve for the true rows of each decision, of which the recorded ones are the expectation under the errors."""
    rows = {}
    for decision, (positive, negative) in {
        1: (table.true_positive, table.false_positive),
        0: (table.false_negative, table.true_negative),
    }.items():
        rows[decision] = np.linalg.solve([[1 - e1, e0], [e1, 1 - e0]], [positive, negative])
    return rows[1][0], rows[0][0], rows[1][1], rows[0][1]


def compare(one, other, measure):
    return one / other if measure == "ratio" else one - other


@few
@given(st.sampled_from(RATES), confusions, confusions, limits, st.sampled_from([E0, E1]))
def test_at_the_tipping_point_the_true_rows_stand_exactly_at_the_limit(rate, group, reference, limit, error):
    measure, bound = limit
    found = tipping_point(rate, group, reference, limit=bound, measure=measure, error=error)
    assume(isinstance(found, TippingPoint))
    assume(found.value < 0.999 * found.largest)

    errors = (found.value, 0) if error is E0 else (0, found.value)
    tables = {"group": group, "reference": reference}
    true = {place: true_rows(table, *(errors if place == found.place else (0, 0))) for place, table in tables.items()}

    assert 0 < found.value <= found.largest
    assert min(true[found.place]) >= -1e-6
    there = compare(by_hand_float(rate, true["group"]), by_hand_float(rate, true["reference"]), measure)
    assert there == pytest.approx(bound, rel=1e-6, abs=1e-9)


def by_hand_float(rate, rows):
    return float(by_hand(rate, *(Fraction(float(row)) for row in rows)))


@few
@given(st.sampled_from(RATES), st.tuples(confusions, confusions), limits, st.sampled_from([E0, E1]), st.floats(0.01, 1))
def test_below_the_tipping_point_no_error_changes_the_side(rate, tables, limit, error, share):
    measure, bound = limit
    found = tipping_point(rate, *tables, limit=bound, measure=measure, error=error)
    assume(found is not NoTippingPoint.AT_LIMIT)
    observed = compare(*(by_hand_float(rate, cells_of(table)) for table in tables), measure)

    for place in (0, 1):
        tip = found.value if isinstance(found, TippingPoint) else 1
        at = 0.999 * share * min(possible(tables[place], error), tip)
        errors = [(0, 0), (0, 0)]
        errors[place] = (at, 0) if error is E0 else (0, at)
        true = [true_rows(table, *wrong) for table, wrong in zip(tables, errors, strict=True)]
        assert (compare(*(by_hand_float(rate, rows) for rows in true), measure) > bound) == (observed > bound)


def possible(table, error):
    """The largest error that leaves no negative number of true rows."""
    pairs = (table.true_positive, table.false_positive), (table.false_negative, table.true_negative)
    return min((a if error is E0 else b) / (a + b) for a, b in pairs)


def cells_of(table):
    return table.true_positive, table.false_negative, table.false_positive, table.true_negative


@few
@given(st.sampled_from(RATES), confusions, st.floats(0, 0.9), st.floats(0, 0.9))
def test_the_corrected_rate_is_that_of_the_true_rows(rate, table, share0, share1):
    e0, e1 = share0 * possible(table, E0), share1 * possible(table, E1)
    assume(e0 + e1 < 0.95)
    true = true_rows(table, e0, e1)
    assume(min(true) >= 0)

    p, trials = corrected_rate(rate, table, e0=e0, e1=e1)

    assert p == pytest.approx(by_hand_float(rate, true), rel=1e-9)
    assert trials >= 0


@pytest.mark.parametrize("rate", RATES)
def test_without_error_the_effective_trials_are_the_recorded_ones(rate):
    p, trials = corrected_rate(rate, WORKED)

    expected = by_hand(rate, 60, 40, 90, 310)
    sizes = dict(zip(RATES, (100, 100, 400, 400, 150, 500), strict=True))
    assert p == pytest.approx(float(expected))
    assert trials == pytest.approx(sizes[rate])


@pytest.mark.parametrize(("rate", "e0", "e1"), [(RATES[0], 0.05, 0), (RATES[2], 0, 0.2), (RATES[4], 0.05, 0.1)])
def test_the_effective_trials_are_those_of_redrawn_tables(rate, e0, e1):
    rng = np.random.default_rng(5)
    drawn = rng.multinomial(5000, [0.12, 0.08, 0.18, 0.62], size=20_000)
    selected, others = drawn[:, 0] + drawn[:, 2], drawn[:, 1] + drawn[:, 3]
    positive = np.stack([drawn[:, 0] - e0 * selected, drawn[:, 1] - e0 * others])
    negative = np.stack([drawn[:, 2] - e1 * selected, drawn[:, 3] - e1 * others])
    rates = {
        RATES[0]: positive[0] / positive.sum(0),
        RATES[2]: negative[0] / negative.sum(0),
        RATES[4]: positive[0] / (positive[0] + negative[0]),
    }[rate]

    p, trials = corrected_rate(rate, Confusion(600, 400, 900, 3100), e0=e0, e1=e1)

    assert rates.mean() == pytest.approx(p, abs=2e-3)
    assert rates.var() == pytest.approx(p * (1 - p) / trials, rel=0.05)


def test_a_rate_of_zero_without_error_keeps_its_trials():
    assert corrected_rate("true_positive_rate", Confusion(0, 30, 5, 5)) == (0, 30)


def test_an_error_that_leaves_no_positives_at_one_end_still_leaves_rows():
    """e0 = a1/N1 moves the rate to 0, where p(1 - p) is 0 and the spread is not."""
    p, trials = corrected_rate("true_positive_rate", Confusion(20, 80, 180, 120), e0=0.1)

    assert p == pytest.approx(0, abs=1e-12)
    assert 5 < trials < 100


# Fewest labels, against every set of labels


def turned(rate, before, after, limit):
    """Whether the verdict on the figure differs; an undefined figure turns nothing."""
    measure, bound, side = limit

    def verdict(pair):
        one, other = (by_hand(rate, *table) for table in pair)
        if one is None or other is None or (measure == "ratio" and one == other == 0):
            return None
        above = one - bound * other if measure == "ratio" else one - other - bound
        return above >= 0 if side is Side.MIN else above <= 0

    then = verdict(after)
    return then is not None and then != verdict(before)


def brute_force(rate, group, reference, limit):
    """Try every number of turned labels in each of the eight cells."""
    before = (cells_of(group), cells_of(reference))

    def relabel(table, flips):
        tp, fn, fp, tn = table
        a, b, c, d = flips
        return tp - a + c, fn - b + d, fp - c + a, tn - d + b

    fewest = None
    for one in itertools.product(*(range(n + 1) for n in before[0])):
        for other in itertools.product(*(range(n + 1) for n in before[1])):
            number = sum(one) + sum(other)
            if (fewest is None or number < fewest) and turned(
                rate, before, (relabel(before[0], one), relabel(before[1], other)), limit
            ):
                fewest = number
    return fewest


tiny = st.builds(Confusion, *[st.integers(0, 3)] * 4)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RATES), tiny, st.builds(Confusion, *[st.integers(0, 2)] * 4), limits, st.sampled_from(Side))
def test_the_fewest_labels_are_those_found_by_trying_all(rate, group, reference, limit, side):
    measure, bound = limit[0], Fraction(str(limit[1]))
    rates = [by_hand(rate, *cells_of(table)) for table in (group, reference)]
    assume(None not in rates)
    assume(measure == "difference" or any(rates))

    expected = brute_force(rate, group, reference, (measure, bound, side))

    found = fewest_labels(rate, group, reference, limit=limit[1], measure=measure, side=side)
    assert found == (NoTippingPoint.NO_ERROR if expected is None else expected)


def test_in_a_large_table_one_label_less_does_not_turn_it():
    group, reference = Confusion(60_000, 40_000, 90_000, 310_000), Confusion(80_000, 20_000, 50_000, 450_000)

    found = fewest_labels("true_positive_rate", group, reference, limit=0.8, measure="ratio", side=Side.MIN)

    # Removing failures of the group is the quickest: 60000 / (100000 - k) >= .64.
    assert found == 6250


def test_exactly_at_the_limit_one_label_is_enough():
    group, reference = Confusion(48, 52, 50, 50), Confusion(60, 40, 50, 50)

    assert fewest_labels("true_positive_rate", group, reference, limit=0.8, measure="ratio", side=Side.MIN) == 1


# The verdict of the test


def test_the_error_that_turns_a_tested_verdict_leaves_it_unchanged_just_below():
    group, reference = Confusion(500, 500, 900, 3100), Confusion(800, 200, 500, 4500)
    limit = JudgedLimit("ratio", 0.8, Side.MIN, 0.05, 0.05)
    assert limit.verdict((500, 1000), (800, 1000)) == -1

    found = turning_error("true_positive_rate", group, reference, limit, error=E0)

    assert found.place == "group"
    point = tipping_point("true_positive_rate", group, reference, limit=0.8, measure="ratio", error=E0)
    assert 0 < found.value < point.value  # "cannot tell" comes before the figure is at the limit
    for factor, is_beyond in ((0.98, True), (1.02, False)):
        p, n = corrected_rate("true_positive_rate", group, e0=found.value * factor)
        p_beyond = ratio_test(round(p * n), round(n), 800, 1000, limit=0.8).p_below
        assert (p_beyond <= 0.05) is is_beyond


def test_a_verdict_on_an_upper_limit_is_turned_in_the_reference_too():
    group, reference = Confusion(100, 100, 300, 700), Confusion(1000, 1000, 2000, 8000)
    limit = JudgedLimit("ratio", 1.25, Side.MAX, 0.05, 0.05)
    assert limit.verdict((300, 1000), (2000, 10_000)) == -1

    found = turning_error("false_positive_rate", group, reference, limit, error=E1)

    assert isinstance(found, TippingPoint)
    assert 0 < found.value <= found.largest


def test_no_error_turns_what_it_does_not_touch():
    limit = JudgedLimit("ratio", 0.8, Side.MIN, 0.05, 0.05)
    reference = Confusion(800, 200, 500, 4500)

    assert turning_error("true_positive_rate", WORKED, reference, limit, error=E1) == NoTippingPoint.NO_ERROR


@pytest.mark.parametrize(
    "call",
    [
        lambda: Confusion(1, 2, 3, -1),
        lambda: Confusion(1, 2, 3, 0.5),
        lambda: tipping_point("precision", WORKED, WORKED, limit=0.8, measure="ratio", error=E0),
        lambda: tipping_point("accuracy", WORKED, WORKED, limit=0, measure="ratio", error=E0),
        lambda: tipping_point(RATES[0], Confusion(0, 0, 1, 1), WORKED, limit=0.8, measure="ratio", error=E0),
        lambda: corrected_rate("accuracy", WORKED, e0=0.6, e1=0.5),
        lambda: corrected_rate("accuracy", WORKED, e0=0.3),
        lambda: corrected_rate(RATES[0], Confusion(0, 0, 1, 1)),
        lambda: corrected_rate(RATES[0], Confusion(10, 10, 10, 10), e0=0.5),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - each message names its own input
        call()


def test_a_ratio_of_nothing_to_nothing_is_undefined():
    none = Confusion(0, 10, 5, 5)
    with pytest.raises(UndefinedRatioError):
        tipping_point("true_positive_rate", none, none, limit=0.8, measure="ratio", error=E0)
