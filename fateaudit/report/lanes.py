"""A figure against its limit, one lane each: a line of words, and for a ratio the plot under it."""

from dataclasses import dataclass
from fractions import Fraction

from fateaudit.evidence import Claim, Convention, Estimate, Measurement, Part
from fateaudit.policy import Policy, Verdict, sides_to_judge
from fateaudit.policy.wording import attribute_name, capitalised, group_name
from fateaudit.report import estimates
from fateaudit.report.checks import decimals, signed
from fateaudit.report.matters import WORST_FIRST
from fateaudit.report.observations import Observation, compared, heading_of
from fateaudit.report.ratio_plot import FURTHEST, draw
from fateaudit.report.shapes import READ_AS, VERDICT_SHAPES

MOST_LANES = 8


@dataclass(frozen=True, slots=True)
class Lane:
    """One figure: whose it is, what it is, and what follows."""

    name: str
    numbers: str
    word: str
    shape: str
    svg: str


def lanes(one: Observation, policy: Policy) -> tuple[tuple[Lane, ...], int]:
    """Return the lanes of an answer, the worst first, and how many groups have none because there are too many."""
    item = one.evidence
    if isinstance(item, Estimate):
        return (_of_estimate(one, item, policy),), 0
    if not isinstance(item, Measurement):
        return (), 0
    if item.family.rule == "worst_pair":
        ends = item.claims[0].ends
        part = compared(one)[0]
        return (_lane(one, part, (min(ends), max(ends)), one.ruling.verdict, policy),), 0
    judged = [part for part in item.parts if part.claims]
    ranked = sorted(judged, key=lambda part: (WORST_FIRST.index(_verdict(one, part, item)), _nearest(part).p_beyond))
    shown = [_lane(one, part, _nearest(part).bounds, _verdict(one, part, item), policy) for part in ranked[:MOST_LANES]]
    return tuple(shown), len(ranked) - len(shown)


def _nearest(part: Part) -> Claim:
    """Return the claim on the end of the limit that the group is nearest to breaking."""
    return min(part.claims, key=lambda claim: claim.p_beyond)


def _verdict(one: Observation, part: Part, item: Measurement) -> Verdict:
    """Return what the tests say of one group; the answer is about all of them."""
    if one.ruling.verdict is Verdict.NOT_MET and part.group in one.ruling.groups:
        return Verdict.NOT_MET
    alpha = 1 - Fraction(str(item.confidence))
    untold = any(Fraction(str(claim.p_within)) > alpha for claim in part.claims)
    return Verdict.CANNOT_TELL if untold else Verdict.MET


def _lane(one: Observation, part: Part, between: tuple[float, float], verdict: Verdict, policy: Policy) -> Lane:
    item = one.evidence
    assert isinstance(item, Measurement)  # noqa: S101 - lanes are made of measurements only
    name = heading_of(policy, item.of, part.group)
    if item.reference is not None:
        name = f"{name} to {group_name(policy, item.of, item.reference)}"
    value = item.value if item.family.rule == "worst_pair" else part.value
    is_point = policy.statistics.decide_on == "point"
    numbers = _numbers(item, 0.0 if value is None else value, None if is_point else between)
    limits = tuple((side, float(limit)) for side, limit in sides_to_judge(one.check, item.convention))
    is_ratio = item.metric.endswith("_ratio") and value is not None
    says = f"{name}: {numbers}. {capitalised(READ_AS[verdict])}."
    return Lane(
        name=name,
        numbers=numbers,
        word=capitalised(READ_AS[verdict]),
        shape=VERDICT_SHAPES[verdict],
        svg=draw(value or 0.0, None if is_point else between, limits, says=says) if is_ratio else "",
    )


def _of_estimate(one: Observation, item: Estimate, policy: Policy) -> Lane:
    """Return the lane of all groups together: their claims were made together."""
    between = None if policy.statistics.decide_on == "point" else estimates.ends(item)
    limits = tuple((side, float(limit)) for side, limit in sides_to_judge(one.check, item.convention))
    name, word = attribute_name(policy, item.of), capitalised(READ_AS[one.ruling.verdict])
    numbers = estimates.value(item) + (f", range {estimates.between(item)}" if between else "")
    is_ratio = item.metric.endswith("_ratio")
    svg = draw(item.value, between, limits, says=f"{name}: {numbers}. {word}.") if is_ratio else ""
    return Lane(name=name, numbers=numbers, word=word, shape=VERDICT_SHAPES[one.ruling.verdict], svg=svg)


def _numbers(item: Measurement, value: float, between: tuple[float, float] | None) -> str:
    if item.metric.endswith("_ratio"):
        outside = "" if 1 / FURTHEST <= value <= FURTHEST else " (outside the axis)"
        ranged = f", range {decimals(between[0])} to {decimals(between[1])}" if between else ""
        return f"ratio {decimals(value)}{ranged}{outside}"
    is_signed = item.metric.endswith("_difference") and item.convention is Convention.TO_REFERENCE
    said = [signed(100 * end, is_signed=is_signed) for end in (value, *(between or ()))]
    apart = " apart" if item.metric.endswith("_difference") and not is_signed else ""
    return f"{said[0]} of every 100{apart}" + (f", range {said[1]} to {said[2]}" if between else "")
