"""Findings and choices: a block for every limit of weight that is not met or could not be judged.

Facts first, then the limits and the reasons their owner gave, then what can be done. Nothing is chosen here.
"""

from collections import Counter
from dataclasses import dataclass

from fateaudit.evidence import Estimate, Figures, Measurement, Score
from fateaudit.policy import Finding, Policy, Principle, Severity, Verdict, stops
from fateaudit.policy.wording import capitalised, count_of, group_name, limit_in_words, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report import estimates, scores
from fateaudit.report.context import rows_to_gather, whose_group_to_find
from fateaudit.report.entries import Entry
from fateaudit.report.facts import MANY, SAW, SURE, facts
from fateaudit.report.frequencies import frequency_of, is_adverse
from fateaudit.report.limits import limit_at_length, limit_in_short
from fateaudit.report.matters import WORST_FIRST, Matter, denominator, exceptions, is_exception
from fateaudit.report.observations import LONGEST_NAME, Observation, compared, observations, titled
from fateaudit.report.shapes import READ_AS, VERDICT_SHAPES, WEIGHTS
from fateaudit.report.text import ended, shortened

LIMITS, WHY = "The limits", "Why it matters"
LONGEST_HEADING = 140


@dataclass(frozen=True, slots=True)
class Block:
    """One matter: what is known, what was promised, and what can be done."""

    heading: str
    word: str
    shape: str
    checks: str
    facts: tuple[Entry, ...]
    judged: tuple[Entry, ...]
    """The limits with their verdicts, and the reasons that their owner gave."""
    choices: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Lesser:
    """One result that does not decide."""

    check: str
    measured: str
    word: str
    shape: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that section 3 says."""

    lede: tuple[str, ...]
    blocks: tuple[Block, ...]
    lesser: tuple[Lesser, ...]
    is_demonstration: bool


def choices(record: AuditRecord) -> Choices:
    """Return a block for every matter that is not met or could not be judged, worst first, then what weighs less."""
    told = exceptions(record)
    per = denominator(told)
    reasons = _reasons(told)
    blocks = tuple(_block(matter, why, record, per) for matter, why in zip(told, reasons, strict=True))
    answers = _answers(record)
    return Choices(
        lede=_lede(record, told, answers),
        blocks=(*blocks, *([answers] if answers else [])),
        lesser=_lesser(record),
        is_demonstration=record.demonstration,
    )


def _lede(record: AuditRecord, told: tuple[Matter, ...], answers: Block | None) -> tuple[str, ...]:
    """Return how many results the section is about, so that a reader can count that none is missing."""
    results = sum(is_exception(one) for matter in told for one in matter)
    if not told and not answers:
        none = "Every limit of weight is met, as far as these records show." if _weighty(record) else _NOTHING
        return (none, "That is no reason to use the model. Whether to use it is still to be decided.")
    said = []
    if told:
        are = "is" if results == 1 else "are"
        said.append(f"{count_of(results, 'result')} of weight {are} not met or could not be judged.")
        said.append("A limit has one for each way in which it compares.")
        said.append(f"Results about one fact stand together: {count_of(len(told), 'block')}.")
    if answers:
        said.append(f"{'One more block' if told else 'One block'} is about what people answered.")
    return (*said, *_HOW_TO_READ)


_NOTHING = "No limit of weight was set: nothing decides."
_HOW_TO_READ = (
    "Each block has facts first. Then come the limits, the reasons that their owner gave, and the choices.",
    "“How sure” is about chance. It does not cover wrong data.",
)


def _weighty(record: AuditRecord) -> bool:
    return any(finding.severity.is_material for finding in record.findings)


def _reasons(told: tuple[Matter, ...]) -> list[str]:
    """Return for each matter why its limits matter, in the owner's words; what was said before is pointed to."""
    said: set[str] = set()
    reasons = []
    for matter in told:
        checks = {one.check.id: one.check for one in matter}
        before = [name for name in checks if name in said]
        here = [f"{name}: {ended(check.why)}" for name, check in checks.items() if name not in said]
        reasons.append(" ".join([*here, *([f"{listed(before)}: as said above."] if before else [])]))
        said |= checks.keys()
    return reasons


