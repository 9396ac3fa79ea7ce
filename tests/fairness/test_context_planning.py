"""How many rows would settle it: the worked values through the whole chain, and the words for them."""

import pytest
from conftest import a_check, a_policy, counts_from

from fateaudit.fairness import measure

FAMILY = {"params": {"convention": "to_reference", "reference": {"group": "ref"}}}


def planned(counts, check, **changes):
    policy = a_policy(check, **changes)
    (item,) = measure(policy.checks, counts, policy)
    return item.planning


def test_the_worked_number_of_rows_to_say_not_met_with_one_claim_at_5_in_100() -> None:
    """Limit .8, reference 600 of 2,000, truth .6 → 325.880778. Two sides at 10 in 100 leave 5 in 100 for each."""
    plan = planned(counts_from(ref=(600, 2000), b=(27, 150)), a_check(**FAMILY), statistics={"confidence": 0.90})

    assert plan.to_not_meet == 326
    assert (plan.group, plan.against, plan.rows, plan.beyond, plan.limit) == (("b",), ("ref",), 150, "below", "0.8")
    assert plan.to_meet is None
    assert plan.sentence.startswith("About 176 more cases where Group is b would settle it in 4 of 5 such audits")
    assert plan.sentence.endswith("There are 150; it takes about 326.")


def test_the_worked_number_of_rows_among_eight_claims() -> None:
    groups = dict.fromkeys("acd", (60, 200))
    plan = planned(counts_from(ref=(600, 2000), b=(27, 150), **groups), a_check(**FAMILY))

    assert plan.to_not_meet == 657


def test_the_worked_number_of_rows_to_say_met_at_parity() -> None:
    """At a ratio of 1, limit .8, reference 600 of 2,000 → 377.348157; a worst pair is judged on one side only."""
    plan = planned(counts_from(ref=(600, 2000), b=(87, 300)), a_check())

    assert plan.to_meet_at_parity == 378
    assert plan.against == ("ref",)


def test_the_worked_smallest_detectable_ratio() -> None:
    groups = dict.fromkeys("acd", (90, 300))
    plan = planned(counts_from(ref=(1500, 5000), b=(45, 300), **groups), a_check(**FAMILY))

    assert plan.rows == 300
    assert plan.detectable == pytest.approx(0.530248, abs=5e-7)
    assert "are enough to show figures such as those found to be beyond the limit" in plan.sentence


def test_two_extreme_groups_are_planned_at_the_level_of_the_studentised_range() -> None:
    """Two groups: z is 1.959964, which two claims at 5 in 100 have too."""
    pair = planned(counts_from(ref=(600, 2000), b=(27, 150)), a_check())
    named = planned(counts_from(ref=(600, 2000), b=(27, 150)), a_check(**FAMILY))

    assert pair.to_not_meet == named.to_not_meet
    three = planned(counts_from(ref=(600, 2000), b=(27, 150), c=(59, 200)), a_check())
    assert three.to_not_meet > pair.to_not_meet


def test_where_the_other_group_is_the_small_one_it_is_the_one_to_gather() -> None:
    plan = planned(counts_from(a=(45, 60), b=(1000, 2000)), a_check())

    assert (plan.group, plan.to_not_meet, plan.to_meet) == (("b",), None, None)
    assert plan.others is not None
    assert plan.sentence.startswith(f"About {plan.others - 60:,} more cases where Group is a would settle it")


def test_where_neither_alone_is_enough_both_must_grow() -> None:
    plan = planned(counts_from(a=(60, 100), b=(44, 100)), a_check())

    assert plan.to_not_meet is plan.others is None
    assert plan.growth > 1
    assert "times as many of both, cases where Group is b and cases where Group is a" in plan.sentence


def test_a_figure_exactly_at_the_limit_is_settled_by_no_number() -> None:
    plan = planned(counts_from(a=(50, 100), b=(40, 100)), a_check())

    assert plan.to_not_meet is plan.to_meet is plan.others is plan.growth is None
    assert "exactly at the limit" in plan.sentence


def test_a_limit_of_no_difference_is_settled_by_no_number() -> None:
    check = a_check(metric="selection_rate_difference", limit={"max": 0})
    plan = planned(counts_from(a=(50, 100), b=(50, 100)), check)

    assert plan.to_meet_at_parity is None
    assert "exactly at the limit" in plan.sentence


@pytest.mark.parametrize(("worse", "beyond"), [((50, 100), "below"), ((70, 100), "above")])
def test_a_difference_has_the_sign_of_the_groups_that_are_compared(worse, beyond) -> None:
    check = a_check(
        metric="selection_rate_difference",
        limit={"max": 0.05},
        params={"convention": "to_reference", "reference": {"group": "ref"}},
    )
    plan = planned(counts_from(ref=(600, 1000), b=worse), check)

    assert plan.beyond == beyond
    assert plan.limit == ("-0.05" if beyond == "below" else "0.05")
    assert (plan.detectable > 0) == (beyond == "above")


def test_an_adverse_ratio_is_planned_for_the_group_that_is_worse_off() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    plan = planned(counts_from(a=(600, 1000), b=(45, 100)), check)

    assert (plan.group, plan.against, plan.beyond, plan.limit) == (("b",), ("a",), "above", "1.25")
    assert plan.detectable > 1.25


def test_a_limit_on_the_rate_itself_is_planned_without_another_group() -> None:
    check = a_check(metric="adverse_rate", across="overall", limit={"max": 0.25})
    plan = planned(counts_from(a=(740, 1000)), check)

    assert plan.against is None
    assert plan.to_meet is None
    assert plan.to_not_meet > 1000
    assert plan.to_meet_at_parity is None
    assert plan.sentence.startswith(f"About {plan.to_not_meet - 1000:,} more cases would settle it")


def test_nothing_is_planned_where_chance_plays_no_part_or_everyone_is_selected() -> None:
    counts = counts_from(a=(100, 100), b=(60, 100))

    assert planned(counts, a_check()) is None
    assert planned(counts_from(a=(50, 100), b=(41, 100)), a_check(), statistics={"decide_on": "point"}) is None


def test_where_everyone_is_selected_rounding_asks_for_no_rate_above_1() -> None:
    """The float nearest to 1 - 22/40 is larger than the float 1 - (22/40)."""
    check = a_check(metric="selection_rate_difference", limit={"max": 0.05}, **FAMILY)
    plan = planned(counts_from(ref=(22, 40), b=(50, 50)), check)

    assert plan.beyond == "above"
    assert plan.to_not_meet is not None
