"""Findings → what may be said of each feature and of the whole.

The gate's settings never come in here: a policy that lets a pipeline pass does not thereby change the opinion.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from fateaudit.documents import Frozen
from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Answered, Evidence, Questionnaire, Unmeasured
from fateaudit.policy.answering import judge_answers, stops
from fateaudit.policy.caps import NOTHING_KNOWN, Best, Cap, Circumstances, caps_of
from fateaudit.policy.checks import ChecklistCheck, Principle, Severity
from fateaudit.policy.content import missing_content
from fateaudit.policy.judging import Finding, Verdict, judge
from fateaudit.policy.reference import ProfileFile, reference_policy
from fateaudit.policy.schema import Policy
from fateaudit.policy.wording import count_of, listed


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


NO_CONTENT_MISSING: Mapping[Principle, tuple[str, ...]] = MappingProxyType({})


class FeatureOpinion(Frozen):
    """One feature: the result, and why."""

    result: FeatureResult
    because: str


_Said = TypeVar("_Said")


def _in_order(said: dict[Principle, _Said]) -> dict[Principle, _Said]:
    """Return the features as they are always told: keys of a record are sorted."""
    return {principle: said[principle] for principle in Principle if principle in said}


class Opinion(Frozen):
    """The findings against one set of limits, summed up by rule and not by score."""

    overall: Overall
    because: str
    features: Annotated[dict[Principle, FeatureOpinion], AfterValidator(_in_order)]
    caps: tuple[Cap, ...] = ()
    """What lowers the best possible result (rule R3)."""
    missing: Annotated[dict[Principle, tuple[str, ...]], AfterValidator(_in_order)] = Field(default_factory=dict)
    """What no check of weight asks, though it would have to be asked (rule R4); each completes "it does not ask …"."""
    stops: tuple[str, ...] = ()
    """What ends the matter whatever the limits say (rule R7), a sentence each."""


class ReferenceOpinion(Frozen):
    """The opinion under a shipped profile's limits, which no policy can touch."""

    profile: str
    """By name and version: "policing/1"."""
    sha256: str
    findings: tuple[Finding, ...]
    opinion: Opinion


class Opinions(Frozen):
    """The opinion under the policy's own limits, and beside it the one under the reference profile."""

    policy: Opinion
    reference: ReferenceOpinion | None = None

    @property
    def reference_is_worse(self) -> bool:
        """Whether a reader who sees only the policy's result would think better of it than the reference does."""
        if self.reference is None:
            return False
        return _RANK[self.reference.opinion.overall] < _RANK[self.policy.overall]


_RANK = {Overall.DOES_NOT_MEET: 0, Overall.NO_OPINION: 0, Overall.FALLS_SHORT: 1, Overall.MEETS: 2}
"""*Does not meet* and *No opinion* are both bottom and are not ranked."""


def conclude(
    policy: Policy,
    evidence: Sequence[Evidence],
    circumstances: Circumstances = NOTHING_KNOWN,
    *,
    profile: ProfileFile | None = None,
) -> tuple[tuple[Finding, ...], Opinions]:
    """Return the findings and opinions that follow from `evidence`: no model, no data, no randomness.

    With a `profile`, the evidence holds what its checks ask as well.
    """
    reference = reference_policy(policy, profile.profile) if profile is not None else None
    known = {check.id for one in (policy, reference) if one is not None for check in one.checks}
    if strangers := {item.check for item in evidence} - known:
        raise DamagedFileError(
            f"there is evidence for a check that the policy does not have: {min(strangers)}", hint="run the audit again"
        )
    findings, opinion = _under(policy, evidence, circumstances)
    if profile is None or reference is None:
        return findings, Opinions(policy=opinion)
    its_findings, its_opinion = _under(reference, evidence, circumstances)
    beside = ReferenceOpinion(
        profile=profile.profile.name, sha256=profile.sha256, findings=its_findings, opinion=its_opinion
    )
    return findings, Opinions(policy=opinion, reference=beside)


def _under(
    policy: Policy, evidence: Sequence[Evidence], circumstances: Circumstances
) -> tuple[tuple[Finding, ...], Opinion]:
    """Judge what belongs to the checks of one policy, and sum it up."""
    findings: list[Finding] = []
    for check in policy.checks:
        of_check = [item for item in evidence if item.check == check.id]
        if isinstance(check, ChecklistCheck):
            findings += judge_answers(check, of_check)
        else:
            findings.append(judge(check, of_check, policy.statistics))
    caps, missing = caps_of(policy, circumstances, evidence), missing_content(policy, evidence)
    return tuple(findings), form_opinion(policy, findings, evidence, caps=caps, missing=missing)


def form_opinion(
    policy: Policy,
    findings: Sequence[Finding],
    evidence: Sequence[Evidence],
    *,
    caps: Sequence[Cap] = (),
    missing: Mapping[Principle, tuple[str, ...]] = NO_CONTENT_MISSING,
) -> Opinion:
    """Return the opinion that follows from `findings` (rules R1 and R2).

    `evidence` tells what could not be measured and what stops; `caps` and `missing` are what rules R3 and R4 found.
    """
    unmeasured = {item.id for item in evidence if isinstance(item, Unmeasured)}
    features = {}
    for principle in Principle:
        of_feature = [finding for finding in findings if finding.principle is principle]
        capped = {cap.best for cap in caps if principle in cap.features}
        features[principle] = _feature(of_feature, unmeasured, capped, missing.get(principle, ()))
    ended = _stops(policy, evidence)
    overall, because = _overall(findings, features, ended)
    return Opinion(
        overall=overall,
        because=because,
        features=features,
        caps=tuple(caps),
        missing={principle: what for principle, what in missing.items() if what},
        stops=ended,
    )


