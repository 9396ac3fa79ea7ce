"""Why a verdict is what it is, in one line: the value, the range that decided, and the limit as it was judged."""

import math
from collections.abc import Sequence
from fractions import Fraction

from fateaudit.counts import Group
from fateaudit.evidence import Part, Side
from fateaudit.policy.wording import decimal

Sides = tuple[tuple[Side, Fraction], ...]
"""The ends of a limit that were judged; against a named group there are two even where one was written."""

DECIMALS = range(3, 9)


def said(value: float | Fraction, sides: Sides = ()) -> str:
    """Return a figure with three decimals, or as many more as it takes to tell it from the limit."""
    if isinstance(value, float) and math.isinf(value):
        return "infinite"
    near = [limit for _, limit in sides if Fraction(str(float(value))) != limit]
    places = next((n for n in DECIMALS if all(f"{float(value):.{n}f}" != f"{float(end):.{n}f}" for end in near)), 8)
    return f"{float(value):.{places}f}"


def limit_said(sides: Sides) -> str:
    """Return "the limit is at least 0.80", or "between 0.80 and 1.25" where both ends were judged."""
    ends = {side: decimal(float(limit)) for side, limit in sides}
    if len(ends) > 1:
        return f"the limit is between {ends[Side.MIN]} and {ends[Side.MAX]}"
    return f"the limit is at least {ends[Side.MIN]}" if Side.MIN in ends else f"the limit is at most {ends[Side.MAX]}"


def of_range(value: float, low: float, high: float, sides: Sides) -> str:
    """Return the line for one value and the range that decided; a number that was counted has none."""
    if low == high == value:
        return f"{said(value, sides)}; {limit_said(sides)}"
    return f"{said(value, sides)}, between {said(low, sides)} and {said(high, sides)}; {limit_said(sides)}"


def of_groups_beyond(parts: Sequence[Part], sides: Sides, level: Fraction) -> str:
    """Return the groups beyond the limit, each with the range at the family's level on the end it breaks."""
    lines = []
    for part in parts:
        claim = min(part.claims, key=lambda claim: claim.p_beyond)
        by_holm = "" if Fraction(str(claim.p_beyond)) <= level else " (named by Holm's procedure)"
        lines.append(f"{_group(part)}, between {_ends(*claim.bounds, sides)}{by_holm}")
    return f"{', '.join(lines)}; {limit_said(sides)}"


def of_groups(parts: Sequence[Part], sides: Sides) -> str:
    """Return groups that are within the limit or may be, with the range at the uncorrected level."""
    lines = []
    for part in parts:
        bounds = {claim.side: claim.bounds for claim in part.claims}
        low = bounds[Side.MIN][0] if Side.MIN in bounds else bounds[Side.MAX][0]
        high = bounds[Side.MAX][1] if Side.MAX in bounds else bounds[Side.MIN][1]
        lines.append(f"{_group(part)}, between {_ends(low, high, sides)}")
    return f"{', '.join(lines)}; {limit_said(sides)}"


def of_points(values: Sequence[tuple[Group, Fraction | None]], sides: Sides) -> str:
    """Return values that were compared as they are."""
    lines = [f"{_named(group)}{'infinite' if value is None else said(value, sides)}".strip() for group, value in values]
    return f"{', '.join(lines)}; {limit_said(sides)}; uncertainty was ignored"


def _group(part: Part) -> str:
    return f"{_named(part.group)}{'0 to 0' if part.value is None else said(part.value)}"


def _named(group: Group) -> str:
    return f"{'×'.join(group)} " if group else ""


def _ends(low: float, high: float, sides: Sides) -> str:
    low, high = sorted((low, high))
    return f"{said(low, sides)} and {said(high, sides)}"
