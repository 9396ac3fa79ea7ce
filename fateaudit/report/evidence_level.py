"""How much an auditor could see for themselves, from 0 (a supplier's word) to 4 (the model, on cases it never saw).

Levels 0 and 1 are a supplier's own statement and a supplier's own audit: this version makes neither.
"""

from dataclasses import dataclass

from fateaudit.record import AuditRecord
from fateaudit.report.access import OUTPUTS_ALONE, REACHED, has_file
from fateaudit.report.kept_back import cases

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
    told, are_kept_back = cases(record)
    number = (4 if has_file(record) else 3) if are_kept_back else 2
    return EvidenceLevel(number, f"{reached}, on cases {told}")
