"""May this ship? Audit a policy or judge a record again; the exit code answers."""

import json
from dataclasses import dataclass
from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.folder import refuse_overwriting, write_audit
from fateaudit.cli.run import NOW, carry_out
from fateaudit.cli.showing import note, show_record, shown
from fateaudit.cli.verify import TRUST_SHA256, refuse_no_digest
from fateaudit.errors import ExitCode, FateauditError, UsageError, printable
from fateaudit.policy import GateResult, apply_gate, combine
from fateaudit.record import AuditRecord, Clock, refuse_other_conclusions
from fateaudit.standing import RECORD, STANDING_WORDS, Judgement, Lack, Standing
from fateaudit.verification import examine, verify


@dataclass(frozen=True, slots=True)
class _Gated:
    """What is gated: a record, and what its signatures are worth where there can be any."""

    record: AuditRecord
    judgement: Judgement | None
    is_fresh: bool


def command(  # noqa: PLR0913 - a parameter is an option here
    context: typer.Context,
    target: Path = typer.Argument(
        Path("fateaudit.yaml"), metavar="[POLICY|AUDIT]", help="A policy to audit, or an audit.json to judge again."
    ),
    *,
    out: Path | None = typer.Option(None, "--out", metavar="DIR", help="Also write the record and the report there."),
    trust_sha256: str | None = TRUST_SHA256,
    now: str | None = NOW,
    as_json: bool = typer.Option(False, "--json", help="Print the answer as JSON and nothing else."),
) -> int:
    """Show the result and return 0 met, 3 not met, 4 cannot tell or 5; what cannot be carried out raises."""
    try:
        pin = refuse_no_digest(trust_sha256)
        # A variable that dates a build must not bring back an acceptance that has ended.
        source = context.get_parameter_source("now")
        is_typed = source is not None and source.name == "COMMANDLINE"
        gated = _gated(target, out=out, now=now, today=Clock.from_text(now if is_typed else None).now, pin=pin)
        result = _judge(gated)
    except FateauditError as error:
        _answer(GateResult(exit_code=error.exit_code, reason=error.message), None, as_json=as_json)
        raise
    except Exception:
        _answer(GateResult(exit_code=ExitCode.FAILED, reason="fateaudit itself failed"), None, as_json=as_json)
        raise
    _answer(result, gated, as_json=as_json)
    return result.exit_code


def _gated(target: Path, *, out: Path | None, now: str | None, today: str, pin: str | None) -> _Gated:
    target = target / RECORD if (target / RECORD).is_file() else target
    content = read(target, what="the policy or record", hint="give the path of a fateaudit.yaml or an audit.json")
    if target.suffix == ".json" or b'"fateaudit/audit/' in content:
        if out is not None:
            raise UsageError("--out goes with a policy: judging a record again writes nothing", hint="leave it out")
        record = _judged_again(content, target.name)
        return _Gated(record, _standing(record, target, today=today, pin=pin), is_fresh=False)
    if pin is not None:
        raise UsageError("--trust-sha256 goes with a signed audit.json", hint="leave it out")
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(target, Clock.from_text(now))
    judgement = None
    if out is not None:
        judgement = write_audit(record, target, out)
        note(f"written: {shown(out)}")
    return _Gated(record, judgement, is_fresh=True)


def _standing(record: AuditRecord, target: Path, *, today: str, pin: str | None) -> Judgement | None:
    """Return what the signatures beside the record are worth, the list of all files included where it must be issued.

    Raises UsageError for a pin that nothing would be compared with: the record may be another than the reader means.
    """
    is_required = record.policy.gate.require == "issued"
    if pin is not None and not is_required:
        raise UsageError(
            "the policy in this record does not ask for signatures, so --trust-sha256 would be without effect",
            hint="check that this is the record you mean; its policy would say gate: { require: issued }",
        )
    if target.name != RECORD:
        if is_required:
            raise UsageError(
                f"signatures are on {RECORD}, and this is {target.name}", hint=f"give {RECORD} in its folder"
            )
        return None
    if is_required:
        return verify(target.parent, now=today, trust_pin=pin).judgement
    return examine(target.parent, now=today)


def _judge(gated: _Gated) -> GateResult:
    """Return the answer to both questions: whether the limits are met, and whether it was issued where it must be."""
    record = gated.record
    found = apply_gate(record.policy, record.findings, record.opinion.policy)
    if record.policy.gate.require != "issued":
        return found
    if gated.judgement is None or gated.is_fresh:
        note(f"note: this policy asks for an issued audit; sign this one, then type: fateaudit gate DIR/{RECORD}")
        draft = f"DRAFT: nobody can have signed an audit that was just made; gate the signed {RECORD}"
        return combine([found, GateResult(exit_code=ExitCode.NOT_MET, reason=draft)])
    return combine([found, judge_issued(gated.judgement)])


def judge_issued(judgement: Judgement) -> GateResult:
    """Return 0 for an issued audit, 5 when a signature or file does not hold, 3 for any other standing."""
    if judgement.standing is Standing.ISSUED:
        return GateResult(exit_code=ExitCode.OK, reason="")
    broken = [cause.sentence for cause in judgement.causes if cause.lack is Lack.BROKEN]
    why = broken or [cause.sentence for cause in judgement.causes] or [" ".join(judgement.because)]
    more = f", and {len(why) - 1} more" if len(why) > 1 else ""
    return GateResult(
        exit_code=ExitCode.NOT_VERIFIED if broken else ExitCode.NOT_MET,
        reason=printable(f"{STANDING_WORDS[judgement.standing]}: {why[0]}{more}").rstrip("."),
    )


def _judged_again(content: bytes, name: str) -> AuditRecord:
    """Return the record if its evidence follows from its counts and its findings from its evidence."""
    record = AuditRecord.from_bytes(content, name=name)
    refuse_other_conclusions(record, name)
    from fateaudit.recounting import refuse_other_evidence  # noqa: PLC0415 - heavy: it measures again

    refuse_other_evidence(record, name)
    return record


def _answer(result: GateResult, gated: _Gated | None, *, as_json: bool) -> None:
    is_issue_asked = gated is not None and gated.record.policy.gate.require == "issued"
    if as_json:
        findings = {} if gated is None else {finding.check: finding.verdict for finding in gated.record.findings}
        judgement = gated.judgement if gated is not None else None
        answer = {
            "exit_code": int(result.exit_code),
            "reason": result.reason,
            "untold": result.untold,
            "findings": findings,
            **({"standing": judgement.standing if judgement else Standing.DRAFT} if is_issue_asked else {}),
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    if gated is not None:
        show_record(gated.record, gated.judgement)
    if result.exit_code is not ExitCode.OK or gated is None:
        typer.echo(f"reason: {result.reason}")
        return
    issued = "; the audit is issued" if is_issue_asked else ""
    if result.untold:
        typer.echo(f"gate: passed, as the policy lets what cannot be told pass: {', '.join(result.untold)}{issued}")
    else:
        typer.echo(f"gate: every limit of weight {gated.record.policy.gate.fail_on} or more is met{issued}")
