"""How much an auditor could see for themselves, from 0 (a supplier's word) to 4 (the model, on cases it never saw).

Levels 0 and 1 are a supplier's own statement and a supplier's own audit: this version makes neither.
"""

from dataclasses import dataclass

from fateaudit.record import AuditRecord
from fateaudit.report.access import OUTPUTS_ALONE, REACHED, has_file

HIGHEST = 4


@dataclass(frozen=True, slots=True)
class EvidenceLevel:
    """A level, and what was at hand."""

    number: int
    words: str
    """Completes "Evidence level 4 of 4, the highest: "."""


def evidence_level(record: AuditRecord) -> EvidenceLevel:
    """Return the level. What the owner states about the cases is taken as stated, and said to be."""
    access = record.access.model
    reached = "the model's outputs were given, not the model" if access == OUTPUTS_ALONE else REACHED[access]
    if has_file(record) and not record.access.is_open:
        reached += ", its parts unseen"
    cases, kept_back = _CASES[record.policy.dataset.role]
    number = (4 if has_file(record) else 3) if kept_back else 2
    return EvidenceLevel(number, f"{reached}, on cases {cases}")


_CASES = {
    "holdout": ("kept back from training, as its owner states", True),
    "historical": ("from the past; whether the model was trained on them was not checked", False),
    "vendor_supplied": ("that the supplier chose", False),
    "synthetic": ("that were made up", False),
}
"""What is known of the cases, and whether the model's maker is said not to have seen them."""
