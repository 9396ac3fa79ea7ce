"""The summary that New York City's Local Law 144 asks for: category, number, rate, impact ratio.

6 RCNY § 5-300 to 5-302. The impact ratio is a category's selection or scoring rate over the highest one. A category
under 2 % of the data may be left out of that calculation; its number and rate are still shown (§ 5-301(d)). The rule's
own examples give no count of those above the median: then only whole numbers of people can be held against a rate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking.arithmetic import (
    Lack,
    Other,
    Span,
    Value,
    as_printed,
    figure,
    highest,
    implied,
    judge,
    lowest,
    quotient,
    ratio,
)
from fateaudit.rechecking.blocks import normal, unread
from fateaudit.rechecking.disparities import printed_quotient
from fateaudit.rechecking.numbers import column_numbers, read_counts
from fateaudit.rechecking.rates import check_whole_number
from fateaudit.rechecking.values import Figure, Number, Place, Recheck, Table, Tool, Verdict

MAY_BE_LEFT_OUT = Fraction(2, 100)

_CANDIDATES = 50
"""Categories that are tried as another reference."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "n": ("of_applicants", "number_of_applicants", "applicants", "number", "n", "total_applicants", "of_candidates",
          "candidates", "count", "applicants_number", "total"),
    "over": ("selected", "of_selected", "number_selected", "of_applicants_selected", "applicants_selected",
             "above_median", "scored_above_median", "number_above_median",
             "of_above_median", "scored_above_the_median"),
    "rate": ("selection_rate", "scoring_rate", "rate", "selection_rate_percent", "scoring_rate_percent"),
    "ratio": ("impact_ratio",),
    "left_out": ("excluded", "is_excluded", "left_out"),
    "part": ("attribute", "table", "category_type", "part", "section", "dimension", "attribute_name"),
}  # fmt: skip
_UNKNOWN = (
    "unknown",
    "not recorded",
    "not stated",
    "not reported",
    "not specified",
    "decline",
    "prefer not",
    "undisclosed",
)
_YES = frozenset({"yes", "true", "1", "y", "excluded", "x"})


@dataclass(frozen=True, slots=True)
class _Category:
    """One line of the summary."""

    name: str
    n: int | None
    over: int | None
    rate: Number | None
    ratio: Number | None
    is_unknown: bool
    says_left_out: bool
    share: Fraction | None
    """Of all that the part of the table counts."""

    @property
    def is_small(self) -> bool:
        """Return whether the rule allows to leave the category out."""
        return self.share is not None and self.share < MAY_BE_LEFT_OUT

    @property
    def is_left_out(self) -> bool:
        """Return whether the category has no part in the ratios."""
        return self.is_unknown or (self.is_small and (self.says_left_out or self.ratio is None))

    @property
    def value(self) -> Value:
        """Return the rate: from counts, else from what whole numbers of people give what is printed."""
        if self.n is not None and self.over is not None:
            return quotient(self.over, self.n)
        if self.rate is None:
            return Lack.UNKNOWN
        return (implied(self.rate, self.n) if self.n else None) or as_printed(self.rate)


@dataclass(frozen=True, slots=True)
class _Part:
    """The categories that are compared with each other."""

    categories: tuple[_Category, ...]
    counting: tuple[_Category, ...]
    highest: Value
    lowest: Value
    top: _Category | None
    """The category that sets the highest rate, when it is known which."""
    selected: int
    applicants: int


def _part(categories: Sequence[_Category]) -> _Part:
    counting = tuple(one for one in categories if not one.is_left_out)
    high = highest(one.value for one in counting)
    return _Part(
        categories=tuple(categories),
        counting=counting,
        highest=high,
        lowest=lowest(one.value for one in counting),
        top=next((one for one in counting if one.value == high), None),
        selected=sum(one.over for one in categories if one.over is not None),
        applicants=sum(one.n for one in categories if one.n is not None),
    )


def is_summary(columns: Sequence[str]) -> bool:
    """Tell the table by its impact ratio."""
    return any(normal(column) == "impact_ratio" for column in columns)


def recheck(table: Table) -> Recheck:
    """Recheck each part of the summary (sex, race or ethnicity, intersections) against its own highest rate."""
    columns = {key: found for key, names in _NAMES.items() if (found := _column(table, names)) is not None}
    labels = [column for column in table.columns if column not in columns.values() and _is_text(table, column)]
    if "ratio" not in columns or not labels:
        raise UsageError(
            f"{table.name} has no column for the category or for the impact ratio",
            hint="give the columns category, applicants, selected, selection rate, impact ratio",
        )
    parts = _parts(table, columns, labels)
    figures = [found for part in parts for found in _check_part(columns, _part(part))]
    notes = [
        f"{_share(category)} has no impact ratio; only a category under 2 % may be left out"
        for part in parts
        for category in part
        if category.ratio is None and not category.is_unknown and category.share and category.share >= MAY_BE_LEFT_OUT
    ]
    known = {*columns.values(), *labels}
    return Recheck(table.name, Tool.LOCAL_LAW_144, tuple(figures) + tuple(unread(table, known)), tuple(notes))


def _column(table: Table, names: Sequence[str]) -> str | None:
    return next((column for name in names for column in table.columns if normal(column) == name), None)


