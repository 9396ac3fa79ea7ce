"""Attributions by paths through decision trees: exact for each encoded column, summed into raw columns.

Encoded columns of one raw column (a category's 0/1 columns) are separate players to the trees' algorithm, so the sum
approximates the raw column's own value. It differs little, and `attributing` records by how much.
"""

import numpy as np

from fateaudit.explainability.origins import gathered, origins
from fateaudit.explainability.refusals import RouteRefusedError
from fateaudit.explainability.routes import Ask, Found


def by_trees(ask: Ask) -> Found:
    """Return the values of the output that fits the model's own score best; the caller verifies the fit."""
    if ask.inside is None:
        raise RouteRefusedError("the inside of the model is not open")
    game, background = ask.game, ask.game.background
    made_of = origins(ask.inside, game)
    against = game.coded.table(np.repeat(background.codes, background.counts, axis=0))
    values = ask.inside.attribute(game.coded.table(game.rows[ask.rows]), against)
    outputs, base = game.outputs(ask.rows), game.base()
    if values.shape[:2] != (len(ask.rows), len(made_of)) or not np.isfinite(values).all():
        raise RouteRefusedError("the library did not give one number a row and column")
    candidates = [gathered(values[:, :, place], made_of, len(game.columns)) for place in range(values.shape[2])]
    candidates += [-one for one in candidates]
    gaps = [float(np.abs(base + one.sum(axis=1) - outputs).max()) for one in candidates]
    return Found(base=base, values=candidates[int(np.argmin(gaps))], noise=np.zeros(len(game.columns)))
