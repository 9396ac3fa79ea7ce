"""How much of the model a person could follow: two simple stand-ins, fitted to its scores and tried on other rows.

A tree of depth 4 can be read as rules; a sum of one-column steps as a table of points. Either alone misjudges some
models (a tree a smooth one, a sum one with rules), so the better of the two counts. The random baseline is the same
stand-in fitted to shuffled scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Predict
from fateaudit.evidence import Reason, Tree
from fateaudit.transparency.questions import Encoded, encode, fit_tree, say

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]

MIN_ROWS = 100
"""Rows below which two thirds are too few to fit and one third too few to judge."""

MAX_ROWS = 3_000
HELD_OUT = 3
"""One row in so many is held out."""

STUMPS = 200
RESAMPLES = 1_000
LEVELS = (2.5, 97.5)
SAME = 1e-12
LARGEST = 1e100
"""A number whose square would be none any more."""


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """Why no stand-in was fitted."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Surrogate:
    """R² of the better stand-in on held-out rows: the share of the score's variation that it reproduces."""

    value: float
    interval: tuple[float, float]
    """95 %, over held-out rows (percentile bootstrap)."""
    by: str
    """"tree" or "points"."""
    tree: float
    points: float
    baseline: float
    """The same, fitted to shuffled scores: about 0 or below."""
    fitted: int
    held_out: int
    drawn: Tree
    """The tree, as it was scored."""


def fit_surrogates(predict: Predict, table: pa.Table, *, seed: int = 0) -> Surrogate | Unfollowed:
    """Fit both stand-ins to the scores of two thirds of `table`, and try them on the rest."""
    if table.num_rows < MIN_ROWS:
        return Unfollowed(Reason.TOO_FEW_ROWS, f"{table.num_rows} rows; {MIN_ROWS} are needed")
    generator = np.random.default_rng(seed)
    order = generator.permutation(table.num_rows)[:MAX_ROWS]
    rows = table.take(np.sort(order))
    scores = np.asarray(predict(rows), np.float64)
    if scores.shape != (rows.num_rows,) or not np.isfinite(scores).all():
        raise AuditFailedError("the model did not give one number a row", hint="check the model file")
    if np.abs(scores).max() > LARGEST:
        return Unfollowed(Reason.NOT_APPLICABLE, "the model gives numbers too large to be followed")
    held = generator.permutation(rows.num_rows) % HELD_OUT == 0
    if min(scores[held].std(), scores[~held].std()) < SAME:
        return Unfollowed(Reason.NOT_APPLICABLE, "the model gives every case the same score: nothing to follow")
    encoded = encode(rows)
    seen, unseen = encoded.take(~held), encoded.take(held)
    fitted, tree = _fit(seen, scores[~held], unseen)
    shuffled, _ = _fit(seen, generator.permutation(scores[~held]), unseen)
    actual = scores[held]
    r2 = {name: _r2(actual, guess, np.ones((1, len(actual))))[0] for name, guess in fitted.items()}
    best = max(r2, key=lambda name: r2[name])
    drawn = generator.multinomial(len(actual), np.full(len(actual), 1 / len(actual)), size=RESAMPLES)
    spread = _r2(actual, fitted[best], drawn)
    low, high = np.percentile(spread[np.isfinite(spread)], LEVELS)
    return Surrogate(
        value=float(r2[best]),
        interval=(float(low), float(high)),
        by=best,
        tree=float(r2["tree"]),
        points=float(r2["points"]),
        baseline=float(max(_r2(actual, guess, np.ones((1, len(actual))))[0] for guess in shuffled.values())),
        fitted=int((~held).sum()),
        held_out=int(held.sum()),
        drawn=tree,
    )


def _fit(rows: Encoded, scores: Floats, held_out: Encoded) -> tuple[dict[str, Floats], Tree]:
    """Return what each stand-in, fitted to `scores`, says about `held_out`, and the tree itself."""
    from sklearn.ensemble import GradientBoostingRegressor  # noqa: PLC0415 - heavy, and only needed here

    points = GradientBoostingRegressor(max_depth=1, n_estimators=STUMPS, random_state=0)
    by_points = points.fit(rows.values, scores).predict(held_out.values)
    tree = fit_tree(rows, scores)
    return {"tree": say(tree, held_out), "points": np.asarray(by_points, np.float64)}, tree


def _r2(actual: Floats, guess: Floats, weights: NDArray[Any]) -> Floats:
    """Return R² for each row of weights; NaN where the rows drawn all have one score."""
    number = weights.sum(axis=1)
    missed = weights @ ((actual - guess) ** 2)
    total = weights @ actual**2 - (weights @ actual) ** 2 / number
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - missed / total, np.float64)
