"""Disparity figures against published examples, and the mistakes that peers make."""

from dataclasses import replace

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_from, counts_of

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Reason
from fateaudit.fairness import measure
from fateaudit.fairness.rates import RATES, metrics_of

LOOSE = {"statistics": {"min_group_size": 1}}


def measured(rows_or_counts, *some, **changes):
    policy = a_policy(*some, **{**LOOSE, **changes})
    counts = counts_of(rows_or_counts) if isinstance(rows_or_counts, list) else rows_or_counts
    return measure(policy.checks, counts, policy)


TRUE = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
PREDICTED = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
GROUPS = "bbabbcccaacabccbcc"


@pytest.fixture
def guide():
    """The example of the fairlearn user guide."""
    side = {0: ADV, 1: FAV}
    return [
        {"group": group, "label": side[label], "decision": side[decision]}
        for group, label, decision in zip(GROUPS, TRUE, PREDICTED, strict=True)
    ]


def levels(rows, metric):
    (item,) = measured(rows, a_check(metric=metric, limit={"max": 1}))
    return [part.rate for part in item.parts]


def test_the_user_guide_of_fairlearn_is_reproduced(guide) -> None:
    assert levels(guide, "true_positive_rate") == [0.5, 0.6, 0.4]
    assert levels(guide, "false_positive_rate") == [1, 0, pytest.approx(2 / 3)]
    assert levels(guide, "selection_rate") == [0.75, 0.5, 0.5]
    (difference,) = measured(guide, a_check(metric="selection_rate_difference", limit={"max": 0.1}))
    (ratio,) = measured(guide, a_check())
    assert difference.value == 0.25
    assert ratio.value == pytest.approx(2 / 3)
    assert ratio.convention is Convention.TO_HIGHEST
    assert ratio.reference == ("a",)


def test_80_people_and_40_people() -> None:
    """48 of 80 and 12 of 40: the ratio of selection rates is exactly one half."""
    (item,) = measured(counts_from(a=(48, 80), b=(12, 40)), a_check())

    assert item.value == 0.5
    b = next(part for part in item.parts if part.group == ("b",))
    assert (b.numerator, b.denominator, b.reference_numerator, b.reference_denominator) == (12, 40, 48, 80)
    assert b.interval == pytest.approx((0.292673, 0.795257), abs=5e-7)
    assert item.interval == b.interval


def test_an_adverse_ratio_is_held_against_the_lowest_rate() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    (item,) = measured(counts_from(a=(48, 80), b=(12, 40)), check)

    assert item.convention is Convention.TO_LOWEST
    assert item.value == pytest.approx((28 / 40) / (32 / 80))
    assert item.reference == ("a",)


def test_both_sides_of_the_outcome_tell_different_stories() -> None:
    """Released 94.9 against 98.8 in 100 is a ratio of .96; not released 5.1 against 1.2 is more than four times."""
    counts = counts_from(a=(949, 1000), b=(988, 1000))
    selected, refused = measured(
        counts, a_check(), a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})
    )

    assert selected.value == pytest.approx(0.9605, abs=5e-5)
    assert refused.value == pytest.approx(4.25)


def test_between_groups_is_smallest_over_largest_whichever_side_is_better() -> None:
    check = a_check(metric="adverse_rate_ratio", params={"convention": "between_groups"})
    (item,) = measured(counts_from(a=(48, 80), b=(12, 40)), check)

    assert item.value == pytest.approx((32 / 80) / (28 / 40))


def test_a_group_without_positives_has_no_true_positive_rate() -> None:
    """fairlearn returns 0.0 for it, and a gap out of nothing."""
    rows = [{"group": "a", "label": FAV, "decision": FAV}] * 40 + [{"group": "b", "label": ADV, "decision": ADV}] * 40
    (item,) = measured(rows, a_check(metric="true_positive_rate", limit={"min": 0.1}))
    a, b = item.parts

    assert (a.rate, a.judged) == (1.0, True)
    assert (b.rate, b.judged, b.set_aside) == (None, False, "too_few")


def test_rates_that_need_labels_are_not_measured_without_labels() -> None:
    rows = [{"group": group, "label": None, "decision": FAV} for group in "ab" for _ in range(50)]
    selection, tpr = measured(
        rows,
        a_check(metric="selection_rate", limit={"min": 0.5}),
        a_check(id="F-02", metric="true_positive_rate_ratio"),
    )

    assert selection.value == 1
    assert tpr.reason is Reason.MISSING_INPUT


