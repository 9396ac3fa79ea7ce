"""A policy's limits beside the reference's: looser, far looser, or not there; hand values throughout."""

import pytest
from conftest import a_check, a_policy

from fateaudit.policy import MetricCheck, read_profile, reference_policy
from fateaudit.policy.looser import Beside, compare_limits

SAME, STRICTER, LOOSER, FAR, MISSING = (
    Beside.SAME, Beside.STRICTER, Beside.LOOSER, Beside.FAR_LOOSER, Beside.MISSING
)  # fmt: skip


def beside(metric, *checks, **changes):
    """What a policy of these checks has beside the shipped reference's limit on `metric`."""
    policy = a_policy(*checks, **changes)
    (found,) = [
        one
        for one in compare_limits(policy, reference_policy(policy, read_profile().profile))
        if one.reference.metric == metric
    ]
    return found


@pytest.mark.parametrize(
    ("limit", "is_"),
    [(0.80, SAME), (0.90, STRICTER), (0.75, LOOSER), (0.64, LOOSER), (0.63, FAR), (0.10, FAR)],
)
def test_a_ratio_is_compared_by_factors_and_twice_as_far_is_the_square(limit, is_) -> None:
    """The reference is 0.80; 0.80 times 0.80 is 0.64, which is twice as far and not more."""
    assert beside("selection_rate_ratio", a_check(limit={"min": limit})).beside is is_


@pytest.mark.parametrize(("limit", "is_"), [(1.25, SAME), (1.2, STRICTER), (1.5625, LOOSER), (1.57, FAR)])
def test_a_ratio_from_above_too(limit, is_) -> None:
    """The reference is 1.25; 1.25 times 1.25 is 1.5625."""
    check = a_check(metric="adverse_rate_ratio", limit={"max": limit})

    assert beside("adverse_rate_ratio", check).beside is is_


@pytest.mark.parametrize("convention", ["to_highest", "between_groups"])
def test_four_to_five_is_five_to_four_where_the_worst_pair_decides(convention) -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"min": 0.80}, params={"convention": convention})

    assert beside("adverse_rate_ratio", check).beside is SAME


@pytest.mark.parametrize(("limit", "is_"), [(0.05, SAME), (0, STRICTER), (0.1, LOOSER), (0.10001, FAR)])
@pytest.mark.parametrize(
    "metric", ["wrong_adverse_rate_difference", "false_negative_rate_difference", "true_positive_rate_difference"]
)
def test_a_difference_is_compared_as_it_is_under_whatever_name(metric, limit, is_) -> None:
    """Twice 0.05 is exactly 0.10. With the favourable side as positive these three are one difference."""
    check = a_check(metric=metric, limit={"max": limit})

    assert beside("wrong_adverse_rate_difference", check).beside is is_


def test_which_name_is_the_same_rate_depends_on_what_is_called_positive() -> None:
    check = a_check(metric="false_positive_rate_difference", limit={"max": 0.05})

    assert beside("wrong_adverse_rate_difference", check).beside is MISSING
    assert beside("wrong_adverse_rate_difference", check, columns={"positive": "adverse"}).beside is SAME


@pytest.mark.parametrize(
    ("metric", "limit", "is_"),
    [
        ("wrong_adverse_share", {"max": 0.5}, SAME),
        ("wrong_adverse_share", {"max": 0.6}, LOOSER),
        ("wrong_adverse_share", {"min": 0.1}, MISSING),
        ("negative_predictive_value", {"min": 0.5}, SAME),
        ("negative_predictive_value", {"min": 0.7}, STRICTER),
        ("false_omission_rate", {"max": 0.4}, STRICTER),
    ],
)
def test_a_rate_is_compared_by_the_end_that_the_reference_limits(metric, limit, is_) -> None:
    assert beside("wrong_adverse_share", a_check(metric=metric, across="overall", limit=limit)).beside is is_


@pytest.mark.parametrize(("least", "is_"), [(0.9, SAME), (0.95, STRICTER), (0.8, LOOSER), (0.79, FAR)])
def test_a_score_is_measured_from_1(least, is_) -> None:
    check = a_check(
        principle="transparency", metric="documentation_completeness", across="overall", limit={"min": least}
    )

    assert beside("documentation_completeness", check).beside is is_


@pytest.mark.parametrize("severity", ["minor", "info"])
def test_a_limit_that_decides_nothing_is_not_there(severity) -> None:
    found = beside("selection_rate_ratio", a_check(severity=severity))

    assert (found.beside, found.own, found.other_ways) == (MISSING, None, ())


def test_a_limit_of_less_weight_is_the_same_and_said_to_weigh_less() -> None:
    found = beside("selection_rate_ratio", a_check(severity="major"))

    assert (found.beside, found.is_lighter) == (SAME, True)
    assert not beside("selection_rate_ratio", a_check()).is_lighter


def test_a_difference_in_place_of_a_ratio_is_a_limit_in_another_way() -> None:
    check = a_check(id="F-07", metric="selection_rate_difference", limit={"max": 0.05})

    for metric in ("selection_rate_ratio", "adverse_rate_ratio"):
        found = beside(metric, check)
        assert (found.beside, found.own, found.other_ways) == (MISSING, None, ("F-07",))


def test_a_ratio_of_the_other_side_is_no_limit_on_this_one() -> None:
    """Released 94.9 to 98.8 is a ratio of 0.96; held 5.1 to 1.2 is one of 4.3."""
    assert beside("adverse_rate_ratio", a_check()).other_ways == ()


def test_a_named_group_to_compare_with_is_another_way() -> None:
    named = {"convention": "to_reference", "reference": {"group": "a"}}
    found = beside("selection_rate_ratio", a_check(params=named))

    assert (found.beside, found.other_ways) == (MISSING, ("F-01",))


def test_an_intersection_is_not_its_attributes() -> None:
    sensitive = [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}]
    policy = a_policy(a_check(across=[["group", "sex"], "sex"]), columns={"sensitive": sensitive})
    found = compare_limits(policy, reference_policy(policy, read_profile().profile))
    by_attribute = {one.of: one.beside for one in found if one.reference.metric == "selection_rate_ratio"}

    assert by_attribute == {("group",): MISSING, ("sex",): SAME}


def test_of_two_limits_the_strictest_counts() -> None:
    checks = [a_check(limit={"min": 0.10}), a_check(id="F-02", limit={"min": 0.85}, severity="major")]
    found = beside("selection_rate_ratio", *checks)

    assert (found.own.id, found.beside, found.is_lighter) == ("F-02", STRICTER, True)


def test_every_limit_of_the_reference_has_a_place() -> None:
    policy = a_policy()
    reference = reference_policy(policy, read_profile().profile)
    found = compare_limits(policy, reference)

    assert [one.reference.id for one in found] == [check.id for check in reference.metric_checks()]
    assert all(isinstance(one.reference, MetricCheck) for one in found)
