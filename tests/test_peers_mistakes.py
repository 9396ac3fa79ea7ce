"""Mistakes that other tools were found to make, each with a table on which it shows.

Holm and Benjamini-Hochberg are held against statsmodels in `intervals/test_families.py`.
"""

import ast
import math

import pytest
from conftest import ADV, FAV, ROOT, a_check, a_policy, counts_from, counts_of
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import tables

from fateaudit.evidence import Measurement
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.policy import Verdict, judge

calm = settings(deadline=None, max_examples=40)

SMALL = {"statistics": {"min_group_size": 1}}
POINT = {"statistics": {"min_group_size": 1, "decide_on": "point"}}
HARM = {"columns": {"positive": "adverse"}}
"""Who is flagged is worse off: then a false positive is somebody who is wrongly held."""


def found(counts, check, **changes):
    """The verdict on the one check of a policy that would be accepted, and its evidence."""
    policy = a_policy(check, **changes)
    (asked,) = policy.metric_checks()
    refuse_unsuitable(asked, policy, METRICS)
    (item,) = measure([asked], counts, policy)
    return judge(asked, [item], policy.statistics).verdict, item


def people(**groups):
    """Counts from `group=(true positives, false negatives, false positives, true negatives)`, flagged is adverse."""
    outcomes = [(ADV, ADV), (ADV, FAV), (FAV, ADV), (FAV, FAV)]
    return counts_of(
        [
            {"group": name, "label": label, "decision": decision}
            for name, numbers in groups.items()
            for (label, decision), n in zip(outcomes, numbers, strict=True)
            for _ in range(n)
        ]
    )


# Group rates divided by the totals of the whole dataset.


@calm
@given(rows=tables(max_groups=3), others=st.lists(st.integers(0, 200), min_size=4, max_size=4))
@pytest.mark.parametrize("rate", ["true_positive_rate", "false_positive_rate", "true_negative_rate"])
def test_the_rows_of_another_group_are_in_no_rate_of_this_one(rate, rows, others) -> None:
    check = a_check(metric=rate, limit={"max": 0.5})
    outcomes = [(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)]
    more = [
        {"group": "more", "label": label, "decision": decision}
        for (label, decision), n in zip(outcomes, others, strict=True)
        for _ in range(n)
    ]

    alone, together = (found(counts_of(some), check, **SMALL)[1] for some in (rows, rows + more))

    if isinstance(alone, Measurement) and isinstance(together, Measurement):
        before = {part.group: (part.numerator, part.denominator, part.rate) for part in alone.parts}
        after = {part.group: (part.numerator, part.denominator, part.rate) for part in together.parts}
        assert before.items() <= after.items()


@calm
@given(rows=tables(max_groups=3))
def test_false_and_true_among_the_negatives_make_one_in_each_group(rows) -> None:
    false, true = (
        found(counts_of(rows), a_check(metric=rate, limit={"max": 0.5}), **SMALL)[1]
        for rate in ("false_positive_rate", "true_negative_rate")
    )

    if isinstance(false, Measurement):
        for part, rest in zip(false.parts, true.parts, strict=True):
            assert part.numerator + rest.numerator == part.denominator == rest.denominator
            if part.rate is not None:
                assert part.rate + rest.rate == pytest.approx(1, abs=1e-12)


# A test of false positive rates that samples those who are flagged, and so tests false discovery rates.

FPR = a_check(metric="false_positive_rate_ratio", limit={"max": 1.25})
FDR = a_check(metric="false_discovery_rate_ratio", limit={"max": 1.25})


def test_equal_false_positive_rates_are_met_where_false_discoveries_are_far_apart() -> None:
    """Of 2,000 who did nothing 400 are flagged in both groups; b has a tenth of those who did something."""
    counts = people(a=(1_600, 400, 400, 1_600), b=(160, 40, 400, 1_600))

    rate, item = found(counts, FPR, **HARM)
    discovery, other = found(counts, FDR, **HARM)

    assert (rate, item.value) == (Verdict.MET, 1)
    assert [(part.numerator, part.denominator) for part in item.parts] == [(400, 2_000)] * 2
    assert (discovery, other.value) == (Verdict.NOT_MET, pytest.approx((400 / 560) / (400 / 2_000)))


def test_false_positive_rates_far_apart_are_not_met_where_false_discoveries_are_equal() -> None:
    counts = people(a=(1_800, 200, 200, 1_800), b=(5_400, 600, 600, 1_400))

    rate, item = found(counts, FPR, **HARM)
    discovery, other = found(counts, FDR, **HARM)

    assert (rate, item.value) == (Verdict.NOT_MET, pytest.approx(3))
    assert (discovery, other.value) == (Verdict.MET, 1)


