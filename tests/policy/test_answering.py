"""A list of questions becomes one finding on the signatures and one on each question; answers move the opinion."""

import pytest
from conftest import a_policy
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Answered, Attestation, Drawn, Given, Questionnaire
from fateaudit.policy import Overall, Principle, Severity, Verdict, apply_gate, conclude
from fateaudit.policy.answering import judge_answers
from fateaudit.policy.opinion import form_opinion
from fateaudit.signing import Decision, Role

A_LIST = {
    "id": "A-01",
    "principle": "accountability",
    "checklist": "a-list",
    "answers": "answers.yaml",
    "severity": "blocker",
    "why": "because",
}
FEATURES = [principle.value for principle in Principle]
BOTTOM = {Overall.DOES_NOT_MEET, Overall.NO_OPINION}


def a_policy_of_questions(**changes):
    return a_policy(A_LIST, **changes)


def an_answer(item, given=Given.YES, **changes):
    return Answered(
        **{
            "id": f"A-01/{item}",
            "check": "A-01",
            "item": item,
            "section": "Purpose",
            "principle": "accountability",
            "severity": "blocker",
            "stop": False,
            "question": "Is it?",
            "given": given,
            "confirmed": True,
            "opened": False,
            "statement": "",
            "evidence": (),
            "answered_by": None,
            "answered_at": None,
            "reviewed_by": None,
            "condition": "",
            "detail": f"{given}.",
        }
        | changes
    )


def a_signature(role, decision=Decision.ACCEPT, *, holds=True):
    return Attestation(
        role=role,
        person=role.value,
        name=role.words,
        fingerprint="sha256:…",
        decision=decision,
        conditions=(),
        statement="",
        time="2026-11-21T09:00:00Z",
        holds=holds,
    )


SIGNED = (a_signature(Role.MODEL_OWNER), a_signature(Role.INDEPENDENT_REVIEWER))


def a_sheet(*answers, **changes):
    return Questionnaire(
        **{
            "id": "A-01",
            "check": "A-01",
            "checklist": "a-list",
            "version": "1.0.0",
            "sha256": "0" * 64,
            "title": "A list",
            "flags": {},
            "asked": tuple(one.item for one in answers),
            "not_asked": (),
            "signals": (),
            "drawn": Drawn(items=(), opened=0, confirmed=0),
            "required": (Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER),
            "signed": SIGNED,
            "lacking": (),
        }
        | changes
    )


def concluded(*answers, policy=None, **changes):
    """Findings by check, and the opinion, for some answers on a sheet."""
    policy = policy or a_policy_of_questions()
    evidence = [a_sheet(*answers, **changes), *answers]
    findings = judge_answers(policy.checklist_check, evidence)
    return {finding.check: finding for finding in findings}, form_opinion(policy, findings, evidence)


def one_of_each_feature():
    return [an_answer(f"FA-{name[:3].upper()}-01", principle=name) for name in FEATURES]


def test_there_is_a_finding_on_the_signatures_and_one_on_each_question_with_its_own_weight_and_feature() -> None:
    findings, _ = concluded(
        an_answer("FA-PUR-01"),
        an_answer("FA-FAIR-01", Given.NO, severity="major", principle="fairness"),
        an_answer("FA-PUR-02", Given.PARTIAL),
    )

    assert {check: (one.principle, one.severity, one.verdict) for check, one in findings.items()} == {
        "A-01": (Principle.ACCOUNTABILITY, Severity.BLOCKER, Verdict.MET),
        "A-01/FA-PUR-01": (Principle.ACCOUNTABILITY, Severity.BLOCKER, Verdict.MET),
        "A-01/FA-FAIR-01": (Principle.FAIRNESS, Severity.MAJOR, Verdict.NOT_MET),
        "A-01/FA-PUR-02": (Principle.ACCOUNTABILITY, Severity.MAJOR, Verdict.NOT_MET),
    }
    assert (
        findings["A-01"].because
        == "signed by model owner (model owner) and independent reviewer (independent reviewer)"
    )


def test_what_does_not_apply_as_a_reviewer_agreed_has_no_finding_and_stays_in_the_evidence() -> None:
    findings, _ = concluded(an_answer("FA-PUR-01"), an_answer("FA-PUR-02", Given.NA))

    assert list(findings) == ["A-01", "A-01/FA-PUR-01"]


@pytest.mark.parametrize(
    ("changes", "verdict", "because"),
    [
        (
            {"signed": (), "lacking": ("nobody has signed the answers",)},
            Verdict.CANNOT_TELL,
            "nobody has signed the answers",
        ),
        (
            {"signed": (SIGNED[0], a_signature(Role.INDEPENDENT_REVIEWER, Decision.REFUSE))},
            Verdict.NOT_MET,
            "independent reviewer (independent reviewer) refused the answers",
        ),
        (
            {"signed": (a_signature(Role.MODEL_OWNER, Decision.REFUSE, holds=False),), "lacking": ("forged",)},
            Verdict.CANNOT_TELL,
            "forged",
        ),
    ],
)
def test_signatures_that_are_missing_tell_nothing_and_a_refusal_is_not_met(changes, verdict, because) -> None:
    findings, _ = concluded(an_answer("FA-PUR-01"), **changes)

    assert (findings["A-01"].verdict, findings["A-01"].because) == (verdict, because)


