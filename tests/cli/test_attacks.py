"""What a hostile person tried and must not get: each test's name is the sentence that has to hold."""

import os
import shutil
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pytest
from cli.attacked import (
    CREATED,
    audited,
    concluded,
    issue,
    replacing,
    rewrite,
    run,
    sign_answers,
    with_sheet,
    write_home,
    write_limits,
)
from cli.signed_audit import PASSPHRASE, fateaudit
from conftest import NOON, ROOT
from signing.people import ASSESSOR, KEYS, LATER, NOW, OFFICER, OWNER, seal

from fateaudit.accountability import inputs_of
from fateaudit.artifacts import describe, write_new
from fateaudit.auditing import audit
from fateaudit.cli.folder import write_record
from fateaudit.errors import ExitCode, FateauditError, PolicyError, UsageError
from fateaudit.policy import read_policy
from fateaudit.record import Clock
from fateaudit.signing import MANIFEST, write_key
from fateaudit.standing import Standing
from fateaudit.verification import examine, verify

AFTER = "2027-11-22T00:00:00Z"
ODD = "odd \u202egnp.folder"
LIMITS = "audit.json holds other limits or settings than fateaudit.yaml"
ANSWERS = "audit.json tells other answers or signatures than answers.yaml and signatures/ do"
PLACES = "audit.json names other files as the answers and their evidence than answers.yaml does"
PAGES = "what stands on the pages of report.pdf was not read"


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """An audit after its run, with one answer of no and limits that are not kept: what somebody would rather hide."""
    home = tmp_path_factory.mktemp("honest") / "home"
    return audited(home, limit=0.95, edit=replacing("value: yes", "value: no"))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """An audit that all four signed and in which all is well."""
    folder, record = audited(tmp_path_factory.mktemp("issued") / "home")
    issue(folder, record)
    return folder, record


@pytest.fixture
def issued(original, tmp_path):
    """A copy of the same, to be damaged, and its record."""
    return shutil.copytree(original[0], tmp_path / "audit"), original[1]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """The assessor's key in a file."""
    path = tmp_path_factory.mktemp("keys") / "assessor.pem"
    write_key(path, KEYS[ASSESSOR], passphrase=PASSPHRASE)
    return path


def last_line(result):
    return result.out.splitlines()[-1]


# A record that tells of other files than those that were signed


def under_looser_limits(record, home, limit=0.05):
    """The record of a run under limits that nobody signed, with the names and digests of those that were."""
    write_limits(home, limit=limit)
    lie = audit(home / "fateaudit.yaml", clock=NOON)
    told = tuple(one for one in record.evidence if one.check == "A-01")
    measured = tuple(one for one in lie.evidence if one.check != "A-01")
    named = {"artifacts": record.artifacts, "audit_id": record.audit_id}
    return concluded(lie.model_copy(update=named), evidence=(*measured, *told))


def of_other_answers(record, home):
    rewrite(home / "answers.yaml", replacing("value: no", "value: yes"))
    return concluded(record, evidence=audit(home / "fateaudit.yaml", clock=NOON).evidence)


def without_a_question(record, _):
    """The record without the question that was answered with no."""
    (no,) = [one for one in record.answers if one.given == "no"]
    sheet = record.questionnaire
    fewer = sheet.model_copy(update={"asked": tuple(item for item in sheet.asked if item != no.item)})
    return concluded(record, evidence=tuple(fewer if one == sheet else one for one in record.evidence if one != no))


def signed_by_somebody_else(record, _):
    first, *others = record.questionnaire.signed
    return with_sheet(record, signed=(first.model_copy(update={"name": "Lord Chief Justice"}), *others))


def with_less_read(record, _):
    drawn = record.questionnaire.drawn
    return with_sheet(record, drawn=drawn.model_copy(update={"items": drawn.items[:1], "opened": 1}))


LIES = {
    "limits": (under_looser_limits, LIMITS),
    "answers": (of_other_answers, ANSWERS),
    "questions": (without_a_question, ANSWERS),
    "signed": (signed_by_somebody_else, ANSWERS),
    "lacking": (lambda record, _: with_sheet(record, lacking=("the paper is late",)), ANSWERS),
    "signals": (lambda record, _: with_sheet(record, signals=()), ANSWERS),
    "drawn": (with_less_read, ANSWERS),
    "flags": (lambda record, _: with_sheet(record, flags={**record.questionnaire.flags, "biometric": "no"}), ANSWERS),
}


