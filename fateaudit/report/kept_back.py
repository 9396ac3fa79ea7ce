"""Whether the cases tested on were kept back from training: what their owner states, and what their ids tell."""

from fateaudit.evidence import TrainedOn
from fateaudit.policy.wording import units
from fateaudit.record import AuditRecord

_STATED = {
    "holdout": "That the cases were kept back from training is what their owner states.",
    "historical": "The cases are from the past.",
    "vendor_supplied": "The supplier chose the cases. Yours may differ.",
    "synthetic": "The cases were made up. They say nothing about any real use.",
}

_UNCHECKED = {
    "holdout": " It was not checked.",
    "historical": " Whether the model was trained on them was not checked.",
}

CASES = {
    "holdout": "kept back from training, as its owner states",
    "historical": "from the past; whether the model was trained on them was not checked",
    "vendor_supplied": "that the supplier chose",
    "synthetic": "that were made up",
}
"""Completes "the model file was run here, on cases …"."""


def speaks_against(record: AuditRecord) -> str:
    """Return what is to be held against the cases of a test: who chose them, and which the model had seen."""
    role, found = record.policy.dataset.role, record.insights.trained_on
    if found is None:
        return f"{_STATED[role]}{_UNCHECKED.get(role, '')}"
    return f"{_STATED[role]} {_found(found, units(record.policy))}"


def _found(found: TrainedOn, every: str) -> str:
    unsaid = f" Of {found.unnamed:,} without an id nobody can say." if found.unnamed else ""
    if not found.inside:
        return f"By their ids none was found in the training data that the policy names.{unsaid}"
    return (
        f"By their ids {found.inside:,} of the {found.rows:,} {every} are in the training data: being right about "
        f"those says nothing of new ones.{unsaid}"
    )


def cases(record: AuditRecord) -> tuple[str, bool]:
    """Return what is known of the cases, and whether they count as kept back: so stated, and none found otherwise."""
    role, found = record.policy.dataset.role, record.insights.trained_on
    if found is not None and found.inside:
        return f"of which {found.inside:,} of {found.rows:,} are in the training data", False
    if found is not None and role == "historical":
        return "from the past; by their ids none was found in the training data", False
    return CASES[role], role == "holdout"
