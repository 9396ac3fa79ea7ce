"""fairlearn's by_group with counts; the last ones come out of fairlearn itself."""

import pandas as pd
import pytest
from fairlearn import metrics
from rechecked import because, unchecked, wrong, wrong_figures

from fateaudit.rechecking import Tool, Verdict, recheck

HEADER = "race,count,tp,fp,tn,fn,selection_rate,true_positive_rate,false_positive_rate"
A = "A,100,40,20,30,10,.600,.800,.400"
B = "B,50,12,6,24,8,.360,.600,.200"


def by_group(*rows, header=HEADER):
    return "\n".join([header, *rows])


def test_a_right_table_follows_in_every_figure() -> None:
    result = recheck(by_group(A, B).encode(), "t")

    assert result.tool is Tool.FAIRLEARN
    assert [figure.verdict for figure in result.figures] == [Verdict.FOLLOWS] * 8


def test_summaries_in_rows_follow() -> None:
    text = by_group(
        A,
        B,
        "overall,150,52,26,54,18,.520,.743,.325",
        "difference,50,28,14,6,2,.240,.200,.200",
        "ratio,,,,,,.600,.750,.500",
    )

    assert wrong(text) == []
    assert unchecked(text) == set()


def test_a_group_without_positives_has_no_true_positive_rate() -> None:
    """fairlearn gives 0.0, which makes a gap out of nothing."""
    text = by_group(A, B, "C,10,0,2,8,0,.200,0.000,.200", "difference,,,,,,.400,.800,.200")

    assert wrong(text) == ["race = C | true_positive_rate", "difference | true_positive_rate"]
    first, second = wrong_figures(text)
    assert first.because == "undefined made a number: TP/positives divides by 0"
    assert second.because == "it counts an undefined rate as 0, not the largest difference between groups"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "A,100,40,20,30,10,.600,.800,.333",
            "this is FP/predicted positives, a false discovery rate, not FP/negatives",
        ),
        ("A,100,40,20,30,10,.600,.200,.400", "this is FN/positives, a false negative rate, not TP/positives"),
        ("A,100,40,20,30,10,.600,.400,.400", "this is TP/group size, not TP/positives"),
        ("A,100,40,20,30,10,.613,.800,.400", "it should be predicted positives/group size"),
    ],
)
def test_a_wrong_rate_is_named_with_what_it_is(row, reason) -> None:
    text = by_group(row, B)

    assert len(wrong(text)) == 1
    assert because(text) == reason


SUMMARIES = (
    "race,count,tp,fp,tn,fn,demographic_parity_difference,demographic_parity_ratio,equalized_odds_difference,"
    "equalized_odds_ratio,selection_rate_difference_to_overall"
)


def summarised(*stated):
    return by_group("A,100,40,20,30,10,,,,,", "B,50,12,10,20,8," + ",".join(stated), header=SUMMARIES)


def test_summaries_in_columns_follow() -> None:
    """Selection 60 and 44 of 100, TPR 80 and 60, FPR 40 and 33 1/3; together 82 of 150 are selected."""
    assert wrong(summarised(".160", ".733", ".200", ".750", ".107")) == []


@pytest.mark.parametrize(
    ("place", "stated", "reason"),
    [
        (2, ".133", "it is the mean over both rates"),
        (2, ".067", "it is that of one of the two rates"),
        (0, ".107", "it is the largest difference to all together: another reference than stated"),
        (0, ".733", "it is the smallest ratio between groups"),
    ],
)
def test_another_convention_than_stated_is_named(place, stated, reason) -> None:
    figures = [".160", ".733", ".200", ".750", ".107"]
    figures[place] = stated

    assert because(summarised(*figures)).startswith(reason)


def test_counts_of_people_alone_leave_rates_unchecked_but_not_impossible_ones() -> None:
    text = "race,count,selection_rate,true_positive_rate\na,4,0.75,0.5\nb,6,0.55,0.60\n"

    assert wrong(text) == ["race = b | selection_rate"]
    assert "no whole number out of 6 gives it; 3 of 6 is the nearest" in because(text)
    assert len(unchecked(text)) == 3


def test_rates_over_the_same_denominator_add_up_without_counts() -> None:
    text = "race,true_positive_rate,false_negative_rate\na,0.40,0.60\nb,0.40,0.50\n"

    assert wrong(text) == ["race = b | true_positive_rate + false_negative_rate"]


def a_frame():
    """The data of fairlearn's user guide, with the counts that it leaves out."""

    def cell(label, decision):
        return lambda y_true, y_pred: int(((y_true == label) & (y_pred == decision)).sum())

    truth = pd.Series([0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    told = pd.Series([0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0])
    named = {
        name: getattr(metrics, name)
        for name in ("count", "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate")
    }
    cells = {"tp": cell(1, 1), "fp": cell(0, 1), "tn": cell(0, 0), "fn": cell(1, 0)}
    group = pd.Series(list("bbabbcccaacabccbcc"), name="race")
    return metrics.MetricFrame(metrics=named | cells, y_true=truth, y_pred=told, sensitive_features=group)


def test_what_fairlearn_itself_wrote_follows() -> None:
    frame = a_frame()
    table = frame.by_group
    for name, found in (("overall", frame.overall), ("difference", frame.difference())):
        table = pd.concat([table, found.to_frame(name).T.rename_axis("race")])
    rows = frame.by_group.reset_index().to_json(orient="records")

    for text in (table.to_csv(), table.round(3).to_csv(), rows, frame.by_group.to_json()):
        result = recheck(text.encode(), "t")
        assert {figure.verdict for figure in result.figures} == {Verdict.FOLLOWS}, result.of(Verdict.DOES_NOT_FOLLOW)


def test_without_the_cells_fairlearns_own_table_cannot_be_checked() -> None:
    text = a_frame().by_group[["count", "selection_rate", "true_positive_rate"]].to_csv()

    assert wrong(text) == []
    assert len(unchecked(text)) == 6
