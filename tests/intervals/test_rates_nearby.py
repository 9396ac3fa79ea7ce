"""P-values against rates near the likeliest ones: the sum over every table, what is left alone, and the level."""

import math

import numpy as np
import pytest
from scipy import stats

from fateaudit.intervals import LimitTest, claims, difference_test, ratio_test
from fateaudit.intervals.claims import ASKED_NEARBY_FROM, NEARBY, TOLERATED
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Table, score

RAISED = [
    (ratio_test, RATIO, (0, 30, 40, 300), 0.8),
    (ratio_test, RATIO, (30, 30, 300, 400), 1.0),
    (ratio_test, RATIO, (300, 400, 30, 30), 1.0),
    (difference_test, DIFFERENCE, (0, 30, 50, 400), -0.05),
    (difference_test, DIFFERENCE, (30, 30, 388, 400), -0.05),
]
"""Test, scale, successes and trials of both groups, and a limit at which one of the p-values is raised."""


def by_definition(scale, table, limit):
    """P-values from the whole grid of tables at the likeliest rates and nearby, without any of the shortcuts."""
    x1, n1, x0, n0 = table
    one, other = np.meshgrid(np.arange(n1 + 1.0), np.arange(n0 + 1.0), indexing="ij")
    z = score(scale, Table(one, np.float64(n1), other, np.float64(n0)), np.asarray(limit))
    slope, offset = (float(part) for part in scale.line(np.asarray(limit)))
    p1, p0 = (float(rate) for rate in scale.restrict(Table.from_counts(*table), np.asarray(limit)))
    known = [size * slope_of**2 / (p * (1 - p)) for size, p, slope_of in ((n1, p1, slope), (n0, p0, 1.0)) if 0 < p < 1]
    error = sum(known) ** -0.5 if len(known) == 2 else 0.0
    sums = []
    for step in NEARBY:
        rate = min(max(p0 + step * error, 0.0, -offset / slope), 1.0, (1 - offset) / slope)
        chance = np.outer(
            stats.binom.pmf(range(n1 + 1), n1, slope * rate + offset), stats.binom.pmf(range(n0 + 1), n0, rate)
        )
        sums.append((chance[z >= z[x1, x0] - 1e-9].sum(), chance[z <= z[x1, x0] + 1e-9].sum()))
    return sums[0], tuple(max(likeliest, max(column) / TOLERATED) for likeliest, *column in zip(*sums, strict=True))


@pytest.mark.parametrize(("test", "scale", "table", "limit"), RAISED)
def test_the_p_value_is_the_largest_sum_nearby_where_that_is_much_larger(test, scale, table, limit):
    plain, expected = by_definition(scale, table, limit)
    found = test(*table, limit=limit)

    assert (found.p_above, found.p_below) == pytest.approx(expected, rel=1e-7)
    assert max(one / other for one, other in zip(expected, plain, strict=True)) > 1.01


@pytest.mark.parametrize(("test", "scale", "table", "limit"), RAISED)
def test_exchanged_groups_are_asked_about_the_same_rates(test, scale, table, limit):
    found, mirrored = test(*table, limit=limit), test(*table[2:], *table[:2], limit=scale.exchange(limit))

    assert (found.p_above, found.p_below) == pytest.approx((mirrored.p_below, mirrored.p_above), rel=1e-7)


def likeliest_alone(monkeypatch, table, limit) -> LimitTest:
    monkeypatch.setattr(claims, "TOLERATED", math.inf)
    found = ratio_test(*table, limit=limit)
    monkeypatch.undo()
    return found


@pytest.mark.parametrize(
    ("table", "limit"),
    [
        ((30, 150, 240, 800), 0.8),
        ((6, 60, 240, 800), 0.8),
        ((9, 60, 240, 800), 0.8),
        ((12, 100, 100, 2000), 1.25),
    ],
)
def test_a_sum_that_is_little_larger_changes_nothing(monkeypatch, table, limit):
    assert ratio_test(*table, limit=limit) == likeliest_alone(monkeypatch, table, limit)


def test_rates_nearby_are_asked_from_thirty_people_on(monkeypatch):
    fewer, enough = ((0, size, 12 * size, 40 * size) for size in (ASKED_NEARBY_FROM - 1, ASKED_NEARBY_FROM))

    assert ratio_test(*fewer, limit=0.8) == likeliest_alone(monkeypatch, fewer, 0.8)
    assert ratio_test(*enough, limit=0.8).p_below > 1.1 * likeliest_alone(monkeypatch, enough, 0.8).p_below


def level_over_nominal(alpha):
    """How often 30 people on 0.8 of a reference of 400 are said to be below it, over `alpha`; every table counted."""
    chance = 0.0
    for x0 in range(15, 75):
        said = [x1 for x1 in range(4) if ratio_test(x1, 30, x0, 400, limit=0.8).p_below <= alpha]
        chance += stats.binom.pmf(x0, 400, 0.0969) * stats.binom.pmf(said, 30, 0.8 * 0.0969).sum()
    return chance / alpha


def test_a_small_group_against_a_large_one_keeps_the_level_and_would_not_otherwise(monkeypatch):
    assert level_over_nominal(0.05) < 1.2

    monkeypatch.setattr(claims, "TOLERATED", math.inf)
    assert level_over_nominal(0.05) > 1.3
