"""New York City's Local Law 144: scoring rates over the median, and categories that may be left out."""

import numpy as np
import pytest
from conftest import a_check, a_policy, counts_from
from estimated import scored_rows
from pydantic import ValidationError

from fateaudit.errors import PolicyError
from fateaudit.evidence import Measurement, Reason
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.policy import Verdict, judge

EXCLUDE = {"exclude_below": 0.02, "why_excluded": "fewer than 2 in 100 of the applicants"}


def measured(counts, scored=None, metric="scoring_rate_ratio", **check):
    policy = a_policy(a_check(metric=metric, **check), statistics={"min_group_size": 5})
    (asked,) = policy.metric_checks()
    refuse_unsuitable(asked, policy, METRICS)
    (item,) = measure([asked], counts, policy, scored=scored)
    return asked, item, policy


def test_the_scoring_rate_is_the_share_strictly_above_the_median_of_all() -> None:
    """Scores 1 to 40: the median is 20.5; a has 15 of its 20 above it, b 5 of 20: a ratio of one third."""
    score = [*range(6, 11), *range(26, 41), *range(1, 6), *range(11, 26)]
    score[-5:] = range(21, 26)
    counts, scored = scored_rows(["a"] * 20 + ["b"] * 20, score, [-1] * 40, decision=[1] * 40)
    _, item, _ = measured(counts, scored)

    assert [(part.numerator, part.denominator) for part in item.parts] == [(15, 20), (5, 20)]
    assert (item.value, item.reference) == (pytest.approx(1 / 3), ("a",))
    assert item.second_calculation.by.startswith("fairlearn")
    assert item.subject.title == "A score above the median of all"


def test_a_score_at_the_median_is_not_above_it() -> None:
    counts, scored = scored_rows(["a"] * 10 + ["b"] * 10, [1] * 9 + [2] + [1] * 8 + [2] * 2, [-1] * 20)
    _, item, _ = measured(counts, scored)

    assert [part.numerator for part in item.parts] == [1, 2]


def test_unknown_categories_are_counted_and_not_judged() -> None:
    groups = ["a"] * 20 + ["b"] * 20 + ["Not recorded"] * 4
    counts, scored = scored_rows(groups, np.arange(44), [-1] * 44)
    _, item, _ = measured(counts, scored)

    assert [(part.group[0], part.judged, part.cases) for part in item.parts] == [
        ("Not recorded", False, 4),
        ("a", True, 20),
        ("b", True, 20),
    ]


def test_without_scores_there_is_no_scoring_rate() -> None:
    _, item, _ = measured(counts_from(a=(10, 20), b=(10, 20)))

    assert item.reason is Reason.MISSING_INPUT


def test_an_excluded_category_is_shown_and_sets_no_reference() -> None:
    """c is 15 of 1,015 people and all of them are selected: left out, it would have made every ratio worse."""
    counts = counts_from(a=(250, 500), b=(240, 500), c=(15, 15))
    check, item, policy = measured(counts, metric="selection_rate_ratio", params=EXCLUDE)
    c = item.parts[2]

    assert (c.rate, c.denominator, c.judged, c.set_aside) == (1.0, 15, False, "excluded")
    assert (item.reference, item.value) == (("a",), pytest.approx(0.96))
    finding = judge(check, [item], policy.statistics)
    assert finding.verdict is Verdict.MET
    assert "1,000 of 1,015 judged" in finding.because
    assert measured(counts, metric="selection_rate_ratio")[1].reference == ("c",)


def test_exactly_2_in_100_is_not_below_and_unknown_rows_are_not_in_the_share() -> None:
    counts = counts_from(a=(250, 480), b=(250, 500), c=(10, 20), **{"Not recorded": (50, 200)})
    _, item, _ = measured(counts, metric="selection_rate_ratio", params=EXCLUDE)

    assert {part.group[0]: part.set_aside for part in item.parts} == {
        "Not recorded": "not_recorded",
        "a": None,
        "b": None,
        "c": None,
    }
    assert isinstance(item, Measurement)


@pytest.mark.parametrize(
    "params", [{"exclude_below": 0.02}, {"why_excluded": "small"}, {**EXCLUDE, "exclude_below": 0.1}]
)
def test_leaving_out_needs_a_reason_and_stays_below_2_in_100(params) -> None:
    with pytest.raises(ValidationError):
        a_policy(a_check(params=params))


@pytest.mark.parametrize(
    "check", [{"metric": "selection_rate"}, {"metric": "auc", "limit": {"min": 0.6}}, {"metric": "accuracy_ratio"}]
)
def test_only_the_ratios_of_that_law_leave_anybody_out(check) -> None:
    policy = a_policy(a_check(params=EXCLUDE, **check))

    with pytest.raises(PolicyError, match="exclude_below"):
        refuse_unsuitable(policy.checks[0], policy, METRICS)
