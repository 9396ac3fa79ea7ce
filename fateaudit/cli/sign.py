"""Sign in a role: the answers before the run, the record after it, all files last."""

import shlex
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path

import typer

from fateaudit.artifacts import write_atomic
from fateaudit.cli.keygen import NOW
from fateaudit.cli.passphrase import ask_passphrase
from fateaudit.cli.showing import note, shown, strong
from fateaudit.cli.targets import Target, find_record, find_target
from fateaudit.documents import UNSAFE
from fateaudit.errors import UsageError, printable
from fateaudit.record import Clock
from fateaudit.signing import (
    MANIFEST,
    MEANINGS,
    SIGNATURES,
    Decision,
    PrivateKey,
    Role,
    Wish,
    envelope_name,
    find_signer,
    is_encrypted,
    last_day,
    list_files,
    read_key,
    sign_in_role,
    sign_list,
)
from fateaudit.signing.statements import MANIFEST_MEANING
from fateaudit.verification import REPORT, examine


class Choice(StrEnum):
    """What a signer can decide, as it is typed."""

    ACCEPT = "accept"
    ACCEPT_WITH_CONDITIONS = "accept-with-conditions"
    REFUSE = "refuse"


def command(  # noqa: PLR0913 - a parameter is an option here
    target: Path = typer.Argument(
        ..., metavar="TARGET", help="The policy, for owner and reviewer; the audit's folder, for assessor and officer."
    ),
    *,
    role: Role | None = typer.Option(None, "--as", metavar="ROLE", help=f"The role to sign in: {', '.join(Role)}."),
    key: Path = typer.Option(..., "--key", metavar="KEY.pem", help="Your private key, as `fateaudit keygen` made it."),
    decision: Choice = typer.Option(Choice.ACCEPT, "--decision", help="What you decide."),
    conditions: list[str] = typer.Option([], "--condition", metavar="TEXT", help="A condition; may be given again."),
    statement: str = typer.Option("", "--statement", metavar="TEXT", help="Your own words; a refusal needs them."),
    valid_to: str | None = typer.Option(
        None, "--valid-to", metavar="DATE", help="Last day of the officer's acceptance; default: in 365 days."
    ),
    listing: bool = typer.Option(False, "--list", help="Sign the list of all files instead, last, as the assessor."),
    now: str | None = NOW,
) -> None:
    """Show what is signed, ask for the passphrase, and write one signature."""
    time = Clock.from_text(now).now
    if listing:
        if role is not None or decision is not Choice.ACCEPT or conditions or statement or valid_to:
            raise UsageError("--list goes with --key alone: it decides nothing", hint="leave the other options out")
        _sign_list(target, key, time)
        return
    if role is None:
        raise UsageError("in which role?", hint=f"add --as ROLE, one of: {', '.join(Role)}; or --list")
    wish = Wish(
        role=role,
        time=time,
        decision=Decision[decision.name],
        conditions=tuple(conditions),
        statement=statement,
        valid_to=valid_to,
    )
    _sign_in_role(target, wish, key)


def _sign_in_role(path: Path, wish: Wish, key_file: Path) -> None:
    _refuse_odd_words(wish)
    target = find_target(path, wish.role, now=wish.time)
    is_acceptance = wish.role is Role.ACCOUNTABLE_OFFICER and wish.decision is not Decision.REFUSE
    last = wish.valid_to or (last_day(wish.time) if is_acceptance else None)
    wish = replace(wish, valid_to=last, demonstration=target.demonstration)
    place = target.folder / envelope_name(wish.role)
    _refuse_replacing(place, "a signature is never replaced: audit again into another folder and sign that")
    _show(target, [f"As {wish.role.words}: “{MEANINGS[wish.role, wish.decision]}”", *_decided(wish)])
    key = _open(key_file)
    name, content = sign_in_role(target.folder, wish, key, files=target.files, trust=target.trust)
    write_atomic(target.folder / name, content)
    _say_signed(target, key, wish.role, place)
    typer.echo(f"Next    {printable(_next(wish.role, path, target.folder))}")
    note("Plain openssl can check every signature of an audit: fateaudit verify FOLDER --openssl DIR")


