"""What people sign is written in one way and means what is printed."""

import json

import pytest
from signing.people import ASSESSOR, KEYS, NOW, OFFICER, OWNER, REVIEWER, a_trust, a_wish

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.signing import (
    MEANINGS,
    Decision,
    Manifest,
    Role,
    Statement,
    last_day,
    moment,
    open_envelope,
    sign_files,
    sign_manifest,
    sign_payload,
)
from fateaudit.signing.statements import read_statement

FILES = {"b.txt": "b" * 64, "a.txt": "a" * 64}


def signed(wish, key=None):
    role = wish.role
    person = a_trust().holder(KEYS[role].public.fingerprint)[0]
    content = sign_files(wish, key or KEYS[role], person=person, files=FILES, previous=["c" * 64])
    return open_envelope(content, "e").payload


def test_a_signature_is_an_in_toto_statement_that_names_files_by_digest() -> None:
    payload = signed(a_wish(OWNER, statement="All of it."))
    data = json.loads(payload)

    assert data["_type"] == "https://in-toto.io/Statement/v1"
    assert data["predicateType"] == "urn:fateaudit:signature:1"
    assert data["subject"] == [
        {"name": "a.txt", "digest": {"sha256": "a" * 64}},
        {"name": "b.txt", "digest": {"sha256": "b" * 64}},
    ]
    assert data["predicate"] == {
        "role": "model_owner",
        "person": "olive",
        "meaning": "The answers are true and complete to my knowledge; I disclosed known problems.",
        "decision": "accept",
        "conditions": [],
        "statement": "All of it.",
        "time": "2026-11-21T09:00:00Z",
        "previous": ["c" * 64],
        "valid_to": None,
        "demonstration": False,
    }
    assert payload == json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    assert isinstance(read_statement(payload, "e"), Statement)


def test_the_list_of_files_is_a_statement_of_its_own() -> None:
    person = a_trust().holder(KEYS[ASSESSOR].public.fingerprint)[0]
    content = sign_manifest(FILES, KEYS[ASSESSOR], person=person, time=NOW, demonstration=False)
    manifest = read_statement(open_envelope(content, "m").payload, "m")

    assert isinstance(manifest, Manifest)
    assert manifest.digests() == FILES


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (a_wish(OWNER, decision=Decision.REFUSE, statement="No."), "cannot decide to refuse"),
        (a_wish(ASSESSOR, decision=Decision.ACCEPT_WITH_CONDITIONS, conditions=("x",)), "cannot decide"),
        (a_wish(OFFICER, valid_to=None), "valid_to"),
        (a_wish(OFFICER, valid_to="2026-11-20"), "before the day of signing"),
        (a_wish(OFFICER, valid_to="2026-02-30"), "valid_to"),
        (a_wish(OFFICER, valid_to="next year"), "valid_to"),
        (a_wish(OFFICER, decision=Decision.REFUSE, valid_to=None), "own words"),
        (a_wish(OFFICER, decision=Decision.ACCEPT_WITH_CONDITIONS), "conditions"),
        (a_wish(OFFICER, conditions=("Review monthly.",)), "conditions"),
        (a_wish(REVIEWER, valid_to="2027-01-01"), "valid_to"),
        (a_wish(OWNER, time="yesterday"), "time"),
        (a_wish(OWNER, time="2026-11-21T09:00:00+01:00"), "time"),
        (a_wish(OWNER, time="2026-13-21T09:00:00Z"), "time"),
    ],
)
def test_what_does_not_go_together_is_not_signed(wish, said) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        signed(wish)
    assert raised.value.hint


def test_characters_that_hide_are_not_signed() -> None:
    with pytest.raises(DamagedFileError):
        signed(a_wish(OWNER, statement="\u202eeurt ton"))


def changed(**changes):
    data = json.loads(signed(a_wish(OFFICER)))
    data["predicate"] |= changes
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "payload",
    [
        changed(meaning="I promise nothing."),
        changed(role="emperor"),
        changed(decision="ACCEPT"),
        changed(extra=1),
        changed(demonstration=0),
        changed(previous=["C" * 64]),
        changed(valid_to="٢٠٢٧-01-01"),
        changed(statement=" \n") + b" ",
        changed().replace(b"urn:fateaudit:signature:1", b"urn:fateaudit:signature:2"),
        changed().replace(b'"name":"a.txt"', b'"name":"c.txt"'),
        changed().replace(b'"name":"a.txt"', b'"name":"b.txt"'),
        json.dumps(json.loads(changed())).encode(),
        b"[]",
        b"{}",
    ],
)
def test_what_was_not_written_by_the_signing_is_not_read(payload) -> None:
    assert read_statement(changed(), "e")
    with pytest.raises(DamagedFileError):
        read_statement(open_envelope(sign_payload(payload, KEYS[OFFICER]), "e").payload, "e")


def test_every_role_can_accept_and_only_reviewer_and_officer_can_refuse() -> None:
    for role in Role:
        assert (role, Decision.ACCEPT) in MEANINGS
    assert {role for role, decision in MEANINGS if decision is Decision.REFUSE} == {REVIEWER, OFFICER}


def test_no_meaning_uses_a_word_that_is_never_printed() -> None:
    text = " ".join(MEANINGS.values()).lower()

    assert not [word for word in ("certif", "complian", "prove", "unbiased", "fair") if word in text]


def test_a_year_is_365_days() -> None:
    assert last_day("2026-11-21T09:00:00Z") == "2027-11-21"
    assert last_day("2026-11-21T09:00:00Z", days=90) == "2027-02-19"


@pytest.mark.parametrize(
    "text", ["2026-11-21", "2026-11-21T09:00:00", "2026-11-21T09:00:00Z\n", "٢026-11-21T09:00:00Z"]
)
def test_time_is_written_in_one_way(text) -> None:
    with pytest.raises(ValueError, match="time"):
        moment(text)
