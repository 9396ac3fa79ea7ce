"""Evidence against a check: met, not met, or cannot tell.

A limit that lies inside the uncertainty is neither kept nor broken: there are too few rows to say, and the audit says
that instead of guessing. The statistics are done before; here claims are only compared, with exact numbers.
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from fateaudit.counts import Group
from fateaudit.documents import Frozen
from fateaudit.errors import DamagedFileError
from fateaudit.evidence import (
    Claim,
    Convention,
    Estimate,
    Evidence,
    Figures,
    Measurement,
    PairClaim,
    Part,
    Score,
    Side,
    Unmeasured,
)
from fateaudit.policy import because
from fateaudit.policy.because import Sides
from fateaudit.policy.checks import MetricCheck, Principle, Severity
from fateaudit.policy.covering import covered, too_few_by_weight
from fateaudit.policy.points import exact, exact_values
from fateaudit.policy.schema import Statistics


class Verdict(StrEnum):
    """The three answers."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


VERDICT_WORDS = {Verdict.MET: "met", Verdict.NOT_MET: "not met", Verdict.CANNOT_TELL: "cannot tell"}


class Ruling(Frozen):
    """The verdict on one piece of evidence."""

    evidence: str
    of: tuple[str, ...]
    verdict: Verdict
    groups: tuple[Group, ...]
    """Which groups make it so: those beyond the limit, or those that could not be judged."""
    because: str


class Finding(Frozen):
    """The verdict on one check: not met if any ruling is not met, met only if every ruling is met."""

    check: str
    principle: Principle
    severity: Severity
    verdict: Verdict
    evidence: tuple[str, ...]
    groups: tuple[Group, ...]
    because: str
    rulings: tuple[Ruling, ...]


def sides_to_judge(check: MetricCheck, convention: Convention) -> Sides:
    """Return the ends of the limit that claims are made for.

    Against a named reference a limit with one end is read two-sided: a ratio of at least 0.80 is also one of at most
    1/0.80, and a difference of at most 0.05 is also one of at least -0.05. Otherwise the worse-off group could be
    made the reference and every gap would be within the limit.
    """
    sides = check.limit.sides()
    if convention is not Convention.TO_REFERENCE or len(sides) > 1:
        return sides
    side, limit = sides[0]
    other = Side.MAX if side is Side.MIN else Side.MIN
    mirrored = -limit if check.metric.endswith("_difference") else 1 / limit
    return ((side, limit), (other, mirrored))


def limit_text(limit: Fraction) -> str:
    """Return a limit as the decimal text that claims carry."""
    return repr(float(limit))


def judge(check: MetricCheck, evidence: Sequence[Evidence], statistics: Statistics) -> Finding:
    """Decide whether `evidence` keeps the promise made by `check`.

    Raises DamagedFileError when the evidence is not exactly what the check asks for, or when a claim was made for
    another limit: comparing it would answer a question that nobody asked.
    """
    rulings = tuple(_rule(check, item, statistics) for item in _asked_for(check, evidence))
    verdicts = {ruling.verdict for ruling in rulings}
    deciding = next(v for v in (Verdict.NOT_MET, Verdict.CANNOT_TELL, Verdict.MET) if v in verdicts)
    decisive = [ruling for ruling in rulings if ruling.verdict is deciding]
    return Finding(
        check=check.id,
        principle=check.principle,
        severity=check.severity,
        verdict=deciding,
        evidence=tuple(ruling.evidence for ruling in rulings),
        groups=tuple(group for ruling in decisive if deciding is not Verdict.MET for group in ruling.groups),
        because="; ".join(f"{'×'.join(a.of)}: {a.because}" if a.of else a.because for a in decisive),
        rulings=rulings,
    )


_Judged = tuple[Verdict, tuple[Group, ...], str]
"""A verdict, the groups that make it so, and why."""


def _asked_for(check: MetricCheck, evidence: Sequence[Evidence]) -> list[Figures]:
    """Return the evidence. What was left out would otherwise be a limit that is kept because nobody looked."""
    figures = [item for item in evidence if isinstance(item, Figures) and item.check == check.id]
    wanted = Counter(check.attribute_sets())
    found = Counter(item.of for item in figures if item.metric == check.metric)
    if found != wanted or len(evidence) != sum(wanted.values()):
        raise DamagedFileError(
            f"the evidence is not what {check.id} asks for: something is missing, or does not belong to it",
            hint="run the audit again",
        )
    return figures


