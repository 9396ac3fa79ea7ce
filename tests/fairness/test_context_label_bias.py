"""How wrong records would have to be: the worked values, and records that were made wrong on purpose."""

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_from, counts_of

from fateaudit.counts import Cell, Counts
from fateaudit.evidence import Measurement
from fateaudit.fairness import measure
from fateaudit.fairness.rates import RATES


def table(**groups):
    """Counts from `group=(label and decision favourable, only label, only decision, neither)`."""
    order = [(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)]
    cells = [
        Cell(group=(name,), label=label, decision=decision, n=n)
        for name, numbers in sorted(groups.items())
        for (label, decision), n in zip(order, numbers, strict=True)
    ]
    rows = sum(cell.n for cell in cells)
    return Counts(rows=rows, weighted=False, attributes=("group",), joint=True, cells=tuple(cells), histograms=())


def bias(counts, check, **changes):
    policy = a_policy(check, **changes)
    (item,) = measure(policy.checks, counts, policy)
    assert isinstance(item, Measurement)
    return item.label_bias


WORKED = (60, 40, 90, 310)


@pytest.mark.parametrize(
    ("metric", "limit", "recorded", "error"),
    [
        ("true_positive_rate", {"min": 0.64}, FAV, 0.023529),
        ("false_positive_rate", {"max": 0.1875}, ADV, 0.266667),
        ("positive_predictive_value", {"min": 0.48}, ADV, 0.166667),
        ("positive_predictive_value", {"min": 0.36}, FAV, 0.062500),
    ],
)
def test_the_worked_errors(metric, limit, recorded, error) -> None:
    found = bias(table(a=WORKED), a_check(metric=metric, across="overall", limit=limit))

    assert found.recorded is recorded
    assert found.error == pytest.approx(error, abs=5e-7)
    assert found.group == ()


def test_the_worked_number_of_records_and_the_words() -> None:
    """Of 400 that were not favourable .023529 are recorded so: 9.64 of the 100 records that say favourable."""
    found = bias(table(a=WORKED), a_check(metric="true_positive_rate", across="overall", limit={"min": 0.64}))

    assert found.fewest == 7
    assert found.wrong == pytest.approx(0.0963855, abs=5e-7)
    assert found.sentence == (
        "If 1 in 10 of the records of cases that say “recorded as favourable” were wrong, this would be within the "
        "limit. At the least, 7 records would have to be the other way round."
    )


def test_what_is_within_the_limit_is_told_the_other_way_round() -> None:
    found = bias(table(a=WORKED), a_check(metric="positive_predictive_value", across="overall", limit={"min": 0.36}))

    assert found.sentence.startswith("If more than 26.7 of every 100 of the records of cases that say")
    assert "would be beyond the limit" in found.sentence
    # 60 of 150: with 6 fewer it is 54, which is .36 and within; with 7 fewer it is not.
    assert found.fewest == 7


@pytest.mark.parametrize(
    ("metric", "limit", "fewest"),
    [
        ("accuracy", {"min": 0.80}, 30),
        ("accuracy", {"min": 0.70}, 21),
        ("false_discovery_rate", {"max": 0.5}, 15),
        ("false_discovery_rate", {"max": 0.7}, 16),
    ],
)
def test_the_fewest_records_of_a_rate_among_fixed_rows_are_counted(metric, limit, fewest) -> None:
    """370 of 500 agree; 90 of 150 are wrong."""
    assert bias(table(a=WORKED), a_check(metric=metric, across="overall", limit=limit)).fewest == fewest


TRUE = (120, 40, 60, 180)
RECORDED = {FAV: (126, 58, 54, 162), ADV: (108, 36, 72, 184)}
"""What the records say if a tenth of those who are truly adverse is recorded as favourable, or the other way round."""
LABELLED = [name for name, rate in RATES.items() if rate.needs_labels]


def level(name, counts):
    policy = a_policy(a_check(metric=name, across="overall", limit={"max": 0.999}))
    (item,) = measure(policy.checks, counts, policy)
    return item.value


