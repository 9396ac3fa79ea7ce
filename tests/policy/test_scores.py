"""A number about the model as a whole against its limit."""

import pytest
from conftest import a_check, a_policy

from fateaudit.errors import DamagedFileError, PolicyError
from fateaudit.evidence import Reason, Score, Subject
from fateaudit.policy import Limit, Verdict, judge, refuse_unsuitable_score, score_claims, unmeasured_score

SAID = Subject(title="Reasons match", among="", counted="", formal="fidelity")


def a_score_check(**changes):
    check = {"metric": "attribution_fidelity", "principle": "explainability", "across": "overall"}
    return a_policy(a_check(**check, **{"limit": {"min": 0.9}, **changes})).checks[0]


def a_score(check, value, low, high):
    return Score(
        id=f"{check.id}/overall",
        check=check.id,
        metric=check.metric,
        subject=SAID,
        confidence=0.95,
        method="by hand",
        value=value,
        interval=(low, high),
        baseline=0.0,
        claims=score_claims(check, low, high),
        sentence="A sentence.",
    )


@pytest.mark.parametrize(
    ("limit", "value", "low", "high", "verdict"),
    [
        ({"min": 0.9}, 0.95, 0.91, 0.98, "met"),
        ({"min": 0.9}, 0.95, 0.90, 0.98, "met"),
        ({"min": 0.9}, 0.95, 0.89, 0.98, "cannot_tell"),
        ({"min": 0.9}, 0.85, 0.80, 0.89, "not_met"),
        ({"min": 0.9}, 0.85, 0.80, 0.90, "cannot_tell"),
        ({"max": 0.1}, 0.05, 0.01, 0.09, "met"),
        ({"max": 0.1}, 0.20, 0.11, 0.30, "not_met"),
        ({"min": 0.2, "max": 0.8}, 0.5, 0.3, 0.7, "met"),
        ({"min": 0.2, "max": 0.8}, 0.5, 0.3, 0.9, "cannot_tell"),
        ({"min": 1.0}, 1.0, 1.0, 1.0, "met"),
    ],
)
def test_the_whole_range_must_be_on_one_side_of_the_limit(limit, value, low, high, verdict) -> None:
    check, statistics = a_score_check(limit=limit), a_policy().statistics
    finding = judge(check, [a_score(check, value, low, high)], statistics)

    assert finding.verdict == verdict


def test_a_point_comparison_looks_at_the_value_alone() -> None:
    check = a_score_check()
    statistics = a_policy(statistics={"decide_on": "point"}).statistics

    assert judge(check, [a_score(check, 0.9, 0.5, 1.0)], statistics).verdict is Verdict.MET
    assert judge(check, [a_score(check, 0.89, 0.5, 1.0)], statistics).verdict is Verdict.NOT_MET


def test_a_number_that_was_counted_is_said_without_a_range() -> None:
    check = a_score_check()

    assert judge(check, [a_score(check, 0.5, 0.5, 0.5)], a_policy().statistics).because == (
        "0.500; the limit is at least 0.90"
    )


def test_what_could_not_be_measured_is_not_a_pass() -> None:
    check = a_score_check()
    missing = unmeasured_score(check, SAID, Reason.MISSING_INPUT, "no model")

    assert judge(check, [missing], a_policy().statistics).verdict is Verdict.CANNOT_TELL


def test_claims_for_another_limit_are_refused() -> None:
    check = a_score_check()
    moved = check.model_copy(update={"limit": Limit(min=0.5)})

    with pytest.raises(DamagedFileError, match="another limit"):
        judge(moved, [a_score(check, 0.8, 0.7, 0.9)], a_policy().statistics)


@pytest.mark.parametrize("changes", [{"metric": "attribution_fidelty"}, {"across": ["group"]}, {"limit": {"min": 1.5}}])
def test_what_does_not_go_with_a_score_is_refused_with_what_to_write(changes) -> None:
    check = a_policy(
        a_check(**{"metric": "attribution_fidelity", "across": "overall", "limit": {"min": 0.9}, **changes})
    ).checks[0]

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable_score(check, ("attribution_fidelity", "attribution_stability"))
    assert caught.value.hint
