"""`model.path` → the bytes of a model and what they are, or a refusal. Nothing of them is opened here."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.errors import RefusedModelError
from fateaudit.formats import MEDIA_TYPES, Format, recognise
from fateaudit.models.callables import names_callable, read_callable
from fateaudit.models.files import CODE, PICKLES, READS, ModelFile
from fateaudit.models.mlflow import read_folder
from fateaudit.policy import PolicyFile
from fateaudit.worker.opened import Wish

_REFUSALS = {
    Format.PICKLE: "a pickle, and opening a pickle runs code stored in the file",
    Format.COMPRESSED: "a compressed file, as joblib writes: a pickle may be inside, and opening one runs code",
    Format.CALLABLE: "source of Python, and asking its function runs whatever is written in it",
    Format.EMPTY: "empty",
}

_PREDICTIONS = "audit its predictions (model.path: none)"

FLAGS = {**dict.fromkeys(PICKLES, "--allow-pickle"), Format.CALLABLE: "--allow-callable"}
"""What whoever types the command must type to have their maker's code run."""


def read_model(source: PolicyFile, allowed: Collection[Format] = ()) -> ModelFile:
    """Return the policy's model, unopened.

    Raises RefusedModelError for a format that is not read, or only when it is `allowed`, and for another digest than
    the pinned one; UsageError when there is no such file.
    """
    model = source.policy.model
    assert model.path is not None  # noqa: S101 - whoever asks has looked
    path = source.folder / model.path
    if names_callable(model.path):
        file = read_callable(source)
    elif path.is_dir():
        file = read_folder(path, source)
    else:
        file = _read_file(path, source)
    where = source.where("model", "path")
    _refuse_what_is_not_allowed(file, allowed, where)
    _refuse_another_digest(file.artifact, model.sha256, source.where("model", "sha256"))
    return file


def _read_file(path: Path, source: PolicyFile) -> ModelFile:
    model = source.policy.model
    content = read(
        path,
        what="the model",
        where=[source.where("model", "path")],
        hint=f"write model.path as it is seen from the folder of {source.artifact.name}",
    )
    found = recognise(content)
    media_type = MEDIA_TYPES.get(found, "application/octet-stream")
    artifact = describe(content, role="model", name=path.name, media_type=media_type)
    return ModelFile(
        content,
        artifact,
        found,
        Wish(path.name, model.inputs, model.classes, gives_numbers=source.policy.gives_numbers),
    )


def _refuse_what_is_not_allowed(file: ModelFile, allowed: Collection[Format], where: str) -> None:
    if file.format in READS or file.format in CODE and file.format in allowed:  # noqa: RUF021 - reads as it is said
        return
    flag = FLAGS.get(file.format)
    instead = (
        _PREDICTIONS
        if file.format is Format.CALLABLE
        else f"save the model as .skops where it was trained, or {_PREDICTIONS}"
    )
    hint = instead if flag is None else f"{instead}; {flag} runs its maker's code, locked up, and the report says so"
    what = _REFUSALS.get(file.format, "not a model file that this version reads")
    raise RefusedModelError(f"{file.artifact.name} is {what}", where=[where], hint=hint)


def _refuse_another_digest(artifact: Artifact, pinned: str | None, where: str) -> None:
    if pinned is not None and artifact.sha256 != pinned:
        raise RefusedModelError(
            f"{artifact.name} is not the file that the policy pins",
            where=[where, f"the file's sha256 is {artifact.sha256}"],
            hint="find out which of the two is meant: the audited file must be the one in use",
        )
