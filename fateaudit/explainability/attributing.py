"""Attributions that were verified: base + sum over columns = the model's own output, or a typed reason.

No route is trusted. Each is held against the model, and where it misses by more than a thousandth of the output's
standard deviation the next one is tried and the miss is recorded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import FateauditError
from fateaudit.evaluation import Inside, InsideError
from fateaudit.evidence import Reason
from fateaudit.explainability.enumeration import by_enumeration
from fateaudit.explainability.game import Floats, Game
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.permutation import by_permutation
from fateaudit.explainability.refusals import Refusal, RouteRefusedError, Unexplained, is_near, missed
from fateaudit.explainability.routes import Ask, Explainer, Found, Progress, Route, unheard
from fateaudit.explainability.trees import by_trees

EXPLAINERS: dict[Route, Explainer] = {
    Route.ENUMERATION: by_enumeration,
    Route.TREES: by_trees,
    Route.PERMUTATION: by_permutation,
}
"""Routes in probability units, in the order in which they are tried."""

ANY_SCORE: dict[Route, Explainer] = {Route.ENUMERATION: by_enumeration, Route.PERMUTATION: by_permutation}
"""The routes that believe no model and so explain any function of its score: the hard decision, the log-odds."""

SAME = 1e-12
"""Scores whose standard deviation is below this are one score."""


@dataclass(frozen=True, slots=True)
class Means:
    """How an explanation may be found."""

    inside: Inside | None = None
    routes: Mapping[Route, Explainer] = field(default_factory=lambda: EXPLAINERS)
    budget: int = 4_000_000
    """Mixtures that exact enumeration may score; beyond it another route is taken."""
    rounds: int = 1
    """Rounds of random orders, at least."""
    seed: int = 0
    precision: float = 0.02
    """Standard error of one row's value that is small enough, in standard deviations of the output."""
    progress: Progress = unheard
    """Told how many rows of how many a route has explained."""


@dataclass(frozen=True, slots=True)
class Attributions:
    """Verified attributions of single rows. They stay in memory: evidence is made of their summaries."""

    columns: tuple[str, ...]
    rows: NDArray[np.int64]
    """Places in the game's rows."""
    base: float
    """Mean output over the background."""
    values: Floats
    """Shape (rows, columns), in `unit`; base + the sum of a row is its output."""
    outputs: Floats
    route: Route
    unit: Unit
    gap: float
    """Largest |base + sum − output|, in `unit`."""
    spread: float
    """Standard deviation of the output, that `gap` is held against."""
    noise: tuple[float, ...]
    """Standard error of one row's value for each column (root mean square); 0 for exact routes."""
    refused: tuple[Refusal, ...]
    """Routes that were tried before, and why they were not taken."""


def explain(
    game: Game, rows: NDArray[np.int64] | None = None, *, means: Means | None = None, spread: float | None = None
) -> Attributions | Unexplained:
    """Attribute the outputs of `rows` (all rows when None) to raw columns, by the first route that verifies.

    `spread` is the output's standard deviation, where the rows of `game` are too few to tell.
    Raises AuditFailedError when the model itself fails or gives something else than one number a row.
    """
    places = np.arange(len(game.rows)) if rows is None else np.asarray(rows, np.int64)
    if len(places) == 0:
        return Unexplained(Reason.TOO_FEW_ROWS, "there are no rows to explain")
    spread = spread_of(game) if spread is None else spread
    if not math.isfinite(spread):
        return Unexplained(Reason.NOT_APPLICABLE, "an output is infinite: it has no mean to start from")
    if spread < SAME:
        return Unexplained(Reason.NOT_APPLICABLE, "the model gives every case the same output: nothing to attribute")
    means = means or Means()
    near = means.precision * spread
    ask = Ask(game, places, means.inside, means.budget, means.rounds, means.seed, spread, near, means.progress)
    refused: list[Refusal] = []
    for route, explainer in means.routes.items():
        try:
            found = answer(explainer, ask)
            outputs, gap = verify(found, ask, spread)
        except RouteRefusedError as refusal:
            refused.append(Refusal(route, str(refusal)))
            continue
        return Attributions(
            columns=game.columns,
            rows=places,
            base=found.base,
            values=found.values,
            outputs=outputs,
            route=route,
            unit=Unit.OUTPUT,
            gap=gap,
            spread=spread,
            noise=tuple(found.noise.tolist()),
            refused=tuple(refused),
        )
    return Unexplained(Reason.FAILED, "; ".join(f"{one.route}: {one.because}" for one in refused))


def join(one: Attributions, other: Attributions) -> Attributions:
    """Return attributions of two sets of rows of one game as one, in the game's order.

    Raises ValueError where they are not of one kind: another route, unit or average case.
    """
    if (one.route, one.unit, one.columns) != (other.route, other.unit, other.columns):
        raise ValueError("attributions by different routes, or in different units, are not joined")
    if abs(one.base - other.base) > SAME:
        raise ValueError("attributions against different backgrounds are not joined")
    rows = np.concatenate([one.rows, other.rows])
    order = np.argsort(rows, kind="stable")
    sizes = len(one.rows), len(other.rows)
    return replace(
        one,
        rows=rows[order],
        values=np.concatenate([one.values, other.values])[order],
        outputs=np.concatenate([one.outputs, other.outputs])[order],
        gap=max(one.gap, other.gap),
        # Root mean square over the rows of both.
        noise=tuple(np.sqrt(np.average(np.square([one.noise, other.noise]), axis=0, weights=sizes)).tolist()),
        refused=other.refused,
    )


def spread_of(game: Game) -> float:
    """Return the standard deviation of the output over all rows and the background."""
    outputs = np.concatenate([game.outputs(np.arange(len(game.rows))), game.score(game.background.codes)])
    return float(outputs.std()) if np.isfinite(outputs).all() else math.inf


def answer(explainer: Explainer, ask: Ask) -> Found:
    """Return what the route finds; whatever a library raises on the way is a refusal of the route."""
    try:
        return explainer(ask)
    except (RouteRefusedError, FateauditError):
        raise
    except InsideError as error:
        raise RouteRefusedError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - libraries refuse a model in as many ways as there are models
        raise RouteRefusedError(f"the library failed ({type(error).__name__})") from None


def verify(found: Found, ask: Ask, spread: float) -> tuple[Floats, float]:
    """Return the outputs and the largest gap; raise RouteRefusedError when the sums miss the model's own output."""
    outputs = ask.game.outputs(ask.rows)
    if not np.isfinite(found.values).all():
        raise RouteRefusedError("an attribution is not a number")
    gap = float(np.abs(found.base + found.values.sum(axis=1) - outputs).max())
    if not is_near(gap, spread):
        raise RouteRefusedError(missed(gap, spread))
    return outputs, gap


def with_decisions(means: Means) -> Means:
    """Return the same means without routes that read the model: trees know scores, not decisions.

    One row's value may be as noisy as it comes: of decisions, means over many rows are asked.
    """
    return replace(means, routes=ANY_SCORE, precision=math.inf)
