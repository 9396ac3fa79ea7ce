"""The closed form for a linear final step: coef × (x − background mean), in the unit that the weights add up to.

A logistic regression is linear in its log-odds and not in its probability, so these values are in log-odds: a second
opinion on the same rows, not the figure that is reported.
"""

from dataclasses import replace
from enum import StrEnum

import numpy as np

from fateaudit.evaluation import Linear
from fateaudit.explainability.game import Floats
from fateaudit.explainability.origins import gathered, origins
from fateaudit.explainability.refusals import RouteRefusedError
from fateaudit.explainability.routes import Ask, Found


class Unit(StrEnum):
    """What attributions add up to."""

    OUTPUT = "model_output"
    """What `predict` gives: a probability, for a classifier."""
    LOG_ODDS = "log_odds"
    DECISION = "decision"


def log_odds(scores: Floats) -> Floats:
    """Return the logit of probabilities; those that were rounded to 0 or 1 are infinite."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(scores) - np.log1p(-scores), np.float64)


def in_its_unit(ask: Ask) -> tuple[Unit, Ask, int]:
    """Return the unit in which the model's weights add up to its score, the game in that unit, and the weights' sign.

    Found by trying: the sum against the score itself and against its log-odds, for either class. Raises
    RouteRefusedError when it is none of them.
    """
    weighed = _weighed(ask)
    outputs = ask.game.outputs(ask.rows)
    attempts = [(Unit.OUTPUT, ask.game, outputs)]
    known = np.concatenate([outputs, ask.game.score(ask.game.background.codes)])
    if known.min() > 0 and known.max() < 1:
        attempts.append((Unit.LOG_ODDS, ask.game.as_seen(log_odds), log_odds(outputs)))
    for unit, game, seen in attempts:
        for sign in (1, -1):
            if np.allclose(sign * weighed, seen, rtol=0, atol=1e-3 * max(float(seen.std()), 1e-12)):
                return unit, replace(ask, game=game), sign
    raise RouteRefusedError("the weighted sum is neither the model's score nor its log-odds")


def by_closed_form(ask: Ask, sign: int) -> Found:
    """Return exact values; `ask` and `sign` are those of `in_its_unit`."""
    linear, inside = _linear(ask), ask.inside
    assert inside is not None  # noqa: S101 - `_linear` refuses otherwise
    game, background = ask.game, ask.game.background
    encoded = inside.encode(game.coded.table(game.rows[ask.rows]))
    against = inside.encode(game.coded.table(background.codes))
    coef = sign * np.array(linear.coef)
    values = coef * (encoded - background.weights @ against)
    made_of = origins(inside, game)
    base = float(background.weights @ (against @ coef)) + sign * linear.intercept
    return Found(base, gathered(values, made_of, len(game.columns)), np.zeros(len(game.columns)))


def _linear(ask: Ask) -> Linear:
    linear = None if ask.inside is None else ask.inside.linear()
    if linear is None:
        raise RouteRefusedError("the final step is not linear, or the inside of the model is not open")
    return linear


def _weighed(ask: Ask) -> Floats:
    linear = _linear(ask)
    assert ask.inside is not None  # noqa: S101 - `_linear` refuses otherwise
    encoded = ask.inside.encode(ask.game.coded.table(ask.game.rows[ask.rows]))
    if encoded.shape[1] != len(linear.coef):
        raise RouteRefusedError("the final step is shown other columns than it has weights for")
    return np.asarray(encoded @ np.array(linear.coef) + linear.intercept, np.float64)
