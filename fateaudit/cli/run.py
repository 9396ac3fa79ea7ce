"""Audit a model: write audit.json and report.pdf. It exits 0 whatever the result."""

import json
import os
from pathlib import Path

import typer

from fateaudit.artifacts import write_atomic
from fateaudit.cli.showing import note, show_record
from fateaudit.errors import UsageError
from fateaudit.record import AuditRecord, Clock

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
    """Run one audit and write its two files."""
    if os.environ.get("CI") == "true":
        note("note: run never fails, whatever it finds; in a pipeline use fateaudit gate")
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(policy, now=now)
    folder = out or Path(f"audit-{record.audit_id}")
    refuse_overwriting(folder)
    files = write(record, folder)
    if as_json:
        typer.echo(json.dumps(summary(record, files), indent=1, ensure_ascii=False))
    else:
        show_record(record)
        show_files(files)
        typer.echo(f"Next    read the report; in a pipeline: fateaudit gate {files['record']}")


def carry_out(policy: Path, *, now: str | None) -> AuditRecord:
    """Run the audit, saying what it is busy with."""
    clock = Clock.from_text(now)
    # numpy reads it too, and fails on what is no number of seconds.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    note("loading the libraries that measure …")
    from fateaudit.auditing import audit  # noqa: PLC0415 - heavy: `fateaudit --help` does not wait for it

    return audit(policy, clock=clock)


def refuse_overwriting(folder: Path) -> None:
    """Raise UsageError where another audit lies: a record is not replaced without anybody noticing."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder", hint="name another folder with --out")
    if (folder / "audit.json").exists():
        raise UsageError(
            f"{folder / 'audit.json'} exists already", hint="choose another folder with --out, or move it away"
        )


def write(record: AuditRecord, folder: Path) -> dict[str, Path]:
    """Write the record, then the report: should the report fail, the measurements are safe."""
    from fateaudit.report import render  # noqa: PLC0415 - only needed where a report is made

    content = record.to_bytes()
    files = {"record": folder / "audit.json", "report": folder / "report.pdf"}
    write_atomic(files["record"], content)
    note("rendering the report …")
    write_atomic(files["report"], render(record, content, format="pdf"))
    return files


def show_files(files: dict[str, Path]) -> None:
    """Print where the results are."""
    typer.echo(f"\nRecord  {files['record']}\nReport  {files['report']}")


def summary(record: AuditRecord, files: dict[str, Path]) -> dict[str, object]:
    """Return the result for a program: the opinion and the findings as they stand in the record, and the files."""
    return {
        "audit_id": record.audit_id,
        "demonstration": record.demonstration,
        "opinion": record.opinion.model_dump(mode="json"),
        "findings": [finding.model_dump(mode="json") for finding in record.findings],
        "files": {name: str(path) for name, path in files.items()},
    }
