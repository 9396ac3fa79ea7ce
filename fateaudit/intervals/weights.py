"""Weighted rows: how many unweighted rows would say as much.

Weights say how many people a row stands for; they do not make more people. Everything is a function of four sums,
so a table of counts that carries Σw and Σw² is enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeightedRate:
    """A rate of weighted rows, with two answers to how many rows it is worth.

    `kish` holds for weights that have nothing to do with the outcome, `linearised` allows for weights that have.
    """

    rate: float
    kish: float
    linearised: float

    @property
    def effective(self) -> float:
        """The smaller of the two, at least 1: the n of intervals."""
        return min(self.kish, self.linearised)

    @property
    def successes(self) -> float:
        """`rate` times `effective`: the x of intervals."""
        return self.rate * self.effective

    def rounded(self) -> tuple[int, int]:
        """Return x and n as whole numbers, 0 <= x <= n and n >= 1, for E-tests, which count people."""
        return round(self.successes), round(self.effective)


def weighted_rate(
    *, success_weight: float, failure_weight: float, success_squares: float, failure_squares: float
) -> WeightedRate:
    """Return the weighted rate in [0, 1] and its effective numbers of rows, from Σw and Σw² of successes and failures.

    With W the sum of all weights, p = Σ_success w / W; kish = W² / Σw²;
    v = [(1 - p)² Σ_success w² + p² Σ_failure w²] / W², and linearised = p(1 - p) / v, which is kish when v = 0.
    Equal weights give the number of rows for both.

    ValueError when there is no weight, a negative or infinite one, or when the squares cannot belong to the weights.

    Source: Kish (1965), Survey Sampling; the variance of a ratio estimator by linearisation as in Korn and Graubard
    (1998), Confidence intervals for proportions with small expected number of positive counts.
    """
    for weight, squares in ((success_weight, success_squares), (failure_weight, failure_squares)):
        _check_sums(weight, squares)
    total, squares = success_weight + failure_weight, success_squares + failure_squares
    if total <= 0:
        raise ValueError("a weighted rate needs a row with a weight")
    rate = success_weight / total
    kish = total * total / squares
    spread = ((1 - rate) ** 2 * success_squares + rate * rate * failure_squares) / (total * total)
    return WeightedRate(rate, kish, rate * (1 - rate) / spread if spread > 0 else kish)


def _check_sums(weight: float, squares: float) -> None:
    """Refuse sums that no set of positive weights has: Σw² is at most (Σw)², and 0 only when Σw is."""
    if not (math.isfinite(weight) and math.isfinite(squares) and weight >= 0 and squares >= 0):
        raise ValueError(f"sums of weights are finite and not negative, unlike {weight} and {squares}")
    if (weight > 0) != (squares > 0) or squares > weight * weight * (1 + 1e-9):
        raise ValueError(f"no weights add up to {weight} and their squares to {squares}")
