"""Statistics that are functions of four counts: true and false positives, true and false negatives.

Adding one is a function and an entry. Ranges, differences and ratios between groups come with it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.counts import Group
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.delta import Scale, delta_bounds, standard_error
from fateaudit.fairness.odds import ODDS
from fateaudit.fairness.statistics import (
    ALL,
    NO_RATIO,
    POSITIVE,
    UNIT,
    Statistic,
    StatisticMetric,
    View,
    labelled,
    statistic_metrics,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

UNBOUNDED = Scale(-math.inf, math.inf)
LABELS, DECISIONS = (1, 1, 0, 0), (1, 0, 1, 0)
"""The four cells as rows: 1 is positive."""


def over(numerator: float, denominator: float) -> float:
    """Return a quotient; nothing over nothing is not defined."""
    return float(numerator / denominator) if denominator else math.nan


def balanced_accuracy(table: Table) -> float:
    """Return the mean of the true positive and the true negative rate, from 0 to 1; a coin gets one half."""
    tp, fn, fp, tn = table
    return (over(tp, tp + fn) + over(tn, tn + fp)) / 2


def f1_score(table: Table) -> float:
    """Return 2 TP / (2 TP + FP + FN), from 0 to 1: the harmonic mean of precision and recall. It counts no TN.

    Source: van Rijsbergen (1979), Information Retrieval.
    """
    tp, fn, fp, _ = table
    return over(2 * tp, 2 * tp + fp + fn)


def treatment_equality(table: Table) -> float:
    """Return FN / FP, from 0 on: which of the two errors is made more often. Not defined without a false positive.

    Source: Berk and others (2018), Fairness in criminal justice risk assessments: the state of the art.
    """
    _, fn, fp, _ = table
    return over(fn, fp)


def generalized_entropy_index(table: Table) -> float:
    """Return Σ [(b/μ)² - 1] / (2n), from 0 on, of the benefits b = decision - label + 1, favourable counted 1.

    0 when the benefit is equal for all. Source: Speicher and others (2018), A unified approach to quantifying
    algorithmic unfairness, with α = 2.
    """
    tp, fn, fp, tn = table
    n, mean = tp + fn + fp + tn, over(tp + tn + 2 * fp, tp + fn + fp + tn)
    return over(tp + tn + 4 * fp, n * mean * mean) / 2 - 0.5 if mean else math.nan


def theil_index(table: Table) -> float:
    """Return Σ (b/μ) ln(b/μ) / n, from 0 on, of the same benefits; 0 ln 0 is 0. Source: as above, with α = 1."""
    tp, fn, fp, tn = table
    n, mean = tp + fn + fp + tn, over(tp + tn + 2 * fp, tp + fn + fp + tn)
    if not mean > 0:
        return math.nan
    return float(((tp + tn) / mean * math.log(1 / mean) + fp * 2 / mean * math.log(2 / mean)) / n)


def _estimate(function: Callable[[Table], float], scale: Scale, view: View, group: Group) -> Estimated | None:
    table = view.table(group)
    value = function(table) if table.any() else math.nan
    if not math.isfinite(value):
        return None

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        return delta_bounds(function, table, scale, alpha_low=alpha_low, alpha_high=alpha_high)

    return Estimated(value, standard_error(function, table), bounds)


def of_cells(function: Callable[[Table], float], scale: Scale = UNIT, **given: Any) -> Statistic:
    """Return the statistic that `function` makes of four counts; see `Statistic` for the other arguments."""
    how = {"logit": "on the logit scale, ", "log": "on the log scale, ", "plain": ""}[scale.name]
    return Statistic(
        estimate=partial(_estimate, function, scale),
        method=f"delta method over the cells (infinitesimal jackknife), {how}two rows spread over the cells",
        scale=scale,
        **{"rows": labelled, **given},
    )


def _of_fewer_labels(view: View, group: Group) -> int:
    tp, fn, fp, tn = view.table(group)
    return int(min(tp + fn, fp + tn))


def _of_hits_and_errors(view: View, group: Group) -> int:
    tp, fn, fp, _ = view.table(group)
    return int(tp + fn + fp)


def _of_errors(view: View, group: Group) -> int:
    _, fn, fp, _ = view.table(group)
    return int(fn + fp)


def _by_sklearn(name: str, view: View, group: Group, **given: Any) -> float:
    from sklearn import metrics  # noqa: PLC0415 - heavy

    weights = view.table(group)
    return float(getattr(metrics, name)(LABELS, DECISIONS, sample_weight=weights, **given))


def from_function(name: str, function: Callable[..., Any], *, scale: Scale = UNBOUNDED) -> dict[str, StatisticMetric]:
    """Return the metrics that a function `f(y_true, y_pred, sample_weight=…)` makes: itself, and its difference.

    It is run on the four cells of label and decision with their rows as weights, 1 being the positive side, and must
    not change when all weights are multiplied by one number. What is not finite is not defined. Add the result to
    `METRICS`; the record names the function.
    """

    def of(table: Table) -> float:
        with warnings.catch_warnings():
            # What a library warns of is a value that it could not define: that shows in the value.
            warnings.simplefilter("ignore")
            return float(function(np.array(LABELS), np.array(DECISIONS), sample_weight=np.asarray(table)))

    where = f"{getattr(function, '__module__', '?')}.{getattr(function, '__qualname__', repr(function))}"
    statistic = of_cells(
        of,
        scale,
        term=name.replace("_", " "),
        heading=name.replace("_", " ").capitalize(),
        meaning=f"what the function {where} makes of labels, decisions and weights".replace("{", "{{").replace(
            "}", "}}"
        ),
        comparisons=NO_RATIO,
        better="neither",
        needs_positive=True,
    )
    return statistic_metrics({name: statistic})


STATISTICS: dict[str, Statistic] = {
    "balanced_accuracy": of_cells(
        balanced_accuracy,
        term="balanced accuracy",
        heading="Right outcomes, both sides of the records weighing the same",
        meaning="the mean of two shares: of either side of the records, how many get that outcome from the model",
        rows=_of_fewer_labels,
        again=("scikit-learn", partial(_by_sklearn, "balanced_accuracy_score")),
    ),
    "f1_score": of_cells(
        f1_score,
        term="F1 score",
        heading="Those rightly {positive}, beside those wrongly so and those missed",
        meaning="twice those {recorded_positive} that are {positive}, over all that are {positive} and all that are "
        "{recorded_positive}",
        rows=_of_hits_and_errors,
        needs_positive=True,
        again=("scikit-learn", partial(_by_sklearn, "f1_score", pos_label=1)),
    ),
    "treatment_equality": of_cells(
        treatment_equality,
        POSITIVE,
        term="treatment equality (false negatives per false positive)",
        heading="Those wrongly {negative}, for each one wrongly {positive}",
        meaning="how many are {negative} although {recorded_positive}, for each one that is {positive} although "
        "{recorded_negative}",
        comparisons=ALL,
        rows=_of_errors,
        better="neither",
        needs_positive=True,
    ),
    "generalized_entropy_index": of_cells(
        generalized_entropy_index,
        POSITIVE,
        term="generalized entropy index (alpha 2)",
        heading="How unequally wrong outcomes help and harm",
        meaning="how unequal people's benefits are: 2 for a better outcome than recorded, 0 for a worse one, else 1",
        comparisons=NO_RATIO,
        better="lower",
    ),
    "theil_index": of_cells(
        theil_index,
        POSITIVE,
        term="Theil index",
        heading="How unequally wrong outcomes help and harm, by the Theil index",
        meaning="how unequal people's benefits are: 2 for a better outcome than recorded, 0 for a worse one, else 1",
        comparisons=NO_RATIO,
        better="lower",
    ),
    **ODDS,
}
