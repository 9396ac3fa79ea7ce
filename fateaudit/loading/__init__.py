"""`dataset.path` → an Evaluation: every row read once. Nothing in a file is believed, and nothing in it is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from fateaudit.artifacts import Artifact
from fateaudit.errors import AuditFailedError, DamagedFileError, FateauditError
from fateaudit.evaluation import Evaluation, Model, Predict
from fateaudit.loading.datasets import Dataset, describe_dataset, open_dataset, open_frame, refuse_another_digest
from fateaudit.loading.evaluating import evaluate
from fateaudit.loading.favouring import favourable_score, reopened
from fateaudit.loading.overlapping import count_overlap
from fateaudit.loading.sources import Way
from fateaudit.loading.unusable import refuse_lost_rows, refuse_missing_groups
from fateaudit.loading.wanting import Asked, want
from fateaudit.policy import PolicyFile
from fateaudit.tallying import Parts, Wanted

__all__ = ["Asked", "Way", "describe_dataset", "load_evaluation"]


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
        predict = None if model is None else favourable_score(model, source)
        with _unchanged(dataset):
            parts = _tally(dataset, wanted, _with_model(way or Way(), model, predict, source), source)
        refuse_lost_rows(parts.tables[""], wanted, dataset.rows.rows, dataset.name)
        artifacts = dataset.artifacts(parts)
        refuse_another_digest(artifacts[-1], source)
        evaluation = evaluate(parts, wanted, predict, source, dataset.name)
        with _unchanged(dataset):
            overlap, training = count_overlap(dataset.rows, source, dataset.name, evaluation.rows)
        return replace(evaluation, overlap=overlap), (*artifacts, *training)
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
    batch = way.batch if model.isolation is None else model.isolation.batch_rows
    return replace(way, score=predict, reopen=reopen, batch=batch)


def _tally(dataset: Dataset, wanted: Wanted, way: Way, source: PolicyFile) -> Parts:
    """Read the rows. What a model cannot take may be what the policy forbids, and that says more."""
    try:
        return dataset.rows.tally(wanted, way)
    except AuditFailedError:
        if wanted.inputs:
            unscored = replace(wanted, inputs=(), sample=0, keeps_scores=False)
            refuse_missing_groups(dataset.rows.tally(unscored, Way()).tables[""], source)
        raise
