"""How well the values of one column tell two groups apart, when no row may foretell itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fateaudit.explainability.game import Codes

if TYPE_CHECKING:
    import pyarrow as pa

BINS = 10
"""Numbers of more different values are told by the tenth that they lie in."""

PRIOR = 2.0
"""A value is judged as if two more rows had it, of the groups in their overall shares: seen once, it says little."""

DIGITS = 12
"""Scores that are equal as fractions are to be equal as floats."""


def leave_pair_out(first: Codes, second: Codes) -> float:
    """Return the AUC of telling a row of the first group from one of the second by its value, 0 to 1.

    `first` and `second` hold how many rows of each group have each value, shape (values,), each group with at least
    one row. A value's score is the share of the first group among its rows, both rows of the pair left out. So a value
    that one row has scores like no value, and a column of as many values as rows gets one half; without a link the
    expectation is one half exactly (leave-pair-out cross-validation, Airola and others 2011). Neither the order of
    rows nor the names of groups count.
    """
    rows = int(first.sum()), int(second.sum())
    prior = PRIOR * (rows[0] - 1) / (sum(rows) - 2) if sum(rows) > 2 else PRIOR / 2  # noqa: PLR2004 - the pair
    others = first + second - 1 + PRIOR
    of_first = np.round((first - 1 + prior) / others, DIGITS)
    of_second = np.round((first + prior) / others, DIGITS)
    order = np.argsort(of_second, kind="stable")
    scores, weights = of_second[order], np.concatenate([[0], np.cumsum(second[order])])
    below = weights[np.searchsorted(scores, of_first, side="left")]
    upto = weights[np.searchsorted(scores, of_first, side="right")]
    # A pair of one value is a tie; above, its second row always outscores the first.
    won = float((first * (below + upto) / 2).sum()) + float((first * second).sum()) / 2
    return won / (rows[0] * rows[1])


def values_of(distinct: pa.Array, codes: Codes) -> Codes:
    """Return what of each row's value counts, as numbers from 0: the value, or the tenth that a number lies in.

    `distinct` are the values that `codes`, shape (rows,), point at. What is missing, or no number, is a value.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    is_number = pa.types.is_floating(distinct.type) or pa.types.is_integer(distinct.type)
    seen, dense = np.unique(codes, return_inverse=True)
    if not is_number or len(seen) <= BINS:
        return np.asarray(dense.reshape(-1), np.int64)
    numbers = np.asarray(distinct.cast(pa.float64()).to_numpy(zero_copy_only=False))[codes]
    is_known = ~np.isnan(numbers)
    # An observed value each, so that infinities do not make edges that are no numbers.
    edges = np.unique(np.quantile(numbers[is_known], np.arange(1, BINS) / BINS, method="inverted_cdf"))
    tenths = np.where(is_known, np.searchsorted(edges, np.where(is_known, numbers, 0.0)), len(edges) + 1)
    return np.asarray(np.unique(tenths, return_inverse=True)[1].reshape(-1), np.int64)
