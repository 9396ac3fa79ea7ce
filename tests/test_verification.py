"""A finished audit checked: it holds as a whole, or the file and the cause are named."""

import functools
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from signing.people import (
    A_REFUSAL,
    ASSESSOR,
    KEYS,
    NOW,
    OFFICER,
    OWNER,
    REVIEWER,
    a_pdf,
    a_trust,
    a_trust_text,
    a_wish,
    an_entry,
    files_of,
    put,
    seal,
    sign_all,
    write_record,
)

from fateaudit.accountability import inputs_of
from fateaudit.artifacts import describe, sha256
from fateaudit.errors import ExitCode, UsageError
from fateaudit.signing import (
    MANIFEST,
    Role,
    digests_of,
    generate_key,
    list_files,
    open_signatures,
    read_envelopes,
    read_trust,
    sign_files,
    sign_in_role,
    sign_list,
    sign_manifest,
)
from fateaudit.standing import Standing
from fateaudit.verification import examine, verify
from fateaudit.verification import folder as reading

PIN = sha256(a_trust_text())
CHANGES = 1000
PAGES = "what stands on the pages of report.pdf was not read; to be sure of it, draw it again from audit.json"


def build(folder, *, wishes=None, **changes):
    """A small audit: signed by all, reported, sealed."""
    folder.mkdir()
    record = write_record(folder, **changes)
    sign_all(folder, record, wishes=wishes)
    (folder / "report.pdf").write_bytes(a_pdf(audit_json=record.to_bytes(), trust_yaml=a_trust_text()))
    seal(folder, record)
    return record


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("original") / "audit"
    return folder, build(folder)


@pytest.fixture
def folder(original, tmp_path):
    """A copy of the signed audit, to be damaged."""
    return shutil.copytree(original[0], tmp_path / "audit")


@pytest.fixture
def record(original):
    return original[1]


def checked(folder, **changes):
    return verify(folder, **{"now": NOW, "trust_pin": PIN} | changes)


def refused(folder, **changes):
    """The problems of a folder that does not hold, as one text."""
    result = checked(folder, **changes)
    assert result.exit_code is ExitCode.NOT_VERIFIED
    assert result.standing not in {Standing.ISSUED, Standing.ISSUED_USE_REFUSED, Standing.DEMONSTRATION}
    return "\n".join(result.problems)


def sign_again(folder, record):
    """List the files as they are now: what an assessor could do who wants to hide a change."""
    (folder / MANIFEST).unlink()
    seal(folder, record)


def test_a_trust_file_that_the_policy_pins_needs_no_other_pin(tmp_path) -> None:
    folder = tmp_path / "pinned"
    build(folder, trust={"path": "trust.yaml", "sha256": PIN})

    assert checked(folder, trust_pin=None).exit_code is ExitCode.OK
    assert "is not the file that is pinned" in refused(folder, trust_pin="0" * 64)


def test_a_signed_audit_holds(folder) -> None:
    result = checked(folder)

    assert result.problems == ()
    assert result.exit_code is ExitCode.OK
    assert result.standing is Standing.ISSUED
    assert result.notes == (PAGES,)
    assert result.trust_digest == PIN
    assert [signer.name for signer in result.judgement.signers][3] == "Otto Officer"
    assert result.files == 11


def test_verifying_changes_nothing(folder) -> None:
    before = list_files(folder)
    checked(folder)

    assert list_files(folder) == before


def test_a_demonstration_holds_and_is_shown_as_one(tmp_path) -> None:
    build(tmp_path / "demo", demonstration=True)
    result = checked(tmp_path / "demo")

    assert (result.problems, result.exit_code) == ((), ExitCode.OK)
    assert (result.standing, result.judgement.beneath) == (Standing.DEMONSTRATION, Standing.ISSUED)
    assert result.demonstration


def test_a_signed_refusal_holds_and_use_is_refused(tmp_path) -> None:
    build(tmp_path / "refused", wishes={OFFICER: A_REFUSAL})
    result = checked(tmp_path / "refused")

    assert (result.problems, result.standing) == ((), Standing.ISSUED_USE_REFUSED)


