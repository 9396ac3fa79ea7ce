"""From a model and its rows to evidence for each attribute, and what is told where no limit asks."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import a_check, a_policy, write_audit
from explained_models import by_columns

from fateaudit.errors import PolicyError
from fateaudit.evidence import Insights, Reason, Score, Unmeasured
from fateaudit.explainability import AT_MOST, BY_ATTRIBUTE, LEFT_OUT, METRICS, explain_model, measure, tell
from fateaudit.gathering import refuse_unsuitable_checks
from fateaudit.policy import Verdict, judge, read_policy, refuse_unsuitable_score

ROWS = 400


def a_table(draw=0):
    """The model reads `sex`, `area` and `n`; area goes with `colour`, which it does not read; `one` has one group."""
    draw = np.random.default_rng(draw)
    colour = draw.choice(["b", "w"], ROWS)
    area = np.where(draw.random(ROWS) < 0.85, colour == "w", draw.random(ROWS) < 0.5).astype(float)
    sex = draw.choice(["f", "m"], ROWS)
    table = {"sex": sex.tolist(), "area": area, "n": draw.integers(0, 4, ROWS).astype(float)}
    groups = {"colour": colour.tolist(), "sex": sex.tolist(), "one": ["o"] * ROWS}
    return pa.table(table | {f"attribute:{name}": values for name, values in groups.items()})


def model(sex, area, n):
    return 0.3 * area + 0.15 * n + 0.1 * (sex == "m")


def check(number, metric, limit, across):
    return a_check(id=f"E-{number:02}", metric=metric, principle="explainability", across=across, limit=limit)


CHECKS = (
    check(1, "proxy_risk", {"max": 0.1}, ["colour", "sex", "one"]),
    check(2, "flip_rate", {"max": 0.01}, ["colour", "sex", "one"]),
    check(3, "attribution_fidelity_gap", {"max": 0.5}, ["colour", "one"]),
    check(4, "sensitive_attribution_share", {"max": 0.9}, "overall"),
)


def the_policy(*checks):
    sensitive = [{"name": name, "label": name.capitalize()} for name in ("colour", "sex", "one")]
    return a_policy(*(checks or CHECKS), columns={"sensitive": sensitive})


@pytest.fixture(scope="module")
def explained():
    pairs = [("colour", "w", "b"), ("sex", "m", "f")]
    return explain_model(a_table(), by_columns(model), None, pairs, the_policy())


@pytest.fixture(scope="module")
def evidence(explained):
    policy = the_policy()
    return {one.id: one for one in measure(policy.metric_checks(), explained, policy)}


def verdict(number, evidence):
    policy = the_policy()
    wanted = policy.metric_checks()[number - 1]
    return judge(wanted, [one for one in evidence.values() if one.check == wanted.id], policy.statistics)


def test_every_attribute_has_evidence_of_its_own(evidence) -> None:
    assert set(evidence) == {
        *(f"E-0{number}/{name}" for number in (1, 2) for name in ("colour", "sex", "one")),
        *("E-03/colour", "E-03/one", "E-04/overall"),
    }
    assert all(one.of == (() if name.endswith("/overall") else (name[5:],)) for name, one in evidence.items())


def test_a_column_that_stands_in_is_named_and_breaks_its_limit(evidence) -> None:
    found = evidence["E-01/colour"]

    assert isinstance(found, Score)
    assert found.of == ("colour",)
    assert "The column area alone tells" in found.sentence
    assert found.interval[0] > 0.1
    assert found.baseline < 0.1
    judged = verdict(1, evidence)
    assert judged.verdict is Verdict.NOT_MET
    assert {ruling.of: ruling.verdict for ruling in judged.rulings}[("colour",)] is Verdict.NOT_MET


def test_an_attribute_that_is_not_read_has_no_flip_rate_and_is_not_met_by_it(evidence) -> None:
    found = evidence["E-02/colour"]

    assert isinstance(found, Unmeasured)
    assert found.reason is Reason.NOT_APPLICABLE
    rulings = {ruling.of: ruling.verdict for ruling in verdict(2, evidence).rulings}
    assert rulings[("colour",)] is Verdict.CANNOT_TELL
    assert rulings[("sex",)] is Verdict.NOT_MET


def test_an_attribute_of_one_group_gives_a_reason_in_every_metric(evidence) -> None:
    for number in (1, 2, 3):
        found = evidence[f"E-0{number}/one"]
        assert isinstance(found, Unmeasured)
        assert "group" in found.detail or "does not read" in found.detail


def test_the_reasons_of_groups_and_the_share_of_attributes_are_measured(evidence) -> None:
    gap, share = evidence["E-03/colour"], evidence["E-04/overall"]

    assert 0 <= gap.interval[0] <= gap.value <= gap.interval[1]
    assert 0 < share.value < 0.5
    assert "lie on sex" in share.sentence
    assert share.of == ()


def test_without_an_explanation_every_attribute_is_unmeasured() -> None:
    policy = the_policy()
    found = measure(policy.metric_checks(), LEFT_OUT, policy)

    assert len(found) == 9
    assert {one.reason for one in found} == {Reason.MISSING_INPUT}
    assert len({one.id for one in found}) == 9


def test_what_no_limit_asks_is_told_all_the_same(explained) -> None:
    told = tell(explained)
    (colour, sex) = told.proxies

    assert (colour.attribute, sex.attribute) == ("colour", "sex")
    assert [one.column for one in colour.columns if one.stands_out] == ["area"]
    assert [one.attribute for one in told.flips] == ["sex"]
    assert [one.attribute for one in told.by_group] == ["colour", "sex"]
    assert [one.what for one in told.not_told] == ["which columns carry the difference by one"]
    assert Insights.model_validate_json(told.model_dump_json()) == told


def test_a_record_from_before_does_not_get_the_new_fields() -> None:
    assert not {"proxies", "flips", "by_group"} & set(Insights().model_dump())


@pytest.mark.parametrize(
    ("metric", "changes", "hint"),
    [
        ("proxy_risk", {"across": "overall"}, "across: [NAME]"),
        ("flip_rate", {"across": [["colour", "sex"]]}, "across: [colour, sex]"),
        ("attribution_fidelity_gap", {"limit": {"min": 0.1}}, "max"),
        ("sensitive_attribution_share", {"across": "overall", "limit": {"min": 0.1}}, "max"),
        ("sensitive_attribution_share", {"across": ["colour"]}, "across: overall"),
        ("proxy_risk", {"limit": {"max": 1.5}}, "between 0 and 1"),
        ("proxy_risk", {"params": {"controls": ["sex"]}}, "params"),
    ],
)
def test_groups_and_limits_that_do_not_fit_are_refused(metric, changes, hint) -> None:
    written = {"across": ["colour"], "limit": {"max": 0.1}, **changes}
    wanted = a_check(metric=metric, principle="explainability", **written)
    sensitive = [{"name": name, "label": name} for name in ("colour", "sex")]
    policy = a_policy(wanted, columns={"sensitive": sensitive, "intersections": [["colour", "sex"]]})

    with pytest.raises(PolicyError) as caught:
        refuse_unsuitable_score(policy.checks[0], METRICS, by_attribute=BY_ATTRIBUTE, at_most=AT_MOST)
    assert hint in caught.value.hint


def test_metrics_of_attributes_are_metrics() -> None:
    assert set(METRICS) > BY_ATTRIBUTE
    assert set(METRICS) >= AT_MOST


def test_a_policy_that_asks_overall_is_refused_with_its_line_before_data_are_read(tmp_path) -> None:
    path = write_audit(tmp_path, [{"group": "a"}], check(1, "proxy_risk", {"max": 0.1}, "overall"))

    with pytest.raises(PolicyError, match="measured for an attribute") as caught:
        refuse_unsuitable_checks(read_policy(path))
    assert "fateaudit.yaml:" in str(caught.value.where)


def test_a_policy_that_names_attributes_is_taken(tmp_path) -> None:
    path = write_audit(tmp_path, [{"group": "a"}], check(1, "proxy_risk", {"max": 0.1}, ["group"]))

    refuse_unsuitable_checks(source := read_policy(path))
    assert source.policy.metric_checks()[0].attribute_sets() == (("group",),)


def told_of(function, metric, across, limit=0.1):
    """The evidence for one check on another model of the same rows."""
    policy = the_policy(check(1, metric, {"max": limit}, across))
    found = explain_model(a_table(), by_columns(function), None, [("sex", "m", "f")], policy)
    return measure(policy.metric_checks(), found, policy)[0]


def test_where_nothing_stands_in_and_nothing_flips_that_is_said() -> None:
    risk = told_of(lambda _, area, n: 0.3 * n + 0 * area, "proxy_risk", ["sex"])
    flips = told_of(lambda _, area, n: 0.3 * n + 0 * area, "flip_rate", ["sex"])

    assert risk.interval[0] == 0
    assert isinstance(risk, Score)
    assert flips.value == 0
    assert flips.sentence == "Of 400 cases, 0 get another output when sex alone is changed."


def test_a_model_that_reads_no_attribute_has_a_share_of_nothing_and_says_what_that_leaves_open() -> None:
    policy = the_policy(check(1, "sensitive_attribution_share", {"max": 0.1}, "overall"))
    without = a_table().drop_columns(["sex"])
    found = explain_model(without, by_columns(lambda area, n: 0.3 * area + 0.15 * n), None, [], policy)
    (share,) = measure(policy.metric_checks(), found, policy)

    assert (share.value, share.interval) == (0, (0, 0))
    assert share.sentence == "The model reads none of the declared attributes; other columns may stand in for them."


def test_a_model_of_one_output_has_reasons_for_none_of_it() -> None:
    for metric, across in (("proxy_risk", ["sex"]), ("sensitive_attribution_share", "overall")):
        found = told_of(lambda _, area, n: 0 * area + 0 * n + 0.3, metric, across)
        assert isinstance(found, Unmeasured)
        assert found.reason is Reason.NOT_APPLICABLE
