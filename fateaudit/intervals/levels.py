"""Error levels: from a confidence to an alpha or a z, and how a family of claims shares one alpha."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from scipy import special

if TYPE_CHECKING:
    from collections.abc import Sequence


def alpha_of(confidence: float) -> float:
    """Return the error level left over by `confidence`, both in (0, 1); ValueError outside.

    The decimal that a person wrote is what counts: 0.95 leaves 0.05, where `1 - 0.95` leaves 0.050000000000000044
    and would decide a p-value of exactly 0.05 by a rounding error.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies strictly between 0 and 1, not at {confidence}")
    return float(1 - Fraction(str(confidence)))


def two_sided_z(confidence: float) -> float:
    """Return the standard normal quantile that leaves half of alpha above it: 1.959964 at 0.95."""
    return upper_z(alpha_of(confidence) / 2)


def upper_z(alpha: float) -> float:
    """Return the standard normal quantile that leaves `alpha` above it: 1.644854 at 0.05."""
    return -float(special.ndtri(alpha))


def check_alpha(alpha: float) -> None:
    """Refuse a one-sided level outside (0, 0.5): from 0.5 on, a bound would cross the point estimate."""
    if not 0 < alpha < 0.5:  # noqa: PLR2004 - one half, as the docstring says
        raise ValueError(f"a one-sided level lies strictly between 0 and 0.5, not at {alpha}")


def holm(p_values: Sequence[float], alpha: float) -> tuple[bool, ...]:
    """Say which claims hold when all of them together may be wrong with probability `alpha`.

    `p_values` has one p-value in [0, 1] per claim, in any order; the answer has the same order. The smallest is
    compared with alpha / m, the next with alpha / (m - 1), and so on; the first that exceeds its share ends it.
    Equality rejects. An empty family rejects nothing. ValueError for a p-value outside [0, 1] or an alpha outside
    (0, 1).

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"an error level lies strictly between 0 and 1, not at {alpha}")
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    rejected = [False] * len(p_values)
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[index] > alpha / (len(p_values) - rank):
            break
        rejected[index] = True
    return tuple(rejected)
