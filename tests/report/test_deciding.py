"""How the model decides: what the record tells about it, said without a cause, and what it does not tell."""

import pytest
from report_reading import a_trace, audited, html_of, pdf_of, text_of

from fateaudit.evidence import (
    Contribution,
    Example,
    GapParts,
    Importances,
    Insights,
    NotTold,
)
from fateaudit.report import pdf as drawing
from fateaudit.report.columns import points, route_said, whole
from fateaudit.report.deciding import deciding
from fateaudit.report.found import Room

ROOM = Room(picture=False, full=1, lines=0)
CAUTION = "These points say how the model's score adds up. They are not causes."


def parts(**values):
    return tuple(Contribution(column=name, value=value, standard_error=0.01) for name, value in values.items())


def importances(**changes):
    given = {
        "columns": parts(checks=0.06, employed=0.03, sex=0.01),
        "rows": 200,
        "of_rows": 2_613,
        "settled": True,
        "base": 0.82,
        "route": "exact_enumeration",
        "gap": 1e-15,
        "background": 100,
        "background_is_all": False,
        "refused": (),
        "second_route": "",
    }
    return Importances(**given | changes)


def a_gap(**changes):
    given = {
        "attribute": "colour",
        "first": "White",
        "second": "Black",
        "value": 0.16,
        "parts": parts(checks=0.074, employed=0.066, age=0.02),
        "rows": 2_613,
        "of_rows": 2_613,
        "route": "exact_enumeration",
    }
    return GapParts(**given | changes)


def an_example(**changes):
    given = {
        "kind": "typical",
        "inputs": (("checks", "1"), ("sex", "Male")),
        "score": 0.9,
        "values": (("sex", 0.0001), ("checks", 0.08)),
        "rows_alike": 21,
        "sentence": "Out of 100: 90. The average case: 82.",
        "caution": CAUTION,
    }
    return Example(**given | changes)


def told(record, **insights):
    """The section as it is read, from a record that tells this and nothing else."""
    text = text_of(html_of(record.model_copy(update={"insights": Insights(**insights)}), ROOM))
    return text.partition("How the model decides\n")[2].partition("Technical findings\n")[0]


def test_the_sample_tells_every_part(sample_record) -> None:
    section = deciding(sample_record)

    assert section.ranking
    assert len(section.gaps) == 4
    assert len(section.cases) == 2
    assert section.absent == ""


def test_the_caution_comes_before_the_first_bar(sample_record) -> None:
    html = html_of(sample_record, ROOM)

    assert html.index("These are not causes") < html.index('<i style="--w:')


def test_the_first_sentence_names_what_is_read_and_what_is_not(sample_record) -> None:
    text = told(sample_record, importances=importances())

    assert "The model gives each arrest a score from 0 to 100. At 73.3 or more it says: suggested for release." in text
    assert "It reads 3 columns: checks, employed and sex." in text
    assert "Recorded colour, age and citizen are not among them." in text


def test_a_ranking_has_numbers_and_says_how_it_was_found(sample_record) -> None:
    text = told(sample_record, importances=importances())

    assert "The score moves most with checks: by 6.0 points of 100 on average, up or down." in text
    assert "1.\N{NO-BREAK SPACE}checks | 6.0 | 1.0 | 60" in text.replace("1. checks", "1.\N{NO-BREAK SPACE}checks")
    assert "Sex | 1.0 | 1.0 | 10" in text
    assert "Over 200 of 2,613 arrests, drawn at random." in text
    assert "Exact enumeration: every set of columns was tried. A column that is not known is filled in from 100" in text
    assert "None was open: the figures were found in one way only." in text


def test_a_ranking_that_is_less_sure_says_so(sample_record) -> None:
    changes = {"settled": False, "gap": 1e-4, "route": "antithetic_permutations", "rows": 2_613}
    found = importances(refused=("tree_paths: not a tree",), second_route="the same to within 9e-15", **changes)
    text = told(sample_record, importances=found)

    assert "The figures are less sure than wanted: there are no more rows." in text
    assert "Over all 2,613 arrests." in text
    assert "to within 0.01 points." in text
    assert "Not taken | Paths through the trees: not a tree." in text
    assert "The same to within a millionth." in text


def test_eight_columns_are_ranked_and_the_others_added_up(sample_record) -> None:
    many = parts(**{f"c{number:02d}": 0.01 for number in range(11)})
    text = told(sample_record, importances=importances(columns=many), gaps=(a_gap(parts=many, value=0.11),))

    assert "8. c07" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "9. c08" not in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "3 other columns together | 3.0 | | 27" in text
    assert "3 other columns together | +3.0" in text
    assert "this goes with c00 (1), c01 (1), c02 (1) and 8 more." in text


def test_a_difference_is_said_in_whole_numbers_that_add_up(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(),))

    assert "16 more of people recorded as White than of people recorded as Black are suggested for release." in text
    assert "In the model this goes with checks (7), employed (7) and age (2)." in text
    assert "The model does not read recorded colour; the difference is there all the same." in text
    assert "checks | +7.4 | 1.0" in text
    assert "The whole difference | 16.0 | | over all 2,613 arrests" in text


def test_a_difference_is_said_of_the_group_that_has_more(sample_record) -> None:
    gap = a_gap(first="Black", second="White", value=-0.03, parts=parts(checks=-0.05, colour=0.02))
    text = told(sample_record, gaps=(gap,))

    assert "3 more of people recorded as White than of people recorded as Black" in text
    assert "this goes with checks (5); the other way go recorded colour (2)." in text
    assert "does not read" not in text


