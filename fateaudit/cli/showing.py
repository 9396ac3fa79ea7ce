"""A record as terminal text: reasons first, the result last, then the next command."""

import os
import sys
from collections import Counter
from pathlib import Path

import typer

from fateaudit.errors import printable
from fateaudit.evidence import Estimate, EstimatePart, Figures, Measurement, Part, Score
from fateaudit.policy import (
    FEATURE_WORDS,
    OVERALL_WORDS,
    VERDICT_WORDS,
    ChecklistCheck,
    Finding,
    MetricCheck,
    Opinion,
    Overall,
    Policy,
    Principle,
    Ruling,
    Severity,
    Verdict,
)
from fateaudit.policy.caps import EVERY, Best
from fateaudit.policy.wording import (
    attribute_name,
    capitalised,
    group_name,
    limit_in_words,
    listed,
    started,
    units,
)
from fateaudit.record import AuditRecord
from fateaudit.report import standing_in_words, unsigned
from fateaudit.report.beside import how_loose
from fateaudit.report.estimates import calibration_errors
from fateaudit.report.same_as_recorded import same_as_recorded
from fateaudit.standing import Judgement


def show_record(record: AuditRecord, judgement: Judgement | None = None) -> None:
    """Print what was found, check by check, and the opinion; without a judgement the record counts as unsigned."""
    policy = record.policy
    typer.echo(f"{policy.system.name}: {record.counts.rows:,} {units(policy)} tested.\n")
    by_id = {finding.check: finding for finding in record.findings}
    evidence = {item.id: item for item in record.figures}
    for check in policy.checks:
        if isinstance(check, ChecklistCheck):
            _show_checklist(check, record)
        else:
            _show_check(check, by_id[check.id], evidence, record)
    for sentence in same_as_recorded(record):
        typer.echo(f"\n{sentence}")
    typer.echo("")
    show_opinion(record, judgement or unsigned(record))


def _show_check(check: MetricCheck, finding: Finding, evidence: dict[str, Figures], record: AuditRecord) -> None:
    verdict = VERDICT_WORDS[finding.verdict]
    shown = strong(verdict) if finding.verdict is Verdict.NOT_MET else verdict
    typer.echo(f"{check.id}  {shown}: {check.metric}, {limit_in_words(check.limit)} ({check.severity})")
    for ruling in finding.rulings:
        _show_ruling(ruling, evidence[ruling.evidence], record)


def _show_checklist(check: ChecklistCheck, record: AuditRecord) -> None:
    """Print what the signatures are worth, how many answers have which verdict, and the questions that weigh most."""
    answers = {item.id: item for item in record.answers}
    (signed,) = (finding for finding in record.findings if finding.check == check.id)
    judged = [finding for finding in record.findings if finding.check in answers]
    verdicts = Counter(finding.verdict for finding in judged)
    typer.echo(f"{check.id}  {check.checklist}: {len(answers)} questions ({check.severity})")
    typer.echo(f"      Signatures on the answers: {VERDICT_WORDS[signed.verdict]}. {started(signed.because)}.")
    counts = [f"{verdicts[verdict]} {VERDICT_WORDS[verdict]}" for verdict in Verdict if verdicts[verdict]]
    typer.echo(f"      Answers: {', '.join(counts)}.")
    for finding in judged:
        if finding.severity is Severity.BLOCKER and finding.verdict is not Verdict.MET:
            one = answers[finding.check]
            typer.echo(f"      {one.item}  {VERDICT_WORDS[finding.verdict]}: {one.question}")
            typer.echo(f"        {one.detail}")


