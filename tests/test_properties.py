"""What must hold for every table and every policy."""

import math

import pytest
from conftest import ADV, FAV, a_policy, counts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import checks, tables

from fateaudit.evidence import Measurement
from fateaudit.fairness import RATE_METRICS, measure
from fateaudit.policy import Verdict, apply_gate, conclude

calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ORDER = {Verdict.NOT_MET: 0, Verdict.CANNOT_TELL: 1, Verdict.MET: 2}


def evidence_of(rows, *some, **changes):
    policy = a_policy(*some, **{"statistics": {"min_group_size": 5}, **changes})
    return policy, measure(policy.checks, counts_of(rows), policy)


def figures(item):
    return (item.value, item.interval) if isinstance(item, Measurement) else item.reason


@calm
@given(rows=tables(), check=checks(), random=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, check, random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert evidence_of(shuffled, check) == evidence_of(rows, check)


@calm
@given(rows=tables(), check=checks())
def test_the_names_of_groups_change_no_figure_and_no_verdict(rows, check) -> None:
    if check.get("params", {}).get("reference"):
        check["params"]["reference"] = {"group": "z9"}
        before = {**check, "params": {**check["params"], "reference": {"group": "g0"}}}
    else:
        before = check
    renamed = [{**row, "group": f"z{9 - int(row['group'][1:])}"} for row in rows]
    policy, evidence = evidence_of(rows, before)
    renamed_policy, renamed_evidence = evidence_of(renamed, check)

    assert [figures(item) for item in renamed_evidence] == [figures(item) for item in evidence]
    verdicts = [finding.verdict for finding in conclude(policy, evidence)[0]]
    assert [finding.verdict for finding in conclude(renamed_policy, renamed_evidence)[0]] == verdicts


@calm
@given(rows=tables(max_rows=40), check=checks())
def test_duplicating_every_row_changes_no_rate(rows, check) -> None:
    _, once = evidence_of(rows, check)
    _, twice = evidence_of(rows * 2, check)

    for one, two in zip(once, twice, strict=True):
        if isinstance(one, Measurement) and isinstance(two, Measurement):
            assert [part.rate for part in two.parts] == [part.rate for part in one.parts]


def loosened(check, by):
    limit = {
        side: round(value * (1 - by) if side == "min" else value + by, 4) for side, value in check["limit"].items()
    }
    return {**check, "limit": limit}


@calm
@given(rows=tables(), check=checks(), by=st.floats(0.0, 0.04))
def test_a_looser_limit_is_never_a_worse_verdict(rows, check, by) -> None:
    policy, evidence = evidence_of(rows, check)
    loose_policy, loose_evidence = evidence_of(rows, loosened(check, by))
    (finding,), (loose,) = conclude(policy, evidence)[0], conclude(loose_policy, loose_evidence)[0]

    assert ORDER[loose.verdict] >= ORDER[finding.verdict]


@calm
@given(rows=tables(), some=st.lists(checks(), min_size=1, max_size=4))
def test_only_a_met_limit_opens_the_gate(rows, some) -> None:
    numbered = [{**check, "id": f"F-{number:02}", "severity": "major"} for number, check in enumerate(some)]
    policy, evidence = evidence_of(rows, *numbered)
    findings, opinions = conclude(policy, evidence)
    code = apply_gate(policy, findings, opinions.policy).exit_code

    assert (code == 0) is all(finding.verdict is Verdict.MET for finding in findings)


@calm
@given(rows=tables(), check=checks())
def test_every_piece_of_evidence_is_a_number_or_a_reason(rows, check) -> None:
    _, evidence = evidence_of(rows, check)

    assert len(evidence) == 1
    for item in evidence:
        if isinstance(item, Measurement):
            assert not math.isnan(item.value)
            assert item.interval[0] <= item.value <= item.interval[1]
        else:
            assert item.detail


@calm
@given(rows=tables())
def test_rates_that_share_a_denominator_add_up_to_one(rows) -> None:
    """A peer divides group rates by whole-dataset totals, and its TPR and FNR do not add up."""
    policy = a_policy(*(
        {"id": f"F-{number:02}", "principle": "fairness", "metric": metric, "across": ["group"],
         "limit": {"max": 1}, "severity": "info", "why": "a test"}
        for number, metric in enumerate(["true_positive_rate", "false_negative_rate", "selection_rate", "adverse_rate"])
    ), statistics={"min_group_size": 1})  # fmt: skip
    tpr, fnr, selected, refused = measure(policy.checks, counts_of(rows), policy)
    for one, other in ((tpr, fnr), (selected, refused)):
        if isinstance(one, Measurement):
            for part, rest in zip(one.parts, other.parts, strict=True):
                if part.rate is not None:
                    assert part.rate + rest.rate == pytest.approx(1, abs=1e-11)


def test_positive_as_adverse_swaps_the_error_rates() -> None:
    rows = [{"group": "g0", "label": FAV, "decision": ADV}] * 30 + [{"group": "g0", "label": FAV, "decision": FAV}] * 70
    rows += [{"group": "g0", "label": ADV, "decision": FAV}] * 5 + [{"group": "g0", "label": ADV, "decision": ADV}] * 95
    check = {
        "id": "F-01",
        "principle": "fairness",
        "across": "overall",
        "limit": {"max": 1},
        "severity": "info",
        "why": ".",
    }

    def value(metric, positive):
        columns = {"columns": {"positive": positive}}
        return evidence_of(rows, {**check, "metric": metric}, **columns)[1][0].value

    assert value("false_negative_rate", "favourable") == value("false_positive_rate", "adverse") == 0.3
    assert value("false_positive_rate", "favourable") == value("false_negative_rate", "adverse") == 0.05


def test_every_metric_has_a_second_calculation() -> None:
    rows = [
        {"group": group, "label": label, "decision": decision}
        for group, n in (("g0", 40), ("g1", 50))
        for label in (FAV, ADV)
        for decision in (FAV, ADV)
        for _ in range(n)
    ]
    for name in RATE_METRICS:
        is_max = name.endswith("difference") or not name.endswith("ratio")
        limit = {"max": 0.9} if is_max else {"min": 0.5}
        params = {} if is_max and not name.endswith("difference") else {"convention": "between_groups"}
        check = {"id": "F-01", "principle": "fairness", "metric": name, "params": params, "across": ["group"],
                 "limit": limit, "severity": "info", "why": "."}  # fmt: skip
        (item,) = evidence_of(rows, check)[1]
        assert isinstance(item, Measurement), name
        assert item.second_calculation.value == pytest.approx(item.value, abs=1e-9)
