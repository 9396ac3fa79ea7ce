"""How far a smooth function of a table of counts may be from the truth: the delta method, without formulas.

The function is evaluated on the table with a little weight moved to and from each cell: the infinitesimal jackknife.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.special import expit, logit

from fateaudit.intervals.levels import check_alpha, upper_z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Cells: TypeAlias = NDArray[np.float64]
    Function: TypeAlias = Callable[[Cells], float]

STEP = 1e-5
"""The share of the weight that is moved to find a slope; central differences make its error that squared."""

ADDED = 2.0
"""Rows spread evenly over the cells before a range is found, as in Agresti and Coull (1998): with half a row in each of
four cells, forty right decisions out of forty are no proof that all are."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a statistic may lie, and where its distribution is nearest to normal."""

    low: float
    high: float

    @property
    def link(self) -> Callable[[float], float]:
        """Logit between two ends, logarithm above 0, none otherwise."""
        return _LINKS[self.name][0]

    @property
    def back(self) -> Callable[[float], float]:
        """The inverse of `link`."""
        return _LINKS[self.name][1]

    @property
    def name(self) -> str:
        """Return "logit", "log" or "plain"."""
        return {(0.0, 1.0): "logit", (0.0, math.inf): "log"}.get((self.low, self.high), "plain")

    def slope(self, at: float) -> float:
        """Return the derivative of `link`."""
        if self.name == "plain":
            return 1.0
        return 1 / (at * (1 - at)) if self.name == "logit" else 1 / at


def _logit(value: float) -> float:
    return float(logit(value))


def _expit(value: float) -> float:
    return float(expit(value))


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


def _itself(value: float) -> float:
    return value


_LINKS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "logit": (_logit, _expit),
    "log": (math.log, _exp),
    "plain": (_itself, _itself),
}


def standard_error(function: Function, cells: Cells) -> float:
    """Return the infinitesimal jackknife's standard error of `function` at a table of counts, one multinomial sample.

    With U_c the slope of the function towards a table that is all cell c, it is sqrt(Σ n_c U_c²) / n: the delta method,
    exact to first order for any smooth function that does not change when all cells are multiplied by one number.

    Source: Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans, section 6.
    """
    n = float(cells.sum())
    spread = 0.0
    for place in np.flatnonzero(cells):
        towards = -cells / n
        towards[place] += 1
        step = min(STEP, float(cells[place]) / n / 2)
        slope = (function(cells / n + step * towards) - function(cells / n - step * towards)) / (2 * step)
        spread += float(cells[place]) * slope**2
    return math.sqrt(spread) / n


def delta_bounds(
    function: Function, cells: Cells, scale: Scale, *, alpha_low: float, alpha_high: float
) -> tuple[float, float]:
    """Return one-sided bounds of `function` at `alpha_low` and `alpha_high`, around the value, within its range.

    Normal on the statistic's own scale, after `ADDED` rows were spread over the cells. ValueError for levels outside
    (0, 0.5).
    """
    check_alpha(alpha_low)
    check_alpha(alpha_high)
    value, added = function(cells), cells + ADDED / len(cells)
    centre = function(added)
    if not math.isfinite(centre) or (scale.name != "plain" and not scale.low < centre < scale.high):
        return scale.low, scale.high
    error = standard_error(function, added) * scale.slope(centre)
    low, high = (scale.link(centre) + z * error for z in (-upper_z(alpha_low), upper_z(alpha_high)))
    return max(scale.low, min(value, scale.back(low))), min(scale.high, max(value, scale.back(high)))
