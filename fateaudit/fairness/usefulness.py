"""Counts → whether the model is better than the same answer for everybody.

Agreement alone would not do: where 83 of 100 people are released, releasing everybody agrees in 83. What counts is
whether outputs tell the outcomes apart, and whether they cost less at the price that the policy puts on errors.
"""

import math
from collections.abc import Callable

from scipy.stats import norm

from fateaudit.counts import Cell, Counts, Outcome, total
from fateaudit.evidence import NaiveRule, Usefulness
from fateaudit.intervals import alpha_of, newcombe
from fateaudit.policy import Policy

CONFIDENCE = 0.95
"""Not the policy's: this caps the reference too, which no policy may touch."""

Pair = tuple[Outcome, Outcome]
"""Label and decision."""


def measure_usefulness(counts: Counts, policy: Policy) -> Usefulness | None:
    """Return the comparison, over the rows with a label; None when there are none.

    `apart` is Youden's index (Youden 1950), with Newcombe's interval; costs are means over rows with a normal
    one-sided bound, as rows are many or nothing is shown.
    """
    table = {(label, decision): _rows(counts, label, decision) for label in Outcome for decision in Outcome}
    rows = sum(table.values())
    if rows == 0:
        return None
    adverse = sum(table[Outcome.ADVERSE, decision] for decision in Outcome)
    confidence = CONFIDENCE
    apart = interval = None
    tells_apart = False
    if 0 < adverse < rows:
        counted = (
            table[Outcome.ADVERSE, Outcome.ADVERSE],
            adverse,
            table[Outcome.FAVOURABLE, Outcome.ADVERSE],
            rows - adverse,
        )
        apart = counted[0] / counted[1] - counted[2] / counted[3]
        interval = newcombe(*counted, confidence=confidence)
        tells_apart = newcombe(*counted, confidence=1 - 2 * float(alpha_of(confidence)))[0] > 0
    naive = _naive(table, rows, policy)
    cost = None if not naive else _mean(table, rows, _cost(policy))
    return Usefulness(
        rows=rows,
        agreed=table[Outcome.FAVOURABLE, Outcome.FAVOURABLE] + table[Outcome.ADVERSE, Outcome.ADVERSE],
        agreed_favourable=rows - adverse,
        apart=apart,
        apart_interval=interval,
        tells_apart=tells_apart,
        cost=cost,
        naive=naive,
        is_cheaper=bool(naive) and all(rule.upper < 0 for rule in naive),
    )


def _rows(counts: Counts, label: Outcome, decision: Outcome) -> int:
    def is_here(cell: Cell) -> bool:
        return (cell.label, cell.decision) == (label, decision)

    return total(counts.cells, is_here)


def _cost(policy: Policy) -> Callable[[Pair], float]:
    costs = policy.decision.costs

    def cost(pair: Pair) -> float:
        label, decision = pair
        if costs is None or label is decision:
            return 0.0
        return costs.wrong_adverse if decision is Outcome.ADVERSE else costs.wrong_favourable

    return cost


def _mean(table: dict[Pair, int], rows: int, value: Callable[[Pair], float]) -> float:
    return sum(n * value(pair) for pair, n in table.items()) / rows


def _naive(table: dict[Pair, int], rows: int, policy: Policy) -> tuple[NaiveRule, ...]:
    """Return both answers for everybody; nothing where the policy does not say what errors cost."""
    if policy.decision.costs is None:
        return ()
    cost = _cost(policy)
    z = float(norm.ppf(CONFIDENCE))
    rules = []
    for decision in Outcome:
        always = {pair: cost((pair[0], decision)) for pair in table}
        saved = {pair: cost(pair) - always[pair] for pair in table}
        mean = _mean(table, rows, saved.__getitem__)
        variance = sum(n * (saved[pair] - mean) ** 2 for pair, n in table.items()) / max(1, rows - 1)
        rules.append(
            NaiveRule(
                decision=decision.value,
                cost=_mean(table, rows, always.__getitem__),
                difference=mean,
                upper=mean + z * math.sqrt(variance / rows),
            )
        )
    return tuple(rules)
