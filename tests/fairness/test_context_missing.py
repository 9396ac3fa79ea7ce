"""What the rows of nobody's group could change: the worked value, and every completion of a small table."""

import math
from itertools import product

import pytest
from conftest import ADV, FAV, a_check, a_policy, counts_from, counts_of

from fateaudit.fairness import measure

LOOSE = {"min_group_size": 1}


def measured(counts, check, **changes):
    policy = a_policy(check, **{"statistics": LOOSE, **changes})
    (item,) = measure(policy.checks, counts, policy)
    return item


def test_the_worked_bounds() -> None:
    """12 of 40 against 48 of 80, and 25 unknown, 10 of them selected: .5 becomes .338558 to .870833."""
    counts = counts_from(b=(12, 40), ref=(48, 80), **{"Not recorded": (10, 25)})
    named = a_check(params={"convention": "to_reference", "reference": {"group": "ref"}})

    for check in (a_check(), named):
        item = measured(counts, check)
        assert item.value == 0.5
        assert item.missing.bounds == pytest.approx((0.338558, 0.870833), abs=5e-7)
        assert (item.missing.rows, item.missing.numerator, item.missing.denominator) == (25, 10, 25)
    assert item.missing.sentence == (
        "25 cases without a group (Group not recorded). Depending on whose they are, the ratio could be anything "
        "from 0.34 to 0.87."
    )


def test_where_every_row_names_its_group_there_is_nothing_to_bound() -> None:
    assert measured(counts_from(a=(12, 40), b=(48, 80)), a_check()).missing is None
    assert measured(counts_from(a=(12, 40)), a_check(metric="adverse_rate", across="overall")).missing is None


def completions(check, rows, unknown):
    """The figures of every table in which the unknown rows name a group."""
    for names in product("ab", repeat=len(unknown)):
        named = [row | {"group": name} for row, name in zip(unknown, names, strict=True)]
        yield measured(counts_of(rows + named), check).value


SMALL = [
    {"group": group, "label": label, "decision": decision}
    for group, cells in (("a", (4, 1, 1, 2)), ("b", (2, 2, 1, 3)))
    for (label, decision), n in zip([(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)], cells, strict=True)
    for _ in range(n)
]
UNKNOWN = [
    {"group": "Not recorded", "label": label, "decision": decision}
    for label, decision in [(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV), (FAV, FAV)]
]
REFERENCE = {"params": {"convention": "to_reference", "reference": {"group": "a"}}}


@pytest.mark.parametrize(
    "rate", ["selection_rate", "true_positive_rate", "false_positive_rate", "positive_predictive_value", "accuracy"]
)
@pytest.mark.parametrize("kind", ["_ratio", "_difference"])
def test_bounds_against_a_named_group_are_reached_by_some_completion(rate, kind) -> None:
    """For each rate only the rows that it is counted among can change it."""
    limit = {"min": 0.8} if kind == "_ratio" else {"max": 0.1}
    check = a_check(metric=f"{rate}{kind}", limit=limit, **REFERENCE)
    low, high = measured(counts_of(SMALL + UNKNOWN), check).missing.bounds
    figures = list(completions(check, SMALL, UNKNOWN))

    assert low == pytest.approx(min(figures))
    assert high == pytest.approx(max(figures))


@pytest.mark.parametrize(
    ("metric", "limit"),
    [
        ("selection_rate_ratio", {"min": 0.8}),
        ("adverse_rate_ratio", {"max": 1.25}),
        ("selection_rate_difference", {"max": 0.1}),
        ("true_positive_rate_ratio", {"min": 0.8}),
    ],
)
def test_no_completion_lies_outside_the_bounds_of_extreme_groups_and_the_far_end_is_reached(metric, limit) -> None:
    check = a_check(metric=metric, limit=limit)
    low, high = measured(counts_of(SMALL + UNKNOWN), check).missing.bounds
    figures = list(completions(check, SMALL, UNKNOWN))

    assert all(low <= figure + 1e-9 and figure <= high + 1e-9 for figure in figures)
    far, extreme = (low, min(figures)) if "min" in limit else (high, max(figures))
    assert far == pytest.approx(extreme)


def test_a_rate_by_itself_is_bounded_for_the_group_that_could_be_farthest() -> None:
    check = a_check(metric="selection_rate", limit={"min": 0.2})
    low, high = measured(counts_of(SMALL + UNKNOWN), check).missing.bounds
    rates = []
    for names in product("ab", repeat=len(UNKNOWN)):
        named = [row | {"group": name} for row, name in zip(UNKNOWN, names, strict=True)]
        rates += [part.rate for part in measured(counts_of(SMALL + named), check).parts]

    assert (low, high) == pytest.approx((min(rates), max(rates)))


def test_a_group_that_could_be_without_any_refusal_makes_an_adverse_ratio_boundless() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    item = measured(counts_from(a=(40, 40), b=(30, 40), **{"Not recorded": (3, 5)}), check)

    assert math.isinf(item.missing.bounds[1])
    assert "to infinite" in item.missing.sentence


def test_a_ratio_that_is_boundless_whoever_they_are_has_no_finite_bound() -> None:
    check = a_check(metric="adverse_rate_ratio", limit={"max": 1.25})
    item = measured(counts_from(a=(40, 40), b=(30, 40), **{"Not recorded": (5, 5)}), check)

    assert item.missing.bounds == (math.inf, math.inf)
