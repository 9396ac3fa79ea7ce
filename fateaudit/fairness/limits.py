"""Which limits and references suit a number: every end must limit something, and something must keep it."""

import math

from fateaudit.errors import PolicyError
from fateaudit.evidence import Convention
from fateaudit.fairness.rates import Comparison
from fateaudit.policy import Limit, MetricCheck

WIDEST = 1_000
"""Ratios beyond this, or below one over it, are not limits that anybody could mean."""


def what_is_wrong(
    limit: Limit, comparison: Comparison, convention: Convention, lies: tuple[float, float] = (0, 1)
) -> str:
    """Return what a limit would have to be, or nothing, for a number that lies between two ends; rates 0 and 1."""
    low, high = limit.min, limit.max
    is_ratio = comparison == "ratio"
    if comparison == "level":
        return _of_level(low, high, lies)
    width = lies[1] - lies[0]
    if convention is Convention.TO_REFERENCE:
        return _of_reference(low, high, width, is_ratio=is_ratio)
    if not is_ratio:
        below = f"below {width:g}" if math.isfinite(width) else "any number"
        fits = low is None and high is not None and 0 <= high < width
        return "" if fits else f"write {{ max: … }}, from 0 to {below}"
    if convention is Convention.TO_LOWEST:
        return "" if low is None and high is not None and 1 <= high <= WIDEST else "write { max: … }, from 1 to 1000"
    return "" if high is None and low is not None and 1 / WIDEST <= low <= 1 else "write { min: … }, from 0.001 to 1"


def _of_level(low: float | None, high: float | None, lies: tuple[float, float]) -> str:
    least, most = lies
    fits = (low is None or least < low <= most) and (high is None or least <= high < most)
    if fits:
        return ""
    if lies == (0, 1):
        return "a rate lies between 0 and 1: write { min: … } above 0, or { max: … } below 1"
    return (
        f"it lies between {least:g} and {most:g}: write {{ min: … }} above the first, or {{ max: … }} below the second"
    )


def _of_reference(low: float | None, high: float | None, width: float, *, is_ratio: bool) -> str:
    parity = 1 if is_ratio else 0
    ends = [end for end in (low, high) if end is not None]
    if is_ratio and any(not 1 / WIDEST <= end <= WIDEST for end in ends):
        return "a ratio limit lies between 0.001 and 1000"
    if not is_ratio and any(not -width < end < width for end in ends):
        return f"a difference limit lies between -{width:g} and {width:g}"
    if (low is None and high is not None and high < parity) or (high is None and low is not None and low > parity):
        return f"one end is read two-sided, around {parity}: write both, {{ min: …, max: … }}"
    return ""


def refuse_unsaid_reference(check: MetricCheck, convention: Convention) -> None:
    """Raise PolicyError for a named reference without its names, and for names without it."""
    if convention is Convention.TO_REFERENCE:
        names = {name for of in check.attribute_sets() for name in of}
        if missing := sorted(names - set(check.params.reference)):
            raise PolicyError(
                f"{check.id}: to_reference needs a reference group for {', '.join(missing)}",
                hint=f"write params: {{ convention: to_reference, reference: {{ {missing[0]}: … }} }}",
            )
    elif check.params.reference:
        raise PolicyError(f"{check.id}: a reference group without to_reference", hint="add convention: to_reference")
