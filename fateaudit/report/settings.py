"""What the steps of the model were set to, as its file says: nothing of it was looked into."""

from dataclasses import dataclass

from fateaudit.record import AuditRecord
from fateaudit.report.text import shortened

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of one step."""

    step: str
    """Only on the first line of a step."""
    name: str
    value: str


def settings(record: AuditRecord) -> tuple[Setting, ...]:
    """Return what the file of the model says that its steps were set to, in its order."""
    rows, last = [], None
    for step, name, value in record.access.settings:
        shown = "" if step == last else shortened(step, LONGEST)
        rows.append(Setting(shown, shortened(name, LONGEST), shortened(value, LONGEST)))
        last = step
    return tuple(rows)
