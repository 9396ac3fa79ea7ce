"""A waiver at the gate: signed folders, what is missing, and a clock from outside (scenarios 9 and 34)."""

import json
import shutil

import pytest
from cli.signed_audit import (
    ASSESSOR,
    EVENING,
    NOON,
    OFFICER,
    TOMORROW,
    begin,
    done,
    fateaudit,
    issue,
    sign,
    without_pages,
)

from fateaudit.record import Clock

UNTIL = "2027-01-31"
REASON = "The threshold changes in January."
WAIVER = {"check": "F-01", "until": UNTIL, "reason": REASON}
BAD = {"a": (180, 200), "b": (90, 200)}
BROKEN = {"groups": BAD, "limit": 0.80, "cannot_tell": "fail", "require": "result"}


@pytest.fixture(autouse=True, scope="module")
def pages():
    with without_pages():
        yield


@pytest.fixture
def machine_time(monkeypatch):
    """Set the time that the machine says when nobody gives another."""
    from_text = Clock.from_text

    def set_to(time):
        clock = classmethod(lambda _, supplied: from_text(supplied) if supplied else Clock(time, "system"))
        monkeypatch.setattr(Clock, "from_text", clock)

    return set_to


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A blocker that is not met and is waived, by the machine's clock, signed by all."""
    patch = pytest.MonkeyPatch()
    from_text = Clock.from_text
    clock = classmethod(lambda _, supplied: from_text(supplied) if supplied else Clock(NOON, "system"))
    with patch.context() as context:
        context.setattr(Clock, "from_text", clock)
        return issue(tmp_path_factory.mktemp("waived") / "home", clock=(), waivers=[WAIVER], **BROKEN)


@pytest.fixture
def issued(original, tmp_path):
    return shutil.copytree(original[0], tmp_path / "audit")


def gate(folder, *options):
    """The gate's answer as text: result and last line; and as data."""
    result = fateaudit("gate", folder / "audit.json", *options)
    data = json.loads(fateaudit("gate", folder / "audit.json", "--json", *options).out)
    assert data["exit_code"] == result.code
    return result, result.out.splitlines()[-1], data


def test_9_a_signed_acceptance_opens_the_gate_and_the_result_stays(issued, machine_time) -> None:
    machine_time(TOMORROW)
    result, last, data = gate(issued)

    assert (result.code, last) == (0, "gate: passed, not because every limit is met: passed_by_waiver: 1")
    by = "Otto “O.” Officer (accountable officer)"
    assert f"waiver  F-01: accepted by {by} until {UNTIL}: “{REASON}”" in result.out
    assert "RESULT: Does not meet the limits set." in result.out
    assert data["passed_by_waiver"] == 1
    assert data["findings"]["F-01"] == "not_met"
    assert data["waivers"] == [WAIVER | {"accepted_by": by, "passed": True, "because": ""}]


def test_9_without_a_signature_the_answer_is_3_and_says_what_is_missing(issued, machine_time) -> None:
    machine_time(TOMORROW)
    (issued / "signatures" / f"{OFFICER}.dsse.json").unlink()
    result, last, data = gate(issued)

    assert result.code == 3
    assert last.startswith(
        "reason: not met: F-01; the waiver of F-01 does not count: a blocker takes the accountable officer's signature"
    )
    assert (data["passed_by_waiver"], data["waivers"][0]["passed"], data["waivers"][0]["accepted_by"]) == (
        0,
        False,
        None,
    )


def test_a_file_that_was_changed_takes_the_acceptance_away(issued, machine_time) -> None:
    """The list of files is held against them, though the policy asks only for the result."""
    machine_time(TOMORROW)
    (issued / "answers.yaml").write_bytes(b"answers: {}\n")
    result, last, _ = gate(issued)

    assert result.code == 3
    assert "on the audit: NOT VALID: answers.yaml is not the" in last


@pytest.mark.parametrize(
    ("time", "code", "said"),
    [
        ("2027-01-31T23:00:00Z", 0, "passed_by_waiver: 1"),
        ("2027-02-01T00:00:00Z", 3, "the waiver of F-01 does not count: it ended on 2027-01-31"),
        ("2027-11-22T00:00:00Z", 3, "it ended on 2027-01-31"),
    ],
)
def test_a_waiver_ends_by_the_clock_of_the_gate(time, code, said, issued, machine_time) -> None:
    machine_time(time)
    result, last, _ = gate(issued)

    assert (result.code, said in last) == (code, True)


