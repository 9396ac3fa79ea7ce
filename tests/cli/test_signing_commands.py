"""`keygen`, `sign` and `verify`: a whole chain of signatures by four people, and what is refused on the way."""

import getpass
import hashlib
import io
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import warnings
from unittest import mock

import pytest
from cli.signed_audit import (
    A_01,
    ASSESSOR,
    EVENING,
    LATER,
    MADE,
    MORNING,
    NOON,
    OFFICER,
    OWNER,
    PASSPHRASE,
    REVIEWER,
    TOMORROW,
    begin,
    done,
    fateaudit,
    issue,
    make_key,
    sign,
    write_policy,
    write_trust,
)
from cli.test_commands import fateaudit as as_a_process
from cli.test_commands import matches_golden
from conftest import a_check, rows_of, write_audit

from fateaudit.record import AuditRecord
from fateaudit.signing import Decision, Role, open_signatures, read_envelopes, read_key, read_trust


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """A finished audit that all four signed, its keys, and nothing that may be changed."""
    return issue(tmp_path_factory.mktemp("chain") / "home")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Before anybody signed."""
    return begin(tmp_path_factory.mktemp("begun") / "home")


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """After the run, before the assessor signs."""
    return issue(tmp_path_factory.mktemp("run") / "home", until=ASSESSOR)


@pytest.fixture
def policy(begun, tmp_path):
    """A copy of the policy's folder in which nobody has signed yet, and the keys."""
    return shutil.copytree(begun[0].parent, tmp_path / "home") / "fateaudit.yaml", begun[1]


@pytest.fixture
def audit(audited, tmp_path):
    """A copy of a folder that the run wrote, and the keys."""
    return shutil.copytree(audited[0], tmp_path / "audit"), audited[1]


@pytest.fixture
def signed(issued, tmp_path):
    """A copy of the signed folder, and the keys."""
    return shutil.copytree(issued[0], tmp_path / "signed"), issued[1]


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def refused(result, said, *hints, code=2):
    """The command said no, in one paragraph and with a remedy."""
    assert result.code == code, result.out + result.err
    assert said in result.err
    assert all(hint in result.err for hint in hints), result.err
    assert result.err.startswith("error: ") or "\nerror: " in result.err


# Keys


@pytest.mark.parametrize("command", ["keygen", "sign", "verify"])
def test_the_help_is_what_the_documentation_shows(command, tmp_path) -> None:
    result = as_a_process(command, "--help", cwd=tmp_path, COLUMNS="100")

    assert result.returncode == 0
    matches_golden(result.stdout, f"help-{command}.txt")


