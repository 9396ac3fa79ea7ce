"""A column of many numbers → four groups of about equal size, for what is only told: a policy never has such bins."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.counting import to_numbers
from fateaudit.errors import FateauditError
from fateaudit.evaluation import Binning

QUARTERS = {
    2: ("lower values", "higher values"),
    3: ("lowest values", "middle values", "highest values"),
    4: ("lowest quarter", "second quarter", "third quarter", "highest quarter"),
}
"""What the groups of a column of numbers are called, by how many there are."""


def quarter(name: str, column: pa.ChunkedArray, times: NDArray[np.int64]) -> Binning | None:
    """Return a cut into four groups of about equal size, fewer where many rows share a number.

    `times` says how many rows each entry stands for.

    The groups are named by their place: the edges are values of the data. None for what is no numbers, for fewer than
    two groups, and for whole numbers of which no two are alike: they name the rows.
    """
    try:
        numbers = to_numbers(name, column, times)
    except FateauditError:
        return None
    known, rows = numbers[np.isfinite(numbers)], times[np.isfinite(numbers)]
    different, place = np.unique(known, return_inverse=True)
    upto = np.cumsum(np.bincount(place, rows))
    if not len(different) or (upto[-1] == len(different) and (different == np.floor(different)).all()):
        return None
    # Each is the first value with at least so many rows below it, as numpy's quantile by the higher of two values.
    middle = np.searchsorted(upto, np.ceil(np.array([0.25, 0.5, 0.75]) * (upto[-1] - 1)), side="right")
    # An edge is the first value of the group above it, so the lowest value is no edge.
    inner = [edge for edge in np.unique(different[middle]) if edge > different[0]]
    return Binning((-np.inf, *map(float, inner), np.inf), QUARTERS[len(inner) + 1]) if inner else None
