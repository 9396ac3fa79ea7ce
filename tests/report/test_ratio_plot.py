"""The ratio plot: marks on one fixed axis, worked out by hand."""

import re

import pytest

from fateaudit.evidence import Side
from fateaudit.report.icon_array import draw as draw_marks
from fateaudit.report.ratio_plot import axis, draw

AT_LEAST = ((Side.MIN, 0.8),)
AT_MOST = ((Side.MAX, 1.25),)


def paths(svg):
    return re.findall(r'd="([^"]+)"', svg)


def test_equal_stands_in_the_middle_and_the_ends_at_a_third_and_three_times() -> None:
    for ratio, x in ((1.0, "70.00"), (1 / 3, "0.00"), (3.0, "140.00")):
        assert paths(draw(ratio, None, AT_LEAST, says=""))[-1].startswith(f"M{x} 1.3")


def test_a_limit_of_four_fifths_stands_at_40_in_a_hundred() -> None:
    # ln(3 * 0.8) / ln 9 = 0.39845
    marks = {mark.number: mark for mark in axis(AT_LEAST)}

    assert marks["0.80"].place == "39.84"
    assert [mark.word for mark in axis(AT_LEAST)] == ["a third", "half", "limit", "equal", "twice", "three times"]


def test_a_label_gives_way_to_a_limit_beside_it() -> None:
    assert [mark.word for mark in axis(((Side.MIN, 0.95),))] == ["a third", "half", "limit", "twice", "three times"]


def test_labels_at_the_edges_stay_inside() -> None:
    assert [mark.kind for mark in axis(AT_LEAST)] == ["first", "", "limit", "", "", "last"]


@pytest.mark.parametrize(("limits", "hatched"), [(AT_LEAST, (0, 55.78)), (AT_MOST, (84.22, 140))])
def test_hatched_is_what_does_not_meet_the_limit(limits, hatched) -> None:
    xs = [float(x) for x in re.findall(r"[ML]([\d.]+) ", paths(draw(1, None, limits, says=""))[0])]

    assert min(xs) == pytest.approx(hatched[0])
    assert max(xs) == pytest.approx(hatched[1])


def test_the_bar_is_the_range_that_decides() -> None:
    bar = paths(draw(1, (0.5, 2.0), AT_LEAST, says=""))[-2]

    assert bar == "M25.83 3H114.17"


@pytest.mark.parametrize(("ratio", "tip"), [(5.0, "M140 3"), (float("inf"), "M140 3"), (0.1, "M0 3"), (0.0, "M0 3")])
def test_what_lies_outside_is_an_arrow_at_the_edge(ratio, tip) -> None:
    assert paths(draw(ratio, (0.0, float("inf")), AT_LEAST, says=""))[-1].startswith(tip)


def test_a_limit_outside_the_axis_is_not_drawn() -> None:
    assert "limit" not in {mark.word for mark in axis(((Side.MIN, 0.1),))}
    assert "V6" in draw(1, None, ((Side.MIN, 0.1),), says="")


def test_what_is_said_is_escaped() -> None:
    assert "<title>&lt;b&gt; &amp; [U+202E]</title>" in draw(1, None, AT_LEAST, says="<b> & \u202e")
    assert "<title>&lt;b&gt;</title>" in draw_marks(3, says="<b>")


def test_a_hundred_marks_are_filled_from_the_bottom() -> None:
    solid, outlined = paths(draw_marks(30, says="thirty"))

    assert solid.count("M") == 30
    assert outlined.count("M") == 70
    assert solid.startswith("M0.8 90.8")
