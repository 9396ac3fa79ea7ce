"""The section on signatures: who signed, what it is worth, whose is missing, and what to type."""

import pytest
from conftest import ROOT
from report_reading import EVERYTHING, an_attestation, audited, text_of
from sheet_edges import beyond_the_edge
from signing.people import (
    A_REFUSAL,
    ASSESSOR,
    NOW,
    OFFICER,
    OWNER,
    PEOPLE,
    REVIEWER,
    a_trust_text,
    a_wish,
    sign_all,
    write_record,
)

from fateaudit.artifacts import sha256
from fateaudit.evidence import Questionnaire
from fateaudit.report.html import to_html
from fateaudit.report.reported import Reported, Signatures, unsigned
from fateaudit.report.signatures import signatures
from fateaudit.signing import MEANINGS, Decision, Role, Signature, read_envelopes
from fateaudit.standing import Cause, Judgement, Lack, Signer, Standing
from fateaudit.verification import examine

WITH_CONDITIONS = a_wish(
    OFFICER,
    decision=Decision.ACCEPT_WITH_CONDITIONS,
    conditions=("Only in one district.", "Test again after six months."),
    statement="I read the pages on citizenship twice.",
)


def reported(folder, *, wishes=None, until=OFFICER, demonstration=False, damage=None):
    """A small audit, signed as far as `until`; `damage` names a role whose signature is cut short."""
    folder.mkdir(exist_ok=True)
    record = write_record(folder, demonstration=demonstration)
    if until is not None:
        sign_all(folder, record, wishes=wishes, until=until)
    if damage is not None:
        path = folder / "signatures" / f"{damage.value}.dsse.json"
        path.write_bytes(path.read_bytes()[:-9])
    judgement = examine(folder, now=NOW, trust_pin=sha256(a_trust_text()))
    files = {name.rpartition("/")[2]: content for name, content in read_envelopes(folder).items()}
    carried = files | {"trust.yaml": (folder / "trust.yaml").read_bytes()}
    return Reported(record, record.to_bytes(), Signatures(judgement, carried))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A record that plays no part."""
    return audited(tmp_path_factory.mktemp("bare"), groups={"a": (50, 100), "b": (60, 100)})


def html_of_section(reported):
    """The markup of the section alone."""
    whole = to_html(reported, EVERYTHING)
    return whole.partition("<h1>Signatures</h1>")[2].partition("<h1>Annex: to check")[0]


def section(reported):
    """The words of the section, a line for each block."""
    return text_of(html_of_section(reported))


def test_everything_that_was_signed_is_printed(tmp_path) -> None:
    given = reported(tmp_path, wishes={OFFICER: WITH_CONDITIONS})
    text = section(given)

    assert "Standing: ISSUED\nSigned, and accepted until 2027-11-21." in text
    assert "Nothing is missing, and nothing was found wrong, when this report was drawn." in text
    for role, name in PEOPLE.items():
        decision = Decision.ACCEPT_WITH_CONDITIONS if role is OFFICER else Decision.ACCEPT
        assert f"{name}\nSigned under these words: “{MEANINGS[role, decision]}”" in text
    assert "Condition 1. Only in one district.\nCondition 2. Test again after six months." in text
    assert "In their own words: “I read the pages on citizenship twice.”" in text
    assert "Time | 2026-11-21T15:00:00Z, as the signer’s computer told it\nUntil | 2027-11-21;" in text
    for signer in given.judgement.signers:
        assert f"Key | {signer.fingerprint}\n" in text
    assert sha256(a_trust_text()) in text


def test_the_order_of_the_signatures_is_said(tmp_path) -> None:
    turns = signatures(reported(tmp_path, until=REVIEWER)).turns

    assert [(turn.number, turn.role, turn.word) for turn in turns] == [
        (1, "Model owner", "Accepts"),
        (2, "Independent reviewer", "Accepts"),
        (3, "Assessor", "Not signed"),
        (4, "Accountable officer", "Not signed"),
    ]
    assert ["before the run" in turn.signs for turn in turns] == [True, True, False, False]


def test_a_refusal_is_as_prominent_as_an_acceptance(tmp_path) -> None:
    accepted = html_of_section(reported(tmp_path / "a"))
    refused = html_of_section(reported(tmp_path / "b", wishes={OFFICER: A_REFUSAL}))

    assert "<h2>Standing: ISSUED – USE REFUSED</h2>" in refused
    assert "Otto Officer, accountable officer, refused: “Too many are held.”" in text_of(refused)
    assert '<p class="v not-met">Refuses</p>' in refused
    for words in ('<p class="say">Otto Officer</p>', '<div class="aside">\n<h2>Accountable officer</h2>'):
        assert words in accepted
        assert words in refused
    assert "In their own words: “Too many are held.”" in text_of(refused)


def test_when_nobody_has_signed_it_is_said_loudly(tmp_path) -> None:
    text = section(reported(tmp_path, until=None))

    assert "Standing: DRAFT\n" in text
    assert "Missing | Nobody has signed audit.json." in text
    assert "Nobody has signed\nNo signature was found with this record." in text
    assert [line for line in text.splitlines() if line.endswith("name Signature Date")] == [
        "Model owner: name Signature Date",
        "Independent reviewer: name Signature Date",
        "Assessor: name Signature Date",
        "Accountable officer: name Signature Date",
    ]


def test_what_is_missing_is_named_and_has_its_line_for_ink(tmp_path) -> None:
    given = reported(tmp_path, until=ASSESSOR)
    text = section(given)

    assert "Missing | The accountable officer has not signed audit.json." in text
    assert signatures(given).missing == ("Accountable officer",)
    assert [step.command for step in signatures(given).steps] == [
        "fateaudit sign FOLDER --as accountable_officer --key KEY.pem",
        "fateaudit report FOLDER/audit.json",
        "fateaudit sign FOLDER --list --key KEY.pem",
    ]


def test_answers_are_signed_before_another_run(sample_record) -> None:
    pinned = sample_record.policy.model_copy(update={"trust": {"path": "trust.yaml", "sha256": "0" * 64}})
    record = sample_record.model_copy(update={"demonstration": False, "policy": pinned})
    steps = signatures(Reported(record, b"", Signatures(unsigned(record)))).steps

    assert [step.command for step in steps] == [
        "fateaudit sign fateaudit.yaml --as model_owner --key KEY.pem",
        "fateaudit sign fateaudit.yaml --as independent_reviewer --key KEY.pem",
        "fateaudit run fateaudit.yaml --out FOLDER",
        "fateaudit sign FOLDER --as assessor --key KEY.pem",
        "fateaudit sign FOLDER --as accountable_officer --key KEY.pem",
        "fateaudit report FOLDER/audit.json",
        "fateaudit sign FOLDER --list --key KEY.pem",
    ]
    assert "a signature made after the run does not count" in steps[0].told


def test_without_questions_or_keys_it_is_said_what_comes_first(sample_record, tmp_path) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    (step,) = signatures(Reported(record, b"", Signatures(unsigned(record)))).steps
    assert step.told.startswith("The policy asks no list of questions")

    bare = sample_record.policy.model_copy(update={"trust": None})
    record = sample_record.model_copy(update={"demonstration": False, "policy": bare})
    first, _ = signatures(Reported(record, b"", Signatures(unsigned(record)))).steps
    assert first.told.startswith("The policy names no trust file")
    assert first.command.startswith("fateaudit keygen --out KEY.pem")


def test_on_a_demonstration_there_is_nothing_to_sign(tmp_path) -> None:
    for until in (None, OFFICER):
        given = reported(tmp_path / str(until), until=until, demonstration=True)
        text = section(given)

        assert "Standing: DEMONSTRATION\nNobody may rely on it.\n" in text
        assert text.count("Nobody may rely on it.") == 1
        assert "This is a demonstration: there is nothing to sign." in text
        assert "name Signature Date" not in text
        assert signatures(given).steps == ()
        assert f"the standing would be {'ISSUED' if until else 'DRAFT'}." in text


def test_a_signature_that_does_not_hold_decides_nothing(tmp_path) -> None:
    officer = a_wish(OFFICER, time="2026-11-22T18:00:00Z")
    text = section(reported(tmp_path, wishes={OFFICER: officer}))

    assert "Standing: NOT VALID" in text
    assert "Valid until | It is not valid as it stands." in text
    assert "Does not hold | signatures/accountable_officer.dsse.json: signed in the future" in text
    assert "Accountable officer\nDoes not hold\nOtto Officer\nIt says: accepts. It counts for nothing." in text
    assert "No further signature mends what does not hold." in text
    assert "name Signature Date" not in text


def test_an_acceptance_that_has_ended_is_told_as_ended(tmp_path) -> None:
    given = reported(tmp_path)
    later = examine(tmp_path, now="2028-01-01T08:00:00Z", trust_pin=sha256(a_trust_text()))
    text = section(Reported(given.record, given.content, Signatures(later)))

    assert "Standing: LAPSED" in text
    assert "Valid until | It was accepted until 21 November 2027 (2027-11-21). It is no longer an opinion." in text


def test_a_damaged_signature_is_not_told_as_missing(tmp_path) -> None:
    given = reported(tmp_path, damage=ASSESSOR)
    turn = signatures(given).turns[2]

    assert (turn.role, turn.word, turn.by) == ("Assessor", "Does not hold", "cannot be told")
    assert signatures(given).missing == ()


def test_a_key_that_is_nobodys_is_told_as_such(bare) -> None:
    judgement = a_judgement(a_signer(OWNER, name=None, holds=False))
    given = signatures(Reported(bare, b"", Signatures(judgement)))

    assert given.signatures[0].name == "Someone whose key is not in the trust file, as “someone”"
    assert given.turns[0].word == "Does not hold"


def a_signer(role, *, name, holds=True, **changes):
    usual = {
        "role": role,
        "person": "someone",
        "meaning": MEANINGS[role, changes.get("decision", Decision.ACCEPT)],
        "decision": Decision.ACCEPT,
        "conditions": (),
        "statement": "",
        "time": "2026-11-21T15:00:00Z",
        "previous": (),
        "valid_to": None,
        "demonstration": False,
    }
    signature = Signature(**usual | changes)
    return Signer(f"signatures/{role.value}.dsse.json", signature, f"sha256:{'ab' * 32}", name, holds)


def a_judgement(*signers, causes=()):
    return Judgement(
        standing=Standing.NOT_VALID,
        beneath=Standing.NOT_VALID,
        because=("wrong.",),
        causes=causes or (Cause(Lack.BROKEN, "wrong"),),
        signers=signers,
        valid_to=None,
    )


def test_who_signed_before_the_run_is_told_as_it_was_found_then(sample_record) -> None:
    attested = an_attestation(Role.MODEL_OWNER, name="Olive Owner")
    lacking = "the independent reviewer has not signed the answers"
    evidence = tuple(
        item.model_copy(update={"signed": (attested,), "lacking": (lacking,)})
        if isinstance(item, Questionnaire)
        else item
        for item in sample_record.evidence
    )
    record = sample_record.model_copy(update={"evidence": evidence})
    told = signatures(Reported(record, b"", Signatures(unsigned(record)))).entries
    by_term = {entry.term: entry.told for entry in told}

    assert by_term["Before the run"] == (
        "The policy asks for these signatures: model owner and independent reviewer. At the run the answers were "
        "signed by Olive Owner (model owner): accepts. Missing or wrong then: "
        "The independent reviewer has not signed the answers."
    )
    assert by_term["Now"].startswith("No signature was found when this report was drawn.")


def test_whatever_a_signer_writes_stays_on_the_sheet(bare) -> None:
    judgement = a_judgement(
        a_signer(OWNER, name="W" * 60),
        a_signer(
            REVIEWER,
            name="n" * 2_000,
            decision=Decision.ACCEPT_WITH_CONDITIONS,
            conditions=("c" * 2_000, "word " * 399),
            statement="word " * 790,
        ),
        a_signer(OFFICER, name="أ" * 60, decision=Decision.REFUSE, statement="x" * 4_000),
        causes=(Cause(Lack.BROKEN, "y" * 3_000), Cause(Lack.MISSING, "<b>nobody</b> has signed")),
    )
    given = Reported(bare, b"", Signatures(judgement))

    assert beyond_the_edge(given) == []
    html = html_of_section(given)
    assert "x" * 4_000 in html
    assert "n" * 2_000 in html
    assert "<b>nobody</b>" not in html


def test_the_words_of_the_section_claim_nothing() -> None:
    text = (ROOT / "report_templates" / "signatures.html").read_text(encoding="utf-8").lower()

    for word in ("certified", "compliant", "approved", "verified", "proves", "trustworthy", "guarantee"):
        assert word not in text
