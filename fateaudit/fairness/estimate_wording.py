"""A statistic in words: its heading, and each group's number with its range."""

import math
from collections.abc import Sequence

from fateaudit.counts import Group, Outcome
from fateaudit.evidence import EstimatePart, Subject
from fateaudit.fairness.estimate_plans import EstimatePlan
from fateaudit.fairness.estimate_rules import Found
from fateaudit.fairness.wording import AGAINST, NAMED
from fateaudit.policy import Policy
from fateaudit.policy.wording import capitalised, group_name, listed, units, units_of


def subject_of_estimate(plan: EstimatePlan, policy: Policy) -> Subject:
    """Return the statistic's heading and what it is, in the policy's words, and the field's term for it."""
    statistic = plan.metric.statistic
    title, meaning = statistic.told(policy.words, plan.view.positive)
    comparison = "" if plan.metric.comparison == "level" else f" {plan.metric.comparison}"
    return Subject(
        title=title,
        among="",
        counted=meaning,
        formal=f"{statistic.term}{comparison}{AGAINST[plan.convention]}",
    )


def sentence_of_estimate(plan: EstimatePlan, parts: Sequence[EstimatePart], found: Found, policy: Policy) -> str:
    """Return "It is 0.71 (could be 0.68 to 0.74) for cases where Group is a; 0.80 (…) for …."."""
    words = policy.words
    sides = ((words.favourable, words.recorded_favourable), (words.adverse, words.recorded_adverse))
    given, other = sides if plan.view.positive is Outcome.FAVOURABLE else sides[::-1]
    by_group = {part.group: part for part in parts}
    shown = [by_group[group] for group in (found.about, found.reference) if group in by_group]
    clauses = [f"{_number(part, (given[1], other[1]))} for {units_of(policy, plan.of, part.group)}" for part in shown]
    is_of_several = plan.metric.statistic.components is not None
    lead = f"{given[0]}: " if is_of_several else "it is "
    return capitalised(f"{lead}{'; '.join(clauses)}.")


def _number(part: EstimatePart, recorded: tuple[str, str]) -> str:
    if part.estimate is None or part.interval is None:
        shares = zip(recorded, part.components.values(), strict=False)
        return " and ".join(f"{100 * rate:.0f} of every 100 {side}" for side, rate in shares)
    low, high = (_said(end) for end in part.interval)
    return f"{_said(part.estimate)} (could be {low} to {high})"


def _said(value: float) -> str:
    """Return three decimals: half of these numbers lie near 0."""
    return "infinite" if math.isinf(value) else f"{value:.3f}".replace("-", "\N{MINUS SIGN}")


def too_few_rows(plan: EstimatePlan, policy: Policy) -> str:
    """Return why nothing could be compared: "Female: 4 people; 30 needed"."""
    small = [rows for rows in plan.groups if rows.set_aside == "too_few"]
    if plan.reference is not None:
        small = [rows for rows in small if rows.group == plan.reference] or small
    if not small:
        return "there is only one group, and nothing to compare it with"
    needed, of_each = policy.statistics.min_group_size, plan.metric.statistic.fewest_of_each_label
    named = [
        f"{group_name(policy, plan.of, rows.group)}: {rows.used:,} {units(policy)}"
        + (f", {rows.of_fewer_label:,} of the rarer label" if rows.used >= needed else "")
        for rows in small[:NAMED]
    ]
    others = f" and {len(small) - NAMED} more groups" if len(small) > NAMED else ""
    both = f", with {of_each} of either label" if of_each else ""
    return f"{'; '.join(named)}{others}; {needed:,} needed{both}"


def undefined(plan: EstimatePlan, groups: Sequence[Group], policy: Policy) -> str:
    """Return for whom the number is not defined."""
    names = listed([group_name(policy, plan.of, group) for group in groups], NAMED)
    return f"{plan.metric.statistic.term} is not defined for {names}: it would divide by 0"