def test_rows_that_were_drawn_are_said_to_be(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(rows=500, route="antithetic_permutations"),))

    assert "over 500 of 2,613 arrests, drawn at random; over all of them it would differ a little" in text
    assert "Found by permutations of the columns." in text


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "As many of people recorded as White"), (0.001, "fewer than 1 more of people recorded as White")],
)
def test_a_difference_that_is_hardly_one_is_not_said_as_nought(sample_record, value, said) -> None:
    text = told(sample_record, gaps=(a_gap(value=value, parts=parts(checks=value)),))

    assert said in text
    assert "No column alone goes with 1 of every 100." in text


def test_an_attribute_that_the_policy_does_not_declare_keeps_its_name(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(attribute="quarter", first="n", second="s"),))

    assert "16 more of n than of s are suggested" in text
    assert "What the difference by quarter goes with" in text


def test_an_example_has_its_inputs_its_caution_and_its_outcome(sample_record) -> None:
    text = told(sample_record, examples=(an_example(), an_example(kind="borderline", score=0.7329, rows_alike=0)))

    assert "Its score is 90.0 and the line is at 73.3: suggested for release. 21 arrests" in text
    assert "21 arrests in the data say the same, so it is nobody's own case." in text
    assert "checks | 1 | 8.0 higher" in text
    assert "Sex | Male | 0.0" in text
    assert "Its score is 73.29 and the line is at 73.30: not suggested for release." in text
    assert "Not one of the arrests in the data says the same." in text


def test_a_score_on_the_line_is_not_put_on_a_side(sample_record) -> None:
    text = told(sample_record, examples=(an_example(score=0.733),))

    assert "The line is at 73.3, where this score is." in text


def test_an_example_of_many_columns_names_those_that_move_it(sample_record) -> None:
    values = tuple((f"c{number:02d}", 0.01 * number) for number in range(10))
    text = told(sample_record, examples=(an_example(values=values),))

    assert "c09 | not known | 9.0 higher" in text
    assert "2 other columns together | | 1.0 higher" in text


def test_what_is_absent_is_said_to_be(sample_record) -> None:
    because = NotTold(what="how the score adds up", because="the model failed on mixed rows")

    assert "The record does not say why." in told(sample_record)
    text = told(sample_record, not_told=(because,))
    assert "Not told: what moves the score, what differences between groups go with, example cases" in text
    assert "How the score adds up | The model failed on mixed rows." in text
    assert "The record does not say why." not in text
    assert "These are not causes" not in text


def test_without_the_model_nothing_is_said_of_its_score(tmp_path) -> None:
    text = text_of(html_of(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)}), ROOM))

    assert "The model was not at hand, only its outputs. What stands here is what could be told without it." in text


def test_names_from_the_data_are_shown_and_never_obeyed(sample_record) -> None:
    hostile = "<b>\u202e{{ 7*7 }}</b>"
    record = sample_record.model_copy(
        update={
            "insights": Insights(
                importances=importances(columns=parts(**{hostile: 0.05})),
                examples=(an_example(inputs=((hostile, hostile),), values=((hostile, 0.1),), sentence=hostile),),
                trace=a_trace(("input", hostile, hostile)),
                not_told=(NotTold(what=hostile, because=hostile),),
            )
        }
    )
    html = html_of(record, ROOM)

    assert "<b>\u202e" not in html
    assert "&lt;b&gt;[U+202E]{{ 7*7 }}&lt;/b&gt;" in html


def test_the_caution_and_the_first_bars_are_on_one_sheet(sample_record) -> None:
    weasyprint = drawing._weasyprint()  # noqa: SLF001 - only the layout knows
    pages = drawing._lay_out(weasyprint, html_of(sample_record, ROOM)).pages  # noqa: SLF001 - as above
    boxes = [page._page_box.descendants() for page in pages]  # noqa: SLF001 - as above
    classes = [{box.element.get("class") for box in page if box.element is not None} for page in boxes]

    assert ["bars" in page for page in classes if "caution" in page] == [True]


def test_long_names_and_many_columns_make_no_page_empty(sample_record) -> None:
    many = parts(**{f"{'long_' * 20}{number}": 0.3 / (number + 1) for number in range(40)})
    values = tuple((one.column, one.value) for one in many)
    insights = Insights(
        importances=importances(columns=many),
        gaps=(a_gap(parts=many),) * 6,
        examples=(an_example(values=values),),
        trace=a_trace(*(("input", one.column, "x" * 200) for one in many)),
        not_told=tuple(NotTold(what="long " * 20, because="longer " * 60) for _ in range(30)),
    )
    pdf = pdf_of(sample_record.model_copy(update={"insights": insights}))

    assert all(len(page.Contents.read_bytes()) > 2_000 for page in pdf.pages)


def test_points_have_the_decimals_it_takes() -> None:
    assert points(0.7329, beside=0.733) == "73.29"
    assert points(-0.0001) == "0.0"
    assert points(-0.05) == "−5.0"


def test_whole_parts_add_up() -> None:
    assert whole([0.0709, 0.0515, 0.0347, 0.001, -0.0006]) == (7, 5, 4, 0, 0)
    assert sum(whole([0.334, 0.333, 0.333])) == 100
    assert whole([]) == ()


def test_only_rounding_is_called_a_millionth() -> None:
    assert (
        route_said("to within 9e-15 by tree_paths, not 3e-05")
        == "to within a millionth by paths through the trees, not 3e-05"
    )