@pytest.mark.parametrize("recorded", [FAV, ADV])
@pytest.mark.parametrize("name", LABELLED)
def test_an_error_that_was_made_is_found_again(name, recorded) -> None:
    """The limit is what the rate truly is: then the error is what it takes to reach it."""
    truly, seen = level(name, table(a=TRUE)), level(name, table(a=RECORDED[recorded]))
    if truly == pytest.approx(seen):
        pytest.skip("this error does not touch this rate")
    limit = {"min": truly} if seen < truly else {"max": truly}
    found = bias(table(a=RECORDED[recorded]), a_check(metric=name, across="overall", limit=limit))

    if name == "accuracy" and found.recorded is not recorded:
        assert found.error < 0.1
    else:
        assert found.recorded is recorded
        assert found.error == pytest.approx(0.1)


@pytest.mark.parametrize("recorded", [FAV, ADV])
@pytest.mark.parametrize("name", LABELLED)
@pytest.mark.parametrize("kind", ["ratio", "difference"])
def test_an_error_in_one_group_is_found_again_in_a_comparison(name, recorded, kind) -> None:
    other = (300, 200, 100, 400)
    counts = table(a=RECORDED[recorded], ref=other)
    rates = level(name, table(a=TRUE)), level(name, table(a=RECORDED[recorded])), level(name, table(a=other))
    if rates[0] == pytest.approx(rates[1]):
        pytest.skip("this error does not touch this rate")
    truly = rates[0] / rates[2] if kind == "ratio" else rates[0] - rates[2]
    low, high = (0.001, 1000) if kind == "ratio" else (-0.99, 0.99)
    limit = {"min": truly, "max": high} if rates[1] < rates[0] else {"min": low, "max": truly}
    reference = {"convention": "to_reference", "reference": {"group": "ref"}}
    found = bias(counts, a_check(metric=f"{name}_{kind}", limit=limit, params=reference))

    if found.group == ("a",) and found.recorded is recorded:
        assert found.error == pytest.approx(0.1)
    else:
        # A smaller error does as well: in the other group or, for agreement alone, of the other kind.
        assert found.group == ("ref",) or name == "accuracy"
        assert found.error < 0.1


def test_decisions_alone_do_not_depend_on_records() -> None:
    assert bias(counts_from(a=(50, 100), b=(41, 100)), a_check()) is None
    assert bias(counts_from(a=(50, 100)), a_check(metric="adverse_rate", across="overall", limit={"max": 0.6})) is None


def test_where_no_error_of_one_kind_turns_the_answer_that_is_said() -> None:
    """All 100 that were recorded as favourable were selected: no record that says favourable need be wrong."""
    found = bias(table(a=(50, 50, 400, 0)), a_check(metric="true_positive_rate", across="overall", limit={"min": 0.99}))

    assert found.error is found.group is found.recorded is found.wrong is None
    assert found.sentence.startswith("No error of one kind in the records of one group would change the answer.")


def test_a_figure_exactly_at_the_limit_needs_no_error() -> None:
    found = bias(table(a=WORKED), a_check(metric="true_positive_rate", across="overall", limit={"min": 0.6}))

    assert found.error is None
    assert found.sentence.startswith("The figure is exactly at the limit")
    assert found.fewest == 1


def test_rows_without_a_label_play_no_part() -> None:
    labelled = [
        {"group": "a", "label": label, "decision": decision}
        for (label, decision), n in zip([(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)], WORKED, strict=True)
        for _ in range(n)
    ]
    unseen = [{"group": "a", "label": None, "decision": FAV}] * 50
    check = a_check(metric="true_positive_rate", across="overall", limit={"min": 0.64})

    assert bias(counts_of(labelled + unseen), check) == bias(counts_of(labelled), check)


def test_the_fewest_are_not_sought_among_millions() -> None:
    many = tuple(10_000 * n for n in WORKED)
    found = bias(table(a=many), a_check(metric="true_positive_rate", across="overall", limit={"min": 0.64}))

    assert found.fewest is None
    assert found.error == pytest.approx(0.023529, abs=5e-7)
    assert found.sentence.endswith("this would be within the limit.")
