"""Rows that stand for more or fewer people than one: the same verdict with weights and without, or none."""

import json
from collections import defaultdict

import pytest
from conftest import ADV, FAV, NOON, a_check, a_policy, counts_from, write_audit
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.auditing import audit
from fateaudit.counts import Outcome
from fateaudit.errors import ColumnError, DamagedFileError, PolicyError, UnusableDataError
from fateaudit.evidence import Measurement, Reason, Unmeasured
from fateaudit.fairness import measure
from fateaudit.policy import Verdict, judge
from fateaudit.record import AuditRecord
from fateaudit.recounting import refuse_other_evidence
from fateaudit.sweeping import sweep

WEIGHTED = {"columns": {"weight": "w"}}


def rows(**groups):
    """Rows from `group=((decision, label, weight, how many), …)`."""
    return [
        {"group": group, "prediction": decision, "label": label, "w": weight}
        for group, ones in groups.items()
        for decision, label, weight, n in ones
        for _ in range(n)
    ]


NORTH = (("yes", "yes", 1, 250), ("no", "no", 1, 250))
SOUTH = (("yes", "yes", 3, 150), ("no", "no", 1, 350))
"""30 of 100 are selected. By weight they are 450 of 800: more than in the north."""


def audited(folder, table, *checks, **changes):
    return audit(write_audit(folder, table, *checks, **(WEIGHTED | changes)), clock=NOON)


def evidence_of(record, check="F-01"):
    return next(item for item in record.evidence if item.check == check)


def verdict_of(record, check="F-01"):
    return next(finding for finding in record.findings if finding.check == check)


def selected_by_hand(table):
    """Σw of the selected over Σw of all, per group."""
    sums = defaultdict(lambda: [0.0, 0.0])
    for row in table:
        sums[row["group"]][1] += row["w"]
        sums[row["group"]][0] += row["w"] * (row["prediction"] == "yes")
    return {group: counted / among for group, (counted, among) in sums.items()}


def test_both_figures_stand_side_by_side(tmp_path) -> None:
    table = rows(north=NORTH, south=SOUTH)
    item = evidence_of(audited(tmp_path, table))
    weighted = selected_by_hand(table)

    assert item.value == pytest.approx(0.3 / 0.5)
    assert {part.group[0]: part.rate for part in item.weighted.parts} == pytest.approx(weighted)
    assert item.weighted.value == pytest.approx(weighted["north"] / weighted["south"])
    assert item.weighted.reference == ("south",)
    assert item.weighted.second_calculation.value == pytest.approx(item.weighted.value)


def test_weights_that_turn_a_verdict_leave_it_open(tmp_path) -> None:
    table = rows(north=NORTH, south=SOUTH)
    unweighted = audited(tmp_path / "plain", table, columns={})
    finding = verdict_of(audited(tmp_path / "weighted", table))

    assert verdict_of(unweighted).verdict is Verdict.NOT_MET
    assert finding.verdict is Verdict.CANNOT_TELL
    assert "not met row by row and met by weight" in finding.because or "cannot tell by weight" in finding.because


def test_weights_that_hide_a_group_do_not_help_either(tmp_path) -> None:
    """The rows of the south that were not selected are weighed down until the gap is gone."""
    table = rows(north=NORTH, south=(("yes", "yes", 1, 150), ("no", "no", 0.43, 350)))

    assert verdict_of(audited(tmp_path, table)).verdict is Verdict.CANNOT_TELL


def test_a_verdict_that_holds_both_ways_is_given(tmp_path) -> None:
    table = rows(north=NORTH, south=(("yes", "yes", 2, 50), ("no", "no", 1, 450)))
    finding = verdict_of(audited(tmp_path, table))

    assert finding.verdict is Verdict.NOT_MET
    assert finding.groups == (("south",),)
    assert "by weight: " in finding.because


METRICS = [
    a_check(),
    a_check(metric="adverse_rate_difference", limit={"max": 0.1}),
    a_check(metric="true_positive_rate", limit={"min": 0.5}),
    a_check(metric="accuracy_ratio", params={"convention": "to_reference", "reference": {"group": "a"}}),
]