def _rule(check: MetricCheck, item: Figures, statistics: Statistics) -> Ruling:
    match item:
        case Unmeasured():
            judged: _Judged = (Verdict.CANNOT_TELL, (), item.detail)
        case Score():
            judged = _by_ranges(item, sides_to_judge(check, item.convention), statistics)
        case Measurement():
            judged = _verdict(check, item, statistics)
            if (by_weight := item.by_weight()) is not None:
                judged = _of_both(judged, _verdict(check, by_weight, statistics))
        case Estimate():
            judged = _by_ends(item, sides_to_judge(check, item.convention), statistics)
        case _:
            assert_never(item)
    verdict, groups, reason = judged
    weighted = item.by_weight() if isinstance(item, Measurement) else None
    for seen in (item, weighted):
        if verdict is Verdict.MET and isinstance(seen, Measurement | Estimate):
            enough, groups, reason = covered(seen, sides_to_judge(check, seen.convention), statistics, reason)
            verdict = Verdict.MET if enough else Verdict.CANNOT_TELL
    if verdict is Verdict.MET and weighted is not None:
        few = too_few_by_weight(weighted, statistics)
        if few:
            verdict, groups, reason = Verdict.CANNOT_TELL, few, f"{reason}; by weight too few to say met"
    return Ruling(evidence=item.id, of=item.of, verdict=verdict, groups=groups, because=reason)


def _of_both(by_row: _Judged, by_weight: _Judged) -> _Judged:
    """Return what holds with weights and without: a verdict that depends on them is none.

    Rows beyond the limit stay so where weights say nothing: few of them, and very unequal, could always be found.
    """
    groups = tuple(dict.fromkeys((*by_row[1], *by_weight[1])))
    reason = f"{by_row[2]}; by weight: {by_weight[2]}"
    if by_row[0] is by_weight[0]:
        return by_row[0], groups, reason
    if (by_row[0], by_weight[0]) == (Verdict.NOT_MET, Verdict.CANNOT_TELL):
        return by_row[0], by_row[1], reason
    words = f"{VERDICT_WORDS[by_row[0]]} row by row and {VERDICT_WORDS[by_weight[0]]} by weight"
    return Verdict.CANNOT_TELL, groups, f"{reason}; {words}"


def _verdict(check: MetricCheck, item: Measurement, statistics: Statistics) -> _Judged:
    sides = sides_to_judge(check, item.convention)
    _refuse_other_limits(item, sides)
    if statistics.decide_on == "point":
        return _by_point(check, item, sides)
    if item.family.rule == "worst_pair":
        return _by_worst_pair(item, sides)
    return _by_tests(item, sides, statistics)


def _refuse_other_limits(item: Measurement, sides: Sides) -> None:
    wanted = {(side, limit_text(limit)) for side, limit in sides}
    compared = [part for part in item.parts if part.judged and part.group != item.reference]
    on_parts: list[Sequence[Claim | PairClaim]] = [part.claims for part in compared]
    claims = [item.claims] if item.family.rule == "worst_pair" else on_parts
    if not claims or any({(claim.side, claim.limit) for claim in made} != wanted for made in claims):
        raise _claims_for_another_limit(item.id)


def _claims_for_another_limit(evidence: str) -> DamagedFileError:
    return DamagedFileError(
        f"the claims of {evidence} were made for another limit than the check's",
        hint="the limit was changed after measuring: run the audit again",
    )


def _by_ranges(item: Score, sides: Sides, statistics: Statistics) -> _Judged:
    """Hold a number about the whole model against each end of its limit; equal to the limit is within it."""
    if {(claim.side, claim.limit) for claim in item.claims} != {(side, limit_text(limit)) for side, limit in sides}:
        raise _claims_for_another_limit(item.id)
    if statistics.decide_on == "point":
        value = Fraction(str(item.value))
        kept = all(value >= limit if side is Side.MIN else value <= limit for side, limit in sides)
        return Verdict.MET if kept else Verdict.NOT_MET, (), because.of_points([((), value)], sides)
    return _held_against(item.claims, sides), (), because.of_range(item.value, *item.interval, sides)


