"""Exact arithmetic on values that counts fix, or that lie between two ends; and the judging of one figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import ceil, floor

from fateaudit.rechecking.numbers import IN_FULL, allowance, shown
from fateaudit.rechecking.values import Figure, Number, Place, Verdict


class Lack(Enum):
    """Why there is no value."""

    UNKNOWN = "the counts are not stated"
    UNDEFINED = "it divides by 0"


@dataclass(frozen=True, slots=True)
class Span:
    """A value between two ends; they are equal when counts fix it."""

    low: Fraction
    high: Fraction


Value = Span | Lack

_CUT_FROM = 2
"""Decimals from which on a figure that is one unit short is called cut off, not wrong in its only digit."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another calculation, which a wrong figure may have come from."""

    value: Fraction
    words: str


def exactly(value: Fraction | int) -> Span:
    """Return a value that counts fix."""
    return Span(Fraction(value), Fraction(value))


def quotient(numerator: int, denominator: int) -> Value:
    """Return a rate from its counts; 0 of 0 is undefined, not 0."""
    return exactly(Fraction(numerator, denominator)) if denominator else Lack.UNDEFINED


def as_printed(number: Number) -> Span:
    """Return what a printed figure says: itself when printed in full, else all that rounds to it."""
    if number.places >= IN_FULL:
        return exactly(number.value)
    slack = allowance(number, number.value)
    return Span(max(Fraction(0), number.value - slack), number.value + slack)


def implied(number: Number, denominator: int) -> Span | None:
    """Return the rates out of `denominator` that round to a printed one, or None when no whole number gives it.

    Brown and Heathers (2017), "The GRIM Test", Social Psychological and Personality Science 8(4): 363-369.
    """
    slack = allowance(number, number.value)
    low = max(0, ceil((number.value - slack) * denominator))
    high = min(denominator, floor((number.value + slack) * denominator))
    return Span(Fraction(low, denominator), Fraction(high, denominator)) if low <= high else None


def ratio(above: Value, below: Value) -> Value:
    """Return above/below."""
    if isinstance(above, Span) and isinstance(below, Span):
        if below.high == 0:
            return Lack.UNDEFINED
        # A denominator that rounding lets be 0 puts no upper end to the ratio.
        return Lack.UNKNOWN if below.low <= 0 else Span(above.low / below.high, above.high / below.low)
    return Lack.UNKNOWN if Lack.UNKNOWN in (above, below) else Lack.UNDEFINED


def highest(values: Iterable[Value]) -> Value:
    """Return the highest of those that are defined; unknown when any is unknown."""
    spans = _defined(values)
    if isinstance(spans, Lack):
        return spans
    return Span(max(span.low for span in spans), max(span.high for span in spans))


def lowest(values: Iterable[Value]) -> Value:
    """Return the lowest of those that are defined; unknown when any is unknown."""
    spans = _defined(values)
    if isinstance(spans, Lack):
        return spans
    return Span(min(span.low for span in spans), min(span.high for span in spans))


def _defined(values: Iterable[Value]) -> Sequence[Span] | Lack:
    known = list(values)
    if Lack.UNKNOWN in known:
        return Lack.UNKNOWN
    return [value for value in known if isinstance(value, Span)] or Lack.UNDEFINED


def difference(above: Value, below: Value) -> Value:
    """Return above - below."""
    if isinstance(above, Span) and isinstance(below, Span):
        return Span(above.low - below.high, above.high - below.low)
    return Lack.UNKNOWN if Lack.UNKNOWN in (above, below) else Lack.UNDEFINED


def agrees(number: Number, exact: Fraction) -> bool:
    """Tell whether a printed figure is `exact`, rounded."""
    return abs(number.value - exact) <= allowance(number, exact)


def judge(at: Place, number: Number, value: Value, *, formula: str, others: Iterable[Other] = ()) -> Figure:
    """Compare one printed figure with what follows, and say where a wrong one may have come from.

    `formula` says in words what the figure should be. Of `others` the first that gives the printed figure is named.
    """
    match value:
        case Lack.UNKNOWN:
            return figure(at, number, Verdict.CANNOT_BE_CHECKED, because="no counts")
        case Lack.UNDEFINED:
            because = f"undefined made a number: {formula} divides by 0"
            return figure(at, number, Verdict.DOES_NOT_FOLLOW, follows="undefined", because=because)
        case Span(low, high):
            follows = shown(low, number.places)
            if low != high:
                follows = f"{follows} to {shown(high, number.places)}"
            if agrees(number, low) and agrees(number, high):
                return figure(at, number, Verdict.FOLLOWS, follows=follows, because=f"it is {formula}")
            if low - allowance(number, low) <= number.value <= high + allowance(number, high):
                because = "no counts, and the rates are printed too coarsely to tell"
                return figure(at, number, Verdict.CANNOT_BE_CHECKED, follows=follows, because=because)
            because = _why(number, value, formula, others)
            return figure(at, number, Verdict.DOES_NOT_FOLLOW, follows=follows, because=because)


def figure(at: Place, number: Number, verdict: Verdict, *, because: str, follows: str = "") -> Figure:
    """Return a figure with its verdict."""
    return Figure(at.row, at.column, number.text, verdict, follows, because)


def _why(number: Number, value: Span, formula: str, others: Iterable[Other]) -> str:
    for other in others:
        if agrees(number, other.value):
            return f"{other.words}, not {formula}"
    unit = Fraction(1, 10**number.places)
    if number.places >= _CUT_FROM and number.value <= value.low <= value.high < number.value + unit:
        return f"it is {formula} cut off after its last digit, not rounded"
    if any(agrees(number, end * 100) for end in (value.low, value.high) if end):
        return f"it is 100 times {formula}: a percentage without its sign"
    if (read_to := _digits(number.text)) < number.places < IN_FULL:
        return f"it should be {formula}, to the {number.places} decimals of its column, of which {read_to} are printed"
    return f"it should be {formula}"


def _digits(text: str) -> int:
    return len(text.removesuffix("%").rstrip().partition(".")[2]) + 2 * text.endswith("%")
