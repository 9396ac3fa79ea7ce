"""What signatures make of a record, from plain values alone."""

import dataclasses

import pytest
from signing.people import A_REFUSAL, ASSESSOR, KEYS, NOW, OFFICER, OWNER, REVIEWER, a_trust, a_wish

from fateaudit.signing import Decision, Role, generate_key, open_signatures, sign_files
from fateaudit.standing import (
    QUORUM,
    STANDING_WORDS,
    Audited,
    Lack,
    Standing,
    judge_answers,
    judge_standing,
)

INPUTS = {"answers.yaml": "1" * 64, "model.skops": "2" * 64}
AUDITED = Audited(
    created="2026-11-21T12:00:00Z", demonstration=False, inputs=frozenset(INPUTS.items()), digest="f" * 64
)
TRUST = a_trust()


def a_chain(roles=tuple(Role), *, wishes=None, keys=None, files=None, trust=TRUST):
    """Open the envelopes of `roles`, signed in that order, each listing those before it."""
    envelopes, signed = {}, ()
    for role in roles:
        wish = (wishes or {}).get(role) or a_wish(role)
        key = (keys or {}).get(role) or KEYS[role]
        names = (files or {}).get(role) or (INPUTS if role.signs_answers else {"audit.json": "f" * 64})
        person = next(person for person in TRUST.people if role in person.roles)
        envelopes[f"signatures/{role}.dsse.json"] = sign_files(
            wish, key, person=person, files=names, previous=[item.digest for item in signed]
        )
        signed, problems = open_signatures(envelopes, trust)
        assert problems == ()
    return signed


def judged(signed, audited=AUDITED, now=NOW):
    return judge_standing(audited, signed, now=now)


def sentences(judgement):
    return "\n".join(cause.sentence for cause in judgement.causes)


def test_four_people_in_turn_issue_a_record() -> None:
    judgement = judged(a_chain())

    assert judgement.standing is judgement.beneath is Standing.ISSUED
    assert judgement.causes == ()
    assert [(signer.name, signer.signature.role, signer.holds) for signer in judgement.signers] == [
        ("Olive Owner", OWNER, True),
        ("Rafael Reviewer", REVIEWER, True),
        ("Asta Assessor", ASSESSOR, True),
        ("Otto Officer", OFFICER, True),
    ]
    assert judgement.valid_to == "2027-11-21"
    assert "After 2027-11-21 this is not an opinion." in judgement.because


def test_a_record_that_nobody_signed_is_a_draft() -> None:
    judgement = judged(())

    assert judgement.standing is Standing.DRAFT
    assert judgement.because == ("Nobody has signed audit.json.",)


@pytest.mark.parametrize("absent", Role)
def test_each_of_the_four_is_needed(absent) -> None:
    judgement = judged(a_chain([role for role in Role if role is not absent]))

    assert judgement.standing is Standing.DRAFT
    assert sentences(judgement).startswith(f"the {absent.words} has not signed")


def test_signed_answers_alone_leave_a_draft() -> None:
    assert judged(a_chain([OWNER, REVIEWER])).standing is Standing.DRAFT


@pytest.mark.parametrize(
    ("role", "wish"),
    [
        (OFFICER, A_REFUSAL),
        (REVIEWER, a_wish(REVIEWER, decision=Decision.REFUSE, statement="The minutes are missing.")),
    ],
)
def test_a_refusal_is_kept_and_printed(role, wish) -> None:
    judgement = judged(a_chain(wishes={role: wish}))

    assert judgement.standing is Standing.ISSUED_USE_REFUSED
    assert judgement.causes == ()
    assert wish.statement in judgement.because[0]
    assert role.words in judgement.because[0]


def test_conditions_do_not_keep_a_record_from_being_issued() -> None:
    wish = a_wish(OFFICER, decision=Decision.ACCEPT_WITH_CONDITIONS, conditions=("Review monthly.",))

    assert judged(a_chain(wishes={OFFICER: wish})).standing is Standing.ISSUED


def test_after_its_last_day_an_acceptance_has_lapsed() -> None:
    assert judged(a_chain(), now="2027-11-21T23:59:59Z").standing is Standing.ISSUED
    lapsed = judged(a_chain(), now="2027-11-22T00:00:00Z")

    assert lapsed.standing is Standing.LAPSED
    assert lapsed.because == ("The acceptance ended on 2027-11-21. This is no longer an opinion.",)


