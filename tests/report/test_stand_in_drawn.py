"""The stand-in as it is drawn: questions and ends stand where their lines lead, and say what they stand for."""

import re
from itertools import pairwise

import pytest
from conftest import a_policy
from report_reading import html_of, text_of

from fateaudit.evidence import Insights, Surrogate, Tree, TreeNode
from fateaudit.report import tree_plot
from fateaudit.report.found import Room
from fateaudit.report.stand_in import stand_in

ROOM = Room(picture=False, full=1, lines=0)


LEGEND = (
    "Up is yes, down is no. Where nothing is recorded, the answer is no, unless the question says otherwise. "
    "Dashed: the line at 73.3. Solid: on average suggested for release. Outline: on average not suggested for "
    "release; single arrests there can be on the other side."
)


def end(rows, mean):
    return TreeNode(asks=None, rows=rows, mean=mean)


SMALL = Tree(
    nodes=(
        TreeNode(asks="number", column="checks", at_most=2.0, missing="yes", yes=1, no=4, rows=200, mean=0.7),
        TreeNode(asks="text", column="sex", text="Male", yes=2, no=3, rows=150, mean=0.8),
        end(120, 0.9),
        end(30, 0.4),
        end(50, 0.4),
    )
)


def full(depth, column="checks"):
    """A tree of `depth` questions in a row, every end of ten rows, in the order in which it is read."""
    nodes = []

    def grow(left):
        place = len(nodes)
        nodes.append(None)
        rows = 10 * 2**left
        if not left:
            nodes[place] = end(rows, place / 100)
            return place
        yes, no = grow(left - 1), grow(left - 1)
        nodes[place] = TreeNode(asks="number", column=column, at_most=float(left), yes=yes, no=no, rows=rows, mean=0.5)
        return place

    grow(depth)
    return Tree(nodes=tuple(nodes))


def surrogate(drawn, **changes):
    given = {"by": "tree", "value": 0.87, "interval": (0.85, 0.89), "tree": 0.87, "points": 0.8, "baseline": -0.04}
    return Surrogate(**given | changes, drawn=drawn)


def told(record, found):
    """The words of the section."""
    text = text_of(html_of(record.model_copy(update={"insights": Insights(surrogate=found)}), ROOM))
    return text.partition("A simple stand-in\n")[2].partition("Can this be believed?\n")[0]


def test_a_stand_in_is_said_beside_a_worthless_one(sample_record) -> None:
    text = told(sample_record, surrogate(None, by="points", value=0.97, interval=(0.96, 0.98), tree=0.91, points=0.97))

    assert "A table of points repeats 97 of every 100 parts of how the scores differ (could be 96 to 98)" in text
    assert "A tree of at most four questions in a row repeats 91." in text
    assert "One fitted to shuffled scores repeats fewer than 0." in text
    assert "R²" not in text


def test_what_was_fitted_to_what_stands_beside_the_drawing(sample_record) -> None:
    text = told(sample_record, surrogate(SMALL))

    assert "Fitted to the model’s outputs, not the model: R² 0.87 on rows that it had not seen" in text
    assert "The tree repeats more. Where it differs from the model, the model decides." in text
    assert "The points repeat more; a tree can be drawn." in told(
        sample_record, surrogate(SMALL, by="points", points=0.95)
    )
    assert "Both repeat about as much." in told(sample_record, surrogate(SMALL, points=0.872))


def test_questions_and_ends_are_read_in_the_words_of_the_policy(sample_record) -> None:
    text = told(sample_record, surrogate(SMALL))

    assert text.splitlines()[2:9] == [
        "Score on average Of 100 arrests",
        "checks at most 2 or not recorded?",
        "yes Sex is Male?",
        "yes 90.0 60",
        "no 40.0 15",
        "no 40.0 25",
        LEGEND,
    ]


def test_the_largest_ends_are_written_out_and_all_of_them_read_aloud(sample_record) -> None:
    text = told(sample_record, surrogate(SMALL))
    html = html_of(sample_record.model_copy(update={"insights": Insights(surrogate=surrogate(SMALL))}), ROOM)

    assert "Where checks at most 2 or not recorded and sex is Male: on average 90.0; 60 of every 100 arrests." in text
    assert "Where checks over 2: on average 40.0; 25 of every 100 arrests." in text
    assert (
        "<title>A tree of 2 questions. Where checks at most 2 or not recorded and sex is Male: on average 90.0; 60 of "
        "every 100 arrests. Where checks at most 2 or not recorded and sex is not Male: on average 40.0;" in html
    )