def test_a_key_is_private_encrypted_and_its_entry_is_a_trust_file(tmp_path) -> None:
    path, result = make_key(tmp_path, OFFICER, "--days", "10")
    trust = read_trust(result.out.encode(), "trust.yaml")
    (person,) = trust.people
    key = read_key(path, passphrase=PASSPHRASE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert (person.id, person.name, person.roles) == ("otto", "Otto “O.” Officer", (OFFICER,))
    assert person.keys[0].fingerprint == key.public.fingerprint
    assert (person.keys[0].valid_from, person.keys[0].valid_to) == ("2026-11-20", "2026-11-30")
    assert not person.keys[0].demonstration
    for said in (key.public.fingerprint, "sha256sum trust.yaml", "trust: { path: trust.yaml, sha256: … }"):
        assert said in result.err


@pytest.mark.parametrize(
    "name", ['" }, roles: [assessor]', "O'Neil: # no", "- {}", "null", "1.0", "*x &y !z", r"a\nb \u0041", "Zoë 名前"]
)
def test_a_name_cannot_break_out_of_its_entry(name, tmp_path) -> None:
    arguments = ["--out", tmp_path / "k.pem", "--person", "a", "--name", name, "--role", "model_owner"]
    text = done("keygen", *arguments, "--demonstration").out
    (person,) = read_trust(text.encode(), "trust.yaml").people

    assert (person.name, person.roles) == (name, (OWNER,))


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[2J", "\u202eright", "", "  ", "x" * 2_001])
def test_a_name_that_cannot_be_printed_makes_no_key(name, tmp_path) -> None:
    arguments = ["--out", tmp_path / "k.pem", "--person", "a", "--name", name, "--role", "model_owner"]
    refused(fateaudit("keygen", *arguments, "--demonstration"), "the name", "--name")

    assert not list(tmp_path.iterdir())


def test_an_id_is_small_letters(tmp_path) -> None:
    arguments = ["--out", tmp_path / "k.pem", "--person", "O. Owner", "--name", "O", "--role", "model_owner"]

    refused(fateaudit("keygen", *arguments), '"O. Owner" cannot be an id', "--person o.owner")


def test_a_demonstration_key_lies_open_and_says_so(tmp_path) -> None:
    path, result = make_key(tmp_path, OWNER, "--demonstration", passphrase=None)

    assert read_key(path, passphrase=None).demonstration
    assert read_trust(result.out.encode(), "trust.yaml").people[0].keys[0].demonstration


@pytest.mark.parametrize(
    ("passphrase", "said", "hint"),
    [
        (None, "a passphrase is needed, and there is no terminal", "FATEAUDIT_PASSPHRASE"),
        ("", "a passphrase is needed", "FATEAUDIT_PASSPHRASE"),
        ("elevenchars", "a passphrase of 12 characters or more", "four words"),
        ("x" * 1_001, "too long", "four words"),
        ("not text \udcff and more", "not UTF-8 text", "ordinary characters"),
    ],
)
def test_without_a_fit_passphrase_there_is_no_key(passphrase, said, hint, tmp_path) -> None:
    arguments = ["--out", tmp_path / "k.pem", "--person", "a", "--name", "A", "--role", "model_owner"]
    given = {} if passphrase is None else {"FATEAUDIT_PASSPHRASE": passphrase}
    refused(fateaudit("keygen", *arguments, passphrase=None, **given), said, hint)

    assert not list(tmp_path.iterdir())


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def typed(*answers):
    """A person at a terminal, who types these one after the other."""
    return mock.patch.object(getpass, "getpass", mock.Mock(side_effect=list(answers)))


def at_a_terminal(*arguments):
    left = "of another key, left there"
    return fateaudit(*arguments, passphrase=None, stdin=_Terminal(), FATEAUDIT_PASSPHRASE=left)


def test_at_a_terminal_the_passphrase_is_typed_twice_and_never_shown(tmp_path) -> None:
    arguments = ["keygen", "--out", tmp_path / "k.pem", "--person", "a", "--name", "A", "--role", "model_owner"]
    with typed(PASSPHRASE, "something else"):
        refused(at_a_terminal(*arguments), "the two passphrases differ")
    assert not list(tmp_path.iterdir())
    with typed(PASSPHRASE, PASSPHRASE) as asked:
        result = at_a_terminal(*arguments)

    assert result.code == 0
    assert PASSPHRASE not in result.out + result.err
    assert asked.call_count == 2
    assert read_key(tmp_path / "k.pem", passphrase=PASSPHRASE)


def test_a_terminal_that_would_show_the_passphrase_is_refused(tmp_path) -> None:
    def unhidden(_):
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        return PASSPHRASE

    arguments = ["keygen", "--out", tmp_path / "k.pem", "--person", "a", "--name", "A", "--role", "model_owner"]
    with mock.patch.object(getpass, "getpass", unhidden):
        refused(at_a_terminal(*arguments), "cannot hide what is typed")
    with mock.patch.object(getpass, "getpass", mock.Mock(side_effect=EOFError)):
        assert at_a_terminal(*arguments).code == 130
    assert not list(tmp_path.iterdir())


def test_a_key_is_never_overwritten(tmp_path) -> None:
    path, _ = make_key(tmp_path, OWNER)
    before = path.read_bytes()
    arguments = ["--out", path, "--person", "a", "--name", "A", "--role", "model_owner"]
    refused(fateaudit("keygen", *arguments, passphrase=None), "exists already")

    assert path.read_bytes() == before


# The whole chain


def test_four_people_sign_in_turn_and_everything_holds(issued) -> None:
    folder, _ = issued
    result = fateaudit("verify", folder, "--now", TOMORROW)

    assert result.code == 0
    assert result.out.splitlines()[-1] == "verify: everything holds"
    for said in (
        "Model owner: Olive Owner: holds",
        "Accountable officer: Otto “O.” Officer: holds",
        "STANDING: ISSUED. Signed by Olive Owner (model owner)",
        hashlib.sha256((folder / "trust.yaml").read_bytes()).hexdigest(),
        "Compare this with what the signers' organisation publishes.",
        "note: rows.csv (dataset) is not in the folder",
    ):
        assert said in result.out
    assert "DEMONSTRATION" not in result.out
    assert fateaudit("verify", folder / "audit.json", "--now", TOMORROW).code == 0


def test_what_was_signed_before_the_run_is_what_the_run_recorded(issued) -> None:
    record = AuditRecord.from_bytes((issued[0] / "audit.json").read_bytes())

    assert record.questionnaire.lacking == ()
    assert [one.holds for one in record.questionnaire.signed] == [True, True]


def test_what_is_signed_is_shown_before_the_passphrase_is_asked(policy, audit) -> None:
    """A person who is not asked for a passphrase, because there is none to ask, has read it all the same."""
    path, keys = policy
    answers = sign(path, OWNER, keys, run=fateaudit, passphrase=None)
    folder, keys = audit
    record = sign(folder, ASSESSOR, keys, run=fateaudit, passphrase=None)

    assert (answers.code, record.code) == (2, 2)
    assert "As model owner: “The answers are true and complete to my knowledge; I disclosed known" in answers.out
    assert all(name in answers.out for name in ("fateaudit.yaml", "rows.csv", "answers.yaml", "evidence/all.txt"))
    assert "As assessor: “I ran this audit with the stated inputs; nothing was altered.”" in record.out
    assert "RESULT: No opinion." in record.out  # the policy of this test asks little
    assert "Signed" not in answers.out + record.out


def test_each_signer_is_told_whose_turn_is_next(policy, tmp_path) -> None:
    path, keys = policy
    folder = tmp_path / "audit"

    assert "Next    the independent reviewer: fateaudit sign" in sign(path, OWNER, keys).out
    assert "Next    fateaudit run" in sign(path, REVIEWER, keys).out
    done("run", path, "--out", folder, "--now", NOON)
    assert "Next    the accountable officer: fateaudit sign" in sign(folder, ASSESSOR, keys).out
    officer = sign(folder / "audit.json", OFFICER, keys).out
    assert "Next    fateaudit report" in officer
    assert "--list" in officer
    assert "Until: 2027-11-21; after that day it is not an opinion" in officer
    report = fateaudit("sign", folder, "--list", "--key", keys[ASSESSOR], "--now", EVENING)
    assert "Next    fateaudit verify" in report.out
    assert "As assessor: “These are all the files of this audit, as I hand them over.”" in report.out


def test_plain_openssl_checks_every_signature(signed, tmp_path) -> None:
    folder, _ = signed
    result = fateaudit("verify", folder, "--openssl", tmp_path / "ssl", "--now", TOMORROW)
    commands = [line.strip() for line in result.out.splitlines() if line.strip().startswith("openssl ")]

    assert result.code == 0
    assert len(commands) == 5
    for command in commands:
        answer = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
        assert (answer.returncode, "Verified Successfully" in answer.stdout) == (0, True)
    refused(fateaudit("verify", folder, "--openssl", folder / "ssl"), "lies in the folder that is checked")
    assert fateaudit("verify", folder, "--now", TOMORROW).code == 0
    (folder / "signatures" / "manifest.dsse.json").write_bytes(b"{}")
    assert fateaudit("verify", folder, "--openssl", tmp_path / "fewer", "--now", TOMORROW).code == 5
    assert (len(list((tmp_path / "ssl").iterdir())), len(list((tmp_path / "fewer").iterdir()))) == (15, 12)


def test_the_answer_as_json_is_json_and_nothing_else(signed, tmp_path) -> None:
    folder, _ = signed
    options = ["--json", "--now", TOMORROW]
    answer = json.loads(done("verify", folder, "--openssl", tmp_path / "ssl", *options).out)
    (folder / "audit.json").write_bytes(b"{}")
    broken = fateaudit("verify", folder, *options)

    assert (answer["standing"], answer["beneath"], answer["exit_code"]) == ("issued", "issued", 0)
    assert [signer["role"] for signer in answer["signers"]] == list(Role)
    assert all(signer["holds"] for signer in answer["signers"])
    assert answer["problems"] == []
    assert len(answer["trust_sha256"]) == 64
    assert broken.code == json.loads(broken.out)["exit_code"] == 5
    assert json.loads(broken.out)["standing"] == "not_valid"


# What verify finds


def test_a_changed_file_is_named_and_exits_5(signed) -> None:
    folder, _ = signed
    (folder / "evidence" / "all.txt").write_text("Some of it.\n", encoding="utf-8")
    result = fateaudit("verify", folder, "--now", TOMORROW)

    assert result.code == 5
    assert "problem: evidence/all.txt is not the file that was signed: it was changed afterwards" in result.out
    assert result.out.splitlines()[-1] == "verify: 3 things do not hold"
    assert "STANDING: NOT VALID." in result.out


def test_an_unsigned_audit_does_not_verify(audit, tmp_path) -> None:
    shutil.rmtree(audit[0] / "signatures")
    (audit[0] / "trust.yaml").unlink()
    result = fateaudit("verify", audit[0], "--now", TOMORROW)

    assert (result.code, result.out.splitlines()[-1]) == (5, "verify: 2 things do not hold")
    assert "problem: nobody has signed audit.json" in result.out
    # The record says who had signed the answers at the run, and these signatures are gone.
    assert "problem: audit.json tells other answers or signatures than answers.yaml" in result.out
    result = fateaudit("verify", audit[0], "--openssl", tmp_path / "ssl", "--now", TOMORROW)
    assert "there is nothing for openssl to check" in result.err
    assert not (tmp_path / "ssl").exists()


def test_only_the_readers_own_pin_shows_other_keys(signed) -> None:
    folder, _ = signed
    digest = hashlib.sha256((folder / "trust.yaml").read_bytes()).hexdigest()
    same = fateaudit("verify", folder, "--trust-sha256", digest.upper(), "--now", TOMORROW)
    other = fateaudit("verify", folder, "--trust-sha256", "0" * 64, "--now", TOMORROW)

    assert (same.code, other.code) == (0, 5)
    assert "It is the one you gave." in same.out
    assert "problem: trust.yaml is not the file that is pinned" in other.out
    for text in ("0" * 63, "g" * 64, "", " " + digest):
        refused(fateaudit("verify", folder, "--trust-sha256", text), "not a sha256", "sha256sum")


def test_a_figure_that_does_not_follow_from_the_counts_is_found_by_measuring_again(audit) -> None:
    folder, _ = audit
    path = folder / "audit.json"
    record = AuditRecord.from_bytes(path.read_bytes())
    first = record.evidence[0].model_copy(update={"sentence": "All are treated alike."})
    path.write_bytes(record.model_copy(update={"evidence": (first, *record.evidence[1:])}).to_bytes())
    said = "problem: the evidence in audit.json does not follow from its counts"

    assert said not in fateaudit("verify", folder, "--now", TOMORROW).out
    result = fateaudit("verify", folder, "--recompute", "--now", TOMORROW)
    assert result.code == 5
    assert said in result.out
    assert "STANDING: NOT VALID." in result.out


def test_measuring_again_changes_nothing_where_all_is_well_or_nothing_can_be_read(signed) -> None:
    assert fateaudit("verify", signed[0], "--recompute", "--now", TOMORROW).code == 0
    (signed[0] / "audit.json").write_bytes(b"\xff")
    assert fateaudit("verify", signed[0], "--recompute", "--now", TOMORROW).code == 5


def test_what_is_no_audit_is_wrong_usage(tmp_path) -> None:
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")

    refused(fateaudit("verify", tmp_path / "nowhere"), "there is no folder")
    refused(fateaudit("verify", tmp_path / "x.txt"), "is not audit.json", "give the folder")


def test_a_demonstration_is_called_one_in_every_place(tmp_path) -> None:
    folder, _ = issue(tmp_path / "home", demonstration=True)
    result = fateaudit("verify", folder, "--now", TOMORROW)
    answer = json.loads(done("verify", folder, "--json", "--now", TOMORROW).out)

    assert result.code == 0
    assert (answer["standing"], answer["beneath"], answer["demonstration"]) == ("demonstration", "issued", True)
    assert result.out.index("DEMONSTRATION: nobody may rely on this") < result.out.index("Model owner")
    assert "STANDING: DEMONSTRATION. This is a demonstration." in result.out


def test_a_refusal_is_kept_holds_and_is_shown(audit) -> None:
    folder, keys = audit
    sign(folder, ASSESSOR, keys)
    refused(
        sign(folder, OFFICER, keys, "--decision", "refuse", run=fateaudit),
        "a refusal needs the signer's own words",
    )
    assert "signatures/accountable_officer.dsse.json" not in files(folder)
    sign(folder, OFFICER, keys, "--decision", "refuse", "--statement", "Too many are held.")
    done("sign", folder, "--list", "--key", keys[ASSESSOR], "--now", EVENING)
    result = fateaudit("verify", folder, "--now", TOMORROW)

    assert result.code == 0
    assert "STANDING: ISSUED – USE REFUSED." in result.out
    assert "“Too many are held.”" in result.out
    assert "  REFUSE, " in result.out


def test_conditions_are_signed_and_shown(audit) -> None:
    folder, keys = audit
    sign(folder, ASSESSOR, keys)
    options = ["--decision", "accept-with-conditions", "--condition", "Six months.", "--condition", "A log is kept."]
    shown = sign(folder, OFFICER, keys, *options, "--valid-to", "2026-12-31").out
    (officer,) = [
        one.statement.predicate
        for one in open_signatures(
            read_envelopes(folder), read_trust((folder / "trust.yaml").read_bytes(), "trust.yaml")
        )[0]
        if one.statement.predicate.role is OFFICER
    ]

    assert "Condition: Six months." in shown
    assert "Until: 2026-12-31" in shown
    assert officer.decision is Decision.ACCEPT_WITH_CONDITIONS
    assert (officer.conditions, officer.valid_to) == (("Six months.", "A log is kept."), "2026-12-31")
    assert "on condition: A log is kept." in fateaudit("verify", folder, "--now", TOMORROW).out


# What sign refuses; nothing is left behind


def nothing_signed(folder):
    return not [name for name in files(folder) if name.startswith(("signatures/", "."))]


def test_a_wrong_passphrase_signs_nothing(policy) -> None:
    path, keys = policy
    result = sign(path, OWNER, keys, run=fateaudit, passphrase=PASSPHRASE.upper())

    refused(result, "this passphrase does not open the key", "type it again")
    assert nothing_signed(path.parent)


def test_without_a_terminal_or_variable_nothing_is_asked(policy) -> None:
    path, keys = policy

    refused(sign(path, OWNER, keys, run=fateaudit, passphrase=None), "there is no terminal", "FATEAUDIT_PASSPHRASE")
    assert nothing_signed(path.parent)


def test_a_key_that_nobody_trusts_signs_nothing(policy, tmp_path) -> None:
    path, _ = policy
    stranger, _ = make_key(tmp_path / "other", OWNER)

    refused(sign(path, OWNER, {OWNER: stranger}, run=fateaudit), "this key is not in the trust file", "add the public")
    refused(sign(path, OWNER, {OWNER: tmp_path / "no.pem"}, run=fateaudit), "there is no key file", "fateaudit keygen")
    assert nothing_signed(path.parent)


def test_a_key_out_of_its_days_signs_nothing(policy) -> None:
    path, keys = policy

    refused(sign(path, OWNER, keys, now="2029-01-01T00:00:00Z", run=fateaudit), "the key of Olive Owner expired on")
    refused(sign(path, OWNER, keys, now="2026-01-01T00:00:00Z", run=fateaudit), "was not valid before 2026-11-20")
    assert nothing_signed(path.parent)


def test_nobody_signs_out_of_turn_or_twice(policy, audit) -> None:
    path, keys = policy
    refused(sign(path, REVIEWER, keys, run=fateaudit), "the independent reviewer signs after the model owner")
    assert nothing_signed(path.parent)
    sign(path, OWNER, keys)
    refused(sign(path, OWNER, keys, run=fateaudit), "exists already", "never replaced")
    folder, keys = audit
    before = files(folder)
    refused(sign(folder, OFFICER, keys, run=fateaudit), "the accountable officer signs after the assessor")
    assert files(folder) == before


def test_one_person_signs_in_one_role(tmp_path) -> None:
    folder = tmp_path / "home"
    policy, keys = begin(folder)
    made = {role: make_key(tmp_path / "more", role, roles=[OWNER, REVIEWER])[1].out for role in (OWNER, ASSESSOR)}
    digest = write_trust(folder / "trust.yaml", made.values())
    write_policy(folder, digest)
    both = dict.fromkeys((OWNER, REVIEWER), tmp_path / "more" / f"{OWNER}.pem")
    sign(policy, OWNER, both)

    refused(sign(policy, REVIEWER, both, run=fateaudit), "this signature would not hold", "these must be two people")
    refused(
        sign(policy, REVIEWER, keys, run=fateaudit), "this key is not in the trust file", "add the public key first"
    )
    assert files(folder / "signatures") == {"model_owner.dsse.json"}


def test_a_role_that_the_trust_file_does_not_give_is_refused(policy) -> None:
    path, keys = policy

    refused(sign(path, OWNER, {OWNER: keys[OFFICER]}, run=fateaudit), "does not let Otto “O.” Officer sign as model")
    assert nothing_signed(path.parent)


@pytest.mark.parametrize(
    ("role", "options", "said"),
    [
        (ASSESSOR, ["--decision", "refuse"], "the assessor cannot decide to refuse"),
        (OFFICER, ["--valid-to", "31.12.2026"], '"31.12.2026" is not a day'),
        (OFFICER, ["--valid-to", "20261231"], '"20261231" is not a day'),
        (OFFICER, ["--valid-to", "2026-02-30"], '"2026-02-30" is not a day'),
        (OFFICER, ["--statement", "\x1b[2Jgone"], "--statement holds a control character"),
        (OFFICER, ["--condition", "\u202egone"], "--condition holds a control character"),
        (OFFICER, ["--now", "yesterday"], "is not a time with a zone"),
        (ASSESSOR, ["--valid-to", "2026-12-31"], "the accountable officer's acceptance, and nothing else"),
        (ASSESSOR, ["--condition", "x"], "conditions belong to the decision"),
    ],
)
def test_what_does_not_go_together_is_refused(role, options, said, audit) -> None:
    folder, keys = audit
    before = files(folder)
    refused(sign(folder, role, keys, *options, run=fateaudit), said)

    assert files(folder) == before


def test_each_role_has_its_own_thing_to_sign(policy, audit, tmp_path) -> None:
    path, keys = policy
    folder, _ = audit

    refused(sign(folder, OWNER, keys, run=fateaudit), "signs the answers with all inputs", "give the policy")
    refused(sign(folder / "audit.json", REVIEWER, keys, run=fateaudit), "before the run", "give the policy")
    refused(sign(path, ASSESSOR, keys, run=fateaudit), "signs the record, after the run", "give the folder")
    refused(sign(path.parent, OFFICER, keys, run=fateaudit), "audit.json does not exist", "fateaudit run")
    refused(sign(tmp_path / "nowhere", OFFICER, keys, run=fateaudit), "does not exist", "fateaudit run")
    refused(sign(tmp_path / "no.yaml", OWNER, keys, run=fateaudit), "does not exist")
    shutil.copy(folder / "audit.json", folder / "copy.json")
    refused(sign(folder / "copy.json", ASSESSOR, keys, run=fateaudit), "signatures are on audit.json")
    refused(fateaudit("sign", folder, "--key", keys[ASSESSOR]), "in which role?", "--as ROLE", "--list")
    refused(fateaudit("sign", folder, "--list", "--as", "assessor", "--key", keys[ASSESSOR]), "--list goes with --key")


def test_a_policy_without_trust_or_questions_is_told_what_to_add(begun, tmp_path) -> None:
    folder = tmp_path / "home"
    shutil.copytree(begun[0].parent, folder)
    rows = rows_of(a=(80, 100), b=(70, 100))
    policy = write_audit(folder, rows, a_check(), A_01)
    refused(sign(policy, OWNER, begun[1], run=fateaudit), "names no trust file", "trust: { path: trust.yaml, sha256: …")
    policy = write_audit(folder, rows, a_check())
    refused(sign(policy, OWNER, begun[1], run=fateaudit), "asks no list of questions", "checklist: predeployment-over")
    done("run", policy, "--out", folder / "audit", "--now", NOON)
    refused(sign(folder / "audit", ASSESSOR, begun[1], run=fateaudit), "names no trust file", "run again")
    assert nothing_signed(folder)


def test_another_trust_file_than_the_pinned_one_is_refused(policy, audit) -> None:
    for folder, role, keys in ((policy[0], OWNER, policy[1]), (audit[0], ASSESSOR, audit[1])):
        trust = (folder if folder.is_dir() else folder.parent) / "trust.yaml"
        trust.write_bytes(trust.read_bytes() + b"\n")
        refused(sign(folder, role, keys, run=fateaudit), "trust.yaml is not the file that is pinned", code=1)
        trust.unlink()
        refused(sign(folder, role, keys, run=fateaudit), "does not exist")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    roles: [model_owner]\n", "    roles: []\n", "or compare with what `fateaudit keygen` prints"),
        ('valid_from: "2026-11-20"', 'valid_from: "soon"', "compare with what `fateaudit keygen` prints"),
    ],
)
def test_a_mistake_in_the_trust_file_is_not_looked_up_in_the_policys_schema(old, new, said, policy) -> None:
    path, keys = policy
    trust = path.parent / "trust.yaml"
    text = trust.read_text(encoding="utf-8").replace(old, new, 1)
    trust.write_text(text, encoding="utf-8")
    write_policy(path.parent, hashlib.sha256(text.encode()).hexdigest())

    refused(sign(path, OWNER, keys, run=fateaudit), "trust.yaml:", said)