def test_an_audit_that_nobody_signed_is_a_draft_and_does_not_verify(tmp_path) -> None:
    (tmp_path / "audit").mkdir()
    write_record(tmp_path / "audit")
    result = checked(tmp_path / "audit", trust_pin=None)

    assert result.problems == ("nobody has signed audit.json",)
    assert (result.standing, result.exit_code) == (Standing.DRAFT, ExitCode.NOT_VERIFIED)


def test_signed_answers_alone_leave_a_draft(tmp_path) -> None:
    (tmp_path / "audit").mkdir()
    sign_all(tmp_path / "audit", write_record(tmp_path / "audit"), until=REVIEWER)

    assert examine(tmp_path / "audit", now=NOW, trust_pin=PIN).standing is Standing.DRAFT
    assert "the assessor has not signed audit.json" in refused(tmp_path / "audit")


def test_a_thousand_single_byte_changes_are_all_refused(folder, monkeypatch) -> None:
    # Reading YAML is most of the time, and the same bytes always read the same.
    monkeypatch.setattr(reading, "read_trust", functools.cache(read_trust))
    random_ = random.Random(20261121)  # noqa: S311 - which bytes change, not a secret
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hit, verified = Counter(), []
    for number in range(CHANGES):
        path = files[number % len(files)]
        content = path.read_bytes()
        place, flip = random_.randrange(len(content)), random_.randrange(1, 256)
        path.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        result = checked(folder)
        path.write_bytes(content)
        hit[path.name] += 1
        named = path.relative_to(folder).as_posix() in "\n".join(result.problems)
        if result.exit_code is ExitCode.OK or not named:
            verified.append((path.name, place, flip, result.problems))

    assert verified == []
    assert sum(hit.values()) == CHANGES
    assert len(hit) == 12
    assert checked(folder).problems == ()


def edit_record(folder):
    path = folder / "audit.json"
    path.write_bytes(path.read_bytes().replace(b'"numerator": 70', b'"numerator": 71'))
    return "audit.json is not the file that was signed"


def edit_finding(folder):
    path = folder / "audit.json"
    path.write_bytes(path.read_bytes().replace(b'"verdict": "cannot_tell"', b'"verdict": "met"'))
    return "audit.json: its findings do not follow from its evidence"


def edit_trust(folder):
    (folder / "trust.yaml").write_bytes(a_trust_text({OWNER: {"valid_to": "2029-12-31"}}))
    return "trust.yaml is not the file that is pinned"


def remove_trust(folder):
    (folder / "trust.yaml").unlink()
    return "trust.yaml is missing"


def remove_record(folder):
    (folder / "audit.json").unlink()
    return "audit.json is missing"


def remove_manifest(folder):
    (folder / MANIFEST).unlink()
    return "signatures/manifest.dsse.json is missing"


def remove_envelope(folder):
    (folder / "signatures/independent_reviewer.dsse.json").unlink()
    return "signatures/independent_reviewer.dsse.json is in the signed list of files, and is missing"


def remove_evidence(folder):
    shutil.rmtree(folder / "evidence")
    return "evidence/minutes.txt is in the signed list of files, and is missing"


def add_file(folder):
    (folder / "evidence" / "later.txt").write_text("x", encoding="utf-8")
    return "evidence/later.txt is not in the signed list of files"


def add_hidden_file(folder):
    (folder / ".later").write_text("", encoding="utf-8")
    return ".later is not in the signed list of files"


def add_link(folder):
    (folder / "link").symlink_to("/etc/passwd")
    return "link is a link"


def replace_by_link(folder):
    (folder / "answers.yaml").rename(folder.parent / "answers.yaml")
    (folder / "answers.yaml").symlink_to(folder.parent / "answers.yaml")
    return "answers.yaml is a link"


def add_folder_link(folder):
    (folder / "more").symlink_to(folder / "evidence")
    return "more is a link"


def add_pipe(folder):
    os.mkfifo(folder / "pipe")
    return "pipe is a device or a pipe"


