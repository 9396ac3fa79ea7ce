"""Counted, but no limit was set: columns about protected traits that nobody is held to, each with its widest gap."""

from dataclasses import dataclass

from fateaudit.evidence import ColumnGap, Extreme, Uncovered
from fateaudit.policy import Policy
from fateaudit.policy.wording import count_of, frequency, listed, per_hundred_or_thousand, units
from fateaudit.record import AuditRecord
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import lowered, shortened

MOST_NAMED = 4
BRIEF = 40
"""Characters of a name on page 1."""

_CUTS = {
    "": "",
    "ages": "cut at 18, 25, 40 and 60",
    "quarters": "numbers, cut by these rows into groups of about equal size",
}


@dataclass(frozen=True, slots=True)
class EndRow:
    """The group at one end of a gap."""

    group: str
    count: str
    rate: str
    could_be: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """The widest gap of one column."""

    name: str
    notes: str
    """How it was cut, and who was left out."""
    ends: tuple[EndRow, EndRow]
    apart: str


def gap_row(gap: ColumnGap, policy: Policy) -> GapRow:
    """Return one column with both ends of its gap, the one that fares worse first."""
    return GapRow(
        name=_name(gap, policy, LONGEST_NAME),
        notes=_notes(gap, policy),
        ends=(_end(gap.worse, gap, policy), _end(gap.better, gap, policy)),
        apart=f"{100 * (_rate(gap.worse) - _rate(gap.better)):.1f}",
    )


def _name(gap: ColumnGap, policy: Policy, most: int) -> str:
    return shortened(policy.attribute(gap.column).label if gap.is_declared else gap.column, most)


def _notes(gap: ColumnGap, policy: Policy) -> str:
    said = ["declared" if gap.is_declared else "not declared", _CUTS[gap.cut]]
    said.append(count_of(gap.too_few, "smaller group") + " left out" if gap.too_few else "")
    unknown = count_of(gap.not_recorded, policy.columns.unit, units(policy))
    said.append(f"not recorded in {unknown}" if gap.not_recorded else "")
    return "; ".join(filter(None, said))


def _end(end: Extreme, gap: ColumnGap, policy: Policy) -> EndRow:
    low, high = end.interval
    return EndRow(
        group=_group(end, gap, policy),
        count=f"{end.count[0]:,} of {end.count[1]:,}",
        rate=f"{100 * _rate(end):.1f}",
        could_be=f"{100 * low:.1f} to {100 * high:.1f}",
    )


def _group(end: Extreme, gap: ColumnGap, policy: Policy) -> str:
    """Return the group's name; of a column of many values only that it is one of them."""
    if end.group is None:
        return f"one of {gap.groups} groups"
    said = policy.attribute(gap.column).groups.get(end.group) if gap.is_declared else None
    return shortened(said or end.group, LONGEST_NAME)


def _rate(end: Extreme) -> float:
    return end.count[0] / end.count[1]


def uncovered_in_words(found: Uncovered, policy: Policy, least: int) -> tuple[str, ...]:
    """Return what stands before the table, and what is said of columns that are not in it."""
    others = _others(found, policy, least)
    if found.columns:
        first = (
            "These columns are declared as sensitive, or their names speak of a protected trait. No limit of weight "
            f"compares their groups. Of those with {least} {units(policy)} or more, these are farthest apart in how "
            f"many are {policy.words.adverse}. Nobody judged whether that is much."
        )
        return (first, *others)
    unnamed = "" if found.unread else " No other column has a name that speaks of a protected trait."
    nothing = (
        f"Nothing to list. Each declared attribute is in a limit of weight, or has fewer than two groups of {least} "
        f"{units(policy)}.{unnamed} Columns were looked for by name only."
    )
    return (nothing, *others)


def _others(found: Uncovered, policy: Policy, least: int) -> tuple[str, ...]:
    said = []
    if found.more:
        verb = "has a narrower gap" if found.more == 1 else "have narrower gaps"
        said.append(f"{count_of(found.more, 'more such column')} {verb}.")
    if found.unread:
        names = (
            "name of 1 other column speaks" if found.unread == 1 else f"names of {found.unread:,} other columns speak"
        )
        said.append(
            f"The {names} of a protected trait too: what stands there could not be read as groups, or fewer than two "
            f"have {least} {units(policy)}."
        )
    return (" ".join(said),) if said else ()


def uncovered_in_short(record: AuditRecord) -> str:
    """Return, for page 1, which columns were counted without a limit and the widest gap; empty for none."""
    seen, policy = record.insights.looked_at, record.policy
    if seen is None or not seen.uncovered.columns:
        return ""
    gaps = seen.uncovered.columns
    names = [lowered(_name(gap, policy, BRIEF)) if gap.is_declared else _name(gap, policy, BRIEF) for gap in gaps]
    widest = gaps[0]
    per = per_hundred_or_thousand(_rate(end) for end in (widest.worse, widest.better))
    of_every = "Of every" if len(names) == 1 else f"Widest, {names[0]}: of every"
    worse = _whose(widest.worse, widest, policy, "one")
    better = _whose(widest.better, widest, policy, "another")
    return (
        f"Counted, but no limit was set: {_listed(names, seen.uncovered.more)}. {of_every} {per:,} {worse}, "
        f"{_told(widest.worse, per)} are {policy.words.adverse}; of {better}, {_told(widest.better, per)}."
    )


def _listed(names: list[str], more: int) -> str:
    """Return "a, b and 3 more", counting those that are not even in the table."""
    shown = names[:MOST_NAMED]
    rest = len(names) - len(shown) + more
    return listed([*shown, *([f"{rest:,} more"] if rest else [])])


def _whose(end: Extreme, gap: ColumnGap, policy: Policy, unnamed: str) -> str:
    """Return "arrests of non-citizens", "arrests where religion is None" or "arrests in one group"."""
    if end.group is None:
        return f"{units(policy)} in {unnamed} group"
    said = policy.attribute(gap.column).groups.get(end.group) if gap.is_declared else None
    if said:
        return f"{units(policy)} of {shortened(said, BRIEF)}"
    return f"{units(policy)} where {_name(gap, policy, BRIEF)} is {shortened(end.group, BRIEF)}"


def _told(end: Extreme, per: int) -> str:
    low, high = (round(per * at) for at in end.interval)
    return f"{frequency(_rate(end), per)} (could be {low:,} to {high:,})"
