"""Estimates of groups → what is held against a limit: each group, each against a named one, or the worst pair."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

from fateaudit.counts import Group
from fateaudit.evidence import Convention, Family, PairClaim, Side
from fateaudit.fairness.comparing import (
    Bounds,
    Compared,
    Estimated,
    claims_of,
    difference,
    quotient,
    ratio,
    simultaneous,
)
from fateaudit.fairness.estimate_plans import EstimatePlan, Rows
from fateaudit.intervals import UndefinedRatioError, alpha_of
from fateaudit.policy import sides_to_judge

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule of inference makes of a plan."""

    value: float
    interval: Interval
    about: Group
    """The group that the value is about."""
    reference: Group | None
    compared: Mapping[Group, tuple[float | None, Interval | None]]
    """What is held against the limit for each judged group, with its interval to read."""
    claims: tuple[PairClaim, ...]
    method: str
    """What is added to the statistic's own method."""


def by_limit(plan: EstimatePlan, estimates: Mapping[Group, Estimated], family: Family, confidence: float) -> Found:
    """Hold each group against the limit: by itself, or against the group that the policy names."""
    alpha = alpha_of(confidence)
    compared = []
    for rows in plan.judged:
        one = estimates[rows.group]
        if plan.reference is None:
            compared.append(Compared(rows.group, one.value, one.bounds))
        elif rows.group != plan.reference:
            reference = estimates[plan.reference]
            value = _value(plan, one, reference)
            compared.append(Compared(rows.group, math.nan if value is None else value, _bounds(plan, one, reference)))
    defined = [one for one in compared if not math.isnan(one.value)]
    if not defined:
        raise UndefinedRatioError
    size = {rows.group: rows.used for rows in plan.judged}
    extreme = max(defined, key=lambda one: (_distance(plan, one.value), size[one.group]))
    sides = sides_to_judge(plan.check, plan.convention)
    return Found(
        value=extreme.value,
        interval=extreme.bounds(alpha / 2, alpha / 2),
        about=extreme.group,
        reference=plan.reference,
        compared={one.group: (one.value, one.bounds(alpha / 2, alpha / 2)) for one in defined},
        claims=claims_of(compared, sides, near=alpha / family.claims, far=alpha),
        method="; one-sided ends decide" if plan.reference is None else f"; {_COMPARED[plan.metric.comparison]}",
    )


_COMPARED = {
    "difference": "the ends of a difference by Zou and Donner (2008)",
    "ratio": "the ends of a ratio by Zou and Donner (2008), on the log scale",
}


def by_worst_pair(plan: EstimatePlan, estimates: Mapping[Group, Estimated], family: Family, confidence: float) -> Found:
    """Compare the extreme groups, paying for having picked them among all pairs."""
    alpha = alpha_of(confidence)
    judged = [rows.group for rows in plan.judged]
    if plan.metric.comparison == "ratio" and not any(estimates[group].value for group in judged):
        raise UndefinedRatioError
    best, worst = _extremes(plan, estimates)
    to_best = {group: _apart(plan, estimates, group, best) for group in judged if group != best}
    pairs = [
        Compared(one, 0.0, _bounds(plan, estimates[one], estimates[other])) for one, other in permutations(judged, 2)
    ]
    ((side, limit),) = sides_to_judge(plan.check, plan.convention)
    near = simultaneous(len(judged), alpha / family.claims)
    (claim,) = claims_of(pairs, [(side, limit)], near=near, far=alpha)
    parity = 1.0 if plan.metric.comparison == "ratio" else 0.0
    end = min(claim.ends[0], parity) if side is Side.MIN else max(claim.ends[0], parity)
    beyond: tuple[Group, ...] = ()
    if end < limit if side is Side.MIN else end > limit:
        # The surest pair need not include the best-off group, when that group is small.
        (with_best,) = claims_of(list(to_best.values()), [(side, limit)], near=near, far=alpha)
        beyond = with_best.beyond or (worst,)
    return Found(
        value=to_best[worst].value,
        interval=to_best[worst].bounds(alpha / 2, alpha / 2),
        about=worst,
        reference=best,
        compared={group: (one.value, one.bounds(alpha / 2, alpha / 2)) for group, one in to_best.items()},
        claims=(claim.model_copy(update={"ends": (end, claim.ends[1]), "beyond": beyond}),),
        method=f"; worst pair by studentised range, {_COMPARED[plan.metric.comparison]}",
    )


def _extremes(plan: EstimatePlan, estimates: Mapping[Group, Estimated]) -> tuple[Group, Group]:
    """Return the best-off and the worst-off judged group; of equal ones, the larger is the better-off."""
    is_lower_better = plan.convention is Convention.TO_LOWEST
    if plan.convention is Convention.BETWEEN_GROUPS:
        is_lower_better = plan.metric.statistic.better == "lower" and plan.metric.comparison != "ratio"

    def order(rows: Rows) -> tuple[float, int, Group]:
        value = estimates[rows.group].value
        return value if is_lower_better else -value, -rows.used, rows.group

    ranked = sorted(plan.judged, key=order)
    return ranked[0].group, ranked[-1].group


def _apart(plan: EstimatePlan, estimates: Mapping[Group, Estimated], group: Group, best: Group) -> Compared:
    """Return a group against the best-off one: a ratio as it is, a difference as a gap."""
    one, other = estimates[group], estimates[best]
    if plan.metric.comparison == "difference" and one.value < other.value:
        one, other = other, one
    value = _value(plan, one, other)
    # 0 to 0 is parity; a ratio of which every number is 0 was refused before.
    return Compared(group, 1.0 if value is None else value, _bounds(plan, one, other))


def _value(plan: EstimatePlan, one: Estimated, other: Estimated) -> float | None:
    return one.value - other.value if plan.metric.comparison == "difference" else quotient(one.value, other.value)


def _bounds(plan: EstimatePlan, one: Estimated, other: Estimated) -> Bounds:
    if plan.metric.comparison == "difference":
        return difference(one, other, plan.metric.statistic.scale)
    return ratio(one, other)


def _distance(plan: EstimatePlan, value: float) -> float:
    """Return how far a value lies towards the limit, or from parity: the value of the evidence is the farthest."""
    if plan.metric.comparison == "ratio":
        return max(value, 1 / value if value else math.inf)
    if plan.metric.comparison == "difference":
        return abs(value)
    low, high = plan.check.limit.min, plan.check.limit.max
    if low is not None and high is not None:
        return abs(value - (low + high) / 2)
    return value if high is not None else -value
