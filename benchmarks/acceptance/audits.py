"""Whole audits from counts: `fairness.measure`, then `policy.judge`.

Two things that decide nothing are left out in most of them, because they take nearly all of the time: the bounds that
are printed beside a claim, and fairlearn's second calculation. Tests of equal counts are made once.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from acceptance.methods import Methods
from fateaudit.counts import Cell, Counts, Group, Outcome
from fateaudit.evidence import SecondCalculation
from fateaudit.fairness import figures, group_tests, measure, measuring, worst_pairs
from fateaudit.fairness.plans import Plan
from fateaudit.policy import Finding, Policy, judge

REFERENCE = "reference"


def policy(check: Mapping[str, Any], **statistics: object) -> Policy:
    """Return a policy with one check over one attribute; everything that does not decide is made up."""
    nobody = {"name": "nobody", "role": "none", "organisation": "none"}
    system = {"name": "acceptance", "purpose": "to be simulated", "category": "prediction_analysis", "owner": nobody}
    columns = {"label": "label", "favourable": "yes", "label_kind": "outcome", "unit": "case", "positive": "favourable"}
    made_up = {"id": "F-01", "principle": "fairness", "across": ["group"], "severity": "blocker", "why": "simulated"}
    written = {
        "version": 1,
        "system": {**system, "stage": "evaluation", "autonomy": "advisory"},
        "model": {"path": "none"},
        "dataset": {"path": "none", "provenance": "made up", "role": "synthetic"},
        "columns": {**columns, "prediction": "prediction", "sensitive": [{"name": "group", "label": "Group"}]},
        "statistics": statistics,
        "checks": [{**made_up, **check}],
    }
    return Policy.model_validate_json(json.dumps(written))


def to_reference(**limit: float) -> Mapping[str, Any]:
    """Return a check of selection rates, as a ratio to the group "reference"."""
    params = {"convention": "to_reference", "reference": {"group": REFERENCE}}
    return {"metric": "selection_rate_ratio", "limit": limit, "params": params}


def counts(groups: Mapping[str, tuple[int, int]]) -> Counts:
    """Return counts of groups given as (selected, all)."""
    sides = (Outcome.FAVOURABLE, Outcome.ADVERSE)
    cells = tuple(
        Cell(group=(name,), label=None, decision=side, n=number)
        for name, (selected, n) in groups.items()
        for side, number in zip(sides, (selected, n - selected), strict=True)
        if number
    )
    rows = sum(cell.n for cell in cells)
    return Counts(rows=rows, weighted=False, attributes=("group",), joint=True, cells=cells, histograms=())


def audit(rules: Policy, groups: Mapping[str, tuple[int, int]]) -> Finding:
    """Measure and judge one table of counts."""
    (check,) = rules.metric_checks()
    return judge(check, measure([check], counts(groups), rules), rules.statistics)


@contextmanager
def quickly(methods: Methods) -> Iterator[None]:
    """Leave out what decides nothing, make each test once, and use `methods` for them."""
    tests = {"ratio": methods.ratio_test, "difference": methods.difference_test}
    table = group_tests.TESTS
    known = {name: (cache(test), _no_bounds, table[name][2]) for name, test in tests.items()}
    level = {"level": (cache(table["level"][0]), _no_bounds, table["level"][2])}
    with (
        patch.dict(table, {**known, **level}),
        patch.object(measuring, "calculate_again", _taken_over),
        patch.object(figures, "miettinen_nurminen_ratio", cache(figures.miettinen_nurminen_ratio)),
        patch.object(figures, "newcombe", cache(figures.newcombe)),
        patch.object(worst_pairs, "range_quantile", methods.range_quantile),
        patch("fateaudit.intervals.worst_pair.range_quantile", methods.range_quantile),
    ):
        yield


def _no_bounds(*_: int, alpha_low: float, alpha_high: float) -> tuple[float, float]:
    del alpha_low, alpha_high
    return 0.0, math.inf


def _taken_over(_: Plan, counted: Counts, positive: Outcome, value: float, compared: Group) -> SecondCalculation:
    del counted, positive, compared
    return SecondCalculation(by="left out in this simulation", value=value, largest_difference=0.0)
