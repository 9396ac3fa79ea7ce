"""Technical findings: one block for each check, always in the same order: words, counts, figures, rule, why, method."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, assert_never

from fateaudit.evidence import Convention, Estimate, EstimatePart, Measurement, Part, Score, Unmeasured
from fateaudit.policy import Policy, sides_to_judge
from fateaudit.policy.wording import attribute_name, capitalised, count_of, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report import estimates, scores
from fateaudit.report.checks import decimals, kind, signed
from fateaudit.report.context import beside_figures
from fateaudit.report.entries import Entry
from fateaudit.report.lanes import Lane, lanes
from fateaudit.report.methods import method, rule, words
from fateaudit.report.observations import Observation, heading_of, observations, titled
from fateaudit.report.ratio_plot import Mark, axis
from fateaudit.report.shapes import READ_AS, VERDICT_SHAPES, WEIGHTS
from fateaudit.report.text import lowered, shortened

LONGEST_ON_A_PAGE = 24
"""Rows of a block that fits on one page; a lane takes the height of two."""

LONGEST_HEADING = 140


@dataclass(frozen=True, slots=True)
class Row:
    """One group's counts."""

    name: str
    denominator: str
    numerator: str
    rate: str
    could_be: str
    compared: str


@dataclass(frozen=True, slots=True)
class Split:
    """The figures of one attribute or intersection, or why there are none."""

    name: str
    rows: tuple[Row, ...] = ()
    lanes: tuple[Lane, ...] = ()
    more: str = ""
    unmeasured: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One block."""

    check: str
    heading: str
    word: str
    shape: str
    weight: str
    words: str
    formal: str
    columns: tuple[str, str, str]
    splits: tuple[Split, ...]
    axis: tuple[Mark, ...]
    entries: tuple[Entry, ...]
    score: tuple[tuple[str, str], ...] = ()
    """Of a number about the whole model: the value and what it must be read beside, each with its heading."""
    found: str = "Of 100"
    """The heading over the groups' figures."""

    @property
    def is_long(self) -> bool:
        """Whether the block is longer than a page."""
        return sum(len(split.rows) + 2 * len(split.lanes) for split in self.splits) > LONGEST_ON_A_PAGE

    @property
    def has_counts(self) -> bool:
        """Whether anything was measured."""
        return any(split.rows for split in self.splits)


def findings(record: AuditRecord) -> tuple[Finding, ...]:
    """Return one block for each check, in the order of the policy."""
    by_check = groupby(observations(record), key=lambda one: one.check.id)
    return tuple(_finding(record, tuple(group)) for _, group in by_check)


def _finding(record: AuditRecord, ones: tuple[Observation, ...]) -> Finding:
    if scored := [one.evidence for one in ones if isinstance(one.evidence, Score)]:
        whole = _of_the_model(record, ones[0], scored[0])
        return _of_attributes(whole, ones, record) if ones[0].of else whole
    check, policy = ones[0].check, record.policy
    verdict = next(finding.verdict for finding in record.findings if finding.check == check.id)
    if estimated := [one.evidence for one in ones if isinstance(one.evidence, Estimate)]:
        return _of_estimates(record, ones, estimated)
    items = [one.evidence for one in ones if isinstance(one.evidence, Measurement)]
    first = items[0] if items else None
    convention = ones[0].evidence.convention
    limits = tuple((side, float(limit)) for side, limit in sides_to_judge(check, convention))
    return Finding(
        check=check.id,
        heading=shortened(_heading(ones, policy), LONGEST_HEADING),
        word=capitalised(READ_AS[verdict]),
        shape=VERDICT_SHAPES[verdict],
        weight=WEIGHTS[check.severity],
        words=words(first, policy) if first else "Nothing could be measured.",
        formal=ones[0].evidence.subject.formal,
        columns=_columns(first, policy) if first else ("", "", ""),
        splits=tuple(split for one in ones for split in (_split(one, policy), *_by_weight(one, policy))),
        axis=axis(limits) if first and kind(check.metric) == "ratio" else (),
        entries=(
            Entry("Rule", rule(check, convention, policy)),
            Entry("Why this limit", check.why),
            Entry("Method", method(items, policy)),
            *_both_ways(ones),
            *beside_figures(ones, policy),
        ),
    )


