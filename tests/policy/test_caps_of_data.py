"""What it does to the best possible result that rows tested on were trained on, or that nobody knows."""

import pytest

from fateaudit.evidence import TrainedOn
from fateaudit.policy import Circumstances
from fateaudit.policy.caps import Best, caps_of


def sentences(record, role, inside=None, unnamed=0):
    policy = record.policy.model_copy(update={"dataset": record.policy.dataset.model_copy(update={"role": role})})
    found = None if inside is None else TrainedOn(rows=900, inside=inside, unnamed=unnamed, known=40, by="ids")
    circumstances = Circumstances(history=record.ledger, trained_on=found)
    return {cap.sentence: cap for cap in caps_of(policy, circumstances) if "train" in cap.sentence}


@pytest.mark.parametrize("role", ["holdout", "historical", "vendor_supplied"])
def test_rows_that_were_trained_on_keep_every_feature_from_better_than_in_part(sample_record, role) -> None:
    said = "Of 900 cases it was tested on, 3 are in its training data."
    cap = sentences(sample_record, role, inside=3)[said]

    assert cap.best is Best.IN_PART
    assert len(cap.features) == 4
    assert said not in sentences(sample_record, role, inside=0)


def test_old_cases_are_held_against_a_test_until_their_ids_were_looked_for_and_not_found(sample_record) -> None:
    said = "It is not shown that the model was trained on other cases than these."

    assert said in sentences(sample_record, "historical")
    assert said in sentences(sample_record, "historical", inside=0, unnamed=1)
    assert said not in sentences(sample_record, "historical", inside=0)
    assert said not in sentences(sample_record, "holdout")