def test_of_two_questions_about_one_number_the_narrower_is_said(sample_record) -> None:
    found = stand_in(sample_record.model_copy(update={"insights": Insights(surrogate=surrogate(full(3)))}))

    assert found.tree.paths[0].startswith("Where checks at most 1: on average")


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_lines_end_where_words_stand_and_no_two_ends_share_a_line(depth) -> None:
    tree = full(depth)
    drawing = tree_plot.draw(tree, {}, None, says="A tree")
    ends = [place for place in drawing.places if place.is_end]
    corners = re.findall(r"V([\d.]+)H([\d.]+)", drawing.svg)

    assert len(drawing.places) == 2 ** (depth + 1) - 1
    assert [place.node for place in drawing.places] == list(range(len(tree.nodes)))
    assert all(float(b.middle) - float(a.middle) == pytest.approx(tree_plot.ROW) for a, b in pairwise(ends))
    assert float(drawing.height) == pytest.approx(tree_plot.ROW * 2**depth)
    reached = {(place.middle, f"{float(place.left) - 0.6:.2f}") for place in drawing.places if place.way}
    assert {(middle, left) for middle, left in corners} == reached
    assert all(float(place.left) + float(place.width) <= tree_plot.WIDTH for place in drawing.places)


def test_yes_stands_above_no() -> None:
    middles = {place.node: float(place.middle) for place in tree_plot.draw(SMALL, {}, None, says="").places}

    assert middles[1] < middles[0] < middles[4]
    assert middles[2] < middles[1] < middles[3]


def test_a_bar_is_as_long_as_its_score_and_filled_from_the_line_on(sample_record) -> None:
    found = stand_in(sample_record.model_copy(update={"insights": Insights(surrogate=surrogate(SMALL))}))
    bars = re.findall(
        r'fill="(#\w+)" stroke="#15181c" stroke-width=".3" d="M[\d.]+ [\d.]+h([\d.]+)v', found.tree.drawing.svg
    )

    assert bars == [("#15181c", "13.50"), ("#fff", "6.00"), ("#fff", "6.00")]


def test_a_question_of_the_data_is_shown_and_never_obeyed(sample_record) -> None:
    hostile = "<b>\u202e{{ 7*7 }}</b>"
    nodes = (
        TreeNode(asks="text", column=hostile, text=hostile, yes=1, no=2, rows=20, mean=0.5),
        end(10, 0.4),
        end(10, 0.6),
    )
    found = surrogate(Tree(nodes=nodes))
    html = html_of(sample_record.model_copy(update={"insights": Insights(surrogate=found)}), ROOM)

    assert "<b>\u202e" not in html
    assert "&lt;b&gt;[U+202E]{{ 7*7 }}&lt;/b&gt; is" in html


@pytest.mark.parametrize(
    "nodes",
    [
        (TreeNode(asks="number", column="a", at_most=1.0, yes=0, no=1, rows=2, mean=0.0), end(1, 0.0)),
        (TreeNode(asks="number", column="a", at_most=1.0, yes=1, no=1, rows=2, mean=0.0), end(1, 0.0)),
        (TreeNode(asks="number", column="a", at_most=1.0, yes=1, no=2, rows=2, mean=0.0), end(1, 0.0), end(2, 0.0)),
        (end(1, 0.0), end(1, 0.0)),
    ],
    ids=["a ring", "two ways to one end", "rows that are lost", "an end that nothing leads to"],
)
def test_what_is_no_tree_is_refused(nodes) -> None:
    with pytest.raises(ValueError, match="tree"):
        Tree(nodes=nodes)


@pytest.mark.parametrize(
    "node",
    [
        {"asks": None, "at_most": 1.0},
        {"asks": "number"},
        {"asks": "text", "text": "x", "at_most": 1.0, "yes": 1, "no": 2},
        {"asks": "missing", "yes": 1},
    ],
)
def test_half_a_question_is_refused(node) -> None:
    with pytest.raises(ValueError, match="two ways on, or an end"):
        TreeNode(**node, rows=1, mean=0.0)


def test_a_model_of_numbers_has_no_bars_of_scores(sample_record) -> None:
    policy = sample_record.policy.model_copy(update={"task": "regression"})
    changes = {"insights": Insights(surrogate=surrogate(SMALL)), "policy": policy}
    found = stand_in(sample_record.model_copy(update=changes))

    assert found.tree.headings[0] == "Number on average"
    assert 'stroke-width=".3"' not in found.tree.drawing.svg
    assert "The line is at 0.733." in found.tree.legend


def test_a_policy_of_fewer_words_still_has_a_legend(sample_record) -> None:
    changes = {"insights": Insights(surrogate=surrogate(SMALL)), "policy": a_policy(), "system": a_policy().system}
    found = stand_in(sample_record.model_copy(update=changes))

    assert "Solid: on average decided favourably." in found.tree.legend
    assert found.tree.headings == ("Score on average", "Of 100 cases")
