"""The methods under test. They are the product's own; a test puts a wrong one in their place to see it found out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fateaudit import intervals
from fateaudit.intervals.scores import RATIO, Array, Table, score_end

Test = Callable[..., intervals.LimitTest]


@dataclass(frozen=True, slots=True)
class Methods:
    """What an audit computes with."""

    wilson: Callable[..., tuple[float, float]] = intervals.wilson
    newcombe: Callable[..., tuple[float, float]] = intervals.newcombe
    ratio_test: Test = intervals.ratio_test
    difference_test: Test = intervals.difference_test
    range_quantile: Callable[[int, float], float] = intervals.range_quantile
    auc_interval: Callable[..., tuple[float, float]] = intervals.auc_interval


PRODUCT = Methods()


def difference_ends(methods: Methods, sizes: tuple[int, int], z: float) -> tuple[Array, Array]:
    """Return both ends of the interval of p1 - p0 for every pair of counts, as tables [x1, x0]."""
    n1, n0 = sizes
    ends = [[methods.newcombe(x1, n1, x0, n0, z=z) for x0 in range(n0 + 1)] for x1 in range(n1 + 1)]
    low, high = np.moveaxis(np.array(ends), -1, 0)
    return low, high


def ratio_ends(sizes: tuple[int, int], z: float) -> tuple[Array, Array]:
    """Return both ends of the score interval of p1 / p0 for every pair of counts, as tables [x1, x0]."""
    n1, n0 = (np.asarray(float(size)) for size in sizes)
    x1, x0 = np.meshgrid(np.arange(sizes[0] + 1.0), np.arange(sizes[1] + 1.0), indexing="ij")
    table = Table(x1, n1, x0, n0)
    low = np.where(x1 > 0, score_end(RATIO, table, np.asarray(z)), 0.0)
    return low, np.where(x0 > 0, score_end(RATIO, table, np.asarray(-z)), np.inf)
