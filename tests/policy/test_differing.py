"""What changed between two policies, and which way it pulls."""

import json

import pytest
from conftest import a_check, a_policy
from hypothesis import given
from hypothesis import strategies as st
from strategies import checks
from test_content import CHECKLIST

from fateaudit.cli.meanings import meanings_in
from fateaudit.policy import Policy
from fateaudit.policy.changes import Effect
from fateaudit.policy.differing import compare

EASIER, EITHER, HARDER, TEXT = Effect


def changes(old, new):
    conventions = [{name: one.convention for name, one in meanings_in(policy).items()} for policy in (old, new)]
    return compare(old, new, *conventions)


def effects(old, new):
    return {one.effect for one in changes(old, new)}


@given(check=checks())
def test_a_policy_does_not_differ_from_itself(check) -> None:
    policy = a_policy(check, CHECKLIST)

    assert changes(policy, policy) == ()


def test_the_sample_does_not_differ_from_itself(sample_policy) -> None:
    assert changes(sample_policy, sample_policy) == ()


@given(check=checks(), data=st.data())
def test_a_looser_limit_is_easier_and_a_tighter_one_is_not(check, data) -> None:
    """Whatever the metric and the convention; a limit at one end can be looser in one way only."""
    ((end, value),) = check["limit"].items()
    if end == "min":
        other = data.draw(st.floats(0.001, value, exclude_max=True))
    else:
        highest = 1000.0 if check["metric"].endswith("_ratio") else 0.999
        other = data.draw(st.floats(value, highest, exclude_min=True))
    tight, loose = a_policy(check), a_policy({**check, "limit": {end: other}})

    if tight == loose:
        return
    assert EASIER in effects(tight, loose)
    assert HARDER in effects(loose, tight)
    assert EASIER not in effects(loose, tight)


@pytest.mark.parametrize("severity", ["blocker", "major", "minor", "info"])
@given(checks_=st.lists(checks(), min_size=1, max_size=4))
def test_taking_a_check_out_is_easier_and_putting_one_in_is_harder(severity, checks_) -> None:
    whole = [{**check, "id": f"F-{place:02}"} for place, check in enumerate(checks_, 10)]
    more = a_policy(*whole, a_check(severity=severity))
    fewer = a_policy(*whole)

    assert effects(more, fewer) == {EASIER}
    assert effects(fewer, more) == {HARDER}


def test_both_ends_of_a_limit_can_move_at_once() -> None:
    params = {"convention": "to_reference", "reference": {"group": "a"}}
    old = a_policy(a_check(limit={"min": 0.8, "max": 1.25}, params=params))
    new = a_policy(a_check(limit={"min": 0.7, "max": 1.2}, params=params))

    assert [(one.effect, one.what) for one in changes(old, new)] == [
        (EASIER, "F-01 (selection_rate_ratio) is looser: at least 0.70, was at least 0.80"),
        (HARDER, "F-01 (selection_rate_ratio) is tighter: at most 1.20, was at most 1.25"),
    ]


def test_a_limit_to_a_named_group_is_read_on_both_sides() -> None:
    """At least 0.80 is also at most 1.25 there: to write the second end out changes nothing, and 2 is looser."""
    params = {"convention": "to_reference", "reference": {"group": "a"}}
    one_end = a_policy(a_check(params=params))

    assert effects(one_end, a_policy(a_check(params=params, limit={"min": 0.8, "max": 1.25}))) == {TEXT}
    assert effects(one_end, a_policy(a_check(params=params, limit={"min": 0.8, "max": 2.0}))) == {EASIER}


TWO = {"sensitive": [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}]}
NAMED = {"params": {"convention": "to_reference", "reference": {"group": "a"}}}
BINS = {"sensitive": [{"name": "group", "label": "Group", "bins": [0, 18, 25, 60]}]}
COARSE = {"sensitive": [{"name": "group", "label": "Group", "bins": [0, 18, 60]}]}
UNKNOWN = {"sensitive": [{"name": "group", "label": "Group", "not_recorded": ["x"]}]}
TRUST = {"path": "trust.yaml", "sha256": "0" * 64}
WAIVER = {"check": "F-01", "until": "2027-01-31", "reason": "The threshold changes in January."}

