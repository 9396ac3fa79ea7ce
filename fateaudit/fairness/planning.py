"""How many rows of a group would settle whether a limit is met, told in the policy's units."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fateaudit.evidence import Family, Planning, Side, Subject
from fateaudit.fairness.held import Held
from fateaudit.fairness.plans import WORST_PAIR, Tally
from fateaudit.intervals import Measure, PlannedComparison, alpha_of, needed_trials, range_quantile, smallest_detectable
from fateaudit.intervals.planned_growth import needed_growth
from fateaudit.intervals.planned_rates import needed_trials_of_rate, smallest_detectable_rate
from fateaudit.intervals.planning import POWER
from fateaudit.policy import Policy, limit_text
from fateaudit.policy.wording import units_of

OFTEN = "in 4 of 5 such audits"
"""A power of 0.80, in words."""
AS_FOUND = "if the figures found are the true ones"
EXACT = 10
"""Up to so many times, a tenth is said."""


def plan_rows(pair: Held, family: Family, said: Subject, policy: Policy) -> Planning | None:
    """Return how many rows of the group settle the comparison; None where chance plays no part or none can be told.

    The level of "not met" for extreme groups is that of the studentised range for one of its pairs: an approximation,
    since with more rows another pair may become the extreme one.
    """
    if policy.statistics.decide_on == "point" or not _is_plannable(pair):
        return None
    alpha = alpha_of(policy.statistics.confidence)
    alpha_beyond = _alpha_beyond(pair, family, alpha)
    enough = _as_found(pair, alpha_beyond if pair.is_beyond else alpha)
    return Planning(
        group=pair.one.group,
        against=None if pair.other is None else pair.other.group,
        limit=limit_text(pair.limit),
        beyond=_beyond(pair),
        power=POWER,
        rows=pair.one.denominator,
        to_not_meet=enough.rows if pair.is_beyond else None,
        to_meet=None if pair.is_beyond else enough.rows,
        others=enough.others,
        growth=enough.growth,
        to_meet_at_parity=_at_parity(pair, alpha),
        detectable=_detectable(pair, alpha_beyond),
        sentence=_sentence(pair, enough, said, policy),
    )


def _is_plannable(pair: Held) -> bool:
    """Whether the other group's rate varies: a plan takes it as it is."""
    return pair.other is None or 0 < pair.other.numerator < pair.other.denominator


def _alpha_beyond(pair: Held, family: Family, alpha: float) -> float:
    if pair.plan.convention in WORST_PAIR:
        z = range_quantile(len(pair.plan.judged), alpha / family.claims)
        return math.erfc(z / math.sqrt(2)) / 2
    return alpha / family.claims


@dataclass(frozen=True, slots=True)
class _Enough:
    """What would settle it if what was found is the true figure: the first of the three ways that would."""

    rows: int | None = None
    others: int | None = None
    growth: float | None = None


def _as_found(pair: Held, alpha: float) -> _Enough:
    """Return how many rows of the group do, else of the other group, else how many times as many of both."""
    if pair.value is None or pair.is_at_limit:
        return _Enough()
    truth = float(pair.value)
    ends = [(pair.side, pair.limit)] if pair.is_beyond else pair.ends
    rows = _largest([_needed(pair, truth, float(limit), alpha) for _, limit in ends])
    if rows is not None or pair.other is None:
        return _Enough(rows=None if rows is None else math.ceil(rows))
    others = _largest([_needed_of_other(pair, truth, float(limit), alpha) for _, limit in ends])
    if others is not None:
        return _Enough(others=math.ceil(others))
    return _Enough(growth=_largest([_growth(pair, truth, float(limit), alpha) for _, limit in ends]))


def _largest(needed: Sequence[float | None]) -> float | None:
    """Return what suffices for every end of a limit; None where nothing does for one of them."""
    known = [one for one in needed if one is not None]
    return max(known) if len(known) == len(needed) else None


def _needed(pair: Held, truth: float, limit: float, alpha: float) -> float | None:
    """Return how many rows of the group show on which side of one end of the limit `truth` lies."""
    planned = _planned(pair, limit)
    if planned is None:
        return None if truth == limit else needed_trials_of_rate(limit, truth=truth, alpha=alpha)
    truth = _possible(planned, truth)
    return None if truth == limit else needed_trials(planned, truth=truth, alpha=alpha)


