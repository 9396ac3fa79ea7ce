"""A finished audit checked: files, signatures, and whether the findings follow from the evidence.

From the outside in: the signed list of files, what the PDF carries, the signatures, the record, the inputs. Whatever is
damaged becomes a sentence that names the file and the cause; nothing here raises for what a file holds. The PDF is
opened only when the signed list vouches for it.
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from fateaudit.accountability import inputs_of
from fateaudit.artifacts import sha256
from fateaudit.errors import ExitCode, FateauditError, UsageError, printable
from fateaudit.record import AuditRecord, conclude_again
from fateaudit.signing import (
    MANIFEST,
    Signed,
    Trust,
    list_files,
    moment,
    open_manifest,
    open_signatures,
    read_attachments,
    read_envelopes,
    read_manifest,
    read_trust,
)
from fateaudit.signing.rules import wrong_listing
from fateaudit.standing import QUORUM, RECORD, Audited, Cause, Judgement, Lack, Standing, judge_manifest, judge_standing

TRUST = "trust.yaml"
REPORT = "report.pdf"


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What a folder is worth, and everything that speaks against it."""

    judgement: Judgement
    problems: tuple[str, ...]
    """One sentence each, naming the file and the cause; empty when everything holds."""
    notes: tuple[str, ...]
    """What could not be looked at, because it is not in the folder."""
    demonstration: bool
    files: int
    trust_digest: str | None
    """The sha256 of the trust file: what a reader compares with what the signers' organisation publishes."""

    @property
    def standing(self) -> Standing:
        """The standing, this folder's files included."""
        return self.judgement.standing

    @property
    def exit_code(self) -> ExitCode:
        """0 when everything holds, a refusal and a demonstration included; 5 otherwise."""
        return ExitCode.NOT_VERIFIED if self.problems else ExitCode.OK


@dataclass(slots=True)
class _Folder:
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


def verify(folder: Path, *, now: str, trust_pin: str | None = None) -> VerificationResult:
    """Check the folder of a finished audit at the time `now` (`2026-11-21T12:00:00Z`).

    `trust_pin` is the sha256 of the trust file as the reader knows it; it goes beside the one that the policy pins.
    Raises UsageError when there is no such folder.
    """
    found = _read(folder)
    _read_record(found)
    _read_trust(found, trust_pin)
    wrong = _open_signatures(found)
    _check_manifest(found, now)
    _check_report(found)
    found.wrong += wrong
    _check_conclusions(found)
    _check_inputs(found)
    return _result(found, now)


def examine(folder: Path, *, now: str, trust_pin: str | None = None) -> Judgement:
    """Say what the signatures in a folder make of its record; the list of files and the PDF are not looked at.

    For the report, which is made before both. Raises UsageError when there is no such folder.
    """
    found = _read(folder)
    _read_record(found)
    _read_trust(found, trust_pin)
    found.wrong += _open_signatures(found)
    _check_conclusions(found)
    _check_inputs(found)
    return _judge(found, now)


def _read(folder: Path) -> _Folder:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", hint="give the folder that holds audit.json")
    found = _Folder(folder)
    try:
        found.files, wrong = list_files(folder)
        found.wrong += wrong
        found.envelopes = read_envelopes(folder)
        found.manifest = read_manifest(folder)
    except OSError as error:
        found.wrong.append(f"{error.filename} cannot be read: {error.strerror}")
    return found


def _read_file(found: _Folder, name: str) -> bytes | None:
    """Return a listed file's bytes; what a link or a device would give is not in the folder."""
    try:
        return (found.path / name).read_bytes() if name in found.files else None
    except OSError as error:
        found.wrong.append(f"{name} cannot be read: {error.strerror}")
        return None


def _read_record(found: _Folder) -> None:
    content = _read_file(found, RECORD)
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


def _read_trust(found: _Folder, trust_pin: str | None) -> None:
    """Read the trust file, unless nothing is signed; one that nothing pins is not believed."""
    if not found.envelopes and found.manifest is None:
        return
    content = _read_file(found, TRUST)
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


