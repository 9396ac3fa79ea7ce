"""Statistics of four counts: worked values, fairlearn's and scikit-learn's own, and what is not defined."""

import math
import random

import numpy as np
import pytest
from estimated import estimated, seen, tables
from fairlearn import metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from fateaudit.evidence import Reason
from fateaudit.fairness import METRICS, STATISTIC_METRICS, from_function
from fateaudit.fairness.statistics_of_cells import STATISTICS, generalized_entropy_index, theil_index

PLAIN = [name for name, one in STATISTICS.items() if one.components is None]


def random_table(seed):
    draw = random.Random(seed)  # noqa: S311 - a table for a test
    return {name: tuple(draw.randint(5, 60) for _ in range(4)) for name in "abc"}


def as_rows(table):
    """Labels, decisions and groups of every row, 1 is favourable."""
    rows = [
        (label, decision, group)
        for group, cells in table.items()
        for (label, decision), n in zip(((1, 1), (1, 0), (0, 1), (0, 0)), cells, strict=True)
        for _ in range(n)
    ]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def test_benefits_of_ten_people() -> None:
    """Labels [1,0,0,1,0,0,1,0,1,1]; indices 3 and 9 decided 0, indices 4 and 5 decided 1 (statistics.md 4)."""
    table = np.array([3.0, 2.0, 2.0, 3.0])

    assert generalized_entropy_index(table) == pytest.approx(0.2, abs=1e-15)
    assert theil_index(table) == pytest.approx(4 * math.log(2) / 10, abs=1e-15)
    counts = tables(a=(3, 2, 2, 3))
    assert estimated(counts, "generalized_entropy_index", across="overall").value == 0.2
    assert estimated(counts, "theil_index", across="overall").value == pytest.approx(0.277258872224, abs=1e-12)


def test_the_user_guide_of_fairlearn_is_reproduced() -> None:
    """a .5/1, b .6/0, c .4/.6667: the gap of the false positive rates is 1."""
    counts = tables(a=(1, 1, 2, 0), b=(3, 2, 0, 1), c=(2, 3, 2, 1))

    assert estimated(counts, "equalized_odds_difference", limit={"max": 0.9}).value == 1.0
    assert estimated(counts, "equalized_odds_ratio").value == 0.0
    assert estimated(counts, "average_odds_difference").value == pytest.approx((0.2 + 1) / 2)


@pytest.mark.parametrize("seed", range(8))
def test_equalized_odds_are_fairlearns_to_twelve_digits(seed) -> None:
    table = random_table(seed)
    labels, decisions, groups = as_rows(table)
    counts = tables(**table)
    expected = {
        "equalized_odds_difference": theirs.equalized_odds_difference(labels, decisions, sensitive_features=groups),
        "equalized_odds_ratio": theirs.equalized_odds_ratio(labels, decisions, sensitive_features=groups),
        "average_odds_difference": theirs.equalized_odds_difference(
            labels, decisions, sensitive_features=groups, agg="mean"
        ),
    }

    for name, value in expected.items():
        item = estimated(counts, name)
        assert item.value == pytest.approx(value, abs=1e-12)
        assert item.second_calculation.value == pytest.approx(value, abs=1e-12)
        assert item.second_calculation.by.startswith("fairlearn")


@pytest.mark.parametrize("name", ["balanced_accuracy", "f1_score"])
@pytest.mark.parametrize("seed", range(5))
def test_each_group_is_scikit_learns_to_twelve_digits(name, seed) -> None:
    table = random_table(seed)
    labels, decisions, groups = as_rows(table)
    frame = theirs.MetricFrame(
        metrics=getattr(sklearn, f"{name}_score".replace("_score_score", "_score")),
        y_true=labels,
        y_pred=decisions,
        sensitive_features=groups,
    )
    level = estimated(tables(**table), name)

    assert [part.estimate for part in level.parts] == pytest.approx(list(frame.by_group), abs=1e-12)
    assert estimated(tables(**table), f"{name}_difference").value == pytest.approx(frame.difference(), abs=1e-12)
    assert estimated(tables(**table), f"{name}_ratio").value == pytest.approx(frame.ratio(), abs=1e-12)


def test_treatment_equality_is_false_negatives_per_false_positive() -> None:
    level = estimated(tables(a=(10, 6, 3, 9), b=(10, 4, 8, 9)), "treatment_equality", limit={"max": 5})

    assert [part.estimate for part in level.parts] == [2.0, 0.5]
    assert level.second_calculation is None


