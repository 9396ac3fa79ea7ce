"""Figures as exact fractions: whole numbers of rows are compared as they were counted, decimals as they are written."""

import math
from fractions import Fraction

from fateaudit.counts import Group
from fateaudit.evidence import Convention, Measurement
from fateaudit.policy.checks import MetricCheck


def exact_values(check: MetricCheck, item: Measurement) -> list[tuple[Group, Fraction | None]]:
    """Return each judged group's value as an exact fraction; None where a ratio has no finite value."""
    is_pair = item.family.rule == "worst_pair"
    values: list[tuple[Group, Fraction | None]] = []
    for part in item.parts:
        if not part.judged or part.group == item.reference:
            continue
        rate = Fraction(part.numerator, part.denominator)
        if part.reference_numerator is None or part.reference_denominator is None:
            values.append((part.group, rate))
            continue
        against = Fraction(part.reference_numerator, part.reference_denominator)
        if check.metric.endswith("_difference"):
            values.append((part.group, abs(rate - against) if is_pair else rate - against))
        elif item.convention is Convention.BETWEEN_GROUPS:
            high = max(rate, against)
            values.append((part.group, min(rate, against) / high if high else Fraction(1)))
        elif against:
            values.append((part.group, rate / against))
        else:
            # 0 to 0 is no gap; anything else to 0 is one without bound.
            values.append((part.group, None if rate else Fraction(1)))
    return values


def exact(value: float) -> Fraction | float:
    """Return the decimal that is written in the record as an exact number; infinity stays what it is."""
    return value if math.isinf(value) else Fraction(str(value))
