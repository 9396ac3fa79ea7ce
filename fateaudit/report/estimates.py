"""Estimates that are no rate, in words: what was found, how sure it is, the limit, and how it was decided."""

import math
from collections.abc import Sequence

from fateaudit.counts import Group
from fateaudit.evidence import Convention, Estimate, EstimatePart, Side
from fateaudit.policy import MetricCheck, Policy, sides_to_judge
from fateaudit.policy.wording import (
    attribute_name,
    capitalised,
    count_of,
    decimal,
    group_name,
    limit_in_words,
    listed,
    units,
)
from fateaudit.report.text import ended, shortened

LONGEST_NAME = 60
MOST_NAMED = 4
PLACES = range(2, 9)
MOST_ERRORS = 6
"""Groups whose calibration errors are told; the record has all of them."""
TINY = 0.0005


def value(item: Estimate) -> str:
    """Return the value with two decimals, or as many more as it takes to tell it from its limit."""
    return beside(item.value, item)


def beside(number: float, item: Estimate) -> str:
    """Return a number with so many decimals that it does not look like a limit that it is not."""
    if math.isinf(number):
        return "infinite"
    limits = [float(claim.limit) for claim in item.claims if float(claim.limit) != number]
    places = next((n for n in PLACES if all(f"{number:.{n}f}" != f"{limit:.{n}f}" for limit in limits)), PLACES[-1])
    said = f"{number:.{places}f}"
    return said.removeprefix("-") if float(said) == 0 else said.replace("-", "\N{MINUS SIGN}")


def ends(item: Estimate) -> tuple[float, float]:
    """Return the range that decides."""
    every = [end for claim in item.claims for end in claim.ends]
    return min(every), max(every)


def between(item: Estimate) -> str:
    """Return the range that decides, in words."""
    return " to ".join(beside(end, item) for end in ends(item))


def told(item: Estimate) -> str:
    """Return what the number is, and what it is in each group that is compared."""
    return f"This is {ended(item.subject.counted)} {ended(item.sentence)}"


def told_with_limit(item: Estimate, check: MetricCheck, policy: Policy) -> str:
    """Return the same beside its limit: "… Held against the limit: 0.71, range 0.68 to 0.74; at least 0.90."."""
    ranged = "" if policy.statistics.decide_on == "point" else f", range {between(item)}"
    return f"{told(item)} Held against the limit: {value(item)}{ranged}; the limit is {limit_in_words(check.limit)}."


def of_group(item: Estimate, group: Group, policy: Policy) -> str:
    """Return a group's number with its range: "Women: 0.71 (0.68 to 0.74)"."""
    part = next(part for part in item.parts if part.group == group)
    return f"{shortened(group_name(policy, item.of, group), LONGEST_NAME)}: {found_in(part, item)}"


def found_in(part: EstimatePart, item: Estimate) -> str:
    """Return the number of one group, or the rates that it is made of."""
    if part.components:
        return ", ".join(f"{name} {rate:.2f}" for name, rate in part.components.items())
    if part.estimate is None or part.interval is None:
        return "not defined"
    return f"{beside(part.estimate, item)} ({' to '.join(beside(end, item) for end in part.interval)})"


def how_many(item: Estimate, policy: Policy) -> str:
    """Return how many rows each group was judged by, and who decided nothing."""
    judged = [f"{_name(part, item, policy)}: {part.rows:,} used" for part in item.parts if part.judged]
    small = [f"{_name(part, item, policy)} ({part.rows:,})" for part in item.parts if part.set_aside == "too_few"]
    missing = sum(part.cases for part in item.parts if part.set_aside == "not_recorded")
    said = [f"{listed(judged, MOST_NAMED)}."]
    said += [f"Too few to judge: {listed(small, MOST_NAMED)}."] if small else []
    return " ".join([*said, *([f"Not recorded: {missing:,}."] if missing else [])])


def _name(part: EstimatePart, item: Estimate, policy: Policy) -> str:
    return capitalised(shortened(group_name(policy, item.of, part.group), LONGEST_NAME))


def calibration_errors(items: Sequence[Estimate], policy: Policy) -> str:
    """Return each group's calibration error beside its noise floor, those farthest above it first; empty without."""
    said = [(attribute_name(policy, item.of), told) for item in items if (told := _calibration_errors(item, policy))]
    return " ".join(f"{name}: {told}" if len(said) > 1 else told for name, told in said)


def _calibration_errors(item: Estimate, policy: Policy) -> str:
    ones = [(part, part.calibration) for part in item.parts if part.calibration is not None]
    ones.sort(key=lambda one: (not one[0].judged, one[1].floor - one[1].error))
    told = [
        f"{_name(part, item, policy)}: {_thousandths(one.error)}; a calibrated model with these bins would show "
        f"{_thousandths(one.floor)}."
        for part, one in ones[:MOST_ERRORS]
    ]
    more = len(ones) - MOST_ERRORS
    return " ".join([*told, *([f"The record has {count_of(more, 'more group')}."] if more > 0 else [])])


def _thousandths(number: float) -> str:
    return "less than 0.001" if 0 < number < TINY else f"{number:.3f}"


def rule(check: MetricCheck, convention: Convention, policy: Policy) -> str:
    """Return when this check is not met, when it is met, and when it could not be judged."""
    sides = {side: decimal(round(float(limit), 4)) for side, limit in sides_to_judge(check, convention)}
    low, high = sides.get(Side.MIN), sides.get(Side.MAX)
    beyond = " or ".join([*([f"below {low}"] if low else []), *([f"above {high}"] if high else [])])
    within = f"from {low} to {high}" if low and high else f"at {low or high} or {'more' if low else 'less'}"
    if policy.statistics.decide_on == "point":
        return f"Not met when the figure lies {beyond}, otherwise met. Chance was not allowed for."
    return (
        f"Not met when the whole range lies {beyond}. Met when it lies {within} and enough {units(policy)} were "
        "judged. Otherwise it could not be judged."
    )


def method(items: Sequence[Estimate], policy: Policy) -> str:
    """Return how the figures of one check were made, and whether they were made twice."""
    if not items:
        return "Nothing was calculated."
    first = items[0]
    of_what = "of this check" if first.family.scope == "check" else "of the whole policy"
    seconds = [item.second_calculation for item in items if item.second_calculation is not None]
    again = f"{seconds[0].by} calculated every figure again." if seconds else "No other library was asked for it."
    return (
        f"{capitalised(first.method)}. The chance of a false “not met” is held to "
        f"{round(100 * (1 - first.confidence), 4):g} in 100 over {count_of(first.family.claims, 'claim')} {of_what}. "
        f"{again} Groups with fewer than {policy.statistics.min_group_size} {units(policy)} to use decide nothing."
    )


def why_untold(item: Estimate, groups: Sequence[Group], policy: Policy) -> str:
    """Return why there is no verdict."""
    left_out = [part for part in item.parts if not part.judged and part.group in groups]
    if left_out:
        missed, cases = sum(part.cases for part in left_out), sum(part.cases for part in item.parts)
        return f"within the limit where it was judged, but {missed:,} of {cases:,} {units(policy)} were not judged"
    return "its range lies on both sides of the limit"
