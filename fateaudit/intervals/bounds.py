"""One-sided bounds: the limits at which a claim would just hold, printed beside a verdict so that the two agree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from fateaudit.intervals.claims import Side, p_value, whole_table
from fateaudit.intervals.levels import check_alpha, upper_z
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Scale, Table, score_end

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_STEP = 0.02
"""First distance, in log ratio or atanh difference, from the score bound to the other side of the sought one."""
TOLERANCE = 1e-10
"""How closely a bound is placed, in log ratio or atanh difference."""


def ratio_bounds(  # noqa: PLR0913 - two counts, and a level for each side
    x1: int, n1: int, x0: int, n0: int, *, alpha_low: float, alpha_high: float
) -> tuple[float, float]:
    """Return the lower bound of p1 / p0 at `alpha_low` and the upper bound at `alpha_high`, within [0, inf].

    At the lower bound `ratio_test` gives p_above = alpha_low, at the upper one p_below = alpha_high (the p-value moves
    in small jumps, and a bound may stand at a jump). No success in group 1 gives 0, no success in group 0 infinity.
    Both levels lie in (0, 0.5). ValueError outside, and for what `ratio_test` refuses.
    """
    table = whole_table(x1, n1, x0, n0)
    low = bound(RATIO, table, alpha=alpha_low, side="above") if x1 > 0 else 0.0
    high = bound(RATIO, table, alpha=alpha_high, side="below") if x0 > 0 else math.inf
    return low, high


def difference_bounds(  # noqa: PLR0913 - two counts, and a level for each side
    x1: int, n1: int, x0: int, n0: int, *, alpha_low: float, alpha_high: float
) -> tuple[float, float]:
    """Return the lower bound of p1 - p0 at `alpha_low` and the upper bound at `alpha_high`, within [-1, 1].

    At the lower bound `difference_test` gives p_above = alpha_low, at the upper one p_below = alpha_high, up to jumps
    of the p-value. Both levels lie in (0, 0.5). ValueError outside, and for what `difference_test` refuses.
    """
    table = whole_table(x1, n1, x0, n0)
    apart = x1 / n1 - x0 / n0
    low = bound(DIFFERENCE, table, alpha=alpha_low, side="above") if apart > -1 else -1.0
    high = bound(DIFFERENCE, table, alpha=alpha_high, side="below") if apart < 1 else 1.0
    return low, high


def bound(scale: Scale, table: Table, *, alpha: float, side: Side) -> float:
    """Return the limit at which the claim on `side` has the p-value `alpha`.

    The score bound is close and cheap; the search starts there. In a few small tables in a hundred the p-value jumps
    across `alpha` more than once within a short stretch of limits (at most some hundredths of the bound); this is one
    of the crossings, and for a limit inside such a stretch the test decides, not the bound.
    """
    check_alpha(alpha)
    z = upper_z(alpha) if side == "above" else -upper_z(alpha)
    start = scale.to_real(float(score_end(scale, table, np.asarray(z))))
    # "Above" is the likelier the lower the limit: its p-value rises with the limit, that of "below" falls.
    rising = 1.0 if side == "above" else -1.0

    def excess(position: float) -> float:
        p = p_value(scale, table, float(scale.from_real(np.asarray(position))), side=side)
        return rising * (math.log(max(p, 1e-300)) - math.log(alpha))

    bracket = _bracket(excess, start, scale.reach)
    if bracket is None:
        return scale.ends[0] if side == "above" else scale.ends[1]
    root = optimize.brentq(excess, *bracket, xtol=TOLERANCE)
    return float(scale.from_real(np.asarray(root)))


def _bracket(excess: Callable[[float], float], start: float, reach: float) -> tuple[float, float] | None:
    """Step away from `start`, doubling, until `excess` changes sign; None if the scale ends before that."""
    here = excess(start)
    direction = -1.0 if here > 0 else 1.0
    step, near = FIRST_STEP, start
    while abs(near) < reach:
        far = max(-reach, min(reach, near + direction * step))
        if excess(far) * here <= 0:
            return min(near, far), max(near, far)
        near, step = far, 2 * step
    return None
