"""Summaries in the form of 6 RCNY § 5-301, whose own example of a scored tool is the first."""

import pytest
from rechecked import because, unchecked, wrong, wrong_figures

from fateaudit.rechecking import Tool, recheck

RULE = """Category,# of Applicants,Scoring Rate,Impact Ratio
Hispanic or Latino,28,{},1.00
White,40,37.5%,0.58
Black or African American,32,50.0%,0.78
Native Hawaiian or Pacific Islander,8,62.5%,0.97
Asian,24,41.7%,0.65
"""

HEADER = "attribute,category,applicants,selected,selection rate,impact ratio"
RIGHT = (
    "sex,Male,1390,667,48.0%,1.00",
    "sex,Female,1181,555,47.0%,0.98",
    "race,Hispanic,408,204,50.0%,1.00",
    "race,White,797,391,49.1%,0.98",
    "race,Black,390,170,43.6%,0.87",
    "race,Small,5,4,80.0%,N/A",
)


def summary(*rows):
    return "\n".join([HEADER, *rows])


def with_row(place, row):
    return summary(*(row if number == place else old for number, old in enumerate(RIGHT)))


def test_a_right_summary_follows_in_every_figure() -> None:
    result = recheck(summary(*RIGHT).encode(), "t")

    assert result.tool is Tool.LOCAL_LAW_144
    assert wrong(summary(*RIGHT)) == []
    assert unchecked(summary(*RIGHT)) == set()
    assert result.notes == ()


def test_the_rules_own_example_cuts_one_rate_off() -> None:
    """18 of 28 is 64.29 %; the rule prints 64.2 %. Its impact ratios are those of 18 of 28."""
    assert wrong(RULE.format("64.2%")) == ["Hispanic or Latino | Scoring Rate"]
    assert "no whole number out of 28 gives it; 18 of 28 is the nearest" in because(RULE.format("64.2%"))


def test_ratios_follow_from_rates_that_only_one_count_gives() -> None:
    text = RULE.format("64.3%")

    assert wrong(text) == []
    assert unchecked(text) == {
        f"{name} | Scoring Rate"
        for name in (
            "Hispanic or Latino", "White", "Black or African American", "Native Hawaiian or Pacific Islander", "Asian"
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "row", "column", "reason"),
    [
        (
            4,
            "race,Black,390,170,43.6%,0.54",
            "impact ratio",
            "it follows only if Small (0.3% of the data), which is left out",
        ),
        (
            4,
            "race,Black,390,170,43.6%,0.89",
            "impact ratio",
            "it follows with another reference: White, not the highest",
        ),
        (
            4,
            "race,Black,390,170,43.6%,0.91",
            "impact ratio",
            "it follows with another reference: all categories together",
        ),
        (
            4,
            "race,Black,390,170,22.1%,0.87",
            "selection rate",
            "this is the category's share of all that were selected",
        ),
        (1, "sex,Female,1181,555,46.9%,0.98", "selection rate", "it is 555/1,181 cut off"),
        (
            1,
            "sex,Female,1181,555,47.0%,0.97",
            "impact ratio",
            "it is the category's rate over the highest, that of Male cut",
        ),
    ],
)
def test_a_wrong_figure_is_named_with_what_it_is(place, row, column, reason) -> None:
    (figure,) = wrong_figures(with_row(place, row))

    assert figure.column == column
    assert figure.because.startswith(reason)


def test_rates_rounded_before_they_were_divided_are_named() -> None:
    """1,004 of 2,900 over 1,012 of 2,900 is 0.992; 0.35 over 0.35 is 1."""
    text = summary("sex,Male,2900,1012,0.35,1.000", "sex,Female,2900,1004,0.35,1.000")

    assert wrong(text) == ["Female | impact ratio"]
    assert because(text).startswith("it is the quotient of the printed rates, rounded before they were divided")


def test_a_small_category_with_a_ratio_of_its_own_sets_the_highest_rate() -> None:
    """4 of 5 is the highest rate, and its ratio is stated: then it counts, and the others follow only without it."""
    text = with_row(5, "race,Small,5,4,80.0%,1.60")

    assert wrong(text) == [f"{name} | impact ratio" for name in ("Hispanic", "White", "Black", "Small")]
    assert all("which has a ratio of its own, is left out" in figure.because for figure in wrong_figures(text))


def test_a_category_of_2_percent_or_more_may_not_be_left_out() -> None:
    text = summary("sex,Male,100,50,50.0%,1.00", "sex,Female,80,36,45.0%,0.90", "sex,X,10,5,50.0%,N/A")

    assert wrong(text) == []
    assert recheck(text.encode(), "t").notes == (
        "X (5.3% of the data) has no impact ratio; only a category under 2 % may be left out",
    )


def test_those_of_unknown_category_never_set_the_highest_rate() -> None:
    assert wrong(summary("sex,Male,100,50,50.0%,1.00", "sex,Female,80,36,45.0%,0.90", "sex,Unknown,60,40,66.7%,")) == []


def test_without_any_count_coarse_rates_cannot_tell() -> None:
    text = "category,selection rate,impact ratio\nA,0.5,1.0\nB,0.4,0.8\nC,0.1,0.9\n"

    assert wrong(text) == ["C | impact ratio"]
    assert "B | impact ratio" in unchecked(text)
