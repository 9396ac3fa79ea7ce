"""A second, independent route over the same rows, and how far it is from the first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fateaudit.evaluation import Inside, InsideError
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import ANY_SCORE, Attributions, Means, answer, explain, verify
from fateaudit.explainability.game import Game
from fateaudit.explainability.linear import Unit, by_closed_form, in_its_unit
from fateaudit.explainability.refusals import RouteRefusedError, Unexplained
from fateaudit.explainability.routes import Ask, Route

ROWS = 50

PRECISION = 0.05
"""Standard error of a value that is small enough here: rows are mixed raw, which costs several times as much."""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Two routes to the same values."""

    first: Route
    second: Route
    unit: Unit
    rows: int
    gap: float
    """Largest |base + sum − output| of the second route, in `unit`."""
    largest_difference: float
    """Between two values of one row and column, in `unit`."""
    in_spreads: float
    """The same, in standard deviations of the output in `unit`."""


def check_linear(game: Game, inside: Inside | None, *, means: Means | None = None) -> CrossCheck | Unexplained:
    """Compare the closed form of a linear final step with a route that reads no model, in the closed form's unit."""
    means = means or Means()
    places = np.arange(min(ROWS, len(game.rows)))
    try:
        unit, ask, sign = answer_in_unit(Ask(game, places, inside, means.budget, means.rounds, means.seed))
        closed = answer(lambda one: by_closed_form(one, sign), ask)
        spread = float(ask.game.outputs(np.arange(len(game.rows))).std())
        _, gap = verify(closed, ask, spread)
    except RouteRefusedError as refusal:
        return Unexplained(Reason.NOT_APPLICABLE, str(refusal))
    blind = explain(ask.game, places, means=replace(means, inside=None, routes=ANY_SCORE))
    if isinstance(blind, Unexplained):
        return blind
    difference = float(np.abs(blind.values - closed.values).max())
    return CrossCheck(Route.LINEAR, blind.route, unit, len(places), gap, difference, difference / spread)


def answer_in_unit(ask: Ask) -> tuple[Unit, Ask, int]:
    """Return `in_its_unit`, whatever a library raises being a refusal."""
    try:
        return in_its_unit(ask)
    except RouteRefusedError:
        raise
    except InsideError as error:
        raise RouteRefusedError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - as in `attributing.answer`
        raise RouteRefusedError(f"the library failed ({type(error).__name__})") from None


def check_again(game: Game, first: Attributions, *, means: Means | None = None) -> CrossCheck | Unexplained:
    """Compute the first rows of `first` again by routes that read no model, and compare."""
    means = means or Means()
    routes = {route: explainer for route, explainer in ANY_SCORE.items() if route is not first.route}
    again = explain(game, first.rows[:ROWS], means=replace(means, inside=None, routes=routes, precision=PRECISION))
    if isinstance(again, Unexplained):
        return again
    difference = float(np.abs(again.values - first.values[: len(again.rows)]).max())
    return CrossCheck(
        first.route, again.route, first.unit, len(again.rows), again.gap, difference, difference / first.spread
    )
