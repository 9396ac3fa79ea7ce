"""Two rates: how often the intervals of a difference and of a ratio hold the truth, over every pair of counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from scipy import stats

from acceptance.effort import Effort
from acceptance.methods import Methods, difference_ends, ratio_ends
from acceptance.table import Row
from fateaudit.intervals.scores import Array

SIZES = ((50, 50), (30, 300), (200, 200), (100, 1_000), (30, 30), (60, 800), (40, 40), (30, 100), (100, 100), (300, 30),
         (50, 500), (300, 300), (30, 2_000))  # fmt: skip
"""Groups from the smallest that a policy judges by default."""
RATES = tuple(round(0.02 * step, 2) for step in range(1, 50))
RATIOS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.7, 2.0, 2.5, 3.3)
Z = float(stats.norm.ppf(0.975))
EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Held:
    """How probable it is that an interval holds the truth, in one situation."""

    share: float
    expected: float
    """The smallest expected count of successes and failures of both groups."""
    at: str


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield mean and lowest coverage of differences and of ratios."""
    sizes = effort.of(SIZES)
    tables = sum((n1 + 1) * (n0 + 1) for n1, n0 in sizes)
    for name, ends in (("difference", partial(difference_ends, methods)), ("ratio", ratio_ends)):
        held = [found for pair in sizes for found in coverages(name, pair, ends(pair, Z))]
        large = [one for one in held if one.expected >= EXPECTED]
        lowest, low = min(large, key=lambda one: one.share), min(held, key=lambda one: one.share)
        mean, title = float(np.mean([one.share for one in large])), f"{name}, smaller expected count 5 or more"
        yield Row(f"{name}_mean", f"{title}: mean", "at least", 0.95, mean, tables, "tables")
        yield Row(f"{name}_min", f"{title}: lowest", "at least", 0.94, lowest.share, tables, "tables", at=lowest.at)
        yield Row(
            f"{name}_all", f"{name}, all cells: lowest", "at least", 0.915, low.share, tables, "tables", at=low.at
        )


def coverages(name: str, sizes: tuple[int, int], ends: tuple[Array, Array]) -> Iterator[Held]:
    """Yield the coverage at each pair of true rates."""
    (n1, n0), (low, high) = sizes, ends
    for p0, ratio in product(RATES, RATIOS):
        p1 = p0 * ratio
        if not RATES[0] <= p1 <= RATES[-1]:
            continue
        truth = ratio if name == "ratio" else p1 - p0
        held = (low <= truth + 1e-12) & (truth <= high + 1e-12)
        share = stats.binom.pmf(range(n1 + 1), n1, p1) @ held @ stats.binom.pmf(range(n0 + 1), n0, p0)
        expected = min(n1 * p1, n1 * (1 - p1), n0 * p0, n0 * (1 - p0))
        yield Held(float(share), expected, f"{n1} at {p1:.3g} v {n0} at {p0:.3g}")
