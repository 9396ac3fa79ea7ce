"""One column changed: panels that lose nothing for whoever cannot see them, and say where the model guesses."""

import re
from itertools import pairwise

import pytest
from report_reading import html_of, text_of

from fateaudit.evidence import Contribution, CurvePoint, CurveSeen, GapParts, Insights
from fateaudit.report.curve_plot import Dot, draw
from fateaudit.report.curves import curves
from fateaudit.report.found import Room

ROOM = Room(picture=False, full=1, lines=0)
AGES = ((18.0, 0.60, 0.70, 400), (30.0, 0.65, 0.72, 600), (42.0, 0.73, 0.74, 0), (60.0, 0.80, 0.75, 80))


def of_numbers(points=AGES, own=42.0, **changes):
    given = {
        "column": "age",
        "case": "borderline",
        "points": tuple(
            CurvePoint(value=f"{at:g}", number=at, score=score, mean=mean, rows=rows, is_own=at == own)
            for at, score, mean, rows in points
        ),
    }
    return CurveSeen(**given | changes)


def of_words(*words, column="district", own=""):
    return CurveSeen(
        column=column,
        case="typical",
        points=tuple(
            CurvePoint(value=word, number=None, score=0.7 + place / 50, mean=0.7, rows=50, is_own=word == own)
            for place, word in enumerate(words)
        ),
    )


def section(record, *shown):
    return curves(Insights(curves=shown), record.policy)


def page(record, *shown):
    html = html_of(record.model_copy(update={"insights": Insights(curves=shown)}), ROOM)
    return text_of(html).partition("How the model decides\n")[2].partition("Technical findings\n")[0]


def test_a_panel_says_in_words_what_it_shows(sample_record) -> None:
    text = page(sample_record, of_numbers())

    assert (
        "The made-up case nearest to the line, and the average, with one column at another value and all else kept"
        in text
    )
    assert "The case: 60.0 with 18 to 80.0 with 60." in text
    assert "where fewer than 10 are: there the model guesses." in text


def test_every_number_can_be_heard(sample_record) -> None:
    (panel,) = section(sample_record, of_numbers()).panels
    (title,) = re.findall("<title>(.*?)</title>", panel.picture)

    assert title.startswith("Age: with 18 the case scores 60.0 and the average 70.0, 400 arrests near; with 30 ")
    assert "with 42 the case scores 73.0 and the average 74.0, fewer than 10 arrests near" in title


def test_all_panels_share_one_scale_and_show_the_line(sample_record) -> None:
    panels = section(sample_record, of_numbers(), of_words("a", "b")).panels

    assert panels[0].scale == panels[1].scale
    assert {label.said for label in panels[0].scale if label.is_strong} == {"line"}
    assert {label.said for label in panels[0].scale if not label.is_strong} <= {"60", "65", "70", "75", "80"}
    assert [float(label.place) for label in panels[0].scale if not label.is_strong] == sorted(
        (float(label.place) for label in panels[0].scale if not label.is_strong), reverse=True
    )


def test_lines_are_broken_where_few_rows_are_near() -> None:
    def dots(*shares):
        return [
            Dot(at=place / 3, score=0.5, mean=0.4, share=share, is_own=False, is_joined=True)
            for place, share in enumerate(shares)
        ]

    assert "dasharray" not in draw(dots(1.0, 0.5, 0.2), 0.5, says="")
    # Two pieces of each line touch the value in the middle.
    assert draw(dots(1.0, 0.5, 0.0, 0.2), 0.5, says="").count("dasharray") == 4


def test_words_are_not_joined_and_stand_under_their_marks_where_they_have_room(sample_record) -> None:
    few, many = section(sample_record, of_words("Yes", "No", own="No"), of_words("Administrative", "b")).panels

    assert [(label.said, label.is_strong) for label in few.values] == [("Yes", False), ("No", True)]
    assert few.listed == ""
    assert many.values == ()
    assert many.listed == "From left: Administrative, b."
    assert 'stroke-width="0.5"' not in few.picture


