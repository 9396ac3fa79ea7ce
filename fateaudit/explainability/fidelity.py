"""Whether attributions say what the model does: take columns away and compare the drop with what was attributed.

The random baseline is the same attributions dealt to the wrong columns of their row: their sums still add up, so
additivity cannot tell them from right ones; this measure can. Correlation alone nearly passes the attributions of a
similar, wrong model, so both are reported, R² first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions
from fateaudit.explainability.game import Floats, Game
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Progress, unheard

ROWS = 200
PART = 50
"""Rows whose columns are taken away at a time, between which it is told how far it is."""

RESAMPLES = 1_000
LEVELS = (2.5, 97.5)
SHUFFLES = 20
"""Times that attributions are dealt to wrong columns; the baseline is the mean over them."""

TINY = 1e-30
"""A product of variances below which one of them is rounding."""

_Measure: TypeAlias = Callable[[Floats, Floats, Floats], Floats]
"""Drops, sums and weights → one number for each row of weights."""


@dataclass(frozen=True, slots=True)
class Score:
    """A number with its 95 % interval over rows (percentile bootstrap), beside what random attributions get."""

    value: float
    interval: tuple[float, float]
    baseline: float


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How well sums of attributions foretell the drop in output when their columns are taken away."""

    explained_drop: Score
    """R²: 1 − Σ(drop − sum)² / Σ(drop − mean drop)². At most 1; below 0 is worse than a constant."""
    correlation: Score
    """Pearson's, between drop and sum; −1 to 1."""
    rows: int
    subsets: int
    """Random column subsets taken away for each row."""


def measure_fidelity(  # noqa: PLR0913 - the attributions, how many rows and subsets, and who hears how far it is
    game: Game,
    found: Attributions,
    *,
    rows: int = ROWS,
    subsets: int = 8,
    seed: int = 0,
    progress: Progress = unheard,
) -> Fidelity | Unexplained:
    """Replace random column subsets by background rows; compare the mean drop with the sum of their attributions."""
    columns = len(found.columns)
    if found.unit is not Unit.OUTPUT:
        raise ValueError("attributions are in another unit than the game's output")
    if columns == 1:
        return Unexplained(Reason.NOT_APPLICABLE, "the model reads one column: its attribution is the whole difference")
    if len(found.rows) < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{len(found.rows)} explained rows; {MIN_ROWS} are needed")
    generator = np.random.default_rng([seed, rows, subsets])
    used = np.sort(generator.permutation(len(found.rows))[:rows])
    taken = random_subsets(generator, len(used) * subsets, columns).reshape(len(used), subsets, columns)
    drops = drops_of(game, found, used, taken, progress)
    if float(drops.std()) <= 1e-9 * found.spread:
        return Unexplained(Reason.NOT_APPLICABLE, "taking columns away does not change the output of these rows")
    values = found.values[used]
    sums = np.einsum("rsc,rc->rs", taken, values)
    shuffled = [np.einsum("rsc,rc->rs", taken, generator.permuted(values, axis=1)) for _ in range(SHUFFLES)]
    weights = resamples(generator, len(used))
    return Fidelity(
        _score(explained_drop, drops, sums, shuffled, weights),
        _score(_correlation, drops, sums, shuffled, weights),
        rows=len(used),
        subsets=subsets,
    )


def random_subsets(generator: np.random.Generator, number: int, columns: int) -> Floats:
    """Draw subsets of one column up to half of them, as rows of 0 and 1: the size evenly, then the columns evenly.

    Larger ones would tell less: taking nearly everything away is foretold by any attributions that add up.
    """
    sizes = generator.integers(1, columns // 2 + 1, size=number)
    ranks = np.argsort(np.argsort(generator.random((number, columns)), axis=1), axis=1)
    return np.asarray(ranks < sizes[:, None], np.float64)


def drops_of(
    game: Game, found: Attributions, used: NDArray[np.int64], taken: Floats, progress: Progress = unheard
) -> Floats:
    """Return output minus the worth of the columns that are left, shape (rows, subsets)."""
    left = np.empty(taken.shape[:2])
    for start in range(0, len(used), PART):
        part = slice(start, start + PART)
        places = np.repeat(found.rows[used[part]], taken.shape[1])
        left[part] = game.worth(places, taken[part].reshape(-1, taken.shape[2]) == 0).reshape(-1, taken.shape[1])
        progress(min(part.stop, len(used)), len(used))
    return found.outputs[used][:, None] - left


def resamples(generator: np.random.Generator, rows: int) -> Floats:
    """Return how often each row is drawn, shape (1 + resamples, rows); the first is the data as they are."""
    drawn = generator.multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES)
    return np.concatenate([np.ones((1, rows)), drawn])


def _score(measure: _Measure, drops: Floats, sums: Floats, shuffled: list[Floats], weights: Floats) -> Score:
    values = measure(drops, sums, weights)
    low, high = np.percentile(values[np.isfinite(values)], LEVELS)
    baseline = np.mean([measure(drops, one, weights[:1])[0] for one in shuffled])
    return Score(float(values[0]), (float(low), float(high)), float(baseline))


def explained_drop(drops: Floats, sums: Floats, weights: Floats) -> Floats:
    """Return R² for each row of weights; the rows of the data are drawn whole, all subsets together."""
    missed = weights @ ((drops - sums) ** 2).sum(axis=1)
    number = weights.sum(axis=1) * drops.shape[1]
    total = weights @ (drops**2).sum(axis=1) - (weights @ drops.sum(axis=1)) ** 2 / number
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - missed / total, np.float64)


def _correlation(drops: Floats, sums: Floats, weights: Floats) -> Floats:
    number = weights.sum(axis=1) * drops.shape[1]
    first, second = weights @ drops.sum(axis=1) / number, weights @ sums.sum(axis=1) / number
    both = weights @ (drops * sums).sum(axis=1) / number - first * second
    spreads = [weights @ (one**2).sum(axis=1) / number - mean**2 for one, mean in ((drops, first), (sums, second))]
    product = spreads[0] * spreads[1]
    # Sums that are all the same foretell nothing: 0, not undefined.
    return np.asarray(np.where(product > TINY, both / np.sqrt(np.maximum(product, TINY)), 0.0), np.float64)
