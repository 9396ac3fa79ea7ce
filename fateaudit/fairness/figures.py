"""One group's figures, and what a rule of inference makes of all groups together."""

import math
from dataclasses import dataclass

from fateaudit.counts import Group
from fateaudit.evidence import Claim, PairClaim, Part
from fateaudit.fairness.plans import WORST_PAIR, Plan, Tally
from fateaudit.intervals import miettinen_nurminen_ratio, newcombe, wilson


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule of inference makes of a plan."""

    value: float
    interval: tuple[float, float]
    parts: tuple[Part, ...]
    claims: tuple[PairClaim, ...]
    reference: Group | None
    compared: Group
    """The group that the value is about."""
    method: str


def part_of(
    plan: Plan, tally: Tally, confidence: float, reference: Tally | None, claims: tuple[Claim, ...] = ()
) -> Part:
    """Return the counts of one group and, where it is judged, its value: against `reference` when there is one."""
    rate = tally.rate if tally.denominator else None
    rate_interval = wilson(*tally.effective, confidence=confidence) if tally.denominator else None
    value: float | None = None
    interval: tuple[float, float] | None = None
    against = reference if tally.judged and tally is not reference else None
    if against is not None:
        value = compared(plan, tally, against)
        interval = interval_of(plan, tally, against, confidence=confidence)
    elif tally.judged and reference is None:
        value, interval = rate, rate_interval
    return Part(
        group=tally.group,
        cases=tally.cases,
        unlabelled=tally.unlabelled,
        numerator=tally.numerator,
        denominator=tally.denominator,
        rate=rate,
        rate_interval=rate_interval,
        reference_numerator=against.numerator if against else None,
        reference_denominator=against.denominator if against else None,
        value=value,
        interval=interval,
        judged=tally.judged,
        set_aside=tally.set_aside,
        claims=claims,
    )


def compared(plan: Plan, one: Tally, reference: Tally) -> float | None:
    """Return the value of one group against the reference, on the scale of the metric; None for 0 to 0."""
    if plan.metric.comparison == "difference":
        gap = one.rate - reference.rate
        return abs(gap) if plan.convention in WORST_PAIR else gap
    if reference.rate == 0:
        return None if one.rate == 0 else math.inf
    return one.rate / reference.rate


def interval_of(plan: Plan, one: Tally, reference: Tally, **level: float) -> tuple[float, float]:
    """Return the two-sided interval of one group against the reference: a ratio's or a difference's."""
    counts = (*one.effective, *reference.effective)
    if plan.metric.comparison == "ratio":
        return miettinen_nurminen_ratio(*counts, **level)
    low, high = newcombe(*counts, **level)
    if plan.convention in WORST_PAIR and one.rate < reference.rate:
        return -high, -low
    return low, high
