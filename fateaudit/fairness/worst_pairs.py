"""The best-off group against the worst-off one, whichever they are: the rule for highest, lowest and extreme groups."""

import math
from fractions import Fraction

from fateaudit.counts import Group
from fateaudit.evidence import Convention, Family, PairClaim, Side
from fateaudit.fairness.figures import Figures, interval_of, part_of
from fateaudit.fairness.plans import Plan, Tally
from fateaudit.intervals import alpha_of, range_quantile, worst_pair
from fateaudit.policy import Policy, limit_text, sides_to_judge


def by_worst_pair(plan: Plan, family: Family, policy: Policy) -> Figures:
    """Compare the extreme groups, paying for having picked them among all pairs."""
    confidence = policy.statistics.confidence
    best, worst = _extremes(plan, policy)
    gap = worst_pair(
        [tally.effective for tally in plan.judged],
        measure="ratio" if plan.metric.comparison == "ratio" else "difference",
        confidence=confidence,
        attributes=family.claims,
    )
    value, near, far = gap.value, gap.near, gap.far
    if plan.metric.comparison == "ratio" and plan.convention is Convention.TO_LOWEST:
        value, near, far = (1 / end if end else math.inf for end in (value, near, far))
    return Figures(
        value=value,
        interval=interval_of(plan, worst, best, confidence=confidence),
        parts=tuple(part_of(plan, tally, confidence, best) for tally in plan.tallies),
        claims=(_pair_claim(plan, (near, far), (best, worst), alpha=alpha_of(confidence) / family.claims),),
        reference=best.group,
        compared=worst.group,
        method=f"worst pair by studentised range; {PAIR_METHODS[plan.metric.comparison]}",
    )


PAIR_METHODS = {
    "ratio": "Miettinen-Nurminen score interval of a ratio",
    "difference": "Newcombe interval of a difference",
}


def _extremes(plan: Plan, policy: Policy) -> tuple[Tally, Tally]:
    """Return the best-off and the worst-off judged group; of equal rates, the larger group is the better-off."""
    is_higher_better = plan.metric.rate.is_better_higher(policy.columns.coded_positive)
    if plan.convention is not Convention.BETWEEN_GROUPS:
        is_higher_better = plan.convention is Convention.TO_HIGHEST
    elif plan.metric.comparison == "ratio":
        is_higher_better = True
    ranked = sorted(
        plan.judged,
        key=lambda tally: (-tally.rate if is_higher_better else tally.rate, -tally.denominator, tally.group),
    )
    return ranked[0], ranked[-1]


def _pair_claim(plan: Plan, ends: tuple[float, float], extremes: tuple[Tally, Tally], *, alpha: float) -> PairClaim:
    """Return the claim about the worst pair, naming every group that is surely beyond the limit."""
    side, limit = sides_to_judge(plan.check, plan.convention)[0]
    best, worst = extremes
    beyond: tuple[Group, ...] = ()
    if _is_beyond((ends[0], ends[0]), side, limit):
        z = range_quantile(len(plan.judged), alpha)
        others = [tally for tally in plan.judged if tally is not best]
        sure = [tally.group for tally in others if _is_beyond(interval_of(plan, tally, best, z=z), side, limit)]
        # The surest pair need not include the best-off group, when that group is small.
        beyond = tuple(sure or [worst.group])
    return PairClaim(side=side, limit=limit_text(limit), ends=ends, beyond=beyond)


def _is_beyond(interval: tuple[float, float], side: Side, limit: Fraction) -> bool:
    return interval[1] < limit if side is Side.MIN else interval[0] > limit
