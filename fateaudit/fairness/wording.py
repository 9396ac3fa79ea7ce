"""A metric in the policy's own words."""

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Part, Subject
from fateaudit.fairness.plans import Plan
from fateaudit.fairness.rates import Event, Rate
from fateaudit.policy import Policy
from fateaudit.policy.wording import could_be, frequency, group_name, per_hundred_or_thousand, units, units_of

NAMED = 3
"""How many groups a reason names; it is one line."""

AGAINST = {
    Convention.ABSOLUTE: "",
    Convention.TO_HIGHEST: " to the highest group",
    Convention.TO_LOWEST: " to the lowest group",
    Convention.BETWEEN_GROUPS: " between the extreme groups",
    Convention.TO_REFERENCE: " to a named reference group",
}


def subject(plan: Plan, policy: Policy) -> Subject:
    """Return what the metric counts, among what, for headings and sentences."""
    rate = plan.metric.rate
    among = "" if rate.among is None else _event(rate.among, policy)
    counted = _counted(rate, policy)
    title = counted.removeprefix("are ").removeprefix("get ")
    title = title[0].upper() + title[1:] + (f", of those {among}" if among else "")
    comparison = "" if plan.metric.comparison == "level" else f" {plan.metric.comparison}"
    return Subject(
        title=title, among=among, counted=counted, formal=f"{rate.term}{comparison}{AGAINST[plan.convention]}"
    )


def _counted(rate: Rate, policy: Policy) -> str:
    if isinstance(rate.counted, Event):
        return f"are {_event(rate.counted, policy)}"
    if rate.counted == "above_median":
        return "get a score above the median of all"
    return "get the same outcome from the model as in the records"


def _event(event: Event, policy: Policy) -> str:
    is_favourable = event.role.outcome(policy.columns.coded_positive) is Outcome.FAVOURABLE
    words = policy.words
    if event.of == "decision":
        return words.favourable if is_favourable else words.adverse
    return words.recorded_favourable if is_favourable else words.recorded_adverse


def sentence(said: Subject, of: tuple[str, ...], parts: list[Part], policy: Policy) -> str:
    """Return "Of every 100 arrests of Black people, 30 are … (could be 26 to 33); of every 100 arrests of White …".

    All parts are said with one denominator. The first says the whole sentence, the others only their number.
    """
    per = per_hundred_or_thousand(part.rate for part in parts)
    clauses = []
    for place, part in enumerate(parts):
        whose = f"{units_of(policy, of, part.group)} {said.among}".strip()
        number = frequency(part.rate or 0.0, per)
        verb = f" {said.counted}" if place == 0 else ""
        clauses.append(f"of every {per:,} {whose}, {number}{verb} ({could_be(part, per)})")
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def too_few(plan: Plan, policy: Policy) -> str:
    """Return why nothing could be compared: "Female: 4 people, 30 needed"."""
    needed = policy.statistics.min_group_size
    small = [tally for tally in plan.tallies if tally.set_aside == "too_few"]
    if plan.reference is not None:
        small = [tally for tally in small if tally.group == plan.reference] or small
    if not small:
        return "there is only one group, and nothing to compare it with"
    named = [
        f"{group_name(policy, plan.of, tally.group)}: {tally.denominator:,} {units(policy)}" for tally in small[:NAMED]
    ]
    others = f" and {len(small) - NAMED} more groups" if len(small) > NAMED else ""
    return f"{'; '.join(named)}{others}; {needed:,} needed"
