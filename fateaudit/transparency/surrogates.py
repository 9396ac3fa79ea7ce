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
from fateaudit.evidence import Reason

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]

MIN_ROWS = 100
"""Rows below which two thirds are too few to fit and one third too few to judge."""

MAX_ROWS = 3_000
HELD_OUT = 3
"""One row in so many is held out."""

DEPTH = 4
STUMPS = 200
RESAMPLES = 1_000
LEVELS = (2.5, 97.5)
MAX_VALUES = 20
"""Text values that get a column of their own; the rest share none."""

SAME = 1e-12


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
    held = generator.permutation(rows.num_rows) % HELD_OUT == 0
    if min(scores[held].std(), scores[~held].std()) < SAME:
        return Unfollowed(Reason.NOT_APPLICABLE, "the model gives every case the same score: nothing to follow")
    columns = encode(rows)
    fitted = _fit(columns[~held], scores[~held], columns[held])
    shuffled = _fit(columns[~held], generator.permutation(scores[~held]), columns[held])
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
    )


def encode(table: pa.Table) -> Floats:
    """Return numbers as they are (missing: the median, and a column that says so) and text as 0/1 columns."""
    return np.column_stack([part for column in table.columns for part in _encoded(column)])


def _encoded(column: pa.ChunkedArray) -> list[Floats]:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        counted = pc.value_counts(column).to_pylist()
        counted.sort(key=lambda entry: (-entry["counts"], entry["values"] or ""))
        said = np.array(column.to_pylist(), dtype=object)
        values = [entry["values"] for entry in counted[:MAX_VALUES]]
        return [np.array([one == value for one in said], np.float64) for value in values]
    numbers = np.asarray(column.to_numpy(), np.float64)
    missing = ~np.isfinite(numbers)
    if not missing.any():
        return [numbers]
    middle = float(np.median(numbers[~missing])) if (~missing).any() else 0.0
    return [np.where(missing, middle, numbers), missing.astype(np.float64)]


def _fit(columns: Floats, scores: Floats, held_out: Floats) -> dict[str, Floats]:
    """Return what each stand-in, fitted to `scores`, says about `held_out`."""
    from sklearn.ensemble import GradientBoostingRegressor  # noqa: PLC0415 - heavy, and only needed here
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415 - as above

    stand_ins: dict[str, Any] = {
        "tree": DecisionTreeRegressor(max_depth=DEPTH, random_state=0),
        "points": GradientBoostingRegressor(max_depth=1, n_estimators=STUMPS, random_state=0),
    }
    return {name: np.asarray(one.fit(columns, scores).predict(held_out), np.float64) for name, one in stand_ins.items()}


def _r2(actual: Floats, guess: Floats, weights: NDArray[Any]) -> Floats:
    """Return R² for each row of weights; NaN where the rows drawn all have one score."""
    number = weights.sum(axis=1)
    missed = weights @ ((actual - guess) ** 2)
    total = weights @ actual**2 - (weights @ actual) ** 2 / number
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(1 - missed / total, np.float64)
