"""Estimates held against limits: one case by hand for each way to compare, and the same rules as for rates."""

import math

import pytest
from conftest import a_check, a_policy
from estimated import estimated, random_scores, scored_rows, seen, tables, verdict_of
from scipy.stats import norm

from fateaudit.errors import DamagedFileError
from fateaudit.fairness import measure
from fateaudit.policy import Verdict, judge

APART = {"a": (450, 50, 50, 450), "b": (300, 200, 200, 300)}
"""Balanced accuracy .9 and .6, of 1,000 rows each."""


def logit_end(value, error, z):
    """An end on the logit scale, without the two rows that are spread over the cells: for large tables the same."""
    return 1 / (1 + math.exp(-(math.log(value / (1 - value)) + z * error / (value * (1 - value)))))


def test_a_level_is_judged_by_one_sided_ends_and_the_level_is_divided_among_groups() -> None:
    """Each error is sqrt(.9 × .1 / 1000) = .0095 for a, .0155 for b; .05 / 2 for the near end, .05 for the far one."""
    item = estimated(tables(**APART), "balanced_accuracy", limit={"min": 0.75})
    (claim,) = item.claims
    a, b = item.parts

    assert (a.estimate, b.estimate) == (0.9, 0.6)
    assert a.standard_error == pytest.approx(math.sqrt(0.09 / 1000), rel=1e-6)
    assert b.standard_error == pytest.approx(math.sqrt(0.24 / 1000), rel=1e-6)
    assert item.family.claims == 2
    assert claim.ends[0] == pytest.approx(logit_end(0.6, b.standard_error, norm.isf(0.025)), abs=5e-4)
    assert claim.ends[1] == pytest.approx(logit_end(0.6, b.standard_error, -norm.isf(0.05)), abs=5e-4)
    finding = verdict_of(tables(**APART), "balanced_accuracy", limit={"min": 0.75})
    assert (finding.verdict, finding.groups) == (Verdict.NOT_MET, (("b",),))
    assert finding.because.startswith("group: 0.600, between 0.574 and 0.630; the limit is at least 0.75")


@pytest.mark.parametrize(
    ("limit", "verdict"), [(0.55, Verdict.MET), (0.6, Verdict.CANNOT_TELL), (0.65, Verdict.NOT_MET)]
)
def test_the_range_that_decides_lies_around_the_estimate(limit, verdict) -> None:
    assert verdict_of(tables(**APART), "balanced_accuracy", limit={"min": limit}).verdict is verdict


def test_a_gap_is_judged_by_the_worst_pair() -> None:
    """.9 - .6 = .3 with ends at sqrt(.0095² + .0155²) = .01817 times 1.96 and 1.645: .264 and .330."""
    item = estimated(tables(**APART), "balanced_accuracy_difference")
    (claim,) = item.claims

    assert (item.value, item.reference, item.family.rule) == (pytest.approx(0.3), ("a",), "worst_pair")
    error = math.hypot(math.sqrt(0.09 / 1000), math.sqrt(0.24 / 1000))
    assert claim.ends == pytest.approx((0.3 - 1.959964 * error, 0.3 + 1.644854 * error), abs=2e-3)
    finding = verdict_of(tables(**APART), "balanced_accuracy_difference", limit={"max": 0.2})
    assert (finding.verdict, finding.groups) == (Verdict.NOT_MET, (("b",),))


def test_a_ratio_is_judged_by_the_worst_pair() -> None:
    finding = verdict_of(tables(**APART), "balanced_accuracy_ratio", limit={"min": 0.8})
    item = estimated(tables(**APART), "balanced_accuracy_ratio")

    assert item.value == pytest.approx(2 / 3)
    assert item.parts[1].value_interval[0] < 2 / 3 < item.parts[1].value_interval[1]
    assert finding.verdict is Verdict.NOT_MET


def test_a_named_reference_is_held_against_both_ends() -> None:
    named = {"convention": "to_reference", "reference": {"group": "a"}}
    check = {"params": named, "limit": {"max": 0.1}}
    item = estimated(tables(**APART), "balanced_accuracy_difference", **check)
    finding = verdict_of(tables(**APART), "balanced_accuracy_difference", **check)

    assert item.value == pytest.approx(-0.3)
    assert {claim.side: claim.limit for claim in item.claims} == {"min": "-0.1", "max": "0.1"}
    assert item.family.claims == 2
    assert (finding.verdict, finding.groups) == (Verdict.NOT_MET, (("b",),))
    swapped = {**check, "params": {**named, "reference": {"group": "b"}}}
    assert verdict_of(tables(**APART), "balanced_accuracy_difference", **swapped).verdict is Verdict.NOT_MET


