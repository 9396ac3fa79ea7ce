"""Builders for statistics: tables of four counts a group, and scored rows, with their evidence and its verdict."""

import numpy as np
from conftest import ADV, FAV, a_check, a_policy

from fateaudit.counting import Coded
from fateaudit.counts import Cell, Counts
from fateaudit.evaluation import Scored
from fateaudit.evidence import Estimate
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.policy import judge

SIDES = ((FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV))
"""Label and decision of true positives, false negatives, false positives and true negatives; positive is favourable."""


def tables(**groups):
    """Counts from `group=(tp, fn, fp, tn)`."""
    cells = [
        Cell(group=(name,), label=label, decision=decision, n=n)
        for name, table in groups.items()
        for (label, decision), n in zip(SIDES, table, strict=True)
        if n
    ]
    cells.sort(key=lambda cell: (cell.group, cell.label, cell.decision))
    rows = sum(cell.n for cell in cells)
    return Counts(rows=rows, weighted=False, attributes=("group",), joint=True, cells=tuple(cells), histograms=())


def scored_rows(groups, score, label, decision=None):
    """Counts and scores of rows: groups as text, labels 1, 0 or -1, decisions from 0.5 on."""
    values = tuple(dict.fromkeys(groups))
    codes = np.array([values.index(group) for group in groups], np.int64)
    score, label = np.asarray(score, np.float64), np.asarray(label, np.int8)
    decided = (score >= 0.5) if decision is None else np.asarray(decision) == 1
    sides = {1: FAV, 0: ADV, -1: None}
    counted = {}
    for group, one, two in zip(groups, label, decided, strict=True):
        key = (group,), sides[int(one)], FAV if two else ADV
        counted[key] = counted.get(key, 0) + 1
    cells = [Cell(group=group, label=one, decision=two, n=n) for (group, one, two), n in counted.items()]
    cells.sort(key=lambda cell: (cell.group, cell.label or "", cell.decision))
    counts = Counts(
        rows=len(score), weighted=False, attributes=("group",), joint=True, cells=tuple(cells), histograms=()
    )
    return counts, Scored(score, label, (Coded("group", codes, values),), None)


def random_scores(seed, n=900, names="abc"):
    """Groups, calibrated scores and labels."""
    draw = np.random.default_rng(seed)
    groups = [names[place] for place in draw.integers(0, len(names), n)]
    score = draw.beta(2, 2, n)
    return groups, score, (draw.random(n) < score).astype(int)


def seen(counts, metric, scored=None, *, metrics=METRICS, statistics=None, columns=None, **check):  # noqa: PLR0913 - one policy
    """Check, evidence and policy of one suitable check."""
    comparison = metrics[metric].comparison
    limit = {"min": 0.5} if comparison == "ratio" else {"max": 0.5}
    params = {} if comparison == "level" else {"convention": "between_groups"}
    written = {"limit": limit, "params": params, **check}
    policy = a_policy(
        a_check(metric=metric, **written),
        statistics={"min_group_size": 1, **(statistics or {})},
        **({"columns": columns} if columns else {}),
    )
    (asked,) = policy.metric_checks()
    refuse_unsuitable(asked, policy, metrics)
    (item,) = measure([asked], counts, policy, metrics, scored)
    return asked, item, policy


def estimated(counts, metric, scored=None, **given):
    """The estimate; an Unmeasured fails the test with its reason."""
    item = seen(counts, metric, scored, **given)[1]
    assert isinstance(item, Estimate), item.detail
    return item


def verdict_of(counts, metric, scored=None, **given):
    """The finding on one check."""
    check, item, policy = seen(counts, metric, scored, **given)
    return judge(check, [item], policy.statistics)
