"""Rule R4: each part of the minimum content is missed when it alone is left out, and nothing stands in for it."""

import pytest
from conftest import a_check, a_policy

from fateaudit.cli.meanings import meanings_in
from fateaudit.policy import Principle
from fateaudit.policy.content import Content, asked_by, missing_content, missing_from
from fateaudit.policy.linting import draft_of

CHECKLIST = {
    "id": "A-01",
    "principle": "accountability",
    "checklist": "predeployment-oversight",
    "answers": "answers.yaml",
    "severity": "blocker",
    "why": "a test",
}


def scored(check_id, principle, metric):
    return a_check(
        id=check_id, principle=principle, metric=metric, across="overall", limit={"min": 0.9}, severity="major"
    )


WHOLE = {
    Content.FAVOURABLE_SIDE: a_check(id="F-01"),
    Content.ADVERSE_SIDE: a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25}),
    Content.ERRORS_BY_GROUP: a_check(id="F-03", metric="wrong_adverse_rate_difference", limit={"max": 0.05}),
    Content.ERRORS_AT_ALL: a_check(id="F-04", metric="wrong_adverse_share", across="overall", limit={"max": 0.5}),
    Content.RIGHTS: CHECKLIST,
    Content.DOCUMENTATION: scored("T-01", "transparency", "documentation_completeness"),
    Content.TRACE: scored("T-02", "transparency", "trace_completeness") | {"limit": {"min": 1.0}},
    Content.FIDELITY: scored("E-01", "explainability", "attribution_fidelity"),
    Content.STABILITY: scored("E-02", "explainability", "attribution_stability"),
}
"""A check for each thing that must be asked."""


def missing(*checks, **changes):
    """What these checks do not ask, by name."""
    policy = a_policy(*checks, **changes)
    conventions = {name: meaning.convention for name, meaning in meanings_in(policy).items()}
    found = missing_from(policy, asked_by(policy, conventions))
    return {one.content for ones in found.values() for one in ones}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("outcome", "wrongly decided adversely"),
        ("past_decision", "decided adversely though recorded as favourable"),
        ("recorded_event", "decided adversely though recorded as favourable"),
    ],
)
def test_only_what_happened_can_show_that_a_decision_was_wrong(kind, said) -> None:
    policy = a_policy(columns={"label_kind": kind})
    conventions = {name: meaning.convention for name, meaning in meanings_in(policy).items()}
    words = [one.words for one in missing_from(policy, asked_by(policy, conventions))[Principle.FAIRNESS]]

    assert f"who is {said}, group by group" in words
    assert f"how many are {said} at all, as a limit on everyone together" in words


def with_(content, **changes):
    """All checks, one of them changed."""
    return [check | changes if name is content else check for name, check in WHOLE.items()]


def test_a_policy_that_asks_everything_misses_nothing() -> None:
    assert missing(*WHOLE.values()) == set()


@pytest.mark.parametrize("left_out", WHOLE)
def test_each_part_is_missed_when_it_alone_is_left_out(left_out) -> None:
    found = missing(*(check for content, check in WHOLE.items() if content is not left_out))

    assert found == ({left_out, Content.ANSWERABLE} if left_out is Content.RIGHTS else {left_out})


@pytest.mark.parametrize("content", [content for content in WHOLE if content is not Content.RIGHTS])
@pytest.mark.parametrize("severity", ["minor", "info"])
def test_a_check_that_decides_nothing_does_not_count(content, severity) -> None:
    assert missing(*with_(content, severity=severity)) == {content}


@pytest.mark.parametrize("content", [Content.FAVOURABLE_SIDE, Content.ADVERSE_SIDE])
def test_a_named_group_is_not_the_best_off_one(content) -> None:
    """Scenario 23: rates of 60, 48 and 40 of 100; held against the middle group each gap is half of what it is."""
    params = {"convention": "to_reference", "reference": {"group": "middle"}}

    assert missing(*with_(content, params=params)) == {content}


def test_the_worst_pair_counts_as_the_best_off_group_does() -> None:
    changed = with_(Content.FAVOURABLE_SIDE, params={"convention": "between_groups"})

    assert missing(*changed) == set()


def test_a_difference_is_about_both_sides_of_the_outcome() -> None:
    rest = [check for content, check in WHOLE.items() if content not in {Content.FAVOURABLE_SIDE, Content.ADVERSE_SIDE}]
    both = a_check(id="F-09", metric="selection_rate_difference", limit={"max": 0.1})

    assert missing(both, *rest) == set()


