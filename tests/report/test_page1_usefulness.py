"""Whether the model does better than one answer for everyone, and what the records say of the same groups."""

import pytest
from conftest import a_check
from report_reading import audited, page_1

from fateaudit.report.usefulness import usefulness

PAST = {"label_kind": "past_decision"}
REFUSED = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})


def rows(agreeing, favourable, every=1_000):
    """Rows of which so many agree with their label, and so many have the favourable label."""
    labels = ["yes"] * favourable + ["no"] * (every - favourable)
    other = {"yes": "no", "no": "yes"}
    return [
        {"group": "a", "label": label, "prediction": label if place < agreeing else other[label]}
        for place, label in enumerate(labels)
    ]


@pytest.mark.parametrize(
    ("agreeing", "favourable", "heading"),
    [
        (830, 830, "Nothing gained"),
        (780, 830, "Nothing gained"),
        (832, 831, "Little gained"),
        (839, 830, "Little gained"),
        (840, 830, "What is gained"),
        (170, 170, "Nothing gained"),
        (900, 170, "What is gained"),
    ],
)
def test_it_is_held_against_the_better_of_two_answers_for_everyone(tmp_path, agreeing, favourable, heading) -> None:
    assert usefulness(audited(tmp_path, rows=rows(agreeing, favourable)), 100).heading == heading


def test_a_past_decision_is_agreed_with_and_an_outcome_is_right_or_not(tmp_path) -> None:
    past = page_1(audited(tmp_path / "past", rows=rows(780, 830), columns=PAST))
    outcome = page_1(audited(tmp_path / "outcome", rows=rows(780, 170)))

    assert (
        "Nothing gained\nThe model agrees with what was decided in 78 of every 100 cases. "
        "If every case were decided favourably, that would agree in 83. Outputs "
    ) in past
    assert "The model is right in 78 of every 100 cases. If every case were decided adversely, that would be" in outcome


def test_the_numbers_are_out_of_the_number_of_the_page(tmp_path) -> None:
    data = [{**row, "group": "b"} for row in rows(1_000, 999)] + rows(1_000, 900)
    text = page_1(audited(tmp_path, REFUSED, rows=data))

    assert "in 1,000 of every 1,000 cases. If every case were decided favourably, that would be right in 950." in text


def test_rows_without_a_label_do_not_count(tmp_path) -> None:
    unknown = [{"group": "a", "label": "", "prediction": "no"}] * 50
    record = audited(tmp_path, rows=rows(780, 830) + unknown)

    assert "in 78 of every 100 cases with a record of it." in usefulness(record, 100).told


def test_nothing_is_said_without_labels(tmp_path) -> None:
    record = audited(tmp_path, rows=[{"group": "a", "prediction": "yes"}] * 90, columns={"label": None})

    assert usefulness(record, 100) is None
    assert "gained" not in page_1(record)


def test_what_was_decided_then_stands_beside_a_gap(sample_record, sample_rows) -> None:
    def then(citizen):
        of = [row["released"] for row in sample_rows if row["citizen"] == citizen]
        return round(100 * of.count("No") / len(of))

    said = f"In the records, {then('No')} and {then('Yes')} were not released by officers."
    assert said in page_1(sample_record)
    assert page_1(sample_record).count("In the records, ") == 1 + ("by age: not met F-02" in page_1(sample_record))


def test_outcomes_are_not_what_was_decided(tmp_path) -> None:
    groups = {"a": (100, 200), "b": (180, 200)}

    assert "In the records" not in page_1(audited(tmp_path / "outcome", REFUSED, groups=groups))
    assert "In the records, 50 and 10 were" in page_1(audited(tmp_path / "past", REFUSED, groups=groups, columns=PAST))


def test_records_that_lack_labels_are_not_compared(tmp_path) -> None:
    data = [{**row, "group": "b"} for row in rows(400, 900)] + rows(1_000, 500)
    data += [{"group": "a", "label": "", "prediction": "no"}] * 50

    assert "In the records" not in page_1(audited(tmp_path, REFUSED, rows=data, columns=PAST))