def test_34_a_clock_from_outside_keeps_no_waiver_alive(issued, machine_time) -> None:
    machine_time("2027-02-01T00:00:00Z")
    result = fateaudit("gate", issued, "--now", TOMORROW)
    assert result.code == 2
    assert result.out == "reason: this passes only on some days, and --now says that today is 2026-11-22\n"
    assert "leave --now out, or type --replay" in result.err

    result, last, _ = gate(issued, "--now", TOMORROW, "--replay")
    assert (result.code, "passed_by_waiver: 1" in last) == (0, True)
    assert f"note: answered for {TOMORROW}; this says nothing about any other day" in result.err

    # A variable that dates a build is not asked at all.
    assert fateaudit("gate", issued, SOURCE_DATE_EPOCH="1795334400").code == 3


def test_34_a_record_whose_time_was_given_is_refused_where_a_waiver_rests_on_it(tmp_path, machine_time) -> None:
    machine_time(TOMORROW)
    folder, _ = issue(tmp_path / "home", waivers=[WAIVER], **BROKEN)
    assert json.loads((folder / "audit.json").read_bytes())["clock"] == "supplied"

    result = fateaudit("gate", folder)
    assert (result.code, "this passes only by a waiver (F-01), and the time of the record" in result.out) == (2, True)
    assert fateaudit("gate", folder, "--replay").code == 0
    answer = json.loads(fateaudit("gate", folder, "--json").out)
    assert (answer["exit_code"], answer["passed_by_waiver"]) == (2, 0)


def test_34_an_acceptance_is_not_kept_alive_either(tmp_path, machine_time) -> None:
    machine_time("2027-11-22T00:00:00Z")
    folder, _ = issue(tmp_path / "home")

    assert fateaudit("gate", folder).code == 3
    result = fateaudit("gate", folder, "--now", TOMORROW)
    assert (result.code, "--now says that today is 2026-11-22" in result.out) == (2, True)
    assert fateaudit("gate", folder, "--now", TOMORROW, "--replay").code == 0


def test_an_audit_that_was_just_made_has_no_officer(tmp_path, machine_time) -> None:
    machine_time(NOON)
    policy, _ = begin(tmp_path / "home", waivers=[WAIVER], **BROKEN)
    result = fateaudit("gate", policy)

    assert result.code == 3
    assert "nobody can have signed an audit that was just made; gate the signed audit.json" in result.out


def test_a_record_under_another_name_has_no_officer(issued, machine_time) -> None:
    machine_time(TOMORROW)
    copy = shutil.copy(issued / "audit.json", issued / "copy.json")

    result = fateaudit("gate", copy)
    assert (result.code, "signatures are on audit.json, and this is copy.json" in result.out) == (3, True)
    assert fateaudit("gate", copy, "--trust-sha256", "0" * 64).code == 2
    assert fateaudit("gate", issued, "--trust-sha256", "0" * 64).code == 3


def test_a_refusal_accepts_nothing(tmp_path, machine_time) -> None:
    machine_time(TOMORROW)
    folder, keys = issue(tmp_path / "home", until=OFFICER, clock=(), waivers=[WAIVER], **BROKEN)
    sign(folder, OFFICER, keys, "--decision", "refuse", "--statement", "Too many.", now=EVENING, run=fateaudit)
    fateaudit("sign", folder, "--list", "--key", keys[ASSESSOR], "--now", TOMORROW)

    assert fateaudit("gate", folder).code == 3


@pytest.mark.parametrize(
    ("check", "said", "hint"),
    [
        ("A-01/FA-PUR-99", "predeployment-oversight has no such question", 'Did you mean "A-01/FA-PUR-0'),
        ("A-01/FA-PUR-04", "is a question that can end the matter", "remove the waiver"),
    ],
)
def test_a_question_that_is_not_there_or_ends_the_matter_is_refused_before_a_run(check, said, hint, tmp_path) -> None:
    policy, _ = begin(tmp_path / "home", waivers=[WAIVER | {"check": check}])
    result = fateaudit("run", policy, "--out", tmp_path / "out", "--now", NOON)

    assert result.code == 2
    assert said in result.err
    assert hint in result.err
    assert "fateaudit.yaml:" in result.err
    assert not (tmp_path / "out").exists()


def test_show_and_diff_tell_of_it_in_words(tmp_path) -> None:
    policy, _ = begin(tmp_path / "home", waivers=[WAIVER])
    told = " ".join(done("policy", "show", policy).out.split())

    assert f"Until {UNTIL} it may pass although F-01 is not kept or could not be judged" in told
    assert f"Reason given: {REASON}" in told
    assert "None of this changes the result that the report prints." in told
    plain = policy.with_name("plain.yaml")
    plain.write_text(json.dumps(json.loads(policy.read_text(encoding="utf-8")) | {"waivers": []}), encoding="utf-8")
    assert f"F-01 is waived until {UNTIL}: the gate may pass" in " ".join(
        done("policy", "diff", plain, policy).out.split()
    )