@pytest.mark.parametrize("check", METRICS, ids=lambda check: check["metric"])
@settings(deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=4),
    weight=st.sampled_from([0.25, 1.0, 7.0]),
)
def test_equal_weights_change_nothing(check, counts, weight) -> None:
    names = "abcd"
    plain = counts_from(**{name: (x, x + rest) for name, (x, rest) in zip(names, counts, strict=False)})
    cells = tuple(
        cell.model_copy(update={"weight": weight * cell.n, "squares": weight * weight * cell.n}) for cell in plain.cells
    )
    policy = a_policy(check, statistics={"min_group_size": 1}, **WEIGHTED)
    (item,) = measure(policy.checks, plain.model_copy(update={"weighted": True, "cells": cells}), policy)
    if isinstance(item, Unmeasured):
        return
    again = item.by_weight()

    assert again.value == pytest.approx(item.value)
    assert again.interval == pytest.approx(item.interval)
    assert [part.numerator for part in again.parts] == [part.numerator for part in item.parts]
    assert [part.rate_interval for part in again.parts] == [pytest.approx(part.rate_interval) for part in item.parts]
    assert (
        judge(policy.checks[0], [item], policy.statistics).verdict
        is judge(policy.checks[0], [item.model_copy(update={"weighted": None})], policy.statistics).verdict
    )


@settings(deadline=None)
@given(
    groups=st.lists(
        st.tuples(st.integers(30, 400), st.integers(30, 400), st.floats(0.1, 10), st.floats(0.1, 10)),
        min_size=2,
        max_size=3,
    )
)
def test_no_weights_make_a_limit_met(groups) -> None:
    plain = counts_from(**{name: (x, x + rest) for name, (x, rest, _, _) in zip("abc", groups, strict=False)})
    heavy = {
        ((name,), side): weight
        for name, (_, _, *weights) in zip("abc", groups, strict=False)
        for side, weight in zip((FAV, ADV), weights, strict=True)
    }
    cells = tuple(
        cell.model_copy(update={"weight": w * cell.n, "squares": w * w * cell.n})
        for cell in plain.cells
        for w in [heavy[cell.group, cell.decision]]
    )
    policy = a_policy(**WEIGHTED)
    (item,) = measure(policy.checks, plain.model_copy(update={"weighted": True, "cells": cells}), policy)
    without = judge(policy.checks[0], [item.model_copy(update={"weighted": None})], policy.statistics).verdict

    assert judge(policy.checks[0], [item], policy.statistics).verdict in {without, Verdict.CANNOT_TELL}


def test_unequal_weights_are_worth_fewer_rows(tmp_path) -> None:
    table = rows(north=NORTH, south=(("yes", "yes", 1, 149), ("yes", "yes", 100, 1), ("no", "no", 1, 350)))
    item = evidence_of(audited(tmp_path, table))
    north, south = item.weighted.parts

    # One row of weight 100 among 499 of weight 1: Kish's number is 599² / 10,499.
    kish = 599**2 / 10_499
    (low, high), (plain_low, plain_high) = south.rate_interval, item.parts[1].rate_interval

    assert north.denominator == 500
    assert 1 <= south.denominator <= kish
    assert high - low > 2 * (plain_high - plain_low)


def test_what_is_no_rate_is_not_measured_on_weighted_rows(tmp_path) -> None:
    check = a_check(metric="equalized_odds_difference", limit={"max": 0.1})
    item = evidence_of(audited(tmp_path, rows(north=NORTH, south=SOUTH), check))

    assert (item.kind, item.reason) == ("unmeasured", Reason.NOT_APPLICABLE)
    assert "rows with weights" in item.detail


@pytest.mark.parametrize("weight", [0, -1, "", "inf", "nan", 1e-12, 1e12])
def test_a_row_that_counts_for_nobody_is_refused(tmp_path, weight) -> None:
    table = rows(north=NORTH, south=SOUTH)
    table[0]["w"] = table[7]["w"] = weight

    with pytest.raises(UnusableDataError, match='in 2 of 1,000 rows the weight "w" is missing, 0, negative') as refused:
        audited(tmp_path, table)
    assert refused.value.where[0].startswith("fateaudit.yaml")