def test_rows_without_a_label_are_in_label_free_rates_only() -> None:
    rows = [{"group": "a", "label": FAV, "decision": FAV}] * 30 + [{"group": "a", "label": None, "decision": ADV}] * 9
    rows += [{"group": "a", "label": ADV, "decision": ADV}]
    selection, accuracy = measured(
        rows,
        a_check(metric="selection_rate", across="overall", limit={"min": 0.5}),
        a_check(id="F-02", metric="accuracy", across="overall", limit={"min": 0.5}),
    )

    assert (selection.parts[0].numerator, selection.parts[0].denominator) == (30, 40)
    assert (accuracy.parts[0].numerator, accuracy.parts[0].denominator) == (31, 31)
    assert (accuracy.parts[0].cases, accuracy.parts[0].unlabelled) == (40, 9)


def test_labels_of_one_side_of_the_decision_only_give_no_error_rate() -> None:
    """What would have been right for the refused was never seen: an error rate of 0 would be made of nothing."""
    rows = [{"group": "a", "label": FAV, "decision": FAV}] * 600 + [
        {"group": "a", "label": None, "decision": ADV}
    ] * 400
    (item,) = measured(rows, a_check(metric="false_negative_rate", across="overall", limit={"max": 0.1}))

    assert item.reason is Reason.MISSING_INPUT
    assert "no adverse decision has a label" in item.detail


def test_a_metric_without_a_second_calculation_is_not_reported() -> None:
    rate = replace(RATES["selection_rate"], term="rate of mine")
    policy = a_policy(a_check(metric="mine", limit={"min": 0.1}), **LOOSE)
    (item,) = measure(policy.checks, counts_from(a=(5, 10)), policy, metrics_of({"mine": rate}))

    assert item.reason is Reason.FAILED
    assert item.detail == "there is no second calculation of mine"


def test_a_group_set_aside_does_not_set_the_reference() -> None:
    """An excluded small category still setting the denominator is a known mistake of peers."""
    counts = counts_from(a=(50, 100), b=(45, 100), tiny=(5, 5))
    (item,) = measured(counts, a_check(), statistics={"min_group_size": 30})

    assert item.reference == ("a",)
    assert item.value == 0.9
    assert item.second_calculation.value == pytest.approx(0.9)


def test_rates_are_not_rounded_before_the_ratio_is_taken() -> None:
    (item,) = measured(counts_from(a=(1, 3000), b=(2, 3000)), a_check())

    assert item.value == 0.5


def test_the_group_with_more_rows_stands_for_equal_rates() -> None:
    (item,) = measured(counts_from(a=(5, 10), b=(500, 1000), c=(1, 10)), a_check())

    assert item.reference == ("b",)


def test_positive_predictive_value_is_about_the_selected() -> None:
    rows = [{"group": "a", "label": FAV, "decision": FAV}] * 3 + [{"group": "a", "label": ADV, "decision": FAV}] * 1
    rows += [{"group": "a", "label": FAV, "decision": ADV}] * 6
    assert levels(rows, "positive_predictive_value") == [0.75]
    assert levels(rows, "accuracy") == [0.3]


def test_missing_values_of_an_intersection_are_one_group() -> None:
    rows = [
        {"one": one, "two": two, "label": FAV, "decision": FAV}
        for one in ("x", "Not recorded")
        for two in ("p", "q", "Not recorded")
    ]
    groups = counts_of(rows, attributes=("one", "two")).by_group(("one", "two"))

    assert {group: len(cells) for group, cells in groups.items()} == {
        ("x", "p"): 1,
        ("x", "q"): 1,
        ("Not recorded", "Not recorded"): 4,
    }


def test_the_sentence_is_made_of_the_policys_words() -> None:
    changes = {
        "columns": {
            "unit": "arrest",
            "sensitive": [{"name": "group", "label": "Colour", "groups": {"a": "blue people"}}],
        },
        "words": {"favourable": "released", "adverse": "held", "recorded_favourable": "let go by officers"},
    }
    counts = counts_from(a=(70, 100), b=(90, 100))
    selected, missed = measured(
        counts, a_check(), a_check(id="F-02", metric="false_negative_rate", limit={"max": 0.5}), **changes
    )

    assert selected.sentence == (
        "Of every 100 arrests of blue people, 70 are released (could be 60 to 78); "
        "of every 100 arrests where Colour is b, 90 (could be 83 to 94)."
    )
    assert missed.subject.title == "Held, of those let go by officers"
    assert missed.subject.formal == "false negative rate"


def test_rare_outcomes_are_said_per_thousand_and_never_as_none() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    (item,) = measured(counts_from(a=(9998, 10000), b=(988, 1000)), check)

    assert "Of every 1,000 cases where Group is b, 12 are decided adversely" in item.sentence
    assert "fewer than 1" in item.sentence


def test_positive_may_be_the_adverse_side() -> None:
    rows = [{"group": "a", "label": ADV, "decision": ADV}] * 8 + [{"group": "a", "label": ADV, "decision": FAV}] * 2
    check = a_check(metric="true_positive_rate", limit={"max": 1})
    (item,) = measured(rows, check, columns={"positive": "adverse"})

    assert item.value == 0.8
    assert Outcome.ADVERSE.other is Outcome.FAVOURABLE