def test_a_demonstration_is_shown_as_one_whatever_was_signed() -> None:
    audited = dataclasses.replace(AUDITED, demonstration=True)
    wishes = {role: a_wish(role, demonstration=True) for role in Role}
    for signed, beneath in ((a_chain(wishes=wishes), Standing.ISSUED), ((), Standing.DRAFT)):
        judgement = judged(signed, audited)

        assert (judgement.standing, judgement.beneath) == (Standing.DEMONSTRATION, beneath)
        assert judgement.because[0] == "This is a demonstration. Nobody may rely on it."


def test_a_demonstration_that_does_not_hold_is_not_valid() -> None:
    judgement = judged(a_chain(), dataclasses.replace(AUDITED, demonstration=True))

    assert judgement.standing is Standing.NOT_VALID
    assert "not signed as a demonstration" in sentences(judgement)


def test_a_demonstration_key_signs_nothing_else() -> None:
    wishes = {role: a_wish(role, demonstration=True) for role in Role}
    keyed = judged(a_chain(trust=a_trust({OFFICER: {"demonstration": True}})))
    stated = judged(a_chain(wishes=wishes))

    assert "the key of Otto Officer is for demonstrations only" in sentences(keyed)
    assert "signed for a demonstration" in sentences(stated)
    assert {keyed.standing, stated.standing} == {Standing.NOT_VALID}


def test_a_revoked_key_takes_the_record_back_whatever_time_it_claims() -> None:
    judgement = judged(a_chain(trust=a_trust({REVIEWER: {"revoked": "2027-01-01"}})))

    assert judgement.standing is Standing.REVOKED
    assert "the key of Rafael Reviewer was revoked on 2027-01-01" in sentences(judgement)
    assert [signer.holds for signer in judgement.signers] == [True, False, True, True]