def test_positive_may_be_the_adverse_side() -> None:
    """With the adverse side positive, what was a false negative is a false positive."""
    item = estimated(tables(a=(10, 6, 3, 9)), "treatment_equality", across="overall", columns={"positive": "adverse"})

    assert item.value == 0.5


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("treatment_equality", (10, 6, 0, 9)),
        ("theil_index", (0, 10, 0, 0)),
        ("generalized_entropy_index", (0, 9, 0, 0)),
    ],
)
def test_what_would_divide_by_0_is_not_measured(name, table) -> None:
    item = seen(tables(a=table, b=(9, 9, 9, 9)), name, limit={"max": 5})[1]

    assert item.reason is Reason.NOT_APPLICABLE
    assert "is not defined for a" in item.detail


def test_a_group_without_one_side_of_the_labels_is_too_few_for_a_mean_of_both() -> None:
    item = estimated(tables(a=(10, 5, 0, 0), b=(9, 9, 9, 9)), "balanced_accuracy")
    a, b = item.parts

    assert (a.estimate, a.judged, a.set_aside) == (None, False, "too_few")
    assert b.estimate == 0.5


def test_false_positive_rates_of_0_in_every_group_have_no_ratio() -> None:
    item = seen(tables(a=(9, 9, 0, 9), b=(9, 3, 0, 9)), "equalized_odds_ratio")[1]

    assert item.reason is Reason.NOT_APPLICABLE


@pytest.mark.parametrize("name", sorted(STATISTICS))
def test_duplicating_every_row_changes_no_estimate_and_no_name_matters(name) -> None:
    metric = name if name in STATISTIC_METRICS else f"{name}_difference"
    once, twice = {"a": (9, 3, 4, 8), "b": (5, 5, 7, 9)}, {"z": (18, 6, 8, 16), "a": (10, 10, 14, 18)}
    one, two = estimated(tables(**once), metric), estimated(tables(**twice), metric)

    assert two.value == pytest.approx(one.value, abs=1e-11)
    assert one.value == estimated(tables(b=(9, 3, 4, 8), a=(5, 5, 7, 9)), metric).value
    widths = [item.interval[1] - item.interval[0] for item in (one, two)]
    assert widths[1] < widths[0]


cell = st.integers(0, 40)


@settings(max_examples=60, deadline=None)
@given(table=st.lists(st.tuples(cell, cell, cell, cell), min_size=2, max_size=4), name=st.sampled_from(PLAIN))
def test_every_estimate_lies_within_its_interval_and_its_range(table, name) -> None:
    named = {f"g{place}": cells for place, cells in enumerate(table) if any(cells)}
    if not named:
        return
    metric = METRICS[name]
    item = seen(tables(**named), name, limit={"max": 0.5})[1]
    if item.kind == "unmeasured":
        assert item.detail
        return
    for part in item.parts:
        if part.estimate is not None:
            assert part.interval[0] <= part.estimate <= part.interval[1]
            assert metric.statistic.scale.low <= part.interval[0]
            assert part.interval[1] <= metric.statistic.scale.high
    assert min(end for one in item.claims for end in one.ends) <= item.value


def test_a_perfect_score_of_a_few_rows_is_no_certainty() -> None:
    item = estimated(tables(a=(20, 0, 0, 20)), "balanced_accuracy", across="overall", limit={"min": 0.5})

    assert item.value == 1.0
    assert item.interval[0] < 0.97
    assert item.claims[0].ends[1] < 0.97


def test_a_function_of_ones_own_is_measured_and_named() -> None:
    table = random_table(3)
    labels, decisions, groups = as_rows(table)
    own = from_function("matthews", sklearn.matthews_corrcoef)
    item = estimated(tables(**table), "matthews_difference", metrics=METRICS | own)
    frame = theirs.MetricFrame(
        metrics=sklearn.matthews_corrcoef, y_true=labels, y_pred=decisions, sensitive_features=groups
    )

    assert item.value == pytest.approx(frame.difference(), abs=1e-12)
    assert item.metric == "matthews_difference"
    assert "sklearn" in item.subject.counted
    assert item.second_calculation is None


def test_what_is_read_by_everybody_uses_the_policys_words_and_never_positive() -> None:
    counts = tables(a=(9, 6, 3, 9), b=(9, 9, 9, 9))
    errors = estimated(counts, "treatment_equality", limit={"max": 5})
    adverse = estimated(counts, "treatment_equality", limit={"max": 5}, columns={"positive": "adverse"})
    odds = estimated(counts, "equalized_odds_difference")

    assert errors.subject.title == "Those wrongly decided adversely, for each one wrongly decided favourably"
    assert adverse.subject.title == "Those wrongly decided favourably, for each one wrongly decided adversely"
    assert errors.sentence.startswith("It is 2.000 (could be ")
    assert odds.sentence.startswith("Decided favourably: ")
    assert "60 of every 100 recorded as favourable and 25 of every 100 recorded as adverse for cases" in odds.sentence
    assert "positive" not in odds.sentence
    for metric in STATISTIC_METRICS.values():
        assert not {"positive", "negative"} & set(f"{metric.statistic.title} {metric.statistic.says}".lower().split())