def _stops(policy: Policy, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Apply rule R7: a plain no to a stop question, or coercion with nobody deciding."""
    answers = [item for item in evidence if isinstance(item, Answered)]
    said = [f"{one.item} is answered no, and that ends the matter" for one in stops(answers)]
    # What is not known counts as so.
    coercive = any(item.flags.get("high_impact") != "no" for item in evidence if isinstance(item, Questionnaire))
    if coercive and policy.system.autonomy == "fully_autonomous":
        said.append("nobody decides before the output has its effect on a person, and that ends the matter")
    return tuple(said)


def _feature(
    findings: list[Finding], unmeasured: set[str], capped: set[Best], missing: tuple[str, ...]
) -> FeatureOpinion:
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
    tally = _tally(material)
    if Verdict.NOT_MET in blockers:
        return FeatureOpinion(result=FeatureResult.NOT_MET, because=tally)
    if missing:
        return FeatureOpinion(result=FeatureResult.NO_OPINION, because=f"it was not asked {missing[0]}; {tally}")
    if Best.NO_OPINION in capped or Verdict.CANNOT_TELL in blockers or nothing_measured:
        result = FeatureResult.NO_OPINION
    elif capped or any(finding.verdict is not Verdict.MET for finding in majors):
        result = FeatureResult.IN_PART
    else:
        result = FeatureResult.MET
    return FeatureOpinion(result=result, because=tally)


def _tally(findings: Sequence[Finding], *, naming: bool = False) -> str:
    """Return "2 limits not met (F-01, F-03), 1 could not be judged (F-02), 3 met"; `naming` adds the checks."""
    said = []
    for verdict, words in _TALLIED.items():
        checks = [finding.check for finding in findings if finding.verdict is verdict]
        if checks:
            number = _counted(checks) if verdict is Verdict.NOT_MET else f"{len(checks):,}"
            named = f" ({names_of(checks)})" if naming and verdict is not Verdict.MET else ""
            said.append(f"{number} {words}{named}")
    return ", ".join(said)


_TALLIED = {Verdict.NOT_MET: "not met", Verdict.CANNOT_TELL: "could not be judged", Verdict.MET: "met"}


def _counted(checks: Sequence[str]) -> str:
    """Return "2 limits and 12 answers"."""
    answers = sum("/" in check for check in checks)
    counted = [(len(checks) - answers, "limit"), (answers, "answer")]
    return " and ".join(count_of(number, noun) for number, noun in counted if number)


FEW_ANSWERS = 2
"""So many answers are named one by one; more are counted."""


def names_of(checks: Sequence[str]) -> str:
    """Return "F-01, F-03, 12 answers of A-01": each check by its id, and many answers to one list as a number."""
    answers = [check for check in checks if "/" in check]
    if len(answers) <= FEW_ANSWERS:
        return ", ".join(checks)
    others = [check for check in checks if "/" not in check]
    return ", ".join([*others, f"{len(answers)} answers of {answers[0].partition('/')[0]}"])


def _overall(
    findings: Sequence[Finding], features: dict[Principle, FeatureOpinion], ended: Sequence[str]
) -> tuple[Overall, str]:
    """Apply rule R2: the first that holds decides."""
    results = {principle: feature.result for principle, feature in features.items()}
    material = [finding for finding in findings if finding.severity.is_material]
    not_met = [finding for finding in material if finding.verdict is Verdict.NOT_MET]
    features_with_majors = {finding.principle for finding in not_met if finding.severity is Severity.MAJOR}
    tally = _tally(material, naming=True) or "no limit of weight was judged"
    if ended:
        return Overall.DOES_NOT_MEET, "; ".join([*ended, tally])
    if FeatureResult.NOT_MET in results.values() or len(features_with_majors) > 1:
        return Overall.DOES_NOT_MEET, tally
    without = [p for p, result in results.items() if result in {FeatureResult.NO_OPINION, FeatureResult.NOT_AUDITED}]
    unsettled = {one.principle for one in material if one.severity is Severity.MAJOR and one.verdict is not Verdict.MET}
    if not without and len(unsettled) > 1:
        # Were they all not met, the limits would not be met. To leave that open must not be better than to know it.
        return (
            Overall.NO_OPINION,
            f"majors under {listed([p.value for p in Principle if p in unsettled])} are open; {tally}",
        )
    if without:
        is_are = "is" if len(not_met) == 1 else "are"
        and_not_met = f", and {_counted([one.check for one in not_met])} {is_are} not met" if not_met else ""
        return Overall.NO_OPINION, f"nothing can be said about {listed([p.value for p in without])}{and_not_met}"
    if FeatureResult.IN_PART in results.values():
        return Overall.FALLS_SHORT, tally
    return Overall.MEETS, tally