def _by_ends(item: Estimate, sides: Sides, statistics: Statistics) -> _Judged:
    """Hold an estimate against each end of its limit, by the ends that were found for all groups together."""
    if {(claim.side, claim.limit) for claim in item.claims} != {(side, limit_text(limit)) for side, limit in sides}:
        raise _claims_for_another_limit(item.id)
    if statistics.decide_on == "point":
        values = [(group, exact(value)) for group, value in item.points]
        beyond = [one for one in values if any(_is_beyond(one[1], side, limit) for side, limit in sides)]
        shown = [(group, value if isinstance(value, Fraction) else None) for group, value in beyond or values]
        verdict = Verdict.NOT_MET if beyond else Verdict.MET
        return verdict, tuple(group for group, _ in beyond if group), because.of_points(shown, sides)
    verdict = _held_against(item.claims, sides)
    ends = [end for claim in item.claims for end in claim.ends]
    untold = tuple(part.group for part in item.parts if part.judged) if verdict is Verdict.CANNOT_TELL else ()
    beyond_limit = tuple(dict.fromkeys(group for claim in item.claims for group in claim.beyond))
    groups = beyond_limit if verdict is Verdict.NOT_MET else untold
    return verdict, groups, because.of_range(item.value, min(ends), max(ends), sides)


def _is_beyond(value: Fraction | float, side: Side, limit: Fraction) -> bool:
    return value < limit if side is Side.MIN else value > limit


def _by_worst_pair(item: Measurement, sides: Sides) -> _Judged:
    (claim,) = item.claims
    verdict = _held_against(item.claims, sides)
    beyond = claim.beyond if verdict is not Verdict.MET else ()
    untold = tuple(part.group for part in item.parts if part.judged) if verdict is Verdict.CANNOT_TELL else ()
    return verdict, beyond or untold, because.of_range(item.value, min(claim.ends), max(claim.ends), sides)


def _held_against(claims: Sequence[PairClaim], sides: Sides) -> Verdict:
    """Not met if the near end of any claim is beyond its limit, met if the far ends of all are within theirs."""
    limits = dict(sides)
    ends = [(claim.side, limits[claim.side], exact(claim.ends[0]), exact(claim.ends[1])) for claim in claims]
    if any(near < limit if side is Side.MIN else near > limit for side, limit, near, _ in ends):
        return Verdict.NOT_MET
    if all(far >= limit if side is Side.MIN else far <= limit for side, limit, _, far in ends):
        return Verdict.MET
    return Verdict.CANNOT_TELL


def _by_tests(item: Measurement, sides: Sides, statistics: Statistics) -> _Judged:
    """Not met is a union of claims, so the level is divided; met is an intersection, so it is not."""
    alpha = 1 - Fraction(str(statistics.confidence))
    level = alpha / item.family.claims
    parts = [part for part in item.parts if part.judged and part.group != item.reference]
    if any(exact(claim.p_beyond) <= level for part in parts for claim in part.claims):
        beyond = _named_by_holm(parts, alpha, item.family.claims)
        named = [part for part in parts if part.group in beyond]
        return Verdict.NOT_MET, beyond, because.of_groups_beyond(named, sides, level)
    untold = [part for part in parts if any(exact(claim.p_within) > alpha for claim in part.claims)]
    if untold:
        return Verdict.CANNOT_TELL, tuple(part.group for part in untold), because.of_groups(untold, sides)
    return Verdict.MET, (), because.of_groups(parts, sides)


def _named_by_holm(parts: list[Part], alpha: Fraction, claims: int) -> tuple[Group, ...]:
    """Name the groups that are beyond the limit, stepping down through their p-values (Holm 1979)."""
    ranked = sorted((min(exact(claim.p_beyond) for claim in part.claims), part.group) for part in parts)
    named: list[Group] = []
    for place, (p_value, group) in enumerate(ranked):
        if p_value > alpha / max(claims - place, 1):
            break
        named.append(group)
    return tuple(sorted(named))


def _by_point(check: MetricCheck, item: Measurement, sides: Sides) -> _Judged:
    """Compare the counts themselves: 4 of 10 to 5 of 10 is exactly 0.80, which is met."""
    values = exact_values(check, item)
    beyond = [
        (group, value)
        for group, value in values
        if value is None or any(value < limit if side is Side.MIN else value > limit for side, limit in sides)
    ]
    verdict = Verdict.NOT_MET if beyond else Verdict.MET
    return verdict, tuple(group for group, _ in beyond), because.of_points(beyond or values, sides)
