"""One rate: how often Wilson's interval holds the truth, over rows that count equally and rows with weights."""

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from acceptance.drawing import Draw, worst_again
from acceptance.effort import SEED, Effort
from acceptance.methods import Methods
from acceptance.table import Row, standard_error
from fateaudit.intervals import weighted_rate
from fateaudit.intervals.scores import Array

TRIALS = (*range(30, 60, 2), 60, 80, 120, 180, 320, 600, 1_000, 2_200, 5_000)
RATES = np.arange(0.02, 0.5001, 0.001)
AROUND = np.linspace(0.7, 1.3, 61)
"""Base rates around one: what a reader meets is not one rate but its neighbourhood."""
FEWEST_EVENTS = 5
WEIGHTED = tuple(
    product((60, 150, 200, 500), (0.05, 0.1, 0.3, 0.5, 0.9, 0.95), ("log-normal", "one in ten weighs 5", "tied"))
)
"""Rows, rate of the weighted population, and how the weights come about."""


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the rows about one rate."""
    trials = effort.of(TRIALS)
    around = [coverage(methods, n, np.outer(RATES, AROUND).ravel()).reshape(-1, AROUND.size).mean(1) for n in trials]
    grid = [coverage(methods, n, RATES) for n in trials]
    tables = sum(n + 1 for n in trials)
    share, at = _lowest(trials, around)
    title = "Wilson, mean over base rates within ±30 %: lowest"
    yield Row("wilson_around", title, "at least", 0.945, share, tables, "tables", at=at)
    title, mean = "Wilson, n 30–5,000, p 2–50 % in steps of 0.1 %", float(np.mean(grid))
    yield Row("wilson_mean", f"{title}: mean", "at least", 0.945, mean, tables, "tables")
    share, at = _lowest(trials, grid)
    yield Row("wilson_min", f"{title}: lowest", "at least", 0.92, share, tables, "tables", at=at)
    yield weighted(methods, effort)


def coverage(methods: Methods, n: int, rates: Array) -> Array:
    """Return how probable it is, at each true rate, that the interval holds it: a sum over all counts."""
    ends = np.array([methods.wilson(x, n) for x in range(n + 1)])
    first = np.searchsorted(ends[:, 1], rates - 1e-12)
    last = np.searchsorted(ends[:, 0], rates + 1e-12, side="right") - 1
    held: Array = stats.binom.cdf(last, n, rates) - stats.binom.cdf(first - 1, n, rates)
    return held


def _lowest(trials: tuple[int, ...], shares: list[Array]) -> tuple[float, str]:
    n, share = min(zip(trials, shares, strict=True), key=lambda pair: float(pair[1].min()))
    return float(share.min()), f"n {n}, p {RATES[int(share.argmin())]:.3f}"


def weighted(methods: Methods, effort: Effort) -> Row:
    """Return how often the interval of a weighted rate holds it, at the worst situation with five expected events."""
    cells = [(n, rate, kind) for n, rate, kind in WEIGHTED if n * _rarer(rate, kind) >= FEWEST_EVENTS]
    draws: dict[str, Draw] = {
        f"{n} rows, rate {rate:g}, weights {kind}": partial(_weighted_hits, methods, (n, rate, kind))
        for n, rate, kind in effort.of(cells)
    }
    at, share, number = worst_again(draws, effort, np.random.default_rng([SEED, 1]))
    error = standard_error(share, effort.again)
    title = "weighted rate, 5 expected events or more: lowest"
    return Row("weighted_min", title, "at least", 0.935, share, number, "samples", error, at)


def _weighted_hits(methods: Methods, cell: tuple[int, float, str], size: int, random: np.random.Generator) -> int:
    n, rate, kind = cell
    outcome, weight = _weighted_rows(kind, rate, (size, n), random)
    sums = [(part * power).sum(1) for power in (weight, weight * weight) for part in (outcome, ~outcome)]
    hits = 0
    for sw, fw, ss, fs in zip(*sums, strict=True):
        found = weighted_rate(
            success_weight=float(sw), failure_weight=float(fw), success_squares=float(ss), failure_squares=float(fs)
        )
        low, high = methods.wilson(min(found.successes, found.effective), found.effective)
        hits += low <= rate <= high
    return hits


def _weighted_rows(
    kind: str, rate: float, shape: tuple[int, int], random: np.random.Generator
) -> tuple[NDArray[np.bool_], Array]:
    """Draw outcomes and weights so that the weighted rate of the population is `rate`."""
    if kind == "log-normal":
        return random.random(shape) < rate, random.lognormal(0, 0.7, shape)
    if kind == "one in ten weighs 5":
        return random.random(shape) < rate, np.where(random.random(shape) < 0.1, 5.0, 1.0)  # noqa: PLR2004 - as it says
    outcome = random.random(shape) < _sampled(rate)
    return outcome, np.where(outcome, 1.0, 2.0) * random.uniform(0.7, 1.3, shape)


def _sampled(rate: float) -> float:
    """Return the share of successes among rows when they were sampled twice as densely as failures: "tied" weights."""
    return 2 * rate / (2 * rate + 1 - rate)


def _rarer(rate: float, kind: str) -> float:
    """Return the share of rows with the rarer outcome."""
    share = _sampled(rate) if kind == "tied" else rate
    return min(share, 1 - share)
