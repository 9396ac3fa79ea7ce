"""What explanations tell of an attribute beside its difference: stand-ins, the attribute changed alone, its groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from fateaudit.evidence import FlipsSeen, GapParts, Insights, ProxiesSeen, ProxySeen, ReasonsByGroup
from fateaudit.policy import Policy
from fateaudit.policy.scales import scale_of
from fateaudit.policy.wording import attribute_name, capitalised, group_name, listed, units
from fateaudit.report.columns import in_a_sentence, points
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import lowered, shortened

MOST_NAMED = 5
"""Columns that the sentence names."""

MOST_GROUPS = 4
"""Groups whose scores the leading column is said to move."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told of one attribute."""

    sentence: str
    columns: Mapping[str, tuple[str, str]]
    """For each raw column: in how many of 100 pairs it tells the groups apart, and that with what it carries."""
    entries: tuple[Entry, ...]


def beside(told: Insights, gap: GapParts, policy: Policy) -> Beside | None:
    """Return what is told of the attribute of `gap`; None where the record tells nothing."""
    name = gap.attribute
    if name not in {attribute.name for attribute in policy.columns.sensitive}:
        return None
    proxies = next((one for one in told.proxies if one.attribute == name), None)
    flips = next((one for one in told.flips if one.attribute == name), None)
    groups = next((one for one in told.by_group if one.attribute == name), None)
    if proxies is None and flips is None and groups is None:
        return None
    is_read = name in {one.column for one in gap.parts}
    return Beside(
        sentence=_stand_ins(proxies, policy) if proxies else "",
        columns={one.column: _figures(one) for one in proxies.columns} if proxies else {},
        entries=(*_changed(flips, name, policy, is_read=is_read), *(_by_group(groups, policy) if groups else ())),
    )


def _figures(one: ProxySeen) -> tuple[str, str]:
    # Worse than a guess is a guess: which way round it is was not looked at.
    return f"{100 * max(0.5, one.auc):.0f}", points(one.risk)


def _label(name: str, policy: Policy) -> str:
    return lowered(shortened(attribute_name(policy, (name,)), LONGEST_NAME))


def _group(name: str, attribute: str, policy: Policy) -> str:
    return shortened(group_name(policy, (attribute,), (name,)), LONGEST_NAME)


def _stand_ins(found: ProxiesSeen, policy: Policy) -> str:
    """Return which columns could stand in, beyond chance."""
    first, second = (_group(name, found.attribute, policy) for name in (found.first, found.second))
    label = _label(found.attribute, policy)
    others = [
        in_a_sentence(one.column, policy) for one in found.columns if one.stands_out and one.column != found.attribute
    ]
    both = (
        f"Beyond chance, both is so of {listed(others, MOST_NAMED)}" if others else "Beyond chance, no other does both"
    )
    return (
        f"A column that tells {first} from {second} (a guess is right in 50 of 100 pairs) and carries a part of the "
        f"difference can stand in for {label}. {both}."
    )


def _changed(found: FlipsSeen | None, name: str, policy: Policy, *, is_read: bool) -> tuple[Entry, ...]:
    label = _label(name, policy)
    if found is None:
        if is_read:
            return ()
        said = f"Not informative: the model does not read {label}, so nothing could change."
        return (Entry("Changed alone", said),)
    low, high = (points(end) for end in found.interval)
    said = (
        f"With another {label} and all else as it is, {found.changed:,} of {found.rows:,} {units(policy)} get another "
        f"output: {points(found.changed / found.rows)} of 100 (could be {low} to {high})."
    )
    if found.changed:
        said = f"{said} {_none_or(found.became_favourable)} of them are then {policy.words.favourable}."
    return (Entry("Changed alone", said),)


def _none_or(number: int) -> str:
    return f"{number:,}" if number else "None"


def _by_group(found: ReasonsByGroup, policy: Policy) -> tuple[Entry, ...]:
    best, worst = (_group(one.group, found.attribute, policy) for one in (found.groups[0], found.groups[-1]))
    fidelity = [points(one.fidelity) for one in (found.groups[0], found.groups[-1])]
    low, high = (points(end) for end in found.interval)
    said = (
        f"Reasons account for {fidelity[0]} of 100 parts for {best} and {fidelity[1]} for {worst}, the least: a "
        f"difference of {points(found.gap)} (could be {low} to {high}; shuffled reasons: {points(found.baseline)})."
    )
    if found.columns:
        scale = scale_of(policy, max(one.importances[0] for one in found.groups))
        moved = [
            f"{points(one.importances[0], scale=scale)} for {_group(one.group, found.attribute, policy)}"
            for one in found.groups[:MOST_GROUPS]
        ]
        column = capitalised(in_a_sentence(found.columns[0], policy))
        unit = "the model's own unit" if policy.gives_numbers else "points of 100"
        said = f"{said} {column} moves a score by {listed(moved)}, in {unit}."
    return (Entry("Reasons by group", said),)
