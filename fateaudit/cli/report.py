"""Render the report of an audit.json again, without model or data."""

from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.folder import write_report
from fateaudit.cli.keygen import NOW
from fateaudit.cli.showing import note, shown
from fateaudit.record import AuditRecord, Clock, refuse_other_conclusions
from fateaudit.report import standing_in_words, unsigned
from fateaudit.standing import RECORD
from fateaudit.verification import REPORT, examine


def command(
    audit: Path = typer.Argument(Path(RECORD), metavar="[AUDIT]", help="The record to report."),
    *,
    out: Path | None = typer.Option(
        None, "--out", metavar="FILE", help="Where to write; default: report.pdf beside the record."
    ),
    now: str | None = NOW,
) -> None:
    """Read the record and its signatures, check that its findings follow from its evidence, and write the report."""
    audit = audit / RECORD if (audit / RECORD).is_file() else audit
    content = read(audit, what="the record", hint="give the path of an audit.json")
    record = AuditRecord.from_bytes(content, name=audit.name)
    refuse_other_conclusions(record, audit.name)
    # Signatures are on audit.json; a copy of another name has none.
    judgement = examine(audit.parent, now=Clock.from_text(now).now) if audit.name == RECORD else unsigned(record)
    target = out or audit.parent / REPORT
    write_report(record, content, audit.parent, target, judgement)
    for cause in judgement.causes:
        note(f"note: {cause.sentence}")
    typer.echo(f"Report  {shown(target)}")
    typer.echo(f"STANDING: {'. '.join(standing_in_words(judgement))}")
