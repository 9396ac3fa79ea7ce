"""How much each raw column moves the output over the cases: mean |attribution|, from as many cases as it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions, Means, explain, join
from fateaudit.explainability.game import Floats, Game
from fateaudit.explainability.refusals import Refusal, Unexplained
from fateaudit.explainability.routes import Route

MIN_ROWS = 20
"""Rows below which a mean over rows says nothing about cases."""

FIRST = 100
"""Rows explained before looking; then twice as many each time."""

MOST = 2_000

TOP = 5
PRECISION = 0.05
"""Sampling stops when 1.96 standard errors are below this share of the mean, for the columns on top."""

NEGLIGIBLE = 0.01
"""Share of the sum below which a column's mean need not be known more finely than at this share."""

Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Importance:
    """One raw column."""

    column: str
    mean: float
    """Mean |attribution|, in units of the output."""
    standard_error: float
    share: float
    """Of the sum over columns."""


@dataclass(frozen=True, slots=True)
class Importances:
    """Raw columns, the most important first."""

    columns: tuple[Importance, ...]
    rows: int
    of_rows: int
    settled: bool
    """Whether the top columns reached the precision; if not, the cap or the data ended first."""
    base: float
    route: Route
    gap: float
    spread: float
    background: int
    """Rows that stand for not knowing a column."""
    background_is_all: bool
    refused: tuple[Refusal, ...]


def explain_enough(
    game: Game, *, means: Means | None = None, most: int = MOST
) -> tuple[Attributions, Importances] | Unexplained:
    """Explain rows in a random order until the importances are settled, or `most` rows, or all.

    Returns the attributions of the rows used, for the measures of how far they can be believed, and the importances.
    """
    if len(game.rows) < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{len(game.rows)} rows; {MIN_ROWS} are needed")
    means = means or Means()
    most = min(most, len(game.rows))
    order = np.random.default_rng([means.seed, most]).permutation(len(game.rows))[:most]
    known: Attributions | None = None
    size = min(FIRST, most)
    while True:
        budget = max(1, means.budget * size // most)
        found = _with_more(game, known, order[:size], replace(means, budget=budget))
        if isinstance(found, Unexplained):
            return found
        settled = is_settled(found.values)
        if settled or size == most:
            return found, summarise(found, game, settled=settled)
        known, size = found, min(2 * size, most)


def _with_more(
    game: Game, found: Attributions | None, rows: NDArray[np.int64], means: Means
) -> Attributions | Unexplained:
    """Return attributions of `rows`, which begin with those of `found`: only the others are explained.

    If another route is taken for them, all go by that one. Where nothing is drawn, values are those of explaining all
    rows at once, but for rounding (1e-15); random orders of the new rows are other ones.
    """
    if found is None:
        return explain(game, np.sort(rows), means=means)
    new = np.sort(rows[len(found.rows) :])
    # The same seed would draw the same orders again, and the errors of different rows would go together.
    more = explain(game, new, means=replace(means, seed=means.seed + len(found.rows)))
    if isinstance(more, Unexplained):
        return more
    if more.route is found.route:
        return join(found, more)
    names = list(means.routes)
    left = {route: means.routes[route] for route in names[names.index(more.route) :]}
    anew = explain(game, np.sort(rows), means=replace(means, routes=left))
    return anew if isinstance(anew, Unexplained) else replace(anew, refused=(*more.refused, *anew.refused))


def is_settled(values: Floats) -> bool:
    """Say whether the means of the top columns are known to within `PRECISION`; `values` has shape (rows, columns)."""
    mean, error = _mean_and_error(values)
    top = np.argsort(-mean, kind="stable")[:TOP]
    return bool((Z95 * error[top] <= PRECISION * np.maximum(mean[top], NEGLIGIBLE * mean.sum())).all())


def summarise(found: Attributions, game: Game, *, settled: bool) -> Importances:
    """Return the importances of `found`."""
    mean, error = _mean_and_error(found.values)
    total = float(mean.sum()) or 1.0
    order = np.argsort(-mean, kind="stable")
    columns = tuple(
        Importance(found.columns[place], float(mean[place]), float(error[place]), float(mean[place]) / total)
        for place in order
    )
    return Importances(
        columns=columns,
        rows=len(found.rows),
        of_rows=len(game.rows),
        settled=settled,
        base=found.base,
        route=found.route,
        gap=found.gap,
        spread=found.spread,
        background=game.background.rows,
        background_is_all=game.background.is_all,
        refused=found.refused,
    )


def _mean_and_error(values: Floats) -> tuple[Floats, Floats]:
    size = np.abs(values)
    return size.mean(axis=0), size.std(axis=0, ddof=1) / np.sqrt(len(size))
