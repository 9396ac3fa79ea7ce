"""Who answers and reviews, and who signs for it: the same people, each once, under one name."""

import pytest
from cli.attacked import audited, run, sign_answers, write_home
from conftest import NOON

from fateaudit.accountability import read_answers
from fateaudit.auditing import audit
from fateaudit.errors import PolicyError
from fateaudit.policy import Verdict
from fateaudit.standing import Standing
from fateaudit.verification import examine


def signatures_of(record):
    """The verdict on the signatures, and why."""
    (finding,) = [one for one in record.findings if one.check == "A-01"]
    return finding.verdict, finding.because


def somebody_else(text):
    """A famous name as the reviewer of everything, in place of the one who signs."""
    return text.replace("id: rafael, name: Rafael Reviewer", "id: judge, name: Lord Justice").replace("rafael", "judge")


def test_who_reviewed_and_signed_is_said_to_have_signed(tmp_path) -> None:
    _, record = audited(tmp_path / "home")

    assert signatures_of(record) == (
        Verdict.MET,
        "signed by Olive Owner (model owner) and Rafael Reviewer (independent reviewer)",
    )


def test_a_reviewer_who_has_not_signed_is_named_and_the_answers_cannot_be_told(tmp_path) -> None:
    folder, record = audited(tmp_path / "home", edit=somebody_else)
    verdict, because = signatures_of(record)

    assert verdict is Verdict.CANNOT_TELL
    assert "Lord Justice reviewed answers and has not signed for it" in because
    assert "the answers do not name Rafael Reviewer as their one independent reviewer" in because
    assert record.opinion.policy.features["accountability"].result == "no_opinion"
    # The record says it itself, so nothing in the folder is at fault.
    assert examine(folder, now=NOON.now).standing is Standing.DRAFT


def test_a_second_reviewer_who_has_not_signed_is_named(tmp_path) -> None:
    def two(text):
        entry = "  - { id: judge, name: Lord Justice, role: legal_adviser, organisation: y, relation: none }\nanswers:"
        return text.replace("answers:\n", f"{entry}\n", 1).replace("by: rafael", "by: judge", 1)

    with pytest.raises(PolicyError, match="judge is the legal adviser and cannot review"):
        audited(tmp_path / "adviser", edit=two)
    record = audited(tmp_path / "home", edit=lambda text: two(text).replace("legal_adviser", "independent_reviewer"))[1]
    verdict, because = signatures_of(record)
    assert verdict is Verdict.CANNOT_TELL
    assert "Lord Justice reviewed answers and has not signed for it" in because


ANOTHER = {
    "name": lambda text: text.replace("Olive Owner", "The Prime Minister"),
    "id": lambda text: text.replace("id: olive", "id: oliver").replace("by: olive", "by: oliver"),
    "person": lambda text: text.replace("olive", "somebody").replace("Olive Owner", "Some Body"),
}


@pytest.mark.parametrize("what", ANOTHER)
def test_an_owner_who_is_not_the_signer_cannot_be_told(what, tmp_path) -> None:
    verdict, because = signatures_of(audited(tmp_path / "home", edit=ANOTHER[what])[1])

    assert verdict is Verdict.CANNOT_TELL
    assert "the answers do not name Olive Owner as their one model owner, and they signed as that" in because


def test_whose_answers_are_reviewed_by_nobody_who_signed_is_told_before_the_run_too(tmp_path) -> None:
    policy = write_home(tmp_path / "home", edit=somebody_else)
    unsigned = audit(policy, clock=NOON)
    sign_answers(policy)

    assert unsigned.questionnaire.lacking == ("nobody has signed the answers",)
    assert "Lord Justice" in signatures_of(run(policy, tmp_path / "audit"))[1]


NAMES = {
    "the same": ("Rafael Reviewer", "Rafael Reviewer"),
    "in capitals": ("Rafael Reviewer", "RAFAEL reviewer"),
    "with a dot": ("Rafael Reviewer", "Rafael Reviewer."),
    "with spaces": ("Rafael Reviewer", "Rafael  Reviewer"),
    "without a space": ("Rafael Reviewer", "RafaelReviewer"),
    "composed otherwise": ("Zo\u00eb Reviewer", "Zoe\u0308 Reviewer"),
    "with a ligature": ("Rafi Reviewer", "Ra\ufb01 Reviewer"),
    "with sharp s": ("Ra\u00df Reviewer", "RASS Reviewer"),
}


@pytest.mark.parametrize("name", NAMES)
def test_one_person_is_not_two_in_the_answers(name, tmp_path) -> None:
    owner, reviewer = NAMES[name]
    policy = write_home(
        tmp_path / "home",
        edit=lambda text: (
            text.replace("Olive Owner", "OWNER")
            .replace("Rafael Reviewer", f'"{reviewer}"')
            .replace("OWNER", f'"{owner}"')
        ),
    )

    with pytest.raises(PolicyError, match="is listed twice") as raised:
        read_answers(policy.parent / "answers.yaml")
    assert raised.value.where[0].startswith("answers.yaml:")


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2060", "\ufeff", "\u00ad"])
def test_no_name_in_the_answers_holds_what_nobody_sees(hidden, tmp_path) -> None:
    policy = write_home(tmp_path / "home", edit=lambda text: text.replace("Rafael Reviewer", f'"Olive{hidden} Owner"'))

    with pytest.raises(PolicyError):
        read_answers(policy.parent / "answers.yaml")
