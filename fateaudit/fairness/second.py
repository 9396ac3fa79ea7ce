"""Every figure a second time, by fairlearn, on the weighted cells.

fairlearn accepts sample weights, so its metrics on a few hundred cells give exactly what they would give on the rows.
Where it and the counts disagree, one of the two is wrong and neither is reported.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from fateaudit.counts import Cell, Counts, Group, Outcome
from fateaudit.evidence import Convention, SecondCalculation
from fateaudit.fairness.plans import WORST_PAIR, Plan

TOLERANCE = 1e-9


class DisagreementError(Exception):
    """fairlearn gives another figure than the counts do, or knows no such figure."""


@cache
def functions(positive: Outcome) -> dict[str, Callable[..., float]]:
    """Return the function of fairlearn or scikit-learn for each rate; favourable is coded 1."""
    from fairlearn import metrics  # noqa: PLC0415 - heavy: 3 s
    from sklearn.metrics import accuracy_score, precision_score  # noqa: PLC0415 - heavy

    coded = 1 if positive is Outcome.FAVOURABLE else 0

    def without(side: int) -> Callable[..., float]:
        """Return the share of the decisions for `side` with which the labels do not agree."""
        return lambda *given, **weights: 1 - float(precision_score(*given, pos_label=side, **weights))

    def recorded(labels: Any, _: Any, **weights: Any) -> float:
        return float(metrics.selection_rate(labels, labels, pos_label=1, **weights))

    return {
        "selection_rate": partial(metrics.selection_rate, pos_label=1),
        "adverse_rate": partial(metrics.selection_rate, pos_label=0),
        "true_positive_rate": partial(metrics.true_positive_rate, pos_label=coded),
        "false_positive_rate": partial(metrics.false_positive_rate, pos_label=coded),
        "false_negative_rate": partial(metrics.false_negative_rate, pos_label=coded),
        "true_negative_rate": partial(metrics.true_negative_rate, pos_label=coded),
        "positive_predictive_value": partial(precision_score, pos_label=coded),
        "negative_predictive_value": partial(precision_score, pos_label=1 - coded),
        "false_discovery_rate": without(coded),
        "false_omission_rate": without(1 - coded),
        "wrong_adverse_rate": partial(metrics.false_negative_rate, pos_label=1),
        "wrong_adverse_share": without(0),
        "wrong_favourable_rate": partial(metrics.false_positive_rate, pos_label=1),
        "accuracy": accuracy_score,
        "base_rate": recorded,
        "scoring_rate": partial(metrics.selection_rate, pos_label=1),
    }


def calculate_again(plan: Plan, counts: Counts, positive: Outcome, value: float, compared: Group) -> SecondCalculation:
    """Return fairlearn's value for `plan`, or raise DisagreementError when it, or any group's rate, differs.

    `value` is ours; `compared` is the group that a comparison with a named reference, or a rate, is about. Where the
    tallies are weighted, fairlearn counts every row by its weight too.
    """
    from fairlearn import __version__  # noqa: PLC0415 - heavy

    if plan.metric.rate_name not in functions(positive):
        raise DisagreementError(f"there is no second calculation of {plan.metric.rate_name}")
    rates = {tally.group: tally.rate for tally in plan.tallies if tally.denominator}
    cells = {group: cells for group, cells in counts.by_group(plan.of).items() if group in rates}
    frame = _frame(plan, cells, positive)
    theirs = frame.by_group["rate"]
    again = {group: float(theirs[place]) for place, group in enumerate(cells)}
    if plan.convention in WORST_PAIR:
        judged = {tally.group: cells[tally.group] for tally in plan.judged}
        second = _of_worst_pair(plan, frame if judged.keys() == cells.keys() else _frame(plan, judged, positive))
    else:
        second = _of_compared(plan, again, compared)
    differences = [abs(again[group] - rate) for group, rate in rates.items()]
    differences.append(0.0 if second == value else abs(second - value))
    # Written so that a NaN, which compares false with everything, counts as a disagreement.
    if not max(differences) <= TOLERANCE * max(1.0, value if math.isfinite(value) else 1.0):
        raise DisagreementError("the counts and fairlearn give different figures")
    return SecondCalculation(by=f"fairlearn {__version__}", value=second, largest_difference=max(differences))


def _frame(plan: Plan, cells: dict[Group, tuple[Cell, ...]], positive: Outcome) -> Any:
    """Return a MetricFrame over `cells`, its groups numbered in their order."""
    from fairlearn.metrics import MetricFrame  # noqa: PLC0415 - heavy

    rows = [
        (place, cell)
        for place, group in enumerate(cells)
        for cell in cells[group]
        if cell.label is not None or not plan.metric.rate.needs_labels
    ]
    is_weighted = any(tally.weighted is not None for tally in plan.tallies)
    return MetricFrame(
        metrics={"rate": functions(positive)[plan.metric.rate_name]},
        y_true=[int(cell.label is Outcome.FAVOURABLE) for _, cell in rows],
        y_pred=[int(cell.decision is Outcome.FAVOURABLE) for _, cell in rows],
        sensitive_features=[place for place, _ in rows],
        sample_params={"rate": {"sample_weight": [cell.weight if is_weighted else cell.n for _, cell in rows]}},
    )


def _of_compared(plan: Plan, again: dict[Group, float], compared: Group) -> float:
    reference = None if plan.reference is None else again[plan.reference]
    if reference is None:
        return again[compared]
    if plan.metric.comparison == "difference":
        return again[compared] - reference
    return again[compared] / reference if reference else math.inf


def _of_worst_pair(plan: Plan, frame: Any) -> float:
    if plan.metric.comparison == "difference":
        return float(frame.difference()["rate"])
    ratio = float(frame.ratio()["rate"])
    if plan.convention is not Convention.TO_LOWEST:
        return ratio
    return 1 / ratio if ratio else math.inf