def _needed_of_other(pair: Held, truth: float, limit: float, alpha: float) -> float | None:
    """Return the same for the other group: the comparison turned round, with the group as it is."""
    one = pair.one
    if not 0 < one.numerator < one.denominator:
        return None
    is_ratio = pair.plan.metric.comparison == "ratio"
    measure: Measure = "ratio" if is_ratio else "difference"
    planned = PlannedComparison(measure, 1 / limit if is_ratio else -limit, one.rate, one.denominator)
    truth = _possible(planned, 1 / truth if is_ratio else -truth)
    return None if truth == planned.limit else needed_trials(planned, truth=truth, alpha=alpha)


def _growth(pair: Held, truth: float, limit: float, alpha: float) -> float | None:
    planned = _planned(pair, limit)
    if planned is None:
        return None
    truth = _possible(planned, truth)
    return None if truth == limit else needed_growth(planned, truth=truth, trials=pair.one.denominator, alpha=alpha)


def _possible(planned: PlannedComparison, truth: float) -> float:
    """Return the figure as found; where a rate is 0 or 1, rounding must not ask for one outside."""
    return min(max(truth, planned.extreme("below")), planned.extreme("above"))


def _at_parity(pair: Held, alpha: float) -> int | None:
    """Return how many rows show that no difference is within the limit; None where parity is not within it."""
    if pair.other is None:
        return None
    parity = 1.0 if pair.plan.metric.comparison == "ratio" else 0.0
    if any(parity < limit if side is Side.MIN else parity > limit for side, limit in pair.ends):
        return None
    rows = _largest([_needed(pair, parity, float(limit), alpha) for _, limit in pair.ends])
    return None if rows is None else math.ceil(rows)


def _detectable(pair: Held, alpha: float) -> float | None:
    side = _beyond(pair)
    planned, trials = _planned(pair, float(pair.limit)), pair.one.denominator
    if planned is None:
        return smallest_detectable_rate(float(pair.limit), trials=trials, side=side, alpha=alpha)
    return smallest_detectable(planned, trials=trials, side=side, alpha=alpha)


def _beyond(pair: Held) -> Literal["below", "above"]:
    return "below" if pair.side is Side.MIN else "above"


def _planned(pair: Held, limit: float) -> PlannedComparison | None:
    """Return the comparison with the other group as it is; None where there is none."""
    if pair.other is None:
        return None
    measure: Measure = "ratio" if pair.plan.metric.comparison == "ratio" else "difference"
    return PlannedComparison(measure, limit, pair.other.rate, pair.other.denominator)


def _sentence(pair: Held, enough: _Enough, said: Subject, policy: Policy) -> str:
    """Return "About 340 more arrests of Black people would settle it, …": what it takes if what was found is so."""
    whose = _whose(pair, pair.one, said, policy)
    if pair.is_at_limit:
        return "The figure found is exactly at the limit. If that is the true one, no number of rows would show it."
    if enough.rows is not None and enough.rows <= pair.one.denominator:
        shown = "beyond the limit" if pair.is_beyond else "within the limit"
        rows = f"The {pair.one.denominator:,} {whose}"
        return f"{rows} are enough to show figures such as those found to be {shown}: about {enough.rows:,} are."
    if enough.rows is not None:
        return _more(enough.rows, pair.one, whose)
    other = "" if pair.other is None else _whose(pair, pair.other, said, policy)
    if enough.others is not None and pair.other is not None:
        return _more(enough.others, pair.other, other)
    if enough.growth is not None:
        both = f"{whose} and {other}"
        return f"About {_times(enough.growth)} as many of both, {both}, would settle it {OFTEN}, {AS_FOUND}."
    return f"No number of {whose} that can be gathered would settle it, {AS_FOUND}."


def _more(needed: int, tally: Tally, whose: str) -> str:
    more = f"About {needed - tally.denominator:,} more {whose} would settle it {OFTEN}, {AS_FOUND}."
    return f"{more} There are {tally.denominator:,}; it takes about {needed:,}."


def _times(growth: float) -> str:
    """Return "1.4 times" or "12 times", never too few."""
    return f"{math.ceil(growth):,} times" if growth > EXACT else f"{math.ceil(10 * growth) / 10:g} times"


def _whose(pair: Held, tally: Tally, said: Subject, policy: Policy) -> str:
    return f"{units_of(policy, pair.plan.of, tally.group)} {said.among}".strip()