def _heading(ones: tuple[Observation, ...], policy: Policy) -> str:
    if not ones[0].of:
        return titled(ones[0], policy, LONGEST_HEADING)
    across = [" × ".join(lowered(attribute_name(policy, (name,))) for name in one.of) for one in ones]
    return f"{ones[0].title}, by {listed(across)}"


def _of_the_model(record: AuditRecord, one: Observation, score: Score) -> Finding:
    """Return the block of a number about the whole model, for which no groups are compared."""
    check, verdict = one.check, one.ruling.verdict
    return Finding(
        check=check.id,
        heading=titled(one, record.policy, LONGEST_HEADING),
        word=capitalised(READ_AS[verdict]),
        shape=VERDICT_SHAPES[verdict],
        weight=WEIGHTS[check.severity],
        words=scores.told(score),
        formal=score.subject.formal,
        columns=("", "", ""),
        splits=(),
        axis=(),
        entries=(
            Entry("Rule", scores.rule(check, score, record.policy)),
            Entry("Why this limit", check.why),
            scores.method(score),
        ),
        score=scores.figures(score),
    )


def _of_attributes(block: Finding, ones: tuple[Observation, ...], record: AuditRecord) -> Finding:
    """Return the block of a number about the model that each attribute has one of."""
    verdict = next(finding.verdict for finding in record.findings if finding.check == ones[0].check.id)
    told = [Entry(attribute_name(record.policy, one.of), scores.told_of(one)) for one in ones]
    return replace(
        block,
        heading=shortened(_heading(ones, record.policy), LONGEST_HEADING),
        word=capitalised(READ_AS[verdict]),
        shape=VERDICT_SHAPES[verdict],
        words="One attribute at a time.",
        entries=(*told, *block.entries),
        score=(),
    )


def _of_estimates(record: AuditRecord, ones: tuple[Observation, ...], items: list[Estimate]) -> Finding:
    """Return the block of a number that is no rate: what each group adds to it, and the range that decides."""
    check, policy, first = ones[0].check, record.policy, items[0]
    verdict = next(finding.verdict for finding in record.findings if finding.check == check.id)
    limits = tuple((side, float(limit)) for side, limit in sides_to_judge(check, first.convention))
    rates = list(dict.fromkeys(name for part in first.parts for name in part.components))
    return Finding(
        check=check.id,
        heading=shortened(_heading(ones, policy), LONGEST_HEADING),
        word=capitalised(READ_AS[verdict]),
        shape=VERDICT_SHAPES[verdict],
        weight=WEIGHTS[check.severity],
        words=f"This is {first.subject.counted}.",
        formal=first.subject.formal,
        columns=(f"{capitalised(units(policy))} used", capitalised(rates[0]) if rates else "Standard error", "Judged"),
        splits=tuple(_split(one, policy) for one in ones),
        axis=axis(limits) if kind(check.metric) == "ratio" else (),
        entries=(
            Entry("Rule", estimates.rule(check, first.convention, policy)),
            Entry("Why this limit", check.why),
            Entry("Method", estimates.method(items, policy)),
            *([Entry("Calibration error", errors)] if (errors := estimates.calibration_errors(items, policy)) else []),
        ),
        found=capitalised(rates[-1]) if rates else "Found",
    )


def _columns(item: Measurement, policy: Policy) -> tuple[str, str, str]:
    """Return the headings over denominator, numerator and comparison."""
    among = f", {item.subject.among}" if item.subject.among else ""
    counted = capitalised(item.subject.counted.removeprefix("are ").removeprefix("get "))
    return f"{capitalised(units(policy))}{among}", counted, capitalised(kind(item.metric).replace("rate", "judged"))


