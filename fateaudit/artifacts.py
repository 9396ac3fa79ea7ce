"""A file by name, size and digest; writing that leaves either the whole file or none."""

import hashlib
import os
import tempfile
from pathlib import Path

from fateaudit.documents import Frozen
from fateaudit.errors import AuditFailedError, UsageError


class Artifact(Frozen):
    """How a model, dataset, policy, checklist or evidence file is named in the record."""

    role: str
    name: str
    """The file's name without its folder: a path would say whose machine it was."""
    media_type: str
    size: int
    sha256: str


def describe(content: bytes, *, role: str, name: str, media_type: str) -> Artifact:
    """Return the artifact that `content` is."""
    return Artifact(role=role, name=name, media_type=media_type, size=len(content), sha256=sha256(content))


def sha256(content: bytes) -> str:
    """Return the digest of `content` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read(path: Path, *, what: str, hint: str) -> bytes:
    """Return the bytes of a file that the user named; `what` says what it should have been."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{what} {path} does not exist", hint=hint) from None
    except IsADirectoryError:
        raise UsageError(f"{what} {path} is a folder, not a file", hint=hint) from None
    except OSError as error:
        raise UsageError(f"{what} {path} cannot be read: {error.strerror}", hint="check who may read it") from None


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a crash, a full disk or a signal leaves the old file or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise AuditFailedError(
            f"{path} cannot be written: {error.strerror}", hint="choose another folder with --out"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private to its owner; a report is for others too, as any new file would be.
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(path)
    except OSError as error:
        raise AuditFailedError(
            f"{path} cannot be written: {error.strerror}", hint="free some space, or choose another folder with --out"
        ) from None
    finally:
        Path(draft).unlink(missing_ok=True)
