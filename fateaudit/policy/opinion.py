"""Findings → what may be said of each feature and of the whole.

The gate's settings never come in here: a policy that lets a pipeline pass does not thereby change the opinion.
"""

from collections.abc import Sequence
from enum import StrEnum

from fateaudit.documents import Frozen
from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Evidence, Unmeasured
from fateaudit.policy.judging import Finding, Verdict, judge
from fateaudit.policy.schema import Policy, Principle, Severity
from fateaudit.policy.wording import count_of


class FeatureResult(StrEnum):
    """What may be said of one feature."""

    MET = "met"
    IN_PART = "in_part"
    NO_OPINION = "no_opinion"
    NOT_MET = "not_met"
    NOT_AUDITED = "not_audited"
    """No check of this feature stands in the policy. It counts as no opinion overall and is left out of the gate."""


class Overall(StrEnum):
    """What may be said of the whole."""

    DOES_NOT_MEET = "does_not_meet"
    NO_OPINION = "no_opinion"
    FALLS_SHORT = "falls_short_in_part"
    MEETS = "meets"


OVERALL_WORDS = {
    Overall.DOES_NOT_MEET: "Does not meet the limits set",
    Overall.NO_OPINION: "No opinion",
    Overall.FALLS_SHORT: "Falls short in part",
    Overall.MEETS: "Meets every limit set",
}
FEATURE_WORDS = {
    FeatureResult.MET: "met",
    FeatureResult.IN_PART: "in part",
    FeatureResult.NO_OPINION: "no opinion",
    FeatureResult.NOT_MET: "not met",
    FeatureResult.NOT_AUDITED: "not audited",
}


class FeatureOpinion(Frozen):
    """One feature: the result, and why."""

    result: FeatureResult
    because: str


class Opinion(Frozen):
    """The findings against one set of limits, summed up by rule and not by score."""

    overall: Overall
    because: str
    features: dict[Principle, FeatureOpinion]
    caps: tuple[str, ...] = ()
    """Sentences that lower the best possible result; none are known to this version."""


class Opinions(Frozen):
    """The opinion under the policy's own limits; the shipped reference profile will stand beside it."""

    policy: Opinion
    reference: None = None


def conclude(policy: Policy, evidence: Sequence[Evidence]) -> tuple[tuple[Finding, ...], Opinions]:
    """Return the findings and opinions that follow from `evidence`: no model, no data, no randomness."""
    if strangers := {item.check for item in evidence} - {check.id for check in policy.checks}:
        raise DamagedFileError(
            f"there is evidence for a check that the policy does not have: {min(strangers)}", hint="run the audit again"
        )
    findings = tuple(
        judge(check, [item for item in evidence if item.check == check.id], policy.statistics)
        for check in policy.checks
    )
    return findings, Opinions(policy=form_opinion(findings, evidence))


def form_opinion(findings: Sequence[Finding], evidence: Sequence[Evidence]) -> Opinion:
    """Return the opinion that follows from `findings`; `evidence` tells what could not be measured."""
    unmeasured = {item.id for item in evidence if isinstance(item, Unmeasured)}
    features = {
        principle: _feature([finding for finding in findings if finding.principle is principle], unmeasured)
        for principle in Principle
    }
    overall, because = _overall(findings, features)
    return Opinion(overall=overall, because=because, features=features)


def _feature(findings: list[Finding], unmeasured: set[str]) -> FeatureOpinion:
    """Apply rule R1: the first that holds decides, and the counts of all the others are still said."""
    if not findings:
        return FeatureOpinion(result=FeatureResult.NOT_AUDITED, because="no check of this feature was made")
    material = [finding for finding in findings if finding.severity.is_material]
    if not material:
        return FeatureOpinion(
            result=FeatureResult.NO_OPINION, because="no check of this feature is a blocker or a major"
        )
    blockers = {finding.verdict for finding in material if finding.severity is Severity.BLOCKER}
    majors = [finding for finding in material if finding.severity is Severity.MAJOR]
    nothing_measured = bool(majors) and all(set(finding.evidence) <= unmeasured for finding in majors)
    if Verdict.NOT_MET in blockers:
        result = FeatureResult.NOT_MET
    elif Verdict.CANNOT_TELL in blockers or nothing_measured:
        result = FeatureResult.NO_OPINION
    elif any(finding.verdict is not Verdict.MET for finding in majors):
        result = FeatureResult.IN_PART
    else:
        result = FeatureResult.MET
    return FeatureOpinion(result=result, because=_tally(material))


def _tally(findings: Sequence[Finding], *, naming: bool = False) -> str:
    """Return "2 limits not met (F-01, F-03), 1 could not be judged (F-02), 3 met"; `naming` adds the checks."""
    said = []
    for verdict, words in _TALLIED.items():
        checks = [finding.check for finding in findings if finding.verdict is verdict]
        if checks:
            number = count_of(len(checks), "limit") if verdict is Verdict.NOT_MET else f"{len(checks):,}"
            named = f" ({', '.join(checks)})" if naming and verdict is not Verdict.MET else ""
            said.append(f"{number} {words}{named}")
    return ", ".join(said)


_TALLIED = {Verdict.NOT_MET: "not met", Verdict.CANNOT_TELL: "could not be judged", Verdict.MET: "met"}


def _overall(findings: Sequence[Finding], features: dict[Principle, FeatureOpinion]) -> tuple[Overall, str]:
    """Apply rule R2: the first that holds decides."""
    results = {principle: feature.result for principle, feature in features.items()}
    material = [finding for finding in findings if finding.severity.is_material]
    not_met = [finding for finding in material if finding.verdict is Verdict.NOT_MET]
    features_with_majors = {finding.principle for finding in not_met if finding.severity is Severity.MAJOR}
    tally = _tally(material, naming=True) or "no limit of weight was judged"
    if FeatureResult.NOT_MET in results.values() or len(features_with_majors) > 1:
        return Overall.DOES_NOT_MEET, tally
    without = [p for p, result in results.items() if result in {FeatureResult.NO_OPINION, FeatureResult.NOT_AUDITED}]
    if without:
        and_not_met = f", and {count_of(len(not_met), 'limit is', 'limits are')} not met" if not_met else ""
        return Overall.NO_OPINION, f"nothing can be said about {_listed(without)}{and_not_met}"
    if FeatureResult.IN_PART in results.values():
        return Overall.FALLS_SHORT, tally
    return Overall.MEETS, tally


def _listed(principles: list[Principle]) -> str:
    names = [principle.value for principle in principles]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
