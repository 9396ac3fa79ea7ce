"""How many rows the model was trained on: every row looked up by its id, wherever the rows lie. No id is shown.

The rows are read once more, as if a model scored them that says 1 of a row of training and 0 of any other: so files,
queries, frames and tables on Spark are all counted by the one plan that counts everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.counting import as_text
from fateaudit.errors import ColumnError, PolicyError, RefusedModelError, UnusableDataError, did_you_mean, placed
from fateaudit.evaluation import Column, ColumnKind, Overlap
from fateaudit.formats import MEDIA_TYPES, recognise
from fateaudit.loading.digests import as_id, digest, is_digests, read_digests
from fateaudit.loading.sources import Reopened, Source, Way
from fateaudit.loading.tables import read_table
from fateaudit.tallying import Wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fateaudit.policy import PolicyFile
    from fateaudit.policy.training import TrainingSource

COLUMN = ("columns", "train_id")


@dataclass(frozen=True, slots=True)
class Trained:
    """The ids of the rows of training: as they are compared, or as digests."""

    known: frozenset[str] | frozenset[bytes]
    salt: str | None
    """What the digests were made with; None for ids."""

    @property
    def by(self) -> Literal["ids", "digests"]:
        """What they were at hand as."""
        return "ids" if self.salt is None else "digests"

    def score(self, table: pa.Table) -> NDArray[np.float64]:
        """Return for each id in a table of one column of text 1 if it is known, 0 if not, NaN where there is none."""
        encoded = table.column(0).combine_chunks().dictionary_encode()
        said = [self._knows(one) for one in encoded.dictionary.to_pylist()]
        # The last place is for a row without an id.
        answers = np.array([*said, np.nan], np.float64)
        found: NDArray[np.float64] = answers[encoded.indices.fill_null(len(said)).to_numpy(zero_copy_only=False)]
        return found

    def _knows(self, value: str) -> float:
        plain = as_id(value)
        if not plain:
            return np.nan
        return float((plain if self.salt is None else digest(value, self.salt)) in self.known)


def reopened(trained: Trained) -> Reopened:
    """Return the same for a worker on another machine."""
    return Reopened(trained.score, lambda: None)


def count_overlap(
    rows: Source, source: PolicyFile, name: str, expected: int
) -> tuple[Overlap | None, tuple[Artifact, ...]]:
    """Return how many of the rows of the dataset `name` the model was trained on, and the file that says so.

    Nothing of either where the policy names no training data.

    Raises UsageError for a column or file that is not there, AuditFailedError for a file that is damaged or not the
    pinned one, and where fewer or more than the `expected` rows come when they are read again.
    """
    training, column = source.policy.training, source.policy.columns.train_id
    if training is None or column is None:
        return None, ()
    _refuse_missing(column, rows.columns, source.where(*COLUMN), name)
    trained, artifact = read_training(source, training, column)
    wanted = Wanted(
        inputs=(Column(column, ColumnKind.TEXT),),
        frequency=source.policy.columns.frequency,
        places={column: source.where(*COLUMN)},
        reader=f"{source.where(*COLUMN)}: ids are compared as {{}}",
    )
    tallied = rows.tally(wanted, Way(score=trained.score, reopen=partial(reopened, trained))).tables[""]
    found = {entry["decided"]: 0 for entry in tallied.to_pylist()}
    for entry in tallied.to_pylist():
        found[entry["decided"]] += int(entry["n"])
    if sum(found.values()) != expected:
        raise UnusableDataError(
            f"{name} gave {expected:,} rows, and {sum(found.values()):,} when it was read again for training ids",
            hint="run it again when nobody writes there; a query must give the same rows each time",
        )
    inside, unnamed = found.get(1, 0), found.get(None, 0)
    return Overlap(expected, inside, unnamed, len(trained.known), trained.by), (artifact,)


def read_training(source: PolicyFile, training: TrainingSource, column: str) -> tuple[Trained, Artifact]:
    """Return the ids that the policy names, and the file that holds them."""
    place = source.where("training", "path")
    content = read(
        source.folder / training.path,
        what="the training data",
        where=[place],
        hint=f"write training.path as it is seen from the folder of {source.artifact.name}",
    )
    name = Path(training.path).name
    kind = "text/plain" if is_digests(content) else MEDIA_TYPES.get(recognise(content), "application/octet-stream")
    artifact = describe(content, role="training", name=name, media_type=kind)
    if training.sha256 is not None and artifact.sha256 != training.sha256:
        raise RefusedModelError(
            f"{artifact.name} is not what the policy pins",
            where=[source.where("training", "sha256"), f"its sha256 is {artifact.sha256}"],
            hint="find out which of the two is meant: a list that lost rows finds fewer of them",
        )
    if not is_digests(content):
        return _from_table(content, artifact.name, training, column, source), artifact
    if training.salt is None:
        raise PolicyError(
            f"{artifact.name} holds digests, and the policy does not say what they were made with",
            where=[place],
            hint='write training: { path: …, salt: "…" }, as whoever made them typed it',
        )
    # The line alone: what stands there is the salt, and errors end in logs.
    with placed(f"{source.document.name}:{source.document.line_of(('training', 'salt'))}"):
        return Trained(read_digests(content, training.salt, artifact.name).digests, training.salt), artifact


def _from_table(content: bytes, name: str, training: TrainingSource, column: str, source: PolicyFile) -> Trained:
    if training.salt is not None:
        raise PolicyError(
            f"{name} holds no digests, so a salt means nothing there",
            where=[f"{source.document.name}:{source.document.line_of(('training', 'salt'))}"],
            hint="remove it; or name the file that `fateaudit digests` wrote",
        )
    ids = ids_of(read_table(content, name), column, name, source.where(*COLUMN))
    return Trained(frozenset(filter(None, map(as_id, ids.drop_null().to_pylist()))), None)


def ids_of(table: pa.Table, column: str, name: str, where: str) -> pa.Array:
    """Return the ids in a table of training data as text. Raises ColumnError where there is no such column.

    Raises UnusableDataError where the column holds no id at all: nobody could be found in it.
    """
    _refuse_missing(column, table.column_names, where, name)
    with placed(where):
        ids = as_text(table[column], column)
    if not any(map(as_id, ids.drop_null().to_pylist())):
        raise UnusableDataError(f'no row of {name} has a value in "{column}"', hint="name the column that holds ids")
    return ids


def _refuse_missing(column: str, there: tuple[str, ...] | list[str], where: str, name: str) -> None:
    if column not in there:
        raise ColumnError(
            f'column "{column}" is not in {name}',
            # Not their names: the first line of a list without a header is an id.
            where=[*filter(None, [where]), f"{name} has {len(there):,} column{'' if len(there) == 1 else 's'}"],
            hint=did_you_mean(column, there) or "name the column of ids that the data and the training data both have",
        )
