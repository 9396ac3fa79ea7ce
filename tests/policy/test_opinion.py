"""What may be said of a feature and of the whole, by rules R1 and R2."""

import itertools
import json

import pytest
from conftest import a_policy

from fateaudit.evidence import Convention, Reason, Subject, Unmeasured
from fateaudit.policy import FeatureResult, Finding, Overall, Principle, Severity, Verdict, apply_gate
from fateaudit.policy.opinion import Opinion, form_opinion

MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL


def opinion_of(*checks, principle="fairness", unmeasured=(), **changes):
    """Form an opinion from (severity, verdict) pairs, or (severity, verdict, principle) triples."""
    checks = [(*check, principle)[:3] for check in checks]
    policy = a_policy(**changes)
    findings = [
        Finding(
            check=f"F-{place:02}",
            principle=Principle(of),
            severity=Severity(severity),
            verdict=verdict,
            evidence=(f"e{place}",),
            groups=(),
            because="",
            rulings=(),
        )
        for place, (severity, verdict, of) in enumerate(checks)
    ]
    evidence = [
        Unmeasured(
            id=f"e{place}",
            check=f"F-{place:02}",
            metric="m",
            subject=Subject(title="", among="", counted="", formal=""),
            convention=Convention.ABSOLUTE,
            of=(),
            reason=Reason.TOO_FEW_ROWS,
            detail="",
        )
        for place in unmeasured
    ]
    return policy, findings, form_opinion(policy, findings, evidence)


ALL = [("blocker", MET, principle) for principle in Principle]


@pytest.mark.parametrize(
    ("checks", "result"),
    [
        ([("blocker", NOT_MET), ("blocker", CANNOT_TELL)], FeatureResult.NOT_MET),
        ([("blocker", CANNOT_TELL), ("major", NOT_MET)], FeatureResult.NO_OPINION),
        ([("major", NOT_MET)], FeatureResult.IN_PART),
        ([("major", CANNOT_TELL)], FeatureResult.IN_PART),
        ([("major", MET), ("minor", NOT_MET)], FeatureResult.MET),
        ([("minor", MET)], FeatureResult.NO_OPINION),
        ([("info", MET)], FeatureResult.NO_OPINION),
    ],
)
def test_the_first_rule_that_applies_decides_a_feature(checks, result) -> None:
    _, _, opinion = opinion_of(*checks)

    assert opinion.features[Principle.FAIRNESS].result is result


def test_a_feature_none_of_whose_majors_could_be_measured_gets_no_opinion() -> None:
    _, _, opinion = opinion_of(("blocker", MET), ("major", CANNOT_TELL), unmeasured=[1])

    assert opinion.features[Principle.FAIRNESS].result is FeatureResult.NO_OPINION


def test_features_that_were_not_audited_are_named_and_leave_no_opinion_overall() -> None:
    _, _, opinion = opinion_of(("blocker", MET))

    assert opinion.features[Principle.FAIRNESS].result is FeatureResult.MET
    assert opinion.features[Principle.TRANSPARENCY].result is FeatureResult.NOT_AUDITED
    assert opinion.overall is Overall.NO_OPINION
    assert opinion.because == "nothing can be said about accountability, transparency and explainability"


def test_all_four_features_met_is_the_only_way_to_meet_every_limit() -> None:
    assert opinion_of(*ALL)[2].overall is Overall.MEETS
    for left_out in range(4):
        assert opinion_of(*ALL[:left_out], *ALL[left_out + 1 :])[2].overall is Overall.NO_OPINION


def test_one_feature_in_part_falls_short_and_two_with_majors_not_met_do_not_meet() -> None:
    one = [*ALL, ("major", NOT_MET, "fairness")]

    assert opinion_of(*one)[2].overall is Overall.FALLS_SHORT
    assert opinion_of(*one, ("major", NOT_MET, "fairness"))[2].overall is Overall.FALLS_SHORT
    assert opinion_of(*one, ("major", NOT_MET, "transparency"))[2].overall is Overall.DOES_NOT_MEET


def test_no_opinion_says_how_many_limits_are_not_met() -> None:
    """Scenario 8: a blocker cannot be told and a major is not met."""
    _, _, opinion = opinion_of(*ALL, ("blocker", CANNOT_TELL, "fairness"), ("major", NOT_MET, "fairness"))

    assert opinion.overall is Overall.NO_OPINION
    assert opinion.because == "nothing can be said about fairness, and 1 limit is not met"


@pytest.mark.parametrize("fail_on", ["blocker", "major", "minor", "info"])
@pytest.mark.parametrize("cannot_tell", ["fail", "pass"])
def test_the_gate_never_moves_the_opinion(fail_on, cannot_tell) -> None:
    checks = [("blocker", CANNOT_TELL), ("major", NOT_MET), ("minor", NOT_MET)]

    assert opinion_of(*checks, gate={"fail_on": fail_on, "cannot_tell": cannot_tell})[2] == opinion_of(*checks)[2]


@pytest.mark.parametrize(
    ("checks", "gate", "code"),
    [
        ([("blocker", MET), ("major", MET)], {}, 0),
        ([("blocker", MET), ("minor", NOT_MET)], {}, 0),
        ([("blocker", NOT_MET), ("major", CANNOT_TELL)], {}, 3),
        ([("blocker", MET), ("major", NOT_MET)], {"fail_on": "blocker"}, 0),
        ([("blocker", MET), ("minor", NOT_MET)], {"fail_on": "minor"}, 3),
        ([("blocker", MET), ("major", CANNOT_TELL)], {}, 4),
        ([("blocker", MET), ("major", CANNOT_TELL)], {"cannot_tell": "pass"}, 0),
        ([("major", CANNOT_TELL)], {"cannot_tell": "pass"}, 4),
        ([("info", MET)], {}, 4),
        ([("info", MET)], {"fail_on": "info"}, 4),
    ],
)
def test_the_gate_answers_with_the_code_of_the_worst_limit_that_it_weighs(checks, gate, code) -> None:
    policy, findings, opinion = opinion_of(*checks, gate=gate)
    result = apply_gate(policy, findings, opinion)

    assert result.exit_code == code
    assert bool(result.reason) is (code != 0)


def test_only_met_gives_0() -> None:
    """Whatever the gate's settings: a 0 means that some gated check was met and none was not met."""
    for verdicts in itertools.product(Verdict, repeat=2):
        for cannot_tell in ("fail", "pass"):
            policy, findings, opinion = opinion_of(
                *(("major", verdict) for verdict in verdicts), gate={"cannot_tell": cannot_tell}
            )
            if apply_gate(policy, findings, opinion).exit_code == 0:
                assert NOT_MET not in verdicts
                assert MET in verdicts


def test_features_are_told_in_one_order_whatever_the_order_of_a_records_keys() -> None:
    said = {one.value: {"result": "met", "because": "all"} for one in sorted(Principle)}
    missing = {one.value: ("who answers",) for one in sorted(Principle)}

    stored = json.dumps({"overall": "meets", "because": "all", "features": said, "missing": missing})
    read = Opinion.model_validate_json(stored)

    assert [*read.features] == [*read.missing] == ["fairness", "accountability", "transparency", "explainability"]
