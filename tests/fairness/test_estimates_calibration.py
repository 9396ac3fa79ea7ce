"""The expected calibration error: never without what noise alone makes of it, and never what decides."""

import math

import numpy as np
import pytest
from conftest import a_check, a_policy
from estimated import estimated, random_scores, scored_rows

from fateaudit.evidence import Estimate
from fateaudit.report.estimates import calibration_errors

ASKED = [
    ("calibration_in_the_large", {"limit": {"min": -0.9, "max": 0.9}}),
    ("calibration_in_the_large_difference", {}),
    ("standardised_calibration_error", {}),
]
WORKED = [(50, 0.1, 9), (80, 0.4, 36), (70, 0.7, 56)]
"""Rows, score and positives of three bins."""


def worked_rows(group="a"):
    score = [score for n, score, _ in WORKED for _ in range(n)]
    label = [int(place < up) for n, _, up in WORKED for place in range(n)]
    return [group] * len(score), score, label


def by_hand(score, label):
    """Error, floor and bins from the definitions, the binomial written out."""
    error = floor = bins = 0
    for place in range(10):
        ones = [(s, y) for s, y in zip(score, label, strict=True) if y >= 0 and min(int(s * 10), 9) == place]
        n, s, y = len(ones), math.fsum(s for s, _ in ones), sum(y for _, y in ones)
        error, bins = error + abs(y - s), bins + (n > 0)
        for k in range(n + 1):
            mean = s / max(n, 1)
            floor += abs(k - s) * math.comb(n, k) * mean**k * (1 - mean) ** (n - k)
    rows = sum(y >= 0 for y in label)
    return error / rows, floor / rows, bins


@pytest.mark.parametrize(("metric", "changes"), ASKED)
def test_the_worked_value_stands_beside_its_floor(metric, changes) -> None:
    groups, score, label = (once + again for once, again in zip(worked_rows("a"), worked_rows("b"), strict=True))
    counts, scored = scored_rows(groups, score, label)

    for part in estimated(counts, metric, scored, **changes).parts:
        assert part.calibration.error == pytest.approx(0.075, abs=1e-12)
        assert part.calibration.floor == pytest.approx(by_hand(*worked_rows()[1:])[1], abs=1e-12)
        assert part.calibration.bins == 3


@pytest.mark.parametrize(("metric", "changes"), ASKED)
@pytest.mark.parametrize("seed", range(3))
def test_each_group_agrees_with_the_definitions(seed, metric, changes) -> None:
    groups, score, label = random_scores(seed, n=500)
    score[:3], label[::9] = 1.0, -1
    counts, scored = scored_rows(groups, score, label)

    for part in estimated(counts, metric, scored, **changes).parts:
        here = [place for place, group in enumerate(groups) if group == part.group[0]]
        found = part.calibration
        expected = by_hand([score[place] for place in here], [label[place] for place in here])
        assert (found.error, found.floor, found.bins) == pytest.approx(expected, abs=1e-12)


def test_a_calibrated_model_comes_to_its_floor_on_average() -> None:
    found = []
    for seed in range(60):
        groups, score, label = random_scores(seed, n=400, names="a")
        counts, scored = scored_rows(groups, score, label)
        found.append(estimated(counts, "standardised_calibration_error", scored).parts[0].calibration)

    error, floor = np.mean([(one.error, one.floor) for one in found], axis=0)
    assert floor > 0.03
    assert error == pytest.approx(floor, rel=0.06)


def test_other_numbers_have_none_and_nothing_is_written_for_them() -> None:
    counts, scored = scored_rows(*random_scores(1))
    item = estimated(counts, "brier_score", scored)
    of_calibration = estimated(counts, "standardised_calibration_error", scored)

    assert all("calibration" not in part for part in item.model_dump(mode="json")["parts"])
    assert Estimate.model_validate_json(of_calibration.model_dump_json()) == of_calibration
    assert calibration_errors([item], a_policy()) == ""


def test_a_group_without_a_label_has_none() -> None:
    groups, score, label = random_scores(1, names="ab")
    label = [-1 if group == "b" else known for group, known in zip(groups, label, strict=True)]
    counts, scored = scored_rows(groups, score, label)
    a, b = estimated(counts, "standardised_calibration_error", scored).parts

    assert a.calibration is not None
    assert b.calibration is None


def test_those_farthest_above_their_floor_are_told_first_and_the_rest_are_counted() -> None:
    names = "abcdefgh"
    groups, score, label = random_scores(1, n=1_600, names=names)
    score = np.where(np.array(groups) == "g", 0.99, score)
    counts, scored = scored_rows(groups, score, label)
    policy = a_policy(a_check(metric="standardised_calibration_error", limit={"max": 0.5}))
    item = estimated(counts, "standardised_calibration_error", scored)

    told = calibration_errors([item], policy)
    assert told.startswith("G: 0.")
    assert told.count("a calibrated model with these bins would show 0.0") == 6
    assert told.endswith("The record has 2 more groups.")