def _block(matter: Matter, why: str, record: AuditRecord, per: int) -> Block:
    first, policy = matter[0], record.policy
    return Block(
        heading=titled(first, policy, LONGEST_HEADING),
        word=capitalised(READ_AS[first.ruling.verdict]),
        shape=VERDICT_SHAPES[first.ruling.verdict],
        checks=", ".join(dict.fromkeys(one.check.id for one in matter)),
        facts=facts(first, record, per),
        judged=(
            Entry(LIMITS, " ".join(_limit(one, policy, per) for one in matter)),
            Entry(WHY, why),
        ),
        choices=_choices(first, policy),
    )


def _limit(one: Observation, policy: Policy, per: int) -> str:
    """Return "F-02 asks that at most 16 of every 100 are refused (1.25 times the 13). Found: 45. Not met."."""
    item, word = one.evidence, f"{capitalised(READ_AS[one.ruling.verdict])}."
    if isinstance(item, Measurement) and compared(one):
        short = limit_in_short(one, per)
        rest = limit_at_length(one, per).removeprefix(short)
        found = frequency_of(compared(one)[0], item, policy, per).count
        counted = shortened(item.subject.counted, LONGEST_HEADING)
        told = f"{one.check.id} asks that {short} of every {per:,} {counted}{rest}. Found: {found}. {word}"
        return f"{told}{_also_beyond(one, policy)}"
    return f"{one.check.id} asks for {limit_in_words(one.check.limit)}.{_found(item)} {word}"


def _found(item: Figures) -> str:
    """Return the figure of what counts no rows of groups as a rate; nothing where there is none."""
    match item:
        case Score():
            return f" Found: {scores.value(item)}."
        case Estimate():
            return f" Found: {estimates.value(item)}."
        case _:
            return ""


def _also_beyond(one: Observation, policy: Policy) -> str:
    """Return how many other groups are beyond the same limit, where it is not met."""
    shown = {part.group for part in compared(one)}
    others = [group_name(policy, one.of, group) for group in one.ruling.groups if group not in shown]
    if one.ruling.verdict is not Verdict.NOT_MET or not others:
        return ""
    more = f" and {count_of(len(others) - 1, 'more group')}" if len(others) > 1 else ""
    return f" Beyond it too: {shortened(others[0], LONGEST_NAME)}{more}."


def _choices(one: Observation, policy: Policy) -> tuple[Entry, ...]:
    """Return the four ways on: mend it, use it less, accept it for a time, refuse."""
    is_open = one.ruling.verdict is Verdict.CANNOT_TELL
    accepted = "Accept that this is not known" if is_open else "Accept this"
    return (
        Entry("Fix", _fix(one, policy)),
        Entry("Limit the use", _limited(one, policy)),
        Entry("Accept until a date", f"{accepted}, in writing, for a named use. Say why."),
        Entry("Refuse", "Do not use the model."),
    )


def _fix(one: Observation, policy: Policy) -> str:
    every = units(policy)
    if one.is_about_the_model:
        if one.check.metric == scores.BY_PAPERS:
            return "Have its makers write down what is missing. Test again."
        return "Have its makers mend it, or give what could not be seen. Test again."
    if one.ruling.verdict is Verdict.NOT_MET:
        return f"Have the model or its threshold changed. Test again on other {every}."
    if unknown := whose_group_to_find(one):
        return f"Find out who the {unknown:,} are whose group is not recorded. Test again."
    wanted = rows_to_gather(one, policy) or f"more {every}{_of_the_smaller(one, policy)}"
    return f"Gather {wanted}. Test again."


def _of_the_smaller(one: Observation, policy: Policy) -> str:
    """Return of whom more rows would say most: of those who were too few, or of the smaller of the groups compared."""
    item = one.evidence
    if not isinstance(item, Measurement) or not item.of:
        return ""
    missed = [part for part in item.parts if part.set_aside == "too_few" and part.group in one.ruling.groups]
    least = min(missed or compared(one), key=lambda part: part.denominator)
    return f", above all of {shortened(group_name(policy, item.of, least.group), LONGEST_NAME)}"


def _limited(one: Observation, policy: Policy) -> str:
    if one.check.principle is Principle.EXPLAINABILITY and one.check.metric not in scores.ABOUT_DECISIONS:
        return "Do not show the model's reasons to anybody who acts on them."
    if one.is_about_the_model:
        return "Name the uses that do not depend on this. Allow only those."
    worse = _worse_off(one, policy)
    if not worse:
        return "Let a person decide first, without seeing the output. Compare afterwards."
    return f"Do not let it count for {worse}. Say who decides, and how."