def add_odd_name(folder):
    (folder / "\x1b[2Jx").write_text("", encoding="utf-8")
    return r"\x1b[2Jx has a name that cannot be written"


def add_name_that_is_no_text(folder):
    (folder / os.fsdecode(b"\xff")).write_text("", encoding="utf-8")
    return "has a name that cannot be written"


def cut_envelope(folder):
    path = folder / "signatures/assessor.dsse.json"
    path.write_bytes(path.read_bytes()[:-20])
    return "signatures/assessor.dsse.json is not a signature in the form"


def swap_envelopes(folder):
    one, other = (folder / "signatures" / f"{role}.dsse.json" for role in (OWNER, OFFICER))
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    return "signatures/model_owner.dsse.json is not the file that was signed"


def manifest_for_signature(folder):
    shutil.copy(folder / MANIFEST, folder / "signatures/model_owner.dsse.json")
    return "a list of files, where a signature in a role was expected"


def signature_for_manifest(folder):
    shutil.copy(folder / "signatures/model_owner.dsse.json", folder / MANIFEST)
    return "a signature in a role, where the list of files was expected"


def unreadable_trust(folder):
    (folder / "trust.yaml").write_bytes(b"\xff[")
    return "trust.yaml is not the file that is pinned"


DAMAGES = (
    edit_record,
    edit_finding,
    edit_trust,
    remove_trust,
    remove_record,
    remove_manifest,
    remove_envelope,
    remove_evidence,
    add_file,
    add_hidden_file,
    add_link,
    replace_by_link,
    add_folder_link,
    add_pipe,
    add_odd_name,
    add_name_that_is_no_text,
    cut_envelope,
    swap_envelopes,
    manifest_for_signature,
    signature_for_manifest,
    unreadable_trust,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_each_kind_of_damage_is_named(folder, damage) -> None:
    said = damage(folder)

    assert said in refused(folder)


def test_the_trust_file_must_be_pinned_by_somebody(folder) -> None:
    assert "trust.yaml is pinned neither by the policy nor by the reader" in refused(folder, trust_pin=None)
    assert "trust.yaml is not the file that is pinned" in refused(folder, trust_pin="0" * 64)


def test_whoever_makes_everything_anew_with_keys_of_their_own_fails_the_readers_pin(folder, record) -> None:
    """The whole folder is consistent with itself; only what the reader knows from elsewhere shows it."""
    keys = {role: generate_key() for role in Role}
    content = a_trust_text(keys=keys)
    (folder / "trust.yaml").write_bytes(content)
    shutil.rmtree(folder / "signatures")
    trust = a_trust(keys=keys)
    for role in Role:
        put(folder, sign_in_role(folder, a_wish(role), keys[role], files=files_of(record, role), trust=trust))
    (folder / "report.pdf").write_bytes(a_pdf(audit_json=record.to_bytes(), trust_yaml=content))
    put(folder, sign_list(folder, keys[ASSESSOR], trust=trust, time=NOW, demonstration=False))

    assert checked(folder, trust_pin=sha256(content)).problems == ()
    assert "trust.yaml is not the file that is pinned" in refused(folder)


def test_an_assessor_cannot_hide_a_change_by_listing_the_files_again(folder, record) -> None:
    (folder / "answers.yaml").write_text("answers: {FA-01: yes}\n", encoding="utf-8")
    sign_again(folder, record)
    assert "answers.yaml is not the answers that the audit used" in refused(folder)


def test_an_assessor_cannot_hide_the_reviewers_signature(folder, record) -> None:
    (folder / "signatures/independent_reviewer.dsse.json").unlink()
    sign_again(folder, record)
    text = refused(folder)

    assert "accountable_officer.dsse.json: an earlier signature that it lists was removed or replaced" in text
    assert "the independent reviewer has not signed the answers" in text


def test_a_pdf_that_carries_another_record_is_refused_though_it_is_listed(folder, record) -> None:
    other = record.model_copy(update={"audit_id": "000000000000"}).to_bytes()
    for content, said in (
        (a_pdf(audit_json=other), "report.pdf carries another audit.json than the one beside it"),
        (a_pdf(), "report.pdf does not carry audit.json"),
        (a_pdf(audit_json=record.to_bytes(), more_txt=b"x"), "report.pdf carries more.txt, which is not in the folder"),
        (b"%PDF-1.7 and no more", "report.pdf cannot be read as a PDF"),
    ):
        (folder / "report.pdf").write_bytes(content)
        sign_again(folder, record)

        assert said in refused(folder)


def test_without_the_data_it_holds_and_says_what_was_not_looked_at(folder, record) -> None:
    (folder / "rows.csv").unlink()
    sign_again(folder, record)
    result = checked(folder)

    assert result.problems == ()
    assert result.notes == (PAGES, "rows.csv (dataset) is not in the folder; the record names its sha256")


@pytest.mark.parametrize("name", ["report.pdf", "fateaudit.yaml"])
def test_a_folder_without_its_report_or_its_limits_does_not_hold(folder, record, name) -> None:
    (folder / name).unlink()
    sign_again(folder, record)

    assert f"{name}" in refused(folder)


def relist(folder, key, person, time="2026-11-21T16:00:00Z", **changes):
    """Sign the list of files whoever one is, as nothing but a test would."""
    files, _ = list_files(folder)
    content = sign_manifest(files, key, person=person, time=time, demonstration=False, **changes)
    (folder / MANIFEST).write_bytes(content)


@pytest.mark.parametrize(
    ("signer", "time", "said"),
    [
        (OFFICER, "2026-11-21T16:00:00Z", "the trust file does not let Otto Officer sign as assessor"),
        (OFFICER, "2026-11-21T16:00:00Z", "signed with another key than the assessor's on audit.json"),
        (ASSESSOR, "2026-11-21T14:00:00Z", "signed at 2026-11-21T14:00:00Z, before signatures/"),
        (ASSESSOR, "2026-11-23T00:00:00Z", "signed in the future"),
        (None, "2026-11-21T16:00:00Z", "signatures/manifest.dsse.json: signed by someone"),
    ],
)
def test_the_list_of_files_is_the_assessors_and_comes_last(folder, signer, time, said) -> None:
    person = next(person for person in a_trust().people if (signer or ASSESSOR) in person.roles)
    relist(folder, KEYS[signer] if signer else generate_key(), person, time)

    assert said in refused(folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({ASSESSOR: {"valid_to": "2026-11-20"}}, "the key of Asta Assessor expired on 2026-11-20"),
        ({ASSESSOR: {"revoked": "2026-11-22"}}, "manifest.dsse.json: the key of Asta Assessor was revoked"),
        ({OFFICER: {"revoked": "2026-11-22"}}, "the key of Otto Officer was revoked on 2026-11-22"),
        ({OWNER: {"valid_from": "2026-12-01"}}, "the key of Olive Owner was not valid before 2026-12-01"),
    ],
)
def test_a_key_out_of_its_time_is_named(folder, record, changes, said) -> None:
    content = a_trust_text(changes)
    (folder / "trust.yaml").write_bytes(content)
    (folder / "report.pdf").unlink()
    sign_again(folder, record)

    assert said in refused(folder, trust_pin=sha256(content))


