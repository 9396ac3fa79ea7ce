"""Ratios of one rate between groups: to the reference that is stated, to one that is not, to another than stated."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from fateaudit.rechecking.arithmetic import Lack, Other, Span, Value, agrees, figure, highest, judge, lowest, ratio
from fateaudit.rechecking.blocks import Block
from fateaudit.rechecking.rates import value_of
from fateaudit.rechecking.values import Figure, Number, Place, Verdict

_CANDIDATES = 50
"""Groups that are tried as another reference, or as one that is not stated."""


def check_disparity(
    block: Block, more: Sequence[Mapping[str, int]], column: str, key: str, stated: Sequence[str]
) -> list[Figure]:
    """Check the ratios in one column. `stated` names the reference of each row, or is empty."""
    values = [
        found if (found := value_of(key, {**one.counts, **extra})) is not Lack.UNKNOWN else block.value(place, key)
        for place, (one, extra) in enumerate(zip(block.completed, more, strict=True))
    ]
    groups = [row.group for row in block.rows]
    guess = None if any(stated) else _likeliest(block, column, values)
    ends = {"the highest": highest(values), "the lowest": lowest(values)}
    figures = []
    for place, row in enumerate(block.rows):
        if (number := row.figures.get(column)) is None:
            continue
        at = Place(row.name, column)
        reference = stated[place] or (groups[guess] if guess is not None else "")
        if reference not in groups:
            because = f"its reference, {reference}, is not in the table" if reference else "no reference is stated"
            figures.append(figure(at, number, Verdict.CANNOT_BE_CHECKED, because=because))
            continue
        against = groups.index(reference)
        formula = f"{key} of {row.group}/{key} of {reference}"
        formula += ", a reference that is not stated" if guess is not None else ""
        others = itertools.chain(
            _printed(block, values, (place, against), key), _others(block, values, (place, against), ends, key)
        )
        figures.append(judge(at, number, ratio(values[place], values[against]), formula=formula, others=others))
    return figures


def _likeliest(block: Block, column: str, values: Sequence[Value]) -> int | None:
    """Return the group that most of the ratios follow with, of those whose own ratio is 1."""
    numbers = [row.figures.get(column) for row in block.rows]
    candidates = [place for place, number in enumerate(numbers) if number is not None and number.value == 1]

    def following(against: int) -> int:
        ratios = [ratio(value, values[against]) for value in values]
        return sum(
            number is not None and isinstance(found, Span) and agrees(number, found.low)
            for number, found in zip(numbers, ratios, strict=True)
        )

    return max(candidates[:_CANDIDATES], key=following, default=None)


def _printed(block: Block, values: Sequence[Value], pair: tuple[int, int], key: str) -> Iterator[Other]:
    yield from printed_quotient([block.printed(one, key) for one in pair], [values[one] for one in pair])


def _others(
    block: Block, values: Sequence[Value], pair: tuple[int, int], ends: Mapping[str, Value], key: str
) -> Iterator[Other]:
    """Yield other ratios: to another group, to all together, upside down, a difference."""
    against = pair[1]
    mine, reference = values[pair[0]], values[against]
    for other, row in enumerate(block.rows[:_CANDIDATES]):
        if other != against and isinstance(found := ratio(mine, values[other]), Span):
            rank = next((f" ({words})" for words, end in ends.items() if end == values[other]), "")
            yield Other(found.low, f"it follows with another reference than stated: {row.group}{rank}")
    if isinstance(found := ratio(mine, value_of(key, block.pooled)), Span):
        yield Other(found.low, "it follows with another reference than stated: all groups together")
    if isinstance(found := ratio(reference, mine), Span):
        yield Other(found.low, "it is the ratio upside down")
    if isinstance(mine, Span) and isinstance(reference, Span):
        yield Other(mine.low - reference.low, "it is a difference of the two rates")


def printed_quotient(printed: Sequence[Number | None], values: Sequence[Value]) -> Iterator[Other]:
    """Yield the quotient of two rates as printed: rounded before they were divided, or wrong themselves."""
    above, below = printed
    if above is None or below is None or not below.value:
        return
    hold = all(
        isinstance(value, Span) and number is not None and agrees(number, value.low)
        for number, value in zip(printed, values, strict=True)
    )
    words = "it is the quotient of the printed rates, " + (
        "rounded before they were divided" if hold else "of which one does not follow"
    )
    yield Other(above.value / below.value, words)
