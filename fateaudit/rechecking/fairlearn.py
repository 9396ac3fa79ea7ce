"""fairlearn: `MetricFrame.by_group` with a column `count`, and the summaries that people add to it.

A row whose first cell is `overall`, `difference`, `ratio`, `group_min` or `group_max` is what `MetricFrame` gives under
that name; a column such as `demographic_parity_difference` is the function of that name, the same in every row.
`difference` is between groups unless its name ends in `_to_overall`, as in fairlearn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking.arithmetic import Lack, Other, Span, Value, difference, exactly, highest, judge, lowest, ratio
from fateaudit.rechecking.blocks import (
    Block,
    check_block,
    count_columns,
    make_block,
    normal,
    rate_columns,
    rate_named,
    unread,
)
from fateaudit.rechecking.numbers import column_numbers, is_number, read_counts
from fateaudit.rechecking.rates import RATES, value_of
from fateaudit.rechecking.values import Figure, Number, Place, Recheck, Row, Table, Tool

_PARITIES: Mapping[str, tuple[str, ...]] = {
    "demographic_parity": ("selection",),
    "equal_opportunity": ("tpr",),
    "equalized_odds": ("tpr", "fpr"),
}

_KINDS = r"(overall|difference|ratio|group_min|group_max)(_between_groups|_to_overall)?"
_ROW = re.compile(_KINDS)
_COLUMN = re.compile(rf"(.+?)_{_KINDS}")


@dataclass(frozen=True, slots=True)
class Summary:
    """One number made of those of all groups."""

    kind: str
    to_overall: bool

    @property
    def words(self) -> str:
        """Return what it should be, in words."""
        against = "to all together" if self.to_overall else "between groups"
        words = {"difference": f"the largest difference {against}", "ratio": f"the smallest ratio {against}"}
        others = {"overall": "the figure of all groups together", "group_min": "the lowest", "group_max": "the highest"}
        return (words | others)[self.kind]


def is_fairlearn(columns: Sequence[str]) -> bool:
    """Tell the table by a count or a rate under fairlearn's or scikit-learn's name."""
    names = {normal(column) for column in columns}
    rates = {"selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate"}
    return bool(names & (rates | {"accuracy_score", "recall_score", "precision_score"})) or any(
        _summary_column(column) for column in columns
    )


def recheck(table: Table) -> Recheck:
    """Recheck the groups, then the summaries made of them."""
    rates, counts = rate_columns(table), count_columns(table)
    columns = {column: found for column in table.columns if (found := _summary_column(column))}
    labels = _labels(table, {*rates, *counts.values(), *columns})
    summaries = {place: one for place in range(len(table.rows)) if (one := _summary_row(table, labels, place))}
    groups = [place for place in range(len(table.rows)) if place not in summaries]
    if not groups or not (rates or columns):
        raise UsageError(
            f"{table.name} has no group with a rate that recheck knows",
            hint="export MetricFrame.by_group, with fairlearn's names for the metrics and a column count",
        )
    _refuse_twins(table, labels)
    numbers = {column: column_numbers(table, column) for column in (*rates, *columns)}
    counted = read_counts(table, counts, groups)
    rows = [
        Row(
            " and ".join(f"{label} = {table.at(place, label)}" for label in labels),
            " × ".join(table.at(place, label) for label in labels),
            counted[place],
            {column: found[place] for column, found in numbers.items() if place in found},
        )
        for place in groups
    ]
    block = make_block(rows, rates, counts)
    figures = check_block(block)
    for column, (keys, summary) in columns.items():
        expected = _expected([_by_key(block, key) for key in keys], summary)
        stated = [(row.name, row.figures[column]) for row in rows if column in row.figures]
        figures += [expected.check(Place(name, column), number) for name, number in stated]
    for place, summary in summaries.items():
        figures += _check_summary_row(table, block, numbers, place, summary)
    known = {*labels, *rates, *counts.values(), *columns, ""}
    return Recheck(table.name, Tool.FAIRLEARN, tuple(figures) + tuple(unread(table, known)))


def _labels(table: Table, known: set[str]) -> tuple[str, ...]:
    """Return the columns before the first figure: the sensitive features, which are the index in fairlearn."""
    labels = []
    for column in table.columns:
        cells = [cell for cell in table.cells(column) if cell]
        if column in known or (cells and all(is_number(cell) and "." in cell for cell in cells)):
            break
        labels.append(column)
    named = tuple(label for label in labels if label) or tuple(labels)
    if not named:
        raise UsageError(
            f"{table.name} does not say which group a row is", hint="put the sensitive features in the first columns"
        )
    return named


def _refuse_twins(table: Table, labels: Sequence[str]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for place in range(len(table.rows)):
        key = tuple(table.at(place, label) for label in labels)
        if key in seen:
            raise DamagedFileError(
                f"{table.name} has the same group twice",
                where=[f"row {seen[key] + 1} and row {place + 1}"],
                hint="keep one row for each group",
            )
        seen[key] = place


def _summary_row(table: Table, labels: Sequence[str], place: int) -> Summary | None:
    first, *rest = (table.at(place, label) for label in labels)
    found = _ROW.fullmatch(normal(first))
    return Summary(found[1], found[2] == "_to_overall") if found and not any(rest) else None


def _summary_column(column: str) -> tuple[tuple[str, ...], Summary] | None:
    if not (found := _COLUMN.fullmatch(normal(column))):
        return None
    rate = rate_named(found[1])
    keys = _PARITIES.get(found[1], (rate,) if rate else ())
    return (keys, Summary(found[2], found[3] == "_to_overall")) if keys else None


@dataclass(frozen=True, slots=True)
class _Column:
    """One rate or count of all groups, and of all together."""

    values: tuple[Value, ...]
    overall: Value
    names: tuple[str, ...]


def _by_key(block: Block, key: str) -> _Column:
    names = tuple(row.group for row in block.rows)
    if key in RATES:
        return _Column(tuple(block.values(key)), value_of(key, block.pooled), names)
    counts = tuple(exactly(one.counts[key]) if key in one.counts else Lack.UNKNOWN for one in block.completed)
    return _Column(counts, exactly(block.pooled[key]) if key in block.pooled else Lack.UNKNOWN, names)


def _check_summary_row(
    table: Table, block: Block, numbers: Mapping[str, Mapping[int, Number]], place: int, summary: Summary
) -> list[Figure]:
    """Check one row of summaries, counts included: fairlearn takes the difference of the counts too."""
    keys = dict(block.rates) | {column: key for key, column in block.counts.items()}
    figures = []
    for column, key in keys.items():
        found = numbers[column] if column in numbers else column_numbers(table, column)
        if place in found:
            at = Place(table.rows[place][0] or table.rows[place][1], column)
            figures.append(_expected([_by_key(block, key)], summary).check(at, found[place]))
    return figures


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a summary should be, worked out once for all the rows that repeat it."""

    value: Value
    words: str
    others: tuple[Other, ...]

    def check(self, at: Place, number: Number) -> Figure:
        """Check one statement of it."""
        return judge(at, number, self.value, formula=self.words, others=self.others)