def test_nobody_signs_after_somebody_who_signed_other_files(policy) -> None:
    path, keys = policy
    sign(path, OWNER, keys)
    (path.parent / "evidence" / "all.txt").write_text("Some of it.\n", encoding="utf-8")
    result = sign(path, REVIEWER, keys, run=fateaudit)

    refused(result, "this does not hold as it is", "signs another evidence/all.txt than the one", code=1)
    assert files(path.parent / "signatures") == {"model_owner.dsse.json"}


def test_nobody_signs_data_that_are_not_the_pinned_ones(policy) -> None:
    path, keys = policy
    data = json.loads(path.read_text(encoding="utf-8"))
    data["dataset"]["sha256"] = "0" * 64
    path.write_text(json.dumps(data), encoding="utf-8")

    refused(sign(path, OWNER, keys, run=fateaudit), "rows.csv is not what the policy pins", code=1)
    assert nothing_signed(path.parent)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"verdict": "met"', b'"verdict": "not_met"', "the findings in audit.json do not follow"),
        (b'"demonstration": false', b'"demonstration":  false', "is not a record that this version can rely on"),
    ],
)
def test_nobody_signs_a_record_that_was_edited(old, new, said, audit) -> None:
    folder, keys = audit
    path = folder / "audit.json"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    before = files(folder)

    refused(sign(folder, ASSESSOR, keys, run=fateaudit), said, code=1)
    assert files(folder) == before


