"""Every rate against a count over plain rows, and fairlearn's own metrics against ours on random tables."""

import random

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_of
from fairlearn import metrics as theirs
from sklearn.metrics import accuracy_score

from fateaudit.evidence import Measurement
from fateaudit.fairness import RATE_METRICS, measure
from fateaudit.fairness.rates import RATES

# By hand: label then decision, F favourable and A adverse: who is in the denominator, and who of them in the numerator.
# Positive is F.
BY_HAND = {
    "selection_rate": ("FF FA AF AA", "FF AF"),
    "adverse_rate": ("FF FA AF AA", "FA AA"),
    "true_positive_rate": ("FF FA", "FF"),
    "false_positive_rate": ("AF AA", "AF"),
    "false_negative_rate": ("FF FA", "FA"),
    "true_negative_rate": ("AF AA", "AA"),
    "positive_predictive_value": ("FF AF", "FF"),
    "negative_predictive_value": ("FA AA", "AA"),
    "false_discovery_rate": ("FF AF", "AF"),
    "false_omission_rate": ("FA AA", "FA"),
    "wrong_adverse_rate": ("FF FA", "FA"),
    "wrong_adverse_share": ("FA AA", "FA"),
    "wrong_favourable_rate": ("AF AA", "AF"),
    "accuracy": ("FF FA AF AA", "FF AA"),
    "base_rate": ("FF FA AF AA", "FF FA"),
}


LETTER = {FAV: "F", ADV: "A"}


def a_table(seed):
    draw = random.Random(seed)  # noqa: S311 - a table for a test
    return [
        {"group": group, "label": draw.choice([FAV, FAV, ADV]), "decision": draw.choice([FAV, ADV, ADV])}
        for group in "abc"
        for _ in range(draw.randint(40, 90))
    ]


def measured(rows, metric, **changes):
    policy = a_policy(a_check(metric=metric, **changes), statistics={"min_group_size": 1})
    (item,) = measure(policy.metric_checks(), counts_of(rows), policy)
    assert isinstance(item, Measurement), item.detail
    return item


def test_every_rate_is_counted_by_hand_here() -> None:
    assert BY_HAND.keys() == RATES.keys()
    assert len(RATE_METRICS) == 3 * len(RATES)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(3))
def test_numerator_and_denominator_are_those_of_a_count_over_the_rows(rate, seed) -> None:
    rows = a_table(seed)
    among, counted = (pairs.split() for pairs in BY_HAND[rate])
    item = measured(rows, rate, across=["group"], limit={"max": 0.5})

    for part in item.parts:
        mine = [LETTER[row["label"]] + LETTER[row["decision"]] for row in rows if row["group"] == part.group[0]]
        assert part.denominator == sum(pair in among for pair in mine)
        assert part.numerator == sum(pair in counted for pair in mine)


THEIRS = {
    "selection_rate": theirs.selection_rate,
    "true_positive_rate": theirs.true_positive_rate,
    "false_positive_rate": theirs.false_positive_rate,
    "false_negative_rate": theirs.false_negative_rate,
    "true_negative_rate": theirs.true_negative_rate,
    "accuracy": accuracy_score,
}


@pytest.mark.parametrize("rate", THEIRS)
@pytest.mark.parametrize("seed", range(5))
def test_fairlearn_on_the_rows_agrees_to_twelve_digits(rate, seed) -> None:
    rows = a_table(seed)
    frame = theirs.MetricFrame(
        metrics=THEIRS[rate],
        y_true=[int(row["label"] is FAV) for row in rows],
        y_pred=[int(row["decision"] is FAV) for row in rows],
        sensitive_features=[row["group"] for row in rows],
    )
    difference = measured(rows, f"{rate}_difference", limit={"max": 0.5})
    ratio = measured(rows, f"{rate}_ratio", limit={"min": 0.5}, params={"convention": "between_groups"})

    assert [part.rate for part in difference.parts] == pytest.approx(list(frame.by_group), abs=1e-12)
    assert difference.value == pytest.approx(frame.difference(), abs=1e-12)
    assert ratio.value == pytest.approx(frame.ratio(), abs=1e-12)