def test_a_list_of_files_that_says_demonstration_of_a_record_that_is_none_is_refused(folder) -> None:
    person = next(person for person in a_trust().people if ASSESSOR in person.roles)
    files, _ = list_files(folder)
    content = sign_manifest(files, KEYS[ASSESSOR], person=person, time=NOW, demonstration=True)
    (folder / MANIFEST).write_bytes(content)

    assert "signatures/manifest.dsse.json: signed as a demonstration" in refused(folder)


def test_a_folder_that_cannot_be_read_is_named(folder) -> None:
    (folder / "evidence").chmod(0)
    try:
        is_refused = not os.access(folder / "evidence", os.R_OK)
        result = checked(folder)
    finally:
        (folder / "evidence").chmod(0o755)
    # Root may read everything.
    assert any("evidence" in problem for problem in result.problems) is is_refused


def forge(folder, record, role, *, key=None, previous=None):
    """Sign in a role past all that the signing refuses, then list the files again."""
    path = folder / "signatures" / f"{role}.dsse.json"
    path.unlink()
    person = next(person for person in a_trust().people if role in person.roles)
    before, _ = open_signatures(read_envelopes(folder), a_trust())
    content = sign_files(
        a_wish(role),
        key or KEYS[role],
        person=person,
        files=files_of(record, role),
        previous=digests_of(before) if previous is None else previous,
    )
    path.write_bytes(content)
    sign_again(folder, record)


