"""What was looked at without a limit, in words: where a reader may look next, and that none of it is a verdict."""

from dataclasses import dataclass

from fateaudit.evidence import LookedAt, NotLooked, SubgroupSeen, SubgroupsSearched
from fateaudit.policy import Policy
from fateaudit.policy.wording import capitalised, count_of, decimal, units
from fateaudit.record import AuditRecord
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import shortened
from fateaudit.report.turned import Turned, turned, turned_in_words
from fateaudit.report.uncovered import GapRow, gap_row, uncovered_in_words

MOST_SHOWN = 12
"""Subgroups in the table; the record has all of them."""

_DEPTHS = {1: "one attribute", 2: "up to two attributes at once", 3: "up to three attributes at once"}


@dataclass(frozen=True, slots=True)
class SubgroupRow:
    """One subgroup and everybody else."""

    name: str
    adverse: str
    rate: str
    others: str
    others_rate: str
    times: str
    standing: str


@dataclass(frozen=True, slots=True)
class Section:
    """The section, in the order in which it is read."""

    gaps: tuple[GapRow, ...]
    gaps_said: tuple[str, ...]
    subgroups: tuple[SubgroupRow, ...]
    subgroups_said: tuple[str, ...]
    """One paragraph before the table, the others after it."""
    turned: tuple[Turned, ...]
    turned_said: tuple[str, ...]


def section(record: AuditRecord) -> Section | None:
    """Return the section; None for a record that was made before anything was looked at so."""
    seen, policy = record.insights.looked_at, record.policy
    if seen is None:
        return None
    return Section(
        gaps=tuple(gap_row(one, policy) for one in seen.uncovered.columns),
        gaps_said=uncovered_in_words(seen.uncovered, policy, seen.min_group_size),
        subgroups=_rows(seen.subgroups, policy),
        subgroups_said=_subgroups_said(seen, policy),
        turned=turned(seen.reversals, policy),
        turned_said=turned_in_words(seen, policy),
    )


def _subgroups_said(seen: LookedAt, policy: Policy) -> tuple[str, ...]:
    found = seen.subgroups
    if isinstance(found, NotLooked):
        return (f"Not looked at: {found.because}. That is no sign that all is well.",)
    size = f"{seen.min_group_size} {units(policy)}"
    small = f"{count_of(found.too_few, 'smaller one')} {_were(found.too_few)} not looked at" if found.too_few else ""
    if not found.tested:
        return (f"No group has {size} or more and somebody outside of it, so none was looked at.",)
    limit = decimal(seen.limit or 0)
    is_cut = found.depth < min(len(_DEPTHS), len(policy.columns.sensitive))
    deeper = " Of more attributes at once there are too many groups to look at each." if is_cut else ""
    asked = (
        f"Each group by {_DEPTHS[found.depth]} was held against everybody else: is it {policy.words.adverse} more than "
        f"{limit} times as often? That is a common yardstick, and no limit of the owner's.{deeper}"
    )
    held = f"{count_of(found.tested, 'group')} of {size} or more {_were(found.tested)} looked at"
    counted = f"{held}; {small}." if small else f"{held}."
    listed = (*found.named, *found.worth_a_look)
    if not listed:
        none = "None stands out. That is no sign that all is well: a small group must fare far worse to stand out."
        return (f"{asked} {counted} {none}",)
    stands = f"{capitalised(count_of(len(listed), 'group'))} {'stands' if len(listed) == 1 else 'stand'} out."
    return (f"{asked} {counted} {stands}", _how_sure(found, seen.confidence), *_unlisted(found, limit))


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _how_sure(found: SubgroupsSearched, confidence: float) -> str:
    return (
        f"“Beyond” allows for having looked at {count_of(found.tested, 'group')}. “Worth a look” does not: of all that "
        f"stand out, about 1 in {round(1 / (1 - confidence))} does so by chance, on average. This is a list to look "
        "into, never a verdict. It says nothing of why."
    )


def _unlisted(found: SubgroupsSearched, limit: str) -> tuple[str, ...]:
    """Return what is said of the groups that stand out and are not in the table."""
    listed = (*found.named, *found.worth_a_look)
    new = sum(one.is_new for one in listed)
    narrower = len(listed) - new
    said = []
    if new > MOST_SHOWN:
        said.append(f"{count_of(new - MOST_SHOWN, 'more group')} of this kind {_is(new - MOST_SHOWN)} in the record.")
    if narrower:
        said.append(
            f"{count_of(narrower, 'narrower group')} {_is(narrower)} not listed: part of a wider one that stands out "
            f"too, with a rate of at most {limit} times that of the wider one."
        )
    return (" ".join(said),) if said else ()


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _rows(found: SubgroupsSearched | NotLooked, policy: Policy) -> tuple[SubgroupRow, ...]:
    if isinstance(found, NotLooked):
        return ()
    listed = [(one, "Beyond") for one in found.named] + [(one, "Worth a look") for one in found.worth_a_look]
    new = [(one, standing) for one, standing in listed if one.is_new]
    return tuple(_row(one, standing, policy) for one, standing in new[:MOST_SHOWN])


def _row(one: SubgroupSeen, standing: str, policy: Policy) -> SubgroupRow:
    (adverse, rows), (other_adverse, other_rows) = one.count, one.others
    rate, other = adverse / rows, other_adverse / other_rows
    return SubgroupRow(
        name=capitalised(" × ".join(_called(policy, *pair) for pair in zip(one.of, one.group, strict=True))),
        adverse=f"{adverse:,} of {rows:,}",
        rate=f"{100 * rate:.1f}",
        others=f"{other_adverse:,} of {other_rows:,}",
        others_rate=f"{100 * other:.1f}",
        times=f"{rate / other:.2f}" if other else "none else",
        standing=standing,
    )


def _called(policy: Policy, attribute: str, value: str) -> str:
    """Return the policy's word for one value, or "Citizen is No": "No" by itself says nothing."""
    one = policy.attribute(attribute)
    said = one.groups.get(value)
    longest = LONGEST_NAME
    return shortened(said, longest) if said else f"{shortened(one.label, longest)} is {shortened(value, longest)}"
