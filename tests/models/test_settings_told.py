"""What a model's process tells of settings is checked like anything from outside, and reaches the report as hearsay."""

import pytest

from fateaudit.models.process import LostError
from fateaudit.models.told import MAX_SETTINGS, read_description
from fateaudit.record import AuditRecord
from fateaudit.report.settings import settings


def described(**changes):
    given = {
        "inputs": [["a", "number"]],
        "classes": ["no", "yes"],
        "structure": ["Model"],
        "is_open": False,
        "encoded": [],
        "linear": None,
    }
    return given | changes


def test_a_process_that_tells_none_is_believed() -> None:
    assert read_description(described(), gives_numbers=False).settings == ()
    assert read_description(described(settings=[["Model", "C", "1.0"]]), gives_numbers=False).settings == (
        ("Model", "C", "1.0"),
    )


@pytest.mark.parametrize(
    "told",
    [
        [["Model", "C", "1.0"]] * (MAX_SETTINGS + 1),
        [["Model", "C", "x" * 81]],
        [["Model", "C", ""]],
        [["Model", "C"]],
        [["Model", "C", 1.0]],
        [["Model", "C", "two\nlines"]],
        [["Model", "\u202eC", "1.0"]],
        {"C": "1.0"},
        None,
    ],
)
def test_settings_that_cannot_be_are_refused(told) -> None:
    with pytest.raises(LostError, match="described itself"):
        read_description(described(settings=told), gives_numbers=False)


def test_the_sample_tells_its_steps_and_the_report_says_who_says_so(sample_record) -> None:
    rows = settings(sample_record)

    assert ("logistic: LogisticRegression", "C", "1.0") in sample_record.access.settings
    assert [row.step for row in rows if row.step] == list(
        dict.fromkeys(step for step, _, _ in sample_record.access.settings)
    )


def test_a_record_from_before_settings_were_told_is_still_one(sample_record) -> None:
    before = sample_record.model_copy(update={"access": sample_record.access.model_copy(update={"settings": ()})})

    assert b'"settings"' not in before.to_bytes()
    assert AuditRecord.from_bytes(before.to_bytes()) == before
