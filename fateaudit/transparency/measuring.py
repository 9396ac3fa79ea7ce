"""Whether the model gives the same case the same score, and the way from one case to its decision."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Inside, Predict, decide

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = (1, 7, 64)
"""Sizes of the batches in which rows are scored again, in turn."""

FOLLOWED = 1e-9
"""How near the score computed from the weights must be to the model's own."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same rows scored more than once."""

    rows: int
    again: int
    """Rows that got another score when the same table was scored again."""
    reordered: int
    """Rows that got another score when they came in another order and in batches of other sizes."""
    decisions: int
    """Rows whose decision differed in any of the repeats."""
    largest_difference: float
    """Between two scores of one row. A last digit (1e-16) is the processor's; more is the model's."""

    @property
    def is_identical(self) -> bool:
        """Whether every repeat gave every row the same score, to the last digit."""
        return self.again == self.reordered == 0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the line between the two decisions is."""

    threshold: float
    at: str = ">="

    def is_favourable(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return for each score whether the decision is favourable."""
        return decide(scores, self.threshold, self.at)


def score_again(predict: Predict, table: pa.Table, decision: Decision, *, seed: int = 0) -> Repeat:
    """Score `table` twice, and once more in a random order and in small batches; count what differs."""
    if table.num_rows == 0:
        raise AuditFailedError("there are no rows to score", hint="give the data at least one row")
    first, second = _scores(predict, table), _scores(predict, table)
    order = np.random.default_rng(seed).permutation(table.num_rows)
    third = np.empty_like(first)
    third[order] = np.concatenate([_scores(predict, part) for part in _in_parts(table.take(order))])
    decisions = [decision.is_favourable(scores) for scores in (first, second, third)]
    return Repeat(
        rows=table.num_rows,
        again=int((first != second).sum()),
        reordered=int((first != third).sum()),
        decisions=int(((decisions[0] != decisions[1]) | (decisions[0] != decisions[2])).sum()),
        largest_difference=float(max(np.abs(first - second).max(), np.abs(first - third).max())),
    )


def _in_parts(table: pa.Table) -> list[pa.Table]:
    """Cut a table into parts of the sizes in PARTS, the rest in one: small parts for a few rows, not for all."""
    parts, start = [], 0
    for size in PARTS:
        parts.append(table.slice(start, size))
        start += size
    parts.append(table.slice(start))
    return [part for part in parts if part.num_rows]


def _scores(predict: Predict, table: pa.Table) -> NDArray[np.float64]:
    scores = np.asarray(predict(table), np.float64)
    if scores.shape != (table.num_rows,) or not np.isfinite(scores).all():
        raise AuditFailedError("the model did not give one number a row", hint="check the model file")
    return scores


WIDE = 20
"""Encoded columns of which those at 0 are not told: they add nothing, and a vocabulary may hold people's names."""


class Stage(StrEnum):
    """Where on the way from a case to a decision."""

    INPUT = "input"
    ENCODED = "encoded"
    WEIGHED = "weighed"
    SCORE = "score"
    THRESHOLD = "threshold"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Step:
    """One value on the way."""

    stage: Stage
    name: str
    value: str | float | None
    """None is missing."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one made-up case from its input to its decision."""

    steps: tuple[Step, ...]
    stages: tuple[Stage, ...]
    """The stages that could be seen, in order."""
    recomputed: bool
    """Whether the weights alone give the model's own score: the whole way can be followed by hand."""


def trace(predict: Predict, case: pa.Table, decision: Decision, *, encoder: Inside | None = None) -> Trace:
    """Follow `case`, a table of one row of raw columns that is not a real row.

    What cannot be seen is left out and `stages` says so: a closed model shows input, score, threshold and decision.
    """
    if case.num_rows != 1:
        raise ValueError("a trace follows one case")
    score = float(_scores(predict, case)[0])
    inside, recomputed = ((), False) if encoder is None else _seen_inside(encoder, case, score)
    favourable = bool(decision.is_favourable(np.array([score]))[0])
    steps = (
        *(Step(Stage.INPUT, name, _plain(case[name][0].as_py())) for name in case.column_names),
        *inside,
        Step(Stage.SCORE, "score", score),
        Step(Stage.THRESHOLD, decision.at, decision.threshold),
        Step(Stage.DECISION, "decision", "favourable" if favourable else "adverse"),
    )
    return Trace(steps, tuple(dict.fromkeys(step.stage for step in steps)), recomputed)


def _seen_inside(encoder: Inside, case: pa.Table, score: float) -> tuple[Sequence[Step], bool]:
    try:
        encoded = encoder.encode(case)[0]
        linear = encoder.linear()
    except Exception:  # noqa: BLE001 - a part that cannot be asked is a part that cannot be seen
        return (), False
    names = encoder.names()
    if len(names) != len(encoded):
        names = tuple(f"encoded {place + 1}" for place in range(len(encoded)))
    kept = range(len(encoded)) if len(encoded) <= WIDE else np.flatnonzero(encoded).tolist()
    steps = [Step(Stage.ENCODED, names[place], _plain(float(encoded[place]))) for place in kept]
    if linear is None or len(linear.coef) != len(encoded):
        return steps, False
    weighed = [weight * float(value) for weight, value in zip(linear.coef, encoded, strict=True)]
    total = linear.intercept + sum(weighed)
    steps += [Step(Stage.WEIGHED, names[place], _plain(weighed[place])) for place in kept]
    steps += [Step(Stage.WEIGHED, "intercept", linear.intercept), Step(Stage.WEIGHED, "sum", _plain(total))]
    return steps, any(abs(candidate - score) <= FOLLOWED for candidate in _outputs(total))


def _outputs(total: float) -> tuple[float, ...]:
    """Return what a weighed sum may mean: itself, or log-odds of either class."""
    if not math.isfinite(total):
        return ()
    odds = 1 / (1 + math.exp(-total)) if total > 0 else math.exp(total) / (1 + math.exp(total))
    return total, odds, 1 - odds


def _plain(value: str | float | None) -> str | float | None:
    """Return the value, None where it is NaN: missing has one form here."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
