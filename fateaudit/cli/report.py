"""Render the report of an audit.json again, without model or data."""

from pathlib import Path

import typer

from fateaudit.artifacts import read, write_atomic
from fateaudit.record import AuditRecord, refuse_other_conclusions


def command(
    audit: Path = typer.Argument(Path("audit.json"), metavar="[AUDIT]", help="The record to report."),
    *,
    out: Path | None = typer.Option(
        None, "--out", metavar="FILE", help="Where to write; default: report.pdf beside the record."
    ),
) -> None:
    """Read the record, check that its findings follow from its evidence, and write the report."""
    from fateaudit.report import render  # noqa: PLC0415 - `fateaudit --help` does not need it

    content = read(audit, what="the record", hint="give the path of an audit.json")
    record = AuditRecord.from_bytes(content, name=audit.name)
    refuse_other_conclusions(record, audit.name)
    target = out or audit.parent / "report.pdf"
    write_atomic(target, render(record, content, format="pdf"))
    typer.echo(f"Report  {target}")
