"""The trust boundary: bytes on disk → Model and Evaluation. Nothing in a file is believed, and nothing in it is run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.errors import DamagedFileError, RefusedModelError
from fateaudit.evaluation import Evaluation, Model
from fateaudit.loading.formats import MEDIA_TYPES, Format, recognise
from fateaudit.loading.repeating import repeat
from fateaudit.loading.rows import evaluate
from fateaudit.loading.skops_model import open_skops
from fateaudit.loading.tables import read_table
from fateaudit.policy import PolicyFile

LOADERS: dict[Format, Callable[[bytes, Artifact], Model]] = {Format.SKOPS: open_skops}

_REFUSALS = {
    Format.PICKLE: "a pickle, and opening a pickle runs code stored in the file",
    Format.COMPRESSED: "a compressed file, as joblib writes: a pickle may be inside, and opening one runs code",
    Format.EMPTY: "empty",
}


@contextmanager
def open_model(source: PolicyFile) -> Iterator[Model | None]:
    """Open the policy's model for as long as the block lasts; None when only predictions are at hand.

    Raises RefusedModelError for a pickle, an unknown type or another digest than the pinned one; UsageError when the
    file does not exist; DamagedFileError when it cannot be read. The file is read once: what is hashed is what runs.
    """
    found = _read_model(source)
    if found is None:
        yield None
        return
    content, artifact, kind = found
    yield LOADERS[kind](content, artifact)


def load_evaluation(source: PolicyFile, model: Model | None) -> tuple[Evaluation, Artifact]:
    """Read the policy's dataset and give each row its label and decision."""
    content, artifact = _read_dataset(source)
    name = Path(source.policy.dataset.path).name
    try:
        return evaluate(repeat(read_table(content, name), source), model, source, name), artifact
    except (MemoryError, RecursionError) as error:
        raise DamagedFileError(
            f"{name} cannot be held in memory ({type(error).__name__})", hint="audit fewer rows"
        ) from None


def describe_inputs(source: PolicyFile) -> tuple[Artifact, ...]:
    """Return policy, dataset and model as an audit of them names them; no model is opened and no row is parsed.

    Raises what `open_model` and `load_evaluation` raise for another file than the pinned one, or none.
    """
    model = _read_model(source)
    return (source.artifact, _read_dataset(source)[1], *([model[1]] if model else []))


def _read_model(source: PolicyFile) -> tuple[bytes, Artifact, Format] | None:
    path = source.policy.model.path
    if path is None:
        return None
    content = _read(source, "model", path)
    name = Path(path).name
    found = recognise(content)
    if found not in LOADERS:
        what = _REFUSALS.get(found, "not a model file that this version reads")
        raise RefusedModelError(
            f"{name} is {what}",
            where=[source.where("model", "path")],
            hint="save the model as .skops where it was trained, or audit its predictions (model.path: none)",
        )
    artifact = describe(content, role="model", name=name, media_type=MEDIA_TYPES[found])
    _refuse_another_digest(artifact, source.policy.model.sha256, source.where("model", "sha256"))
    return content, artifact, found


def _read_dataset(source: PolicyFile) -> tuple[bytes, Artifact]:
    dataset = source.policy.dataset
    content = _read(source, "dataset", dataset.path)
    media_type = MEDIA_TYPES.get(recognise(content), "application/octet-stream")
    artifact = describe(content, role="dataset", name=Path(dataset.path).name, media_type=media_type)
    _refuse_another_digest(artifact, dataset.sha256, source.where("dataset", "sha256"))
    return content, artifact


def _read(source: PolicyFile, role: str, path: str) -> bytes:
    return read(
        source.folder / path,
        what=f"the {role}",
        where=[source.where(role, "path")],
        hint=f"write {role}.path as it is seen from the folder of {source.artifact.name}",
    )


def _refuse_another_digest(artifact: Artifact, pinned: str | None, where: str) -> None:
    if pinned is not None and artifact.sha256 != pinned:
        raise RefusedModelError(
            f"{artifact.name} is not the file that the policy pins",
            where=[where, f"the file's sha256 is {artifact.sha256}"],
            hint="find out which of the two is meant: the audited file must be the one in use",
        )
