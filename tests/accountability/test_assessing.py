"""Answers become one value per question asked; rule R9 says what each is worth; signals are facts."""

import dataclasses

import pytest
from conftest import SAMPLE

from fateaudit.accountability import (
    Situation,
    asked,
    assess,
    draw_sample,
    find_signals,
    not_asked,
    read_answers,
    read_checklist,
    situation_of,
    situation_under,
)
from fateaudit.accountability.answers import Condition
from fateaudit.errors import PolicyError
from fateaudit.evidence import Answered, CitedFile, Given, Respondent
from fateaudit.policy import Severity, Verdict, read_policy, stops, verdict_of, weight_of

LIST = read_checklist("predeployment-oversight").checklist
FIVE = "one two three four five six seven eight nine ten"


def an_answer(given=Given.YES, **changes):
    return Answered(
        **{
            "id": "A-01/FA-PUR-01",
            "check": "A-01",
            "item": "FA-PUR-01",
            "section": "Purpose",
            "principle": "accountability",
            "severity": "blocker",
            "stop": False,
            "question": "Is it?",
            "given": given,
            "confirmed": False,
            "opened": False,
            "statement": FIVE,
            "evidence": (),
            "answered_by": Respondent(id="o", name="O", role="model owner"),
            "answered_at": "2026-11-20",
            "reviewed_by": None,
            "condition": "",
            "detail": "",
        }
        | changes
    )


def a_file(name):
    return CitedFile(name=name, size=1, sha256="a" * 64)


@pytest.mark.parametrize(
    ("given", "confirmed", "verdict"),
    [
        (Given.YES, True, Verdict.MET),
        (Given.YES, False, Verdict.CANNOT_TELL),
        (Given.UNKNOWN, False, Verdict.CANNOT_TELL),
        (Given.UNKNOWN, True, Verdict.CANNOT_TELL),
        (Given.UNANSWERED, False, Verdict.CANNOT_TELL),
        (Given.NO, False, Verdict.NOT_MET),
        (Given.NO, True, Verdict.NOT_MET),
        (Given.PARTIAL, False, Verdict.NOT_MET),
        (Given.PARTIAL, True, Verdict.NOT_MET),
        (Given.NA, True, None),
        (Given.NA, False, Verdict.CANNOT_TELL),
    ],
)
def test_rule_r9(given, confirmed, verdict) -> None:
    assert verdict_of(an_answer(given, confirmed=confirmed)) is verdict


def test_only_a_confirmed_yes_is_met() -> None:
    met = [
        (given, confirmed)
        for given in Given
        for confirmed in (True, False)
        if verdict_of(an_answer(given, confirmed=confirmed)) is Verdict.MET
    ]

    assert met == [(Given.YES, True)]


@pytest.mark.parametrize(
    ("severity", "given", "weight"),
    [
        ("blocker", Given.NO, Severity.BLOCKER),
        ("blocker", Given.PARTIAL, Severity.MAJOR),
        ("major", Given.PARTIAL, Severity.MAJOR),
        ("minor", Given.PARTIAL, Severity.MINOR),
        ("minor", Given.NO, Severity.MINOR),
    ],
)
def test_in_part_weighs_at_most_as_a_major(severity, given, weight) -> None:
    assert weight_of(an_answer(given, severity=severity)) is weight


def test_only_a_plain_no_to_a_stop_question_stops() -> None:
    answers = [an_answer(given, stop=stop) for given in Given for stop in (True, False)]

    assert stops(answers) == (an_answer(Given.NO, stop=True),)


# Which questions are asked


def test_everything_is_asked_until_it_is_ruled_out() -> None:
    everything = Situation(stage="approved", ruled_out=())

    assert asked(LIST, everything) == LIST.items
    assert not_asked(LIST, everything) == ()


@pytest.mark.parametrize(
    ("ruled_out", "gone"),
    [
        (("children",), {"FA-FAIR-11"}),
        (("media_inputs",), {"FA-SEC-04"}),
        (("biometric",), {"FA-HUM-03"}),
        (("biometric", "media_inputs"), {"FA-HUM-03", "FA-SEC-03", "FA-SEC-04"}),
        (tuple(LIST.flags), {item.id for item in LIST.items if item.applies.flags}),
    ],
)
def test_a_question_is_left_out_when_all_its_flags_are_ruled_out(ruled_out, gone) -> None:
    left_out = not_asked(LIST, Situation(stage="approved", ruled_out=ruled_out))

    assert {item.item for item in left_out} == gone
    assert all(item.because.startswith("the answers say no to ") for item in left_out)


