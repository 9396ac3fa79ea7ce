"""Audit the shipped sample, real arrests with invented signers, in a new folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import typer

from fateaudit.artifacts import sha256, write_atomic
from fateaudit.cli.folder import write_record, write_report
from fateaudit.cli.keygen import trust_text
from fateaudit.cli.run import NOW, carry_out, show_files
from fateaudit.cli.showing import note, show_record, shown
from fateaudit.cli.targets import Target, find_target
from fateaudit.errors import UsageError
from fateaudit.record import AuditRecord, Clock
from fateaudit.resources import folder as shipped
from fateaudit.signing import (
    Decision,
    Person,
    PrivateKey,
    Role,
    TrustedKey,
    Wish,
    generate_key,
    last_day,
    sign_in_role,
    sign_list,
)
from fateaudit.standing import Judgement
from fateaudit.verification import REPORT, TRUST, examine

POLICY = "fateaudit.yaml"

_INVENTED = {
    Role.MODEL_OWNER: ("owner", "Demonstration owner"),
    Role.INDEPENDENT_REVIEWER: ("reviewer", "Demonstration reviewer"),
    Role.ASSESSOR: ("assessor", "Demonstration assessor"),
    Role.ACCOUNTABLE_OFFICER: ("officer", "Demonstration officer"),
}
_SAID = {
    Role.MODEL_OWNER: "I am invented for this demonstration.",
    Role.INDEPENDENT_REVIEWER: "I am invented for this demonstration and independent of nobody, as FA-ACC-03 says.",
    Role.ASSESSOR: "I am invented for this demonstration; the program ran by itself.",
    Role.ACCOUNTABLE_OFFICER: "I am invented for this demonstration. Nobody is to use the model.",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The invented people's keys, which exist only as long as the command runs, and the time at which they sign."""

    keys: dict[Role, PrivateKey]
    time: str

    def sign(self, role: Role, target: Target) -> None:
        """Sign in a role. The officer refuses: nobody should learn here to wave a bad result through."""
        refuses = role is Role.ACCOUNTABLE_OFFICER
        decision = Decision.REFUSE if refuses else Decision.ACCEPT
        wish = Wish(role, self.time, decision, statement=_SAID[role], demonstration=True)
        name, content = sign_in_role(target.folder, wish, self.keys[role], files=target.files, trust=target.trust)
        write_atomic(target.folder / name, content)


def command(
    folder: Path = typer.Argument(Path("fateaudit-demo"), metavar="[FOLDER]", help="A new or empty folder."),
    *,
    now: str | None = NOW,
) -> None:
    """Copy the sample, have its answers signed, audit it, and have the record signed: all of it a demonstration."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="name another: fateaudit demo OTHER-FOLDER")
    clock = Clock.from_text(now)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(_sample(), folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    record, judgement = perform(folder, clock)
    show_record(record, judgement)
    show_files(folder)
    typer.echo(f"Next    read the report; check the signatures: fateaudit verify {shown(folder)}")
    typer.echo(f"        change a limit in {shown(folder / POLICY)}, then: fateaudit run {shown(folder / POLICY)}")


def perform(folder: Path, clock: Clock) -> tuple[AuditRecord, Judgement]:
    """Have invented people sign the answers in `folder`, audit it, and have them sign the record."""
    cast = Cast({role: generate_key(demonstration=True) for role in Role}, clock.now)
    _introduce(cast, folder)
    note("the invented owner and reviewer sign the answers …")
    answers = find_target(folder / POLICY, Role.MODEL_OWNER, now=cast.time)
    for role in (Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER):
        cast.sign(role, answers)
    record = carry_out(folder / POLICY, clock)
    write_record(record, folder / POLICY, folder)
    return record, _adopt(record, cast, folder)


def _sample() -> Path:
    return shipped("sample_models") / "toronto_release"


def _introduce(cast: Cast, folder: Path) -> None:
    """Write the trust file, and pin it in the policy."""
    people = [_person(role, key, cast.time) for role, key in cast.keys.items()]
    trust = trust_text(*people).encode()
    write_atomic(folder / TRUST, trust)
    policy = (folder / POLICY).read_text(encoding="utf-8")
    pinned = f"trust: {{ path: {TRUST}, sha256: {sha256(trust)} }}   # keys made for this folder, and thrown away\n"
    write_atomic(folder / POLICY, f"{policy}{pinned}".encode())


def _person(role: Role, key: PrivateKey, time: str) -> Person:
    person_id, name = _INVENTED[role]
    trusted = TrustedKey(
        fingerprint=key.public.fingerprint,
        public=key.public.text,
        valid_from=time[:10],
        valid_to=last_day(time),
        demonstration=True,
    )
    return Person(id=person_id, name=name, roles=(role,), keys=(trusted,))


def _adopt(record: AuditRecord, cast: Cast, folder: Path) -> Judgement:
    """Have the record signed, draw the report with all signatures in it, and have the list of files signed last."""
    note("the invented assessor and officer sign the record …")
    target = find_target(folder, Role.ASSESSOR, now=cast.time)
    for role in (Role.ASSESSOR, Role.ACCOUNTABLE_OFFICER):
        cast.sign(role, target)
    judgement = examine(folder, now=cast.time)
    write_report(record, record.to_bytes(), folder, folder / REPORT, judgement)
    name, content = sign_list(folder, cast.keys[Role.ASSESSOR], trust=target.trust, time=cast.time, demonstration=True)
    write_atomic(folder / name, content)
    return judgement
