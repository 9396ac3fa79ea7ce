"""What was decided then about the same groups: beside what the model says, never instead of it."""

from collections.abc import Sequence

from fateaudit.counts import Outcome, total
from fateaudit.evidence import Measurement, Part
from fateaudit.policy.wording import frequency, listed
from fateaudit.record import AuditRecord
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import shortened


def in_the_records(item: Measurement, parts: Sequence[Part], record: AuditRecord, per: int) -> str:
    """Return how many of the same groups, in the same order, had this outcome in the records, out of the same number.

    Empty unless the labels are past decisions and stand on every row of these groups: other rows would be others.
    """
    words = record.policy.words
    sides = {f"are {words.adverse}": Outcome.ADVERSE, f"are {words.favourable}": Outcome.FAVOURABLE}
    side = sides.get(item.subject.counted)
    if record.policy.columns.label_kind != "past_decision" or side is None or item.subject.among:
        return ""
    groups = record.counts.by_group(item.of)
    if any(cell.label is None for part in parts for cell in groups[part.group]):
        return ""
    recorded = words.recorded_adverse if side is Outcome.ADVERSE else words.recorded_favourable
    told = []
    for part in parts:
        cells = groups[part.group]
        rate = total(cells, lambda cell: cell.label is side) / sum(cell.n for cell in cells)
        told.append(frequency(rate, per))
    return f"In the records, {listed(told)} were {shortened(recorded, LONGEST_NAME)}."