BROKEN = {
    "expired key": (
        a_chain(trust=a_trust({OWNER: {"valid_to": "2026-11-20"}})),
        "model_owner.dsse.json: the key of Olive Owner expired on 2026-11-20",
    ),
    "key not yet valid": (
        a_chain(trust=a_trust({ASSESSOR: {"valid_from": "2026-11-22"}})),
        "assessor.dsse.json: the key of Asta Assessor was not valid before 2026-11-22",
    ),
    "unknown key": (
        a_chain(keys={OFFICER: generate_key()}),
        "accountable_officer.dsse.json: signed by someone: the key sha256:",
    ),
    "role not given": (
        a_chain(trust=a_trust(roles={OFFICER: ["assessor"]})),
        "the trust file does not let Otto Officer sign as accountable officer",
    ),
    "another's key": (
        a_chain(keys={REVIEWER: KEYS[ASSESSOR]}),
        "signed in the name of rafael with the key of Asta Assessor",
    ),
    "one key": (a_chain(keys={REVIEWER: KEYS[OWNER]}), "one key signs as model owner and as independent reviewer"),
    "one unknown key": (
        a_chain(keys=dict.fromkeys((OWNER, OFFICER), generate_key())),
        "one key signs as model owner and as accountable officer; these must be two keys",
    ),
    "officer before assessor": (
        a_chain([OWNER, REVIEWER, OFFICER, ASSESSOR]),
        "the accountable officer signed without the assessor's signature before them",
    ),
    "officer before reviewer": (
        a_chain([OWNER, ASSESSOR, OFFICER, REVIEWER]),
        "the accountable officer signed without the independent reviewer's signature before them",
    ),
    "reviewer before owner": (
        a_chain([REVIEWER, OWNER, ASSESSOR, OFFICER]),
        "the independent reviewer signed without the model owner's signature before them",
    ),
    "earlier by the clock": (
        a_chain(wishes={OWNER: a_wish(OWNER, time="2026-11-21T10:00:00Z")}),
        "the independent reviewer signed at 2026-11-21T09:00:00Z, before the model owner",
    ),
    "answers after the run": (
        a_chain(wishes={REVIEWER: a_wish(REVIEWER, time="2026-11-21T12:00:01Z")}),
        "independent_reviewer.dsse.json: the answers were signed at 2026-11-21T12:00:01Z, after the run",
    ),
    "record before the run": (
        a_chain(wishes={ASSESSOR: a_wish(ASSESSOR, time="2026-11-21T11:59:59Z")}),
        "assessor.dsse.json: signed at 2026-11-21T11:59:59Z, before the run",
    ),
    "in the future": (
        a_chain(wishes={OFFICER: a_wish(OFFICER, time="2026-11-22T08:05:01Z")}),
        "accountable_officer.dsse.json: signed in the future",
    ),
    "another record": (
        a_chain(files={OFFICER: {"audit.json": "e" * 64}}),
        "accountable_officer.dsse.json: signs another audit.json than the one that is here",
    ),
    "other answers": (
        a_chain(files={OWNER: INPUTS | {"answers.yaml": "9" * 64}}),
        "model_owner.dsse.json: signs another answers.yaml than the one that the audit used",
    ),
    "a file too few": (
        a_chain(files={REVIEWER: {"answers.yaml": "1" * 64}}),
        "independent_reviewer.dsse.json: does not sign model.skops, which the audit used",
    ),
    "a file too many": (
        a_chain(files={REVIEWER: INPUTS | {"other.csv": "3" * 64}}),
        "independent_reviewer.dsse.json: signs other.csv, which the audit did not use",
    ),
    "a refusal taken away": (
        tuple(
            item
            for item in a_chain(wishes={REVIEWER: a_wish(REVIEWER, decision=Decision.REFUSE, statement="No.")})
            if item.statement.predicate.role is not REVIEWER
        ),
        "an earlier signature that it lists was removed or replaced",
    ),
    "twice in a role": (
        (*a_chain(), *(dataclasses.replace(item, file="again") for item in a_chain()[:1])),
        "two signatures as accountable officer, where each role has one",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_hold_makes_it_not_valid_and_is_named(name) -> None:
    signed, said = BROKEN[name]
    judgement = judged(signed)

    assert judgement.standing is Standing.NOT_VALID
    assert said in sentences(judgement)
    assert all(cause.lack in {Lack.BROKEN, Lack.MISSING} for cause in judgement.causes)


def test_one_person_with_two_keys_is_one_person() -> None:
    second = generate_key()
    trust = a_trust(roles={OWNER: ["model_owner", "accountable_officer"]})
    olive = trust.people[0]
    both = (
        *olive.keys,
        olive.keys[0].model_copy(update={"fingerprint": second.public.fingerprint, "public": second.public.text}),
    )
    trust = trust.model_copy(update={"people": (olive.model_copy(update={"keys": both}), *trust.people[1:3])})
    before = a_chain([OWNER, REVIEWER, ASSESSOR])
    files = {"audit.json": "f" * 64}
    content = sign_files(a_wish(OFFICER), second, person=olive, files=files, previous=[item.digest for item in before])
    last, _ = open_signatures({"signatures/accountable_officer.dsse.json": content}, trust)
    judgement = judged((*before, *last))

    assert judgement.standing is Standing.NOT_VALID
    assert "Olive Owner signs as model owner and as accountable officer; these must be two people" in sentences(
        judgement
    )


def test_a_clock_five_minutes_ahead_is_not_the_future() -> None:
    wishes = {OFFICER: a_wish(OFFICER, time="2026-11-22T08:05:00Z")}

    assert judged(a_chain(wishes=wishes)).standing is Standing.ISSUED


def test_before_the_run_only_the_answers_signatures_are_asked_for() -> None:
    audited = dataclasses.replace(AUDITED, digest=None)
    roles = (OWNER, REVIEWER)

    assert judge_answers(audited, a_chain(roles), now="2026-11-21T12:00:00Z", roles=roles).causes == ()
    assert judge_answers(audited, a_chain(), now=NOW, roles=roles).causes == ()
    assert judge_answers(audited, (), now=NOW, roles=roles).because == ("Nobody has signed the answers.",)
    lacking = judge_answers(audited, a_chain([OWNER]), now=NOW, roles=roles)
    assert lacking.because == ("The independent reviewer has not signed the answers.",)


def test_every_standing_has_its_words_and_all_but_superseded_are_reached() -> None:
    assert set(STANDING_WORDS) == set(Standing)
    assert tuple(Role) == QUORUM
    reached = {
        judged(()).standing,
        judged(a_chain()).standing,
        judged(a_chain(wishes={OFFICER: A_REFUSAL})).standing,
        judged(a_chain(), now="2030-01-01T00:00:00Z").standing,
        judged(a_chain(trust=a_trust({OWNER: {"revoked": "2026-11-21"}}))).standing,
        judged(a_chain(keys={OWNER: generate_key()})).standing,
        judged((), dataclasses.replace(AUDITED, demonstration=True)).standing,
    }
    assert reached == set(Standing) - {Standing.SUPERSEDED}