def test_stage_autonomy_and_category_rule_questions_out_only_when_they_are_known() -> None:
    recognition = LIST.items[0].applies.model_copy(update={"category": ("recognition",)})
    items = (LIST.items[0].model_copy(update={"applies": recognition}), *LIST.items[1:])
    changed = LIST.model_copy(update={"items": items})

    def gone(**known):
        return {one.item for one in not_asked(changed, Situation(**({"stage": "approved", "ruled_out": ()} | known)))}

    assert gone() == set()
    assert gone(stage="evaluation") == {"FA-VAL-04"}
    assert gone(autonomy="advisory") == set()
    assert gone(autonomy="fully_autonomous") == {"FA-HUM-02", "FA-HUM-05"}
    assert gone(category="recognition") == set()
    assert gone(category="exploration") == {LIST.items[0].id}


def test_blockers_are_asked_in_every_situation() -> None:
    nothing_left = Situation(
        stage="prototype", ruled_out=tuple(LIST.flags), category="exploration", autonomy="fully_autonomous"
    )

    assert sum(item.severity == "blocker" for item in asked(LIST, nothing_left)) == 15


# The sample


@pytest.fixture(scope="module")
def sample():
    return read_answers(SAMPLE / "answers.yaml")


def test_answers_about_another_system_or_stage_do_not_count_here(sample) -> None:
    system = read_policy(SAMPLE / "fateaudit.yaml").policy.system

    assert situation_under(sample, system).autonomy == "advisory"
    for change in ({"name": "Another"}, {"stage": "approved"}):
        with pytest.raises(PolicyError, match="the answers are about the") as refused:
            situation_under(sample, system.model_copy(update=change))
        assert "answers.yaml:" in refused.value.where[0]


def test_each_question_asked_comes_out_once_and_what_is_missing_comes_out_unanswered(sample) -> None:
    situation = situation_of(sample.preamble)
    answers = assess(sample, situation, check="A-01")
    thinned = {item: answer for item, answer in sample.answers.items() if item != "FA-PUR-03"}
    without = assess(dataclasses.replace(sample, answers=thinned), situation, check="A-01")

    assert [one.item for one in answers] == [item.id for item in asked(LIST, situation)]
    assert [one.item for one in without] == [one.item for one in answers]
    missing = next(one for one in without if one.item == "FA-PUR-03")
    assert missing.given is Given.UNANSWERED
    assert missing.detail == "Nobody answered this question."
    assert verdict_of(missing) is Verdict.CANNOT_TELL


def test_an_answer_carries_who_said_it_on_what_and_who_looked(sample) -> None:
    by_item = {one.item: one for one in assess(sample, situation_of(sample.preamble), check="A-01")}
    purpose, limits = by_item["FA-PUR-01"], by_item["FA-FAIR-02"]

    assert purpose.id == "A-01/FA-PUR-01"
    assert purpose.confirmed
    assert purpose.reviewed_by.name == "Demonstration reviewer"
    assert purpose.evidence[0].name == "evidence/statement-of-use.txt"
    assert purpose.detail == (
        "Yes, says Demonstration owner (model owner). Evidence: evidence/statement-of-use.txt. "
        "Demonstration reviewer confirmed it: All three stand on the page."
    )
    assert not limits.confirmed
    assert "Nothing in writing is cited." in limits.detail
    assert "did not confirm it" in limits.detail
    assert Answered.model_validate_json(purpose.model_dump_json()) == purpose


def test_the_sample_stops_nothing_and_is_far_from_done(sample) -> None:
    answers = assess(sample, situation_of(sample.preamble), check="A-01")
    verdicts = [verdict_of(one) for one in answers if one.severity == "blocker"]

    assert stops(answers) == ()
    assert verdicts.count(Verdict.NOT_MET) > 0
    assert verdicts.count(Verdict.CANNOT_TELL) > 0
    assert verdicts.count(Verdict.MET) > 0


# The declaration of the reviewer


@pytest.mark.parametrize(
    ("review", "confirmed"),
    [("", True), ("review: { by: other, at: 2026-11-21, result: not_confirmed }", False)],
)
def test_the_declaration_of_the_reviewer_stands_unless_another_reviewer_refutes_it(review, confirmed, tmp_path) -> None:
    artifact = read_checklist("predeployment-oversight").artifact
    flags = ", ".join(f"{flag}: no" for flag in LIST.flags)
    text = f"""\
schema: fateaudit/answers/1
checklist: {{ id: predeployment-oversight, version: 1.0.0, sha256: "{artifact.sha256}" }}
system: "A system"
stage: evaluation
flags: {{ {flags} }}
people:
  - {{ id: reviewer, name: "R", role: independent_reviewer, organisation: "y", relation: "none" }}
  - {{ id: other, name: "S", role: external_reviewer, organisation: "z", relation: "none" }}
answers:
  FA-ACC-03:
    value: yes
    statement: "I work for another ministry."
    answered_by: reviewer
    at: 2026-11-20
    {review}
"""
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    file = read_answers(tmp_path / "answers.yaml")
    answers = assess(file, situation_of(file.preamble), check="A-01")

    assert next(one for one in answers if one.item == "FA-ACC-03").confirmed is confirmed


