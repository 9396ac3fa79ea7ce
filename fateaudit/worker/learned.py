"""Which raw columns a fitted scikit-learn model reads, and which as text: nothing in its file says so in one place.

A column is text when some part that reads it as it stands in the data learned text from it. All others are numbers.
A column that every part drops is not read at all, though the model remembers its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_NESTING = 12

_PARTS = ("transformer_list", "estimators_", "calibrated_classifiers_")
"""Attributes that hold several fitted parts, alone or as (name, part); `steps` are different: they read each other."""

_PART = ("estimator_", "best_estimator_", "regressor_", "estimator")
"""Attributes that hold one; `estimator` last, because it is fitted only where the others are missing."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a model was shown in one column when it was fitted."""

    is_text: bool
    dtype: str
    """The kind of array: "object", "bool" or "float64"."""
    missing: float | str | None
    """What stood for a missing value; to scikit-learn, None and NaN are two values, and no text is missing."""


TEXTS = Learned(is_text=True, dtype="object", missing="")
"""What a part was shown that splits texts into words: the empty text is one of no words."""


def learned(estimator: Any, inputs: list[str]) -> dict[str, Learned]:
    """Return what is known about the columns `inputs` from the values that parts of `estimator` learned."""
    found: dict[str, Learned] = {}
    for names, part in _readers(estimator, inputs, 0):
        shown = [TEXTS] if hasattr(part, "analyzer") else map(_as_learned, map(np.asarray, _values(part)))
        for name, one in zip(names, shown, strict=False):
            if name in inputs and (name not in found or not found[name].is_text):
                found[name] = one
    return found


def dropped(estimator: Any, inputs: list[str]) -> set[str]:
    """Return those of `inputs` that are given to nothing."""
    given: set[str] = set()
    ignored: set[str] = set()
    for part in (part for _, part in _readers(estimator, inputs, 0) if hasattr(part, "transformers_")):
        for _, transformer, columns in part.transformers_:
            (ignored if transformer == "drop" else given).update(_names_of(columns, inputs))
    return ignored - given


def reads_texts(part: Any, nesting: int = 0) -> bool:
    """Return whether a fitted model reads one column of texts, and no table: its first step splits texts into words."""
    if nesting > MAX_NESTING or part is None or isinstance(part, str):
        return False
    if hasattr(part, "analyzer"):
        return True
    first = next((step for _, step in getattr(part, "steps", []) if step not in ("passthrough", None)), None)
    if first is not None:
        return reads_texts(first, nesting + 1)
    return any(reads_texts(one, nesting + 1) for one in _inner(part))


def _as_learned(values: np.ndarray[Any, Any]) -> Learned:
    several = values.tolist()
    is_text = any(isinstance(value, str) for value in several)
    dtype = "bool" if values.dtype.kind == "b" else "object" if is_text or values.dtype.kind == "O" else "float64"
    return Learned(is_text, dtype, None if any(value is None for value in several) else np.nan)


def _readers(part: Any, names: list[str], nesting: int) -> Iterator[tuple[list[str], Any]]:
    """Yield each part that reads raw columns, with their names; `names` are those that `part` itself reads."""
    if nesting > MAX_NESTING or part is None or isinstance(part, str):
        return
    yield names, part
    for _, transformer, columns in getattr(part, "transformers_", []):
        yield from _readers(transformer, _names_of(columns, names), nesting + 1)
    for inner in _inner(part):
        yield from _readers(inner, names, nesting + 1)


def _inner(part: Any) -> Iterator[Any]:
    """Yield the parts inside `part` that read the same columns as it does."""
    from sklearn.base import OneToOneFeatureMixin  # noqa: PLC0415 - heavy, and loaded by now

    for _, step in getattr(part, "steps", []):
        yield step
        keeps_columns = isinstance(step, str | OneToOneFeatureMixin | None) or getattr(step, "func", "") is None
        if not keeps_columns:
            break
    for attribute in _PARTS:
        several = getattr(part, attribute, None)
        for entry in several.ravel() if isinstance(several, np.ndarray) else several or []:
            yield entry[1] if isinstance(entry, tuple) else entry
    for attribute in _PART:
        yield getattr(part, attribute, None)


def _names_of(columns: Any, names: list[str]) -> list[str]:
    """Return the columns that a transformer was given by name, place, slice or mask."""
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, slice):
        start, stop = (names.index(end) if end in names else end for end in (columns.start, columns.stop))
        return names[start : stop + 1 if isinstance(columns.stop, str) else stop : columns.step]
    chosen = np.atleast_1d(np.asarray(columns))
    if chosen.dtype.kind == "b":
        chosen = np.flatnonzero(chosen)
    if chosen.dtype.kind in "iu":
        return [names[place] for place in chosen.tolist() if -len(names) <= place < len(names)]
    return [str(name) for name in chosen]


def _values(part: Any) -> Iterator[Any]:
    """Yield, for each column that `part` reads, the values that it learned."""
    if hasattr(part, "categories_"):
        yield from part.categories_
    elif hasattr(part, "statistics_"):
        for value in part.statistics_:
            yield np.array([value], dtype=object) if isinstance(value, str) else np.array([value])