def test_nobody_signs_a_folder_in_which_a_paper_was_changed(audit) -> None:
    folder, keys = audit
    (folder / "answers.yaml").write_bytes(b"answers: {}\n")

    refused(sign(folder, ASSESSOR, keys, run=fateaudit), "answers.yaml is not the answers that the audit used", code=1)


def test_an_open_key_signs_demonstrations_only(tmp_path) -> None:
    policy, keys = begin(tmp_path / "home", demonstration=True)
    digest = hashlib.sha256((tmp_path / "home" / "trust.yaml").read_bytes()).hexdigest()
    assert "DEMONSTRATION: nobody may rely on this." in sign(policy, OWNER, keys, passphrase=None).out
    shutil.rmtree(tmp_path / "home" / "signatures")
    write_policy(tmp_path / "home", digest)

    refused(sign(policy, OWNER, keys, run=fateaudit), "it signs demonstrations only", "fateaudit keygen")


def test_links_where_signatures_lie_are_refused(policy, tmp_path) -> None:
    path, keys = policy
    (tmp_path / "elsewhere").mkdir()
    (path.parent / "signatures").symlink_to(tmp_path / "elsewhere")
    refused(sign(path, OWNER, keys, run=fateaudit), "is a link")

    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_that_cannot_be_written_gets_nothing(policy) -> None:
    path, keys = policy
    (path.parent / "signatures").write_text("a file", encoding="utf-8")

    refused(sign(path, OWNER, keys, run=fateaudit), "cannot be written", code=1)