def test_an_officer_who_signed_before_the_assessor_is_named(folder, record) -> None:
    forge(folder, record, OFFICER, previous=())

    assert "the accountable officer signed without the assessor's signature before them" in refused(folder)


def test_two_roles_by_one_key_are_named(folder, record) -> None:
    forge(folder, record, OFFICER, key=KEYS[OWNER])
    text = refused(folder)

    assert "one key signs as model owner and as accountable officer" in text
    assert "the trust file does not let Olive Owner sign as accountable officer" in text


def test_an_unknown_key_is_someones(folder, record) -> None:
    forge(folder, record, OFFICER, key=generate_key())

    assert "accountable_officer.dsse.json: signed by someone" in refused(folder)


@pytest.mark.parametrize("name", ["audit.json", "trust.yaml", MANIFEST, "signatures/assessor.dsse.json", "report.pdf"])
@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{}", b"\xff\x00", b"[" * 50_000, b'{"a":1,"a":2}'])
def test_nothing_raises_for_what_a_file_holds(folder, name, content) -> None:
    (folder / name).write_bytes(content)

    assert name in refused(folder)


def test_a_record_that_was_made_up_is_a_problem_and_no_crash(folder) -> None:
    data = json.loads((folder / "audit.json").read_bytes())
    for part in data["evidence"][0]["parts"]:
        part["denominator"] = 0
    data["policy"]["statistics"]["decide_on"] = "point"
    (folder / "audit.json").write_text(json.dumps(data, sort_keys=True, indent=1) + "\n", encoding="utf-8")

    assert "audit.json" in refused(folder)


def test_two_inputs_of_one_name_cannot_be_told_apart(folder, record) -> None:
    twin = describe(b"other", role="evidence", name="answers.yaml", media_type="text/plain")
    other = record.model_copy(update={"artifacts": (*record.artifacts, twin)})
    (folder / "audit.json").write_bytes(other.to_bytes())

    assert "audit.json: two files of this audit are called answers.yaml" in refused(folder)
    with pytest.raises(UsageError, match="two files of this audit"):
        inputs_of(other.artifacts)


def test_a_folder_that_does_not_exist_is_wrong_usage(tmp_path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        checked(tmp_path / "nothing")
    assert "audit.json is missing" in "\n".join(checked(tmp_path).problems)


def fresh(tmp_path, until):
    folder = tmp_path / "fresh"
    folder.mkdir()
    record = write_record(folder)
    if until:
        sign_all(folder, record, until=until)
    return folder, record


def test_the_officer_cannot_sign_before_the_others(tmp_path) -> None:
    folder, record = fresh(tmp_path, OWNER)

    with pytest.raises(UsageError, match="signs after the independent reviewer and the assessor"):
        sign_in_role(folder, a_wish(OFFICER), KEYS[OFFICER], files=files_of(record, OFFICER), trust=a_trust())


def test_a_role_is_signed_once_and_none_after_its_turn(tmp_path) -> None:
    folder, record = fresh(tmp_path, ASSESSOR)

    for role in (ASSESSOR, OWNER):
        with pytest.raises(UsageError, match="has signed already"):
            sign_in_role(folder, a_wish(role), KEYS[role], files=files_of(record, role), trust=a_trust())


def test_one_person_cannot_sign_in_two_roles(tmp_path) -> None:
    folder, record = fresh(tmp_path, OWNER)
    trust = a_trust(roles={OWNER: ["model_owner", "independent_reviewer"]})

    with pytest.raises(UsageError, match="would not hold") as raised:
        sign_in_role(folder, a_wish(REVIEWER), KEYS[OWNER], files=files_of(record, REVIEWER), trust=trust)
    assert "Olive Owner signs as model owner and as independent reviewer" in str(raised.value)


@pytest.mark.parametrize(
    ("key", "trust", "wish", "said"),
    [
        (generate_key(), a_trust(), a_wish(OWNER), "not in the trust file"),
        (KEYS[OFFICER], a_trust(), a_wish(OWNER), "does not let Otto Officer sign as model owner"),
        (KEYS[OWNER], a_trust({OWNER: {"valid_to": "2026-11-20"}}), a_wish(OWNER), "expired on 2026-11-20"),
        (KEYS[OWNER], a_trust({OWNER: {"revoked": "2026-11-20"}}), a_wish(OWNER), "was revoked"),
        (KEYS[OWNER], a_trust({OWNER: {"demonstration": True}}), a_wish(OWNER), "for demonstrations only"),
    ],
)
def test_what_could_not_hold_is_not_signed(tmp_path, key, trust, wish, said) -> None:
    folder, record = fresh(tmp_path, None)

    with pytest.raises(UsageError, match=r".") as raised:
        sign_in_role(folder, wish, key, files=files_of(record, OWNER), trust=trust)
    assert said in str(raised.value)
    assert not (folder / "signatures").exists()


def test_an_unencrypted_key_signs_demonstrations_only(tmp_path) -> None:
    folder, record = fresh(tmp_path, None)
    key = generate_key(demonstration=True)
    trust = a_trust(keys=KEYS | {OWNER: key}, changes={OWNER: {"demonstration": True}})

    with pytest.raises(UsageError, match="unencrypted"):
        sign_in_role(folder, a_wish(OWNER), key, files=files_of(record, OWNER), trust=trust)
    wish = a_wish(OWNER, demonstration=True)
    assert sign_in_role(folder, wish, key, files=files_of(record, OWNER), trust=trust)


def test_the_list_of_files_is_not_signed_by_another_or_over_links(tmp_path) -> None:
    folder, record = fresh(tmp_path, OFFICER)

    with pytest.raises(UsageError, match="does not let Otto Officer sign as assessor"):
        sign_list(folder, KEYS[OFFICER], trust=a_trust(), time=NOW, demonstration=False)
    second = generate_key()
    trust = a_trust(keys=KEYS | {ASSESSOR: second})
    with pytest.raises(UsageError, match="and this is another"):
        sign_list(folder, second, trust=trust, time=NOW, demonstration=record.demonstration)
    (folder / "link").symlink_to("answers.yaml")
    with pytest.raises(UsageError, match="cannot be listed"):
        sign_list(folder, KEYS[ASSESSOR], trust=a_trust(), time=NOW, demonstration=False)


def test_an_envelope_that_was_cut_off_stops_the_next_signer(tmp_path) -> None:
    folder, record = fresh(tmp_path, OWNER)
    cut_envelope_of = folder / "signatures/model_owner.dsse.json"
    cut_envelope_of.write_bytes(cut_envelope_of.read_bytes()[:-1])

    with pytest.raises(Exception, match="does not hold"):
        sign_in_role(folder, a_wish(REVIEWER), KEYS[REVIEWER], files=files_of(record, REVIEWER), trust=a_trust())


def test_a_second_key_of_a_person_in_the_trust_file_is_as_good(tmp_path) -> None:
    folder, record = fresh(tmp_path, None)
    key = generate_key()
    data = json.loads(a_trust_text())
    data["people"][0]["keys"].append(an_entry(key))
    (folder / "trust.yaml").write_text(json.dumps(data), encoding="utf-8")
    trust = read_trust((folder / "trust.yaml").read_bytes(), "trust.yaml")
    assert sign_in_role(folder, a_wish(OWNER), key, files=files_of(record, OWNER), trust=trust)


def test_verifying_loads_no_library_that_measures_or_draws() -> None:
    code = (
        "import sys, fateaudit.verification; "
        "print([name for name in ('numpy', 'pandas', 'sklearn', 'shap', 'fairlearn', 'weasyprint', 'pikepdf') "
        "if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
