"""Everyone counted: each group with its numbers on both sides of the outcome, and who was not judged and why."""

from dataclasses import dataclass

from fateaudit.counts import NOT_RECORDED, Cell, Group, Outcome, total
from fateaudit.evidence import Measurement, Part
from fateaudit.policy import Policy
from fateaudit.policy.wording import attribute_name, capitalised, count_of, group_name, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report.frequencies import not_counted
from fateaudit.report.observations import LONGEST_NAME, heading_of
from fateaudit.report.text import lowered, shortened

MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One group."""

    name: str
    cases: str
    favourable: str
    favourable_rate: str
    favourable_range: str
    adverse: str
    adverse_rate: str
    adverse_range: str
    judged: str


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one attribute or intersection."""

    name: str
    rows: tuple[Row, ...]


def tables(record: AuditRecord) -> tuple[Table, ...]:
    """Return a table for each declared attribute and for each intersection that was declared or checked."""
    return tuple(
        Table(
            shortened(attribute_name(record.policy, of), 120),
            tuple(_row(record, of, group) for group in _groups(record, of)),
        )
        for of in _sets(record)
    )


def _sets(record: AuditRecord) -> tuple[tuple[str, ...], ...]:
    columns = record.policy.columns
    declared = [(attribute.name,) for attribute in columns.sensitive] + list(columns.intersections)
    checked = [item.of for item in record.figures if item.of]
    return tuple(dict.fromkeys(declared + checked))


def _groups(record: AuditRecord, of: tuple[str, ...]) -> list[Group]:
    """Return the groups in the policy's order, "Not recorded" last."""
    attributes = [record.policy.attribute(name) for name in of]

    def order(group: Group) -> tuple[bool, list[tuple[int, str]]]:
        return NOT_RECORDED in group, [one.order(value) for one, value in zip(attributes, group, strict=True)]

    return sorted(record.counts.by_group(of), key=order)


def _row(record: AuditRecord, of: tuple[str, ...], group: Group) -> Row:
    cells = record.counts.by_group(of)[group]
    cases, favourable = _cases(cells), total(cells, lambda cell: cell.decision is Outcome.FAVOURABLE)
    part = _with_range(record, of, group, favourable, cases)
    rest = None if part is None else not_counted(part)
    return Row(
        name=heading_of(record.policy, of, group),
        cases=f"{cases:,}",
        favourable=f"{favourable:,}",
        favourable_rate=_of_hundred(favourable, cases),
        favourable_range=_range(part),
        adverse=f"{cases - favourable:,}",
        adverse_rate=_of_hundred(cases - favourable, cases),
        adverse_range=_range(rest),
        judged=_judged(record, of, group, cases),
    )


def _cases(cells: tuple[Cell, ...]) -> int:
    return sum(cell.n for cell in cells)


def _of_hundred(numerator: int, denominator: int) -> str:
    return f"{100 * numerator / denominator:.1f}" if denominator else "none"


def _range(part: Part | None) -> str:
    if part is None or part.rate_interval is None:
        return "not computed"
    return " to ".join(f"{100 * end:.1f}" for end in part.rate_interval)


def _with_range(record: AuditRecord, of: tuple[str, ...], group: Group, favourable: int, cases: int) -> Part | None:
    """Return the group's part of any check that counted decisions over all its rows, turned to the favourable side."""
    words = record.policy.words
    for item in record.figures:
        if not isinstance(item, Measurement) or item.of != of or item.subject.among:
            continue
        part = next((part for part in item.parts if part.group == group), None)
        if part is None or part.denominator != cases:
            continue
        if item.subject.counted == f"are {words.favourable}" and part.numerator == favourable:
            return part
        if item.subject.counted == f"are {words.adverse}" and part.numerator == cases - favourable:
            return not_counted(part)
    return None


def _judged(record: AuditRecord, of: tuple[str, ...], group: Group, cases: int) -> str:
    """Return "judged", or why the group decided nothing."""
    if NOT_RECORDED in group:
        return "no: not recorded"
    if cases < record.policy.statistics.min_group_size:
        return f"no: under {record.policy.statistics.min_group_size}"
    parts = [
        part
        for item in record.figures
        if isinstance(item, Measurement) and item.of == of
        for part in item.parts
        if part.group == group
    ]
    if not any(item.of == of for item in record.figures):
        return "no limit set"
    judged = [part.judged for part in parts]
    return "judged" if judged and all(judged) else "by some limits" if any(judged) else "no: see findings"


def counted_in_short(record: AuditRecord) -> tuple[str, ...]:
    """Return who was counted, whose group is not recorded, and which groups are too small to judge, for page 1."""
    policy = record.policy
    rows = count_of(record.counts.rows, policy.columns.unit, units(policy))
    said = [f"All {rows} in the data were counted."]
    missing = [
        f"{lowered(shortened(attribute_name(policy, of), LONGEST_NAME))} in {_said(cells, policy)}"
        for of in ((attribute.name,) for attribute in policy.columns.sensitive)
        for group, cells in record.counts.by_group(of).items()
        if NOT_RECORDED in group
    ]
    if missing:
        said.append(f"Not recorded, and not judged: {listed(missing, MOST_NAMED)}.")
    else:
        names = [lowered(shortened(attribute.label, LONGEST_NAME)) for attribute in policy.columns.sensitive]
        said.append(f"{capitalised(listed(names, MOST_NAMED))} {'is' if len(names) == 1 else 'are'} recorded for each.")
    small = _small(record)
    least = policy.statistics.min_group_size
    if small:
        said.append(f"Not judged, fewer than {least}: {listed(small, MOST_NAMED)}.")
    if unseen := _unseen(record):
        said.append(f"{capitalised(count_of(unseen, 'other group'))} of that size {_is(unseen)} in no limit.")
    return tuple(said)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _said(cells: tuple[Cell, ...], policy: Policy) -> str:
    return count_of(_cases(cells), policy.columns.unit, units(policy))


def _set_aside(record: AuditRecord) -> dict[tuple[tuple[str, ...], Group], Part]:
    """Return the groups that some limit asked about and that were too small for it, with the fewest rows to count."""
    found: dict[tuple[tuple[str, ...], Group], Part] = {}
    for item in record.figures:
        for part in item.parts if isinstance(item, Measurement) else ():
            known = found.get((item.of, part.group))
            if part.set_aside == "too_few" and (known is None or part.denominator < known.denominator):
                found[item.of, part.group] = part
    return found


def _small(record: AuditRecord) -> list[str]:
    policy = record.policy
    return [
        f"{shortened(group_name(policy, of, group), LONGEST_NAME)} ({_counted(part, policy)})"
        for (of, group), part in _set_aside(record).items()
    ]


def _counted(part: Part, policy: Policy) -> str:
    """Return "6 arrests", or "28 of 72 stops" where a limit counts only some of a group's rows."""
    whole = count_of(part.cases, policy.columns.unit, units(policy))
    return whole if part.denominator == part.cases else f"{part.denominator:,} of {whole}"


def _unseen(record: AuditRecord) -> int:
    """Return how many groups are as small and are asked about by no limit."""
    least, asked = record.policy.statistics.min_group_size, _set_aside(record)
    return sum(
        NOT_RECORDED not in group and _cases(cells) < least and (of, group) not in asked
        for of in _sets(record)
        for group, cells in record.counts.by_group(of).items()
    )
