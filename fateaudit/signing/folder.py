"""The files of an audit's folder: which there are, their digests, and where signatures lie."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from fateaudit.documents import UNSAFE
from fateaudit.errors import printable
from fateaudit.signing.envelopes import MAX_ENVELOPE_BYTES
from fateaudit.signing.statements import Role

SIGNATURES = "signatures"
ENDING = ".dsse.json"
MANIFEST = f"{SIGNATURES}/manifest{ENDING}"


def envelope_name(role: Role) -> str:
    """Return where the signature in a role lies, relative to the audit's folder."""
    return f"{SIGNATURES}/{role.value}{ENDING}"


def list_files(folder: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the sha256 of every file but the manifest by its relative name, and a sentence on each that is no file.

    Links are not followed: what they point to is not in the folder, and may change without it.
    """
    digests: dict[str, str] = {}
    problems: list[str] = []
    for name, entry in _walk(folder, ""):
        if UNSAFE.search(name):
            problems.append(f"{printable(name)} has a name that cannot be written in a list of files")
        elif entry.is_symlink():
            problems.append(f"{name} is a link: an audit's folder holds the files themselves")
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            problems.append(f"{name} is a device or a pipe, not a file")
        elif name != MANIFEST:
            digests[name] = digest_of(Path(entry))
    return dict(sorted(digests.items())), tuple(problems)


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything that is not a folder, with its relative POSIX name."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry), f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}", entry


def digest_of(path: Path) -> str:
    """Return the sha256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_envelopes(folder: Path) -> dict[str, bytes]:
    """Return every signature in the folder but the manifest, by its relative name. Raises OSError."""
    return {
        f"{SIGNATURES}/{path.name}": _read(path)
        for path in sorted((folder / SIGNATURES).glob(f"*{ENDING}"))
        if f"{SIGNATURES}/{path.name}" != MANIFEST and path.is_file() and not path.is_symlink()
    }


def read_manifest(folder: Path) -> bytes | None:
    """Return the signed list of files, if there is one. Raises OSError."""
    path = folder / MANIFEST
    return _read(path) if path.is_file() and not path.is_symlink() else None


def _read(path: Path) -> bytes:
    """Return a file's bytes, or so many that it is too long to be an envelope."""
    with path.open("rb") as file:
        return file.read(MAX_ENVELOPE_BYTES + 1)
