"""An MLflow folder → its native model file. Its own loader is never called: it imports what the folder names."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from fateaudit.artifacts import Artifact, sha256
from fateaudit.documents import MAX_YAML_BYTES, read_yaml
from fateaudit.errors import DamagedFileError, PolicyError, RefusedModelError, UsageError, placed, printable
from fateaudit.formats import recognise
from fateaudit.models.files import ModelFile
from fateaudit.policy import PolicyFile
from fateaudit.worker.opened import Wish

MEDIA_TYPE = "application/x-mlflow"

FILES: Mapping[str, str] = {
    "sklearn": "pickled_model",
    "xgboost": "data",
    "lightgbm": "data",
    "catboost": "data",
    "onnx": "data",
}
"""For each flavour that is read, the setting that names its file. What that file is, its content says."""

MOST_FILES = 1_000
MOST_NESTING = 12
INDEX = "MLmodel"

_NO_NATIVE = "ask its maker for the model file itself, or audit its predictions (columns.prediction)"


def read_folder(path: Path, source: PolicyFile) -> ModelFile:
    """Return the native model file that the folder names; the artifact is the whole folder.

    Raises RefusedModelError where only the folder's own code could open it, and for links and devices in it;
    UsageError for a folder that is no MLflow model, DamagedFileError for one whose index cannot be read.
    """
    model = source.policy.model
    path = path if path.name else path.resolve()
    with placed(source.where("model", "path")):
        files = sorted(_files_in(path), key=lambda file: file.relative_to(path).as_posix())
        if path / INDEX not in files:
            raise UsageError(
                f"{path.name} is a folder without a file {INDEX}",
                hint="name a model file in model.path, or a folder that MLflow wrote",
            )
        index = _read(path / INDEX, most=MAX_YAML_BYTES)
        native = path / _native_file(index, path.name)
        if native not in files:
            raise DamagedFileError(
                f"{path.name} names a model file that is not in it",
                where=[f"{INDEX} names {native.name}"],
                hint="take a fresh copy of the whole folder",
            )
        content = _read(native)
        artifact = _describe(path, files, {path / INDEX: index, native: content})
    return ModelFile(
        content,
        artifact,
        recognise(content),
        Wish(native.name, model.inputs, model.classes, gives_numbers=source.policy.gives_numbers),
    )


def _files_in(folder: Path, nesting: int = 0) -> Iterator[Path]:
    """Yield the ordinary files below a folder. Raises RefusedModelError for anything else, or too many."""
    count = 0
    for entry in _entries(folder):
        if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
            raise RefusedModelError(
                f"{entry.name}, in the model's folder, is a link, a device or a pipe",
                hint="put the files themselves there, so that what is hashed is what runs",
            )
        inside = _files_in(Path(entry.path), nesting + 1) if entry.is_dir() else iter([Path(entry.path)])
        for file in inside:
            count += 1
            if count > MOST_FILES or nesting > MOST_NESTING:
                raise RefusedModelError(
                    f"{folder.name} holds more than {MOST_FILES:,} files, or folders nested deeper than {MOST_NESTING}",
                    hint="name the folder of one model in model.path",
                )
            yield file


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise _unreadable(folder, error) from None


def _native_file(index: bytes, folder: str) -> PurePosixPath:
    """Return the path, within the folder, of the one native model file that its index names."""
    try:
        flavours = read_yaml(index, INDEX).data.get("flavors")
    except PolicyError as error:
        raise DamagedFileError(
            f"{INDEX} in {folder} cannot be read: {error.message}",
            where=error.where,
            hint="take a fresh copy of the whole folder",
        ) from None
    flavours = flavours if isinstance(flavours, dict) else {}
    listed = ", ".join(sorted(flavours)) or "no flavour"
    named = {_named(flavours[flavour], setting) for flavour, setting in FILES.items() if flavour in flavours}
    if not named:
        raise RefusedModelError(
            f"{folder} can only be opened by running code that it names, and that is not done",
            where=[f"{INDEX} names {listed}; read are {', '.join(FILES)}"],
            hint=_NO_NATIVE,
        )
    if len(named) > 1:
        raise RefusedModelError(
            f"{folder} holds several models, and one of them is to be audited",
            where=[f"{INDEX} names {', '.join(sorted(named))}"],
            hint="name the file of the one that is in use in model.path",
        )
    path = PurePosixPath(named.pop())
    if path.is_absolute() or not path.parts or ".." in path.parts or "\x00" in str(path):
        raise RefusedModelError(f"{folder} names a model file outside of itself", hint=_NO_NATIVE)
    return path


def _named(flavour: Any, setting: str) -> str:
    named = flavour.get(setting) if isinstance(flavour, dict) else None
    if not isinstance(named, str):
        raise DamagedFileError(
            f"{INDEX} does not say where the model is ({setting})", hint="take a fresh copy of the whole folder"
        )
    return named


def _read(path: Path, most: int | None = None) -> bytes:
    """Return the bytes of an ordinary file, at most one more than `most`. A link that took its place is not read."""
    try:
        end = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(end, "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(end).st_mode):
                raise OSError(0, "it is no file any more")  # noqa: TRY301 - said as any other trouble with it
            return file.read(-1 if most is None else most + 1)
    except OSError as error:
        raise _unreadable(path, error) from None


def _describe(folder: Path, files: list[Path], known: Mapping[Path, bytes]) -> Artifact:
    """Return the folder as `artifacts.describe_files` names several files; what was read is not read again."""
    lines, size = [], 0
    for path in files:
        digest, length = (sha256(known[path]), len(known[path])) if path in known else _digest(path)
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
        size += length
    digest = sha256("".join(lines).encode("utf-8", "surrogateescape"))
    return Artifact(role="model", name=printable(folder.name), media_type=MEDIA_TYPE, size=size, sha256=digest)


def _digest(path: Path) -> tuple[str, int]:
    try:
        end = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(end, "rb") as file:  # noqa: PTH123 - a descriptor
            return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(end).st_size
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> DamagedFileError:
    return DamagedFileError(f"{path.name} cannot be read: {error.strerror}", hint="check who may read it")