def refuses_everywhere(folder, record, said, key):
    """`sign` refuses the record; when people sign it all the same, `verify` and `gate` say what is wrong with it."""
    (folder / "audit.json").write_bytes(record.to_bytes())
    signing = fateaudit("sign", folder, "--as", ASSESSOR, "--key", key, "--now", LATER)
    assert (signing.code, said in signing.err, "Signed" in signing.out) == (1, True, False)

    issue(folder, record)
    result = verify(folder, now=NOW)
    assert (result.exit_code, result.problems) == (ExitCode.NOT_VERIFIED, (said,))
    assert examine(folder, now=NOW).standing is Standing.NOT_VALID
    shown = fateaudit("verify", folder, "--now", NOW)
    assert (shown.code, f"problem: {said}" in shown.out) == (5, True)
    gated = fateaudit("gate", folder / "audit.json", "--now", NOW)
    assert (gated.code, last_line(gated).startswith(f"reason: NOT VALID: {said}")) == (5, True)


def test_an_honest_record_made_in_the_same_way_holds(honest, tmp_path) -> None:
    folder = shutil.copytree(honest[0], tmp_path / "audit")
    issue(folder, honest[1])

    assert verify(folder, now=NOW).problems == ()
    assert fateaudit("gate", folder / "audit.json", "--now", NOW).code == 3


@pytest.mark.parametrize("name", LIES)
def test_a_record_that_tells_of_other_files_than_were_signed_is_refused(name, honest, tmp_path, key) -> None:
    folder = shutil.copytree(honest[0], tmp_path / "audit")
    home = shutil.copytree(honest[0].parent, tmp_path / "lie", ignore=shutil.ignore_patterns("audit"))
    lie, said = LIES[name]

    refuses_everywhere(folder, lie(honest[1], home), said, key)


def test_answers_signed_after_the_run_with_an_earlier_time_are_not_signed_before_it(tmp_path, key) -> None:
    policy = write_home(tmp_path / "home")
    record = run(policy, tmp_path / "audit")
    assert record.questionnaire.lacking == ("nobody has signed the answers",)
    sign_answers(policy)
    shutil.copytree(policy.parent / "signatures", tmp_path / "audit" / "signatures")

    refuses_everywhere(tmp_path / "audit", record, ANSWERS, key)


def in_place_of_the_answers(record, home):
    """The record of the draft that is cited as evidence: what each file was to the audit is not signed."""
    shutil.copy(home / "evidence" / "draft.yaml", home / "answers.yaml")
    lie = audit(home / "fateaudit.yaml", clock=NOON)
    signed = {name: getattr(record.questionnaire, name) for name in ("signed", "lacking")}
    artifacts = swapped(record, {"answers.yaml": "evidence", "evidence/draft.yaml": "answers"})
    return with_sheet(concluded(record, evidence=lie.evidence, artifacts=artifacts), **signed)


def swapped(record, places):
    return tuple(one.model_copy(update={"role": places.get(one.name, one.role)}) for one in record.artifacts)


def test_a_paper_cannot_take_the_place_of_the_answers(tmp_path, key) -> None:
    home = tmp_path / "home"
    policy = write_home(home)
    draft = (home / "answers.yaml").read_text(encoding="utf-8")
    (home / "evidence" / "draft.yaml").write_text(draft, encoding="utf-8")
    rewrite(home / "answers.yaml", replacing("evidence/all.txt]", "evidence/all.txt, evidence/draft.yaml]"))
    rewrite(home / "answers.yaml", replacing("value: yes", "value: no"))
    sign_answers(policy)
    folder = tmp_path / "audit"
    record = run(policy, folder)
    # Where the draft will look for its own papers.
    shutil.copytree(home / "evidence", folder / "evidence" / "evidence")

    lie = in_place_of_the_answers(record, shutil.copytree(home, tmp_path / "lie"))
    refuses_everywhere(folder, lie, PLACES.replace("answers.yaml", "evidence/draft.yaml"), key)


def test_a_paper_cannot_take_the_place_of_the_policy(tmp_path, key) -> None:
    home = tmp_path / "home"
    write_home(home, edit=replacing("evidence/all.txt]", "evidence/all.txt, evidence/looser.yaml]"))
    shutil.copy(home / "fateaudit.yaml", home / "evidence" / "looser.yaml")
    policy = write_limits(home, limit=0.95)
    sign_answers(policy)
    record = run(policy, tmp_path / "audit")

    other = shutil.copytree(home, tmp_path / "lie")
    (other / "evidence" / "looser.yaml").write_text("Another paper.\n", encoding="utf-8")
    lie = under_looser_limits(record, other, limit=0.10)
    artifacts = swapped(record, {"fateaudit.yaml": "evidence", "evidence/looser.yaml": "policy"})
    refuses_everywhere(tmp_path / "audit", lie.model_copy(update={"artifacts": artifacts}), PLACES, key)