def _split(one: Observation, policy: Policy) -> Split:
    name = "The model" if one.is_about_the_model else attribute_name(policy, one.of)
    match one.evidence:
        case Unmeasured() as item:
            return Split(name, unmeasured=f"not measured: {item.detail} ({item.reason.value.replace('_', ' ')})")
        case Score():
            return Split(name)
        case Measurement() as item:
            return _measured(one, item, name, policy)
        case Estimate() as item:
            shown, _ = lanes(one, policy)
            return Split(name, tuple(_estimated(part, item, policy) for part in _in_order(item, policy)), shown)
        case _ as item:
            assert_never(item)


def _measured(one: Observation, item: Measurement, name: str, policy: Policy) -> Split:
    shown, more = lanes(one, policy)
    return Split(
        name=name,
        rows=tuple(_row(part, item, policy) for part in _in_order(item, policy)),
        lanes=shown,
        more=f"{name}: {count_of(more, 'more group')} in the table alone; none of them is farther beyond the limit."
        if more
        else "",
    )


def _both_ways(ones: tuple[Observation, ...]) -> list[Entry]:
    """Return what was found with weights and without, where rows have weights."""
    weighted = [one for one in ones if isinstance(one.evidence, Measurement) and one.evidence.weighted is not None]
    return [Entry("By row and by weight", f"{capitalised(one.ruling.because)}.") for one in weighted]


def _by_weight(one: Observation, policy: Policy) -> tuple[Split, ...]:
    """Return the same groups with every row counted by its weight, where rows have weights."""
    item = one.evidence.by_weight() if isinstance(one.evidence, Measurement) else None
    if item is None:
        return ()
    rows = [_row(part, item, policy) for part in _in_order(item, policy)]
    name = f"{attribute_name(policy, one.of)}, by weight"
    return (Split(name, tuple(replace(row, name=f"{row.name}, by weight") for row in rows)),)


def _estimated(part: EstimatePart, item: Estimate, policy: Policy) -> Row:
    """Return one group's number with its standard error, or the two rates that are compared."""
    rates = [f"{100 * rate:.1f}" for rate in part.components.values()]
    error = "none" if part.standard_error is None else f"{part.standard_error:.4f}"
    number = "none" if part.estimate is None else estimates.beside(part.estimate, item)
    ranged = "" if part.interval is None else " to ".join(estimates.beside(end, item) for end in part.interval)
    return Row(
        name=heading_of(policy, item.of, part.group),
        denominator=f"{part.rows:,}",
        numerator=rates[0] if rates else error,
        rate=rates[-1] if rates else number,
        could_be=ranged or "not given",
        compared=part.set_aside.replace("_", " ") if part.set_aside else _held(part, item),
    )


def _held(part: EstimatePart, item: Estimate) -> str:
    if part.group == item.reference:
        return "held against"
    return "yes" if part.value is None else estimates.beside(part.value, item)


def _in_order(item: Measurement | Estimate, policy: Policy) -> list[Any]:
    """Return the groups in the policy's order, those that are not judged last."""
    attributes = [policy.attribute(name) for name in item.of]

    def order(part: Part | EstimatePart) -> tuple[bool, list[tuple[int, str]]]:
        values = zip(attributes, part.group, strict=True)
        return part.set_aside == "not_recorded", [one.order(value) for one, value in values]

    return sorted(item.parts, key=order)


def _row(part: Part, item: Measurement, policy: Policy) -> Row:
    interval = part.rate_interval
    return Row(
        name=heading_of(policy, item.of, part.group),
        denominator=f"{part.denominator:,}",
        numerator=f"{part.numerator:,}",
        rate="none" if part.rate is None else f"{100 * part.rate:.1f}",
        could_be="anything" if interval is None else " to ".join(f"{100 * end:.1f}" for end in interval),
        compared=_compared(part, item),
    )


def _compared(part: Part, item: Measurement) -> str:
    if part.set_aside is not None:
        return part.set_aside.replace("_", " ")
    if part.group == item.reference:
        return "held against"
    if item.convention is Convention.ABSOLUTE:
        return "yes"
    if part.value is None:
        return "0 to 0"
    if kind(item.metric) == "ratio":
        return decimals(part.value)
    return signed(100 * part.value, is_signed=item.convention is Convention.TO_REFERENCE)