SETTINGS = [
    # before, after, the way there, the way back
    ({"checks": [a_check()]}, {"checks": [a_check(severity="major")]}, EASIER, HARDER),
    ({"checks": [a_check()]}, {"checks": [a_check(why="another")]}, TEXT, TEXT),
    ({"checks": [a_check()]}, {"checks": [a_check(**NAMED)]}, EASIER, HARDER),
    ({"columns": TWO, "checks": [a_check(across=["group", "sex"])]}, {"columns": TWO}, EASIER, EITHER),
    ({"columns": TWO}, {}, EASIER, HARDER),
    ({"columns": BINS}, {"columns": COARSE}, EASIER, EITHER),
    ({}, {"columns": COARSE}, EITHER, EITHER),
    ({}, {"columns": UNKNOWN}, EASIER, HARDER),
    ({}, {"columns": {"favourable": "no"}}, EITHER, EITHER),
    ({}, {"columns": {"positive": "adverse"}}, EITHER, EITHER),
    ({"columns": {"label_kind": "past_decision"}}, {}, EASIER, HARDER),
    ({}, {"columns": {"label_kind": "recorded_event"}}, TEXT, TEXT),
    ({}, {"columns": {"unit": "arrest"}}, TEXT, TEXT),
    ({}, {"decision": {"threshold": 0.4}}, EITHER, EITHER),
    ({}, {"decision": {"costs": {"wrong_adverse": 1.0, "wrong_favourable": 1.0}}}, EASIER, HARDER),
    ({}, {"statistics": {"min_group_size": 50}}, EASIER, HARDER),
    ({}, {"statistics": {"coverage": 0.5}}, EASIER, HARDER),
    ({}, {"statistics": {"confidence": 0.9}}, EITHER, EITHER),
    ({}, {"statistics": {"decide_on": "point"}}, EITHER, EITHER),
    ({}, {"statistics": {"family": "policy"}}, EITHER, EITHER),
    ({}, {"statistics": {"seed": 7}}, EITHER, EITHER),
    ({"dataset": {"role": "synthetic"}}, {"dataset": {"role": "holdout"}}, EASIER, HARDER),
    ({"dataset": {"role": "historical"}}, {"dataset": {"role": "vendor_supplied"}}, TEXT, TEXT),
    ({"dataset": {"sha256": "1" * 64}}, {"dataset": {"sha256": "2" * 64}}, EITHER, EITHER),
    ({"dataset": {"sha256": "1" * 64}}, {}, EASIER, HARDER),
    ({}, {"model": {"path": "model.skops"}}, EITHER, EITHER),
    ({}, {"gate": {"fail_on": "blocker"}}, EASIER, HARDER),
    ({}, {"gate": {"cannot_tell": "pass"}}, EASIER, HARDER),
    ({"gate": {"require": "issued"}}, {}, EASIER, HARDER),
    ({"system": {"autonomy": "fully_autonomous"}}, {}, EASIER, HARDER),
    ({}, {"trust": TRUST}, EASIER, HARDER),
    ({"trust": TRUST}, {"trust": {**TRUST, "sha256": "1" * 64}}, EITHER, EITHER),
    ({}, {"system": {"purpose": "another"}}, TEXT, TEXT),
    ({}, {"words": {"adverse": "held"}}, TEXT, TEXT),
    ({}, {"model_card": {"name": "A model"}}, EASIER, HARDER),
    ({"model_card": {"name": "A"}}, {"model_card": {"name": "B"}}, EITHER, EITHER),
    ({}, {"demonstration": True}, EITHER, EITHER),
    ({}, {"waivers": [WAIVER]}, EASIER, HARDER),
    ({"waivers": [WAIVER]}, {"waivers": [{**WAIVER, "until": "2027-02-28"}]}, EASIER, HARDER),
    ({"waivers": [WAIVER]}, {"waivers": [{**WAIVER, "reason": "The threshold changes in March."}]}, TEXT, TEXT),
    ({"checks": [a_check(), CHECKLIST]}, {"checks": [a_check(), {**CHECKLIST, "answers": "b.yaml"}]}, EITHER, EITHER),
    (
        {"checks": [a_check(), CHECKLIST]},
        {"checks": [a_check(), {**CHECKLIST, "require": {"signed_by": ["model_owner"]}}]},
        EASIER,
        HARDER,
    ),
]


@pytest.mark.parametrize(("before", "after", "there", "back"), SETTINGS)
def test_each_setting_pulls_its_way_and_back(before, after, there, back) -> None:
    old, new = a_policy(**before), a_policy(**after)

    assert effects(old, new) == {there}
    assert effects(new, old) == {back}


def test_what_makes_it_easier_comes_first() -> None:
    old = a_policy(a_check(), a_check(id="F-02", severity="major"))
    new = a_policy(
        a_check(limit={"min": 0.9}, why="another"), a_check(id="F-02", severity="minor"), decision={"threshold": 0.4}
    )

    assert [one.effect for one in changes(old, new)] == [EASIER, EITHER, HARDER, TEXT]


def test_another_metric_under_an_old_name_is_another_check() -> None:
    new = a_policy(a_check(metric="accuracy_ratio"))

    assert [(one.effect, one.what.split(":")[0]) for one in changes(a_policy(), new)] == [
        (EASIER, "F-01 is gone"),
        (HARDER, "F-01 is new"),
    ]


def test_the_order_of_checks_and_attributes_changes_nothing() -> None:
    both = [a_check(), a_check(id="F-02", severity="major")]
    turned = {"sensitive": TWO["sensitive"][::-1]}

    assert changes(a_policy(*both, columns=TWO), a_policy(*both[::-1], columns=turned)) == ()


def leaves(value, at=()):
    """Every place in a policy's data where a plain value stands."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*at, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*at, place))
    else:
        yield at


def altered(data, at):
    """The policy with another value at one place; None where the schema allows no other that we know of."""
    choices = ["other", "f" * 64, "Z-99", "group", "adverse", "historical", "outcome", "approved", "recognition",
               "point", "policy", "minor", "pass", "issued", "error", ">", "fully_autonomous", "transparency",
               "to_lowest", "past_decision", 0.77, 77, True, False]  # fmt: skip
    for value in choices:
        copy = json.loads(json.dumps(data))
        place = copy
        for part in at[:-1]:
            place = place[part]
        if place[at[-1]] == value:
            continue
        place[at[-1]] = value
        try:
            return Policy.model_validate_json(json.dumps(copy))
        except ValueError:
            continue
    return None


def test_nothing_that_changed_goes_unsaid(sample_policy) -> None:
    """Also a setting that is added to the schema later: every value is altered, one at a time."""
    data = sample_policy.model_dump(mode="json", by_alias=True)
    conventions = {name: one.convention for name, one in meanings_in(sample_policy).items()}
    tried = 0
    for at in leaves(data):
        new = altered(data, at)
        if new is None or new == sample_policy or at[-1] == "line":
            continue
        tried += 1
        after = conventions | {check.id: conventions.get(check.id, "absolute") for check in new.metric_checks()}
        assert compare(sample_policy, new, conventions, after), at
    assert tried > 100
