"""Comparisons that turn round within another attribute, named in words, with the numbers of each stratum."""

from dataclasses import dataclass

from fateaudit.evidence import LookedAt, NotLooked, ReversalSeen, ReversalsSearched
from fateaudit.policy import Policy
from fateaudit.policy.wording import capitalised, count_of, listed, units, units_of
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import lowered, shortened

MOST_TURNED = 4
"""Reversals with their numbers; the record has all of them."""

_CAUTION = (
    "Neither figure is the right one by itself. How people came into these groups may be part of what happened to them."
)


@dataclass(frozen=True, slots=True)
class StratumRow:
    """Both groups among everybody, or within one value of the other attribute."""

    name: str
    worse: str
    worse_rate: str
    better: str
    better_rate: str


@dataclass(frozen=True, slots=True)
class Turned:
    """One comparison."""

    sentence: str
    within: str
    worse: str
    better: str
    rows: tuple[StratumRow, ...]


def turned(found: ReversalsSearched | NotLooked, policy: Policy) -> tuple[Turned, ...]:
    """Return the clearest reversals with their numbers."""
    if isinstance(found, NotLooked):
        return ()
    return tuple(_turned(one, policy) for one in found.found[:MOST_TURNED])


def _turned(one: ReversalSeen, policy: Policy) -> Turned:
    worse, better = (_called(policy, one.attribute, group) for group in (one.worse, one.better))
    within = policy.attribute(one.within)
    rows = [_row("All of these", one.worse_count, one.better_count)]
    strata = sorted(one.strata, key=lambda stratum: within.order(stratum.value))
    rows += [_row(_value(policy, one.within, stratum.value), stratum.worse, stratum.better) for stratum in strata]
    return Turned(
        sentence=_sentence(one, policy, worse, better),
        within=shortened(within.label, LONGEST_NAME),
        worse=capitalised(worse),
        better=capitalised(better),
        rows=tuple(rows),
    )


def _sentence(one: ReversalSeen, policy: Policy, worse: str, better: str) -> str:
    label = lowered(shortened(policy.attribute(one.within).label, LONGEST_NAME))
    opposite = [stratum for stratum in one.strata if _rate(stratum.worse) < _rate(stratum.better)]
    start = f"{capitalised(worse)} fare worse than {better} overall, and better within"
    rows = one.worse_count[1] + one.better_count[1]
    if len(opposite) == len(one.strata):
        return f"{start} every group by {label}."
    held = sum(stratum.worse[1] + stratum.better[1] for stratum in opposite)
    return (
        f"{start} {len(opposite)} of {len(one.strata)} groups by {label}, which hold {held:,} of these {rows:,} "
        f"{units(policy)}."
    )


def _row(name: str, worse: tuple[int, int], better: tuple[int, int]) -> StratumRow:
    return StratumRow(
        name=name,
        worse=f"{worse[0]:,} of {worse[1]:,}",
        worse_rate=f"{100 * _rate(worse):.1f}",
        better=f"{better[0]:,} of {better[1]:,}",
        better_rate=f"{100 * _rate(better):.1f}",
    )


def _rate(count: tuple[int, int]) -> float:
    return count[0] / count[1]


def _called(policy: Policy, attribute: str, value: str) -> str:
    """Return the policy's word for a group, or "arrests where Sex is Female"; both are in the plural."""
    said = policy.attribute(attribute).groups.get(value)
    longest = LONGEST_NAME
    return shortened(said or units_of(policy, (attribute,), (shortened(value, longest),)), 2 * longest)


def _value(policy: Policy, attribute: str, value: str) -> str:
    said = policy.attribute(attribute).groups.get(value)
    return shortened(capitalised(said) if said else value, LONGEST_NAME)


def turned_in_words(seen: LookedAt, policy: Policy) -> tuple[str, ...]:
    """Return what was looked for, and what is said of what was not found or is not shown."""
    found = seen.reversals
    if isinstance(found, NotLooked):
        return (f"Not looked at: {found.because}.",)
    compared = len(policy.columns.sensitive) - len(found.left_out)
    if compared < 2:  # noqa: PLR2004 - one attribute within another
        return (
            "Fewer than two attributes could be held within each other, so nothing was looked at.",
            *_left(found, policy),
        )
    size = f"{seen.min_group_size} {units(policy)}"
    looked = (
        "Two groups can stand one way round among everybody, and the other way round within each group of another "
        f"attribute. Every pair was looked at so, where both have {size} or more."
    )
    if not found.found:
        return (f"{looked} None turns round beyond what chance would do.", *_left(found, policy))
    more = len(found.found) - MOST_TURNED
    said = [f"{count_of(more, 'more pair')} {'is' if more == 1 else 'are'} in the record."] if more > 0 else []
    return (f"{looked} {_CAUTION}", *said, *_left(found, policy))


def _left(found: ReversalsSearched, policy: Policy) -> tuple[str, ...]:
    said = []
    if found.by_chance:
        verb = "turns" if found.by_chance == 1 else "turn"
        said.append(f"{count_of(found.by_chance, 'pair')} {verb} round by so little that chance would do it.")
    if found.left_out:
        names = listed([lowered(shortened(policy.attribute(name).label, LONGEST_NAME)) for name in found.left_out], 4)
        said.append(f"Not looked at, for too many values: {names}.")
    return tuple(said)
