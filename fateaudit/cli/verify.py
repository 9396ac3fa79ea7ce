"""Check a finished audit: files, signatures, whether the findings follow. It exits 5 when anything does not hold."""

import json
import re
from dataclasses import replace
from pathlib import Path

import typer

from fateaudit.cli.keygen import NOW
from fateaudit.cli.showing import note, shown, strong
from fateaudit.errors import FateauditError, UsageError, printable
from fateaudit.record import AuditRecord, Clock
from fateaudit.signing import MANIFEST, Decision, open_envelope, read_envelopes, read_manifest, read_trust
from fateaudit.signing.openssl import write_openssl_check
from fateaudit.standing import RECORD, STANDING_WORDS, Cause, Lack, Signer, Standing
from fateaudit.verification import TRUST, VerificationResult, verify

TRUST_SHA256 = typer.Option(
    None,
    "--trust-sha256",
    metavar="HEX",
    help="The sha256 of trust.yaml as the signers' organisation publishes it.",
    show_default=False,
)


def command(  # noqa: PLR0913 - a parameter is an option here
    folder: Path = typer.Argument(Path(), metavar="[FOLDER]", help="The folder that holds audit.json."),
    *,
    trust_sha256: str | None = TRUST_SHA256,
    now: str | None = NOW,
    openssl: Path | None = typer.Option(
        None, "--openssl", metavar="DIR", help="Write there what plain openssl needs to check each signature."
    ),
    recompute: bool = typer.Option(False, "--recompute", help="Also measure again from the record's counts."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> int:
    """Print who signed, what that is worth, and every fault; return 0 or 5."""
    folder = folder_of(folder)
    if openssl is not None and openssl.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{openssl} lies in the folder that is checked", hint="name a folder outside it")
    pin = refuse_no_digest(trust_sha256)
    result = verify(folder, now=Clock.from_text(now).now, trust_pin=pin)
    if recompute:
        result = _measured_again(folder, result)
    if as_json:
        typer.echo(json.dumps(_as_data(result), indent=1, ensure_ascii=False))
    else:
        _show(folder, result, pin)
    if openssl is not None:
        _write_openssl(folder, openssl, result, quiet=as_json)
    if not as_json:
        count = len(result.problems)
        holds = f"{count} thing{' does' if count == 1 else 's do'} not hold" if count else "everything holds"
        typer.echo(strong(f"verify: {holds}"))
    return result.exit_code


def folder_of(path: Path) -> Path:
    """Return the audit's folder, which may be named by its record. Raises UsageError for another file."""
    if path.is_file() and path.name != RECORD:
        raise UsageError(f"{path} is not {RECORD}", hint=f"give the folder that holds {RECORD}")
    return path.parent if path.is_file() else path


def refuse_no_digest(text: str | None) -> str | None:
    """Return the digest in small letters. Raises UsageError for anything but 64 hexadecimal digits."""
    if text is None or re.fullmatch("[0-9a-fA-F]{64}", text):
        return text.lower() if text else None
    raise UsageError(
        "--trust-sha256 is not a sha256: 64 hexadecimal digits", hint="copy the first word that `sha256sum` prints"
    )


def _measured_again(folder: Path, result: VerificationResult) -> VerificationResult:
    """Return the result with what measuring again shows. A record that cannot be read is a problem already."""
    try:
        record = AuditRecord.from_bytes((folder / RECORD).read_bytes(), name=RECORD)
    except (FateauditError, OSError):
        return result
    note("measuring again …")
    from fateaudit.recounting import refuse_other_evidence  # noqa: PLC0415 - heavy: it measures

    try:
        refuse_other_evidence(record, RECORD)
    except FateauditError as error:
        judgement = result.judgement
        broken = replace(
            judgement,
            standing=Standing.NOT_VALID,
            beneath=Standing.NOT_VALID,
            because=(f"{error.message}.",),
            causes=(*judgement.causes, Cause(Lack.BROKEN, error.message)),
        )
        return replace(result, judgement=broken, problems=(*result.problems, error.message))
    return result


def _show(folder: Path, result: VerificationResult, pin: str | None) -> None:
    judgement = result.judgement
    typer.echo(f"Folder  {shown(folder)}, {result.files} files\n")
    if result.demonstration:
        typer.echo(strong("DEMONSTRATION: nobody may rely on this, whatever holds.\n"))
    for signer in judgement.signers:
        _show_signer(signer)
    if result.trust_digest is not None:
        typer.echo(f"\n{TRUST}  sha256 {result.trust_digest}")
    if result.trust_digest is not None and result.trust_digest == pin:
        typer.echo("  It is the one you gave.")
    elif result.trust_digest is not None:
        typer.echo("  Compare this with what the signers' organisation publishes. A folder made anew with other keys")
        typer.echo("  agrees with itself; only this number shows it: fateaudit verify --trust-sha256 HEX")
    because = () if result.problems else judgement.because
    words = " ".join([f"STANDING: {STANDING_WORDS[judgement.standing]}.", *because])
    typer.echo(f"\n{strong(printable(words))}")
    for line in result.notes:
        typer.echo(f"note: {line}")
    for line in result.problems:
        typer.echo(f"problem: {line}")


def _as_data(result: VerificationResult) -> dict[str, object]:
    judgement = result.judgement
    return {
        "exit_code": int(result.exit_code),
        "standing": judgement.standing,
        "beneath": judgement.beneath,
        "demonstration": result.demonstration,
        "because": judgement.because,
        "valid_to": judgement.valid_to,
        "signers": [
            {
                "file": signer.file,
                "role": signer.signature.role,
                "name": signer.name,
                "decision": signer.signature.decision,
                "conditions": signer.signature.conditions,
                "statement": signer.signature.statement,
                "time": signer.signature.time,
                "fingerprint": signer.fingerprint,
                "holds": signer.holds,
            }
            for signer in judgement.signers
        ],
        "trust_sha256": result.trust_digest,
        "notes": result.notes,
        "problems": result.problems,
    }


def _show_signer(signer: Signer) -> None:
    signature = signer.signature
    name = signer.name or "someone whose key is not in the trust file"
    words = signature.decision.value.replace("_", " ")
    decision = strong(words.upper()) if signature.decision is Decision.REFUSE else words
    holds = "holds" if signer.holds else strong("DOES NOT HOLD")
    typer.echo(f"{signature.role.words.capitalize()}: {printable(name)}: {holds}")
    typer.echo(f"  {decision}, {signature.time}, key {signer.fingerprint[:23]}…")
    for condition in signature.conditions:
        typer.echo(f"  on condition: {printable(condition)}")
    if signature.statement:
        typer.echo(f"  “{printable(signature.statement)}”")


def _write_openssl(folder: Path, place: Path, result: VerificationResult, *, quiet: bool) -> None:
    """Write the signed bytes, signature and key of each signature whose key is known; print a command for each."""
    if not result.judgement.signers:
        note("note: no signature could be opened, so there is nothing for openssl to check")
        return
    trust = read_trust((folder / TRUST).read_bytes(), TRUST)
    known = {signer.file for signer in result.judgement.signers}
    envelopes = {file: content for file, content in read_envelopes(folder).items() if file in known}
    listing = read_manifest(folder)
    commands = []
    for file, content in (envelopes | ({MANIFEST: listing} if listing else {})).items():
        try:
            envelope = open_envelope(content, file)
        except FateauditError:
            continue
        if (holder := trust.holder(envelope.fingerprint)) is not None:
            name = Path(file).name.removesuffix(".dsse.json")
            commands.append(write_openssl_check(envelope, holder[1].key, place, name=name))
    if not quiet:
        typer.echo("\nWithout fateaudit, type:")
        for line in commands:
            typer.echo(f"  {line}")
        typer.echo("")
