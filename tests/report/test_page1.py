"""Page 1: what a person who reads nothing else will have read."""

import os

import pytest
from conftest import ROOT, a_check, rows_of
from report_reading import audited, html_of, page_1, page_where, pdf_of

from fateaudit.report.found import Room, rooms

GOLDEN = ROOT / "tests" / "golden" / "page1.txt"
SELECTED = a_check(id="F-01", metric="selection_rate_ratio", limit={"min": 0.80})
REFUSED = a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})


def test_page_1_of_the_sample_reads_as_reviewed(sample_record) -> None:
    text = page_1(sample_record)
    if "FATEAUDIT_WRITE_GOLDEN" in os.environ:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_it_says_the_result_the_standing_and_the_reference(tmp_path) -> None:
    text = page_1(audited(tmp_path, SELECTED, groups={"a": (10, 100), "b": (90, 100)}))

    assert "Does not meet the limits set\n1 exception: not met.\n" in text
    assert "DRAFT\nNot signed by everyone who must. Do not rely on it. Nobody has signed it." in text
    assert "Reference limits: same result\nThe same limits for every system. 7 limits are missing" in text


def test_every_sheet_carries_its_standing(tmp_path, sample_record) -> None:
    draft = html_of(audited(tmp_path, groups={"a": (10, 100), "b": (90, 100)}), rooms(sample_record)[0])

    assert draft.count('data-standing="DRAFT. Not signed by everyone who must. Do not rely on it."') == 2
    assert 'data-standing="DEMONSTRATION. Nobody may rely on it."' in html_of(sample_record, rooms(sample_record)[0])


def test_no_opinion_is_not_a_pass(tmp_path) -> None:
    text = page_1(audited(tmp_path, SELECTED, groups={"a": (75, 100), "b": (90, 100)}))

    assert "No opinion\nThis is not a pass. Nothing can be said about fairness, accountability," in text
    assert "could not be judged: too near the limit for 200 cases to settle. This is not a pass." in text
    assert "That the model is sound, or that it is not." in text


def test_two_limits_on_one_fact_are_said_together_with_both_sides(tmp_path) -> None:
    text = page_1(audited(tmp_path, SELECTED, REFUSED, groups={"a": (100, 200), "b": (180, 200)}))

    assert "1. Decided adversely, by group: not met F-02, F-01" in text
    assert "Of every 100 cases where Group is a, 50 (could be 43 to 57) are decided adversely." in text
    assert "Of cases where Group is b: 10 (could be 7 to 15). Limit: at most 12 (1.25 times the 10); not met." in text
    assert "The other side: 50 (could be 43 to 57) and 90 (could be 85 to 93) are decided favourably." in text
    assert "Limit: at least 72 (0.80 times the 90); not met." in text
    assert "2. " not in text


def test_one_denominator_for_the_page_and_a_thousand_when_a_rate_is_rare(tmp_path) -> None:
    text = page_1(audited(tmp_path, REFUSED, groups={"a": (2_850, 3_000), "b": (2_970, 3_000)}))

    assert "Of every 1,000 cases where Group is a, 50 (could be 43 to 58) are decided adversely." in text
    assert "Of cases where Group is b: 10 (could be 7 to 14)." in text
    assert "of every 100 " not in text.casefold()


def test_there_is_no_picture_of_a_thousand(tmp_path) -> None:
    rare = audited(tmp_path / "rare", REFUSED, groups={"a": (2_850, 3_000), "b": (2_970, 3_000)})
    common = audited(tmp_path / "common", REFUSED, groups={"a": (1_000, 2_000), "b": (1_800, 2_000)})
    room = Room(picture=True, full=3, lines=9)

    assert "<svg" not in html_of(rare, room, is_whole=False)
    assert html_of(common, room, is_whole=False).count("<svg") == 2
    assert "<title>100 marks for 100 cases where Group is a. 50 are filled.</title>" in html_of(common, room)


def test_small_and_missing_groups_are_named(tmp_path) -> None:
    rows = rows_of(a=(50, 100), b=(60, 100), few=(3, 6)) + [{"group": "", "label": "yes", "prediction": "yes"}] * 4
    text = page_1(audited(tmp_path, rows=rows))

    assert "All 210 cases in the data were counted." in text
    assert "Not recorded, and not judged: group in 4 cases." in text
    assert "Not judged, fewer than 30: few (6 cases)." in text


def test_a_group_that_could_not_be_compared_says_why(tmp_path) -> None:
    record = audited(tmp_path, SELECTED, groups={"a": (50, 100), "few": (3, 6)})
    text, short = page_1(record), page_1(record, Room(picture=False, full=0, lines=1))

    assert "Decided favourably, by group: could not be judged F-01" in text
    assert "Not measured (few: 6 cases; 30 needed). This is not a pass." in text
    assert "1. Group | not measured (few: 6 cases; 30 needed)" in short