def test_an_audit_that_nobody_has_signed_is_a_draft_and_not_a_fault(tmp_path, key) -> None:
    policy = write_home(tmp_path / "home")
    run(policy, tmp_path / "audit")

    assert verify(tmp_path / "audit", now=NOW).problems == ("nobody has signed audit.json",)
    assert examine(tmp_path / "audit", now=NOW).standing is Standing.DRAFT
    result = fateaudit("sign", tmp_path / "audit", "--as", ASSESSOR, "--key", key, "--now", LATER)
    assert (result.code, "signs after the model owner and the independent reviewer" in result.err) == (2, True)


def test_answers_dated_after_the_run_do_not_verify_either(tmp_path) -> None:
    folder, record = audited(tmp_path / "home", edit=replacing("at: 2026-11-19", "at: 2026-11-20", 99))
    earlier = record.model_copy(update={"created": "2026-11-19T12:00:00Z"})
    issue(folder, earlier)

    assert any("is dated 2026-11-20, after this audit of" in said for said in verify(folder, now=NOW).problems)


# What a policy may not say


@pytest.mark.parametrize("severity", ["minor", "info", "major"])
def test_signatures_weigh_as_a_blocker_whatever_a_policy_would_like(severity, tmp_path) -> None:
    policy = write_home(tmp_path / "home", severity=severity)

    with pytest.raises(PolicyError, match="signatures always weigh as a blocker") as raised:
        read_policy(policy)
    assert raised.value.where[0].startswith("fateaudit.yaml:")
    assert fateaudit("run", policy, "--out", tmp_path / "audit", "--now", CREATED).code == 2
    assert not (tmp_path / "audit").exists()


def deciding_alone(home, high_impact):
    flags = replacing("high_impact: yes", f"high_impact: {high_impact}") if high_impact != "yes" else None
    return audit(write_home(home, system={"autonomy": "fully_autonomous"}, edit=flags), clock=NOON)


@pytest.mark.parametrize("high_impact", ["unknown", "yes"])
def test_what_decides_alone_is_stopped_unless_its_impact_is_known_to_be_low(high_impact, tmp_path) -> None:
    opinion = deciding_alone(tmp_path / "home", high_impact).opinion.policy

    assert opinion.overall == "does_not_meet"
    assert opinion.stops == ("nobody decides before the output has its effect on a person, and that ends the matter",)


# The files of an audit as evidence, and names that its results will have


@pytest.mark.parametrize("name", ["fateaudit.yaml", "rows.csv", "answers.yaml", "evidence/copy-of-rows.csv"])
def test_an_audits_own_files_are_no_evidence(name, tmp_path) -> None:
    policy = write_home(tmp_path / "home", edit=replacing("[evidence/all.txt]", f"[{name}]"))
    shutil.copy(policy.parent / "rows.csv", policy.parent / "evidence" / "copy-of-rows.csv")

    with pytest.raises(UsageError, match="of this audit itself") as raised:
        sign_answers(policy)
    assert name in raised.value.message
    with pytest.raises(UsageError, match="of this audit itself"):
        audit(policy, clock=NOON)


@pytest.mark.parametrize(
    "name",
    [
        "report.pdf/x.txt",
        "Signatures/x.txt",
        "signatures/owner.dsse.json",
        "AUDIT.JSON",
        "Trust.yaml",
        "audits.log",
        "\u017fignatures/x.txt",
    ],
)
def test_no_evidence_is_called_as_a_result_will_be(name, tmp_path) -> None:
    home = tmp_path / "home"
    policy = write_home(home, edit=replacing("[evidence/all.txt]", f"[{name}]"))
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).write_text("a paper\n", encoding="utf-8")

    for act in (sign_answers, lambda path: audit(path, clock=NOON)):
        with pytest.raises(UsageError, match="as one of its results will be"):
            act(policy)


@pytest.mark.parametrize("name", ["Report.PDF", "signatures", "TRUST.YAML/x"])
def test_no_other_input_is_called_as_a_result_either(name) -> None:
    for role in ("model", "dataset", "policy", "answers"):
        with pytest.raises(UsageError, match="as one of its results will be"):
            inputs_of([describe(b"x", role=role, name=name, media_type="text/plain")])


