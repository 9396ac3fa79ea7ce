"""Aequitas: `Group.get_crosstabs`, with or without the columns of `Bias.get_disparity_…`.

Columns as aequitas 1.1.0 writes them. `ppr` divides by k, the predicted positives of all groups; `pprev` by the group's
size. A disparity is a group's rate over that of `…_ref_group_value`; a division by 0 is written as 10.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking.arithmetic import figure
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
from fateaudit.rechecking.disparities import check_disparity
from fateaudit.rechecking.numbers import column_numbers, read_counts
from fateaudit.rechecking.values import Figure, Number, Place, Recheck, Row, Table, Tool, Verdict

_LABELS = ("model_id", "score_threshold", "attribute_name", "attribute_value")
_WHOLE = {"total": "total_entities", "k": "k"}
_DISPARITY, _REFERENCE = "_disparity", "_ref_group_value"


def is_aequitas(columns: Sequence[str]) -> bool:
    """Tell the table by the two columns that no other tool has."""
    return {"attribute_name", "attribute_value"} <= set(columns)


def recheck(table: Table) -> Recheck:
    """Recheck every attribute of every model by itself."""
    if not is_aequitas(table.columns):
        raise UsageError(
            f"{table.name} has no columns attribute_name and attribute_value",
            hint="export what get_crosstabs returned, or name another tool with --tool",
        )
    rates, counts = rate_columns(table), count_columns(table)
    disparities = [name for name in table.columns if name.endswith(_DISPARITY)]
    numbers = {name: column_numbers(table, name) for name in (*rates, *disparities)}
    every = range(len(table.rows))
    whole = read_counts(table, {key: name for key, name in _WHOLE.items() if name in table.columns}, every)
    stated = read_counts(table, counts, every)
    figures: list[Figure] = []
    for attribute, places in _attributes(table).items():
        rows = [_row(table, attribute, place, stated[place], numbers) for place in places]
        block = make_block(rows, rates, counts)
        figures += _check_attribute(table, block, places, whole)
    references = [name for name in table.columns if name.endswith(_REFERENCE)]
    read = [name for name in disparities if rate_named(normal(name.removesuffix(_DISPARITY)))]
    known = {*_LABELS, *_WHOLE.values(), *rates, *counts.values(), *read, *references}
    return Recheck(table.name, Tool.AEQUITAS, tuple(figures) + tuple(unread(table, known)))


def _attributes(table: Table) -> dict[tuple[str, ...], list[int]]:
    """Return the rows of each model and attribute; refuse a group that is there twice."""
    labels = [table.columns.index(name) for name in _LABELS if name in table.columns]
    seen: dict[tuple[str, ...], int] = {}
    places: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(table.rows):
        key = tuple(row[label] for label in labels)
        if key in seen:
            raise DamagedFileError(
                f"{table.name} has the same group twice",
                where=[f"row {seen[key] + 1} and row {place + 1}"],
                hint="keep one row for each group of each model",
            )
        seen[key] = place
        places.setdefault(key[:-1], []).append(place)
    return places


def _row(
    table: Table,
    attribute: tuple[str, ...],
    place: int,
    counts: Mapping[str, int],
    numbers: Mapping[str, Mapping[int, Number]],
) -> Row:
    group = table.at(place, "attribute_value")
    models = [name for name in _LABELS[:2] if name in table.columns and len(set(table.cells(name))) > 1]
    name = f"{attribute[-1]} = {group}" + "".join(f", {model} {table.at(place, model)}" for model in models)
    return Row(name, group, counts, {column: found[place] for column, found in numbers.items() if place in found})


def _check_attribute(
    table: Table, block: Block, places: list[int], whole: Mapping[int, Mapping[str, int]]
) -> list[Figure]:
    """Check the rows, what their groups add up to, and the disparities between them."""
    mine = [whole[place] for place in places]
    more = [{"k": k} if (k := _usual(mine, "k", block.pooled.get("pp"))) is not None else {} for _ in mine]
    figures = check_block(block, more)
    for row, found in zip(block.rows, mine, strict=True):
        for key, name, of in (("total", "total_entities", "n"), ("k", "k", "pp")):
            if key in found and of in block.pooled:
                figures.append(_check_whole(Place(row.name, name), found[key], block.pooled[of]))
    for column in [name for name in table.columns if name.endswith(_DISPARITY)]:
        rate = rate_named(normal(column.removesuffix(_DISPARITY)))
        reference = column.removesuffix(_DISPARITY) + _REFERENCE
        stated = [table.at(place, reference) if reference in table.columns else "" for place in places]
        if rate is not None:
            figures += check_disparity(block, more, column, rate, stated)
    return figures


def _usual(found: Sequence[Mapping[str, int]], key: str, otherwise: int | None) -> int | None:
    """Return what most rows state, so that a wrong copy is named alone; of two, the one that adds up."""
    stated = Counter(one[key] for one in found if key in one)
    return max(stated, key=lambda one: (stated[one], one == otherwise), default=otherwise)


def _check_whole(at: Place, stated: int, total: int) -> Figure:
    number = Number(f"{stated:,}", Fraction(stated), 0)
    if stated == total:
        return figure(at, number, Verdict.FOLLOWS, follows=f"{total}", because="the groups add up to it")
    because = f"the groups add up to {total:,}"
    if stated > total:
        because += f"; {stated - total:,} are in no group of this table"
    return figure(at, number, Verdict.DOES_NOT_FOLLOW, follows=f"{total}", because=because)