def test_a_condition_is_said_with_its_owner_and_its_day(sample) -> None:
    condition = Condition(text="Write the rules.", owner="officer", due="2027-01-31")
    changed = sample.answers["FA-FAIR-04"].model_copy(update={"condition": condition})
    file = dataclasses.replace(sample, answers=sample.answers | {"FA-FAIR-04": changed})
    by_item = {one.item: one for one in assess(file, situation_of(file.preamble), check="A-01")}

    assert by_item["FA-FAIR-04"].condition == "Write the rules (Demonstration officer, by 2027-01-31)"
    assert by_item["FA-FAIR-05"].condition == ""
    assert verdict_of(by_item["FA-FAIR-04"]) is Verdict.NOT_MET


# Signals and the sample to be read


def many(number, given=Given.YES, **changes):
    return [
        an_answer(given, item=f"FA-PUR-{place:02}", statement=f"{FIVE} {place}", **changes) for place in range(number)
    ]


def test_nothing_stands_out_in_answers_that_differ() -> None:
    answers = [*many(9), an_answer(Given.PARTIAL, item="FA-ACC-01", statement=f"{FIVE} and more")]

    assert find_signals(answers).sentences() == ()


def test_signals_are_facts_about_the_whole() -> None:
    answers = many(12, evidence=(a_file("white-paper.pdf"),))
    answers += [an_answer(item=item, statement="Yes, we do.") for item in ("FA-ACC-04", "FA-ACC-05")]

    assert find_signals(answers).sentences() == (
        "All 14 answers are yes.",
        "None of the 14 answers is in part.",
        "One file, white-paper.pdf, is cited for 12 items.",
        "Statements of fewer than 10 words stand at FA-ACC-04, FA-ACC-05.",
        "The same statement stands at FA-ACC-04, FA-ACC-05.",
    )


def test_a_file_cited_ten_times_is_not_yet_worth_a_word() -> None:
    assert find_signals(many(10, evidence=(a_file("a"),))).most_cited_for == 10
    assert "cited" not in " ".join(find_signals(many(10, evidence=(a_file("a"),))).sentences())


def test_unanswered_questions_are_no_signal() -> None:
    assert find_signals(many(20, Given.UNANSWERED)).sentences() == ()


def test_a_machine_that_acts_alone_contradicts_a_person_who_decides() -> None:
    answers = [an_answer(item="FA-HUM-01")]

    assert find_signals(answers, autonomy="advisory").contradictions == ()
    assert "fully autonomous" in find_signals(answers, autonomy="fully_autonomous").contradictions[0]


def test_a_reviewer_who_does_not_stand_apart_is_named_with_what_they_confirmed() -> None:
    reviewer = Respondent(id="r", name="R", role="independent reviewer")
    confirmed = many(3, confirmed=True, reviewed_by=reviewer)
    no = an_answer(Given.NO, item="FA-ACC-03", answered_by=reviewer)

    assert find_signals([*confirmed, no]).contradictions == (
        "R says of FA-ACC-03 that it is not true, and confirms 3 answers.",
    )
    assert find_signals([*confirmed, no.model_copy(update={"given": Given.YES})]).contradictions == ()


def test_six_answers_are_drawn_by_the_digest_and_only_from_claims_with_papers() -> None:
    answers = [
        *many(20, evidence=(a_file("a"),)),
        an_answer(Given.NO, item="FA-ACC-04", evidence=(a_file("a"),)),
        an_answer(item="FA-ACC-05"),
    ]
    draws = {draw_sample(answers, f"{number}").items for number in range(20)}

    assert draw_sample(answers, "1") == draw_sample(list(reversed(answers)), "1")
    assert all(len(drawn) == 6 for drawn in draws)
    assert len(draws) > 15
    assert {item for drawn in draws for item in drawn} == {f"FA-PUR-{place:02}" for place in range(20)}


def test_the_draw_tells_how_many_were_opened_and_held() -> None:
    answers = [
        *many(3, evidence=(a_file("a"),), opened=True, confirmed=True),
        an_answer(item="FA-ACC-04", evidence=(a_file("a"),), opened=True),
        an_answer(item="FA-ACC-05", evidence=(a_file("a"),), confirmed=True),
    ]

    assert draw_sample(answers, "1").sentence == "5 drawn, 4 opened, 3 confirmed"
