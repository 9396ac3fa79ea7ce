"""What a model's columns and outcomes are called: its own words, else the policy's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.problems import Problem, ProblemError

if TYPE_CHECKING:
    from fateaudit.worker.opened import Wish


def column_names(own: Sequence[str] | None, count: int, wish: Wish) -> list[str]:
    """Return the names of the `count` columns that a model reads: its own, else those that the policy gives.

    Raises ProblemError where nobody names them, or the policy names more or fewer.
    """
    if own is not None:
        if len(own) != count:
            raise ProblemError(Problem.DAMAGED)
        return list(own)
    if not wish.inputs:
        raise ProblemError(Problem.NO_COLUMN_NAMES)
    if len(wish.inputs) != count:
        raise ProblemError(Problem.OTHER_COLUMNS, str(count), str(len(wish.inputs)))
    return list(wish.inputs)


def called(classes: list[str], wish: Wish) -> tuple[str, ...]:
    """Return what outcomes are called: as the policy says, where it says it of just as many."""
    if wish.classes and len(wish.classes) != len(classes):
        raise ProblemError(Problem.OTHER_CLASSES, str(len(classes)), str(len(wish.classes)))
    return wish.classes or tuple(classes)


def class_name(value: Any) -> str:
    """Return a class as `counting.as_text` writes the same value of a column: 1.0 is "1"."""
    is_whole = isinstance(value, np.floating) and float(value).is_integer()
    return str(int(value)) if is_whole else str(value)