def test_the_list_of_files_comes_last_and_is_the_assessors(audit) -> None:
    folder, keys = audit
    arguments = ["--list", "--now", EVENING, "--key"]
    refused(fateaudit("sign", folder, *arguments, keys[ASSESSOR]), "the list of files is signed last", "have them sign")
    sign(folder, ASSESSOR, keys)
    sign(folder, OFFICER, keys)
    refused(fateaudit("sign", folder, *arguments, keys[OFFICER]), "does not let Otto “O.” Officer sign as assessor")
    shutil.copy(keys[ASSESSOR], folder / "key.pem")
    refused(fateaudit("sign", folder, *arguments, folder / "key.pem"), "lies in the folder that is handed over")
    (folder / "key.pem").unlink()
    (folder / "report.pdf").unlink()
    assert "report.pdf is not in the folder" in done("sign", folder, *arguments, keys[ASSESSOR]).err
    refused(fateaudit("sign", folder, *arguments, keys[ASSESSOR]), "exists already", "sign a new one")


def test_a_build_that_is_dated_does_not_date_a_signature(policy) -> None:
    path, keys = policy
    result = fateaudit(
        "sign", path, "--as", OWNER, "--key", keys[OWNER], "--now", MORNING, SOURCE_DATE_EPOCH="1000000000"
    )
    dated = fateaudit("sign", path, "--as", REVIEWER, "--key", keys[REVIEWER], SOURCE_DATE_EPOCH="1000000000")

    assert "Time: 2026-11-21T09:00:00Z" in result.out
    assert "Time: 2001-09-09" not in dated.out


