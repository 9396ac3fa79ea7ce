"""Attributions by paths through decision trees, held against routes that read no model before they are believed.

For the raw columns of scikit-learn's forests they are exact. Those of others are summed from encoded columns, and are
not where a category is several 0/1 columns, which to the trees are separate players; nor, in probability, for boosted
trees: there each background row's log-odds are scaled to the difference of the two probabilities, so that sums are
right and shares are near. How near, some rows tell.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Inside
from fateaudit.explainability.enumeration import by_enumeration
from fateaudit.explainability.game import Floats
from fateaudit.explainability.origins import origins
from fateaudit.explainability.permutation import by_permutation
from fateaudit.explainability.refusals import RouteRefusedError, is_near, missed
from fateaudit.explainability.routes import Ask, Found, unheard

CHECKED = 12
"""Rows that are explained a second time; fewer where there are many columns."""

CELLS = 200
"""Rows times columns of those, at most."""

PART = 1_000
"""Rows that the library is asked about at a time."""


def by_trees(ask: Ask) -> Found:
    """Return the values of the output that fits the model's own score best, and how far some rows' were from right.

    Those rows come first: where their values are further off than `ask.precision`, a RouteRefusedError is raised
    before the others are looked at. The caller verifies the sums.
    """
    if ask.inside is None:
        raise RouteRefusedError("the inside of the model is not open")
    inside, game = ask.inside, ask.game
    made_of = game.scorer.once(inside, lambda: origins(inside, game))
    number = max(1, min(CHECKED, len(ask.rows), CELLS // len(game.columns)))
    some = replace(ask, rows=ask.rows[np.linspace(0, len(ask.rows) - 1, number).astype(np.int64)])
    candidates, base = _candidates(some, inside, made_of), game.base()
    gaps = [float(np.abs(base + one.sum(axis=1) - game.outputs(some.rows)).max()) for one in candidates]
    best = int(np.argmin(gaps))
    if not is_near(gaps[best], ask.spread):
        raise RouteRefusedError(missed(gaps[best], ask.spread))
    noise = _error(some, candidates[best])
    if noise.max() > ask.precision:
        raise RouteRefusedError(
            f"the shares of single columns are off by {noise.max() / ask.spread:.2g} of the output's standard deviation"
        )
    values = np.empty((len(ask.rows), len(game.columns)))
    for start in range(0, len(ask.rows), PART):
        part = replace(ask, rows=ask.rows[start : start + PART])
        values[start : start + PART] = _candidates(part, inside, made_of)[best]
        ask.progress(start + len(part.rows), len(ask.rows))
    return Found(base=base, values=values, noise=noise)


def _candidates(ask: Ask, inside: Inside, made_of: NDArray[np.int64]) -> list[Floats]:
    """Return the values of each output, and of each turned round, shape (rows, raw columns)."""
    game, background = ask.game, ask.game.background
    against = game.coded.table(np.repeat(background.codes, background.counts, axis=0))
    values = inside.attribute(game.coded.table(game.rows[ask.rows]), against, made_of, len(game.columns))
    if values.shape[:2] != (len(ask.rows), len(game.columns)) or not np.isfinite(values).all():
        raise RouteRefusedError("the library did not give one number a row and column")
    candidates = list(np.moveaxis(values, 2, 0))
    return candidates + [-one for one in candidates]


def _error(ask: Ask, values: Floats) -> Floats:
    """Return how far `values` are from right, root mean square over the rows, shape (columns,)."""
    again = replace(ask, precision=ask.precision / 2, progress=unheard)
    try:
        right = by_enumeration(again)
    except RouteRefusedError:
        right = by_permutation(again)
    off = ((values - right.values) ** 2).mean(axis=0) - right.noise**2
    return np.asarray(np.sqrt(np.maximum(off, 0)), np.float64)
