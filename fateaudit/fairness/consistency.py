"""Whether people who look alike to the model get the same decision: individual fairness, on a drawn sample of rows.

Rows are compared by what the model reads and by nothing else: whether these columns are the right ones to be alike in
is a question for people.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from fateaudit.counts import Group
from fateaudit.evaluation import DRAWN, Drawn
from fateaudit.evidence import Reason
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.means import mean_of
from fateaudit.fairness.statistics import Lacking, Statistic, View

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

NEIGHBOURS = 5
AT_ONCE = 256
"""Rows whose distances to all others are held at one time: half a million numbers for 2,000 rows."""

LEFT_OUT = 20
"""Parts of the sample, each left out once: neighbours are shared, so that rows do not vary independently."""


def consistency(drawn: Drawn) -> Estimated | None:
    """Return 1 - mean |d - mean of the d of the five nearest other rows|, from 0 to 1; None with too few rows.

    Rows at the same distance as the fifth share its place. The standard error is that of leaving out each of twenty
    parts of the sample in turn, the range the wider of that one's and of rows taken as independent.

    Source: Zemel and others (2013), Learning fair representations; Shao and Wu (1989) for the jackknife.
    """
    rows = len(drawn.decision)
    if rows < 2 * LEFT_OUT:
        return None
    encoded = _encoded(drawn.inputs)
    part = np.arange(rows) % LEFT_OUT
    agreement = np.empty(rows)
    without = np.zeros((LEFT_OUT, 2))
    decision = drawn.decision.astype(np.float64)
    for start in range(0, rows, AT_ONCE):
        here = np.arange(start, min(start + AT_ONCE, rows))
        apart = _distances(encoded, here)
        apart[np.arange(len(here)), here] = np.inf
        agreement[here] = _agreement(apart, decision, decision[here])
        for left in range(LEFT_OUT):
            kept, mine = part != left, part[here] != left
            found = _agreement(apart[np.ix_(mine, kept)], decision[kept], decision[here][mine])
            without[left] += found.sum(), len(found)
    means = without[:, 0] / without[:, 1]
    spread = (LEFT_OUT - 1) / LEFT_OUT * float(((means - means.mean()) ** 2).sum())
    return _with_bounds(agreement, math.sqrt(spread))


def _with_bounds(agreement: Numbers, error: float) -> Estimated | None:
    independent = mean_of(agreement)
    assert independent is not None  # noqa: S101 - there are rows enough
    value = independent.value

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        low, high = independent.bounds(alpha_low, alpha_high)
        t_low, t_high = (float(stats.t.isf(alpha, LEFT_OUT - 1)) for alpha in (alpha_low, alpha_high))
        return max(0.0, min(low, value - t_low * error)), min(1.0, max(high, value + t_high * error))

    return Estimated(value, error, bounds)


def _encoded(inputs: pa.Table) -> tuple[Numbers, Numbers]:
    """Return numbers in standard deviations, missing ones at their mean, and text as codes, missing text as its own."""
    numbers, codes = [], []
    for column in inputs.columns:
        values = column.combine_chunks()
        if str(values.type).startswith(("string", "large_string")):
            encoded = values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
            codes.append(encoded.astype(np.float64))
            continue
        found = values.to_numpy(zero_copy_only=False).astype(np.float64)
        known = found[np.isfinite(found)]
        centre, spread = (float(known.mean()), float(known.std())) if len(known) else (0.0, 0.0)
        numbers.append(np.where(np.isfinite(found), found - centre, 0.0) / (spread or 1.0))
    empty = np.zeros((inputs.num_rows, 0))
    return (np.column_stack(numbers) if numbers else empty), (np.column_stack(codes) if codes else empty)


def _distances(encoded: tuple[Numbers, Numbers], here: NDArray[np.int64]) -> Numbers:
    """Return the squared distance of each of the rows `here` to every row: one for each text that differs."""
    numbers, codes = encoded
    apart = np.zeros((len(here), len(numbers)))
    for column in numbers.T:
        apart += (column[here, None] - column[None, :]) ** 2
    for column in codes.T:
        apart += column[here, None] != column[None, :]
    return apart


def _agreement(apart: Numbers, decision: Numbers, own: Numbers) -> Numbers:
    """Return for each row how near its decision is to the mean of its nearest neighbours'."""
    fifth = np.partition(apart, NEIGHBOURS - 1, axis=1)[:, NEIGHBOURS - 1 : NEIGHBOURS]
    nearer, level = apart < fifth, apart == fifth
    # Counted, not multiplied: a product of truth values and numbers takes ten times as long.
    places = NEIGHBOURS - nearer.sum(axis=1)
    is_chosen = decision > 0
    of_nearer, of_level = (np.count_nonzero(which & is_chosen, axis=1) for which in (nearer, level))
    mean = (of_nearer + places * of_level / level.sum(axis=1)) / NEIGHBOURS
    agreement: Numbers = 1 - np.abs(own - mean)
    return agreement


def _estimate(view: View, _: Group) -> Estimated | None:
    return None if view.scored is None or view.scored.drawn is None else consistency(view.scored.drawn)


def _rows(view: View, group: Group) -> int:
    return min(DRAWN, view.cases(group))


def _lacking(view: View) -> Lacking | None:
    if view.scored is not None and view.scored.drawn is not None:
        return None
    return Reason.MISSING_INPUT, "who is alike is told by the columns that the model reads: it needs the model"


CONSISTENCY = Statistic(
    term="consistency",
    heading="Whether rows that are alike get the same outcome",
    meaning=f"how near an outcome is, on average, to those of the {NEIGHBOURS} rows that are most alike in the columns "
    "the model reads",
    estimate=_estimate,
    rows=_rows,
    method=f"{NEIGHBOURS} nearest other rows of a drawn sample of {DRAWN:,} at most, numbers in standard deviations; "
    f"jackknife over {LEFT_OUT} parts of the sample",
    comparisons=("level",),
    needs_labels=False,
    needs="scores",
    lacking=_lacking,
    across="overall",
)
