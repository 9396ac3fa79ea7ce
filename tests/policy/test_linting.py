"""What is said of a policy before anything is measured, and what is the best that it can come to."""

import json

import pytest
from conftest import SAMPLE, a_check, a_policy_text
from hypothesis import given
from hypothesis import strategies as st
from test_content import CHECKLIST, WHOLE

from fateaudit.cli.meanings import meanings_of
from fateaudit.ledger import FIRST, Event, Ledger, RunOutcome
from fateaudit.policy import FeatureResult, Overall, Principle, read_policy
from fateaudit.policy.linting import RULES, foresee, lint
from fateaudit.policy.lints import Weight

TRUST = {"path": "trust.yaml", "sha256": "0" * 64}
COSTS = {"costs": {"wrong_adverse": 2.0, "wrong_favourable": 1.0}}
PINNED = {"sha256": "1" * 64}
WORDS = {
    "favourable": "released",
    "adverse": "held",
    "recorded_favourable": "went free",
    "recorded_adverse": "was held",
}
CLEAN = {
    "model": {"path": "model.skops", **PINNED},
    "dataset": {"role": "holdout", **PINNED},
    "columns": {"unit": "arrest"},
    "decision": COSTS,
    "words": WORDS,
    "trust": TRUST,
}
"""With all checks of `WHOLE`: a policy that nothing can be said against."""


@pytest.fixture
def source_of(tmp_path):
    """Write a policy and read it again, with its lines."""

    def write(*checks, **changes):
        path = tmp_path / "fateaudit.yaml"
        text = a_policy_text(*checks, **changes)
        path.write_text(json.dumps(text, indent=1), encoding="utf-8")
        return read_policy(path)

    return write


@pytest.fixture
def outlook_of(source_of):
    """What is said of a clean policy with some changes."""

    def look(*checks, **changes):
        merged = {**CLEAN, **changes}
        for key, value in changes.items():
            if isinstance(value, dict) and isinstance(CLEAN.get(key), dict):
                merged[key] = {**CLEAN[key], **value}
        source = source_of(*(checks or WHOLE.values()), **merged)
        return lint(source, meanings_of(source))

    return look


def codes(outlook):
    return {one.code for one in outlook.lints}


def one(outlook, code):
    (found,) = (one for one in outlook.lints if one.code == code)
    return found


def test_nothing_is_said_against_a_policy_that_asks_everything(outlook_of) -> None:
    outlook = outlook_of()

    assert outlook.lints == ()
    assert outlook.best.overall is Overall.MEETS


@pytest.mark.parametrize("left_out", WHOLE)
def test_what_is_not_asked_stops_an_opinion_on_its_feature(left_out, outlook_of) -> None:
    outlook = outlook_of(*(check for content, check in WHOLE.items() if content is not left_out))
    found = [one for one in outlook.lints if one.code == "L-01"]

    assert found
    assert all(one.weight is Weight.STOPS and one.line and one.do for one in found)
    assert outlook.best.overall is Overall.NO_OPINION


def test_one_side_of_the_outcome_only_is_named_as_such(outlook_of) -> None:
    """Scenario 1: nearly everybody is released, and the ratio of releases sees nothing."""
    outlook = outlook_of(*(check for check in WHOLE.values() if check["id"] != "F-02"))

    assert "only one side of the outcome is limited" in one(outlook, "L-01").what.lower()
    assert "adverse_rate_ratio, across: [group]" in one(outlook, "L-01").do


def test_a_policy_of_trivial_checks_comes_to_no_opinion(outlook_of) -> None:
    """Scenario 14: only checks for information."""
    outlook = outlook_of(
        *({**check, "severity": "info"} for check in WHOLE.values() if check is not CHECKLIST), CHECKLIST
    )

    assert outlook.best.overall is Overall.NO_OPINION
    assert {"L-01", "L-14"} <= codes(outlook)