def _worse_off(one: Observation, policy: Policy) -> str:
    """Return which of the groups that are compared fares worse; nobody where everyone is counted together."""
    item, parts = one.evidence, compared(one)
    if not isinstance(item, Measurement) or not item.of or not parts:
        return ""
    by_rate = sorted(parts, key=lambda part: part.rate or 0.0)
    worse = by_rate[-1] if is_adverse(item.subject.counted, policy) else by_rate[0]
    return shortened(group_name(policy, item.of, worse.group), LONGEST_NAME)


def _answers(record: AuditRecord) -> Block | None:
    """Return one block for everything of weight that people answered; each answer stands under Accountability."""
    check, sheet = record.policy.checklist_check, record.questionnaire
    found = [one for one in _of_people(record) if one.severity.is_material and one.verdict is not Verdict.MET]
    if check is None or sheet is None or not found:
        return None
    worst = min((one.verdict for one in found), key=WORST_FIRST.index)
    confirmed = sum(one.confirmed for one in record.answers)
    return Block(
        heading="What people answered",
        word=capitalised(READ_AS[worst]),
        shape=VERDICT_SHAPES[worst],
        checks=check.id,
        facts=(
            Entry(
                SAW, f"{count_of(len(sheet.asked), 'question')} were asked. Every answer stands in “Accountability”."
            ),
            Entry(MANY, _how_many(found, check.id, len(stops(record.answers)))),
            Entry(
                SURE,
                f"These are things that people said. We did not measure them. Somebody else looked at {confirmed} "
                f"of the {len(record.answers)} answers and confirmed them.",
            ),
        ),
        judged=(
            Entry(
                LIMITS, "Each question of weight needs a yes that somebody else confirmed. The signatures must hold."
            ),
            Entry(WHY, f"{check.id}: {ended(check.why)}"),
        ),
        choices=(
            Entry("Fix", "Do what was answered no. Find out what nobody knew. Answer again."),
            Entry("Limit the use", "Name the uses that no open answer is about. Allow only those."),
            Entry("Accept until a date", "Accept named answers, in writing. Say why for each."),
            Entry("Refuse", "Do not use the model."),
        ),
    )


def _how_many(found: list[Finding], check: str, ended_by: int) -> str:
    """Return how many answers, the signatures on them counted as one, are not met or could not be judged."""
    verdicts, weights = Counter(one.verdict for one in found), Counter(one.severity for one in found)
    counts = [f"{verdicts[verdict]} {READ_AS[verdict]}" for verdict in WORST_FIRST[:2] if verdicts[verdict]]
    by_weight = [f"{weights[one]:,} {WEIGHTS[one]}" for one in Severity if weights[one]]
    stopping = [f"A stop question was answered no ({ended_by}): this ends the matter."] if ended_by else []
    signed = ["The signatures on the answers are one of them."] if check in {one.check for one in found} else []
    return " ".join([*stopping, f"Of weight: {listed(counts)}. They are {listed(by_weight)}.", *signed])


def _of_people(record: AuditRecord) -> list[Finding]:
    """Return the findings that rest on what people said: those of no metric."""
    measured = {check.id for check in record.policy.metric_checks()}
    return [finding for finding in record.findings if finding.check not in measured]


def _lesser(record: AuditRecord) -> tuple[Lesser, ...]:
    """Return every result of less weight that is not met or could not be judged; answers by their number."""
    measured = [
        Lesser(
            one.check.id,
            titled(one, record.policy, LONGEST_HEADING),
            capitalised(READ_AS[one.ruling.verdict]),
            VERDICT_SHAPES[one.ruling.verdict],
        )
        for one in observations(record)
        if is_exception(one) and not one.check.severity.is_material
    ]
    said = Counter(one.verdict for one in _of_people(record) if not one.severity.is_material)
    check = record.policy.checklist_check
    answers = [
        Lesser(check.id if check else "", count_of(said[verdict], "answer"), capitalised(READ_AS[verdict]), shape)
        for verdict, shape in VERDICT_SHAPES.items()
        if said[verdict] and verdict is not Verdict.MET
    ]
    return (*measured, *answers)