@pytest.mark.parametrize("params", [{}, {"convention": "to_reference", "reference": {"group": "a"}}])
def test_those_who_are_truly_positive_are_in_no_claim_about_false_positives(params) -> None:
    """Flagging ten times as many of them makes the flagged ten times as many, and the claim no surer."""
    check = FPR | ({"params": params} if params else {})
    few = people(a=(20, 500, 30, 170), b=(50, 500, 45, 155))
    many = people(a=(200, 320, 30, 170), b=(500, 50, 45, 155))

    (verdict, item), (again, other) = (found(counts, check, **HARM) for counts in (few, many))

    assert verdict is again is Verdict.CANNOT_TELL
    assert item.interval == other.interval
    assert [part.claims for part in item.parts] == [part.claims for part in other.parts]


# A ratio of 0, which becomes NaN and passes, and a group that is never selected, which is not counted.


@calm
@given(
    nobody=st.integers(1, 400),
    somebody=st.tuples(st.integers(1, 400), st.integers(0, 400)),
    minimum=st.sampled_from([0.1, 0.5, 0.8, 0.99]),
    convention=st.sampled_from(["to_highest", "between_groups"]),
)
def test_a_group_of_which_nobody_is_selected_never_passes_whatever_its_size(
    nobody, somebody, minimum, convention
) -> None:
    selected, others = somebody
    counts = counts_from(none=(0, nobody), some=(selected, selected + others))
    check = a_check(limit={"min": minimum}, params={"convention": convention})

    verdict, item = found(counts, check, **SMALL)
    on_points, _ = found(counts, check, **POINT)

    assert item.value == 0
    assert item.interval[0] == 0
    assert not math.isnan(item.interval[1])
    assert verdict is not Verdict.MET
    assert on_points is Verdict.NOT_MET
    assert any(part.group == ("none",) and part.judged and part.rate == 0 for part in item.parts)


@pytest.mark.parametrize(("nobody", "verdict"), [(2, Verdict.CANNOT_TELL), (300, Verdict.NOT_MET)])
def test_a_group_of_which_nobody_is_selected_is_cannot_tell_or_not_met_by_its_size(nobody, verdict) -> None:
    assert found(counts_from(none=(0, nobody), some=(150, 300)), a_check(), **SMALL)[0] is verdict


def test_a_group_of_which_nobody_is_selected_is_seen_among_groups_that_are_alike() -> None:
    groups = {f"g{place}": (150, 300) for place in range(6)}

    verdict, item = found(counts_from(**groups, none=(0, 300)), a_check())

    assert (verdict, item.value) == (Verdict.NOT_MET, 0)


@pytest.mark.parametrize("metric", ["true_positive_rate_ratio", "equalized_odds_ratio"])
def test_a_rate_of_0_in_one_group_is_the_smallest_ratio_there_is(metric) -> None:
    counts = counts_of(
        [
            *[{"group": "a", "label": FAV, "decision": FAV}] * 200,
            *[{"group": "a", "label": ADV, "decision": FAV}] * 100,
            *[{"group": "a", "label": ADV, "decision": ADV}] * 100,
            *[{"group": "b", "label": FAV, "decision": ADV}] * 200,
            *[{"group": "b", "label": ADV, "decision": FAV}] * 100,
            *[{"group": "b", "label": ADV, "decision": ADV}] * 100,
        ]
    )

    verdict, item = found(counts, a_check(metric=metric))

    assert (verdict, item.value) == (Verdict.NOT_MET, 0)


# An excluded small category that still sets the denominator.

EXCLUDE = {"exclude_below": 0.02, "why_excluded": "fewer than 2 in 100"}


@pytest.mark.parametrize("selected", [0, 5, 19])
@pytest.mark.parametrize("limit", [{"min": 0.8}, {"min": 0.5}])
@pytest.mark.parametrize("statistics", [SMALL, POINT], ids=["interval", "point"])
def test_an_excluded_category_changes_no_figure_of_the_others(selected, limit, statistics) -> None:
    groups = {"a": (250, 500), "b": (190, 500), "c": (230, 450)}
    check = a_check(limit=limit, params=EXCLUDE)

    verdict, item = found(counts_from(**groups, tiny=(selected, 19)), check, **statistics)
    without, other = found(counts_from(**groups), check, **statistics)

    assert (item.value, item.interval, item.reference) == (other.value, other.interval, other.reference)
    assert verdict is without
    shown = {part.group: part for part in item.parts}
    tiny = shown.pop(("tiny",))
    assert (tiny.numerator, tiny.denominator, tiny.set_aside) == (selected, 19, "excluded")
    assert shown == {part.group: part for part in other.parts}