def _is_text(table: Table, column: str) -> bool:
    return any(
        not cell.replace(".", "").replace(",", "").isdigit() for cell in table.cells(column) if cell
    ) and not any(word in normal(column) for word in ("justification", "reason", "note", "comment"))


def _parts(table: Table, columns: Mapping[str, str], labels: Sequence[str]) -> list[list[_Category]]:
    """Return the categories of each part; without a column that says which, the table is one part."""
    places: dict[str, list[int]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for place in range(len(table.rows)):
        part = table.at(place, columns["part"]) if "part" in columns else ""
        key = (part, *(table.at(place, label) for label in labels))
        if key in seen:
            raise DamagedFileError(
                f"{table.name} has the same category twice",
                where=[f"row {seen[key] + 1} and row {place + 1}"],
                hint="keep one, or say in a column attribute which table each belongs to",
            )
        seen[key] = place
        places.setdefault(part, []).append(place)
    counted = read_counts(table, {key: columns[key] for key in ("n", "over") if key in columns}, range(len(table.rows)))
    numbers = {key: column_numbers(table, columns[key]) for key in ("rate", "ratio") if key in columns}
    return [
        [_category(table, columns, labels, place, counted, numbers, mine) for place in mine] for mine in places.values()
    ]


def _category(  # noqa: PLR0913, PLR0917 - the cells of a row
    table: Table,
    columns: Mapping[str, str],
    labels: Sequence[str],
    place: int,
    counted: Mapping[int, Mapping[str, int]],
    numbers: Mapping[str, Mapping[int, Number]],
    part: Sequence[int],
) -> _Category:
    name = " × ".join(table.at(place, label) for label in labels)
    n = counted[place].get("n")
    total = sum(counted[other].get("n", 0) for other in part)
    says = table.at(place, columns["left_out"]).casefold() in _YES if "left_out" in columns else False
    return _Category(
        name=name,
        n=n,
        over=counted[place].get("over"),
        rate=numbers.get("rate", {}).get(place),
        ratio=numbers["ratio"].get(place),
        is_unknown=any(word in name.casefold() for word in _UNKNOWN),
        says_left_out=says,
        share=Fraction(n, total) if n is not None and total else None,
    )


def _check_part(columns: Mapping[str, str], part: _Part) -> Iterator[Figure]:
    for category in part.categories:
        if category.rate is not None:
            yield _check_rate(columns, category, category.rate, part)
        if category.ratio is not None:
            yield _check_ratio(columns, category, category.ratio, part)
        if category.says_left_out and category.share is not None and category.share >= MAY_BE_LEFT_OUT:
            because = f"it is {float(category.share):.1%} of the data, and only a category under 2 % may be left out"
            column = columns["left_out"]
            yield Figure(category.name, column, "excluded", Verdict.DOES_NOT_FOLLOW, "not excluded", because)


def _check_rate(columns: Mapping[str, str], category: _Category, number: Number, part: _Part) -> Figure:
    at = Place(category.name, columns["rate"])
    if category.n is None:
        return figure(at, number, Verdict.CANNOT_BE_CHECKED, because="no counts")
    if category.over is None:
        return check_whole_number(at, number, category.n, "number of applicants")
    others = [
        Other(Fraction(category.over, total), f"this is the category's share of {words}")
        for total, words in ((part.selected, "all that were selected"), (part.applicants, "all applicants"))
        if total
    ]
    formula = f"{category.over:,}/{category.n:,}"
    return judge(at, number, quotient(category.over, category.n), formula=formula, others=others)


def _check_ratio(columns: Mapping[str, str], category: _Category, number: Number, part: _Part) -> Figure:
    """Compare with the highest rate of those that count; then with every other denominator that was ever used."""
    named = part.top.name if part.top else "all"
    formula = f"the category's rate over the highest, that of {named}"
    at = Place(category.name, columns["ratio"])
    return judge(at, number, ratio(category.value, part.highest), formula=formula, others=_others(category, part))


def _others(category: _Category, part: _Part) -> Iterator[Other]:
    def over(value: Value, words: str) -> Iterator[Other]:
        if isinstance(found := ratio(category.value, value), Span):
            yield Other(found.low, words)

    top = part.top
    if top is not None:
        yield from printed_quotient((category.rate, top.rate), (category.value, top.value))
    for other in part.categories:
        if other.is_left_out:
            yield from over(
                other.value, f"it follows only if {_share(other)}, which is left out, sets the highest rate"
            )
    if top is not None and top.is_small:
        rest = highest(one.value for one in part.counting if not one.is_small)
        yield from over(rest, f"it follows only if {_share(top)}, which has a ratio of its own, is left out")
    for other in part.counting[:_CANDIDATES]:
        if other is not top:
            words = "the lowest" if other.value == part.lowest else "not the highest"
            yield from over(other.value, f"it follows with another reference: {other.name}, {words}")
    if part.selected and all(other.over is not None and other.n is not None for other in part.categories):
        pooled = quotient(part.selected, part.applicants)
        yield from over(pooled, "it follows with another reference: all categories together")


def _share(category: _Category) -> str:
    return f"{category.name} ({float(category.share):.1%} of the data)" if category.share is not None else category.name
