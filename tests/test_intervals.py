"""Intervals and claims against published worked values and against oracles written here in a few lines."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from fateaudit.intervals import (
    UndefinedRatioError,
    alpha_of,
    difference_bounds,
    difference_test,
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    proportion_bounds,
    proportion_test,
    ratio_bounds,
    ratio_test,
    wilson,
    worst_pair,
)
from fateaudit.intervals.claims import NORMAL_FROM
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Table, score
from fateaudit.intervals.worst_pair import range_quantile

INF = math.inf

# A speed is a benchmark, never a timed test: no deadline on a busy machine.
unhurried = settings(deadline=None)
few = settings(max_examples=40, deadline=None)


def six(*values):
    """Worked values are printed to six decimals."""
    return pytest.approx(values if len(values) > 1 else values[0], abs=5.1e-7)


@st.composite
def counts(draw, largest=60):
    n = draw(st.integers(1, largest))
    return draw(st.integers(0, n)), n


tables = st.tuples(counts(), counts()).map(lambda pair: (*pair[0], *pair[1]))
small_tables = st.tuples(counts(12), counts(12)).map(lambda pair: (*pair[0], *pair[1]))
confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
alphas = st.sampled_from([0.05, 0.0125, 0.001])


# Worked values


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.255289, 0.366210),
        (15, 148, 0.062386, 0.160487),
        (0, 20, 0, 0.161125),
        (1, 29, 0.006113, 0.171755),
        (100, 200, 0.431361, 0.568639),
        (0.3 * 500 / 3, 500 / 3, 0.235575, 0.373437),  # weighted rows: an effective number of trials
    ],
)
def test_wilson_gives_the_published_interval(x, n, low, high):
    assert wilson(x, n) == six(low, high)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.052431, 0.333873),
        ((9, 10, 3, 10), 0.170523, 0.809018),
        ((10, 10, 0, 20), 0.679086, 1),
        ((7, 34, 1, 34), 0.018921, 0.340369),
    ],
)
def test_newcombe_gives_the_published_interval(table, low, high):
    assert newcombe(*table) == six(low, high)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((7, 34, 1, 34), 0.027042, 0.345291),
        ((56, 70, 48, 80), 0.052830, 0.338173),
        ((9, 10, 3, 10), 0.170025, 0.840650),
        ((12, 40, 48, 80), -0.462683, -0.111025),
    ],
)
def test_the_difference_of_miettinen_and_nurminen_gives_the_published_interval(table, low, high):
    assert miettinen_nurminen_difference(*table) == six(low, high)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((7, 34, 1, 34), 1.208568, 43.032972),
        ((56, 70, 48, 80), 1.079047, 1.672145),
        ((9, 10, 3, 10), 1.327957, 8.691915),
        ((12, 40, 48, 80), 0.292673, 0.795257),
        ((81, 263, 15, 148), 1.849832, 5.092667),
        ((0, 20, 48, 80), 0, 0.272265),
        ((10, 10, 0, 20), 6.032810, INF),
    ],
)
def test_the_ratio_of_miettinen_and_nurminen_gives_the_published_interval(table, low, high):
    assert miettinen_nurminen_ratio(*table) == six(low, high)


ONE_SIDED = [  # x, n, z, p_beyond, p_within, lower bound at .05, upper bound at .0125
    (30, 150, -1.082094, 0.139874, 0.861490, 0.495288, 0.956111),
    (40, 160, 0.275864, 0.614155, 0.387998, 0.646515, 1.137670),
    (66, 220, 1.873778, 0.968094, 0.032235, 0.820740, 1.286452),
    (6, 60, -2.496818, 0.003811, 0.996317, 0.163763, 0.712474),
]


@pytest.mark.parametrize("row", ONE_SIDED)
def test_a_lower_limit_is_judged_by_the_e_test_and_printed_with_its_inversion(row):
    x, n, z, beyond, within, low, high = row
    test = ratio_test(x, n, 240, 800, limit=0.8)

    assert (test.z, test.p_below, test.p_above) == six(z, beyond, within)
    assert ratio_bounds(x, n, 240, 800, alpha_low=0.05, alpha_high=0.0125) == six(low, high)


def test_the_lower_limit_is_not_met_and_names_the_group_of_sixty():
    beyond = [ratio_test(x, n, 240, 800, limit=0.8).p_below for x, n, *_ in ONE_SIDED]

    assert min(beyond) <= 0.0125
    assert multipletests(beyond, 0.05, method="holm")[0].tolist() == [False, False, False, True]


def test_the_normal_tail_would_be_nearly_twice_too_large_for_six_in_sixty():
    assert stats.norm.cdf(ratio_test(6, 60, 240, 800, limit=0.8).z) == six(0.006266)


def test_nine_in_sixty_cannot_be_told_although_the_ratio_is_one_half():
    test = ratio_test(9, 60, 240, 800, limit=0.8)

    assert (test.z, test.p_below) == six(-1.598889, 0.050819)


def test_none_in_twenty_is_beyond_the_limit():
    test = ratio_test(0, 20, 240, 800, limit=0.8)

    assert (test.z, test.p_below, stats.norm.cdf(test.z)) == six(-2.504434, 0.001764, 0.006132)
    assert ratio_bounds(0, 20, 240, 800, alpha_low=0.05, alpha_high=0.0125) == six(0, 0.546574)


@pytest.mark.parametrize(
    ("x", "n", "z", "within", "low"),
    [
        (900, 3000, 6.863708, 6.90e-12, 0.948647),
        (580, 2000, 4.845140, 9.10e-07, 0.907171),
        (252, 900, 2.711416, 0.003735, 0.850157),
    ],
)
def test_a_limit_is_met_when_every_group_is_within_it(x, n, z, within, low):
    test = ratio_test(x, n, 3000, 10000, limit=0.8)

    assert test.z == six(z)
    assert test.p_above == pytest.approx(within, rel=6e-4)
    assert ratio_bounds(x, n, 3000, 10000, alpha_low=0.05, alpha_high=0.0125)[0] == six(low)


def test_above_an_upper_limit_the_normal_tail_would_accuse_too_early():
    test = ratio_test(12, 100, 100, 2000, limit=1.25)

    assert stats.norm.sf(test.z) == six(0.012338)
    assert test.p_above == six(0.018955)


@pytest.mark.parametrize(
    ("groups", "c"),
    [(2, 1.959964), (3, 2.343701), (4, 2.569032), (5, 2.727774), (8, 3.030878), (10, 3.163684), (20, 3.543799)],
)
def test_the_studentised_range_pays_for_choosing_the_pair(groups, c):
    assert range_quantile(groups, 0.05) == six(c)


def test_the_worst_pair_has_the_worked_ends():
    groups = [(45, 150), (60, 150), (30, 150)]
    gap, ratio = worst_pair(groups, measure="difference"), worst_pair(groups, measure="ratio")

    assert gap.value == pytest.approx(0.2)
    assert gap.interval == six(0.076153, 0.282535)
    assert (gap.near, gap.far) == gap.interval
    assert ratio.value == 0.5
    assert ratio.interval == six(0.363702, 0.775279)
    assert (ratio.far, ratio.near) == ratio.interval


# Oracles


def enumerate_all(table, z_of, p1, p0):
    """P(z >= observed) and P(z <= observed) over every pair of counts, from the definition."""
    x1, n1, x0, n0 = table
    observed, above, below = z_of(x1, x0), 0.0, 0.0
    for a, b in itertools.product(range(n1 + 1), range(n0 + 1)):
        chance = math.comb(n1, a) * p1**a * (1 - p1) ** (n1 - a) * math.comb(n0, b) * p0**b * (1 - p0) ** (n0 - b)
        above += chance * (z_of(a, b) >= observed - 1e-9)
        below += chance * (z_of(a, b) <= observed + 1e-9)
    return above, below


def ratio_by_hand(x1, n1, x0, n0, limit):
    a, b, c = (n1 + n0) * limit, -(n1 * limit + x1 + n0 + x0 * limit), x1 + x0
    p0 = min((-b - math.sqrt(max(b * b - 4 * a * c, 0))) / (2 * a), 1)
    p1 = min(limit * p0, 1)
    v = (p1 * (1 - p1) / n1 + limit**2 * p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
    return p1, p0, (x1 / n1 - limit * x0 / n0) / math.sqrt(v) if v > 1e-15 else 0.0


def difference_by_hand(x1, n1, x0, n0, limit):
    low, high = max(0.0, -limit), min(1.0, 1.0 - limit)
    for _ in range(100):  # the log likelihood is concave: bisect its slope
        p0 = (low + high) / 2
        p1 = p0 + limit
        gain = (x1 / p1 if x1 else 0) + (x0 / p0 if x0 else 0)
        loss = ((n1 - x1) / (1 - p1) if x1 < n1 else 0) + ((n0 - x0) / (1 - p0) if x0 < n0 else 0)
        low, high = (p0, high) if gain > loss else (low, p0)
    v = (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
    return p1, p0, (x1 / n1 - x0 / n0 - limit) / math.sqrt(v)


@pytest.mark.parametrize("limit", [0.5, 0.8, 1.0, 1.25, 3.0])
@few
@given(table=small_tables)
def test_the_ratio_test_is_the_sum_over_every_table(table, limit):
    _, n1, _, n0 = table
    p1, p0, z = ratio_by_hand(*table, limit)
    above, below = enumerate_all(table, lambda a, b: ratio_by_hand(a, n1, b, n0, limit)[2], p1, p0)
    test = ratio_test(*table, limit=limit)

    assert (test.z, test.p_above, test.p_below) == pytest.approx((z, above, below), abs=1e-9)


@pytest.mark.parametrize("limit", [-0.4, -0.1, 0.05, 0.2, 0.7])
@few
@given(table=small_tables)
def test_the_difference_test_is_the_sum_over_every_table(table, limit):
    _, n1, _, n0 = table
    p1, p0, z = difference_by_hand(*table, limit)
    above, below = enumerate_all(table, lambda a, b: difference_by_hand(a, n1, b, n0, limit)[2], p1, p0)
    test = difference_test(*table, limit=limit)

    assert (test.z, test.p_above, test.p_below) == pytest.approx((z, above, below), abs=1e-7)


@unhurried
@given(table=tables, limit=st.floats(-0.9, 0.9))
def test_the_closed_cubic_is_the_likeliest_pair_of_rates(table, limit):
    x1, n1, x0, n0 = table

    def loss(p0):
        return -sum(stats.binom.logpmf((x1, x0), (n1, n0), np.clip((p0 + limit, p0), 0, 1)))

    low, high = max(0.0, -limit), min(1.0, 1.0 - limit)
    best = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    p1, p0 = DIFFERENCE.restrict(Table.from_counts(*table), np.asarray(limit))

    assert p1 - p0 == pytest.approx(limit)
    assert loss(float(p0)) <= best.fun + 1e-7


@unhurried
@given(sizes=st.tuples(st.integers(1, 40), st.integers(1, 40)), ratio=st.floats(0.001, 1000))
def test_the_score_falls_with_every_success_of_the_reference(sizes, ratio):
    """The enumeration counts on it: see `_enumerate`."""
    n1, n0 = sizes
    x1, x0 = np.meshgrid(np.arange(n1 + 1.0), np.arange(n0 + 1.0), indexing="ij")
    table = Table(x1, np.asarray(float(n1)), x0, np.asarray(float(n0)))
    for scale, limit in ((RATIO, ratio), (DIFFERENCE, math.tanh(math.log(ratio) / 4))):
        z = score(scale, table, np.asarray(limit))

        assert (np.diff(z, axis=1) <= 1e-9).all()
        assert (np.diff(z, axis=0) >= -1e-9).all()


@unhurried
@given(count=counts(), limit=st.floats(0, 1))
def test_the_test_of_one_rate_is_the_exact_binomial_test(count, limit):
    test = proportion_test(*count, limit=limit)

    assert test.p_above == pytest.approx(stats.binomtest(*count, limit, "greater").pvalue, rel=1e-9, abs=1e-300)
    assert test.p_below == pytest.approx(stats.binomtest(*count, limit, "less").pvalue, rel=1e-9, abs=1e-300)


@unhurried
@given(count=counts(), alpha=alphas)
def test_the_bounds_of_one_rate_are_those_of_clopper_and_pearson(count, alpha):
    low, high = proportion_bounds(*count, alpha_low=alpha, alpha_high=alpha)

    exact = stats.binomtest(*count).proportion_ci(confidence_level=1 - 2 * alpha, method="exact")
    assert (low, high) == pytest.approx((exact.low, exact.high), abs=1e-9)


@unhurried
@given(count=counts(), confidence=confidences)
def test_wilson_agrees_with_statsmodels(count, confidence):
    theirs = proportion_confint(*count, alpha=1 - confidence, method="wilson")
    assert wilson(*count, confidence=confidence) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("table", [(7, 34, 1, 34), (56, 70, 48, 80), (300, 2000, 250, 900), (12, 40, 48, 80)])
def test_the_ratio_interval_agrees_with_statsmodels(table):
    theirs = confint_proportions_2indep(*table, compare="ratio", method="score")
    assert miettinen_nurminen_ratio(*table) == pytest.approx(theirs, rel=1e-5)


# Properties


@unhurried
@given(table=tables, confidence=confidences)
def test_exchanging_the_groups_inverts_the_ratio_and_flips_the_difference(table, confidence):
    exchanged = (*table[2:], *table[:2])
    low, high = miettinen_nurminen_ratio(*exchanged, confidence=confidence)
    inverse = (1 / high, 1 / low if low else INF)

    assert miettinen_nurminen_ratio(*table, confidence=confidence) == pytest.approx(inverse, rel=1e-9)
    for interval in (newcombe, miettinen_nurminen_difference):
        low, high = interval(*exchanged, confidence=confidence)
        assert interval(*table, confidence=confidence) == pytest.approx((-high, -low), abs=1e-9)


@unhurried
@given(table=tables, limit=st.floats(0.1, 10))
def test_exchanging_the_groups_exchanges_the_claims(table, limit):
    test, mirrored = ratio_test(*table, limit=limit), ratio_test(*table[2:], *table[:2], limit=1 / limit)

    assert test.z == pytest.approx(-mirrored.z, abs=1e-9)
    assert (test.p_above, test.p_below) == pytest.approx((mirrored.p_below, mirrored.p_above), abs=1e-9)


@unhurried
@given(table=tables, confidence=confidences)
def test_an_interval_holds_the_observed_value_and_widens_with_confidence(table, confidence):
    x1, n1, x0, n0 = table
    observed = {
        newcombe: x1 / n1 - x0 / n0,
        miettinen_nurminen_difference: x1 / n1 - x0 / n0,
        miettinen_nurminen_ratio: x1 * n0 / (n1 * x0) if x0 else (INF if x1 else None),
    }
    for interval, value in observed.items():
        low, high = interval(*table, confidence=confidence)
        wider_low, wider_high = interval(*table, confidence=0.9999)

        assert value is None or low - 1e-9 <= value <= high * (1 + 1e-9) + 1e-9
        assert wider_low <= low + 1e-9
        assert wider_high >= high * (1 - 1e-9) - 1e-9


@unhurried
@given(table=tables, limit=st.floats(0.05, 20))
def test_both_claims_count_the_observed_table(table, limit):
    for test in (
        ratio_test(*table, limit=limit),
        difference_test(*table, limit=math.tanh(math.log(limit) / 4)),
        proportion_test(*table[:2], limit=limit / 20),
    ):
        assert test.p_above + test.p_below >= 1 - 1e-9
        assert min(test.p_above, test.p_below) >= 0
        assert max(test.p_above, test.p_below) <= 1


@few
@given(table=tables, alpha=alphas)
def test_at_a_ratio_bound_the_p_value_passes_alpha(table, alpha):
    low, high = ratio_bounds(*table, alpha_low=alpha, alpha_high=alpha)
    nudge = 1 + 1e-8

    if low > 0:
        assert ratio_test(*table, limit=low / nudge).p_above <= alpha * (1 + 1e-5)
        assert ratio_test(*table, limit=low * nudge).p_above >= alpha * (1 - 1e-5)
    if high < INF:
        assert ratio_test(*table, limit=high / nudge).p_below >= alpha * (1 - 1e-5)
        assert ratio_test(*table, limit=high * nudge).p_below <= alpha * (1 + 1e-5)


@few
@given(table=tables, alpha=alphas)
def test_at_a_difference_bound_the_p_value_passes_alpha(table, alpha):
    low, high = difference_bounds(*table, alpha_low=alpha, alpha_high=alpha)
    nudge = 1e-9

    if low > -1:
        assert difference_test(*table, limit=low - nudge).p_above <= alpha * (1 + 1e-5)
        assert difference_test(*table, limit=low + nudge).p_above >= alpha * (1 - 1e-5)
    if high < 1:
        assert difference_test(*table, limit=high - nudge).p_below >= alpha * (1 - 1e-5)
        assert difference_test(*table, limit=high + nudge).p_below <= alpha * (1 + 1e-5)


@few
@given(table=tables, alpha=alphas)
def test_the_bounds_stand_on_either_side_of_the_observed_value(table, alpha):
    x1, n1, x0, n0 = table
    low, high = difference_bounds(*table, alpha_low=alpha, alpha_high=alpha)
    assert low - 1e-9 <= x1 / n1 - x0 / n0 <= high + 1e-9
    assume(x0 > 0)
    low, high = ratio_bounds(*table, alpha_low=alpha, alpha_high=alpha)
    assert low * (1 - 1e-9) <= x1 * n0 / (n1 * x0) <= high * (1 + 1e-9)


@few
@given(groups=st.lists(counts(), min_size=2, max_size=6), data=st.data())
def test_the_worst_pair_does_not_depend_on_the_order_of_groups(groups, data):
    shuffled = data.draw(st.permutations(groups))
    gap = worst_pair(groups, measure="difference")
    assert gap == worst_pair(shuffled, measure="difference")
    assert 0 <= gap.near <= gap.value + 1e-9 <= gap.far + 2e-9
    assume(any(x for x, _ in groups))
    ratio = worst_pair(groups, measure="ratio")
    assert ratio == worst_pair(shuffled, measure="ratio")
    assert 0 <= ratio.far <= ratio.value + 1e-9 <= ratio.near + 2e-9 <= 1 + 2e-9


@few
@given(pair=tables)
def test_between_two_groups_the_near_end_is_the_plain_interval_stopped_at_parity(pair):
    groups = [pair[:2], pair[2:]]
    low, high = newcombe(*pair)
    assert worst_pair(groups, measure="difference").near == pytest.approx(max(low, -high, 0.0), abs=1e-7)
    assume(pair[0] + pair[2] > 0)
    low, high = miettinen_nurminen_ratio(*pair)
    expected = min(high, 1 / low if low else INF, 1.0)
    assert worst_pair(groups, measure="ratio").near == pytest.approx(expected, abs=1e-7)


# Edges


def test_several_attributes_in_a_family_move_the_near_end_only():
    groups = [(45, 150), (60, 150), (30, 150)]
    alone, together = worst_pair(groups, measure="difference"), worst_pair(groups, measure="difference", attributes=3)

    assert together.near < alone.near
    assert (together.far, together.value) == (alone.far, alone.value)


def test_the_normal_tail_takes_over_without_a_visible_step():
    n, step = 4 * NORMAL_FROM, 300
    summed = ratio_test(NORMAL_FROM - step, n, NORMAL_FROM, n, limit=1.0)
    approximated = ratio_test(NORMAL_FROM, n, NORMAL_FROM + step, n, limit=1.0)

    assert summed.p_below == pytest.approx(stats.norm.cdf(summed.z), rel=0.02)
    assert summed.p_below != pytest.approx(stats.norm.cdf(summed.z), rel=1e-6)
    assert approximated.p_below == pytest.approx(stats.norm.cdf(approximated.z), rel=1e-12)


def test_one_small_group_against_a_million_has_the_mid_p_value_of_the_binomial():
    """The reference rate is as good as known, and its own chance decides half of the ties."""
    test = ratio_test(60, 200, 400_000, 1_000_000, limit=1.0)
    middle = stats.binom.cdf(59, 200, 0.4) + stats.binom.pmf(60, 200, 0.4) / 2

    assert test.p_below == pytest.approx(middle, rel=0.01)


def test_no_success_anywhere_says_nothing_about_a_ratio():
    test = ratio_test(0, 20, 0, 80, limit=0.8)

    assert (test.z, test.p_above, test.p_below) == (0, 1, 1)
    assert miettinen_nurminen_ratio(0, 20, 0, 80) == (0, INF)
    assert ratio_bounds(0, 20, 0, 80, alpha_low=0.05, alpha_high=0.0125) == (0, INF)
    with pytest.raises(UndefinedRatioError, match="0 / 0"):
        worst_pair([(0, 20), (0, 80)], measure="ratio")


def test_no_failure_anywhere_is_parity_at_the_point():
    assert ratio_test(20, 20, 80, 80, limit=1.0).z == 0
    assert worst_pair([(20, 20), (80, 80)], measure="ratio").near == 1
    assert worst_pair([(20, 20), (80, 80)], measure="difference").near == 0


def test_all_against_none_bounds_the_difference_by_one():
    low, high = difference_bounds(10, 10, 0, 20, alpha_low=0.05, alpha_high=0.0125)
    assert high == 1
    assert 0.6 < low < 1
    assert difference_bounds(0, 20, 10, 10, alpha_low=0.0125, alpha_high=0.05) == pytest.approx((-1, -low))


def test_a_level_that_no_limit_reaches_leaves_the_end_of_the_scale():
    assert difference_bounds(1, 2, 1, 2, alpha_low=1e-30, alpha_high=1e-30) == (-1, 1)


def test_a_group_that_is_never_selected_is_counted():
    assert worst_pair([(0, 50), (25, 50)], measure="ratio").value == 0


def test_a_limit_of_no_cases_at_all_is_broken_by_one():
    assert proportion_test(1, 10, limit=0.0).p_above == 0
    assert proportion_test(1, 10, limit=0.0).z == INF
    assert proportion_test(0, 10, limit=0.0).p_above == 1
    assert proportion_test(9, 10, limit=1.0).p_below == 0


def test_the_written_confidence_leaves_the_written_alpha():
    assert alpha_of(0.95) == 0.05
    assert alpha_of(0.9) == 0.1
    assert alpha_of(0.99) == 0.01


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(0, 0),
        lambda: wilson(5, 4),
        lambda: wilson(math.nan, 4),
        lambda: wilson(1, 4, confidence=1.0),
        lambda: newcombe(1, 2, 0, 0),
        lambda: miettinen_nurminen_ratio(1, 0, 1, 2),
        lambda: miettinen_nurminen_ratio(0.1, 0.5, 0.1, 0.5),
        lambda: ratio_test(1, 2, 1, 0, limit=0.8),
        lambda: ratio_test(1.5, 2, 1, 2, limit=0.8),
        lambda: ratio_test(1, 2, 1, 2, limit=0.0),
        lambda: ratio_test(1, 2, 1, 2, limit=INF),
        lambda: difference_test(1, 2, 1, 2, limit=1.0),
        lambda: proportion_test(1, 2, limit=1.1),
        lambda: proportion_test(1, 2, limit=math.nan),
        lambda: proportion_bounds(0, 0, alpha_low=0.05, alpha_high=0.05),
        lambda: ratio_bounds(1, 2, 1, 2, alpha_low=0.5, alpha_high=0.05),
        lambda: worst_pair([(1, 2)], measure="ratio"),
        lambda: worst_pair([(1, 2), (0, 0)], measure="difference"),
        lambda: worst_pair([(1, 2), (1, 2)], measure="difference", attributes=0),
    ],
)
def test_what_cannot_be_measured_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is the promise; the sentences differ
        call()