def test_numbers_under_a_panel_do_not_run_into_each_other(sample_record) -> None:
    crowded = tuple((1_000.0 + step, 0.7, 0.7, 40) for step in range(10))
    (panel,) = section(sample_record, of_numbers(crowded, own=1_004.0)).panels
    places = [float(label.place) for label in panel.values]

    assert places == sorted(places)
    assert min(after - before for before, after in pairwise(places)) > 15
    assert [label.said for label in panel.values if label.is_strong] == ["1004"]
    assert {"1000", "1009"} <= {label.said for label in panel.values}


def test_what_is_not_recorded_stands_at_the_right_end(sample_record) -> None:
    points = (
        *of_numbers(own=30.0).points,
        CurvePoint(value="Not recorded", number=None, score=0.7, mean=0.7, rows=30, is_own=False),
    )
    (panel,) = section(sample_record, of_numbers(points=()).model_copy(update={"points": points})).panels

    assert [label.said for label in panel.values] == ["18", "30", "42", "Not recorded"]
    assert "with Not recorded the case scores 70.0" in panel.picture


@pytest.mark.parametrize("score", [0.733, 0.2])
def test_a_score_that_never_changes_is_still_drawn(sample_record, score) -> None:
    flat = tuple((float(at), score, score, 40) for at in range(3))
    (panel,) = section(sample_record, of_numbers(flat, own=1.0)).panels

    assert panel.sentence == f"The case scores {100 * score:.1f} with each."
    assert "nan" not in panel.picture


def test_names_from_the_data_are_shown_and_never_obeyed(sample_record) -> None:
    hostile = "<b>\u202e{{ 7*7 }}</b>"
    html = html_of(
        sample_record.model_copy(update={"insights": Insights(curves=(of_words(hostile, "b", column=hostile),))}), ROOM
    )

    assert "<b>\u202e" not in html
    assert "&lt;b&gt;[U+202E]" in html


def wrong(attribute="colour", value=0.134, columns=("checks", "citizen", "employed"), **changes):
    parts = tuple(
        Contribution(column=name, value=part, standard_error=0.01)
        for name, part in zip(columns, (0.08, 0.06, -0.006, *[0.0] * 9), strict=False)
    )
    given = {"attribute": attribute, "first": "Black", "second": "White", "value": value, "parts": parts}
    return GapParts(**given | {"rows": 500, "of_rows": 2_179, "route": "exact_enumeration"} | changes)


def told(record, *gaps):
    html = html_of(record.model_copy(update={"insights": Insights(wrong_gaps=gaps)}), ROOM)
    return text_of(html).partition("And against the records")[2].partition("What could not be told")[0]


def test_differences_against_the_records_are_said_with_their_columns(sample_record) -> None:
    text = told(sample_record, wrong())

    assert "how many are not suggested for release though released by officers:" in text
    assert (
        "13.4 more of every 100 of people recorded as Black than of people recorded as White, over 500 arrests of "
        "2,179, drawn at random. It goes with checks +8.0, citizen +6.0, employed −0.6." in text
    )


def test_the_group_that_has_more_is_named_first_and_many_columns_are_added_up(sample_record) -> None:
    turned = wrong(value=-0.134, columns=[f"c{place}" for place in range(8)], rows=2_179)
    text = told(sample_record, turned)

    assert "13.4 more of every 100 of people recorded as White than of people recorded as Black, over 2,179" in text
    assert "It goes with c0 −8.0, c1 −6.0, c2 +0.6, c3 0.0, 4 others 0.0." in text


def test_that_points_are_no_causes_is_said_once(sample_record) -> None:
    text = text_of(html_of(sample_record, ROOM))

    assert text.count("These are not causes") == 1
    assert len(re.findall(r"\b(?:no|not an?|not) causes?\b", text)) == 1
    for said in ("about the model, and not about the people", "nobody has seen", "relative", "no advice"):
        assert text.count(said) == 1
