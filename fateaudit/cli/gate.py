"""May this ship? Audit a policy or judge a record again; the exit code answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.folder import refuse_overwriting, write_audit
from fateaudit.cli.run import NOW, carry_out
from fateaudit.cli.showing import note, show_record, shown
from fateaudit.cli.terms import ALLOW_CALLABLE, ALLOW_PICKLE, BATCH_ROWS, MEMORY, SECONDS, Typed
from fateaudit.cli.verify import TRUST_SHA256, refuse_no_digest
from fateaudit.errors import ExitCode, FateauditError, UsageError, printable
from fateaudit.policy import (
    Acceptance,
    GateResult,
    Verdict,
    WeighedWaiver,
    apply_gate_with_waivers,
    combine,
    waives_a_blocker,
    weigh_waivers,
)
from fateaudit.policy.opinion import names_of
from fateaudit.record import AuditRecord, Clock, refuse_other_conclusions
from fateaudit.signing import Role
from fateaudit.standing import RECORD, STANDING_WORDS, Judgement, Lack, Standing
from fateaudit.verification import examine, verify


@dataclass(frozen=True, slots=True)
class _Gated:
    """What is gated: a record, and what its signatures are worth where there can be any."""

    record: AuditRecord
    judgement: Judgement | None
    is_fresh: bool
    today: str
    """The time at which signatures and waivers must hold."""
    waivers: tuple[WeighedWaiver, ...]


def command(  # noqa: PLR0913 - a parameter is an option here
    context: typer.Context,
    target: Path = typer.Argument(
        Path("fateaudit.yaml"), metavar="[POLICY|AUDIT]", help="A policy to audit, or an audit.json to judge again."
    ),
    *,
    out: Path | None = typer.Option(None, "--out", metavar="DIR", help="Also write the record and the report there."),
    trust_sha256: str | None = TRUST_SHA256,
    now: str | None = NOW,
    replay: bool = typer.Option(
        False, "--replay", help="Ask what the answer was at a time given from outside: not whether it may ship today."
    ),
    allow_pickle: bool = ALLOW_PICKLE,
    allow_callable: bool = ALLOW_CALLABLE,
    memory: float | None = MEMORY,
    seconds: int | None = SECONDS,
    batch_rows: int | None = BATCH_ROWS,
    as_json: bool = typer.Option(False, "--json", help="Print the answer as JSON and nothing else."),
) -> int:
    """Show the result and return 0 met, 3 not met, 4 cannot tell or 5; what cannot be carried out raises."""
    try:
        pin = refuse_no_digest(trust_sha256)
        # A variable that dates a build must not bring back an acceptance that has ended.
        source = context.get_parameter_source("now")
        is_typed = source is not None and source.name == "COMMANDLINE"
        typed = Typed(allow_pickle, allow_callable, memory, seconds, batch_rows)
        today = Clock.from_text(now if is_typed else None).now
        gated = _gated(target, typed, out=out, now=now, today=today, pin=pin)
        result = _judge(gated)
        if replay:
            note(f"note: answered for {gated.today}; this says nothing about any other day")
        else:
            _refuse_outside_clock(gated, result, is_typed=is_typed)
    except FateauditError as error:
        _answer(GateResult(exit_code=error.exit_code, reason=error.message), None, as_json=as_json)
        raise
    except Exception:
        _answer(GateResult(exit_code=ExitCode.FAILED, reason="fateaudit itself failed"), None, as_json=as_json)
        raise
    _answer(result, gated, as_json=as_json)
    return result.exit_code


def _gated(  # noqa: PLR0913 - what was typed
    target: Path, typed: Typed, *, out: Path | None, now: str | None, today: str, pin: str | None
) -> _Gated:
    target = target / RECORD if (target / RECORD).is_file() else target
    content = read(target, what="the policy or record", hint="give the path of a fateaudit.yaml or an audit.json")
    if target.suffix == ".json" or b'"fateaudit/audit/' in content:
        if out is not None:
            raise UsageError("--out goes with a policy: judging a record again writes nothing", hint="leave it out")
        typed.refuse_any()
        record = _judged_again(content, target.name)
        judgement = _standing(record, target, today=today, pin=pin)
        acceptance = _acceptance(judgement, target.name)
        waivers = tuple(_if_it_holds(one, judgement) for one in _weighed(record, today, acceptance))
        return _Gated(record, judgement, is_fresh=False, today=today, waivers=waivers)
    if pin is not None:
        raise UsageError("--trust-sha256 goes with a signed audit.json", hint="leave it out")
    if out is not None:
        refuse_overwriting(out)
    record = carry_out(target, Clock.from_text(now), typed=typed)
    judgement = None
    if out is not None:
        judgement = write_audit(record, target, out)
        note(f"written: {shown(out)}")
    acceptance = Acceptance(None, f"nobody can have signed an audit that was just made; gate the signed {RECORD}")
    return _Gated(record, judgement, is_fresh=True, today=today, waivers=_weighed(record, today, acceptance))


def _weighed(record: AuditRecord, today: str, acceptance: Acceptance) -> tuple[WeighedWaiver, ...]:
    return weigh_waivers(record.policy, record.findings, created=record.created, now=today, acceptance=acceptance)


def _if_it_holds(waiver: WeighedWaiver, judgement: Judgement | None) -> WeighedWaiver:
    """Return a waiver as it counts with this record: it was in the policy before the run, or anybody wrote it since."""
    if judgement is None:
        return replace(waiver, against=waiver.against or f"give {RECORD} in its folder, where its policy can be read")
    broken = [cause.sentence for cause in judgement.causes if cause.lack is Lack.BROKEN]
    return replace(waiver, against=waiver.against or printable(broken[0])) if broken else waiver


def _acceptance(judgement: Judgement | None, name: str) -> Acceptance:
    """Return who has accepted the record, or what keeps it from being accepted."""
    if judgement is None:
        return Acceptance(None, f"signatures are on {RECORD}, and this is {name}")
    if judgement.standing is not Standing.ISSUED:
        return Acceptance(None, judge_issued(judgement).reason)
    officer = next(one for one in judgement.signers if one.signature.role is Role.ACCOUNTABLE_OFFICER)
    return Acceptance(officer.name)


def _refuse_outside_clock(gated: _Gated, result: GateResult, *, is_typed: bool) -> None:
    """Raise UsageError where a pass rests on a day and the day was given from outside: that keeps anything alive."""
    if result.exit_code is not ExitCode.OK:
        return
    hint = "or type --replay to ask what the answer was at that time"
    waived = names_of(result.passed_by_waiver)
    if waived and gated.record.clock == "supplied":
        raise UsageError(
            f"this passes only by a waiver ({waived}), and the time of the record was given from outside",
            hint=f"run the audit without --now and without SOURCE_DATE_EPOCH, {hint}",
        )
    if is_typed and not gated.is_fresh and (waived or gated.record.policy.gate.require == "issued"):
        raise UsageError(
            f"this passes only on some days, and --now says that today is {gated.today[:10]}",
            hint=f"leave --now out, {hint}",
        )


def _standing(record: AuditRecord, target: Path, *, today: str, pin: str | None) -> Judgement | None:
    """Return what the signatures beside the record are worth, the list of all files included where anything needs them.

    It must be issued where the policy says so, and where a blocker is waived: that is a signed acceptance or nothing.

    Raises UsageError for a pin that nothing would be compared with: the record may be another than the reader means.
    """
    is_required = record.policy.gate.require == "issued"
    is_needed = is_required or waives_a_blocker(record.policy, record.findings)
    if pin is not None and not is_needed:
        raise UsageError(
            "the policy in this record does not ask for signatures, so --trust-sha256 would be without effect",
            hint="check that this is the record you mean; its policy would say gate: { require: issued }",
        )
    if target.name != RECORD:
        if is_required or pin is not None:
            raise UsageError(
                f"signatures are on {RECORD}, and this is {target.name}", hint=f"give {RECORD} in its folder"
            )
        return None
    if is_needed:
        return verify(target.parent, now=today, trust_pin=pin).judgement
    return examine(target.parent, now=today)


def _judge(gated: _Gated) -> GateResult:
    """Return the answer to both questions: whether the limits are met or accepted, and whether it was issued."""
    record = gated.record
    found = apply_gate_with_waivers(
        record.policy, record.findings, record.opinion.policy, evidence=record.evidence, waivers=gated.waivers
    )
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
            "passed_by_waiver": len(result.passed_by_waiver),
            "waivers": [] if gated is None else [_as_data(one, result) for one in gated.waivers],
            "findings": findings,
            **({"standing": judgement.standing if judgement else Standing.DRAFT} if is_issue_asked else {}),
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    if gated is not None:
        show_record(gated.record, gated.judgement)
        _show_waivers(gated.waivers, result)
    if result.exit_code is not ExitCode.OK or gated is None:
        typer.echo(f"reason: {result.reason}")
        return
    issued = "; the audit is issued" if is_issue_asked else ""
    untold = f"as the policy lets what cannot be told pass: {', '.join(result.untold)}" if result.untold else ""
    if waived := result.passed_by_waiver:
        said = f"; {untold}" if untold else ""
        typer.echo(f"gate: passed, not because every limit is met: passed_by_waiver: {len(waived)}{said}{issued}")
    elif untold:
        typer.echo(f"gate: passed, {untold}{issued}")
    else:
        typer.echo(f"gate: every limit of weight {gated.record.policy.gate.fail_on} or more is met{issued}")


def _show_waivers(waivers: Sequence[WeighedWaiver], result: GateResult) -> None:
    """Print what became of every waiver of the policy, a line each."""
    for one in waivers:
        typer.echo(f"waiver  {one.waiver.check}: {printable(_outcome(one, result))}")


def _outcome(one: WeighedWaiver, result: GateResult) -> str:
    if one.against and one.is_needed:
        return f"does not count: {one.against}"
    if not one.is_needed:
        return "not needed: it is met" if one.verdict is Verdict.MET else "not needed: it does not apply"
    reason = f"“{one.waiver.reason}”"
    does = "" if one.waiver.check in result.passed_by_waiver else ", which does not change the answer"
    return f"{one.accepted}{does}: {reason}"


def _as_data(one: WeighedWaiver, result: GateResult) -> dict[str, object]:
    return {
        **one.waiver.model_dump(mode="json"),
        "accepted_by": one.by if one.counts else None,
        "passed": one.waiver.check in result.passed_by_waiver,
        "because": one.against if one.is_needed else "there is nothing to accept",
    }