# Nothing heavy


LOADED = """
import sys
sys.argv = {argv!r}
from fateaudit.cli import _exit_code
code = _exit_code()
heavy = "numpy scipy pandas pyarrow sklearn fairlearn shap skops joblib duckdb weasyprint".split()
print("LOADED", int(code), [name for name in heavy if name in sys.modules])
"""


def loaded(*argv):
    code = LOADED.format(argv=["fateaudit", *map(str, argv)])
    environment = os.environ | {"FATEAUDIT_PASSPHRASE": PASSPHRASE}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return result.stdout.splitlines()[-1]


def test_keygen_verify_and_signing_a_record_load_nothing_that_measures_or_draws(audit, issued, tmp_path) -> None:
    folder, keys = audit
    options = ["--person", "a", "--name", "A", "--role", "assessor", "--now", MADE]

    assert loaded("keygen", "--out", tmp_path / "k.pem", *options) == "LOADED 0 []"
    assert loaded("sign", folder, "--as", "assessor", "--key", keys[ASSESSOR], "--now", LATER) == "LOADED 0 []"
    assert loaded("verify", folder, "--now", TOMORROW) == "LOADED 5 []"
    assert loaded("verify", issued[0], "--now", TOMORROW) == "LOADED 0 []"
    for command in ("keygen", "sign", "verify"):
        assert loaded(command, "--help") == "LOADED 0 []"


def test_signing_the_answers_opens_no_model_and_parses_no_row(policy) -> None:
    path, keys = policy
    # Not a table: whoever parsed it would fail.
    (path.parent / "rows.csv").write_bytes(b'a,"b\n1,2,3\n')
    answer = loaded("sign", path, "--as", OWNER, "--key", keys[OWNER], "--now", MORNING)

    assert answer == "LOADED 0 ['numpy', 'pyarrow', 'duckdb']"
