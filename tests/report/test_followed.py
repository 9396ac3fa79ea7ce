"""One case, followed: six stages, each explained; what was not seen is named, with the reason."""

import pytest
from report_reading import a_trace, html_of, text_of

from fateaudit.evidence import Example, Insights
from fateaudit.report.followed import TITLES
from fateaudit.report.found import Room
from fateaudit.transparency.measuring import Stage

ROOM = Room(picture=False, full=1, lines=0)
CLOSED = {"input", "score", "threshold", "decision"}


def told(record, trace, examples=(), **access):
    """The page as it is read."""
    changes = {"insights": Insights(trace=trace, examples=examples)}
    if access:
        changes["access"] = record.access.model_copy(update=access)
    text = text_of(html_of(record.model_copy(update=changes), ROOM))
    return text.partition("One case, followed\n")[2].partition("What its makers wrote\n")[0]


def test_the_stages_are_those_that_are_looked_for() -> None:
    assert tuple(TITLES) == tuple(Stage)


def test_a_case_is_followed_through_six_stages_to_its_decision(sample_record) -> None:
    example = Example(
        kind="typical",
        inputs=(("checks", "1"), ("sex", "Male")),
        score=0.7,
        values=(),
        rows_alike=20,
        sentence="x",
        caution="y",
    )
    text = told(sample_record, a_trace(), examples=(example,))

    assert "The made-up case that is typical, step by step. 6 of 6 stages can be seen." in text
    assert "Calculated by hand from these weights, the score is the model's own." in text
    assert [line for line in text.splitlines() if line[:3] in {f"{place}. " for place in range(1, 7)}] == [
        "1. Goes in",
        "2. As numbers",
        "3. Weighed",
        "4. Score",
        "5. The line",
        "6. Decision",
    ]
    assert "checks | 1\nSex | Male" in text
    assert "Number | Value\nchecks_scaled | −2" in text
    assert "Number | Weight × value\nchecks_scaled | 0.6\nStarting value | 0.4\nSum | 1" in text
    assert "The model gives 0.731059, a number from 0 to 1. It is 1 ÷ (1 + e to the power of minus the sum)." in text
    assert "at or above 0.733 is suggested for release." in text
    assert "The score lies below the line: not suggested for release." in text
    assert "audit.json, attached to this PDF, under “insights”, “trace”" in text
    assert "Not seen" not in text


@pytest.mark.parametrize(
    ("score", "formula"),
    [("0.268941", "It is 1 ÷ (1 + e to the power of the sum)."), ("1", "from 0 to 1.\n"), ("?", "from 0 to 1.\n")],
)
def test_how_a_sum_becomes_a_score_is_said_where_it_is_known(sample_record, score, formula) -> None:
    assert formula in told(sample_record, a_trace(score=score))


def test_weights_that_do_not_lead_to_the_score_are_not_said_to(sample_record) -> None:
    text = told(sample_record, a_trace(recomputed=False))

    assert "The weights that were read do not give the model's own score." in text
    assert "e to the power" not in text


def test_of_a_closed_model_the_stages_inside_are_named_with_the_reason(sample_record) -> None:
    text = told(sample_record, a_trace(recomputed=False, stages=CLOSED), is_open=False)

    assert "4 of 6 stages can be seen. The way from what goes in to the score cannot be calculated by hand." in text
    assert text.count("Not seen: the model is closed.") == 2


def test_of_trees_the_last_step_is_named_as_no_sum_of_weights(sample_record) -> None:
    trace = a_trace(recomputed=False, stages=CLOSED | {"encoded"})
    text = told(sample_record, trace, description=("Pipeline", "OneHotEncoder", "RandomForestClassifier"))

    assert "Not seen: RandomForestClassifier is no sum of weights." in text
    assert text.count("Not seen") == 1


def test_a_step_that_gave_no_answer_is_said_to_have_given_none(sample_record) -> None:
    text = told(sample_record, a_trace(recomputed=False, stages=CLOSED))

    assert text.count("Not seen: this step gave no answer when it was asked about the case.") == 2


def test_of_a_long_way_the_heaviest_steps_are_shown_and_how_they_add_up(sample_record) -> None:
    more = [("encoded", f"c{number:02d}", "1") for number in range(20)]
    more += [("weighed", f"c{number:02d}", str(number)) for number in range(20)]
    text = told(sample_record, a_trace(*more))

    assert "c19 | 1\n" in text
    assert "c19 | 19\n" in text
    assert "c02 | " not in text
    assert "Sum | 1" in text
    assert text.count("And 13 more of less weight, which are in the record.") == 2


def test_without_a_trace_there_is_no_such_page(sample_record) -> None:
    assert told(sample_record, None) == ""


def test_it_begins_on_a_sheet_of_its_own(sample_record) -> None:
    html = html_of(sample_record, ROOM)

    assert '<section class="part sheet-of-its-own followed">\n<h1>One case, followed</h1>' in html
