"""Statistics whose groups, convention or limit do not go together are refused before anything is loaded."""

import pytest
from conftest import a_check, a_policy

from fateaudit.errors import PolicyError
from fateaudit.fairness import METRICS, STATISTIC_METRICS, is_from_rows, refuse_unsuitable

REFERENCE = {"convention": "to_reference", "reference": {"group": "a"}}


@pytest.mark.parametrize(
    "check",
    [
        {"metric": "balanced_accuracy", "limit": {"max": 1.1}},
        {"metric": "balanced_accuracy", "limit": {"min": 0.6}, "params": {"convention": "to_highest"}},
        {"metric": "balanced_accuracy_difference", "limit": {"min": 0.1}},
        {"metric": "balanced_accuracy_difference", "limit": {"max": 0.1}, "across": "overall"},
        {"metric": "balanced_accuracy_difference", "limit": {"max": 0.1}, "params": {"convention": "absolute"}},
        {"metric": "balanced_accuracy_ratio", "limit": {"max": 1.1}},
        {"metric": "brier_score_ratio", "limit": {"min": 0.8}},
        {"metric": "balanced_accuracy_ratio", "params": {"convention": "to_reference"}},
        {"metric": "balanced_accuracy_ratio", "params": {"reference": {"group": "a"}}},
        {"metric": "balanced_accuracy_difference", "params": REFERENCE, "limit": {"max": -0.1}},
        {"metric": "equalized_odds_difference", "limit": {"max": 0.1}, "params": {"convention": "to_highest"}},
        {"metric": "equalized_odds_difference", "limit": {"max": 0.1}, "params": REFERENCE},
        {"metric": "equalized_odds_ratio", "limit": {"min": 0}},
        {"metric": "treatment_equality", "limit": {"min": 0}},
        {"metric": "calibration_in_the_large", "limit": {"max": 0.05}},
        {"metric": "calibration_in_the_large", "limit": {"min": -1.5, "max": 0.05}},
        {"metric": "standardised_calibration_error", "limit": {"max": -0.1}},
        {"metric": "consistency", "limit": {"min": 0.8}},
        {"metric": "conditional_demographic_disparity", "limit": {"max": 0.1}},
        {
            "metric": "conditional_demographic_disparity",
            "limit": {"max": 0.1},
            "params": {"controls": ["offence"]},
            "across": "overall",
        },
        {
            "metric": "conditional_demographic_disparity",
            "limit": {"max": 0.1},
            "params": {"controls": ["group"]},
        },
        {"metric": "selection_rate_ratio", "params": {"controls": ["offence"]}},
        {"metric": "expected_calibration_error", "limit": {"max": 0.1}},
        {"metric": "expected_calibration_error_difference", "limit": {"max": 0.1}},
        {"metric": "auc_ratio", "limit": {"min": 0.9}},
    ],
)
def test_what_does_not_go_together_is_refused_with_what_to_write(check) -> None:
    policy = a_policy(a_check(**check))

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    assert caught.value.hint


def test_a_calibration_error_is_refused_because_of_its_noise() -> None:
    policy = a_policy(a_check(metric="expected_calibration_error", limit={"max": 0.1}))

    with pytest.raises(PolicyError, match="never judged") as caught:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    assert "standardised_calibration_error" in caught.value.hint


@pytest.mark.parametrize(
    ("metric", "needs"),
    [
        ("f1_score", True),
        ("treatment_equality", True),
        ("equalized_odds_ratio", True),
        ("equalized_odds_difference", False),
        ("balanced_accuracy", False),
        ("auc", False),
    ],
)
def test_which_side_is_positive_is_asked_where_it_matters(metric, needs) -> None:
    limit = {"min": 0.5} if metric.endswith("ratio") else {"max": 0.5}
    policy = a_policy(a_check(metric=metric, limit=limit), columns={"positive": None})

    if not needs:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
        return
    with pytest.raises(PolicyError, match="which side is called positive"):
        refuse_unsuitable(policy.checks[0], policy, METRICS)


def test_a_near_miss_is_offered() -> None:
    policy = a_policy(a_check(metric="equalised_odds_difference", limit={"max": 0.1}))

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable(policy.checks[0], policy, METRICS)
    assert caught.value.hint == 'Did you mean "equalized_odds_difference"?'
    assert any("average_odds_difference" in line for line in caught.value.where)


def test_what_is_made_of_rows_is_known_by_its_check() -> None:
    of_rows = {
        name for name in METRICS if is_from_rows(a_policy(a_check(metric=name, limit={"min": 0.5})).metric_checks()[0])
    }

    assert {name.removesuffix("_difference").removesuffix("_ratio") for name in of_rows} == {
        "auc",
        "brier_score",
        "calibration_in_the_large",
        "consistency",
        "mean_score",
        "scoring_rate",
        "standardised_calibration_error",
    }


def test_every_statistic_says_what_it_is() -> None:
    for metric in STATISTIC_METRICS.values():
        said = metric.statistic
        assert said.term
        assert said.title[0].isupper()
        assert not said.says.endswith(".")
        assert said.method
