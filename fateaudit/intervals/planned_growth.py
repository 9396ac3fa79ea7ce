"""How much larger both groups would have to be: what helps where one of them alone cannot grow enough."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scipy import optimize

from fateaudit.intervals.planning import POWER, claim_power

if TYPE_CHECKING:
    from fateaudit.intervals.planning import PlannedComparison

MOST_TIMES = 10_000.0
"""Nobody gathers ten thousand times the rows that there are."""


def needed_growth(
    planned: PlannedComparison, *, truth: float, trials: float, alpha: float, power: float = POWER
) -> float | None:
    """Return how many times as many trials of both groups, 1 or more, give the claim about `truth` this `power`.

    The group has `trials` now, the reference as many as `planned` says; both grow alike. None beyond MOST_TIMES.
    Errors and source: `claim_power`.
    """

    def excess(times: float) -> float:
        grown = replace(planned, reference_trials=planned.reference_trials * times)
        return claim_power(grown, truth=truth, trials=trials * times, alpha=alpha) - power

    if excess(1.0) >= 0:
        return 1.0
    return None if excess(MOST_TIMES) < 0 else float(optimize.brentq(excess, 1.0, MOST_TIMES, rtol=1e-9))
