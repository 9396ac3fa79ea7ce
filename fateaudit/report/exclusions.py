"""From the rows of the file to the rows that were judged: at every step how many are left out, and why.

Each line adds up to the rows of the file, so that nothing can be dropped without being seen.
"""

from dataclasses import dataclass

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Estimate, Figures, Measurement, Score, Unmeasured
from fateaudit.policy import Policy, Principle
from fateaudit.policy.wording import attribute_name
from fateaudit.record import AuditRecord
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import ended, shortened

LONGEST_COUNTED = 2 * LONGEST_NAME


@dataclass(frozen=True, slots=True)
class Line:
    """One way in which the rows were counted. The numbers after `rows` add up to it."""

    counted: str
    rows: str
    no_label: str = ""
    not_asked: str = ""
    """Rows on the other side of what the limit asks about: those not released, say."""
    not_recorded: str = ""
    too_few: str = ""
    judged: str = ""
    instead: str = ""
    """Why nothing was counted, instead of the numbers."""


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """An attribute, and in how many rows of the file nobody recorded it."""

    name: str
    rows: int


def not_recorded(record: AuditRecord) -> tuple[NotRecorded, ...]:
    """Return every declared attribute with the rows that lack it, those without any included."""
    return tuple(
        NotRecorded(
            shortened(attribute.label, LONGEST_COUNTED),
            sum(cell.n for cell in record.counts.by_group((attribute.name,)).get((NOT_RECORDED,), ())),
        )
        for attribute in record.policy.columns.sensitive
    )


def lines(record: AuditRecord) -> tuple[Line, ...]:
    """Return each way in which rows were counted, once, in the order of the limits; then what no limit counted."""
    of_rows = {check.id for check in record.policy.metric_checks(Principle.FAIRNESS)}
    figures = [item for item in record.figures if item.check in of_rows]
    counted = [_line(item, record) for item in figures if not isinstance(item, Score) and not _of_model(item)]
    asked = {item.of for item in figures}
    unasked = [
        Line(_named((attribute.name,), "", record.policy), f"{record.counts.rows:,}", instead="No limit asks about it.")
        for attribute in record.policy.columns.sensitive
        if (attribute.name,) not in asked
    ]
    return tuple(dict.fromkeys([*counted, *unasked]))


def _of_model(item: Figures) -> bool:
    """Whether something was not measured about the model as a whole: it counts no rows."""
    return isinstance(item, Unmeasured) and not item.of


def _of_estimate(item: Estimate, record: AuditRecord) -> Line:
    """Return how rows were counted for a number that is no rate: rows that it could use stand for its denominator."""

    def used(*set_aside: str | None) -> str:
        return f"{sum(part.cases - part.unlabelled for part in item.parts if part.set_aside in set_aside):,}"

    return Line(
        counted=_named(item.of, "", record.policy),
        rows=f"{record.counts.rows:,}",
        no_label=f"{sum(part.unlabelled for part in item.parts):,}",
        not_asked="0",
        not_recorded=used("not_recorded"),
        too_few=used("too_few"),
        judged=used(None),
    )


def _line(item: Measurement | Unmeasured | Estimate, record: AuditRecord) -> Line:
    if isinstance(item, Estimate):
        return _of_estimate(item, record)
    rows, name = f"{record.counts.rows:,}", _named(item.of, item.subject.among, record.policy)
    if isinstance(item, Unmeasured):
        return Line(name, rows, instead=f"None judged: {ended(shortened(item.detail, LONGEST_COUNTED))}")
    parts = item.parts
    missing = sum(part.denominator for part in parts if part.set_aside == "not_recorded")
    few = sum(part.denominator for part in parts if part.set_aside in {"too_few", "excluded"})
    return Line(
        counted=name,
        rows=rows,
        no_label=f"{sum(part.unlabelled for part in parts):,}",
        not_asked=f"{sum(part.cases - part.unlabelled - part.denominator for part in parts):,}",
        not_recorded=f"{missing:,}",
        too_few=f"{few:,}",
        judged=f"{sum(part.denominator for part in parts if part.judged):,}",
    )


def _named(of: tuple[str, ...], among: str, policy: Policy) -> str:
    name = shortened(attribute_name(policy, of), LONGEST_COUNTED)
    return f"{name}, {shortened(among, LONGEST_NAME)}" if among else name
