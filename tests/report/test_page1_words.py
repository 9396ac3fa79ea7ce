"""The words of page 1: none that claims more than was measured, none that a lay reader hears otherwise."""

import re

import pytest
from conftest import a_check
from report_reading import (
    ISSUED,
    NOT_VALID,
    REFUSED,
    UNFINISHED,
    an_answer,
    audited,
    loosened,
    mean_sentence_length,
    page_1,
    with_answers,
)

from fateaudit.evidence import Given
from fateaudit.policy import Overall

BANNED = (
    "fair",
    "unbiased",
    "debiased",
    "safe",
    "certified",
    "compliant",
    "proves?",
    "approved",
    "passed",
    "clean",
    "green",
    "independent",
    "validated",
    "verified",
    "(?<!not )audited",
    "significant(ly)?",
    "confidence",
    "likely",
    "because of",
    "due to",
    "explains",
    "drivers?",
    "effect of",
    "policy",
    "blockers?",
    "severity",
    "adverse",
    "unqualified",
    "waived",
    "except for",
    "wrongly flagged",
    "errors?",
    "missed",
    "cannot tell",
    "no evidence",
    "accurate",
    "accuracy",
    "risk score",
    "offenders?",
    "suspects?",
)
"""The dangerous words of the readers, and those that no page may print."""

WORDS = {"favourable": "suggested for release", "adverse": "not suggested for release"}
WORDS |= {"recorded_favourable": "released by officers", "recorded_adverse": "not released by officers"}
COLUMNS = {
    "unit": "arrest",
    "label_kind": "past_decision",
    "sensitive": [{"name": "group", "label": "Recorded colour", "groups": {"a": "Black people", "b": "White people"}}],
}
SELECTED = a_check(id="F-01", metric="selection_rate_ratio", limit={"min": 0.80})
REFUSED_RATIO = a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})
STOP = an_answer("FA-HUM-01", Given.NO, stop=True, question="Does a person decide, every time?")


@pytest.fixture(scope="module")
def records(tmp_path_factory, sample_record):
    """A record for each result, with its judgement."""

    def of(groups, *checks):
        return audited(tmp_path_factory.mktemp("words"), *checks, groups=groups, words=WORDS, columns=COLUMNS)

    gap = of({"a": (100, 200), "b": (180, 200)}, SELECTED, REFUSED_RATIO)
    small = of({"a": (37, 51), "b": (118, 149)}, SELECTED, REFUSED_RATIO)
    loose = loosened(tmp_path_factory.mktemp("loose"))
    others = [an_answer(f"FA-X-{n}", principle=name) for n, name in enumerate(("transparency", "explainability"))]
    doubtful = an_answer("FA-X-9", Given.UNKNOWN, severity="major")
    return {
        "sample": (sample_record, None),
        "does_not_meet": (gap, UNFINISHED),
        "no_opinion": (small, None),
        "meets": (with_answers(loose, an_answer(), *others), ISSUED),
        "falls_short": (with_answers(loose, an_answer(), doubtful, *others), None),
        "refused": (with_answers(gap, an_answer(given=Given.NO), signed=(), lacking=("no",)), REFUSED),
        "not_valid": (gap, NOT_VALID),
        "stop": (with_answers(gap, an_answer(), STOP), None),
    }


KINDS = ("sample", "does_not_meet", "no_opinion", "meets", "falls_short", "refused", "not_valid", "stop")


def test_every_result_is_among_them(records) -> None:
    assert {record.opinion.policy.overall for record, _ in records.values()} == set(Overall)


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_claims_more_than_was_measured(records, kind) -> None:
    record, judgement = records[kind]
    text = page_1(record, judgement=judgement).replace(record.system.purpose, "")
    text = re.sub(r"FA-[A-Z]+-[0-9]+", "", text).casefold()  # names of questions

    assert [word for word in BANNED if re.search(rf"\b{word}\b", text)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_short(records, kind) -> None:
    record, judgement = records[kind]

    assert mean_sentence_length(page_1(record, judgement=judgement)) <= 20


def test_words_are_counted_by_the_sentence() -> None:
    page = "A heading\nOne two three. Four five?\nA | row. With | cells.\nNot met: a heading.\n- “Six seven.” Eight.\n"

    assert mean_sentence_length(page) == pytest.approx((3 + 2 + 3 + 1) / 4)


@pytest.mark.parametrize("kind", KINDS)
def test_what_could_not_be_judged_is_never_left_without_that_it_is_no_pass(records, kind) -> None:
    record, judgement = records[kind]
    text = page_1(record, judgement=judgement)

    assert ("could not be judged" not in text) or "This is not a pass." in text


def test_nothing_signed_stands_without_its_decision(records) -> None:
    for record, judgement in records.values():
        text = page_1(record, judgement=judgement)
        assert re.sub(r"\b([Nn]ot|Not yet) signed by", "", text).count("igned by") == 0
