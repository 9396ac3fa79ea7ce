"""Which thresholds to test: those that can be written with three decimals and decide differently from each other.

A row's exact score can say whose row it is, and where rows are few the scores are the thresholds. So no threshold is
taken from a row: each is a number of a grid of thousandths (or coarser, where scores are larger than 1), which is
also what a person writes into a policy. Thresholds of the grid between which no score lies decide alike and are one
cut. Equal scores always move together.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fateaudit.policy import Decision
from fateaudit.sweeping.values import Cut

DECIMALS = 3
MOST = 200
"""No more thresholds than this are tested: with as many as there are rows, a table of them would be the scores."""


def find_cuts(score: NDArray[np.float64], decision: Decision) -> tuple[tuple[Cut, ...], int]:
    """Return every cut, thresholds ascending, and the decimals that they are written with.

    The policy's own threshold stands as it is written there, whatever its decimals.
    """
    ordered = np.sort(score)
    exponent = _exponent(float(ordered[0]), float(ordered[-1]))
    first = math.floor(float(ordered[0]) / 10.0**exponent) - 1
    last = math.ceil(float(ordered[-1]) / 10.0**exponent) + 1
    # Read as decimal text, so that each is the number that the same digits are in a policy.
    grid = np.array([float(f"{place}e{exponent}") for place in range(first, last + 1)])
    selected = _selected(ordered, grid, decision.at)
    cuts = [
        _cut(grid[selected == number], int(number), len(ordered), decision.at)
        for number in sorted(set(selected.tolist()), reverse=not decision.less_is_better)
    ]
    return _with_own(cuts, ordered, decision), max(0, -exponent)


def _exponent(low: float, high: float) -> int:
    """Return the power of ten that thresholds are multiples of: thousandths of the range, never finer than 0.001."""
    span = high / 2 - low / 2
    return max(-DECIMALS, math.ceil(math.log10(span) + math.log10(2)) - DECIMALS) if span > 0 else -DECIMALS


def _selected(ordered: NDArray[np.float64], grid: NDArray[np.float64], at: str) -> NDArray[np.int64]:
    """Return how many scores each threshold selects, as `evaluation.decide` would."""
    side = "left" if at in _LEFT else "right"
    before = np.searchsorted(ordered, grid, side=side).astype(np.int64)  # type: ignore[call-overload]  # the stubs want a literal
    selected: NDArray[np.int64] = before if at.startswith("<") else len(ordered) - before
    return selected


_LEFT = (">=", "<")
"""Where a score that is the threshold itself stands after it."""


def _cut(members: NDArray[np.float64], selected: int, rows: int, at: str) -> Cut:
    low, high = float(members[0]), float(members[-1])
    if selected == (0 if at.startswith("<") else rows):
        return Cut(high, -math.inf, high, selected)
    if selected == (rows if at.startswith("<") else 0):
        return Cut(low, low, math.inf, selected)
    # The threshold that a person would name: the lowest selected score, or for ">" the highest that is not.
    return Cut(high if at in _LEFT else low, low, high, selected)


def _with_own(cuts: list[Cut], ordered: NDArray[np.float64], decision: Decision) -> tuple[Cut, ...]:
    """Test the policy's own threshold in place of others that decide like it, or beside them."""
    own = decision.threshold
    (selected,) = _selected(ordered, np.array([own]), decision.at).tolist()
    alike = next((cut for cut in cuts if cut.selected == selected), None)
    if alike is None:
        return tuple(sorted([*cuts, Cut(own, own, own, selected, is_own=True)], key=lambda cut: cut.threshold))
    mine = replace(alike, threshold=own, low=min(alike.low, own), high=max(alike.high, own), is_own=True)
    return tuple(mine if cut is alike else cut for cut in cuts)


def choose(cuts: tuple[Cut, ...], steps: int) -> list[int]:
    """Return the places of at most `steps` cuts: all, or those at equal steps of rows selected, and the own one."""
    if len(cuts) <= steps:
        return list(range(len(cuts)))
    selected = np.array([cut.selected for cut in cuts])
    own = next(place for place, cut in enumerate(cuts) if cut.is_own)
    aims = np.linspace(selected.max(), selected.min(), steps - 1)
    return sorted({own, *(int(np.abs(selected - aim).argmin()) for aim in aims)})
