"""Weakness of evidence or process can lower a good opinion; it can never improve a bad one."""

import pytest
from conftest import a_check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_answering import A_LIST
from test_scenarios import GOOD, NOTHING_OF_THE_MODEL, Audit, changed, fairness_checks, model_checks, rows_of

from fateaudit.ledger import NOT_COUNTED
from fateaudit.policy import Overall, apply_gate

RANK = {Overall.DOES_NOT_MEET: 0, Overall.NO_OPINION: 0, Overall.FALLS_SHORT: 1, Overall.MEETS: 2}
calm = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

cells = st.tuples(*[st.integers(0, 1_500)] * 4).filter(lambda cell: sum(cell) > 60)
tables = st.builds(lambda a, b: rows_of(a=a, b=b), cells, cells)
scores = st.fixed_dictionaries({name: st.sampled_from([0.2, 0.85, 0.98, None]) for name in GOOD})
severities = st.sampled_from(["blocker", "major", "minor", "info"])


def every_check():
    return [*fairness_checks().values(), *model_checks().values(), A_LIST]


@calm
@given(
    rows=tables,
    limits=st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([1.1, 2.0, 50.0])),
    severity=severities,
    statistics=st.sampled_from(
        [
            {"confidence": 0.6, "min_group_size": 1},
            {"confidence": 0.9999, "min_group_size": 400},
            {"decide_on": "point"},
            {"coverage": 0.1, "family": "policy"},
        ]
    ),
    fail_on=severities,
    cannot_tell=st.sampled_from(["fail", "pass"]),
)
def test_no_edit_of_checks_statistics_or_gate_moves_the_reference(  # noqa: PLR0913, PLR0917 - what is edited
    rows, limits, severity, statistics, fail_on, cannot_tell
) -> None:
    edited = changed(
        F_01={"limit": {"min": limits[0]}, "severity": severity},
        F_02={"limit": {"max": limits[1]}, "severity": severity},
    )
    plain = Audit(rows)
    other = Audit(
        rows,
        checks=[*edited, a_check(id="F-09", limit={"min": 0.5}, severity="info")],
        statistics=statistics,
        gate={"fail_on": fail_on, "cannot_tell": cannot_tell},
    )

    assert other.opinions.reference == plain.opinions.reference


@calm
@given(rows=tables, given_scores=scores, fail_on=severities, cannot_tell=st.sampled_from(["fail", "pass"]))
def test_the_gate_moves_no_opinion_whatever_it_says(rows, given_scores, fail_on, cannot_tell) -> None:
    gate = {"fail_on": fail_on, "cannot_tell": cannot_tell}

    assert Audit(rows, scores=given_scores, gate=gate).opinions == Audit(rows, scores=given_scores).opinions


@calm
@given(rows=tables, given_scores=scores, gone=st.sampled_from([*GOOD, "model", "signatures", "ledger", "label"]))
def test_what_is_taken_away_never_lifts_a_headline_from_the_bottom(rows, given_scores, gone) -> None:
    whole = Audit(rows, scores=given_scores)
    less = _without(rows, given_scores, gone)

    assert RANK[less.result.overall] <= RANK[whole.result.overall]
    assert RANK[less.reference.overall] <= RANK[whole.reference.overall]


def _without(rows, given_scores, gone):
    match gone:
        case "model":
            return Audit(rows, scores=NOTHING_OF_THE_MODEL)
        case "signatures":
            return Audit(rows, scores=given_scores, signed=False)
        case "ledger":
            return Audit(rows, scores=given_scores, history=NOT_COUNTED)
        case "label":
            unlabelled = [row | {"label": None} for row in rows]
            return Audit(unlabelled, scores=given_scores)
        case _:
            return Audit(rows, scores=given_scores | {gone: None})


@calm
@given(rows=tables, given_scores=scores, left_out=st.integers(0, len(every_check()) - 1))
def test_a_check_that_is_left_out_never_lifts_a_headline_from_the_bottom(rows, given_scores, left_out) -> None:
    checks = every_check()
    whole = Audit(rows, scores=given_scores, checks=checks)
    less = Audit(rows, scores=given_scores, checks=checks[:left_out] + checks[left_out + 1 :])

    if whole.result.overall is not Overall.DOES_NOT_MEET or RANK[less.result.overall] == 0:
        assert RANK[less.result.overall] <= max(RANK[whole.result.overall], 0)
    assert less.reference.overall in {whole.reference.overall, Overall.NO_OPINION, Overall.DOES_NOT_MEET}


@pytest.mark.parametrize("fail_on", ["blocker", "major", "minor", "info"])
def test_only_met_passes_the_gate(fail_on) -> None:
    gate = {"fail_on": fail_on, "cannot_tell": "fail"}
    for one in (Audit(gate=gate), Audit(gate=gate, scores=GOOD | {"attribution_fidelity": 0.5})):
        passes = apply_gate(one.policy, one.findings, one.result).exit_code == 0
        open_ = [f for f in one.findings if f.verdict != "met" and f.severity.at_least(one.policy.gate.fail_on)]
        assert passes is not bool(open_)
