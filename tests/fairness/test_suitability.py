"""Checks whose metric, convention and limit do not go together are refused before anything is loaded."""

import pytest
from conftest import a_check, a_policy, counts_from

from fateaudit.errors import ColumnError, PolicyError
from fateaudit.fairness import METRICS, RATE_METRICS, measure, refuse_unsuitable

REFERENCE = {"convention": "to_reference", "reference": {"group": "a"}}


@pytest.mark.parametrize(
    "check",
    [
        {"limit": {"max": 0.8}},
        {"limit": {"min": 1.2}},
        {"limit": {"min": 0}},
        {"metric": "adverse_rate_ratio", "limit": {"min": 0.8}},
        {"metric": "adverse_rate_ratio", "limit": {"max": 0.8}},
        {"metric": "selection_rate_difference", "limit": {"min": 0.1}},
        {"metric": "selection_rate_difference", "limit": {"max": -0.1}},
        {"metric": "selection_rate", "limit": {"max": 1.1}},
        {"metric": "selection_rate", "limit": {"min": 0, "max": 0.9}},
        {"metric": "selection_rate", "limit": {"min": 0.5, "max": 1}},
        {"params": REFERENCE, "limit": {"min": 1.2}},
        {"params": REFERENCE, "limit": {"max": 0.9}},
        {"params": REFERENCE, "limit": {"min": 1e-9}},
        {"metric": "selection_rate_difference", "params": REFERENCE, "limit": {"max": -0.05}},
        {"metric": "selection_rate", "params": {"convention": "to_highest"}, "limit": {"max": 1}},
        {"params": REFERENCE, "limit": {"min": 0}},
        {"params": {"convention": "to_reference"}},
        {"params": {"convention": "absolute"}},
        {"params": {"reference": {"group": "a"}}},
        {"across": "overall"},
    ],
)
def test_what_does_not_go_together_is_refused_with_what_to_write(check) -> None:
    policy = a_policy(a_check(**check))

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    assert caught.value.hint


def test_an_unknown_metric_is_refused_with_the_nearest_one() -> None:
    policy = a_policy(a_check(metric="selection_rate_ration"))

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    assert caught.value.hint == 'Did you mean "selection_rate_ratio"?'


@pytest.mark.parametrize("metric", ["false_positive_rate", "true_positive_rate_ratio", "positive_predictive_value"])
def test_which_side_is_positive_is_asked_where_it_matters_and_never_guessed(metric) -> None:
    check = a_check(metric=metric, limit={"min": 0.1})
    policy = a_policy(check, columns={"positive": None})

    with pytest.raises(PolicyError, match="which side is called positive"):
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    other = a_policy(columns={"positive": None})
    refuse_unsuitable(other.checks[0], other, METRICS)


def test_a_reference_group_that_the_data_do_not_have_is_refused() -> None:
    policy = a_policy(a_check(params={"convention": "to_reference", "reference": {"group": "White"}}))

    with pytest.raises(ColumnError, match="White"):
        measure(policy.checks, counts_from(white=(50, 100), black=(50, 100)), policy)


def test_a_reference_group_that_is_too_small_leaves_nothing_to_measure() -> None:
    policy = a_policy(a_check(params=REFERENCE))
    (item,) = measure(policy.checks, counts_from(a=(5, 10), b=(50, 100), c=(50, 100)), policy)

    assert item.reason == "too_few_rows"
    assert item.detail == "a: 10 cases; 30 needed"


def test_every_rate_metric_is_a_rate_a_ratio_or_a_difference() -> None:
    assert {name.removesuffix("_ratio").removesuffix("_difference") for name in RATE_METRICS} == {
        metric.rate_name for metric in RATE_METRICS.values()
    }
    assert len(RATE_METRICS) == 3 * len({metric.rate_name for metric in RATE_METRICS.values()})
