"""A rate as it would be if its labels erred, with the number of rows it is then worth."""

from __future__ import annotations

import math

from fateaudit.intervals.confusion import CELLS, RELABELLED, Confusion, cells_of


def corrected_rate(rate: str, table: Confusion, *, e0: float = 0.0, e1: float = 0.0) -> tuple[float, float]:
    """Return the rate in [0, 1] if the labels of `table` err with `e0` and `e1`, and its effective number of trials.

    The rate is that of `tipping_point`. The effective trials are n = p(1 - p) / v with v by the delta method: for
    rate U / V, v = Σ c ((u_c - p v_c) / V)² over the four cells, c rows of which each adds u_c to U and v_c to V.
    Within a standard error of 0 or 1, where p(1 - p) vanishes and v does not, p is taken a standard error away: else
    an error that moves a rate to its end would seem to leave no rows. Without error they are the recorded trials.

    Source: Rogan and Gladen (1978), for the rate and its variance; here for a quotient of two corrected sums.

    ValueError for errors outside [0, 1) or that add up to 1, for errors that would make a count negative, for an
    unknown rate and for a rate over no rows.
    """
    if not (e0 >= 0 and e1 >= 0 and e0 + e1 < 1):
        raise ValueError(f"errors are not negative and add up to less than 1, unlike {e0} and {e1}")
    counted, among = cells_of(rate)
    kept = 1 - e0 - e1
    per_row = {cell: _corrected_row(cell, e0, e1) for cell in CELLS}
    rows: dict[str, int] = {cell: getattr(table, cell) for cell in CELLS}
    corrected = {cell: sum(rows[other] * per_row[other].get(cell, 0.0) for other in CELLS) / kept for cell in CELLS}
    if min(corrected.values()) < -1e-9 * max(1, sum(rows.values())):
        raise ValueError(f"errors of {e0} and {e1} would leave a negative number of true rows")
    trials = sum(corrected[cell] for cell in among)
    if trials <= 0:
        raise ValueError(f"no rows are left for {rate} after errors of {e0} and {e1}")
    p = min(max(sum(corrected[cell] for cell in counted) / trials, 0.0), 1.0)

    def influence(cell: str) -> float:
        adds = sum(per_row[cell].get(to, 0.0) for to in counted)
        weighs = sum(per_row[cell].get(to, 0.0) for to in among)
        return (adds - p * weighs) / kept / trials

    variance = math.fsum(rows[cell] * influence(cell) ** 2 for cell in CELLS)
    if variance == 0:
        return p, trials
    away = min(math.sqrt(variance), 0.5)
    centre = min(max(p, away), 1 - away)
    return p, centre * (1 - centre) / variance


def _corrected_row(cell: str, e0: float, e1: float) -> dict[str, float]:
    """Return what one recorded row adds to the corrected counts, before division by 1 - e0 - e1."""
    is_positive = cell in {"true_positive", "false_negative"}
    other = RELABELLED[cell]
    return {cell: 1 - e0, other: -e1} if is_positive else {cell: 1 - e1, other: -e0}
