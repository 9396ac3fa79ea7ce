"""Values of a column that single out nobody: a smallest or a largest number is one person's own, a rare word too."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.explainability.example_cases import MANY, Value, is_common
from fateaudit.explainability.game import Floats
from fateaudit.explainability.moves import as_numbers, is_number

if TYPE_CHECKING:
    import pyarrow as pa

ENDS = (0.05, 0.95)
STEPS = 9
"""Numbers that are shown, at even distances; fewer where the column holds fewer."""

DIGITS = 3
"""Significant digits of a number."""

MOST_TEXTS = 6
"""The most frequent ones."""


def common_values(column: pa.ChunkedArray, own: Value) -> list[Value]:
    """Return values of a column to show, with `own`, a made-up case's, among them if it is one of those.

    At least `MANY` rows lie at or below, and at or above, each number; at least as many say each text, or have nothing
    recorded. Numbers are in their order, texts by how frequent they are; None, for missing, comes last.
    """
    if not is_number(column):
        return _texts(column, own)
    numbers = as_numbers(column)
    known = np.sort(numbers[np.isfinite(numbers)])
    shown: list[Value] = list(_numbers(known, own if isinstance(own, float) else None))
    return [*shown, None] if int(np.isnan(numbers).sum()) >= MANY else shown


def _texts(column: pa.ChunkedArray, own: Value) -> list[Value]:
    counted = Counter(column.to_pylist())
    many = sorted((name for name, rows in counted.items() if rows >= MANY), key=lambda one: (-counted[one], str(one)))
    top = [*many[:MOST_TEXTS], *([own] if own in many[MOST_TEXTS:] else [])]
    return sorted(top, key=lambda one: one is None)


def _numbers(known: Floats, own: float | None) -> list[float]:
    """Return numbers from one end to the other; `known` are sorted."""
    if len(known) < MANY:
        return []
    low, high = (float(known[int(end * (len(known) - 1))]) for end in ENDS)
    distinct = np.unique(known[(known >= low) & (known <= high)])
    even = distinct if len(distinct) <= STEPS else np.linspace(low, high, STEPS)
    if (known == np.round(known)).all():
        even = np.round(even)
    shown = {_rounded(number) for number in even.tolist()}
    if own is not None and low <= own <= high:
        # A number that is hardly another one would stand on top of it.
        near = (high - low) / (2 * STEPS)
        shown = {one for one in shown if abs(one - own) > near} | {own}
    return [one for one in sorted(shown) if is_common(one, known)]


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
