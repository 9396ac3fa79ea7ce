"""Rule R8: a waiver changes the gate under conditions, and neither a finding nor the opinion."""

import json

import pytest
from conftest import a_check, a_policy_text
from hypothesis import given
from hypothesis import strategies as st
from test_answering import A_LIST, an_answer
from test_principle import calm, scores, severities, tables
from test_scenarios import (
    BAD,
    CHANGED,
    EQUAL,
    GOOD,
    NOTHING_OF_THE_MODEL,
    ONE_IS_OPEN,
    Audit,
    changed,
    gated,
    rows_of,
)

from fateaudit.errors import ExitCode, PolicyError
from fateaudit.evidence import Given
from fateaudit.policy import Acceptance, Overall, Verdict, apply_gate, read_policy, waives_a_blocker
from fateaudit.policy.waiving import LONGEST_DAYS

OK, NOT_MET, CANNOT_TELL = ExitCode.OK, ExitCode.NOT_MET, ExitCode.CANNOT_TELL
REASON = "The threshold changes in January."
SIGNED, UNSIGNED = Acceptance("Otto Officer"), Acceptance(None, "nobody has signed audit.json")
ONE_MAJOR = {"documentation_completeness": 0.2}


def a_waiver(check="F-01", **changes):
    return {"check": check, "until": "2027-01-31", "reason": REASON} | changes


def a_bad_audit(*checks, rows=BAD, edits=None, **changes):
    """Not met is F-01 alone, a blocker; every check in `checks` is waived."""
    edits = {"F_02": {"severity": "minor"}, "F_03": {"severity": "minor"}} | (edits or {})
    return Audit(rows, checks=changed(**edits), waivers=[a_waiver(check) for check in checks], **changes)


def test_a_major_is_waived_by_the_line_in_the_policy_alone() -> None:
    audit = Audit(scores=GOOD | ONE_MAJOR, waivers=[a_waiver("T-00")])

    assert apply_gate(audit.policy, audit.findings, audit.result).exit_code is NOT_MET
    result = gated(audit, UNSIGNED)
    assert (result.exit_code, result.reason, result.passed_by_waiver) == (OK, "", ("T-00",))


@pytest.mark.parametrize(
    ("created", "now", "against"),
    [
        ("2026-11-02", "2026-11-02", ""),
        (
            "2026-11-01",
            "2026-11-02",
            "it runs until 2027-01-31, which is more than 90 days after the audit of 2026-11-01",
        ),
        ("2026-11-21", "2027-01-31", ""),
        ("2026-11-21", "2027-02-01", "it ended on 2027-01-31"),
        ("2026-11-21", "2026-11-20", "the audit is dated 2026-11-21, a day that is still to come"),
    ],
)
def test_a_waiver_counts_within_90_days_and_until_its_day(created, now, against) -> None:
    audit = Audit(scores=GOOD | ONE_MAJOR, waivers=[a_waiver("T-00")])
    result = gated(audit, SIGNED, created=f"{created}T12:00:00Z", now=f"{now}T23:59:59Z")

    assert result.exit_code is (NOT_MET if against else OK)
    assert result.reason == (f"not met: T-00; the waiver of T-00 does not count: {against}" if against else "")


def test_a_record_without_a_time_gives_a_waiver_no_beginning() -> None:
    audit = Audit(scores=GOOD | ONE_MAJOR, waivers=[a_waiver("T-00")])

    assert gated(audit, SIGNED, created="soon").reason.endswith("the record does not say when it was made")


def test_a_blocker_at_the_stage_approved_is_not_accepted_even_in_a_record_that_nobody_read() -> None:
    audit = a_bad_audit("F-01", system={"stage": "approved"} | _SYSTEM)

    assert gated(audit, SIGNED).reason.endswith("the system is approved, and a blocker cannot be accepted then")


_SYSTEM = {key: value for key, value in a_policy_text()["system"].items() if key != "stage"}


def test_an_expired_waiver_of_what_is_met_is_no_reason() -> None:
    audit = Audit(waivers=[a_waiver("F-01", until="2026-01-31")])

    assert gated(audit, SIGNED) == apply_gate(audit.policy, audit.findings, audit.result)


