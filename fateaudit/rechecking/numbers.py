"""Text cells → exact numbers, with the digits they were printed to.

Nothing here is a float. "0.80" means any value from 0.795 to 0.805, both included, and no other.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from fateaudit.errors import DamagedFileError
from fateaudit.rechecking.values import Number, Table

IN_FULL = 15
"""From this many decimals on, a column is doubles printed in full, whose last digits are arithmetic, not rounding."""

_DOUBLE = Fraction(1, 10**15)
"""What a few operations on doubles may do to a figure printed in full: ten times their precision of 1.1e-16."""

NOT_STATED = frozenset({"", "n/a", "na", "-", "–", "—", "none", "null", "excluded", "not applicable", "*"})
"""Cells that state no figure. A figure that is not stated is not wrong."""

_NUMBER = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:,\d{3}){1,5}|\d{1,20})?(?:\.\d{0,40})?(?:[eE][+-]?\d{1,2})?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_MAX_COUNT = 10**15


def is_number(text: str) -> bool:
    """Tell whether a cell could be read as a figure."""
    bare = text.removesuffix("%").rstrip()
    return bool(_NUMBER.fullmatch(bare)) and any(character.isdigit() for character in bare.partition("e")[0])


def column_numbers(table: Table, column: str, rows: Iterable[int] | None = None) -> dict[int, Number]:
    """Return the figures of a column by row; cells that state none are left out.

    Raises DamagedFileError, with row and column, for what is not a number, or is not finite.
    """
    cells = table.cells(column)
    wanted = range(len(cells)) if rows is None else rows
    stated = {row: cells[row] for row in wanted if cells[row].casefold() not in NOT_STATED}
    is_percent = "%" in column or "percent" in column.casefold()
    parsed = {row: _parse(text, table.name, row, column, is_percent=is_percent) for row, text in stated.items()}
    least = _least_places(stated.values(), [places for _, places in parsed.values()])
    return {row: Number(stated[row], value, max(places, least)) for row, (value, places) in parsed.items()}


def _parse(text: str, name: str, row: int, column: str, *, is_percent: bool) -> tuple[Fraction, int]:
    where = [f"row {row + 1}, column {column}"]
    if _NOT_FINITE.fullmatch(text):
        raise DamagedFileError(
            f"{name} states a figure that is not finite", where=where, hint="leave an undefined figure empty"
        )
    if not is_number(text):
        raise DamagedFileError(
            f"{name} states a figure that is not a number", where=where, hint="write figures as 0.48 or 48%"
        )
    value = Decimal(text.removesuffix("%").rstrip().replace(",", ""))
    exponent = value.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return (Fraction(value) / 100, places + 2) if is_percent or text.endswith("%") else (Fraction(value), places)


def _least_places(texts: Iterable[str], places: list[int]) -> int:
    """Return the decimals that the whole column is read to, or 0 when each figure is read to its own.

    A program that drops trailing zeros prints 0.500 as 0.5, which alone would allow anything from 0.45 to 0.55. That
    zeros were dropped shows when lengths differ and no figure ends in a zero that it could do without.
    """
    endings = [text.removesuffix("%").rstrip().partition(".")[2] for text in texts]
    is_padded = any(ending.endswith("0") and ending != "0" for ending in endings)
    return 0 if is_padded or not places else max(places)


def read_counts(table: Table, columns: dict[str, str], rows: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return the counts of each of `rows` by what they count; `columns` maps that to the name of a column.

    Raises DamagedFileError, with row and column, for a count that is negative, broken, or absurd.
    """
    counts: dict[int, dict[str, int]] = {row: {} for row in rows}
    for key, column in columns.items():
        cells = table.cells(column)
        for row, found in counts.items():
            if cells[row].casefold() not in NOT_STATED:
                found[key] = _count(cells[row], table.name, row, column)
    return counts


def _count(text: str, name: str, row: int, column: str) -> int:
    value, _ = _parse(text, name, row, column, is_percent=False)
    problem = (
        "is negative" if value < 0 else "is not a whole number" if value.denominator != 1 else "is too large to be one"
    )
    if value < 0 or value.denominator != 1 or value > _MAX_COUNT:
        raise DamagedFileError(
            f"{name} states a count that {problem}",
            where=[f"row {row + 1}, column {column}"],
            hint="counts are whole numbers of people; take a fresh copy of the table",
        )
    return int(value)


def allowance(number: Number, exact: Fraction) -> Fraction:
    """Return how far `exact` may lie from the printed figure: half a unit in the last place, and nothing more.

    Only a double printed in full is allowed what arithmetic on doubles does to its last digit.
    """
    half = Fraction(1, 2 * 10**number.places)
    return max(half, _DOUBLE * max(Fraction(1), abs(exact))) if number.places >= IN_FULL else half


def shown(value: Fraction, places: int) -> str:
    """Return `value` in two decimals more than were stated, so that the difference is seen; at most 12."""
    digits = min(max(places + 2, 4), 12)
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(digits + 1, "0")
    exact = scaled.denominator == 1
    decimal = f"{'-' if value < 0 else ''}{text[:-digits]}.{text[-digits:]}"
    return (decimal.rstrip("0").rstrip(".") or "0") if exact else decimal