def test_every_declared_attribute_must_be_compared_by_itself() -> None:
    two = {"sensitive": [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}]}
    crossed = {**two, "intersections": [["group", "sex"]]}

    assert missing(*WHOLE.values(), columns=two) == {Content.FAVOURABLE_SIDE, Content.ADVERSE_SIDE}
    # Neither half nor both of it is the attribute itself.
    changed = with_(Content.FAVOURABLE_SIDE, across=[["group", "sex"]])
    assert Content.FAVOURABLE_SIDE in missing(*changed, columns=crossed)
    changed = with_(Content.ADVERSE_SIDE, across=["group", ["group", "sex"]])
    assert Content.ADVERSE_SIDE in missing(*changed, columns=crossed)


ABOUT_WRONG_ADVERSE = {
    "favourable": {
        "false_negative_rate": "max",
        "true_positive_rate": "min",
        "false_omission_rate": "max",
        "negative_predictive_value": "min",
    },
    "adverse": {
        "false_positive_rate": "max",
        "true_negative_rate": "min",
        "false_discovery_rate": "max",
        "positive_predictive_value": "min",
    },
}
CODED = sorted({metric for rates in ABOUT_WRONG_ADVERSE.values() for metric in rates})


@pytest.mark.parametrize("positive", ABOUT_WRONG_ADVERSE)
@pytest.mark.parametrize("metric", CODED)
def test_which_rate_is_about_wrong_adverse_outputs_depends_on_the_positive_side(metric, positive) -> None:
    counts = metric in ABOUT_WRONG_ADVERSE[positive]
    by_group = with_(Content.ERRORS_BY_GROUP, metric=f"{metric}_difference")
    at_all = [
        missing(*with_(Content.ERRORS_AT_ALL, metric=metric, limit={end: 0.4}), columns={"positive": positive})
        for end in ("min", "max")
    ]

    assert (Content.ERRORS_BY_GROUP not in missing(*by_group, columns={"positive": positive})) is counts
    ends = {"min": Content.ERRORS_AT_ALL not in at_all[0], "max": Content.ERRORS_AT_ALL not in at_all[1]}
    right = ABOUT_WRONG_ADVERSE[positive].get(metric)
    assert ends == {end: end == right for end in ends}


@pytest.mark.parametrize("metric", ["wrong_adverse_rate", "wrong_adverse_share"])
def test_at_least_so_many_wrong_outputs_is_no_limit_on_them(metric) -> None:
    changed = with_(Content.ERRORS_AT_ALL, metric=metric, limit={"min": 0.01})

    assert missing(*changed) == {Content.ERRORS_AT_ALL}


def test_the_absolute_limit_is_one_on_everyone_together() -> None:
    assert missing(*with_(Content.ERRORS_AT_ALL, across=["group"])) == {Content.ERRORS_AT_ALL}


def test_withholding_what_happened_is_no_better_than_asking_nothing_about_it() -> None:
    without = [check for content, check in WHOLE.items() if not content.startswith("errors")]

    assert missing(*without) == {Content.ERRORS_BY_GROUP, Content.ERRORS_AT_ALL}
    assert missing(*without, columns={"label": None}) == {Content.ERRORS_AT_ALL}


@pytest.mark.parametrize("role", ["model_owner", "independent_reviewer"])
def test_one_signature_is_not_both(role) -> None:
    assert missing(*with_(Content.RIGHTS, require={"signed_by": [role]})) == {Content.SIGNATURES}


def test_use_that_nobody_can_judge_lowers_fairness_where_costs_are_not_stated() -> None:
    """Part (d) is a cap and no content: it is measured whatever the checks say."""
    costs = {"costs": {"wrong_adverse": 1.0, "wrong_favourable": 1.0}}
    cases = {"dataset": {"role": "holdout"}}

    draft = draft_of(policy := a_policy(*WHOLE.values(), **cases), meanings_in(policy))
    assert [cap.features for cap in draft.caps] == [(Principle.FAIRNESS,)]
    stated = a_policy(*WHOLE.values(), **cases, decision=costs)
    assert draft_of(stated, meanings_in(stated)).caps == ()


def test_evidence_and_the_policy_alone_say_the_same(sample_record) -> None:
    """One function decides both, so that a lint never promises more than an audit keeps."""
    policy = sample_record.policy
    for checks in (policy.checks, policy.checks[:1], policy.checks[1:], policy.checks[6:], policy.checks[:6]):
        part = policy.model_copy(update={"checks": checks})
        held = [item for item in sample_record.evidence if item.check in {check.id for check in checks}]
        conventions = {name: meaning.convention for name, meaning in meanings_in(part).items()}
        alone = missing_from(part, asked_by(part, conventions))

        assert missing_content(part, held) == {
            principle: tuple(one.words for one in ones) for principle, ones in alone.items()
        }
