"""An attribute that says the same as the label: then nobody is left to compare errors with, and a reader is told."""

from collections.abc import Iterator

from fateaudit.counts import NOT_RECORDED, Cell, Outcome, total
from fateaudit.policy import Policy
from fateaudit.policy.wording import group_name, listed
from fateaudit.record import AuditRecord
from fateaudit.report.text import shortened

LONGEST_NAME = 60
MOST_NAMED = 4


def same_as_recorded(record: AuditRecord) -> tuple[str, ...]:
    """Return a sentence for each attribute whose groups were all recorded on one side, and not all on the same one."""
    names = [attribute.name for attribute in record.policy.columns.sensitive]
    return tuple(said for name in names for said in _told(name, record))


def _told(name: str, record: AuditRecord) -> Iterator[str]:
    """Yield the sentence about one attribute, if any. Groups too small to judge do not count."""
    policy, least = record.policy, record.policy.statistics.min_group_size
    known = {group[0]: cells for group, cells in record.counts.by_group((name,)).items() if NOT_RECORDED not in group}
    large = {value: cells for value, cells in known.items() if _labelled(cells) >= least}
    sides = {value: {cell.label for cell in cells} - {None} for value, cells in large.items()}
    if any(len(side) != 1 for side in sides.values()) or len(set().union(*sides.values())) < len(Outcome):
        return
    every, none = (_named(name, [value for value in sides if side in sides[value]], policy) for side in Outcome)
    has_gaps = any(cell.label is None for cells in large.values() for cell in cells)
    aside = f" Groups of fewer than {least} are left aside here." if len(large) < len(known) else ""
    yield (
        f"In these data {shortened(policy.attribute(name).label, LONGEST_NAME)} and what was recorded are one and the "
        f"same: every {policy.columns.unit} of {every}{' that has a record' if has_gaps else ''} is "
        f"{policy.words.recorded_favourable}, none of {none}; error rates have nobody to compare with.{aside}"
    )


def _labelled(cells: tuple[Cell, ...]) -> int:
    return total(cells, lambda cell: cell.label is not None)


def _named(name: str, values: list[str], policy: Policy) -> str:
    return listed([shortened(group_name(policy, (name,), (value,)), LONGEST_NAME) for value in values], MOST_NAMED)