def _expected(columns: Sequence[_Column], summary: Summary) -> _Expected:
    """Work out one summary; over several rates fairlearn takes the worse."""
    value = _worse([_summarise(column, summary) for column in columns], summary)
    words = summary.words + (", the worse of both rates" if len(columns) > 1 else "")
    return _Expected(value, words, tuple(_others(columns, summary)))


def _worse(found: Sequence[Value], summary: Summary) -> Value:
    return found[0] if len(found) == 1 else lowest(found) if summary.kind == "ratio" else highest(found)


def _summarise(column: _Column, summary: Summary) -> Value:
    if summary.to_overall:
        return _to_overall(column, summary.kind)
    high, low = highest(column.values), lowest(column.values)
    made = {
        "overall": column.overall,
        "group_min": low,
        "group_max": high,
        "difference": difference(high, low),
        "ratio": ratio(low, high),
    }
    return made[summary.kind]


def _to_overall(column: _Column, kind: str) -> Value:
    """Return the largest distance of a group from all together, or the smallest ratio, whichever way up."""
    of, choose = (difference, highest) if kind == "difference" else (ratio, lowest)
    pairs = [(value, column.overall) for value in column.values]
    return choose([choose([of(one, other), of(other, one)]) for one, other in pairs])


def _others(columns: Sequence[_Column], summary: Summary) -> Iterator[Other]:
    """Yield other conventions, and the mistakes that are known."""

    def spans(of: Sequence[_Column], by: Summary) -> list[Value]:
        return [_summarise(column, by) for column in of]

    def other(value: Value, words: str) -> Iterator[Other]:
        if isinstance(value, Span):
            yield Other(value.low, words)

    as_zero = [
        _Column(
            tuple(exactly(0) if value is Lack.UNDEFINED else value for value in column.values),
            column.overall,
            column.names,
        )
        for column in columns
    ]
    yield from other(_worse(spans(as_zero, summary), summary), "it counts an undefined rate as 0")
    against = Summary(summary.kind, not summary.to_overall)
    yield from other(_worse(spans(columns, against), against), f"it is {against.words}: another reference than stated")
    each = [value for value in spans(columns, summary) if isinstance(value, Span)]
    if len(each) > 1:
        yield Other(sum((value.low for value in each), Fraction(0)) / len(each), "it is the mean over both rates")
        for value in each:
            yield Other(value.low, "it is that of one of the two rates")
    for column in columns:
        known = [value.low for value in column.values if isinstance(value, Span)]
        if summary.kind == "overall" and known:
            yield Other(sum(known, Fraction(0)) / len(known), "it is the plain mean of the groups")
    if summary.kind in {"difference", "ratio"}:
        swapped = Summary("ratio" if summary.kind == "difference" else "difference", summary.to_overall)
        yield from other(_worse(spans(columns, swapped), swapped), f"it is {swapped.words}")