# What verify says of a signed folder


def test_questions_that_are_not_the_shipped_ones_hold_and_are_noted(issued, tmp_path, monkeypatch) -> None:
    folder, _ = issued
    shipped = shutil.copytree(ROOT / "checklists", tmp_path / "checklists")
    name = "predeployment-oversight.yaml"
    before = verify(folder, now=NOW)
    rewrite(shipped / name, replacing("in writing", "on paper"))
    monkeypatch.setattr("fateaudit.accountability.checklist.folder", lambda _: shipped)
    changed = verify(folder, now=NOW)
    (shipped / name).unlink()
    unknown = verify(folder, now=NOW)
    said = f"{name}: the questions are not those shipped with version"

    assert not any(said in note for note in before.notes)
    for result in (changed, unknown):
        assert result.problems == ()
        assert [note for note in result.notes if note.startswith(said)]


def test_an_acceptance_that_has_ended_does_not_verify(issued) -> None:
    folder, _ = issued
    on_the_day, after = (verify(folder, now=now) for now in ("2027-11-21T23:59:59Z", AFTER))

    assert (on_the_day.exit_code, on_the_day.standing) == (ExitCode.OK, Standing.ISSUED)
    assert (after.exit_code, after.standing) == (ExitCode.NOT_VERIFIED, Standing.LAPSED)
    assert after.problems == ("the acceptance ended on 2027-11-21",)
    result = fateaudit("verify", folder, "--now", AFTER)
    assert (result.code, "problem: the acceptance ended on 2027-11-21" in result.out) == (5, True)


def listed_again(folder, record):
    (folder / MANIFEST).unlink()
    seal(folder, record)
    return verify(folder, now=NOW)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("report.pdf", "report.pdf is missing"),
        ("fateaudit.yaml", "fateaudit.yaml, the policy of this audit, is missing"),
        ("answers.yaml", "answers.yaml, the answers of this audit, is missing"),
    ],
)
def test_a_paper_that_is_missing_is_a_fault_whoever_lists_the_others(name, said, issued) -> None:
    folder, record = issued
    (folder / name).unlink()
    result = listed_again(folder, record)

    assert said in result.problems
    assert result.exit_code is ExitCode.NOT_VERIFIED


def test_another_policy_of_the_same_name_is_a_fault_whoever_lists_it(issued) -> None:
    folder, record = issued
    rewrite(folder / "fateaudit.yaml", replacing("To be tested.", "To be trusted."))
    result = listed_again(folder, record)

    assert result.problems == ("fateaudit.yaml is not the policy that the audit used", LIMITS)


def test_verify_says_that_it_has_not_read_the_pages(issued) -> None:
    result = fateaudit("verify", issued[0], "--now", NOW)

    assert result.code == 0
    assert f"note: {PAGES}" in result.out


# Keys, times, folders


def test_a_key_that_is_a_pipe_is_refused_at_once(tmp_path) -> None:
    pipe = tmp_path / "key.pem"
    os.mkfifo(pipe)
    said = "from pathlib import Path; import sys; from fateaudit.signing import *; is_encrypted(Path(sys.argv[1]))"
    for code in (said, said.replace("is_encrypted(Path(sys.argv[1]))", "read_key(Path(sys.argv[1]), passphrase='x')")):
        result = subprocess.run([sys.executable, "-c", code, pipe], capture_output=True, timeout=120, check=False)
        assert b"UsageError" in result.stderr
        assert b"is a folder or a device, not a key file" in result.stderr
    with pytest.raises(UsageError, match="exists already"):
        write_key(pipe, KEYS[OWNER], passphrase=PASSPHRASE)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("kind", ["folder", "device"])
def test_a_key_that_is_no_file_is_refused(kind, honest, tmp_path) -> None:
    path = Path("/dev/null") if kind == "device" else tmp_path
    result = fateaudit("sign", honest[0], "--as", ASSESSOR, "--key", path, "--now", LATER)

    assert (result.code, "is a folder or a device, not a key file" in result.err) == (2, True)


LAST_MOMENT = "9999-12-31T23:59:59Z"


