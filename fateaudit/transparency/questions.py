"""A tree of questions that a person can answer, fitted to a model's outputs; no question singles anybody out.

What is drawn is what is scored: the tree decides held-out rows by the very questions that the record holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Tree, TreeNode

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEPTH = 4
FEWEST = 10
"""Rows on either side of a question: below, a threshold or a text could be that of one person."""

MAX_VALUES = 20
"""Text values that get a column of their own; the rest share none."""

STEPS = 100
"""Numbers are told apart to about so many steps of their spread before a tree sees them: a threshold between two
people who differ by less would give both away."""

LARGEST = 1e30
"""What a library of single precision can add up; a number beyond is taken for this."""

SPREAD = (5, 95)
MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Asked:
    """What one column of the encoded table asks about a raw column."""

    kind: Literal["number", "text", "missing"]
    column: str
    text: str | None = None
    missing: Flags | None = None
    """Of a number: the rows that have none, where any has none."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A table as numbers, shape (rows, encoded columns), and what each column of it asks."""

    values: Floats
    asked: tuple[Asked, ...]

    def take(self, rows: Flags) -> Encoded:
        """Return some of the rows."""
        asked = tuple(
            one if one.missing is None else Asked(one.kind, one.column, missing=one.missing[rows]) for one in self.asked
        )
        return Encoded(self.values[rows], asked)


def encode(table: pa.Table) -> Encoded:
    """Return numbers as they are (missing: the median, and a column that says so) and text as 0/1 columns."""
    parts = [part for name in table.column_names for part in _encoded(name, table[name])]
    return Encoded(np.column_stack([values for values, _ in parts]), tuple(asked for _, asked in parts))


def _encoded(name: str, column: pa.ChunkedArray) -> list[tuple[Floats, Asked]]:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        counted = pc.value_counts(column).to_pylist()
        counted.sort(key=lambda entry: (-entry["counts"], entry["values"] or ""))
        said = np.array(column.to_pylist(), dtype=object)
        values = [entry["values"] for entry in counted[:MAX_VALUES]]
        return [(np.array([one == value for one in said], np.float64), _of_text(name, value)) for value in values]
    numbers = np.asarray(column.to_numpy(), np.float64)
    missing = ~np.isfinite(numbers)
    numbers = np.clip(numbers, -LARGEST, LARGEST)
    if not missing.any():
        return [(numbers, Asked("number", name))]
    middle = float(np.median(numbers[~missing])) if (~missing).any() else 0.0
    filled = np.where(missing, middle, numbers)
    return [
        (filled, Asked("number", name, missing=missing)),
        (missing.astype(np.float64), Asked("missing", name)),
    ]


def _of_text(name: str, value: str | None) -> Asked:
    return Asked("missing", name) if value is None else Asked("text", name, value)


def fit_tree(rows: Encoded, scores: Floats) -> Tree:
    """Return a tree of at most DEPTH questions in a row, at least FEWEST of `rows` at every end; `scores` one a row."""
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415 - heavy, and only needed here

    rows = _without_opposites(rows)
    least = min(FEWEST, len(scores))
    fitted = DecisionTreeRegressor(max_depth=DEPTH, min_samples_leaf=least, random_state=0)
    stepped = np.column_stack([_in_steps(column) for column in rows.values.T])
    fitted.fit(stepped, scores)
    nodes: list[TreeNode | None] = []
    _grow(fitted.tree_, 0, _Grown(rows, stepped, scores, nodes), np.ones(len(scores), np.bool_))
    return Tree(nodes=tuple(node for node in nodes if node is not None))


def _without_opposites(rows: Encoded) -> Encoded:
    """Return the columns without those that say the opposite of one before: of two words, the commoner is asked for."""
    kept: list[int] = []
    for place, one in enumerate(rows.asked):
        before = [other for other in kept if rows.asked[other].column == one.column and one.kind != "number"]
        if not any((rows.values[:, other] + rows.values[:, place] == 1).all() for other in before):
            kept.append(place)
    return Encoded(rows.values[:, kept], tuple(rows.asked[place] for place in kept))


def _in_steps(column: Floats) -> Floats:
    """Return numbers rounded to a power of ten of which STEPS or more make up their spread."""
    low, high = np.percentile(column, SPREAD)
    spread = float(high - low) or float(column.max() - column.min())
    if not spread > 0 or not math.isfinite(spread):
        return column
    step = 10.0 ** math.floor(math.log10(spread / STEPS))
    return np.asarray(np.round(column / step) * step, np.float64) if step > 0 else column


@dataclass(frozen=True, slots=True)
class _Grown:
    """What a tree is grown from, and the nodes so far, in the order in which they are read."""

    rows: Encoded
    stepped: Floats
    scores: Floats
    nodes: list[TreeNode | None]


def _grow(fitted: Any, at: int, grown: _Grown, here: Flags) -> int:
    """Append the node `at` of a fitted tree, with all that follows from it; return its place."""
    place, column = len(grown.nodes), int(fitted.feature[at])
    grown.nodes.append(None)
    rows, mean = int(here.sum()), float(grown.scores[here].mean())
    if column < 0:
        grown.nodes[place] = TreeNode(asks=None, rows=rows, mean=mean)
        return place
    # As the library compares: in single precision.
    is_low = here & (grown.stepped[:, column].astype(np.float32) <= fitted.threshold[at])
    is_high = here & ~is_low
    low = _grow(fitted, int(fitted.children_left[at]), grown, is_low)
    high = _grow(fitted, int(fitted.children_right[at]), grown, is_high)
    asked, values = grown.rows.asked[column], grown.rows.values[:, column]
    is_number = asked.kind == "number"
    at_most = simple_between(float(values[is_low].max()), float(values[is_high].min())) if is_number else None
    grown.nodes[place] = TreeNode(
        asks=asked.kind,
        column=asked.column,
        at_most=at_most,
        text=asked.text,
        missing=_side_of_missing(asked, is_low, here),
        yes=low if is_number else high,
        no=high if is_number else low,
        rows=rows,
        mean=mean,
    )
    return place


def _side_of_missing(asked: Asked, is_low: Flags, here: Flags) -> Literal["yes", "no"] | None:
    if asked.missing is None or not (asked.missing & here).any():
        return None
    return "yes" if (asked.missing & is_low).any() else "no"


def simple_between(low: float, high: float) -> float:
    """Return a number of few digits in [low, high), a whole one where there is one: how a person would say it."""
    middle = low + (high - low) / 2
    start = float(math.floor(middle)) if math.floor(middle) >= low else middle
    said = (float(f"{start:.{digits}g}") for digits in range(1, MOST_DIGITS + 1))
    return next((number for number in said if low <= number < high), low)


def say(tree: Tree, rows: Encoded) -> Floats:
    """Return what the tree says of each row: the mean output at the end to which its answers lead."""
    columns = {(one.kind, one.column, one.text): place for place, one in enumerate(rows.asked)}
    said = np.empty(len(rows.values))
    left = [(0, np.ones(len(rows.values), np.bool_))]
    while left:
        place, here = left.pop()
        node = tree.nodes[place]
        if node.asks is None:
            said[here] = node.mean
            continue
        values = rows.values[:, columns[node.asks, node.column, node.text]]
        is_yes = values <= node.at_most if node.at_most is not None else values > 0
        yes, no = tree.ways(node)
        left += [(yes, here & is_yes), (no, here & ~is_yes)]
    return said
