"""What a model gives: settings that must fit the task, and what a change of them means."""

import json

import pytest
from conftest import a_check, a_policy, a_policy_text
from hypothesis import given
from hypothesis import strategies as st
from test_differing import EITHER, changes

from fateaudit.errors import PolicyError
from fateaudit.policy import Policy, read_policy
from fateaudit.policy.scales import POINTS, as_written, own_scale, scale_of

NUMBERS = {"task": "regression", "decision": {"threshold": 12.5, "at": ">="}}


def read(folder, **said):
    path = folder / "fateaudit.yaml"
    path.write_text(json.dumps(a_policy_text(**said), indent=1), encoding="utf-8")
    return read_policy(path).policy


def test_a_number_needs_a_line_that_somebody_has_drawn(tmp_path) -> None:
    assert read(tmp_path, **NUMBERS).gives_numbers
    assert read(tmp_path, task="regression", decision={"threshold": 0.5, "at": "<"}).decision.threshold == 0.5
    for decision in ({}, {"at": ">"}):
        with pytest.raises(PolicyError, match=r"decision\.threshold is not written") as caught:
            read(tmp_path, task="regression", decision=decision)
        assert "decision: { threshold: … }" in caught.value.hint
        assert any("task" in where for where in caught.value.where)


def test_a_number_needs_to_be_said_which_way_is_better(tmp_path) -> None:
    with pytest.raises(PolicyError, match=r"decision\.at is not written") as caught:
        read(tmp_path, task="regression", decision={"threshold": 12.5})
    assert 'at: "<="' in caught.value.hint


def test_a_number_has_no_names_of_outcomes(tmp_path) -> None:
    with pytest.raises(PolicyError, match=r"model\.classes names outcomes") as caught:
        read(tmp_path, **NUMBERS, model={"path": "model.ubj", "classes": ["a", "b"]})
    assert "remove model.classes" in caught.value.hint


def test_a_policy_is_about_outcomes_unless_it_says_otherwise(tmp_path) -> None:
    assert not read(tmp_path).gives_numbers
    with pytest.raises(PolicyError, match="task"):
        read(tmp_path, task="ranking")


def test_a_record_holds_the_policy_so_that_it_reads_the_same_again(tmp_path) -> None:
    policy = read(tmp_path, **NUMBERS, columns={"adverse": ["no", "neither"]})

    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_what_counts_as_adverse_and_what_a_model_gives_can_turn_a_verdict_either_way() -> None:
    plain = a_policy(a_check(), decision={"threshold": 12.5})
    named, fewer = (plain_with(adverse=some) for some in (["no", "neither"], ["no"]))

    assert [(one.effect, one.what) for one in changes(plain, named)] == [
        (EITHER, "columns.adverse is no and neither, was not given")
    ]
    assert [one.effect for one in changes(named, fewer)] == [EITHER]
    assert EITHER in {one.effect for one in changes(plain, a_policy(a_check(), **NUMBERS))}


def plain_with(**columns):
    return a_policy(a_check(), decision={"threshold": 12.5}, columns=columns)


@given(st.floats(1e-6, 1e9))
def test_a_number_in_a_unit_of_its_own_is_told_to_three_digits_and_never_times_a_hundred(largest) -> None:
    scale = own_scale(largest)

    assert scale.times == 1
    assert abs(float(scale.written(largest)) - largest) <= 0.005 * largest
    assert scale.written(-largest * 1e-12) == scale.written(0.0)
    # Not one more than it takes: two digits would be further off than that for some numbers.
    assert scale.places == 0 or len(scale.written(largest).replace(".", "").lstrip("0")) <= 4


def test_points_are_of_a_hundred_where_scores_are_probabilities() -> None:
    assert scale_of(a_policy(), 0.3) == POINTS
    assert POINTS.written(0.3333) == "33.3"
    assert scale_of(a_policy(**NUMBERS), 32.41).written(32.4078) == "32.4"
    assert [as_written(number) for number in (12.5, 100.0, 0.0325, 3)] == ["12.5", "100", "0.0325", "3"]
