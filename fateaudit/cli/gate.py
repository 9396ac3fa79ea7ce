"""May this ship? Audit a policy or judge a record again; the exit code answers."""

import json
from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.run import NOW, carry_out, refuse_overwriting, show_files, write
from fateaudit.cli.showing import show_record
from fateaudit.errors import DamagedFileError, ExitCode, FateauditError
from fateaudit.policy import GateResult, apply_gate, conclude
from fateaudit.record import AuditRecord


def command(
    target: Path = typer.Argument(
        Path("fateaudit.yaml"), metavar="[POLICY|AUDIT]", help="A policy to audit, or an audit.json to judge again."
    ),
    *,
    out: Path | None = typer.Option(None, "--out", metavar="DIR", help="Also write the record and the report there."),
    now: str | None = NOW,
    as_json: bool = typer.Option(False, "--json", help="Print the answer as JSON and nothing else."),
) -> int:
    """Show the result and return 0 met, 3 not met or 4 cannot tell; what cannot be carried out raises."""
    try:
        record = _record(target, out=out, now=now)
    except FateauditError as error:
        _answer(GateResult(exit_code=error.exit_code, reason=error.message), None, as_json=as_json)
        raise
    result = apply_gate(record.policy, record.findings, record.opinion.policy)
    _answer(result, record, as_json=as_json)
    return result.exit_code


def _record(target: Path, *, out: Path | None, now: str | None) -> AuditRecord:
    content = read(target, what="the policy or record", hint="give the path of a fateaudit.yaml or an audit.json")
    if content.lstrip()[:1] == b"{" or target.suffix == ".json":
        record = AuditRecord.from_bytes(content, name=target.name)
        refuse_other_conclusions(record, target.name)
        return record
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(target, now=now)
    if out is not None:
        show = write(record, out)
        show_files(show)
    return record


def refuse_other_conclusions(record: AuditRecord, name: str) -> None:
    """Judge the record's evidence again; raise DamagedFileError when that gives other findings than it holds."""
    if conclude(record.policy, record.evidence) != (record.findings, record.opinion):
        raise DamagedFileError(
            f"the findings in {name} do not follow from its evidence",
            hint="the record was altered, or made by another version: run the audit again",
        )


def _answer(result: GateResult, record: AuditRecord | None, *, as_json: bool) -> None:
    if as_json:
        findings = {} if record is None else {finding.check: finding.verdict for finding in record.findings}
        answer = {"exit_code": int(result.exit_code), "reason": result.reason, "findings": findings}
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    if record is not None:
        show_record(record)
    if result.exit_code is ExitCode.OK and record is not None:
        typer.echo(f"gate: every limit of weight {record.policy.gate.fail_on} or more is met")
    else:
        typer.echo(f"reason: {result.reason}")
