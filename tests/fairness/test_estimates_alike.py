"""Like with like: consistency against a plain search for neighbours, and disparities within strata."""

import json

import numpy as np
import pyarrow as pa
import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_of
from sklearn.neighbors import NearestNeighbors

from fateaudit.counting import Coded
from fateaudit.evaluation import Drawn, Scored
from fateaudit.evidence import Reason
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.fairness.conditional import disparity
from fateaudit.fairness.consistency import consistency
from fateaudit.policy import Verdict, judge


def drawn(seed, n=600):
    """Two standard numbers, and decisions that follow the first but for some noise."""
    draw = np.random.default_rng(seed)
    x, y = draw.normal(size=n), draw.normal(size=n)
    decision = (x + draw.normal(size=n) / 2 > 0).astype(np.int8)
    return Drawn(pa.table({"x": x, "y": y}), decision)


def by_hand(rows):
    """The same with scikit-learn's neighbours; no two distances are equal here."""
    columns = np.column_stack([column.to_numpy() for column in rows.inputs.columns])
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    near = NearestNeighbors(n_neighbors=6).fit(columns).kneighbors(columns, return_distance=False)[:, 1:]
    return 1 - np.abs(rows.decision - rows.decision[near].mean(axis=1)).mean()


@pytest.mark.parametrize("seed", range(3))
def test_consistency_is_that_of_a_plain_search(seed) -> None:
    assert consistency(drawn(seed)).value == pytest.approx(by_hand(drawn(seed)), abs=1e-12)


def test_rows_that_are_equal_share_the_neighbours_place() -> None:
    """Fifty equal rows, half of them decided each way: each has 24 of 49 others on its own side."""
    rows = Drawn(pa.table({"x": [1.0] * 50, "t": ["same"] * 50}), np.array([1, 0] * 25, np.int8))

    assert consistency(rows).value == pytest.approx(24 / 49)


def test_text_and_missing_values_tell_rows_apart() -> None:
    inputs = pa.table({"t": ["u"] * 30 + ["v"] * 30 + [None] * 30, "x": [None] * 90})
    rows = Drawn(
        inputs.set_column(1, "x", pa.array([None] * 90, pa.float64())), np.repeat([1, 0, 1], 30).astype(np.int8)
    )

    assert consistency(rows).value == 1.0


def test_its_error_is_that_of_new_samples_and_everybody_alike_is_no_certainty() -> None:
    found = [consistency(drawn(seed)) for seed in range(40)]
    mean_error = np.mean([one.standard_error for one in found])

    assert mean_error == pytest.approx(np.std([one.value for one in found]), rel=0.3)
    same = consistency(Drawn(drawn(0).inputs, np.ones(600, np.int8)))
    assert same.value == 1.0
    assert same.bounds(0.05, 0.05)[0] < 1


def test_consistency_needs_the_model_and_is_judged_by_its_range() -> None:
    rows, n = drawn(1), 600
    counts = counts_of([{"group": "a", "label": FAV, "decision": FAV if one else ADV} for one in rows.decision])
    policy = a_policy(a_check(metric="consistency", across="overall", limit={"min": 0.5}))
    (check,) = policy.metric_checks()
    refuse_unsuitable(check, policy, METRICS)
    groups = (Coded("group", np.zeros(n, np.int64), ("a",)),)
    with_model = Scored(np.full(n, 0.5), np.ones(n, np.int8), groups, rows)
    without = Scored(np.full(n, 0.5), np.ones(n, np.int8), groups, None)
    (item,) = measure([check], counts, policy, scored=with_model)
    (missing,) = measure([check], counts, policy, scored=without)

    assert judge(check, [item], policy.statistics).verdict is Verdict.MET
    assert (missing.reason, "it needs the model" in missing.detail) == (Reason.MISSING_INPUT, True)


def people(*cells):
    """Rows from (group, control, favourable, adverse)."""
    return [
        {"group": group, "place": place, "label": None, "decision": decision}
        for group, place, favourable, adverse in cells
        for decision in [FAV] * favourable + [ADV] * adverse
    ]


BERKELEY = people(("w", "easy", 40, 10), ("m", "easy", 160, 40), ("w", "hard", 40, 160), ("m", "hard", 10, 40))
"""Within each place both are refused alike; together women are refused far more often."""


def conditional(rows, **changes):
    params = {"controls": ["place"], **changes.pop("params", {})}
    check = a_check(metric="conditional_demographic_disparity", limit={"max": 0.1}, params=params, **changes)
    sensitive = [{"name": "group", "label": "Group"}, {"name": "place", "label": "Place"}]
    policy = a_policy(check, columns={"sensitive": sensitive}, statistics={"min_group_size": 30})
    (asked,) = policy.metric_checks()
    refuse_unsuitable(asked, policy, METRICS)
    (item,) = measure([asked], counts_of(rows, ("group", "place")), policy)
    return asked, item, policy


def test_a_disparity_that_the_control_explains_is_none() -> None:
    check, item, policy = conditional(BERKELEY)

    assert [part.estimate for part in item.parts] == pytest.approx([0, 0], abs=1e-12)
    assert judge(check, [item], policy.statistics).verdict is Verdict.MET


def test_a_disparity_within_strata_is_found_by_hand() -> None:
    """In one stratum w has 30 of 40 refusals and 20 of 60 acceptances: .75 - .3333; in the other .5 - .5."""
    rows = people(("w", "x", 20, 30), ("m", "x", 40, 10), ("w", "y", 25, 25), ("m", "y", 25, 25))
    check, item, policy = conditional(rows * 10)
    m, w = item.parts

    assert w.estimate == pytest.approx((0.75 - 1 / 3) / 2)
    assert m.estimate == pytest.approx(-w.estimate)
    finding = judge(check, [item], policy.statistics)
    assert (finding.verdict, finding.groups) == (Verdict.NOT_MET, (("w",),))


def test_a_stratum_with_one_decision_only_tells_nothing_and_counts_as_not_judged() -> None:
    _, item, _ = conditional([*BERKELEY, *people(("w", "none", 0, 70), ("m", "none", 0, 30))])

    assert [(part.cases, part.unlabelled) for part in item.parts] == [(280, 30), (320, 70)]
    assert [part.estimate for part in item.parts] == pytest.approx([0, 0], abs=1e-12)


def test_a_control_that_was_not_counted_is_named() -> None:
    _, item, _ = conditional(BERKELEY, params={"controls": ["offence"]})

    assert item.reason is Reason.MISSING_INPUT
    assert item.detail.startswith("offence was not counted")


def test_one_stratum_is_the_plain_disparity() -> None:
    assert disparity(np.array([20.0, 30, 40, 10])) == pytest.approx(30 / 40 - 20 / 60)


def test_the_policy_text_holds_what_was_controlled_for() -> None:
    check, _, _ = conditional(BERKELEY)

    assert json.loads(check.model_dump_json())["params"]["controls"] == ["place"]