CHANGES = {
    "made-up cases": ({"dataset": {"role": "synthetic"}}, "L-02", Weight.STOPS, Overall.NO_OPINION),
    "the supplier's cases": ({"dataset": {"role": "vendor_supplied"}}, "L-02", Weight.LOWERS, Overall.FALLS_SHORT),
    "past decisions": ({"columns": {"label_kind": "past_decision"}}, "L-02", Weight.LOWERS, Overall.FALLS_SHORT),
    "no costs": ({"decision": {"costs": None}}, "L-02", Weight.LOWERS, Overall.FALLS_SHORT),
    "points": ({"statistics": {"decide_on": "point"}}, "L-02", Weight.LOWERS, Overall.FALLS_SHORT),
    "no labels": ({"columns": {"label": None}}, "L-04", Weight.STOPS, Overall.NO_OPINION),
    "nobody trusted": ({"trust": None}, "L-05", Weight.STOPS, Overall.NO_OPINION),
    "nobody decides": ({"system": {"autonomy": "fully_autonomous"}}, "L-06", Weight.READ, Overall.MEETS),
    "less sure": ({"statistics": {"confidence": 0.8}}, "L-15", Weight.READ, Overall.MEETS),
    "fewer judged": ({"statistics": {"min_group_size": 500}}, "L-15", Weight.READ, Overall.MEETS),
    "less covered": ({"statistics": {"coverage": 0.5}}, "L-15", Weight.READ, Overall.MEETS),
    "one margin": ({"statistics": {"family": "policy"}}, "L-15", Weight.READ, Overall.MEETS),
    "majors pass": ({"gate": {"fail_on": "blocker"}}, "L-16", Weight.READ, Overall.MEETS),
    "untold passes": ({"gate": {"cannot_tell": "pass"}}, "L-16", Weight.READ, Overall.MEETS),
    "approved": ({"system": {"stage": "approved"}}, "L-16", Weight.READ, Overall.MEETS),
    "rows": ({"columns": {"unit": "row"}}, "L-17", Weight.READ, Overall.MEETS),
    "default words": ({"words": {"adverse": "decided adversely"}}, "L-17", Weight.READ, Overall.MEETS),
    "another model": ({"model": {"sha256": None}}, "L-19", Weight.READ, Overall.MEETS),
    "other data": ({"dataset": {"sha256": None}}, "L-19", Weight.READ, Overall.MEETS),
}


WAIVER = {"until": "2027-01-31", "reason": "The threshold changes in January."}


@pytest.mark.parametrize(
    ("check", "changes", "said"),
    [
        ("F-01", {}, "from 2026-11-02 to 2027-01-31 that the accountable officer has accepted by signature"),
        ("F-01", {"trust": None}, "Waiving F-01 never counts"),
        ("F-04", {}, "nobody has to sign for that"),
        ("F-04", {"gate": {"fail_on": "blocker"}}, "The gate does not stop for F-04"),
        ("A-01/FA-PUR-03", {}, "as a blocker, once the accountable officer has signed"),
    ],
)
def test_a_waiver_is_noted_with_what_it_takes_to_count(check, changes, said, outlook_of) -> None:
    checks = [one | {"severity": "major"} if one["id"] == "F-04" else one for one in WHOLE.values()]
    plain = outlook_of(*checks, **changes)
    outlook = outlook_of(*checks, **changes, waivers=[WAIVER | {"check": check}])
    noted = one(outlook, "L-21")

    assert said in noted.what
    assert "the result stays as it is" in noted.what
    assert noted.do
    assert outlook.best == plain.best


def test_what_no_waiver_lifts_is_said_beforehand(outlook_of) -> None:
    waivers = [WAIVER | {"check": "F-01"}]
    outlook = outlook_of(dataset={"role": "synthetic"}, waivers=waivers)

    assert one(outlook, "L-22").what.startswith("No waiver lifts this, and the gate stops for it: ")
    assert "L-22" not in codes(outlook_of(dataset={"role": "synthetic"}))
    assert "L-22" not in codes(outlook_of(waivers=waivers))


@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_is_noted_with_its_line_and_what_to_type(name, outlook_of) -> None:
    changes, code, weight, best = CHANGES[name]
    outlook = outlook_of(**changes)
    found = [one for one in outlook.lints if one.code == code]

    assert found
    assert {one.weight for one in found} >= {weight}
    assert all(one.do for one in found)
    assert outlook.best.overall is best


