"""Differences in adverse outputs that the records contradict: which columns of the model they go with."""

from dataclasses import dataclass

from fateaudit.evidence import GapParts, Insights
from fateaudit.policy import Policy
from fateaudit.policy.wording import attribute_name, group_name, units
from fateaudit.report.columns import in_a_sentence, points, signed
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import shortened

MOST_NAMED = 4
"""Columns that a sentence names."""


@dataclass(frozen=True, slots=True)
class WrongGaps:
    """The section."""

    sentence: str
    entries: tuple[Entry, ...]


def wrong_gaps(told: Insights, policy: Policy) -> WrongGaps | None:
    """Return the section; None where the record tells none."""
    declared = {attribute.name for attribute in policy.columns.sensitive}
    shown = [one for one in told.wrong_gaps if one.attribute in declared]
    if not shown:
        return None
    words = policy.words
    return WrongGaps(
        sentence=(
            f"Each difference above is also one in how many are {words.adverse}: the same number, the other way round. "
            f"Another one, of the same groups, is in how many are {words.adverse} though {words.recorded_favourable}:"
        ),
        entries=tuple(
            Entry(shortened(attribute_name(policy, (one.attribute,)), LONGEST_NAME), _said(one, policy))
            for one in shown
        ),
    )


def _said(found: GapParts, policy: Policy) -> str:
    """Return the difference with the group that has more named first, and what it goes with."""
    sign = -1 if found.value < 0 else 1
    first, second = (_group(name, found.attribute, policy) for name in (found.first, found.second)[::sign])
    over = f"over {found.rows:,} {units(policy)}"
    over = over if found.rows == found.of_rows else f"{over} of {found.of_rows:,}, drawn at random"
    parts = sorted(((sign * one.value, one.column) for one in found.parts), key=lambda one: -abs(one[0]))
    shown = parts if len(parts) == MOST_NAMED + 1 else parts[:MOST_NAMED]
    named = [f"{in_a_sentence(column, policy)} {signed(value)}" for value, column in shown]
    if rest := parts[len(shown) :]:
        named.append(f"{len(rest):,} others {signed(sum(value for value, _ in rest))}")
    more = f"{points(abs(found.value))} more of every 100 of {first} than of {second}, {over}."
    return f"{more} It goes with {', '.join(named)}."


def _group(name: str, attribute: str, policy: Policy) -> str:
    return shortened(group_name(policy, (attribute,), (name,)), LONGEST_NAME)