def test_a_blocker_that_cannot_be_told_can_be_accepted_too() -> None:
    """The officer may use it untested, until a day; page 1 offers that as well."""
    audit = Audit(ONE_IS_OPEN, checks=changed(F_03={"severity": "minor"}), waivers=[a_waiver("F-02")])

    assert audit.by_check["F-02"].verdict is Verdict.CANNOT_TELL
    assert gated(audit, UNSIGNED).exit_code is CANNOT_TELL
    assert (gated(audit, SIGNED).exit_code, audit.result.overall) == (OK, Overall.NO_OPINION)


def test_what_is_left_beside_an_acceptance_keeps_the_gate_shut() -> None:
    audit = a_bad_audit("F-01", scores=GOOD | ONE_MAJOR)
    result = gated(audit, SIGNED)

    assert (result.exit_code, result.passed_by_waiver) == (NOT_MET, ())
    assert result.reason == "not met: F-01, T-00; beside what is accepted: not met: T-00"


def test_nothing_passes_because_everything_that_was_not_told_is_waived() -> None:
    few = rows_of(a=(8, 1, 1, 8), b=(8, 1, 1, 8))
    audit = Audit(few, checks=[a_check()], waivers=[a_waiver()])

    assert audit.by_check["F-01"].verdict is Verdict.CANNOT_TELL
    assert gated(audit, SIGNED).exit_code is CANNOT_TELL


def test_a_feature_of_which_nothing_was_measured_is_not_opened_by_waiving_all_of_it() -> None:
    waived = [a_waiver(name) for name in ("T-00", "T-01", "E-02", "E-03")]
    audit = Audit(scores=NOTHING_OF_THE_MODEL, waivers=waived)

    assert gated(audit, SIGNED).exit_code is CANNOT_TELL
    assert "beside what is accepted: no opinion on transparency, explainability" in gated(audit, SIGNED).reason


def test_a_cap_that_leaves_no_opinion_is_not_hidden_behind_a_waived_blocker() -> None:
    edits = {"F_02": {"severity": "major"}, "F_03": {"severity": "major"}}
    audit = a_bad_audit("F-01", edits=edits, gate={"fail_on": "blocker"}, history=CHANGED)

    assert gated(audit, SIGNED).exit_code is NOT_MET
    assert "beside what is accepted: no opinion on fairness" in gated(audit, SIGNED).reason


def test_a_stop_condition_stays_shut_whatever_is_accepted() -> None:
    answers = [an_answer("FA-PUR-04", Given.NO, stop=True), *(an_answer(f"FA-{n}", principle=n) for n in FEATURES)]
    audit = Audit(answers=answers, waivers=[a_waiver("A-01/FA-PUR-04")])

    assert gated(audit, SIGNED).exit_code is NOT_MET
    assert gated(audit, SIGNED).reason.endswith("FA-PUR-04 is answered no, and that ends the matter")


def test_a_system_that_acts_by_itself_and_can_harm_is_shut_out_though_every_limit_is_met() -> None:
    audit = Audit(system=a_policy_text()["system"] | {"autonomy": "fully_autonomous"})

    assert {finding.verdict for finding in audit.findings} == {Verdict.MET}
    result = apply_gate(audit.policy, audit.findings, audit.result)
    assert (result.exit_code, result.reason) == (NOT_MET, audit.result.stops[0])


FEATURES = ("fairness", "accountability", "transparency", "explainability")


def test_an_answer_is_waived_by_the_name_that_its_finding_has() -> None:
    answers = [an_answer("FA-PUR-03", Given.NO), *(an_answer(f"FA-{n}", principle=n) for n in FEATURES)]
    audit = Audit(answers=answers, waivers=[a_waiver("A-01/FA-PUR-03")])

    assert waives_a_blocker(audit.policy, audit.findings)
    assert gated(audit, UNSIGNED).exit_code is NOT_MET
    assert gated(audit, SIGNED).passed_by_waiver == ("A-01/FA-PUR-03",)


WAIVABLE = ("F-01", "F-02", "F-03", "F-04", "T-00", "T-01", "E-02", "E-03", "A-01/FA-ACC-01")


