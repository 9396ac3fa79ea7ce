"""The pages after the first: every check, everyone, the technical findings, the method and the digests."""

import hashlib

import pytest
from conftest import a_check, rows_of
from report_reading import audited, html_of, page_1, text_of

from fateaudit.report.found import rooms
from fateaudit.report.lanes import MOST_LANES


def whole(record):
    return text_of(html_of(record, rooms(record)[0]))


def html(record):
    return html_of(record, rooms(record)[0])


def test_every_answer_has_a_row(sample_record) -> None:
    text = whole(sample_record)
    measured = {check.id for check in sample_record.policy.metric_checks()}
    findings = [finding for finding in sample_record.findings if finding.check in measured]
    answers = sum(len(finding.rulings) for finding in findings)

    table = text.partition("Every check\n")[2].partition("What was tested\n")[0]
    assert sum(line.count(" | ") == 5 for line in table.splitlines()) == answers + 1
    assert [line[:4] for line in table.splitlines() if line[1:3] == "-0"] == [
        finding.check for finding in findings for _ in finding.rulings
    ]
    assert "F-02 | Not suggested for release, by citizen: ratio | 3.45 | at most 1.25 | Not met | critical" in text


def test_everyone_is_counted_as_in_the_data(sample_record, sample_rows) -> None:
    text = whole(sample_record)
    black = sum(row["colour"] == "Black" for row in sample_rows)

    assert (
        f"People recorded as Black | {black:,} | 452 | 70.2 | 66.5 to 73.6 | 192 | 29.8 | 26.4 to 33.5 | judged" in text
    )
    assert "People aged 60 or over | 6 | 5 | 83.3 | 43.6 to 97.0 | 1 | 16.7 | 3.0 to 56.4 | no: under 30" in text


def test_ages_stand_in_their_order_and_the_unrecorded_last(sample_record, tmp_path) -> None:
    text = whole(sample_record).partition("Everyone counted\nEvery group")[2]
    ages = ["People under 18 |", "People aged 18 to 24 |", "People aged 25 to 39 |", "People aged 60 or over |"]
    assert sorted(ages, key=text.index) == ages

    rows = rows_of(Z=(50, 100), a=(60, 100)) + [{"group": "", "label": "yes", "prediction": "yes"}] * 40
    told = whole(audited(tmp_path, rows=rows)).partition("Everyone counted\nEvery group")[2]
    assert told.index("Z |") < told.index("a |") < told.index("Not recorded | 40")
    assert "Not recorded | 40 | 40 | 100.0 | 91.2 to 100.0 | 0 | 0.0 | 0.0 to 8.8 | no: not recorded" in told


def test_a_range_that_no_check_made_is_not_made_up(tmp_path) -> None:
    check = a_check(metric="true_positive_rate_ratio", limit={"min": 0.5})
    text = whole(audited(tmp_path, check, groups={"a": (50, 100), "b": (60, 100)}))

    assert "a | 100 | 50 | 50.0 | not computed | 50 | 50.0 | not computed | judged" in text


def test_a_technical_finding_says_rule_reason_and_method(sample_record) -> None:
    text = whole(sample_record)

    assert "Non-citizens | 400 | 180 | 45.0 | 40.2 to 49.9 | 3.45" in text
    assert "Non-citizens to citizens: ratio 3.45, range 2.83 to 3.91 (outside the axis)" in text
    assert "Not met when the whole range lies above 1.25. Met when it lies at 1.25 or less and enough arrests" in text
    assert "Formal name: adverse rate ratio to the lowest group." in text
    assert "fairlearn 0.15" in text
    assert "calculated every figure again: the same" in text


def test_only_ratios_are_drawn(sample_record) -> None:
    assert html(sample_record).count('viewBox="0 0 140 6"') == 9
    assert "Everyone: 14.0 of every 100, range 12.8 to 15.3" in whole(sample_record)
    assert "Men to women: 1.0 of every 100 apart, range 0.0 to 4.8" in whole(sample_record)


def test_what_could_not_be_measured_has_its_place_and_its_reason(tmp_path) -> None:
    text = whole(audited(tmp_path, groups={"a": (50, 100), "few": (3, 6)}))

    assert "F-01 | Decided favourably, by group: ratio | none | at least 0.80 | Not judged | critical" in text
    assert "Group: not measured: few: 6 cases; 30 needed (too few rows)" in text
    assert "Nothing could be measured." in text