def test_no_year_is_too_late_for_a_sentence(honest, issued, key, tmp_path) -> None:
    new = ["--person", "a", "--name", "A", "--role", ASSESSOR, "--now", LAST_MOMENT]
    officer = ["--as", OFFICER, "--key", key, "--now", LAST_MOMENT]
    assessor = ["--as", ASSESSOR, "--key", key, "--now", LAST_MOMENT]
    for command in (
        ["keygen", "--out", tmp_path / "new.pem", *new],
        ["sign", honest[0], *officer],
        ["sign", honest[0], *assessor],
    ):
        result = fateaudit(*command)
        assert (result.code, "fateaudit itself failed" in result.err) == (2, False), result.err
    assert not (tmp_path / "new.pem").exists()
    assert fateaudit("verify", issued[0], "--now", LAST_MOMENT).code == 5


def test_of_two_runs_into_one_folder_exactly_one_wins(tmp_path) -> None:
    policy = write_home(tmp_path / "home")
    sign_answers(policy)
    records = [audit(policy, clock=Clock(time, "supplied")) for time in (CREATED, "2026-11-21T13:00:00Z")]
    folder, start = tmp_path / "audit", threading.Barrier(2)

    def write(record):
        start.wait(timeout=60)
        try:
            write_record(record, policy, folder)
        except UsageError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(2) as both:
        said = list(both.map(write, records))

    assert sorted(map(bool, said)) == [False, True]
    assert f"{folder / 'audit.json'} exists already" in said
    (winner,) = [record for record, error in zip(records, said, strict=True) if not error]
    assert (folder / "audit.json").read_bytes() == winner.to_bytes()
    assert not list(folder.glob(".audit.json.*"))


def without_links(*_):
    raise PermissionError(1, "Operation not permitted")


def test_a_disk_without_links_tells_the_second_run_the_same(tmp_path) -> None:
    with mock.patch.object(Path, "hardlink_to", without_links):
        write_new(tmp_path / "audit.json", b"first")
        with pytest.raises(UsageError, match="exists already"):
            write_new(tmp_path / "audit.json", b"second")


def test_a_disk_without_links_keeps_the_first_run_too(tmp_path) -> None:
    with mock.patch.object(Path, "hardlink_to", without_links):
        write_new(tmp_path / "audit.json", b"first")
        with pytest.raises(FateauditError, match="audit"):
            write_new(tmp_path / "audit.json", b"second")

    assert (tmp_path / "audit.json").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["audit.json"]


@pytest.fixture(scope="module")
def oddly_run(tmp_path_factory):
    """What `run` said of a folder whose name would turn the text behind it round."""
    home = tmp_path_factory.mktemp("odd") / ODD
    policy = write_home(home)
    return home, fateaudit("run", policy, "--out", home / "audit", "--now", CREATED)


def test_a_folders_name_does_not_act_on_the_terminal_where_run_names_its_files(oddly_run) -> None:
    _, result = oddly_run

    assert result.code == 0
    files = [line for line in result.out.splitlines() if line.startswith(("Record", "Report"))]
    assert len(files) == 2
    assert all("\\u202e" in line and "\u202e" not in line for line in files)
    assert "\u202e" not in result.err


def test_a_folders_name_does_not_act_on_the_terminal_in_anything_that_run_says(oddly_run) -> None:
    assert "\u202e" not in oddly_run[1].out


def test_a_folders_name_does_not_act_on_the_terminal_where_verify_names_it(oddly_run) -> None:
    result = fateaudit("verify", oddly_run[0] / "audit", "--now", NOW)

    assert "\\u202e" in result.out
    assert "\u202e" not in result.out + result.err


# Smaller things


def test_gate_and_report_take_the_folder_as_verify_does(issued) -> None:
    folder, _ = issued
    gated = fateaudit("gate", folder, "--now", NOW, "--replay")

    assert gated.code == fateaudit("gate", folder / "audit.json", "--now", NOW, "--replay").code == 0
    assert last_line(gated).endswith("; the audit is issued")
    reported = fateaudit("report", folder, "--out", folder.parent / "again.pdf", "--now", NOW)
    assert (reported.code, "STANDING: ISSUED." in reported.out) == (0, True)


def test_a_role_that_nobody_has_is_refused_in_plain_words(issued, key) -> None:
    result = fateaudit("sign", issued[0], "--as", "king", "--key", key)

    assert result.code == 2
    assert result.err.startswith("error: 'king' is not one of 'model_owner'")


def test_a_place_in_a_list_is_counted_from_one(tmp_path) -> None:
    policy = write_home(tmp_path / "home")
    rewrite(policy, replacing('"why": "a test"', '"wy": "a test"'))
    result = fateaudit("run", policy, "--out", tmp_path / "audit", "--now", CREATED)

    assert result.code == 2
    assert 'error: the 1st of checks: "wy" is not a setting' in result.err