@calm
@given(
    rows=st.one_of(tables, st.sampled_from([EQUAL, BAD, ONE_IS_OPEN])),
    given_scores=scores,
    severity=severities,
    waived=st.sets(st.sampled_from(WAIVABLE)),
    gate=st.fixed_dictionaries({"fail_on": severities, "cannot_tell": st.sampled_from(["fail", "pass"])}),
    is_signed=st.booleans(),
    history=st.sampled_from([{}, {"history": CHANGED}]),
)
def test_a_waiver_moves_no_finding_and_no_opinion_and_only_ever_opens_the_gate(  # noqa: PLR0913, PLR0917 - what varies
    rows, given_scores, severity, waived, gate, is_signed, history
) -> None:
    same = {"scores": given_scores, "gate": gate, "checks": changed(F_01={"severity": severity}), **history}
    plain = Audit(rows, **same)
    audit = Audit(rows, **same, waivers=[a_waiver(check) for check in sorted(waived)])

    assert (audit.findings, audit.opinions) == (plain.findings, plain.opinions)
    before = apply_gate(plain.policy, plain.findings, plain.result)
    after = gated(audit, SIGNED if is_signed else UNSIGNED)
    assert after.exit_code in {before.exit_code, OK}
    assert bool(after.passed_by_waiver) is (after.exit_code is not before.exit_code)
    blockers = {finding.check for finding in audit.findings if finding.severity == "blocker"}
    assert is_signed or not blockers & set(after.passed_by_waiver)
    assert set(after.passed_by_waiver) <= waived


def refused(folder, *waivers, **changes):
    """What is said against a policy with these waivers."""
    path = folder / "p.yaml"
    text = a_policy_text(a_check(), a_check(id="F-02", severity="major"), A_LIST, waivers=list(waivers), **changes)
    path.write_text(json.dumps(text, indent=1), encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        read_policy(path)
    line = int(raised.value.where[0].split(":")[1].split()[0])
    return raised.value, path.read_text(encoding="utf-8").splitlines()[line - 1]


@pytest.mark.parametrize(
    ("changes", "said", "hint"),
    [
        ({"check": "F-03"}, 'a waiver names "F-03", and no check is called that', 'Did you mean "F-0'),
        ({"check": "nothing like it"}, "no check is called that", "name a check of this policy"),
        ({"check": "FA-PUR-03"}, "no check is called that", 'Did you mean "A-01/FA-PUR-03"?'),
        ({"check": "A-01"}, "no waiver takes the place of a signature", "have the answers signed"),
        ({"until": "31.1.2027"}, "this is not a day", "2027-01-31"),
        ({"until": "20270131"}, "this is not a day", "2027-01-31"),
        ({"until": "2027-02-30"}, "this is not a day", "2027-01-31"),
        ({"reason": "agreed"}, "this says too little", "write a sentence"),
        ({"reason": "x" * 2_001}, "at most 2000 characters", ""),
        ({"by": "me"}, '"by" is not a setting', ""),
    ],
)
def test_a_waiver_that_says_nothing_definite_is_refused_with_its_line(changes, said, hint, tmp_path) -> None:
    error, line = refused(tmp_path, a_waiver(**changes))

    assert said in str(error)
    assert hint in error.hint
    (written,) = changes
    assert f'"{written}"' in line


def test_two_waivers_of_one_check_are_refused_at_the_second(tmp_path) -> None:
    error, _ = refused(tmp_path, a_waiver(), a_waiver(until="2027-02-01"))

    assert error.message == "F-01 is waived twice"


def test_a_blocker_of_an_approved_system_is_refused_and_a_major_is_not(tmp_path) -> None:
    error, line = refused(tmp_path, a_waiver("F-02"), a_waiver(), system={"stage": "approved"})

    assert error.message == "F-01 is a blocker, and the system is approved: it cannot be waived then"
    assert '"F-01"' in line
    assert '"stage": "approved"' in error.where[1]


def test_the_longest_waiver_is_as_long_as_the_rule_says() -> None:
    assert LONGEST_DAYS == 90