def test_weights_that_are_no_numbers_are_refused(tmp_path) -> None:
    with pytest.raises(ColumnError, match='"word" should hold numbers'):
        audited(tmp_path, [row | {"word": "much"} for row in rows(north=NORTH)], columns={"weight": "word"})


def test_a_column_of_weights_that_is_not_there(tmp_path) -> None:
    with pytest.raises(ColumnError, match='column "weigth" is not in') as refused:
        audited(tmp_path, [row | {"weight": 1} for row in rows(north=NORTH)], columns={"weight": "weigth"})
    assert refused.value.hint == 'Did you mean "weight"?'


def test_whole_numbers_cannot_be_compared_where_there_are_none(tmp_path) -> None:
    with pytest.raises(PolicyError, match="decide_on: point compares whole numbers"):
        audited(tmp_path, rows(north=NORTH, south=SOUTH), statistics={"decide_on": "point"})


def test_weights_that_were_altered_in_the_record_are_noticed(tmp_path) -> None:
    record = audited(tmp_path, rows(north=NORTH, south=SOUTH))
    altered = json.loads(record.to_bytes())
    altered["counts"]["cells"][0]["weight"] *= 1.5
    altered["counts"]["cells"][0]["squares"] *= 1.5

    refuse_other_evidence(record, "audit.json")
    with pytest.raises(DamagedFileError, match="does not follow from its counts"):
        refuse_other_evidence(AuditRecord.model_validate_json(json.dumps(altered)), "audit.json")


def test_without_weights_the_record_has_no_word_of_them(tmp_path) -> None:
    text = audited(tmp_path, rows(north=NORTH, south=SOUTH), columns={}).to_bytes().decode()

    assert '"squares"' not in text
    assert '"weighted": null' not in text


def test_another_threshold_keeps_the_weights(tmp_path) -> None:
    table = [
        {"group": group, "label": label, "score": score, "w": weight}
        for group, weight in (("a", 1), ("b", 2))
        for score, label in ((0.2, "no"), (0.4, "no"), (0.6, "yes"), (0.8, "yes"))
        for _ in range(30)
    ]
    path = write_audit(tmp_path, table, columns={"weight": "w", "prediction": None, "score": "score"})
    tested = sweep(path, steps=3).tested
    measured = [item for one in tested for item in one.evidence if isinstance(item, Measurement)]

    assert measured
    assert all(item.weighted is not None for item in measured)
    assert Outcome.FAVOURABLE in {cell.decision for one in tested for cell in one.counts.cells}


def test_weights_that_say_nothing_leave_what_is_not_met(tmp_path) -> None:
    """Two rows that stand for a billion people each: by weight there is one row, and rows say enough."""
    table = rows(a=(("yes", "yes", 1, 450), ("no", "no", 1, 50)), b=(("yes", "yes", 1, 200), ("no", "no", 1, 300)))
    table[0]["w"] = table[-1]["w"] = 1e9

    assert verdict_of(audited(tmp_path, table)).verdict is Verdict.NOT_MET


def test_people_whom_nobody_judged_weigh_what_they_weigh(tmp_path) -> None:
    """3 in 100 rows are of nobody's group, and 60 in 100 of the people."""
    table = rows(
        a=(("yes", "yes", 1, 1_455), ("no", "no", 1, 1_455)),
        b=(("yes", "yes", 1, 1_455), ("no", "no", 1, 1_455)),
    ) + [row | {"group": ""} for row in rows(c=(("no", "no", 50, 180),))]

    assert verdict_of(audited(tmp_path / "plain", table, columns={})).verdict is Verdict.MET
    assert verdict_of(audited(tmp_path / "weighted", table)).verdict is Verdict.CANNOT_TELL


def test_a_group_that_is_worth_few_rows_meets_nothing(tmp_path) -> None:
    """Of 400 rows one weighs as much as all others together: they are worth about four."""
    table = rows(a=(("yes", "yes", 1, 2_000),), b=(("yes", "yes", 1, 399), ("yes", "yes", 399, 1)))
    finding = verdict_of(audited(tmp_path, table))

    assert verdict_of(audited(tmp_path / "plain", table, columns={})).verdict is Verdict.MET
    assert finding.verdict is Verdict.CANNOT_TELL