# An interval that becomes NaN on a slow machine.

NO_CLOCKS = {"time", "timeit", "datetime", "signal", "threading", "multiprocessing", "concurrent", "asyncio"}


def clocks(path):
    """What a module imports, functions included, that could tell the time, and where it asks for it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from NO_CLOCKS & {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            yield from NO_CLOCKS & {(node.module or "").partition(".")[0]}
        elif isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
            yield node.attr


def test_nothing_that_measures_or_judges_knows_what_time_it_is() -> None:
    package = ROOT / "fateaudit"
    measuring = [path for room in ("intervals", "fairness") for path in (package / room).rglob("*.py")]
    measuring += [package / "counting.py", package / "counts.py"]
    judging = list((package / "policy").rglob("*.py"))

    assert len(measuring) > 30
    assert len(judging) > 20
    assert {path.name: some for path in measuring if (some := set(clocks(path)))} == {}
    # A waiver has a last day, which is compared with a time that is given.
    assert {path.name: some for path in judging if (some := set(clocks(path)) - {"datetime"})} == {}
    assert {"time", "now"} <= set(clocks(package / "ledger" / "appending.py")) | set(clocks(package / "record.py"))


EXTREMES = [
    {"a": (0, 1), "b": (1, 1)},
    {"a": (1, 1), "b": (1, 1)},
    {"a": (0, 1_000_000), "b": (1, 1_000_000)},
    {"a": (999_999, 1_000_000), "b": (1, 2)},
    {"a": (1, 2), "b": (1, 3), "c": (0, 5), "d": (7, 7)},
]


def large(groups):
    """Counts of as many rows as one likes, without making them."""
    counts = counts_from(**dict.fromkeys(groups, (1, 2)))
    n = {(name, side): (k if side is FAV else all_ - k) for name, (k, all_) in groups.items() for side in (FAV, ADV)}
    cells = [cell.model_copy(update={"n": n[cell.group[0], cell.decision]}) for cell in counts.cells]
    cells = tuple(cell for cell in cells if cell.n)
    return counts.model_copy(update={"cells": cells, "rows": sum(cell.n for cell in cells)})


@pytest.mark.parametrize("groups", EXTREMES, ids=str)
@pytest.mark.parametrize(
    ("metric", "limit"),
    [
        ("selection_rate_ratio", {"min": 0.8}),
        ("selection_rate_difference", {"max": 0.1}),
        ("adverse_rate_ratio", {"max": 1.25}),
        ("selection_rate", {"min": 0.1}),
    ],
)
def test_an_interval_of_extreme_counts_is_a_range_and_the_same_each_time(groups, metric, limit) -> None:
    check = a_check(metric=metric, limit=limit)

    (verdict, item), (again, other) = (found(large(groups), check, **SMALL) for _ in "12")

    assert (verdict, item) == (again, other)
    if isinstance(item, Measurement):
        ends = [*item.interval, *(end for part in item.parts if part.rate_interval for end in part.rate_interval)]
        assert not any(math.isnan(end) for end in ends)
        assert item.interval[0] <= item.value <= item.interval[1]
    else:
        assert (metric, groups) == ("adverse_rate_ratio", {"a": (1, 1), "b": (1, 1)})


# Rates rounded to three places before the ratio is taken.


@pytest.mark.parametrize(
    ("worse", "best", "verdict"),
    [((4_996, 10_000), (6_254, 10_000), Verdict.NOT_MET), ((50_048, 100_000), (62_560, 100_000), Verdict.MET)],
    ids=["rounding would reach four-fifths", "rounding would miss exactly four-fifths"],
)
def test_rates_are_not_rounded_before_they_are_divided(worse, best, verdict) -> None:
    rounded = round(worse[0] / worse[1], 3) / round(best[0] / best[1], 3)
    assert (rounded >= 0.8) is (verdict is Verdict.NOT_MET), "the table does not show the mistake"

    on_points, item = found(large({"worse": worse, "best": best}), a_check(), **POINT)

    assert on_points is verdict
    assert item.value == pytest.approx((worse[0] * best[1]) / (worse[1] * best[0]), abs=1e-12)
    assert [(part.numerator, part.denominator) for part in item.parts] == [best, worse]
