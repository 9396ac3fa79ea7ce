"""Several claims at once: which of them hold together, and which are merely worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float], *, alpha: float) -> tuple[bool, ...]:
    """Return which claims hold when the chance of a single false one is to be at most `alpha`, in the given order.

    From the smallest p-value on, the i-th of m (from 0) holds while it is at most alpha / (m - i); the first that does
    not ends it. Valid whatever the dependence. ValueError for a p-value or level outside [0, 1].

    Source: Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    order = _ascending(p_values, alpha)
    holds = [False] * len(order)
    for rank, index in enumerate(order):
        if p_values[index] > alpha / (len(order) - rank):
            break
        holds[index] = True
    return tuple(holds)


def benjamini_hochberg(p_values: Sequence[float], *, alpha: float) -> tuple[bool, ...]:
    """Return which claims hold when at most a share `alpha` of them is to be false on average, in the given order.

    All up to the largest rank i of m (from 1) whose p-value is at most alpha i / m hold, those in between too. Valid
    for independent claims and for many positively dependent ones. ValueError as for `holm`.

    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    order = _ascending(p_values, alpha)
    size = len(order)
    last = max((rank for rank, index in enumerate(order, 1) if p_values[index] <= alpha * rank / size), default=0)
    holding = set(order[:last])
    return tuple(index in holding for index in range(size))


def _ascending(p_values: Sequence[float], alpha: float) -> list[int]:
    """Return the places of the p-values from the smallest on."""
    if not (0 <= alpha <= 1 and all(0 <= p <= 1 for p in p_values)):
        raise ValueError("p-values and levels lie between 0 and 1")
    return sorted(range(len(p_values)), key=lambda index: p_values[index])
