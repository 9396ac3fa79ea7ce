"""May this ship? Audit a policy or judge a record again; the exit code answers."""

import json
from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.folder import refuse_overwriting, write_audit
from fateaudit.cli.run import NOW, carry_out
from fateaudit.cli.showing import note, show_record
from fateaudit.errors import ExitCode, FateauditError, UsageError
from fateaudit.policy import GateResult, apply_gate
from fateaudit.record import AuditRecord, refuse_other_conclusions


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
    except Exception:
        _answer(GateResult(exit_code=ExitCode.FAILED, reason="fateaudit itself failed"), None, as_json=as_json)
        raise
    result = apply_gate(record.policy, record.findings, record.opinion.policy)
    _answer(result, record, as_json=as_json)
    return result.exit_code


def _record(target: Path, *, out: Path | None, now: str | None) -> AuditRecord:
    content = read(target, what="the policy or record", hint="give the path of a fateaudit.yaml or an audit.json")
    if target.suffix == ".json" or b'"fateaudit/audit/' in content:
        if out is not None:
            raise UsageError("--out goes with a policy: judging a record again writes nothing", hint="leave it out")
        return _judged_again(content, target.name)
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(target, now=now)
    if out is not None:
        write_audit(record, target, out)
        note(f"written: {out}")
    return record


def _judged_again(content: bytes, name: str) -> AuditRecord:
    """Return the record if its evidence follows from its counts and its findings from its evidence."""
    record = AuditRecord.from_bytes(content, name=name)
    refuse_other_conclusions(record, name)
    from fateaudit.auditing import refuse_other_evidence  # noqa: PLC0415 - heavy: it measures again

    refuse_other_evidence(record, name)
    return record


def _answer(result: GateResult, record: AuditRecord | None, *, as_json: bool) -> None:
    if as_json:
        findings = {} if record is None else {finding.check: finding.verdict for finding in record.findings}
        answer = {
            "exit_code": int(result.exit_code),
            "reason": result.reason,
            "untold": result.untold,
            "findings": findings,
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    if record is not None:
        show_record(record)
    if result.exit_code is not ExitCode.OK or record is None:
        typer.echo(f"reason: {result.reason}")
    elif result.untold:
        typer.echo(f"gate: passed, as the policy lets what cannot be told pass: {', '.join(result.untold)}")
    else:
        typer.echo(f"gate: every limit of weight {record.policy.gate.fail_on} or more is met")
