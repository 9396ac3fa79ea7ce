"""The rates of one group against its counts, and what a wrong one was divided by instead.

Definitions as in Aequitas (Saleiro et al. 2018, arXiv:1811.05577, section 3) and fairlearn's user guide.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.rechecking.arithmetic import Lack, Other, Span, Value, figure, implied, judge, quotient
from fateaudit.rechecking.cells import COUNT_WORDS
from fateaudit.rechecking.numbers import shown
from fateaudit.rechecking.values import Figure, Number, Place, Verdict


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate by what it divides."""

    over: str
    under: str
    words: str

    @property
    def formula(self) -> str:
        """Return "FP/negatives"."""
        return f"{COUNT_WORDS[self.over]}/{COUNT_WORDS[self.under]}"


RATES: Mapping[str, Rate] = {
    "tpr": Rate("tp", "pos", "a true positive rate"),
    "fnr": Rate("fn", "pos", "a false negative rate"),
    "fpr": Rate("fp", "neg", "a false positive rate"),
    "tnr": Rate("tn", "neg", "a true negative rate"),
    "ppv": Rate("tp", "pp", "a precision"),
    "fdr": Rate("fp", "pp", "a false discovery rate"),
    "npv": Rate("tn", "pn", "a negative predictive value"),
    "for": Rate("fn", "pn", "a false omission rate"),
    "selection": Rate("pp", "n", "a selection rate"),
    "share": Rate("pp", "k", "a share of all predicted positives"),
    "prevalence": Rate("pos", "n", "a base rate"),
    "accuracy": Rate("correct", "n", "an accuracy"),
    "error": Rate("wrong", "n", "an error rate"),
}

COMPLEMENTS = (("tpr", "fnr"), ("fpr", "tnr"), ("ppv", "fdr"), ("npv", "for"))
"""Rates over the same denominator, which add up to 1 wherever it is not 0."""


def value_of(key: str, counts: Mapping[str, int]) -> Value:
    """Return a rate from the counts of its group."""
    rate = RATES[key]
    if rate.over not in counts or rate.under not in counts:
        # Nothing can be divided by 0, whatever is above.
        return Lack.UNDEFINED if counts.get(rate.under) == 0 else Lack.UNKNOWN
    return quotient(counts[rate.over], counts[rate.under])


def check_rate(
    at: Place, number: Number, key: str, counts: Mapping[str, int], pooled: Mapping[str, int] | None = None
) -> Figure:
    """Compare a stated rate with its counts; `pooled` are the counts of all groups together."""
    rate = RATES[key]
    value = value_of(key, counts)
    if value is Lack.UNKNOWN and rate.under in counts:
        return check_whole_number(at, number, counts[rate.under], COUNT_WORDS[rate.under])
    return judge(at, number, value, formula=rate.formula, others=_others(key, counts, pooled or {}))


def check_whole_number(at: Place, number: Number, denominator: int, words: str) -> Figure:
    """Say of a rate without its numerator whether any whole number of people could give it."""
    if implied(number, denominator) is not None:
        return figure(at, number, Verdict.CANNOT_BE_CHECKED, because=f"no counts, only the {words}")
    nearest = min(denominator, max(0, round(number.value * denominator)))
    follows = shown(Fraction(nearest, denominator), number.places)
    because = f"no whole number out of {denominator:,} gives it; {nearest:,} of {denominator:,} is the nearest"
    return figure(at, number, Verdict.DOES_NOT_FOLLOW, follows=follows, because=because)


def _others(key: str, counts: Mapping[str, int], pooled: Mapping[str, int]) -> Iterator[Other]:
    """Yield what the figure may be instead: another denominator first, then another rate."""
    rate = RATES[key]
    same = [other for name, other in RATES.items() if other.over == rate.over and name != key]
    different = [other for other in RATES.values() if other.over != rate.over]
    for other in same:
        if isinstance(found := _quotient(counts, other.over, other.under), Fraction):
            yield Other(found, f"this is {other.formula}, {other.words}")
    for under in dict.fromkeys((rate.under, *(other.under for other in same), "n")):
        if isinstance(found := _quotient(counts, rate.over, under, pooled), Fraction):
            yield Other(found, f"this is {COUNT_WORDS[rate.over]}/{COUNT_WORDS[under]} of the whole table")
    if isinstance(found := _quotient(counts, rate.over, "n"), Fraction):
        yield Other(found, f"this is {COUNT_WORDS[rate.over]}/group size")
    for other in different:
        if isinstance(found := _quotient(counts, other.over, other.under), Fraction):
            yield Other(found, f"this is {other.formula}, {other.words}")


def _quotient(
    counts: Mapping[str, int], over: str, under: str, denominators: Mapping[str, int] | None = None
) -> Fraction | None:
    above, below = counts.get(over), (counts if denominators is None else denominators).get(under)
    return Fraction(above, below) if above is not None and below else None


def check_complements(
    row: str, numbers: Mapping[str, tuple[str, Number]], counts: Mapping[str, int], hint: str = ""
) -> list[Figure]:
    """Check that two rates over the same denominator add up to 1, where no counts say more. `hint` explains a miss."""
    figures = []
    for one, other in COMPLEMENTS:
        if one not in numbers or other not in numbers or isinstance(value_of(one, counts), Span):
            continue
        (first, a), (second, b) = numbers[one], numbers[other]
        places = min(a.places, b.places)
        # Each is rounded by itself, so that their sum may be off by a whole unit of the coarser one, not by half.
        total = Number(f"{a.text} + {b.text}", (a.value + b.value), places)
        slack = Fraction(1, 10**places) if places < 15 else Fraction(1, 10**14)  # noqa: PLR2004 - as IN_FULL
        at = Place(row, f"{first} + {second}")
        if abs(total.value - 1) <= slack:
            figures.append(figure(at, total, Verdict.FOLLOWS, follows="1", because="they add up to 1"))
        else:
            why = "both are 0: undefined made a number" if not total.value else hint or "they do not add up to 1"
            figures.append(figure(at, total, Verdict.DOES_NOT_FOLLOW, follows="1", because=why))
    return figures
