"""Error levels: from a confidence to an alpha or a z."""

from __future__ import annotations

from fractions import Fraction

from scipy import special


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
