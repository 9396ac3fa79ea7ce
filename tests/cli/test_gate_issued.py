"""`gate.require: issued`: findings that are met are not enough, and signatures do not mend findings."""

import hashlib
import json
import shutil
from itertools import permutations

import pytest
from cli.signed_audit import ASSESSOR, EVENING, NOON, OFFICER, TOMORROW, done, fateaudit, issue, sign, without_pages

from fateaudit.cli.gate import judge_issued
from fateaudit.errors import ExitCode
from fateaudit.policy import GateResult, combine
from fateaudit.standing import Cause, Judgement, Lack, Standing


def a_judgement(standing, *causes, because=()):
    return Judgement(standing, standing, because, causes, (), None)


MISSING = Cause(Lack.MISSING, "the accountable officer has not signed audit.json")
BROKEN = Cause(Lack.BROKEN, "answers.yaml is not the file that was signed: it was changed afterwards")
REVOKED = Cause(Lack.REVOKED, "the key of Olive Owner was revoked on 2026-11-20")


@pytest.mark.parametrize(
    ("judgement", "code", "reason"),
    [
        (a_judgement(Standing.ISSUED, because=("Signed.",)), 0, ""),
        (a_judgement(Standing.DRAFT, MISSING), 3, f"DRAFT: {MISSING.sentence}"),
        (a_judgement(Standing.NOT_VALID, MISSING, BROKEN), 5, f"NOT VALID: {BROKEN.sentence}"),
        (a_judgement(Standing.NOT_VALID, BROKEN, BROKEN), 5, f"NOT VALID: {BROKEN.sentence}, and 1 more"),
        (a_judgement(Standing.REVOKED, REVOKED), 3, f"REVOKED: {REVOKED.sentence}"),
        (a_judgement(Standing.LAPSED, because=("The acceptance ended.",)), 3, "LAPSED: The acceptance ended"),
        (
            a_judgement(Standing.ISSUED_USE_REFUSED, because=("Otto refused:\n“No.”",)),
            3,
            r"ISSUED – USE REFUSED: Otto refused:\n“No.”",
        ),
        (a_judgement(Standing.DEMONSTRATION, because=("This is one.",)), 3, "DEMONSTRATION: This is one"),
        (a_judgement(Standing.SUPERSEDED), 3, "SUPERSEDED: "),
    ],
)
def test_only_an_issued_audit_passes(judgement, code, reason) -> None:
    result = judge_issued(judgement)

    assert (int(result.exit_code), result.reason) == (code, reason)


def test_every_standing_but_one_is_stopped() -> None:
    passed = [standing for standing in Standing if judge_issued(a_judgement(standing)).exit_code is ExitCode.OK]

    assert passed == [Standing.ISSUED]


def test_when_several_hold_the_order_decides_and_every_reason_is_said() -> None:
    order = [1, 2, 5, 3, 4, 0]
    for first, second in permutations(order, 2):
        results = [GateResult(exit_code=ExitCode(code), reason=f"r{code}" if code else "") for code in (first, second)]
        combined = combine(results)
        ahead, behind = sorted((first, second), key=order.index)
        assert int(combined.exit_code) == ahead
        assert combined.reason == (f"r{ahead}; r{behind}" if behind else f"r{ahead}")


