"""What the signatures are worth on page 1, what is left to decide, and what to ask first."""

import re

import pytest
from conftest import a_check
from report_reading import (
    ISSUED,
    NOT_VALID,
    REFUSED,
    UNFINISHED,
    a_judgement,
    a_signer,
    an_answer,
    audited,
    html_of,
    page_1,
    with_answers,
)

from fateaudit.evidence import Given
from fateaudit.report.found import Room, rooms
from fateaudit.report.html import templates
from fateaudit.report.to_decide import _of_access, questions
from fateaudit.signing import Decision, Role
from fateaudit.standing import Cause, Lack, Standing

GAP = {"a": (100, 200), "b": (180, 200)}


@pytest.fixture
def record(tmp_path):
    return audited(tmp_path, a_check(metric="adverse_rate_ratio", limit={"max": 1.25}), groups=GAP)


def test_a_refusal_is_as_large_as_the_result_and_beside_it(record) -> None:
    html = html_of(record, rooms(record)[0], judgement=REFUSED)

    assert '<section class="opinion refused">' in html
    assert '<section class="opinion">' in html_of(record, rooms(record)[0])
    css = (templates() / "report.css").read_text(encoding="utf-8")
    result = re.search(r"\.opinion \.result \.v \{ (font-size: \w+; line-height: \w+; font-weight: \w+)", css)
    assert result is not None
    assert f".opinion.refused > .standing > .say {{ {result[1]} }}" in css


def test_a_refusal_names_who_refused_and_offers_no_boxes(record) -> None:
    text = page_1(record, judgement=REFUSED)

    assert "ISSUED – USE REFUSED\nSigned: the use is refused." in text
    assert "Otto Officer (accountable officer) refused: “Too many are held.”" in text
    assert "What was decided\nThe use is refused, by Otto Officer (accountable officer)." in text
    assert "Accept in writing" not in text


def test_an_acceptance_names_who_until_when_and_on_what_conditions(record) -> None:
    officer = a_signer(
        Role.ACCOUNTABLE_OFFICER, Decision.ACCEPT_WITH_CONDITIONS, conditions=("An officer decides.", "No minors.")
    )
    text = page_1(record, judgement=a_judgement(Standing.ISSUED, officer=officer, valid_to="2027-11-21"))

    assert "Accepted on 2 conditions until 21 November 2027 by Otto Officer (accountable officer)." in text
    assert "Condition: An officer decides. Condition: No minors." in text
    assert "After 21 November 2027 this is not an opinion." in text
    assert "Accepted until 21 November 2027 by Otto" in page_1(record, judgement=ISSUED)


def test_a_draft_says_whose_signatures_are_missing(record) -> None:
    text = page_1(record, judgement=UNFINISHED)

    assert "Do not rely on it. Not yet signed by: assessor, accountable officer." in text
    assert "Valid until no date: nobody has accepted it." in text


def test_what_does_not_hold_is_said_and_nothing_is_to_be_decided_on_it(record) -> None:
    text = page_1(record, judgement=NOT_VALID)

    assert "NOT VALID\nSomething in it does not hold. Do not rely on it. audit.json is not the file that was" in text
    assert "Decide nothing on this paper. Ask for an audit whose signatures hold." in text
    assert "Accept in writing" not in text


def test_many_causes_are_counted(record) -> None:
    causes = [Cause(Lack.BROKEN, f"file {n} was changed") for n in range(5)]
    text = page_1(record, judgement=a_judgement(Standing.NOT_VALID, causes=causes))

    assert "file 1 was changed. And 3 more: run fateaudit verify." in text
    assert "file 2" not in text


def test_a_list_of_files_that_is_missing_is_said(record) -> None:
    cause = Cause(Lack.MISSING, "MANIFEST is missing: nobody has signed the list of files")

    assert cause.sentence in page_1(record, judgement=a_judgement(Standing.DRAFT, causes=[cause]))


def test_an_acceptance_that_ended_is_over(record) -> None:
    text = page_1(record, judgement=a_judgement(Standing.LAPSED, valid_to="2027-11-21"))

    assert "LAPSED\nIt was accepted until 21 November 2027. Do not rely on it." in text


def test_a_standing_without_signatures_or_causes_says_what_follows(record) -> None:
    text = page_1(record, judgement=a_judgement(Standing.SUPERSEDED, until=None))

    assert "SUPERSEDED\nA later audit takes its place. Do not rely on it.\n" in text


def test_no_opinion_offers_other_choices(tmp_path) -> None:
    text = page_1(audited(tmp_path, groups={"a": (37, 51), "b": (118, 149)}))

    assert "Do not use it.\nAsk for what is missing, and test again by a date.\nUse it untested." in text
    assert "Ask first: Can we have the model file, or test it on 200 cases that we choose?" in text
    assert "Can about 234 more cases where Group is a be had, to test on?" in text


def test_what_would_settle_it_is_asked_for(tmp_path) -> None:
    groups = {"a": (37, 51), "b": (118, 149)}
    few = audited(tmp_path / "few", a_check(limit={"min": 0.1}), groups=groups | {"c": (3, 20)})
    unknown = audited(tmp_path / "unknown", a_check(limit={"min": 0.7}), groups=groups | {"": (13, 40)})
    everyone = a_check(across="overall", metric="selection_rate", limit={"min": 0.8})

    assert questions(few)[-1] == "Where can we get more cases where Group is c to test on?"
    assert questions(unknown)[-1] == "Who are the 40 whose group is not recorded?"
    assert questions(audited(tmp_path / "all", everyone, groups=groups))[-1] == (
        "Can about 1,431 more cases be had, to test on?"
    )


def test_a_gap_that_is_no_gap_of_rates_is_asked_about(tmp_path) -> None:
    odds = a_check(metric="equalized_odds_difference", limit={"max": 0.1})
    apart = [{"group": "a", "label": one, "prediction": one} for one in ("yes", "no") for _ in range(50)]
    others = [{"group": "b", "label": one, "prediction": "yes"} for one in ("yes", "no") for _ in range(50)]

    assert questions(audited(tmp_path, odds, rows=[*apart, *others]))[0] == (
        "Did the model's maker know of the gap by group, and what will change by when?"
    )


def test_questions_come_from_the_record_three_at_most(sample_record, record) -> None:
    assert (
        "Ask first: Why use a model that gains nothing? Did the model's maker know of the gap by citizen, and what "
        "will change by when? Who tells the person that a model was used?"
    ) in page_1(sample_record)
    answered = with_answers(record, an_answer("FA-X", Given.UNKNOWN, confirmed=False))
    assert "Who can show this, and by when: “Is FA-X settled in writing?”" in page_1(answered)
    assert "Ask first" not in page_1(record, Room(picture=False, full=1, lines=0, ask=False))


def test_cases_that_the_model_may_have_seen_raise_a_question(sample_record) -> None:
    dataset = sample_record.policy.dataset.model_copy(update={"role": "historical"})
    record = sample_record.model_copy(update={"policy": sample_record.policy.model_copy(update={"dataset": dataset})})
    text = page_1(record)

    assert _of_access(record) == "Can it be tested on arrests that it has not seen, and that we choose?"
    assert "Evidence level 2 of 4 (4 is the highest)" in text
