"""A limit as so many in 100, in the same form for every metric, and why a limit could not be judged."""

from fractions import Fraction
from typing import assert_never

from fateaudit.evidence import Convention, Estimate, Measurement, Score, Side, Unmeasured
from fateaudit.policy import Policy, Verdict, sides_to_judge
from fateaudit.policy.wording import decimal, frequency, units
from fateaudit.report import estimates
from fateaudit.report.observations import Observation, compared

_BOUND = {Side.MIN: "at least", Side.MAX: "at most"}


def limit_in_short(observation: Observation, per: int) -> str:
    """Return how many the limit allows: "at most 16", "at least 70" or "55 to 86"."""
    ends = _allowed(observation, per)
    if not ends:
        return ""
    said = [_count(end, observation, per) for _, end in ends]
    return f"{_BOUND[ends[0][0]]} {said[0]}" if len(said) == 1 else " to ".join(said)


def limit_at_length(observation: Observation, per: int) -> str:
    """Return the limit and what it was measured from: "at most 16 (1.25 times the 13)"."""
    item, parts = observation.evidence, compared(observation)
    if not isinstance(item, Measurement) or not parts:
        return ""
    said = limit_in_short(observation, per) + _before_rounding(observation, per)
    if item.convention is Convention.ABSOLUTE:
        return said
    against = frequency(parts[-1].rate or 0.0, per)
    limits = [limit for _, limit in sides_to_judge(observation.check, item.convention)]
    if item.metric.endswith("_ratio"):
        return f"{said} ({' to '.join(_times(limit, observation) for limit in sorted(limits))} times the {against})"
    if item.convention is Convention.TO_REFERENCE:
        return f"{said} ({' to '.join(_more(limit, per) for limit in sorted(limits))} than the {against})"
    is_fewer = (parts[0].rate or 0.0) < (parts[-1].rate or 0.0)
    return f"{said} ({_more(-limits[0] if is_fewer else limits[0], per)} than the {against})"


def _allowed(observation: Observation, per: int) -> tuple[tuple[Side, float], ...]:
    """Return each end of the limit as a number out of `per`, for the group that the answer is about."""
    item, parts = observation.evidence, compared(observation)
    if not isinstance(item, Measurement) or not parts:
        return ()
    ends = sorted(sides_to_judge(observation.check, item.convention), key=lambda end: end[1])
    rate, against = parts[0].rate or 0.0, parts[-1].rate or 0.0
    if item.convention is Convention.ABSOLUTE:
        return tuple((side, float(limit) * per) for side, limit in ends)
    if item.metric.endswith("_ratio"):
        return tuple((side, float(limit) * against * per) for side, limit in ends)
    if item.convention is Convention.TO_REFERENCE:
        return tuple((side, (against + float(limit)) * per) for side, limit in ends)
    gap = float(ends[0][1])
    return ((Side.MIN, (against - gap) * per),) if rate < against else ((Side.MAX, (against + gap) * per),)


def _count(end: float, observation: Observation, per: int) -> str:
    within = min(max(end, 0.0), float(per))
    is_exact = isinstance(observation.evidence, Measurement) and observation.evidence.convention is Convention.ABSOLUTE
    return f"{round(within, 1):,g}" if is_exact else frequency(within / per, per)


def _times(limit: Fraction, observation: Observation) -> str:
    """Return a limit as it was written; the end that follows from it, 1/0.90, with two decimals."""
    is_written = limit in {end for _, end in observation.check.limit.sides()}
    return decimal(float(limit) if is_written else round(float(limit), 2))


def _more(gap: Fraction, per: int) -> str:
    return f"{round(float(abs(gap)) * per, 1):,g} {'fewer' if gap < 0 else 'more'}"


def _before_rounding(observation: Observation, per: int) -> str:
    """Return the decimals of a limit that is not met although the whole numbers on paper look as if it were."""
    if observation.ruling.verdict is not Verdict.NOT_MET:
        return ""
    found = (compared(observation)[0].rate or 0.0) * per
    for side, end in _allowed(observation, per):
        if _is_beyond(side, found, end) and not _is_beyond(side, round(found), round(end)):
            return f", before rounding {end:.1f} against {found:.1f} found"
    return ""


def _is_beyond(side: Side, value: float, limit: float) -> bool:
    return value < limit if side is Side.MIN else value > limit


def why_untold(observation: Observation, policy: Policy) -> str:
    """Return why there is no verdict: "too near the limit for 2,613 arrests to settle"."""
    match observation.evidence:
        case Unmeasured() as item:
            return item.detail
        case Score():
            return "its range lies on both sides of the limit"
        case Estimate() as item:
            return estimates.why_untold(item, observation.ruling.groups, policy)
        case Measurement() as item:
            return _why_not_judged(observation, item, policy)
        case _ as item:
            assert_never(item)


def _why_not_judged(observation: Observation, item: Measurement, policy: Policy) -> str:
    groups = set(observation.ruling.groups)
    left_out = [part for part in item.parts if not part.judged and part.group in groups]
    if left_out:
        missed, cases = sum(part.cases for part in left_out), sum(part.cases for part in item.parts)
        return f"within the limit where it was judged, but {missed:,} of {cases:,} {units(policy)} were not judged"
    if item.weighted is not None:
        return "with each row counted once, and with each counted by its weight, there is not one answer"
    counted = sum(part.denominator for part in item.parts if part.judged)
    return f"too near the limit for {counted:,} {units(policy)} to settle"
