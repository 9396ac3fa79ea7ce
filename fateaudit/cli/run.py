"""Audit a model: write the record, the report and their papers. It exits 0 whatever the result."""

import json
import os
from enum import StrEnum
from pathlib import Path

import typer

from fateaudit.cli.counted import PATIENCE, Counted
from fateaudit.cli.folder import refuse_overwriting, write_audit
from fateaudit.cli.showing import note, show_record, shown
from fateaudit.cli.terms import ALLOW_CALLABLE, ALLOW_PICKLE, BATCH_ROWS, MEMORY, SECONDS, Typed
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


FILES = {"record": RECORD, "report": REPORT}


class YesNo(StrEnum):
    """An answer on the command line."""

    YES = "yes"
    NO = "no"


def command(  # noqa: PLR0913 - a parameter is an option here
    policy: Path = POLICY,
    *,
    out: Path | None = typer.Option(None, "--out", metavar="DIR", help="Where to write; default: audit-ID."),
    now: str | None = NOW,
    jobs: int = typer.Option(1, "--jobs", min=1, max=256, metavar="N", help="Score rows in N processes at a time."),
    explain: YesNo = typer.Option(YesNo.YES, "--explain", help="Whether to explain the model; the record says if not."),
    report: YesNo = typer.Option(YesNo.YES, "--report", help="Whether to draw the PDF; it can be drawn later."),
    allow_pickle: bool = ALLOW_PICKLE,
    allow_callable: bool = ALLOW_CALLABLE,
    memory: float | None = MEMORY,
    seconds: int | None = SECONDS,
    batch_rows: int | None = BATCH_ROWS,
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> None:
    """Run one audit and write its folder."""
    if os.environ.get("CI") == "true":
        note("note: run never fails, whatever it finds; in a pipeline use fateaudit gate")
    if out is not None:
        refuse_overwriting(out)
    typed = Typed(allow_pickle, allow_callable, memory, seconds, batch_rows)
    record = carry_out(policy, Clock.from_text(now), jobs=jobs, explains=explain is YesNo.YES, typed=typed)
    folder = out or Path(f"audit-{record.audit_id}")
    refuse_overwriting(folder)
    judgement = write_audit(record, policy, folder, with_report=report is YesNo.YES)
    if as_json:
        typer.echo(json.dumps(summary(record, judgement, folder), indent=1, ensure_ascii=False))
    else:
        show_record(record, judgement)
        show_files(folder)
        if report is YesNo.NO:
            typer.echo(f"Next    draw the report: fateaudit report {shown(folder / RECORD)}")
            return
        typer.echo(f"Next    read the report; in a pipeline: fateaudit gate {shown(folder / RECORD)}")


def carry_out(
    policy: Path, clock: Clock, *, jobs: int = 1, explains: bool = True, typed: Typed | None = None
) -> AuditRecord:
    """Run the audit, saying what it is busy with."""
    # numpy reads it too, and fails on what is no number of seconds.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    note("loading the libraries that measure …")
    from fateaudit.auditing import audit  # noqa: PLC0415 - heavy: `fateaudit --help` does not wait for it
    from fateaudit.loading import Way  # noqa: PLC0415 - same

    # A folder that nobody may write to can hold no ledger: the record then says that runs were not counted.
    ledger = policy.parent / LEDGER if os.access(policy.parent, os.W_OK) else None
    explaining = Counted("explaining", fewest=0, patience=PATIENCE)
    way, terms = Way(jobs=jobs, progress=Counted(), explaining=explaining), (typed or Typed()).terms()
    return audit(policy, clock=clock, ledger=ledger, way=way, explains=explains, terms=terms)


def show_files(folder: Path) -> None:
    """Print where the results are."""
    typer.echo(f"\nRecord  {shown(folder / RECORD)}")
    if (folder / REPORT).exists():
        typer.echo(f"Report  {shown(folder / REPORT)}")


def summary(record: AuditRecord, judgement: Judgement, folder: Path) -> dict[str, object]:
    """Return the result for a program: opinion and findings as they stand in the record, the standing, the files."""
    return {
        "audit_id": record.audit_id,
        "demonstration": record.demonstration,
        "opinion": record.opinion.model_dump(mode="json"),
        "findings": [finding.model_dump(mode="json") for finding in record.findings],
        "standing": judgement.standing.value,
        "files": {name: str(folder / file) for name, file in FILES.items() if (folder / file).exists()},
    }