def test_groups_that_a_limit_could_not_judge_are_named_before_those_that_no_limit_asks_about(tmp_path) -> None:
    level = a_check(metric="false_negative_rate", limit={"max": 0.5})
    rows = rows_of(a=(1_000, 2_000), b=(12, 72))
    text = page_1(audited(tmp_path, level, rows=rows))

    assert "Not judged, fewer than 30: b (12 of 72 cases)." in text


def test_a_limit_missed_by_less_than_the_rounding_shows_its_decimals(tmp_path) -> None:
    level = a_check(metric="adverse_rate", across="overall", limit={"max": 0.15})
    rows = rows_of(a=(84_600, 100_000))
    text = page_1(audited(tmp_path, level, rows=rows))

    assert "15 (could be 15 to 16) are decided adversely." in text
    assert "Limit: at most 15, before rounding 15.0 against 15.4 found; not met." in text


def test_limits_that_are_met_are_told_where_nothing_else_is(tmp_path) -> None:
    text = page_1(audited(tmp_path, SELECTED, groups={"a": (1_800, 2_000), "b": (1_800, 2_000)}))

    assert "Decided favourably, by group: met" in text
    assert "Every limit of weight that was set is met, as far as these records show." in text


def test_limits_of_less_weight_are_counted_not_told(tmp_path) -> None:
    minor = a_check(id="F-09", severity="minor", limit={"min": 0.99})
    text = page_1(audited(tmp_path, minor, groups={"a": (100, 200), "b": (180, 200)}))

    assert "No limit of weight was set: nothing decides." in text
    assert "Limits of less weight (page 2): 1 not met." in text


def test_a_demonstration_offers_nothing_to_sign(sample_record, tmp_path) -> None:
    assert "This is a demonstration: there is nothing to decide or sign." in page_1(sample_record)
    assert "Accept in writing" not in page_1(sample_record)

    draft = page_1(audited(tmp_path, groups={"a": (10, 100), "b": (90, 100)}))
    assert "Accept in writing, for a limited use, until a date." in draft
    assert "An empty box is not a yes." in draft


def test_predictions_alone_are_said_to_be_that(tmp_path) -> None:
    text = page_1(audited(tmp_path, groups={"a": (10, 100), "b": (90, 100)}))

    assert "(4 is the highest): the model's outputs were given, not the model, on cases that were made up." in text


def test_the_others_have_a_line_each_and_the_rest_is_counted(sample_record) -> None:
    text = page_1(sample_record, Room(picture=False, full=1, lines=3))

    assert "11 exceptions, worst first: 7 not met, 4 could not be judged." in text
    assert "2. Accountability | Not met, as its owner's people answered. Of 61 questions, 7 have a yes" in text
    assert "Not met: not suggested for release, of those released by officers." in text
    assert "3. Citizen | non-citizens: 40 (35 to 46) | citizens: 10 (9 to 11) | at most 15" in text
    assert "And 7 more on page 2." in text


@pytest.mark.parametrize("demonstration", [True, False])
def test_twelve_exceptions_leave_page_1_one_page(tmp_path, demonstration) -> None:
    names = [f"attribute {number:02d}" for number in range(6)]
    rows = [
        {**dict.fromkeys(names, group), "label": outcome, "prediction": outcome}
        for group, outcome, n in (("x", "yes", 40), ("x", "no", 60), ("y", "yes", 90), ("y", "no", 10))
        for _ in range(n)
    ]
    checks = [
        a_check(id=f"F-{number:02d}", metric=metric, across=[names[number % 6]], limit=limit)
        for number in range(12)
        for metric, limit in [
            ("selection_rate_ratio", {"min": 0.80}) if number < 6 else ("true_positive_rate_difference", {"max": 0})
        ]
    ]
    sensitive = [{"name": name, "label": name.capitalize()} for name in names]
    record = audited(tmp_path, *checks, rows=rows, demonstration=demonstration, columns={"sensitive": sensitive})

    assert sum(answer.verdict != "met" for finding in record.findings for answer in finding.rulings) == 12
    assert page_where(pdf_of(record), "Every check") == 2


def test_however_long_the_words_page_1_stays_one_page(tmp_path) -> None:
    long = "A very long label that goes on and on " * 50
    groups = {"a" * 300: (10, 100), "b" * 300: (90, 100), "c" * 300: (3, 10)}
    record = audited(
        tmp_path,
        groups=groups,
        system={"name": long[:1_900], "purpose": long[:1_900]},
        dataset={"provenance": long[:1_900]},
        columns={"sensitive": [{"name": "group", "label": long[:1_900]}], "unit": "case"},
        words={"favourable": long[:1_900], "adverse": long[:1_900]},
    )

    assert page_where(pdf_of(record), "Every check") == 2