def test_without_the_model_nothing_can_be_said_of_how_it_decides(outlook_of) -> None:
    """Scenario 4: the supplier gave predictions only."""
    outlook = outlook_of(model={"path": "none", "sha256": None})

    assert {one.weight for one in outlook.lints if one.code == "L-04"} == {Weight.LOWERS}
    assert outlook.best.features[Principle.EXPLAINABILITY].result is FeatureResult.NO_OPINION
    assert outlook.best.features[Principle.FAIRNESS].result is FeatureResult.MET
    assert outlook.best.overall is Overall.NO_OPINION


ZERO = [
    ({"metric": "selection_rate_ratio", "limit": {"min": 1.0}}, True),
    ({"metric": "adverse_rate_ratio", "limit": {"max": 1.0}}, True),
    ({"metric": "selection_rate_difference", "limit": {"max": 0}}, True),
    ({"metric": "wrong_adverse_rate", "limit": {"max": 0}}, True),
    ({"metric": "accuracy", "limit": {"min": 1}}, True),
    ({"metric": "selection_rate_ratio", "limit": {"min": 1.0, "max": 1.0}, "named": True}, True),
    ({"metric": "selection_rate_difference", "limit": {"max": 0}, "named": True}, True),
    ({"metric": "selection_rate_ratio", "limit": {"min": 0.99}}, False),
    ({"metric": "selection_rate_difference", "limit": {"max": 0.001}}, False),
]


@pytest.mark.parametrize(("check", "is_zero"), ZERO)
def test_no_tolerance_is_a_limit_that_no_model_meets(check, is_zero, outlook_of) -> None:
    """Scenario 17: with enough rows a difference of exactly 0 is never met."""
    check = dict(check)
    if check.pop("named", False):
        check["params"] = {"convention": "to_reference", "reference": {"group": "a"}}
    outlook = outlook_of(*WHOLE.values(), a_check(id="F-09", **check))

    assert ("L-07" in codes(outlook)) is is_zero
    assert (outlook.best.overall is Overall.NO_OPINION) is is_zero


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"metric": "selection_rate_ratio", "limit": {"min": 0.001}}, "L-08"),
        ({"metric": "adverse_rate_ratio", "limit": {"max": 1000}}, "L-08"),
        ({"metric": "selection_rate_difference", "limit": {"max": 0.995}}, "L-08"),
        ({"metric": "wrong_adverse_rate", "limit": {"max": 0.995}}, "L-08"),
        ({"metric": "attribution_fidelity", "limit": {"min": 0}, "principle": "explainability"}, "L-08"),
        ({"metric": "attribution_fidelity", "limit": {"max": 0}, "principle": "explainability"}, "L-08"),
        ({"metric": "attribution_fidelity", "limit": {"max": 0.9}, "principle": "explainability"}, "L-09"),
        ({"metric": "wrong_adverse_rate", "limit": {"min": 0.1}}, "L-09"),
        ({"metric": "accuracy", "limit": {"max": 0.9}}, "L-09"),
        ({"metric": "false_positive_rate_difference", "limit": {"max": 0.1}}, "L-18"),
        ({"metric": "adverse_rate_ratio", "limit": {"max": 1.25}}, "L-11"),
    ],
)
def test_a_check_that_says_something_else_than_meant_is_noted(check, code, outlook_of) -> None:
    is_whole = check["metric"] in {"wrong_adverse_rate", "accuracy", "attribution_fidelity"}
    across = {"across": "overall"} if is_whole else {}
    outlook = outlook_of(*WHOLE.values(), a_check(id="F-09", **{"severity": "minor", **check, **across}))

    assert code in codes(outlook)


def test_a_named_group_is_noted_as_what_it_may_hide(outlook_of) -> None:
    """Scenario 23: the middle group as the reference."""
    params = {"convention": "to_reference", "reference": {"group": "middle"}}
    outlook = outlook_of(a_check(params=params), *list(WHOLE.values())[1:])

    assert "group: middle" in one(outlook, "L-10").what
    assert "L-01" in codes(outlook)


