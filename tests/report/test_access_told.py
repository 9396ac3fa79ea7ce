"""The report says what was at hand of the model, and what running its maker's code does and does not show."""

import pytest

from fateaudit.record import Access
from fateaudit.report import unsigned
from fateaudit.report.access import REACHED, RUN_HERE, SPEAKS_AGAINST
from fateaudit.report.background import left_out
from fateaudit.report.evidence_level import evidence_level
from fateaudit.report.reliance import speaks_against
from fateaudit.report.reported import Reported, Signatures
from fateaudit.report.tested import _decision
from fateaudit.report.to_decide import _of_access

KINDS = ("file", "pickle", "callable", "endpoint", "predictions_only")


def against(record):
    """What speaks against relying on a record that nobody signed."""
    return speaks_against(Reported(record, record.to_bytes(), Signatures(unsigned(record))))


def had(record, kind):
    """The sample's record as if its model had been at hand in another way."""
    changes = {"access": Access(model=kind, description=("Pipeline",), is_open=True)}
    if kind in {"endpoint", "predictions_only"}:
        changes["environment"] = record.environment.model_copy(update={"isolation": None})
    return record.model_copy(update=changes)


@pytest.mark.parametrize("kind", ["pickle", "callable"])
def test_that_code_of_its_maker_was_run_is_said_in_three_places(kind, sample_record) -> None:
    record = had(sample_record, kind)
    (isolation,) = (entry.told for entry in left_out(record) if entry.term == "Isolation")

    assert "its maker’s code" in " ".join(_decision(record))
    assert "in a locked process" in " ".join(_decision(record))
    assert any("its maker’s code was run" in one for one in against(record))
    assert "It ran code that its maker wrote, because whoever typed the command allowed" in isolation


@pytest.mark.parametrize("kind", ["file", "endpoint", "predictions_only"])
def test_of_no_other_model_is_it_said(kind, sample_record) -> None:
    record = had(sample_record, kind)
    said = [*_decision(record), *against(record), *(entry.told for entry in left_out(record))]

    assert "maker’s code" not in " ".join(said)
    assert "code that its maker wrote" not in " ".join(said)


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_has_its_own_sentence(kind, sample_record) -> None:
    record = had(sample_record, kind)
    told = against(record)
    absent = "The model was not at hand. Its outputs were taken as they were given."

    assert (absent in told) is (kind == "predictions_only")
    assert [one in told for one in SPEAKS_AGAINST.values()] == [one == kind for one in SPEAKS_AGAINST]


@pytest.mark.parametrize(
    ("kind", "number"), [("file", 4), ("pickle", 4), ("callable", 4), ("endpoint", 3), ("predictions_only", 3)]
)
def test_only_a_model_that_was_in_our_hands_reaches_the_highest_level(kind, number, sample_record) -> None:
    record = had(sample_record, kind)

    assert evidence_level(record).number == number
    assert ("Can we have the model file" in _of_access(record)) is (number == 3)


def test_every_way_of_being_asked_has_words() -> None:
    assert set(RUN_HERE) == set(SPEAKS_AGAINST) == set(REACHED) == set(KINDS) - {"predictions_only"}