def _sign_list(path: Path, key_file: Path, time: str) -> None:
    target = find_record(path, now=time)
    place = target.folder / MANIFEST
    _refuse_replacing(place, "if a file changed for a good reason, move the old list away and sign a new one")
    if missing := examine(target.folder, now=time).causes:
        raise UsageError(
            "the list of files is signed last",
            where=[cause.sentence for cause in missing],
            hint="have them sign first, then draw the report again, then list the files",
        )
    if key_file.resolve().is_relative_to(target.folder.resolve()):
        raise UsageError(
            f"the private key {key_file} lies in the folder that is handed over", hint="keep it somewhere else"
        )
    files, _ = list_files(target.folder)
    if REPORT not in files:
        note(f"note: {REPORT} is not in the folder; draw it first: fateaudit report {shown(target.folder)}/audit.json")
    listed = [f"  {digest[:12]}…  {name}" for name, digest in files.items()]
    _show(target, [f"As assessor: “{MANIFEST_MEANING}”", f"{len(files)} files:", *listed])
    key = _open(key_file)
    name, content = sign_list(target.folder, key, trust=target.trust, time=time, demonstration=target.demonstration)
    write_atomic(target.folder / name, content)
    _say_signed(target, key, Role.ASSESSOR, place)
    typer.echo(f"Next    fateaudit verify {printable(shlex.quote(str(target.folder)))}")


def _refuse_odd_words(wish: Wish) -> None:
    """Refuse what could not be signed, before anything is read or asked."""
    if (wish.role, wish.decision) not in MEANINGS:
        can = [decision.value.replace("_", "-") for decision in Decision if (wish.role, decision) in MEANINGS]
        raise UsageError(
            f"the {wish.role.words} cannot decide to {wish.decision.value.replace('_', ' ')}",
            hint=f"type --decision {' or '.join(can)}; who does not stand behind it does not sign",
        )
    for option, texts in (("--statement", [wish.statement]), ("--condition", wish.conditions)):
        if any(UNSAFE.search(text) for text in texts):
            raise UsageError(f"{option} holds a control character", hint="type it again in ordinary characters")
    try:
        is_day = wish.valid_to is None or date.fromisoformat(wish.valid_to).isoformat() == wish.valid_to
    except ValueError:
        is_day = False
    if not is_day:
        raise UsageError(f'"{wish.valid_to}" is not a day', hint="write --valid-to 2027-11-21")


def _refuse_replacing(place: Path, hint: str) -> None:
    if place.exists() or place.is_symlink():
        raise UsageError(f"{place} exists already", hint=hint)
    if place.parent.is_symlink():
        raise UsageError(f"{place.parent} is a link", hint=f"put a folder {SIGNATURES} there itself")


def _show(target: Target, lines: list[str]) -> None:
    if target.demonstration:
        typer.echo(strong("DEMONSTRATION: nobody may rely on this."))
    typer.echo("You sign:")
    for line in (*target.shown, *lines):
        typer.echo(printable(line))


def _decided(wish: Wish) -> list[str]:
    return [
        f"Decision: {wish.decision.value.replace('_', ' ')}",
        *(f"Condition: {condition}" for condition in wish.conditions),
        *([f"Your words: {wish.statement}"] if wish.statement else []),
        *([f"Until: {wish.valid_to}; after that day it is not an opinion"] if wish.valid_to else []),
        f"Time: {wish.time}",
    ]


def _open(path: Path) -> PrivateKey:
    return read_key(path, passphrase=ask_passphrase(path.name) if is_encrypted(path) else None)


def _say_signed(target: Target, key: PrivateKey, role: Role, place: Path) -> None:
    name = find_signer(target.trust, key, role).name
    typer.echo(f"\nSigned  {place}\nBy      {printable(name)}, key {key.public.fingerprint}")


def _next(role: Role, given: Path, folder: Path) -> str:
    """Return the next step, and whose it is."""
    policy, here = shlex.quote(str(given)), shlex.quote(str(folder))
    steps = {
        Role.MODEL_OWNER: f"the independent reviewer: fateaudit sign {policy} --as independent_reviewer --key KEY.pem",
        Role.INDEPENDENT_REVIEWER: f"fateaudit run {policy} --out audit; then the assessor signs that folder",
        Role.ASSESSOR: f"the accountable officer: fateaudit sign {here} --as accountable_officer --key KEY.pem",
        Role.ACCOUNTABLE_OFFICER: f"fateaudit report {shlex.quote(str(folder / 'audit.json'))}; "
        f"then the assessor: fateaudit sign {here} --list --key KEY.pem",
    }
    return steps[role]