def _check_manifest(found: _Folder, now: str) -> None:
    if found.trust is None:
        return
    if found.manifest is None:
        found.unlisted = True
        return
    try:
        item = open_manifest(found.manifest, MANIFEST, found.trust)
    except FateauditError as error:
        found.wrong.append(error.message)
        return
    found.wrong += wrong_listing(item, found.files)
    if found.record is not None:
        found.wrong += judge_manifest(item, found.signed, audited(found.record, found.content), now=now)


def _check_report(found: _Folder) -> None:
    """Compare what the PDF carries with the folder's files, when the list of files vouches for all of them."""
    if found.wrong or found.unlisted or found.trust is None:
        return
    content = _read_file(found, REPORT)
    if content is None:
        found.notes.append(f"{REPORT} is not in the folder")
        return
    try:
        attached = {(name, sha256(embedded)) for name, embedded in read_attachments(content, REPORT)}
    except FateauditError as error:
        found.wrong.append(error.message)
        return
    if RECORD not in {name for name, _ in attached}:
        found.wrong.append(f"{REPORT} does not carry {RECORD}")
    known = set(found.files.values())
    for name, digest in sorted(attached):
        if name == RECORD and digest != found.files.get(RECORD):
            found.wrong.append(f"{REPORT} carries another {RECORD} than the one beside it")
        elif digest not in known:
            found.wrong.append(f"{REPORT} carries {name}, which is not in the folder")


def _open_signatures(found: _Folder) -> tuple[str, ...]:
    """Open the signatures; return a sentence on each that does not hold."""
    if found.trust is None:
        return ()
    found.signed, wrong = open_signatures(found.envelopes, found.trust)
    return wrong


def _check_conclusions(found: _Folder) -> None:
    record = found.record
    if record is None:
        return
    try:
        follows = conclude_again(record) == (record.findings, record.opinion)
    except Exception:  # noqa: BLE001 - a record that was made up can break any assumption of the judging
        follows = False
    if not follows:
        found.wrong.append(f"{RECORD}: its findings do not follow from its evidence")


def _check_inputs(found: _Folder) -> None:
    """Compare the files that the audit used with the record, as far as they are in the folder."""
    for artifact in found.record.artifacts if found.record else ():
        here = [name for name in found.files if artifact.name in {name, PurePosixPath(name).name}]
        if not here and artifact.role == "answers":
            found.wrong.append(f"{artifact.name}, the answers of this audit, is missing")
        elif not here:
            found.notes.append(f"{artifact.name} ({artifact.role}) is not in the folder; the record names its sha256")
        elif all(found.files[name] != artifact.sha256 for name in here):
            found.wrong.append(f"{here[0]} is not the {artifact.role} that the audit used")


def _judge(found: _Folder, now: str) -> Judgement:
    causes = [Cause(Lack.BROKEN, sentence) for sentence in found.wrong]
    if found.unlisted:
        causes.append(Cause(Lack.MISSING, f"{MANIFEST} is missing: nobody has signed the list of files"))
    # Where nothing could be opened, who has not signed cannot be said.
    quorum = () if found.envelopes and (found.trust is None or found.record is None) else QUORUM
    if found.record is None:
        nothing = Audited(created=now, demonstration=False, inputs=frozenset(), digest="")
        return judge_standing(nothing, (), now=now, causes=causes, quorum=quorum)
    known = audited(found.record, found.content)
    return judge_standing(known, found.signed, now=now, causes=causes, quorum=quorum)


def _result(found: _Folder, now: str) -> VerificationResult:
    judgement = _judge(found, now)
    trust = found.files.get(TRUST)
    return VerificationResult(
        judgement=judgement,
        problems=tuple(dict.fromkeys(printable(cause.sentence) for cause in judgement.causes)),
        notes=tuple(printable(note) for note in found.notes),
        demonstration=found.record is not None and found.record.demonstration,
        files=len(found.files),
        trust_digest=trust,
    )


def audited(record: AuditRecord, content: bytes) -> Audited:
    """Return what signatures on this record, whose exact bytes are `content`, are compared with."""
    return Audited(
        created=record.created,
        demonstration=record.demonstration,
        inputs=frozenset(inputs_of(record.artifacts).items()),
        digest=sha256(content),
    )
