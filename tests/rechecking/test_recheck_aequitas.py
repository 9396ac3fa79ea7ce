"""Aequitas crosstabs: groups A (40 TP, 10 FN, 20 FP, 30 TN) and B (12 TP, 8 FN, 6 FP, 24 TN)."""

from pathlib import Path

import pytest
from rechecked import because, unchecked, wrong, wrong_figures

from fateaudit.rechecking import Tool, Verdict, recheck

COLUMNS = (
    "model_id,score_threshold,k,attribute_name,attribute_value,tpr,tnr,for,fdr,fpr,fnr,npv,precision,pp,pn,ppr,pprev,"
    "fp,fn,tn,tp,group_label_pos,group_label_neg,group_size,total_entities,prev,fpr_disparity,fpr_ref_group_value"
)
A = (
    "0,binary 0/1,78,race,A,.800,.600,.250,.333,.400,.200,.750,.667,60,40,.769,.600,"
    "20,10,30,40,50,50,100,150,.500,1.000,A"
)
B = "0,binary 0/1,78,race,B,.600,.800,.250,.333,.200,.400,.750,.667,18,32,.231,.360,6,8,24,12,20,30,50,150,.400,.500,A"


def crosstab(a=A, b=B):
    return f"{COLUMNS}\n{a}\n{b}\n"


def changed(row, **cells):
    """The row with some cells changed, by the name of their column (`for_` for `for`)."""
    values = dict(zip(COLUMNS.split(","), row.split(","), strict=True))
    values.update({name.rstrip("_"): text for name, text in cells.items()})
    return ",".join(values.values())


def test_a_right_table_follows_in_every_figure() -> None:
    result = recheck(crosstab().encode(), "table.csv")

    assert result.tool is Tool.AEQUITAS
    assert {figure.verdict for figure in result.figures} == {Verdict.FOLLOWS}
    assert {"tp", "fpr_disparity", "k", "total_entities"} - {figure.column for figure in result.figures} == {"tp"}


def test_what_aequitas_itself_wrote_follows() -> None:
    text = (Path(__file__).parent / "aequitas_1_1_0.csv").read_text(encoding="utf-8")
    result = recheck(text.encode(), "table.csv")

    assert len(result.figures) == 141
    assert {figure.verdict for figure in result.figures} == {Verdict.FOLLOWS}


def test_aequitas_writes_10_where_a_disparity_divides_by_0() -> None:
    """`get_disparity_min_metric` with a group whose precision is 0."""
    text = (Path(__file__).parent / "aequitas_1_1_0_min_metric.csv").read_text(encoding="utf-8")

    assert {figure.column for figure in wrong_figures(text)} == {"precision_disparity", "for_disparity"}
    assert {figure.stated for figure in wrong_figures(text)} == {"10.0"}
    assert {figure.follows for figure in wrong_figures(text)} == {"undefined"}


def test_a_false_positive_rate_over_predicted_positives_is_a_false_discovery_rate() -> None:
    text = crosstab(b=changed(B, fpr=".333"))

    assert wrong(text) == ["race = B | fpr"]
    assert because(text) == "this is FP/predicted positives, a false discovery rate, not FP/negatives"


def test_a_rate_over_the_whole_tables_positives_is_named() -> None:
    """40 of the 70 positives of both groups: a peer divided so, and its TPR and FNR do not add up to 1."""
    text = crosstab(a=changed(A, tpr=".571"))

    assert because(text) == "this is TP/positives of the whole table, not TP/positives"


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"group_label_pos": "51"}, ["race = A | group_label_pos"]),
        ({"tp": "41"}, ["race = A | tp"]),
        ({"fn": "11"}, ["race = A | fn"]),
        ({"group_size": "101"}, ["race = A | group_size"]),
        ({"total_entities": "151"}, ["race = A | total_entities"]),
        ({"k": "80"}, ["race = A | k"]),
        ({"pp": "61", "for_": ".260"}, ["race = A | pp", "race = A | for"]),
    ],
)
def test_a_wrong_count_is_named_and_the_figures_beside_it_are_not(changes, names) -> None:
    assert sorted(wrong(crosstab(a=changed(A, **changes)))) == sorted(names)


def test_entities_in_no_group_are_said() -> None:
    text = crosstab(a=changed(A, total_entities="155"), b=changed(B, total_entities="155"))

    assert {figure.because for figure in wrong_figures(text)} == {
        "the groups add up to 150; 5 are in no group of this table"
    }


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("1.000", "it follows with another reference than stated: B (the lowest)"),
        ("0.615", "it follows with another reference than stated: all groups together"),
        ("2.000", "it is the ratio upside down"),
        ("-.200", "it is a difference of the two rates"),
    ],
)
def test_a_disparity_to_another_reference_is_named_with_that_reference(stated, reason) -> None:
    text = crosstab(b=changed(B, fpr_disparity=stated))

    assert because(text).startswith(reason)


def test_a_reference_that_is_not_stated_is_found() -> None:
    text = crosstab(a=changed(A, fpr_ref_group_value=""), b=changed(B, fpr_ref_group_value=""))

    assert wrong(text) == []


def test_a_reference_outside_the_table_leaves_the_disparity_unchecked() -> None:
    text = crosstab(b=changed(B, fpr_ref_group_value="C"))

    assert unchecked(text) == {"race = B | fpr_disparity"}


def test_a_rate_out_of_nobody_is_not_0() -> None:
    nobody = changed(
        B, tp="0", fn="0", tpr="0.000", fnr="", group_label_pos="0", pp="6", pn="24", group_size="30",
        total_entities="130", k="66", ppr=".091", pprev=".200", fdr="1.000", precision="0.000",
        for_="0.000", npv="1.000", prev="0.000",
    )  # fmt: skip
    text = crosstab(changed(A, total_entities="130", k="66", ppr=".909"), nobody)

    assert wrong(text) == ["race = B | tpr"]
    assert because(text) == "undefined made a number: TP/positives divides by 0"


def test_a_column_that_is_not_known_is_not_passed_over() -> None:
    text = "\n".join([f"{COLUMNS},fpr_significance", f"{A},.05", f"{B},.01"])

    assert unchecked(text) == {"every row | fpr_significance"}
