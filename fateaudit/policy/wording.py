"""How numbers and groups are said: natural frequencies, and the policy's own words for units and groups."""

from collections.abc import Iterable, Sequence

from fateaudit.counts import NOT_RECORDED, Group
from fateaudit.evidence import Part
from fateaudit.policy.checks import Limit
from fateaudit.policy.schema import Policy

RARE = 0.02
"""Below this rate "of every 100" says too little: 51 and 12 in 1,000 differ, 5 and 1 in 100 hardly do."""


def per_hundred_or_thousand(rates: Iterable[float | None]) -> int:
    """Return the one denominator that all of these rates are said with."""
    return 1_000 if any(rate is not None and 0 < rate < RARE for rate in rates) else 100


def frequency(rate: float, per: int) -> str:
    """Return `rate` as a number out of `per`; a rate that is not 0 is never said as 0, nor one short of all as all."""
    count = round(rate * per)
    if rate > 0 and count == 0:
        return "fewer than 1"
    if rate < 1 and count == per:
        return f"more than {per - 1:,}"
    return f"{count:,}"


def could_be(part: Part, per: int) -> str:
    """Return the interval of a group's rate in words: "could be 26 to 33"."""
    if part.rate_interval is None:
        return "could be anything"
    low, high = (round(end * per) for end in part.rate_interval)
    return f"could be {low:,} to {high:,}"


def units(policy: Policy) -> str:
    """Return what the rows are, in the plural."""
    return policy.words.units or f"{policy.columns.unit}s"


def units_of(policy: Policy, of: tuple[str, ...], group: Group) -> str:
    """Return "arrests of Black people", or "arrests where Sex is Female" when the policy has no words for the group."""
    if not of:
        return units(policy)
    attributes = [policy.attribute(name) for name in of]
    if len(of) == 1 and group[0] in attributes[0].groups:
        return f"{units(policy)} of {attributes[0].groups[group[0]]}"
    conditions = [_condition(attribute.label, value) for attribute, value in zip(attributes, group, strict=True)]
    return f"{units(policy)} where {' and '.join(conditions)}"


def _condition(label: str, value: str) -> str:
    return f"{label} is not recorded" if value == NOT_RECORDED else f"{label} is {value}"


def group_name(policy: Policy, of: tuple[str, ...], group: Group) -> str:
    """Return a short name for tables and headings: "Black people", "Black × Female", "everyone"."""
    if not of:
        return "everyone"
    if len(of) == 1:
        return policy.attribute(of[0]).groups.get(group[0], group[0])
    return " × ".join(group) if NOT_RECORDED not in group else NOT_RECORDED


def attribute_name(policy: Policy, of: tuple[str, ...]) -> str:
    """Return the labels of the attributes: "Recorded colour × Sex"."""
    return " × ".join(policy.attribute(name).label for name in of) or "Everyone"


def limit_in_words(limit: Limit) -> str:
    """Return "at least 0.80", "at most 0.05" or "between 0.80 and 1.25"."""
    if limit.min is not None and limit.max is not None:
        return f"between {decimal(limit.min)} and {decimal(limit.max)}"
    return f"at least {decimal(limit.min)}" if limit.min is not None else f"at most {decimal(limit.max or 0.0)}"


def decimal(value: float) -> str:
    """Return a limit as it was written, with two decimals at least and the 0 before the point that a copier needs."""
    text = repr(float(value))
    return f"{value:.2f}" if "e" in text or len(text.partition(".")[2]) < 2 else text  # noqa: PLR2004 - two decimals


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 limit", "2 limits"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def capitalised(text: str) -> str:
    """Return `text` with a capital first letter; the rest stays."""
    return f"{text[:1].upper()}{text[1:]}"


def started(text: str) -> str:
    """Return `text` as a sentence begins: with a capital, but for the name of a file, which stays what it is."""
    first = text.split(" ", 1)[0].rstrip(".:;,")
    return text if "/" in first or "." in first else capitalised(text)


def listed(names: Sequence[str], most: int | None = None) -> str:
    """Return "a, b and c", or "a, b and 5 more" when there are more than `most`."""
    if most is not None and len(names) > most:
        names = [*names[:most], f"{len(names) - most:,} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
