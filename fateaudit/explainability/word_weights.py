"""The closed form for words that a linear step weighs: coef × (x − background mean), x being the encoded word.

Exact in the unit that the weights add up to: log-odds, for a logistic regression. It is a second opinion on which words
count, and not the same question as taking a word out of a text (`words`): a bag of 0 and 1 without a norm gives one
value for both, but TF-IDF divides by the length of the whole, so that a word taken out makes all others weigh more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.evaluation import Inside, InsideError, Linear, Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.game import Floats, checked_scores
from fateaudit.explainability.linear import Unit, log_odds
from fateaudit.explainability.refusals import Unexplained, is_near, missed

if TYPE_CHECKING:
    import pyarrow as pa

CELLS = 4_000_000
"""Encoded numbers that are held at a time: 32 MB."""

ROWS = 500
"""Rows that are encoded at a time, at most."""


@dataclass(frozen=True, slots=True)
class WordWeights:
    """What a linear step adds up, by encoded column; base and a row's values are its output in `unit`."""

    inside: Inside
    names: tuple[str, ...]
    """Of the encoded columns: the vocabulary the model was fitted on. It may hold names, and is never told whole."""
    coef: Floats
    """With the sign that makes a higher sum a higher score, shape (encoded columns,)."""
    mean: Floats
    """Of the encoded background, shape (encoded columns,)."""
    base: float
    """Mean output over the background, in `unit`."""
    unit: Unit
    gap: float
    """Largest |base + sum − output| over the rows it was tried on, in `unit`."""
    rows: int
    """How many those were."""

    def values(self, table: pa.Table) -> Iterator[Floats]:
        """Yield the values of the rows of `table` in parts, each of shape (rows, encoded columns)."""
        for encoded in _encoded(self.inside, table, len(self.coef)):
            yield self.coef * (encoded - self.mean)

    def sizes(self, table: pa.Table) -> Floats:
        """Return the mean absolute value over the rows of `table`, shape (encoded columns,)."""
        return np.asarray(sum(np.abs(part).sum(axis=0) for part in self.values(table)) / table.num_rows, np.float64)


def read_weights(
    inside: Inside | None, predict: Predict, table: pa.Table, background: pa.Table
) -> WordWeights | Unexplained:
    """Return the closed form, verified on the rows of `table`; both tables hold the model's inputs.

    Refused for what is not linear, and where base and values miss the model's output or its log-odds.
    """
    try:
        linear = None if inside is None else inside.linear()
        if inside is None or linear is None:
            return Unexplained(Reason.NOT_APPLICABLE, "the final step is not linear, or the model is not open")
        return _read(inside, linear, predict, table, background)
    except InsideError as error:
        return Unexplained(Reason.NOT_APPLICABLE, str(error))
    except (TypeError, ValueError, MemoryError) as error:
        # What an encoder raises on a text it cannot take; only this second opinion is lost.
        return Unexplained(Reason.NOT_APPLICABLE, f"the library failed ({type(error).__name__})")


def _read(
    inside: Inside, linear: Linear, predict: Predict, table: pa.Table, background: pa.Table
) -> WordWeights | Unexplained:
    coef, names = np.array(linear.coef), inside.names()
    if len(names) != len(coef):
        return Unexplained(Reason.NOT_APPLICABLE, "the encoded columns have no names, or other ones")
    mean = np.zeros(len(coef))
    for encoded in _encoded(inside, background, len(coef)):
        mean += encoded.sum(axis=0) / background.num_rows
    sums = np.concatenate([encoded @ coef for encoded in _encoded(inside, table, len(coef))]) + linear.intercept
    outputs = checked_scores(predict, table)
    unit, sign, gap, spread = _unit(sums, outputs)
    if not is_near(gap, spread):
        return Unexplained(Reason.NOT_APPLICABLE, missed(gap, spread))
    base = sign * (float(mean @ coef) + linear.intercept)
    return WordWeights(inside, names, sign * coef, mean, base, unit, gap, table.num_rows)


def _unit(sums: Floats, outputs: Floats) -> tuple[Unit, int, float, float]:
    """Return the unit and the sign in which the sums are nearest to the outputs, how far, and how these spread."""
    seen = [(Unit.OUTPUT, outputs)]
    if outputs.min() > 0 and outputs.max() < 1:
        seen.append((Unit.LOG_ODDS, log_odds(outputs)))
    tried = [
        (unit, sign, float(np.abs(sign * sums - as_seen).max()), max(float(as_seen.std()), 1e-12))
        for unit, as_seen in seen
        for sign in (1, -1)
    ]
    return min(tried, key=lambda one: one[2] / one[3])


def _encoded(inside: Inside, table: pa.Table, width: int) -> Iterator[Floats]:
    """Yield what the final step is shown of the rows, some hundreds at a time."""
    step = max(1, min(ROWS, CELLS // max(1, width)))
    for start in range(0, table.num_rows, step):
        part = table.slice(start, step)
        encoded = inside.encode(part)
        if encoded.shape != (part.num_rows, width):
            raise InsideError("the final step is shown other columns than it has weights for")
        yield encoded
