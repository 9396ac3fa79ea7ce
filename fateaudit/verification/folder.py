"""The folder of a finished audit as it was read, and what was wrong with it so far."""

from dataclasses import dataclass, field
from pathlib import Path

from fateaudit.accountability import inputs_of
from fateaudit.artifacts import sha256
from fateaudit.errors import FateauditError, UsageError
from fateaudit.record import AuditRecord
from fateaudit.signing import (
    Signed,
    Trust,
    list_files,
    moment,
    open_signatures,
    read_envelopes,
    read_manifest,
    read_trust,
)
from fateaudit.standing import RECORD, Audited

TRUST = "trust.yaml"
REPORT = "report.pdf"


@dataclass(slots=True)
class Folder:
    """What was read, and what was wrong with it."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)
    envelopes: dict[str, bytes] = field(default_factory=dict)
    manifest: bytes | None = None
    record: AuditRecord | None = None
    content: bytes = b""
    trust: Trust | None = None
    signed: tuple[Signed, ...] = ()
    wrong: list[str] = field(default_factory=list)
    unlisted: bool = False
    notes: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> Folder:
    """Read what lies in a folder, signatures and their list. Raises UsageError when there is no such folder."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", hint="give the folder that holds audit.json")
    found = Folder(folder)
    try:
        found.files, wrong = list_files(folder)
        found.wrong += wrong
        found.envelopes = read_envelopes(folder)
        found.manifest = read_manifest(folder)
    except OSError as error:
        found.wrong.append(f"{error.filename} cannot be read: {error.strerror}")
    return found


def read_file(found: Folder, name: str) -> bytes | None:
    """Return a listed file's bytes; what a link or a device would give is not in the folder."""
    try:
        return (found.path / name).read_bytes() if name in found.files else None
    except OSError as error:
        found.wrong.append(f"{name} cannot be read: {error.strerror}")
        return None


def read_record(found: Folder) -> None:
    """Read the record, or say why it cannot be read."""
    content = read_file(found, RECORD)
    if content is None:
        found.wrong.append(f"{RECORD} is missing")
        return
    found.content = content
    try:
        record = AuditRecord.from_bytes(content, name=RECORD)
        moment(record.created)
        inputs_of(record.artifacts)
    except UsageError as error:
        found.wrong.append(f"{RECORD}: {error.message}")
    except FateauditError as error:
        found.wrong.append(error.message)
    except ValueError:
        found.wrong.append(f"{RECORD} does not say when it was made")
    else:
        found.record = record


def read_trust_file(found: Folder, trust_pin: str | None) -> None:
    """Read the trust file, unless nothing is signed; one that nothing pins is not believed."""
    if not found.envelopes and found.manifest is None:
        return
    content = read_file(found, TRUST)
    if content is None:
        found.wrong.append(f"{TRUST} is missing: without it no key is anybody's")
        return
    named = found.record.policy.trust if found.record is not None else None
    pins = [pin for pin in (trust_pin, named.sha256 if named else None) if pin]
    if not pins and found.record is not None:
        found.wrong.append(f"{TRUST} is pinned neither by the policy nor by the reader: anybody could have written it")
    try:
        for pin in pins or (None,):
            found.trust = None
            found.trust = read_trust(content, TRUST, pin=pin)
    except FateauditError as error:
        found.wrong.append(": ".join([error.message, *error.where[:1]]))


def open_folder_signatures(found: Folder) -> tuple[str, ...]:
    """Open the signatures; return a sentence on each that does not hold."""
    if found.trust is None:
        return ()
    found.signed, wrong = open_signatures(found.envelopes, found.trust)
    return wrong


def audited(record: AuditRecord, content: bytes) -> Audited:
    """Return what signatures on this record, whose exact bytes are `content`, are compared with."""
    return Audited(
        created=record.created,
        demonstration=record.demonstration,
        inputs=frozenset(inputs_of(record.artifacts).items()),
        digest=sha256(content),
    )