def test_the_same_check_under_two_names_is_one_check(outlook_of) -> None:
    """Also where one of them codes by the positive side what the other names by the harm."""
    twin = a_check(id="F-09", metric="false_negative_rate_difference", limit={"max": 0.05}, severity="major")
    outlook = outlook_of(*WHOLE.values(), twin)

    assert one(outlook, "L-11").what == "F-09 asks what F-03 asks already, for group"


def test_attributes_and_intersections_that_nobody_compares_are_noted(outlook_of) -> None:
    columns = {
        "sensitive": [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}],
        "intersections": [["group", "sex"]],
    }
    outlook = outlook_of(columns={**CLEAN["columns"], **columns})

    assert sum(one.code == "L-12" for one in outlook.lints) == 2


def test_bins_that_hold_one_value_are_noted(outlook_of) -> None:
    sensitive = [{"name": "group", "label": "Group", "bins": [0, 18, 19, 60, 120]}]
    outlook = outlook_of(columns={**CLEAN["columns"], "sensitive": sensitive})

    assert one(outlook, "L-13").what.endswith("18 to under 19")


def test_limits_looser_than_the_reference_or_absent_are_noted(outlook_of) -> None:
    """Scenario 18: a limit of 0.10."""
    outlook = outlook_of(a_check(limit={"min": 0.1}), *list(WHOLE.values())[1:])

    assert "is far looser than the reference" in one(outlook, "L-20").what


def test_the_worst_comes_first_and_every_note_has_a_code_that_is_known(outlook_of) -> None:
    outlook = outlook_of(a_check(severity="minor"), CHECKLIST, dataset={"role": "synthetic"}, trust=None)
    order = list(Weight)

    assert [order.index(one.weight) for one in outlook.lints] == sorted(
        order.index(one.weight) for one in outlook.lints
    )
    assert codes(outlook) <= RULES.keys()


def entered(ledger, source, **changes):
    """A ledger with one more run."""
    run = {
        "time": "2026-11-21T12:00:00Z",
        "audit_id": "a" * 12,
        "policy": source.artifact.sha256,
        "model": PINNED["sha256"],
        "dataset": PINNED["sha256"],
        "outcome": RunOutcome.STARTED,
    }
    entry = ledger.entry_for(Event(**run | changes))
    return Ledger((*ledger.entries, entry), (), entry.number, entry.own_digest())


EMPTY = Ledger((), (), 0, FIRST)


def test_a_ledger_that_names_another_policy_first_stops_every_opinion(source_of) -> None:
    source = source_of(*WHOLE.values(), **CLEAN)
    same, other = entered(EMPTY, source), entered(EMPTY, source, policy="2" * 64)

    assert foresee(EMPTY, source).fixed_before == "shown"
    assert foresee(same, source).fixed_before == "shown"
    assert foresee(same, source).number == 2
    assert foresee(other, source).fixed_before == "changed"
    outlook = lint(source, meanings_of(source), foresee(other, source))
    assert one(outlook, "L-03").weight is Weight.STOPS
    assert outlook.best.overall is Overall.NO_OPINION


def test_nothing_is_foreseen_of_files_that_are_not_pinned(source_of) -> None:
    source = source_of(*WHOLE.values(), **{**CLEAN, "dataset": {"role": "holdout"}})

    assert foresee(EMPTY, source) is None


def test_the_best_possible_is_never_worse_than_what_an_audit_found(sample_record) -> None:
    source = read_policy(SAMPLE / "fateaudit.yaml")
    best = lint(source, meanings_of(source)).best
    rank = [FeatureResult.NOT_MET, FeatureResult.NO_OPINION, FeatureResult.IN_PART, FeatureResult.MET]

    for principle, found in sample_record.opinion.policy.features.items():
        assert rank.index(found.result) <= rank.index(best.features[principle].result)


@given(limit=st.floats(0.001, 1), severity=st.sampled_from(["blocker", "major", "minor", "info"]))
def test_every_policy_that_can_be_read_can_be_linted(limit, severity, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("policy") / "fateaudit.yaml"
    text = a_policy_text(a_check(limit={"min": limit}, severity=severity))
    path.write_text(json.dumps(text, indent=1), encoding="utf-8")
    source = read_policy(path)

    assert lint(source, meanings_of(source)).best.overall is Overall.NO_OPINION