@pytest.mark.parametrize(
    "evidence",
    [
        [],
        [a_sheet()],
        [a_sheet(an_answer("FA-PUR-01"))],
        [a_sheet(an_answer("FA-PUR-01")), an_answer("FA-PUR-02")],
        [a_sheet(an_answer("FA-PUR-01")), an_answer("FA-PUR-01"), an_answer("FA-PUR-01")],
        [a_sheet(an_answer("FA-PUR-01")), a_sheet(), an_answer("FA-PUR-01")],
        [a_sheet(an_answer("FA-PUR-01"), checklist="another"), an_answer("FA-PUR-01")],
        [a_sheet(an_answer("FA-PUR-01"), required=(Role.MODEL_OWNER,)), an_answer("FA-PUR-01")],
    ],
)
def test_an_answer_that_was_left_out_or_added_is_refused(evidence) -> None:
    if evidence == [a_sheet()]:
        assert conclude(a_policy_of_questions(), evidence)[1].policy.overall in BOTTOM
        return
    with pytest.raises(DamagedFileError):
        conclude(a_policy_of_questions(), evidence)


def test_a_no_to_a_stop_question_ends_the_matter_whatever_else_is_met() -> None:
    answers = [*one_of_each_feature(), an_answer("FA-PUR-04", Given.NO, severity="blocker", stop=True)]
    _, opinion = concluded(*answers)

    assert opinion.overall is Overall.DOES_NOT_MEET
    assert opinion.stops == ("FA-PUR-04 is answered no, and that ends the matter",)
    assert opinion.because.startswith(opinion.stops[0])


@pytest.mark.parametrize(("autonomy", "impact", "stops"), [
    ("fully_autonomous", "yes", 1),
    ("fully_autonomous", "no", 0),
    ("fully_autonomous", "unknown", 1),
    ("advisory", "yes", 0),
])  # fmt: skip
def test_coercion_with_nobody_deciding_ends_the_matter(autonomy, impact, stops) -> None:
    policy = a_policy_of_questions(system={"autonomy": autonomy})
    _, opinion = concluded(*one_of_each_feature(), policy=policy, flags={"high_impact": impact})

    assert len(opinion.stops) == stops
    assert opinion.overall is (Overall.DOES_NOT_MEET if stops else Overall.MEETS)


def test_many_answers_are_counted_and_few_are_named() -> None:
    many = [an_answer(f"FA-PUR-{number:02}", Given.NO) for number in range(3)]
    policy = a_policy_of_questions()
    findings, opinion = concluded(*many)

    assert apply_gate(policy, list(findings.values()), opinion).reason == "not met: 3 answers of A-01"
    assert opinion.because == "3 answers not met (3 answers of A-01), 1 met"
    findings, opinion = concluded(*many[:2])
    assert apply_gate(policy, list(findings.values()), opinion).reason == "not met: A-01/FA-PUR-00, A-01/FA-PUR-01"


RANK = {Overall.DOES_NOT_MEET: 0, Overall.NO_OPINION: 0, Overall.FALLS_SHORT: 1, Overall.MEETS: 2}
some_answers = st.lists(
    st.tuples(
        st.sampled_from(FEATURES),
        st.sampled_from(["blocker", "major", "minor"]),
        st.sampled_from(list(Given)),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    answers=some_answers, place=st.integers(0, 5), weaker=st.sampled_from([Given.UNKNOWN, Given.UNANSWERED, Given.YES])
)
def test_weaker_answers_never_lift_an_opinion(answers, place, weaker) -> None:
    """Withholding an answer, or the reviewer's word for it, moves no headline up, whatever it was before."""
    made = one_of_each_feature() + [
        an_answer(f"FA-PUR-{number:02}", given, principle=feature, severity=severity, confirmed=confirmed)
        for number, (feature, severity, given, confirmed) in enumerate(answers)
    ]
    place %= len(made)
    less = [*made[:place], made[place].model_copy(update={"given": weaker, "confirmed": False}), *made[place + 1 :]]
    before, after = (RANK[concluded(*some)[1].overall] for some in (made, less))

    if made[place].given in {Given.YES, Given.NA}:
        assert after <= before
    if before == 0:
        assert after == 0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(answers=some_answers)
def test_signatures_that_are_taken_away_never_lift_an_opinion(answers) -> None:
    made = one_of_each_feature() + [
        an_answer(f"FA-PUR-{number:02}", given, principle=feature, severity=severity, confirmed=confirmed)
        for number, (feature, severity, given, confirmed) in enumerate(answers)
    ]
    unsigned = concluded(*made, signed=(), lacking=("nobody has signed the answers",))[1].overall

    assert unsigned in BOTTOM
    assert RANK[unsigned] <= RANK[concluded(*made)[1].overall]