def test_equalized_odds_are_a_union_of_two_gaps_and_the_family_counts_both() -> None:
    """TPR .9 and .6 of 500 each, FPR .1 and .4 of 500 each: both gaps are .3, each at .05 / 2."""
    item = estimated(tables(**APART), "equalized_odds_difference")

    assert item.family.claims == 2
    assert item.claims[0].ends[0] == pytest.approx(0.3 - 2.241403 * math.sqrt((0.09 + 0.24) / 500), abs=3e-3)
    assert item.claims[0].ends[1] == pytest.approx(0.3 + 1.644854 * math.sqrt((0.09 + 0.24) / 500), abs=3e-3)
    assert item.parts[0].components == {"true positive rate": 0.9, "false positive rate": 0.1}
    assert verdict_of(tables(**APART), "equalized_odds_difference", limit={"max": 0.2}).verdict is Verdict.NOT_MET
    assert verdict_of(tables(**APART), "equalized_odds_difference", limit={"max": 0.4}).verdict is Verdict.MET


def test_one_gap_alone_breaks_equalized_odds() -> None:
    """True positive rates are equal; of those recorded as adverse, b gets the favourable outcome more often by .3."""
    counts = tables(a=(450, 50, 50, 450), b=(450, 50, 200, 300))
    finding = verdict_of(counts, "equalized_odds_difference", limit={"max": 0.2})

    assert (finding.verdict, finding.groups) == (Verdict.NOT_MET, (("a",),))
    assert "false positive rate has the wider gap" in estimated(counts, "equalized_odds_difference").method
    assert estimated(counts, "average_odds_difference").value == pytest.approx(0.15)


def test_an_area_is_met_cannot_be_told_or_not_met() -> None:
    counts, scored = scored_rows(*random_scores(3, n=3_000))
    verdicts = [verdict_of(counts, "auc", scored, limit={"min": limit}).verdict for limit in (0.7, 0.76, 0.85)]

    assert verdicts == [Verdict.MET, Verdict.CANNOT_TELL, Verdict.NOT_MET]


def test_calibration_is_limited_on_both_sides() -> None:
    groups, score, label = random_scores(3, n=3_000)
    counts, scored = scored_rows(groups, score * 0.8, label)
    limit = {"limit": {"min": -0.05, "max": 0.05}}

    assert verdict_of(counts, "calibration_in_the_large", scored, **limit).verdict is Verdict.NOT_MET
    right = scored_rows(groups, score, label)
    assert verdict_of(right[0], "calibration_in_the_large", right[1], **limit).verdict is Verdict.MET


def test_a_group_that_is_too_small_prevents_met_when_it_is_sizeable() -> None:
    counts = tables(a=(450, 50, 50, 450), b=(430, 70, 60, 440), tiny=(10, 4, 3, 10))
    finding = verdict_of(counts, "balanced_accuracy_difference", limit={"max": 0.2}, statistics={"min_group_size": 30})

    assert (finding.verdict, finding.groups) == (Verdict.CANNOT_TELL, (("tiny",),))
    assert "2,000 of 2,027 judged" in finding.because


def test_points_alone_decide_where_the_policy_says_so() -> None:
    point = {"decide_on": "point"}
    for limit, verdict in ((0.6, Verdict.MET), (0.61, Verdict.NOT_MET)):
        finding = verdict_of(tables(**APART), "balanced_accuracy", limit={"min": limit}, statistics=point)
        assert finding.verdict is verdict
        assert "uncertainty was ignored" in finding.because
    gap = verdict_of(tables(**APART), "balanced_accuracy_difference", limit={"max": 0.29}, statistics=point)
    assert gap.verdict is Verdict.NOT_MET


def test_claims_for_another_limit_are_refused() -> None:
    _, item, policy = seen(tables(**APART), "balanced_accuracy", limit={"min": 0.6})
    (other,) = a_policy(a_check(metric="balanced_accuracy", limit={"min": 0.5})).metric_checks()

    with pytest.raises(DamagedFileError):
        judge(other, [item], policy.statistics)


def test_a_family_over_the_whole_policy_counts_rates_and_statistics() -> None:
    policy = a_policy(
        a_check(metric="balanced_accuracy", limit={"min": 0.5}),
        a_check(id="F-02"),
        a_check(id="F-03", metric="equalized_odds_difference", limit={"max": 0.3}),
        statistics={"family": "policy"},
    )
    evidence = measure(policy.metric_checks(), tables(**APART), policy)

    assert [item.family.claims for item in evidence] == [5, 5, 5]


def test_a_looser_limit_is_never_a_worse_verdict() -> None:
    order = [Verdict.NOT_MET, Verdict.CANNOT_TELL, Verdict.MET]
    for metric, limits in (("balanced_accuracy", "min"), ("balanced_accuracy_difference", "max")):
        steps = [at / 50 for at in range(1, 50)]
        loosening = steps[::-1] if limits == "min" else steps
        found = [order.index(verdict_of(tables(**APART), metric, limit={limits: limit}).verdict) for limit in loosening]
        assert found == sorted(found)