def test_what_could_not_be_told_is_kept() -> None:
    met = GateResult(exit_code=ExitCode.OK, reason="", untold=("F-05",))

    assert combine([met, GateResult(exit_code=ExitCode.OK, reason="")]).untold == ("F-05",)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A signed audit with a report as it is drawn; those of the single tests have no pages."""
    return issue(tmp_path_factory.mktemp("chain") / "home")


@pytest.fixture(autouse=True)
def pages():
    with without_pages():
        yield


@pytest.fixture
def issued(original, tmp_path):
    """A copy of a signed audit whose findings are met, and the keys."""
    return shutil.copytree(original[0], tmp_path / "audit"), original[1]


def gate(folder, *options, now=TOMORROW, **environment):
    timed = ["--now", now, "--replay"] if now else []
    result = fateaudit("gate", folder / "audit.json", *timed, *options, **environment)
    return result, result.out.splitlines()[-1] if result.out else ""


def test_an_issued_audit_whose_limits_are_met_may_ship(issued) -> None:
    result, last = gate(issued[0])

    assert (result.code, last) == (0, "gate: every limit of weight major or more is met; the audit is issued")
    assert "STANDING: ISSUED." in result.out
    assert json.loads(gate(issued[0], "--json")[0].out)["standing"] == "issued"


def test_a_changed_file_is_5(issued) -> None:
    (issued[0] / "answers.yaml").write_bytes(b"answers: {}\n")
    result, last = gate(issued[0])

    assert result.code == 5
    assert last.startswith("reason: NOT VALID: answers.yaml is not the")
    answer = json.loads(gate(issued[0], "--json")[0].out)
    assert (answer["exit_code"], answer["standing"]) == (5, "not_valid")


def test_a_missing_signature_is_3(issued) -> None:
    (issued[0] / "signatures" / "manifest.dsse.json").unlink()
    result, last = gate(issued[0])

    assert (result.code, last.startswith("reason: DRAFT: signatures/manifest.dsse.json is missing")) == (3, True)


def test_an_acceptance_that_ended_is_3_whatever_day_a_build_is_given(issued) -> None:
    result, last = gate(issued[0], now="2027-11-22T00:00:00Z")
    assert result.code == 3
    assert last == "reason: LAPSED: The acceptance ended on 2027-11-21. This is no longer an opinion"

    # Before any signature was made: with this as the time, none of them would hold.
    result, last = gate(issued[0], now=None, SOURCE_DATE_EPOCH="1000000000")
    assert "signed in the future" not in last


def test_a_refusal_is_3(tmp_path) -> None:
    folder, keys = issue(tmp_path / "home", until=OFFICER)
    sign(folder, OFFICER, keys, "--decision", "refuse", "--statement", "Too many are held.")
    done("sign", folder, "--list", "--key", keys[ASSESSOR], "--now", EVENING)
    result, last = gate(folder)

    assert result.code == 3
    assert last.startswith("reason: ISSUED – USE REFUSED: Otto “O.” Officer, accountable officer, refused:")


def test_a_demonstration_is_3(tmp_path) -> None:
    folder, _ = issue(tmp_path / "home", demonstration=True)
    result, last = gate(folder)

    assert result.code == 3
    assert last.startswith("reason: DEMONSTRATION: This is a demonstration.")


def test_signatures_do_not_mend_findings_and_both_are_said(tmp_path) -> None:
    folder, _ = issue(tmp_path / "home", limit=0.80, cannot_tell="fail")
    result, last = gate(folder)
    assert (result.code, last) == (4, "reason: cannot tell: F-01")

    (folder / "signatures" / "manifest.dsse.json").unlink()
    result, last = gate(folder)
    assert result.code == 3
    assert last.startswith("reason: DRAFT: signatures/manifest.dsse.json is missing")
    assert last.endswith("; cannot tell: F-01")


def test_only_the_readers_own_pin_shows_other_keys(issued) -> None:
    digest = hashlib.sha256((issued[0] / "trust.yaml").read_bytes()).hexdigest()

    assert gate(issued[0], "--trust-sha256", digest)[0].code == 0
    result, last = gate(issued[0], "--trust-sha256", "0" * 64)
    assert (result.code, "trust.yaml is not the file that is pinned" in last) == (5, True)
    result, last = gate(issued[0], "--trust-sha256", "short")
    assert (result.code, last) == (2, "reason: --trust-sha256 is not a sha256: 64 hexadecimal digits")


def test_a_pin_with_which_nothing_would_be_compared_is_refused(tmp_path) -> None:
    folder, _ = issue(tmp_path / "home", require="result")
    result, last = gate(folder, "--trust-sha256", "0" * 64)
    assert (result.code, "does not ask for signatures" in last) == (2, True)

    result, last = gate(folder)
    assert (result.code, last) == (0, "gate: every limit of weight major or more is met")
    assert "STANDING: ISSUED." in result.out


def test_a_record_under_another_name_has_no_signatures(issued) -> None:
    shutil.copy(issued[0] / "audit.json", issued[0] / "copy.json")
    result = fateaudit("gate", issued[0] / "copy.json", "--now", TOMORROW)

    assert result.code == 2
    assert "signatures are on audit.json, and this is copy.json" in result.out


def test_an_audit_that_was_just_made_is_a_draft(original, tmp_path) -> None:
    policy = original[0].parent / "fateaudit.yaml"
    result = fateaudit("gate", policy, "--out", tmp_path / "new", "--now", NOON)

    assert result.code == 3
    assert result.out.splitlines()[-1].startswith("reason: DRAFT: nobody can have signed an audit that was just made")
    assert "fateaudit gate" in result.err
    assert json.loads(fateaudit("gate", policy, "--json", "--now", NOON).out)["standing"] == "draft"
    result = fateaudit("gate", policy, "--trust-sha256", "0" * 64)
    assert (result.code, "--trust-sha256 goes with a signed audit.json" in result.out) == (2, True)
