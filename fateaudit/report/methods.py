"""How a check was decided, in sentences: the rule that was applied, and how the figures were made."""

import math
from collections.abc import Sequence

from fateaudit.evidence import Convention, Measurement, Side
from fateaudit.policy import MetricCheck, Policy, sides_to_judge
from fateaudit.policy.wording import count_of, decimal, units

_WRITTEN = 6
"""A ratio that is longer than this was not written by anyone: it is 1/0.90, and two decimals say enough."""

_HELD_AGAINST = {
    Convention.ABSOLUTE: "The limit is on this number itself.",
    Convention.TO_HIGHEST: "Each group is held against the one with the highest number.",
    Convention.TO_LOWEST: "Each group is held against the one with the lowest number.",
    Convention.BETWEEN_GROUPS: "The groups with the lowest and the highest numbers are held against each other.",
    Convention.TO_REFERENCE: "Each group is held against the group that the policy names.",
}


def words(item: Measurement, policy: Policy) -> str:
    """Return what is counted and what it is held against, without a term of the field."""
    among = f" {item.subject.among}" if item.subject.among else ""
    return f"Counted: {units(policy)}{among} that {item.subject.counted}. {_HELD_AGAINST[item.convention]}"


def rule(check: MetricCheck, convention: Convention, policy: Policy) -> str:
    """Return when this check is not met, when it is met, and when it could not be judged."""
    is_signed = convention is Convention.TO_REFERENCE
    sides = sides_to_judge(check, convention)
    ends = {side: _number(float(limit), check.metric, is_signed=is_signed) for side, limit in sides}
    low, high = ends.get(Side.MIN), ends.get(Side.MAX)
    unit = "" if check.metric.endswith("_ratio") else " of every 100"
    beyond = " or ".join([*([f"below {low}"] if low else []), *([f"above {high}"] if high else [])]) + unit
    within = f"from {low} to {high}" if low and high else f"at {low or high} or {'more' if low else 'less'}"
    if policy.statistics.decide_on == "point":
        return f"Not met when the figure lies {beyond}, otherwise met. Chance was not allowed for."
    by_group = convention in {Convention.ABSOLUTE, Convention.TO_REFERENCE} and check.across != "overall"
    return (
        f"Not met when the whole range{' of a group' if by_group else ''} lies {beyond}. "
        f"Met when {'every range' if by_group else 'it'} lies {within}{unit} and enough {units(policy)} were judged. "
        "Otherwise it could not be judged."
    )


def _number(limit: float, metric: str, *, is_signed: bool) -> str:
    if metric.endswith("_ratio"):
        return decimal(limit) if len(repr(limit)) <= _WRITTEN else f"{limit:.2f}"
    said = f"{round(100 * limit, 2):{'+' if is_signed else ''}g}"
    return said.replace("-", "\N{MINUS SIGN}")


def method(items: Sequence[Measurement], policy: Policy) -> str:
    """Return how the figures of one check were made, and that they were made twice."""
    if not items:
        return "Nothing was calculated."
    first = items[0]
    of_what = "of this check" if first.family.scope == "check" else "of the whole policy"
    return " ".join(
        [
            f"{first.method[:1].upper()}{first.method[1:]}.",
            f"The chance of a false “not met” is held to {_in_a_hundred(1 - first.confidence)} over",
            f"{count_of(first.family.claims, 'claim')} {of_what}.",
            second_calculation(items),
            f"Groups with fewer than {policy.statistics.min_group_size} {units(policy)} to count decide nothing.",
        ]
    )


def second_calculation(items: Sequence[Measurement]) -> str:
    """Return which other library calculated every figure again, and how far it was off."""
    by = " and ".join(sorted({item.second_calculation.by for item in items}))
    apart = max(item.second_calculation.largest_difference for item in items)
    told = "the same" if apart == 0 else f"the same to {max(0, math.floor(-math.log10(apart)))} decimals"
    return f"{by} calculated every figure again: {told}."


def _in_a_hundred(share: float) -> str:
    return f"{round(100 * share, 4):g} in 100"
