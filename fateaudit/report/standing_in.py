"""What explanations tell of an attribute beside its difference: stand-ins, the attribute changed alone, its groups."""

from dataclasses import dataclass

from fateaudit.evidence import FlipsSeen, GapParts, Insights, ProxiesSeen, ProxySeen, ReasonsByGroup
from fateaudit.policy import Policy
from fateaudit.policy.wording import attribute_name, capitalised, group_name, listed, units
from fateaudit.report.columns import in_a_sentence, name_of, points
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import lowered, shortened

SHOWN = 3
"""Columns of the table, and as many more as stand out, up to the next."""

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StandIn:
    """One column."""

    name: str
    tells: str
    carries: str
    both: str
    beyond: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What is told of one attribute."""

    sentence: str
    rows: tuple[StandIn, ...]
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
        rows=tuple(_row(one, name, policy) for one in _shown(proxies)) if proxies else (),
        entries=(*_changed(flips, name, policy, is_read=is_read), *(_by_group(groups, policy) if groups else ())),
    )


def _label(name: str, policy: Policy) -> str:
    return lowered(shortened(attribute_name(policy, (name,)), LONGEST_NAME))


def _group(name: str, attribute: str, policy: Policy) -> str:
    return shortened(group_name(policy, (attribute,), (name,)), LONGEST_NAME)


def _stand_ins(found: ProxiesSeen, policy: Policy) -> str:
    """Return which columns could stand in, beyond chance; and that this is no cause."""
    first, second = (_group(name, found.attribute, policy) for name in (found.first, found.second))
    label = _label(found.attribute, policy)
    others = [
        in_a_sentence(one.column, policy)
        for one in found.columns
        if one.stands_out and one.column != found.attribute
    ]
    named = listed(others, MOST_SHOWN) if others else "no other column"
    return (
        f"A column that tells {first} from {second} and carries a part of the difference can stand in for {label}. "
        f"Beyond chance {'do' if len(others) > 1 else 'does'} both: {named}. That says what goes together, no cause."
    )


def _shown(found: ProxiesSeen) -> tuple[ProxySeen, ...]:
    return tuple(one for place, one in enumerate(found.columns[:MOST_SHOWN]) if place < SHOWN or one.stands_out)


def _row(one: ProxySeen, attribute: str, policy: Policy) -> StandIn:
    name = name_of(one.column, policy)
    against = " (the other way)" if one.share < 0 else ""
    return StandIn(
        name=f"{name}, itself" if one.column == attribute else name,
        tells=f"{100 * one.auc:.0f}",
        carries=f"{100 * abs(one.share):.0f}{against}",
        both=f"{points(one.risk)}",
        beyond="yes" if one.stands_out else "no",
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
        said = f"{said} {found.became_favourable:,} of them are then {policy.words.favourable}."
    return (Entry("Changed alone", said),)


def _by_group(found: ReasonsByGroup, policy: Policy) -> tuple[Entry, ...]:
    best, worst = (_group(one.group, found.attribute, policy) for one in (found.groups[0], found.groups[-1]))
    fidelity = [points(one.fidelity) for one in (found.groups[0], found.groups[-1])]
    low, high = (points(end) for end in found.interval)
    said = (
        f"Reasons account for {fidelity[0]} of 100 parts for {best} and {fidelity[1]} for {worst}, the least: a "
        f"difference of {points(found.gap)} (could be {low} to {high}; shuffled reasons: {points(found.baseline)})."
    )
    entries = [Entry("Reasons by group", said)]
    if found.columns:
        moved = [
            f"{points(one.importances[0])} for {_group(one.group, found.attribute, policy)}" for one in found.groups[:4]
        ]
        column = capitalised(in_a_sentence(found.columns[0], policy))
        entries.append(Entry("The first column", f"{column} moves a score by {listed(moved)}, in points of 100."))
    return tuple(entries)
