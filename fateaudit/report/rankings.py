"""What moves the score, and what a difference between groups goes with: raw columns, the largest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.evidence import Contribution, GapParts, Importances
from fateaudit.policy import Policy
from fateaudit.policy.scales import POINTS, Scale, scale_of
from fateaudit.policy.wording import attribute_name, capitalised, count_of, group_name, listed, units
from fateaudit.report.columns import HOW, MOST, Row, in_a_sentence, name_of, points, route_said, signed, whole, width
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.standing_in import Beside
from fateaudit.report.text import ended, lowered, shortened

EXACT = 1e-9
LONGEST_CARD = 400
NAMED = 3
"""Columns that a sentence names on each side."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The columns that move the score."""

    sentence: str
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference between two groups, and the columns that it goes with."""

    by: str
    sentence: str
    rows: tuple[Row, ...]
    counted: str
    beside: Beside | None = None
    """What else explanations tell of the attribute, where they do."""


def ranking(found: Importances, policy: Policy, longest: float) -> Ranking:
    """Return the ranking, its bars on the scale of `longest`."""
    every, scale = sum(one.value for one in found.columns), scale_of(policy, longest)
    rows = [
        _row(
            one,
            f"{place}.\N{NO-BREAK SPACE}{name_of(one.column, policy)}",
            longest,
            _share(one.value, every),
            scale=scale,
        )
        for place, one in enumerate(found.columns[:MOST], 1)
    ]
    if rest := found.columns[MOST:]:
        value = sum(one.value for one in rest)
        name = count_of(len(rest), "other column together", "other columns together")
        rows.append(Row(name, points(value, scale=scale), ("", _share(value, every)), "", is_outlined=False))
    return Ranking(_first(found, policy, scale), tuple(rows), _method(found, policy, scale))


def _first(found: Importances, policy: Policy, scale: Scale) -> str:
    if not found.columns:
        return "No column moves the score."
    top = found.columns[0]
    most = f"The score moves most with {in_a_sentence(top.column, policy)}"
    of_what = "" if policy.gives_numbers else " points of 100"
    return f"{most}: by {points(top.value, scale=scale)}{of_what} on average, up or down."


def _share(value: float, every: float) -> str:
    return f"{100 * value / every:.0f}" if every else "0"


def _row(
    one: Contribution, name: str, longest: float, *beside: str, is_signed: bool = False, scale: Scale = POINTS
) -> Row:
    said = signed(one.value) if is_signed else points(one.value, scale=scale)
    error = points(one.standard_error, beside=0.0, scale=scale) if one.standard_error else "0"
    return Row(name, said, (error, *beside), width(one.value, longest), is_outlined=one.value < 0)


def _method(found: Importances, policy: Policy, scale: Scale) -> tuple[Entry, ...]:
    every = units(policy)
    some = f"{found.rows:,} of {found.of_rows:,} {every}, drawn at random"
    rows = f"all {found.of_rows:,} {every}" if found.rows == found.of_rows else some
    sure = (
        "The leading columns are known to within 5 in 100 of their figures."
        if found.settled
        else "The figures are less sure than wanted: "
        + ("there are no more rows." if found.rows == found.of_rows else "no more rows were allowed.")
    )
    stand_ins = "all" if found.background_is_all else "drawn"
    entries = [
        *_described(policy),
        Entry("Moves" if policy.gives_numbers else "Points", f"{_how_far(found, policy, scale)}. Over {rows}."),
        Entry("Give or take", f"One standard error: rows drawn anew would move a figure by about so much. {sure}"),
        Entry(
            "Found by",
            f"{capitalised(route_said(found.route))}{_how(found.route)}. A column that is not known is filled "
            f"in from {found.background:,} {every} ({stand_ins}).",
        ),
        Entry("Adding up", _adding_up(found.gap, policy)),
        Entry("A second way", _second(found)),
    ]
    refused = "; ".join(route_said(one) for one in found.refused)
    return (*entries, *([Entry("Not taken", ended(capitalised(refused)))] if refused else []))


def _how_far(found: Importances, policy: Policy, scale: Scale) -> str:
    said = f"How far a column takes a score from the average case, {points(found.base, scale=scale)}"
    return f"{said}, in the model's own unit" if policy.gives_numbers else said


def _described(policy: Policy) -> list[Entry]:
    """Return what the model card says that the columns mean: a name from the data tells a reader little."""
    card = policy.model_card.get("inputs", ())
    said = card if isinstance(card, str) else "; ".join(card)
    return [Entry("Its makers say", capitalised(ended(shortened(said, LONGEST_CARD))))] if said else []


def _how(route: str) -> str:
    return f": {HOW[route]}" if route in HOW else ""


def _second(found: Importances) -> str:
    if not found.second_route:
        return "None was open: the figures were found in one way only."
    return ended(capitalised(route_said(found.second_route)))


def _adding_up(gap: float, policy: Policy) -> str:
    parts, within = ("numbers", f"{gap:.2g}") if policy.gives_numbers else ("points", f"{100 * gap:.2g} points")
    said = f"The average case and the {parts} of a case give the model's own score"
    return f"{said}." if gap < EXACT else f"{said}, to within {within}."


def gap(found: GapParts, policy: Policy, longest: float, route: str, beside: Beside | None = None) -> Gap:
    """Return the difference with the group that has more named first, its bars on the scale of `longest`.

    `route` is how the ranking was found: only another way is said here. `beside` is what else is told of the attribute.
    """
    figures = beside.columns if beside else {}
    sign = -1 if found.value < 0 else 1
    parts = tuple(one.model_copy(update={"value": sign * one.value}) for one in found.parts)
    first, second = (_group(name, found, policy) for name in (found.first, found.second)[::sign])
    rows = [
        _row(one, name_of(one.column, policy), longest, *figures.get(one.column, ("", "")), is_signed=True)
        for one in parts[:MOST]
    ]
    if rest := parts[MOST:]:
        value = sum(one.value for one in rest)
        name = count_of(len(rest), "other column together", "other columns together")
        rows.append(Row(name, signed(value), ("", "", ""), "", is_outlined=False))
    rows.append(Row("The whole difference", points(abs(found.value)), ("", "", ""), "", is_outlined=False))
    sentences = (
        _more(found, (first, second), policy),
        _goes_with(parts, policy),
        _read(found, policy),
        "" if found.route == route else f"Found by {route_said(found.route)}.",
    )
    return Gap(
        by=lowered(_attribute(found, policy)),
        sentence=" ".join(said for said in sentences if said),
        rows=tuple(rows),
        counted=_counted(found, policy),
        beside=beside,
    )


def _attribute(found: GapParts, policy: Policy) -> str:
    declared = {attribute.name for attribute in policy.columns.sensitive}
    name = attribute_name(policy, (found.attribute,)) if found.attribute in declared else found.attribute
    return shortened(name, LONGEST_NAME)


def _group(name: str, found: GapParts, policy: Policy) -> str:
    declared = {attribute.name for attribute in policy.columns.sensitive}
    said = group_name(policy, (found.attribute,), (name,)) if found.attribute in declared else name
    return shortened(said, LONGEST_NAME)


def _more(found: GapParts, pair: tuple[str, str], policy: Policy) -> str:
    number = round(100 * abs(found.value))
    many = f"{number} more" if number else "fewer than 1 more"
    if found.value == 0:
        return f"As many of {pair[0]} as of {pair[1]} are {policy.words.favourable}."
    return f"Of every 100 {units(policy)}, {many} of {pair[0]} than of {pair[1]} are {policy.words.favourable}."


def _goes_with(parts: Sequence[Contribution], policy: Policy) -> str:
    """Return which columns go with how many, in whole numbers that add up, both directions named."""
    counted = list(zip(parts, whole([one.value for one in parts]), strict=True))
    up = [f"{in_a_sentence(one.column, policy)} ({n})" for one, n in counted if n > 0]
    down = [f"{in_a_sentence(one.column, policy)} ({-n})" for one, n in counted if n < 0]
    if not up:
        return "No column alone goes with 1 of every 100."
    more = f"In the model this goes with {listed(up, NAMED)}"
    return f"{more}; the other way go {listed(down, NAMED)}." if down else f"{more}."


def _read(found: GapParts, policy: Policy) -> str:
    if found.attribute in {one.column for one in found.parts}:
        return ""
    return f"The model does not read {lowered(_attribute(found, policy))}; the difference is there all the same."


def _counted(found: GapParts, policy: Policy) -> str:
    """Return over which rows of the two groups."""
    if found.rows == found.of_rows:
        return f"over all {found.of_rows:,} {units(policy)}"
    some = f"over {found.rows:,} of {found.of_rows:,} {units(policy)}, drawn at random"
    return f"{some}; over all of them it would differ a little"
