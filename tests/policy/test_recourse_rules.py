"""Rules for what a person could change: read strictly, held against what the model reads, absent where unwritten."""

import json

import pytest
from conftest import a_check, a_policy, a_policy_text, write_audit
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.cli.meanings import meanings_in
from fateaudit.errors import PolicyError
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.explainability import Rules
from fateaudit.policy import Policy, read_policy, refuse_unread_columns
from fateaudit.policy.changes import Effect
from fateaudit.policy.differing import compare

READS = tuple(
    Column(name, kind)
    for name, kind in {
        "income": ColumnKind.NUMBER,
        "checks": ColumnKind.NUMBER,
        "job": ColumnKind.TEXT,
        "group": ColumnKind.TEXT,
    }.items()
)
ROWS = [{"group": "a", "label": "yes", "prediction": "yes"}]


def test_sensitive_attributes_are_immutable_with_rules_and_without() -> None:
    bare = Rules.from_policy(a_policy())
    ruled = Rules.from_policy(a_policy(recourse={"immutable": ["age"], "only_up": ["income"], "only_down": ["checks"]}))

    assert bare == Rules(immutable=frozenset({"group"}))
    assert ruled == Rules(frozenset({"group", "age"}), frozenset({"income"}), frozenset({"checks"}))


WRONG = {
    "a column that is not read": (
        {"only_up": ["incme"]}, 'recourse names "incme", and the model does not read it', 'Did you mean "income"?'
    ),
    "a column like no other": (
        {"immutable": ["zzzz"]}, 'recourse names "zzzz"', "leave it out: what is not read changes no decision"
    ),
    "a way for text": ({"only_down": ["job"]}, '"job" is text, and text has no up or down', "make it immutable"),
    "a way for an attribute": ({"only_up": ["group"]}, '"group" is a sensitive attribute', "leave it out"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_rule_that_cannot_hold_is_refused_with_its_line(name, tmp_path) -> None:
    rules, message, hint = WRONG[name]
    source = read_policy(write_audit(tmp_path, ROWS, recourse=rules))
    with pytest.raises(PolicyError) as refused:
        refuse_unread_columns(source, READS)
    (word,) = (word for words in rules.values() for word in words)

    assert message in refused.value.message
    assert hint in refused.value.hint
    assert refused.value.where[0].startswith("fateaudit.yaml:")
    assert f'"{word}"' in refused.value.where[0]


def test_rules_that_hold_are_not_refused(tmp_path) -> None:
    rules = {"immutable": ["job", "group"], "only_up": ["income"], "only_down": ["checks"]}
    source = read_policy(write_audit(tmp_path, ROWS, recourse=rules))

    assert refuse_unread_columns(source, READS) is None
    with pytest.raises(PolicyError):
        refuse_unread_columns(source, READS[1:])


@pytest.mark.parametrize(
    "rules", [{"immutable": ["age", "age"]}, {"immutable": ["age"], "only_up": ["age"]}, {"up": ["age"]}]
)
def test_a_column_stands_once_and_no_other_list_is_known(rules, tmp_path) -> None:
    path = write_audit(tmp_path, ROWS, recourse=rules)
    with pytest.raises(PolicyError):
        read_policy(path)


@given(immutable=st.lists(st.sampled_from(["age", "job"]), unique=True))
def test_a_policy_is_written_as_it_was_read_and_without_rules_nothing_is_added(immutable) -> None:
    bare, ruled = a_policy(), a_policy(recourse={"immutable": immutable})

    assert "recourse" not in bare.model_dump(mode="json")
    for policy in (bare, ruled):
        assert Policy.model_validate_json(policy.model_dump_json()) == policy
    assert ruled.recourse.immutable == tuple(immutable)


def test_other_rules_are_a_change_of_words_and_not_of_limits() -> None:
    ruled = Policy.model_validate_json(json.dumps(a_policy_text(a_check(), recourse={"only_up": ["income"]})))
    conventions = {name: one.convention for name, one in meanings_in(ruled).items()}
    (told,) = compare(a_policy(), ruled, conventions, conventions)

    assert told.effect is Effect.TEXT
    assert "recourse" in told.what
    assert "only_up income" in told.what