def _show_ruling(ruling: Ruling, item: Figures, record: AuditRecord) -> None:
    policy = record.policy
    name = item.subject.title if isinstance(item, Score) and not ruling.of else attribute_name(policy, ruling.of)
    if ruling.verdict is Verdict.MET:
        typer.echo(f"      {name}: met. {capitalised(ruling.because)}.")
        return
    typer.echo(f"      {name}: {VERDICT_WORDS[ruling.verdict]}. {capitalised(ruling.because)}.")
    if isinstance(item, Score | Measurement | Estimate):
        typer.echo(f"        {item.sentence}")
    if isinstance(item, Estimate) and (errors := calibration_errors([item], policy)):
        typer.echo(f"        Calibration error. {errors}")
    if isinstance(item, Measurement | Estimate):
        left_out = [part for part in item.parts if not part.judged]
        if left_out:
            groups = ", ".join(
                f"{group_name(policy, item.of, part.group)} ({_left_out(part, policy)})" for part in left_out
            )
            typer.echo(f"        Not judged: {groups}.")


def _left_out(part: Part | EstimatePart, policy: Policy) -> str:
    """Return why a group was not judged: "28 to count, fewer than 30"."""
    if part.set_aside == "not_recorded":
        return f"{part.cases:,}"
    if part.set_aside == "excluded":
        return f"{part.cases:,}, set aside by the policy"
    if isinstance(part, EstimatePart):
        return f"{part.rows:,} to use, too few"
    return f"{part.denominator:,} to count, fewer than {policy.statistics.min_group_size}"


def show_opinion(record: AuditRecord, judgement: Judgement) -> None:
    """Print the result, each feature, and what the paper is worth."""
    opinion = record.opinion.policy
    not_a_pass = " This is not a pass." if opinion.overall is Overall.NO_OPINION else ""
    features = ". ".join(
        f"{principle.value.capitalize()}: {FEATURE_WORDS[opinion.features[principle].result]}"
        for principle in Principle
    )
    typer.echo(f"{strong(f'RESULT: {OVERALL_WORDS[opinion.overall]}.{not_a_pass}')} {capitalised(opinion.because)}.")
    typer.echo(f"{features}.")
    _show_what_keeps_it(opinion)
    _show_reference(record)
    typer.echo(f"{record.ledger.sentence} {record.ledger.fixed_sentence}")
    typer.echo(f"STANDING: {'. '.join(standing_in_words(judgement))}")


def _show_what_keeps_it(opinion: Opinion) -> None:
    """Print the caps and what the policy does not ask: why the result is not better, whatever the figures."""
    for cap in opinion.caps:
        features = "every feature" if cap.features == EVERY else listed([one.value for one in cap.features])
        typer.echo(f"Not better than {_BEST[cap.best]} ({features}): {cap.sentence}")
    for principle, missing in opinion.missing.items():
        typer.echo(f"Not asked, so no opinion ({principle.value}): {'; '.join(missing)}.")


_BEST = {Best.IN_PART: "in part", Best.NO_OPINION: "no opinion"}


def _show_reference(record: AuditRecord) -> None:
    """Print what the same evidence comes to under limits that no policy can change."""
    beside = record.opinion.reference
    if beside is None:
        return
    is_worse = record.opinion.reference_is_worse
    worse = " This is worse than the result." if is_worse else ""
    not_a_pass = " This is not a pass." if beside.opinion.overall is Overall.NO_OPINION else ""
    said = f"REFERENCE ({beside.profile}): {OVERALL_WORDS[beside.opinion.overall]}.{not_a_pass}{worse}"
    loose = how_loose(record).replace(" (page 2)", "")
    typer.echo(f"{strong(said) if is_worse else said} {loose} A common yardstick, not law.")


def strong(text: str) -> str:
    """Return `text` in bold where a terminal shows it and nobody asked for plain text."""
    is_plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if is_plain else typer.style(text, bold=True)


def note(text: str) -> None:
    """Say something to the person, not to the pipe."""
    typer.echo(text, err=True)


def shown(path: Path) -> str:
    """Return a path as it may be printed: a folder's name may hold what acts on a terminal, or hides."""
    return printable(str(path))
