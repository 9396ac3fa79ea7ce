"""What was found, in words for page 1: a matter at length, or an answer on a line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.evidence import Estimate, Measurement, Score
from fateaudit.policy import Policy, Verdict
from fateaudit.policy.wording import attribute_name, capitalised, group_name, limit_in_words, listed
from fateaudit.record import AuditRecord
from fateaudit.report import estimates, scores
from fateaudit.report.frequencies import Frequency, frequency_of, opposite
from fateaudit.report.in_the_records import in_the_records
from fateaudit.report.limits import limit_at_length, limit_in_short, why_untold
from fateaudit.report.matters import WORST_FIRST, Matter, matters
from fateaudit.report.observations import LONGEST_NAME, Observation, compared, observations, titled
from fateaudit.report.shapes import READ_AS, VERDICT_SHAPES
from fateaudit.report.text import ended, lowered, shortened

FEW_MET = 2
"""So many limits that are met are named; more are counted."""

NOT_A_PASS = "This is not a pass."  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True)
class Concern:
    """One matter at length."""

    shape: str
    heading: str
    checks: str
    told: str
    """Each group, with its range; a picture says the same."""
    limits: str = ""
    """Each limit; before one on the other side of the outcome, that side."""
    records: str = ""
    """The same groups in the records, where those are decisions that were taken."""
    figures: tuple[Frequency, ...] = ()
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer on a line of a table, under a heading that says the verdict and what is counted."""

    heading: str
    shape: str
    by: str
    group: str
    against: str
    limit: str
    sentence: str = ""
    """What is said instead of group, comparison and limit, of the model as a whole."""
    number: int = 0
    """Its place among everything that page 1 lists."""


def concern(matter: Matter, record: AuditRecord, per: int) -> Concern:
    """Return a matter at length, with every number out of `per`."""
    first, policy = matter[0], record.policy
    item, verdict = first.evidence, first.ruling.verdict
    heading = f"{titled(first, policy)}: {READ_AS[verdict]}"
    checks = ", ".join(dict.fromkeys(one.check.id for one in matter))
    if isinstance(item, Score):
        return Concern(VERDICT_SHAPES[verdict], heading, checks, _of_the_model(first, item))
    if isinstance(item, Estimate):
        told = estimates.told_with_limit(item, first.check, policy)
        is_told = verdict is not Verdict.CANNOT_TELL
        said = told if is_told else f"{told} It could not be judged: {why_untold(first, policy)}. {NOT_A_PASS}"
        return Concern(VERDICT_SHAPES[verdict], heading, checks, said)
    if not isinstance(item, Measurement) or not compared(first):
        told = f"Not measured ({why_untold(first, policy)}). {NOT_A_PASS}"
        return Concern(VERDICT_SHAPES[verdict], heading, checks, told)
    figures = tuple(frequency_of(part, item, policy, per) for part in compared(first))
    counted = item.subject.counted
    head = f"Of every {per:,} {figures[0].whose}, {figures[0].told} {counted}."
    others = [f"Of {figure.short}: {figure.told}." for figure in figures[1:]]
    limits = " ".join(_limits(matter, figures, policy, per))
    return Concern(
        shape=VERDICT_SHAPES[verdict],
        heading=heading,
        checks=checks,
        told=" ".join([head, *others]),
        limits=limits,
        records=in_the_records(item, compared(first), record, per),
        figures=figures,
        counted=counted,
    )


def _of_the_model(one: Observation, score: Score) -> str:
    """Return a number about the whole model with its limit; where no verdict was possible, that it is no pass."""
    said = scores.told_with_limit(score, one.check)
    return f"{said} {NOT_A_PASS}" if one.ruling.verdict is Verdict.CANNOT_TELL else said


def _limits(matter: Matter, figures: Sequence[Frequency], policy: Policy, per: int) -> list[str]:
    """Return each limit once: two checks may have set the same. Those on the other side follow that side."""
    lead = matter[0].evidence
    assert isinstance(lead, Measurement)  # noqa: S101 - only measured matters have limits to tell
    is_same = [_counts(one) == lead.subject.counted for one in matter]
    here = dict.fromkeys(_limit(one, policy, per) for one, same in zip(matter, is_same, strict=True) if same)
    there = dict.fromkeys(_limit(one, policy, per) for one, same in zip(matter, is_same, strict=True) if not same)
    if not there:
        return list(here)
    both = listed([figure.other_told for figure in figures])
    return [*here, f"The other side: {both} {opposite(lead.subject.counted, policy)}.", *there]


