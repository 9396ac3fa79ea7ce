"""A mean of values between 0 and 1, and its bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from fateaudit.fairness.comparing import Estimated

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF = 0.5
"""Rows added at either end before a range is found: values that are all equal are no proof that all others are."""


def mean_of(values: NDArray[np.float64]) -> Estimated | None:
    """Return the mean of values in [0, 1] with Student's t bounds; None without two rows.

    The bounds are those of the mean after half a row of 0 and half a row of 1 were added, and enclose the mean itself.
    """
    n = len(values)
    if n < 2:  # noqa: PLR2004 - one row has no spread
        return None
    value = float(values.mean())
    total = n + 2 * HALF
    centre = (float(values.sum()) + HALF) / total
    squares = float(((values - centre) ** 2).sum()) + HALF * (centre**2 + (1 - centre) ** 2)
    error = math.sqrt(squares / (total - 1) / total)

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        t_low, t_high = (float(stats.t.isf(alpha, n - 1)) for alpha in (alpha_low, alpha_high))
        return max(0.0, min(value, centre - t_low * error)), min(1.0, max(value, centre + t_high * error))

    return Estimated(value, float(values.std(ddof=1)) / math.sqrt(n), bounds)
