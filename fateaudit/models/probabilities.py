"""Whether numbers can be the probabilities of a model's outcomes, whoever gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fateaudit.errors import AuditFailedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

OUTSIDE = 1e-6
"""How far a probability may lie outside 0 and 1: models that count in single precision round."""

ADDED = 1e-3
"""How far the probabilities of one row may miss 1 together."""


def refuse_no_probabilities(numbers: NDArray[np.float64]) -> None:
    """Raise AuditFailedError unless each row of `numbers`, shape (rows, classes), adds up to 1, each from 0 to 1.

    Rows with what is no number at all are left out: who knows what the rows are tells of those.
    """
    if _are_probabilities(numbers):
        return
    known = numbers[np.isfinite(numbers).all(axis=1)]
    if _are_probabilities(known):
        return
    is_outside = bool(((known < -OUTSIDE) | (known > 1 + OUTSIDE)).any())
    raise AuditFailedError(
        "the model's outputs are not the probabilities of its outcomes",
        where=["they are outside 0 and 1" if is_outside else "those of one row do not add up to 1"],
        hint="save the model so that it gives probabilities, or audit its scores (columns.score)",
    )


def _are_probabilities(numbers: NDArray[np.float64]) -> bool:
    """Look at each number once; what is no number makes every comparison false."""
    if not numbers.size:
        return True
    together = numbers @ np.ones(numbers.shape[1])
    near = together.min() >= 1 - ADDED and together.max() <= 1 + ADDED
    # Where none is below 0 and together they are 1, none is above 1 by more than that.
    return bool(near and numbers.min() >= -OUTSIDE)
