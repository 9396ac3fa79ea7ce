"""Made-up cases to show reasons with: a typical one, and one near the threshold. Never a row of the data.

They are put together from medians, quantiles and frequent values of single columns. Where such a combination happens to
be what a few real rows say, another is taken; where many rows say it (MANY), it singles out nobody and is kept,
with their number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.evaluation import Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.game import BATCH, Floats, checked_scores
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.texts import is_text, made_up

if TYPE_CHECKING:
    import pyarrow as pa

Value = str | float | None

MANY = 10
"""Rows that may say the same as a made-up case: as many as make it common property."""

MAX_COMBINATIONS = 4_096
QUANTILES = (0.5, 0.25, 0.75, 0.1, 0.9)
"""For numbers, the median first; for categories, as many of the most frequent values."""

WORDS = (slice(8), slice(8, 16), slice(16, 24), slice(16), slice(4))
"""Which words make up a text, of those that most texts hold."""


class Kind(StrEnum):
    """Which made-up case."""

    TYPICAL = "typical"
    BORDERLINE = "borderline"


@dataclass(frozen=True, slots=True)
class ExampleCase:
    """A made-up case, by raw column."""

    kind: Kind
    values: tuple[tuple[str, Value], ...]
    """None is missing."""
    score: float
    rows_alike: int
    """Rows of the data that say the same in every column: none, or at least MANY. More than 0 is to be said."""


def make_cases(
    predict: Predict, table: pa.Table, threshold: float, *, seed: int = 0
) -> tuple[ExampleCase | Unexplained, ...]:
    """Return a typical case and one near `threshold`; `table` holds the model's inputs and nothing else."""
    choices = [_choices(column) for column in table.columns]
    combined = _combinations(choices, seed)
    rows = _as_table(combined, table)
    alike = _alike(combined, table)
    usable = np.flatnonzero((alike == 0) | (alike >= MANY))
    if len(usable) == 0:
        refused = Unexplained(Reason.NOT_APPLICABLE, "every made-up case would be what a few real rows say")
        return refused, refused
    scores = np.concatenate(
        [checked_scores(predict, rows.slice(start, BATCH)) for start in range(0, rows.num_rows, BATCH)]
    )
    distance = np.array([_steps(one, choices) for one in combined], np.float64)
    typical = usable[np.lexsort((usable, distance[usable]))[0]]
    nearest = usable[np.lexsort((usable, distance[usable], np.abs(scores[usable] - threshold)))[0]]
    return tuple(
        ExampleCase(
            kind,
            tuple(zip(table.column_names, combined[place], strict=True)),
            float(scores[place]),
            int(alike[place]),
        )
        for kind, place in ((Kind.TYPICAL, typical), (Kind.BORDERLINE, nearest))
    )


def table_of(case: ExampleCase, table: pa.Table) -> pa.Table:
    """Return a case as a table of one row like `table`."""
    return _as_table([tuple(value for _, value in case.values)], table)


def _choices(column: pa.ChunkedArray) -> list[Value]:
    """Return the values a made-up case may have in a column, the most typical first."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    if is_text(column):
        # What somebody wrote is nobody's example.
        return [*made_up(column, WORDS)]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        counted = pc.value_counts(column.drop_null()).to_pylist()
        counted.sort(key=lambda entry: (-entry["counts"], entry["values"]))
        # A name that one row holds is somebody's.
        said = [entry["values"] for entry in counted if entry["counts"] >= MANY]
        return [*said[: len(QUANTILES)]] or [None]
    numbers: Floats = np.asarray(column.to_numpy(), np.float64)
    known = np.sort(numbers[np.isfinite(numbers)])
    if len(known) == 0:
        return [None]
    # Values that the column holds: between two of them a model may never have been asked.
    quantiles = np.quantile(known, QUANTILES, method="inverted_cdf").tolist()
    if shown := dict.fromkeys(one for one in quantiles if is_common(one, known)):
        return [*shown]
    # So few rows that none lies amid many: a model that was never shown a missing value may not take one.
    return [None] if len(known) < len(numbers) else quantiles[:1]


def is_common(number: float, known: Floats) -> bool:
    """Return whether MANY of the sorted numbers lie at or below, and at or above: of few, each is a person's own."""
    below, above = np.searchsorted(known, number, side="right"), len(known) - np.searchsorted(known, number)
    return bool(min(below, above) >= MANY)


def _combinations(choices: list[list[Value]], seed: int) -> list[tuple[Value, ...]]:
    """Return all combinations, or a draw of them that holds the most typical one first."""
    if math.prod(len(values) for values in choices) <= MAX_COMBINATIONS:
        return list(product(*choices))
    generator = np.random.default_rng([seed, MAX_COMBINATIONS])
    drawn = generator.integers(0, [len(values) for values in choices], size=(MAX_COMBINATIONS, len(choices)))
    # Half of the draw changes few columns, so that there are cases near the typical one too.
    kept = generator.random(drawn.shape) < np.repeat([[0.8], [0.0]], MAX_COMBINATIONS // 2, axis=0)
    places = np.where(kept, 0, drawn)
    places[0] = 0
    return [
        tuple(values[place] for values, place in zip(choices, row, strict=True)) for row in np.unique(places, axis=0)
    ]


def _steps(combination: tuple[Value, ...], choices: list[list[Value]]) -> int:
    """Return how far a combination is from the typical one: the places of its values, added up."""
    return sum(values.index(value) for value, values in zip(combination, choices, strict=True))


def _as_table(combined: list[tuple[Value, ...]], table: pa.Table) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - as above

    columns: list[Any] = [
        pa.array([row[place] for row in combined], type=field.type) for place, field in enumerate(table.schema)
    ]
    return pa.Table.from_arrays(columns, names=table.column_names)


def _alike(combined: list[tuple[Value, ...]], table: pa.Table) -> Floats:
    """Return how many rows of the data say the same as each combination; NaN and null are both missing."""
    wanted = dict.fromkeys(combined, 0)
    columns = [column.to_pylist() for column in table.columns]
    for row in zip(*columns, strict=True):
        said = tuple(None if value != value else value for value in row)  # noqa: PLR0124 - true of NaN only
        if said in wanted:
            wanted[said] += 1
    return np.array([wanted[one] for one in combined], np.float64)
