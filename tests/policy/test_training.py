"""What a policy says of training data: said in plain words, and compared with another policy's like all else."""

from conftest import a_check, a_policy

from fateaudit.policy.changes import Effect
from fateaudit.policy.changes_of_settings import changes_of_settings
from fateaudit.policy.plain import _of_model

GIVEN = {"columns": {"train_id": "case"}, "training": {"path": "train.csv"}}


def test_a_limit_on_rows_of_training_is_said_as_cases() -> None:
    limit = {"metric": "train_overlap", "principle": "transparency", "across": "overall", "limit": {"max": 0.01}}
    (check,) = a_policy(a_check(**limit)).metric_checks()

    assert _of_model(check) == "Of every 100 cases, at most 1 may be cases that the model was trained on."


def test_naming_training_data_makes_a_policy_harder_to_keep_and_taking_them_away_easier() -> None:
    (given,) = changes_of_settings(a_policy(), a_policy(**GIVEN))
    (taken,) = changes_of_settings(a_policy(**GIVEN), a_policy())

    assert (given.effect, taken.effect) == (Effect.HARDER, Effect.EASIER)
    assert "train.csv" in given.what


def test_a_policy_without_training_data_is_written_as_before() -> None:
    written = a_policy().model_dump(mode="json")

    assert "training" not in written
    assert written["columns"]["train_id"] is None
