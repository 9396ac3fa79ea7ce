"""Whether nearly everyone was judged: a limit kept by those who were looked at is not kept by those who were not."""

import math
from fractions import Fraction

from fateaudit.counts import NOT_RECORDED, Group
from fateaudit.evidence import Estimate, EstimatePart, Measurement, Missing, Part, Side
from fateaudit.policy.because import Sides, said
from fateaudit.policy.schema import Statistics

MUST_JUDGE_SHARE = Fraction(1, 100)
"""A single-attribute group with this share of the cases must be judged before a check is met."""

MAX_NOT_RECORDED = Fraction(1, 20)
"""Above this share of rows whose attribute is missing, a check is met only if it would be met whoever they are."""


def covered(
    item: Measurement | Estimate, sides: Sides, statistics: Statistics, reason: str
) -> tuple[bool, tuple[Group, ...], str]:
    """Return whether enough rows were judged to say *met*, which groups were left out where not, and why.

    A group that the policy excludes, with its reason, need not be judged by itself; its rows count as not judged.
    Rows of nobody's group are not judged either, unless the limit is kept whoever they are: then coverage is that of
    the others.
    """
    cases = sum(part.cases for part in item.parts)
    left_out = [part for part in item.parts if part.unlabelled or (part.cases and not part.judged)]
    missed = sum(part.unlabelled if part.judged else part.cases for part in left_out)
    nobodys = [part for part in item.parts if item.of and NOT_RECORDED in part.group]
    unknown = sum(part.cases for part in nobodys)
    missing = item.missing if isinstance(item, Measurement) else None
    is_kept = missing is not None and _is_within(missing, sides)
    asked = cases - (sum(part.cases - part.unlabelled for part in nobodys) if is_kept else 0)
    is_weighty = Fraction(unknown, cases or 1) > MAX_NOT_RECORDED
    too_few = not asked or Fraction(cases - missed, asked) < Fraction(str(statistics.coverage))
    sizeable = _sizeable(item, left_out, cases)
    told = f"{reason}; {cases - missed:,} of {cases:,} judged" if missed else reason
    if is_weighty and missing is not None:
        told = f"{told}; {_could_be(missing, sides)}"
    if sizeable or (too_few and (is_kept or not is_weighty)):
        return False, tuple(part.group for part in sizeable or left_out), f"{told}, too few to say met"
    # Whatever coverage the policy asks for: these rows could be the ones that break the limit.
    if too_few or (is_weighty and not is_kept):
        return False, tuple(part.group for part in left_out), f"{told}, too many to say met"
    return True, (), told


def too_few_by_weight(item: Measurement, statistics: Statistics) -> tuple[Group, ...]:
    """Return the judged groups whose rows, weighed, are worth fewer than a group needs to be judged."""
    return tuple(part.group for part in item.parts if part.judged and part.denominator < statistics.min_group_size)


def _sizeable(
    item: Measurement | Estimate, left_out: list[Part | EstimatePart], cases: int
) -> list[Part | EstimatePart]:
    """Return the groups of one attribute that are too large to leave out."""
    return [
        part
        for part in left_out
        if len(item.of) == 1
        and not part.judged
        and NOT_RECORDED not in part.group
        and part.set_aside != "excluded"
        and Fraction(part.cases, cases) >= MUST_JUDGE_SHARE
    ]


def _is_within(missing: Missing, sides: Sides) -> bool:
    """Whether every way to give these rows to groups keeps the limit; exactly at it is within."""
    low, high = missing.bounds
    ends = [(side, limit, low if side is Side.MIN else high) for side, limit in sides]
    if any(math.isinf(end) for _, _, end in ends):
        return False
    exact = [(side, limit, Fraction(str(end))) for side, limit, end in ends]
    return all(end >= limit if side is Side.MIN else end <= limit for side, limit, end in exact)


def _could_be(missing: Missing, sides: Sides) -> str:
    """Return "the 200 not recorded could make it 0.339 to 0.871"."""
    low, high = (said(end, sides) for end in missing.bounds)
    return f"the {missing.rows:,} not recorded could make it {low} to {high}"
