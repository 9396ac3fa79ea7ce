"""The test behind each verdict: how often it is wrong on the limit itself, at every level that a family may need.

Nothing is drawn. Each p-value comes from the product's test of one pair of counts, and the pairs are weighed with their
binomial probabilities under the truth in question.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np
from scipy import special, stats

from acceptance.effort import Effort
from acceptance.methods import Methods
from acceptance.table import Row
from fateaudit.intervals import LimitTest
from fateaudit.intervals.scores import RATIO, Array, Table, score

Way: TypeAlias = Literal["below", "above"]
"""Which claim: that the group is below the limit, or that it is above."""
ALPHAS = (0.05, 0.0125, 0.00625, 0.0025, 0.00125, 0.0006)
SURE = 0.00005
"""Below this a p-value is under every level, and those farther out are not looked up."""
UNSEEN = 1e-8
"""Probability of the counts left out at either end; they are held against the test."""
RUN = 3
"""So many p-values below SURE in a row end the search: they move in small jumps."""
KNOWN = 20
"""From so many times the group's size on, the reference is as good as known, and its chance smooths no step."""
EFFECTS = {"below": (0.3, 0.5, 0.7), "above": (1.3, 1.6, 2.2)}
"""True rates, as multiples of the rate on the limit, at which power is compared."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Sizes of the group and of its reference, the reference's rate, the limit on the ratio, and the claim."""

    n1: int
    n0: int
    p0: float
    limit: float
    way: Way
    scale: Literal["ratio", "difference"] = "ratio"

    @property
    def on_the_limit(self) -> float:
        """The group's rate when the limit holds exactly."""
        return self.limit * self.p0 if self.scale == "ratio" else self.p0 + self.limit

    def __str__(self) -> str:
        """Return the situation in words."""
        return f"{self.n1} v {self.n0} at {self.p0:g}, {self.scale} {self.way} {self.limit:g}"


SITUATIONS = tuple(
    Situation(n1, n0, p0, limit, way)
    for n1, n0, p0, limit in (
        (30, 300, 0.1, 1.25),
        (100, 1_000, 0.3, 0.8),
        (100, 100, 0.5, 0.8),
        (200, 1_000, 0.05, 0.8),
        (50, 500, 0.05, 1.25),
        (300, 300, 0.2, 1.25),
        (40, 60, 0.9, 0.8),
        (400, 1_200, 0.03, 1.25),
        (30, 30, 0.4, 0.8),
        (400, 50, 0.3, 0.8),
        (100, 1_000, 0.02, 1.25),
        (200, 30, 0.1, 1.25),
        (80, 200, 0.1, 0.8),
    )
    for way in ("above", "below")
)  # fmt: skip
AGAINST_KNOWN = (
    Situation(30, 2_000, 0.0925, 0.8, "below"),
    Situation(50, 2_000, 0.3, 0.8, "below"),
    Situation(64, 5_000, 0.25, 1.25, "above"),
    Situation(30, 10_000, 0.848375, 0.8, "above"),
    Situation(30, 2_000, 0.17025, 0.8, "below"),
    Situation(60, 5_000, 0.13275, 0.8, "below"),
    Situation(30, 2_000, 0.86975, 0.8, "above"),
    Situation(30, 10_000, 0.2515, 0.8, "below"),
)
"""Small groups against a reference many times as large. All but two of the rates were sought out as bad ones: where a
count of the group has a mid-p-value just under one of the levels."""
DIFFERENCES = tuple(
    Situation(n1, n0, p0, limit, way, "difference")
    for n1, n0, p0, limit in ((30, 100, 0.1, 0.1), (50, 200, 0.3, -0.05), (60, 60, 0.6, -0.1))
    for way in ("below", "above")
)
DIFFERENCES_TO_KNOWN = (
    Situation(30, 2_000, 0.1862, -0.05, "below", "difference"),
    Situation(30, 2_000, 0.7458, -0.05, "above", "difference"),
)
"""Rates of the group as in `AGAINST_KNOWN`, told as a difference."""


@dataclass(frozen=True, slots=True)
class PValues:
    """The p-value of one claim for every pair of counts that matters, as a table [x1, x0 - first]."""

    p: Array
    first: int
    situation: Situation
    looked_up: int

    def rejects(self, alpha: float, p1: float) -> Array:
        """Return, for each count of the reference, how probable it is that the claim is made at `alpha`."""
        weights = stats.binom.pmf(range(self.p.shape[0]), self.situation.n1, p1)
        return np.asarray(weights @ (self.p <= alpha), dtype=np.float64)

    def chances(self) -> Array:
        """Return the probability of each count of the reference."""
        counts = np.arange(self.first, self.first + self.p.shape[1])
        return np.asarray(stats.binom.pmf(counts, self.situation.n0, self.situation.p0), dtype=np.float64)

    def level(self, alpha: float, p1: float) -> float:
        """Return how probable it is that the claim is made, counting what was left out as if it were."""
        return float(self.rejects(alpha, p1) @ self.chances()) + 2 * UNSEEN


