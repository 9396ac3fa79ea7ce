"""The area under the curve: how often its interval holds the truth, for scores with two normal distributions."""

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np
from scipy import stats

from acceptance.drawing import Draw, worst_again
from acceptance.effort import SEED, Effort
from acceptance.methods import Methods
from acceptance.table import Row, standard_error
from fateaudit.intervals import auc_from_scores

SITUATIONS = (
    *product((0.97, 0.75, 0.9, 0.6), ((10, 10), (10, 60), (25, 25), (30, 200), (100, 100)), (1.0, 2.0)),
    *product((0.8, 0.9, 0.7), ((300, 15), (300, 10), (60, 10)), (3.0, 0.33)),
)
"""True area, positives and negatives, and how many times as spread the scores of the negatives are."""


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the lowest coverage."""
    draws: dict[str, Draw] = {
        f"AUC {area:g}, {m} positives, {n} negatives, spread {spread:g}": partial(_hits, methods, area, (m, n), spread)
        for area, (m, n), spread in effort.of(SITUATIONS)
    }
    at, share, number = worst_again(draws, effort, np.random.default_rng([SEED, 3]))
    error = standard_error(share, effort.again)
    yield Row(
        "auc_min",
        "AUC, DeLong, Hanley-McNeil and a row not seen together: lowest",
        "at least",
        0.935,
        share,
        number,
        "samples",
        error,
        at,
    )


def _hits(  # noqa: PLR0913, PLR0917 - a situation, and what a draw needs
    methods: Methods, area: float, sizes: tuple[int, int], spread: float, number: int, random: np.random.Generator
) -> int:
    apart = float(stats.norm.ppf(area)) * (1 + spread * spread) ** 0.5
    hits = 0
    for _ in range(number):
        positives, negatives = random.normal(apart, 1, sizes[0]), random.normal(0, spread, sizes[1])
        low, high = methods.auc_interval(auc_from_scores(positives, negatives))
        hits += low <= area <= high
    return hits
