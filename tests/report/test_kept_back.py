"""Cases that the model was trained on are held against the test, whatever their owner states."""

import pytest
from report_reading import unsigned

from fateaudit.evidence import TrainedOn
from fateaudit.report.evidence_level import evidence_level
from fateaudit.report.kept_back import speaks_against
from fateaudit.report.reliance import speaks_against as against
from fateaudit.report.reported import Reported, Signatures


def a_record(record, role="holdout", **found):
    dataset = record.policy.dataset.model_copy(update={"role": role})
    given = TrainedOn(**{"rows": 300, "inside": 0, "unnamed": 0, "known": 50, "by": "ids"} | found) if found else None
    return record.model_copy(
        update={
            "policy": record.policy.model_copy(update={"dataset": dataset}),
            "insights": record.insights.model_copy(update={"trained_on": given}),
        }
    )


@pytest.mark.parametrize(
    ("role", "found", "said"),
    [
        ("holdout", {}, "kept back from training is what their owner states. It was not checked."),
        ("historical", {}, "from the past. Whether the model was trained on them was not checked."),
        ("holdout", {"inside": 0}, "states. By their ids none was found in the training data that the policy names."),
        (
            "holdout",
            {"inside": 7},
            "By their ids 7 of the 300 arrests are in the training data: being right about those",
        ),
        ("vendor_supplied", {"unnamed": 4}, "Yours may differ. By their ids none was found"),
        ("synthetic", {"unnamed": 4}, "Of 4 without an id nobody can say."),
    ],
)
def test_what_is_said_of_the_cases_is_what_was_checked(sample_record, role, found, said) -> None:
    record = a_record(sample_record, role, **found)

    assert said in speaks_against(record)
    assert speaks_against(record) in against(Reported(record, b"", Signatures(unsigned(record))))
    assert ("not checked" in speaks_against(record)) == (not found)


@pytest.mark.parametrize(
    ("role", "found", "number"),
    [
        ("holdout", {}, 4),
        ("holdout", {"inside": 0}, 4),
        ("holdout", {"inside": 1}, 2),
        ("historical", {"inside": 0}, 2),
        ("vendor_supplied", {"inside": 0}, 2),
    ],
)
def test_one_case_of_training_lowers_the_level_of_evidence_and_none_never_raises_it(
    sample_record, role, found, number
) -> None:
    assert evidence_level(a_record(sample_record, role, **found)).number == number


def test_the_level_says_how_many_cases_the_model_had_seen(sample_record) -> None:
    level = evidence_level(a_record(sample_record, inside=7))

    assert level.words == "the model file was run here, on cases of which 7 of 300 are in the training data"
