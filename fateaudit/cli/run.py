"""Audit a model: write the record, the report and their papers. It exits 0 whatever the result."""

import json
import os
from pathlib import Path

import typer

from fateaudit.cli.folder import refuse_overwriting, write_audit
from fateaudit.cli.showing import note, show_record, shown
from fateaudit.ledger import LEDGER
from fateaudit.record import AuditRecord, Clock
from fateaudit.standing import RECORD, Judgement
from fateaudit.verification import REPORT

POLICY = typer.Argument(Path("fateaudit.yaml"), metavar="[POLICY]", help="The policy file.", show_default=True)
NOW = typer.Option(
    None,
    "--now",
    metavar="TIME",
    envvar="SOURCE_DATE_EPOCH",
    show_envvar=True,
    help="The time to put in the record, for example 2026-11-21T00:00:00Z.",
)


def command(
    policy: Path = POLICY,
    *,
    out: Path | None = typer.Option(None, "--out", metavar="DIR", help="Where to write; default: audit-ID."),
    now: str | None = NOW,
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> None:
    """Run one audit and write its folder."""
    if os.environ.get("CI") == "true":
        note("note: run never fails, whatever it finds; in a pipeline use fateaudit gate")
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(policy, Clock.from_text(now))
    folder = out or Path(f"audit-{record.audit_id}")
    refuse_overwriting(folder)
    judgement = write_audit(record, policy, folder)
    if as_json:
        typer.echo(json.dumps(summary(record, judgement, folder), indent=1, ensure_ascii=False))
    else:
        show_record(record, judgement)
        show_files(folder)
        typer.echo(f"Next    read the report; in a pipeline: fateaudit gate {shown(folder / RECORD)}")


def carry_out(policy: Path, clock: Clock) -> AuditRecord:
    """Run the audit, saying what it is busy with."""
    # numpy reads it too, and fails on what is no number of seconds.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    note("loading the libraries that measure …")
    from fateaudit.auditing import audit  # noqa: PLC0415 - heavy: `fateaudit --help` does not wait for it

    # A folder that nobody may write to can hold no ledger: the record then says that runs were not counted.
    ledger = policy.parent / LEDGER if os.access(policy.parent, os.W_OK) else None
    return audit(policy, clock=clock, ledger=ledger)


def show_files(folder: Path) -> None:
    """Print where the results are."""
    typer.echo(f"\nRecord  {shown(folder / RECORD)}\nReport  {shown(folder / REPORT)}")


def summary(record: AuditRecord, judgement: Judgement, folder: Path) -> dict[str, object]:
    """Return the result for a program: opinion and findings as they stand in the record, the standing, the files."""
    return {
        "audit_id": record.audit_id,
        "demonstration": record.demonstration,
        "opinion": record.opinion.model_dump(mode="json"),
        "findings": [finding.model_dump(mode="json") for finding in record.findings],
        "standing": judgement.standing.value,
        "files": {"record": str(folder / RECORD), "report": str(folder / REPORT)},
    }
