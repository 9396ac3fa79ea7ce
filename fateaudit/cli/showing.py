"""A record as terminal text: reasons first, the result last, then the next command."""

import os
import sys

import typer

from fateaudit.evidence import Evidence, Measurement, Part, Score
from fateaudit.policy import (
    FEATURE_WORDS,
    OVERALL_WORDS,
    VERDICT_WORDS,
    Answer,
    Finding,
    MetricCheck,
    Overall,
    Policy,
    Principle,
    Verdict,
)
from fateaudit.policy.wording import attribute_name, group_name, limit_in_words, units
from fateaudit.record import AuditRecord, unsigned_standing


def show_record(record: AuditRecord) -> None:
    """Print what was found, check by check, and the opinion."""
    policy = record.policy
    typer.echo(f"{policy.system.name}: {record.counts.rows:,} {units(policy)} tested.\n")
    by_id = {finding.check: finding for finding in record.findings}
    evidence = {item.id: item for item in record.evidence}
    for check in policy.checks:
        _show_check(check, by_id[check.id], evidence, record)
    typer.echo("")
    show_opinion(record)


def _show_check(check: MetricCheck, finding: Finding, evidence: dict[str, Evidence], record: AuditRecord) -> None:
    verdict = VERDICT_WORDS[finding.verdict]
    shown = strong(verdict) if finding.verdict is Verdict.NOT_MET else verdict
    typer.echo(f"{check.id}  {shown}: {check.metric}, {limit_in_words(check.limit)} ({check.severity})")
    for answer in finding.answers:
        _show_answer(answer, evidence[answer.evidence], record)


def _show_answer(answer: Answer, item: Evidence, record: AuditRecord) -> None:
    policy = record.policy
    name = item.subject.title if isinstance(item, Score) else attribute_name(policy, answer.of)
    if answer.verdict is Verdict.MET:
        typer.echo(f"      {name}: met. {_capital(answer.because)}.")
        return
    typer.echo(f"      {name}: {VERDICT_WORDS[answer.verdict]}. {_capital(answer.because)}.")
    if isinstance(item, Score):
        typer.echo(f"        {item.sentence}")
    if isinstance(item, Measurement):
        typer.echo(f"        {item.sentence}")
        left_out = [part for part in item.parts if not part.judged]
        if left_out:
            groups = ", ".join(
                f"{group_name(policy, item.of, part.group)} ({_left_out(part, policy)})" for part in left_out
            )
            typer.echo(f"        Not judged: {groups}.")


def _left_out(part: Part, policy: Policy) -> str:
    """Return why a group was not judged: "28 to count, fewer than 30"."""
    if part.set_aside == "not_recorded":
        return f"{part.cases:,}"
    return f"{part.denominator:,} to count, fewer than {policy.statistics.min_group_size}"


def show_opinion(record: AuditRecord) -> None:
    """Print the result, each feature, and what the paper is worth."""
    opinion = record.opinion.policy
    not_a_pass = " This is not a pass." if opinion.overall is Overall.NO_OPINION else ""
    features = ". ".join(
        f"{principle.value.capitalize()}: {FEATURE_WORDS[opinion.features[principle].result]}"
        for principle in Principle
    )
    typer.echo(f"{strong(f'RESULT: {OVERALL_WORDS[opinion.overall]}.{not_a_pass}')} {_capital(opinion.because)}.")
    typer.echo(f"{features}.")
    typer.echo(f"STANDING: {'. '.join(unsigned_standing(record))}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def strong(text: str) -> str:
    """Return `text` in bold where a terminal shows it and nobody asked for plain text."""
    is_plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if is_plain else typer.style(text, bold=True)


def note(text: str) -> None:
    """Say something to the person, not to the pipe."""
    typer.echo(text, err=True)