def test_a_part_of_the_cases_that_was_not_judged_leaves_it_open(tmp_path) -> None:
    text = page_1(audited(tmp_path, groups={"a": (1_800, 2_000), "b": (1_800, 2_000), "few": (8, 10)}))
    assert "could not be judged" not in text.partition("The four features")[0]

    wide = a_check(limit={"min": 0.5})
    text = page_1(audited(tmp_path / "wide", wide, groups={"a": (90, 100), "b": (90, 100), "few": (20, 25)}))
    assert "could not be judged: within the limit where it was judged, but 25 of 225 cases were not judged." in text


NAMED = {"convention": "to_reference", "reference": {"group": "b"}}


def test_against_a_named_group_both_directions_are_said(tmp_path) -> None:
    ratio = a_check(id="F-01", limit={"min": 0.9}, params=NAMED)
    gap = a_check(id="F-02", metric="selection_rate_difference", limit={"max": 0.05}, params=NAMED)
    record = audited(tmp_path, ratio, gap, groups={"a": (300, 1_000), "b": (600, 1_000), "c": (610, 1_000)})
    first = page_1(record)
    text = whole(record)

    assert "Limit: 54 to 67 (0.90 to 1.11 times the 60); not met." in first
    assert "Limit: 55 to 65 (5 fewer to 5 more than the 60); not met." in first
    assert "Not met when the whole range of a group lies below 0.90 or above 1.11." in text
    assert "below −5 or above +5 of every 100" in text
    assert "a to b: −30.0 of every 100, range −" in text


def test_each_group_against_a_limit_has_its_own_verdict(tmp_path) -> None:
    level = a_check(metric="selection_rate", limit={"min": 0.5})
    text = whole(audited(tmp_path, level, groups={"a": (100, 1_000), "b": (500, 1_000), "c": (900, 1_000)}))
    lanes = [line for line in text.splitlines() if " of every 100, range " in line]

    assert [line[0] for line in lanes] == ["a", "b", "c"]
    assert lanes[0].endswith(" Not met")
    assert lanes[1].endswith(" Could not be judged")
    assert lanes[2].endswith(" Met")


def test_lanes_are_limited_and_the_others_counted(tmp_path) -> None:
    level = a_check(limit={"min": 0.5}, params=NAMED)
    groups = {name: (50 + place, 100) for place, name in enumerate("bcdefghijklm")}
    record = audited(tmp_path, level, groups=groups)

    assert html(record).count('viewBox="0 0 140 6"') == MOST_LANES
    assert "Group: 3 more groups in the table alone; none of them is farther beyond the limit." in whole(record)


def test_a_figure_that_decided_alone_is_said_to_have(tmp_path) -> None:
    text = whole(audited(tmp_path, statistics={"decide_on": "point"}, groups={"a": (50, 100), "b": (90, 100)}))

    assert "Not met when the figure lies below 0.80, otherwise met. Chance was not allowed for." in text
    assert "a to b: ratio 0.56 Not met\n" in text


def test_a_ratio_to_a_rate_of_nought_is_infinite_not_missing(tmp_path) -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    text = whole(audited(tmp_path, check, groups={"a": (50, 100), "b": (100, 100)}))

    assert "ratio infinite, range" in text
    assert "F-01 | Decided adversely, by group: ratio | infinite | at most 1.25 | Not met | critical" in text


def test_the_digests_are_whole_and_the_record_has_one(sample_record) -> None:
    text = whole(sample_record)

    for artifact in sample_record.artifacts:
        assert f"{artifact.name} | {artifact.size:,} | {artifact.sha256}" in text
    assert hashlib.sha256(sample_record.to_bytes()).hexdigest() in text


@pytest.mark.parametrize(
    "said",
    [
        "We cannot show how often this was run.",
        "Rows of one person were counted as if of several.",
        "The model ran in a process of its own",
        "A group of fewer than 30 arrests is shown and decides nothing.",
        "Figures on how the model decides may rest on rows that were. Seed: 20261121.",
    ],
)
def test_what_was_not_done_is_said(sample_record, said) -> None:
    assert said in whole(sample_record)
