"""The trust boundary: bytes on disk → Model and Evaluation. Nothing in a file is believed, and nothing in it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.errors import AuditFailedError, DamagedFileError, FateauditError, RefusedModelError
from fateaudit.evaluation import Evaluation, Model, Predict
from fateaudit.loading.datasets import Dataset, describe_dataset, open_dataset, open_frame, refuse_another_digest
from fateaudit.loading.evaluating import evaluate
from fateaudit.loading.favouring import favourable_probability, reopened
from fateaudit.loading.formats import MEDIA_TYPES, Format, recognise
from fateaudit.loading.skops_model import open_skops
from fateaudit.loading.sources import Way
from fateaudit.loading.unusable import refuse_lost_rows, refuse_missing_groups
from fateaudit.loading.wanting import Asked, want
from fateaudit.policy import PolicyFile
from fateaudit.tallying import Parts, Wanted

__all__ = ["LOADERS", "Asked", "Way", "describe_inputs", "load_evaluation", "open_model"]

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
    yield replace(LOADERS[kind](content, artifact), reopen=partial(LOADERS[kind], content, artifact))


def load_evaluation(
    source: PolicyFile,
    model: Model | None,
    asked: Asked | None = None,
    way: Way | None = None,
    data: object = None,
) -> tuple[Evaluation, tuple[Artifact, ...]]:
    """Read every row of the policy's dataset, or of a data frame instead, once, and keep what an audit needs to know.

    Returns it with what the record names as the dataset. Raises what is wrong with the data or the policy's columns.
    """
    dataset = open_dataset(source, in_pieces=way is not None and way.jobs > 1) if data is None else open_frame(data)
    try:
        wanted = want(source, model, dataset.rows.columns, dataset.name, asked or Asked())
        predict = None if model is None else favourable_probability(model, source)
        with _unchanged(dataset):
            parts = _tally(dataset, wanted, _with_model(way or Way(), model, predict, source), source)
        refuse_lost_rows(parts.tables[""], wanted, dataset.rows.rows, dataset.name)
        artifacts = dataset.artifacts(parts)
        refuse_another_digest(artifacts[-1], source)
        return evaluate(parts, wanted, predict, source, dataset.name), artifacts
    except (MemoryError, RecursionError) as error:
        raise DamagedFileError(
            f"{dataset.name} cannot be held in memory ({type(error).__name__})", hint="audit fewer rows"
        ) from None
    finally:
        dataset.close()


@contextmanager
def _unchanged(dataset: Dataset) -> Iterator[None]:
    """Refuse files that are not what they were; what else is wrong with them may come of that."""
    changed = DamagedFileError(
        f"{dataset.name} was changed while it was read", hint="run it again when nobody writes there, or on a copy"
    )
    try:
        yield
    except FateauditError:
        if dataset.is_changed:
            raise changed from None
        raise
    if dataset.is_changed:
        raise changed


def _with_model(way: Way, model: Model | None, predict: Predict | None, source: PolicyFile) -> Way:
    if model is None or predict is None:
        return way
    reopen = None if model.reopen is None else partial(reopened, model.reopen, source.policy.columns.favourable)
    return replace(way, score=predict, reopen=reopen)


def _tally(dataset: Dataset, wanted: Wanted, way: Way, source: PolicyFile) -> Parts:
    """Read the rows. What a model cannot take may be what the policy forbids, and that says more."""
    try:
        return dataset.rows.tally(wanted, way)
    except AuditFailedError:
        if wanted.inputs:
            unscored = replace(wanted, inputs=(), sample=0, keeps_scores=False)
            refuse_missing_groups(dataset.rows.tally(unscored, Way()).tables[""], source)
        raise


def describe_inputs(source: PolicyFile) -> tuple[Artifact, ...]:
    """Return policy, dataset and model as an audit of them names them; no model is opened and no row is parsed.

    Raises what `open_model` and `load_evaluation` raise for another file than the pinned one, or none.
    """
    model = _read_model(source)
    return (source.artifact, describe_dataset(source), *([model[1]] if model else []))


def _read_model(source: PolicyFile) -> tuple[bytes, Artifact, Format] | None:
    path = source.policy.model.path
    if path is None:
        return None
    content = read(
        source.folder / path,
        what="the model",
        where=[source.where("model", "path")],
        hint=f"write model.path as it is seen from the folder of {source.artifact.name}",
    )
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


def _refuse_another_digest(artifact: Artifact, pinned: str | None, where: str) -> None:
    if pinned is not None and artifact.sha256 != pinned:
        raise RefusedModelError(
            f"{artifact.name} is not the file that the policy pins",
            where=[where, f"the file's sha256 is {artifact.sha256}"],
            hint="find out which of the two is meant: the audited file must be the one in use",
        )
