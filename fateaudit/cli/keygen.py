"""Make a key to sign with, and the entry that makes it known to others."""

import json
from pathlib import Path

import typer
from pydantic import ValidationError

from fateaudit.cli.passphrase import choose_passphrase
from fateaudit.cli.showing import note, shown
from fateaudit.errors import UsageError
from fateaudit.record import Clock
from fateaudit.signing import Person, PrivateKey, Role, TrustedKey, generate_key, last_day, write_key

NOW = typer.Option(None, "--now", metavar="TIME", help="The time, when it is not the computer's.", show_default=False)
"""Unlike in `run`, no variable of a build sets the time: a signature made today must not say another day."""

MAX_DAYS = 3_660


def command(  # noqa: PLR0913 - a parameter is an option here
    *,
    out: Path = typer.Option(..., "--out", metavar="KEY.pem", help="The file to write; it must not exist."),
    person: str = typer.Option(..., "--person", metavar="ID", help="A short name, for example olive or o.owner."),
    name: str = typer.Option(..., "--name", metavar="NAME", help="The name as it is printed in reports."),
    roles: list[Role] = typer.Option(
        ..., "--role", metavar="ROLE", help=f"What they may sign as, one or more of: {', '.join(Role)}."
    ),
    days: int = typer.Option(730, "--days", metavar="N", min=1, max=MAX_DAYS, help="How long the key may be used."),
    now: str | None = NOW,
    demonstration: bool = typer.Option(
        False, "--demonstration", help="Leave the key unencrypted: it then signs demonstrations only."
    ),
) -> None:
    """Write a private key only its owner may read; print the trust file's entry on stdout and the rest on stderr."""
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already", hint="a key is never overwritten: choose another name")
    time = Clock.from_text(now).now
    key = generate_key(demonstration=demonstration)
    entry = _entry(person, name, tuple(dict.fromkeys(roles)), key, (time[:10], last_day(time, days=days)))
    write_key(out, key, passphrase=None if demonstration else choose_passphrase())
    typer.echo(trust_text(entry), nl=False)
    note(f"\nKey          {shown(out)}  (keep it to yourself; nobody can make it again)")
    note(f"Fingerprint  {key.public.fingerprint}")
    note("Next    keep the lines above as trust.yaml, or add them from “- id:” on to the people in the one there is;")
    note("        have each fingerprint confirmed by its person. Then type: sha256sum trust.yaml")
    note("        and write its first 64 characters into the policy: trust: { path: trust.yaml, sha256: … }")


def _entry(person: str, name: str, roles: tuple[Role, ...], key: PrivateKey, days: tuple[str, str]) -> Person:
    """Return the entry in the trust file. Raises UsageError for an id or a name that cannot stand there."""
    if not name.isprintable():
        raise UsageError("the name holds a line break or a control character", hint='write one line: --name "A. Name"')
    try:
        trusted = TrustedKey(
            fingerprint=key.public.fingerprint,
            public=key.public.text,
            valid_from=days[0],
            valid_to=days[1],
            demonstration=key.demonstration,
        )
        return Person(id=person, name=name, roles=roles, keys=(trusted,))
    except ValidationError as error:
        if "id" in error.errors()[0]["loc"]:
            raise UsageError(
                f'"{person}" cannot be an id',
                hint="use small letters, digits, dots and dashes, 64 at most: --person o.owner",
            ) from None
        raise UsageError("the name is empty or too long", hint='type it out: --name "A. Name"') from None


def trust_text(*people: Person) -> str:
    """Return a trust file with these people in it, as YAML. Texts stand in JSON's quotes, so none can break out."""
    lines = ["schema: fateaudit/trust/1", "people:"]
    for person in people:
        lines += [
            f"  - id: {_quoted(person.id)}",
            f"    name: {_quoted(person.name)}",
            f"    roles: [{', '.join(person.roles)}]",
            "    keys:",
        ]
        for key in person.keys:
            lines += [
                f"      - fingerprint: {_quoted(key.fingerprint)}",
                f"        public: {_quoted(key.public)}",
                f"        valid_from: {_quoted(key.valid_from)}",
                f"        valid_to: {_quoted(key.valid_to)}",
                *(["        demonstration: true"] if key.demonstration else []),
            ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