def _counts(one: Observation) -> str:
    return one.evidence.subject.counted


def _limit(one: Observation, policy: Policy, per: int) -> str:
    """Return "Limit: at most 16 (1.25 times the 13); not met."."""
    verdict = one.ruling.verdict
    told = f"Limit: {limit_at_length(one, per)}; {READ_AS[verdict]}"
    match verdict:
        case Verdict.MET:
            return f"{told}."
        case Verdict.NOT_MET:
            return f"{told}{_nor_for(one, policy)}."
        case Verdict.CANNOT_TELL:
            return f"{told}: {why_untold(one, policy)}. {NOT_A_PASS}"


def _nor_for(one: Observation, policy: Policy) -> str:
    """Return which other groups are beyond the limit: ", nor for people aged 25 to 39"."""
    shown = {part.group for part in compared(one)}
    names = [group_name(policy, one.of, group) for group in one.ruling.groups if group not in shown]
    return f", nor for {listed([shortened(name, LONGEST_NAME) for name in names], 3)}" if names else ""


def line(one: Observation, record: AuditRecord, per: int) -> Line:
    """Return one answer on a line, with every number out of `per`."""
    policy, item = record.policy, one.evidence
    verdict = one.ruling.verdict
    heading = f"{capitalised(READ_AS[verdict])}: {lowered(shortened(one.title, 120))}."
    heading = f"{heading} {NOT_A_PASS}" if verdict is Verdict.CANNOT_TELL else heading
    if one.is_about_the_model:
        measured = scores.told_with_limit(item, one.check) if isinstance(item, Score) else ""
        said = measured or f"Not measured ({why_untold(one, policy)})."
        name = shortened(attribute_name(policy, one.of), LONGEST_NAME) if one.of else "The model"
        return Line(heading, VERDICT_SHAPES[verdict], name, "", "", "", said)
    parts = compared(one)
    if isinstance(item, Estimate):
        told = [f"{estimates.value(item)} ({estimates.between(item)})"]
        told += [] if item.reference is None else [estimates.of_group(item, item.reference, policy)]
    elif isinstance(item, Measurement) and parts:
        told = [
            f"{shortened(group_name(policy, item.of, part.group), LONGEST_NAME)}: "
            + frequency_of(part, item, policy, per).told.replace("could be ", "")
            for part in parts
        ]
    else:
        told = [f"not measured ({why_untold(one, policy)})"]
    return Line(
        heading=heading,
        shape=VERDICT_SHAPES[verdict],
        by=shortened(attribute_name(policy, one.of), LONGEST_NAME),
        group=told[0],
        against=told[1] if len(told) > 1 else "",
        limit=limit_in_words(one.check.limit) if isinstance(item, Estimate) else limit_in_short(one, per),
    )


def elsewhere(record: AuditRecord, *, has_exceptions: bool) -> str:
    """Return what is said of limits that are no concern: those met, and those of less weight."""
    said = []
    if not has_exceptions and matters(record):
        said.append("Every limit of weight that was set is met, as far as these records show.")
    met = [matter[0] for matter in matters(record) if matter[0].ruling.verdict is Verdict.MET]
    if met and has_exceptions:
        names = [lowered(titled(one, record.policy, 80)) for one in met]
        told = "; ".join(names) if len(names) <= FEW_MET else f"{len(names)} limits (page 2)"
        said.append(ended(f"Met, as far as these records show: {told}"))
    lesser = Counter(one.ruling.verdict for one in observations(record) if not one.check.severity.is_material)
    untold = [f"{lesser[verdict]} {READ_AS[verdict]}" for verdict in WORST_FIRST[:2] if lesser[verdict]]
    if untold:
        said.append(f"Limits of less weight (page 2): {', '.join(untold)}.")
    return " ".join(said)
