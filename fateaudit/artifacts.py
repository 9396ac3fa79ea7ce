"""A file by name, size and digest; writing that leaves either the whole file or none."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from fateaudit.documents import Frozen
from fateaudit.errors import AuditFailedError, DamagedFileError, UsageError, did_you_mean, nearest, printable


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
    return Artifact(role=role, name=printable(name), media_type=media_type, size=len(content), sha256=sha256(content))


def describe_files(files: Sequence[Path], *, role: str, name: str, media_type: str, root: Path) -> Artifact:
    """Return the artifact that files are, read piece by piece; several are named together.

    The digest of several is that of a list as `sha256sum` prints it, sorted by their paths below `root`. Raises
    DamagedFileError for a file that cannot be read.
    """
    digests, size = [], 0
    for path in files:
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
                size += file.tell()
        except OSError as error:
            raise DamagedFileError(
                f"{path.name} cannot be read: {error.strerror}", hint="check who may read it"
            ) from None
    lines = [f"{digest}  {path.relative_to(root).as_posix()}\n" for digest, path in zip(digests, files, strict=True)]
    digest = digests[0] if len(files) == 1 else sha256("".join(lines).encode())
    return Artifact(role=role, name=printable(name), media_type=media_type, size=size, sha256=digest)


def sha256(content: bytes) -> str:
    """Return the digest of `content` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read(path: Path, *, what: str, hint: str, where: Iterable[str] = ()) -> bytes:
    """Return the bytes of a file that the user named; `what` says what it should have been, `where` who named it.

    Raises UsageError when there is no such file, DamagedFileError when there is one and it cannot be read. Only an
    ordinary file is read: a pipe or a device may never end.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "a device or a pipe"
            raise UsageError(f"{what} {path} is {kind}, not a file", where=where, hint=hint)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{what} {path} does not exist", where=where, hint=_neighbour(path) or hint) from None
    except ValueError:
        # No path holds a NUL character.
        raise UsageError(f"{what} {path} is not the path of a file", where=where, hint=hint) from None
    except OSError as error:
        raise DamagedFileError(
            f"{what} {path} cannot be read: {error.strerror}", where=where, hint="check the path, and who may read it"
        ) from None


def _neighbour(path: Path) -> str:
    """Ask whether another file of nearly the same name was meant: the same kind, or the same name and another kind."""
    try:
        others = [entry for entry in path.parent.iterdir() if entry.is_file()]
        # By their stems: two names that share only ".yaml" are not near.
        meant = nearest(
            path.stem, [entry.stem for entry in others if path.suffix == entry.suffix or path.stem == entry.stem]
        )
        near = [entry.name for entry in others if entry.stem == meant and entry.name != path.name]
        return did_you_mean(path.name, near)
    except OSError:
        return ""


def write_atomic(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a crash, a full disk or a signal leaves the old file or the new one."""
    _write(path, content, Path.replace)


def write_new(path: Path, content: bytes) -> None:
    """Do the same for a file that must not be there yet; of two programs that try, one fails with UsageError."""

    def claim(draft: Path, target: Path) -> None:
        try:
            try:
                target.hardlink_to(draft)
            except FileExistsError:
                raise
            except OSError:
                # A disk that knows no links: the next best is not to replace what is there.
                with target.open("xb"):
                    pass
                draft.replace(target)
        except FileExistsError:
            raise UsageError(
                f"{target} exists already", hint="choose another folder with --out, or move it away"
            ) from None

    _write(path, content, claim)


def _write(path: Path, content: bytes, put: Callable[[Path, Path], object]) -> None:
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
        put(Path(draft), path)
    except OSError as error:
        raise AuditFailedError(
            f"{path} cannot be written: {error.strerror}", hint="free some space, or choose another folder with --out"
        ) from None
    finally:
        Path(draft).unlink(missing_ok=True)