@cache
def p_values(test: Callable[..., LimitTest], situation: Situation) -> PValues:
    """Return the p-values of a claim, computed wherever they may be near a level, and 0 or 1 elsewhere."""
    first, last = (int(end) for end in stats.binom.ppf((UNSEEN, 1 - UNSEEN), situation.n0, situation.p0))
    table, looked_up = np.ones((situation.n1 + 1, last - first + 1)), 0
    for x0 in range(first, last + 1):
        for x1, p in _column(test, situation, x0):
            table[x1, x0 - first] = p
            looked_up += 1
    return PValues(table, first, situation, looked_up)


def _column(test: Callable[..., LimitTest], situation: Situation, x0: int) -> Iterator[tuple[int, float]]:
    """Yield p-values from the observed limit outwards, until they are too small to matter; 0 for the rest."""
    n1, n0 = situation.n1, situation.n0
    rate = x0 / n0 * situation.limit if situation.scale == "ratio" else x0 / n0 + situation.limit
    step = -1 if situation.way == "below" else 1
    start = min(max(round(n1 * rate), 0), n1)
    sure = 0
    for x1 in range(start, -1 if step < 0 else n1 + 1, step):
        if sure >= RUN:
            yield x1, 0.0
            continue
        found = test(x1, n1, x0, n0, limit=situation.limit)
        p = found.p_below if step < 0 else found.p_above
        sure = sure + 1 if p < SURE else 0
        yield x1, p


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the level of the tests over the nominal one, the chance of a false "met", and power."""
    groups = {
        "e_test": ("verdict E-test, ratio: level / nominal, alpha .05 to .0006, highest", SITUATIONS),
        "e_test_known": (f"the same, reference {KNOWN} times the group or more", AGAINST_KNOWN),
        "e_test_difference": ("verdict E-test, difference: level / nominal, highest", DIFFERENCES),
        "e_test_difference_known": (f"the same, reference {KNOWN} times the group or more", DIFFERENCES_TO_KNOWN),
    }
    for name, (title, situations) in groups.items():
        yield _highest_level(name, title, methods, effort.of(situations))
    ratios = (*effort.of(SITUATIONS), *effort.of(AGAINST_KNOWN))
    yield _false_met(methods, ratios)
    yield from _power(methods, ratios)


def _test_of(methods: Methods, situation: Situation) -> Callable[..., LimitTest]:
    return methods.ratio_test if situation.scale == "ratio" else methods.difference_test


def _highest_level(name: str, title: str, methods: Methods, situations: tuple[Situation, ...]) -> Row:
    found = {one: p_values(_test_of(methods, one), one) for one in situations}
    levels = {
        f"{one}, alpha {alpha:g}": values.level(alpha, one.on_the_limit) / alpha
        for one, values in found.items()
        for alpha in ALPHAS
    }
    worst = max(levels, key=lambda at: levels[at])
    tables = sum(values.looked_up for values in found.values())
    return Row(name, title, "at most", 1.2, levels[worst], tables, "tables", at=worst)


def _false_met(methods: Methods, situations: tuple[Situation, ...]) -> Row:
    """Return the highest chance that a group on the limit is said to be within it: one claim at .05."""
    found = {one: p_values(methods.ratio_test, one) for one in situations}
    levels = {str(one): values.level(0.05, one.on_the_limit) for one, values in found.items()}
    worst = max(levels, key=lambda at: levels[at])
    title, tables = (
        'false "within", one claim about a group just beyond: highest',
        sum(values.looked_up for values in found.values()),
    )
    return Row("false_met", title, "at most", 0.06, levels[worst], tables, "tables", at=worst)


def normal_tail(x1: int, n1: int, x0: int, n0: int, *, limit: float) -> LimitTest:
    """Return the score test of the same limit, one-sided: what the verdict is compared with."""
    z = float(score(RATIO, Table.from_counts(x1, n1, x0, n0), np.asarray(limit)))
    return LimitTest(z=z, p_above=float(special.ndtr(-z)), p_below=float(special.ndtr(z)))


def _power(methods: Methods, situations: tuple[Situation, ...]) -> Iterator[Row]:
    """Yield how much more power than the score test there is, wherever that test keeps its own level."""
    gains: dict[str, float] = {}
    tables = 0
    for one in situations:
        ours, score_test = p_values(methods.ratio_test, one), p_values(normal_tail, one)
        tables += ours.looked_up
        for alpha in ALPHAS:
            if score_test.level(alpha, one.on_the_limit) > alpha:
                continue
            for effect in EFFECTS[one.way]:
                if (p1 := effect * one.on_the_limit) < 1:
                    gains[f"{one}, alpha {alpha:g}, truth {p1:.3g}"] = ours.level(alpha, p1) - score_test.level(
                        alpha, p1
                    )
    worst = min(gains, key=lambda at: gains[at])
    title, mean = (
        "power less that of the one-sided score test, where that keeps its level",
        sum(gains.values()) / len(gains),
    )
    yield Row("power_mean", f"{title}: mean", "at least", 0.0, mean, tables, "tables")
    yield Row("power", f"{title}: lowest", "at least", 0.0, gains[worst], tables, "tables", at=worst)
