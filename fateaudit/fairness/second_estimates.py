"""Estimates a second time, by fairlearn or scikit-learn, where they have them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib.metadata import version

from fateaudit.counts import Group
from fateaudit.evidence import Convention, SecondCalculation
from fateaudit.fairness.comparing import Estimated, quotient
from fateaudit.fairness.estimate_plans import EstimatePlan
from fateaudit.fairness.estimate_rules import Found
from fateaudit.fairness.second import TOLERANCE, DisagreementError


def estimate_again(plan: EstimatePlan, estimates: Mapping[Group, Estimated], found: Found) -> SecondCalculation | None:
    """Return another library's value, or None where no other has it; raise DisagreementError when it differs."""
    statistic = plan.metric.statistic
    if statistic.components is not None:
        return _held(found.value, _odds(plan), [], "fairlearn")
    if statistic.again is None:
        return None
    package, function = statistic.again
    again = {rows.group: function(plan.view, rows.group) for rows in plan.judged}
    differences = [abs(again[group] - estimates[group].value) for group in again]
    return _held(found.value, _value(plan, found, again), differences, package)


def _held(value: float, second: float, differences: list[float], package: str) -> SecondCalculation:
    differences = [*differences, 0.0 if second == value else abs(second - value)]
    # Written so that a NaN, which compares false with everything, counts as a disagreement.
    if not max(differences) <= TOLERANCE * max(1.0, value if math.isfinite(value) else 1.0):
        raise DisagreementError(f"this tool and {package} give different figures")
    return SecondCalculation(by=f"{package} {version(package)}", value=second, largest_difference=max(differences))


def _value(plan: EstimatePlan, found: Found, again: Mapping[Group, float]) -> float:
    """Return the value of the evidence as it follows from the other library's figures."""
    one = again[found.about]
    if found.reference is None:
        return one
    other = again[found.reference]
    if plan.metric.comparison == "difference":
        return one - other if plan.convention is Convention.TO_REFERENCE else abs(one - other)
    value = quotient(one, other)
    return 1.0 if value is None else value


def _odds(plan: EstimatePlan) -> float:
    """Return fairlearn's equalized odds over the weighted cells of the judged groups."""
    from fairlearn import metrics  # noqa: PLC0415 - heavy

    labels, decisions, weights, groups = [], [], [], []
    for place, rows in enumerate(plan.judged):
        labels += [1, 1, 0, 0]
        decisions += [1, 0, 1, 0]
        weights += [float(n) for n in plan.view.table(rows.group)]
        groups += [place] * 4
    function = metrics.equalized_odds_ratio if plan.metric.comparison == "ratio" else metrics.equalized_odds_difference
    agg = "mean" if plan.metric.statistic.joined == "mean" else "worst_case"
    return float(function(labels, decisions, sensitive_features=groups, sample_weight=weights, agg=agg))
