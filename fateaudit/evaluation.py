"""Predictions on a dataset, and the roles of its columns: all that the measuring pillars are shown.

Rows in memory and rows that stay in an engine look the same from here: fairness asks for counts, explanations ask
for a sample and for predictions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from fateaudit.artifacts import Artifact
from fateaudit.counts import Counts

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from fateaudit.counting import Coded

AccessKind: TypeAlias = Literal["file", "pickle", "callable", "endpoint"]

Predict: TypeAlias = "Callable[[pa.Table], NDArray[np.float64]]"
"""Raw columns in, one row of numbers for each row out. Text, because this module loads no data library."""


DRAWN = 2_000
"""Rows at most that are compared with each other, each with every other."""


RECORDED = "fateaudit:recorded"
"""The column of a sample that says what the label is: 1 favourable, 0 adverse, -1 not recorded."""


class ColumnKind(StrEnum):
    """How a model reads a column."""

    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A raw column by name and kind."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Linear:
    """A final step that weighs encoded columns: sum(coef × encoded) + intercept."""

    coef: tuple[float, ...]
    intercept: float


class InsideError(Exception):
    """The inside of a model did not answer. Only what needed that answer is not measured."""


class Inside(Protocol):
    """What can be asked of a model whose parts are at hand. Every method may raise InsideError."""

    def encode(self, table: pa.Table) -> NDArray[np.float64]:
        """Return what the final step is shown, shape (rows, encoded columns)."""

    def names(self) -> tuple[str, ...]:
        """Name the encoded columns; empty when they have no names."""

    def linear(self) -> Linear | None:
        """Return the final step's weights; None when it is not linear."""

    def score(self, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the final step says of rows as `encode` gives them, mixed or not: shape (rows, classes)."""

    def attribute(
        self, table: pa.Table, background: pa.Table, made_of: NDArray[np.int64], columns: int
    ) -> NDArray[np.float64]:
        """Return interventional Shapley values of the model's outputs, by paths through the trees.

        `made_of` says of which of `columns` raw columns each encoded column is made, -1 for none. Shape (rows, columns,
        outputs): one output for each class, or one for the second class, or the number that a regressor gives.
        """


@dataclass(frozen=True, slots=True)
class Isolation:
    """What kept the model's code from the rest of the machine, and how much it could use."""

    landlock: int
    """Version of the kernel's Landlock that was in force; 0 for none."""
    seccomp: bool
    rlimits: bool
    bubblewrap: bool
    memory: int
    """Bytes."""
    seconds: int
    """For one answer."""
    batch_rows: int


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model that can be asked."""

    artifact: Artifact
    inputs: tuple[Column, ...]
    """The raw columns it reads, in its own order."""
    classes: tuple[str, ...]
    """The values it predicts, as text, in the order of the columns that `predict` returns; none where it gives one
    number a row in a unit of its own."""
    predict: Predict
    """Arrow table of raw columns in; float64 of shape (rows, classes) out, or (rows, 1)."""
    structure: tuple[str, ...]
    """The steps it is made of, outermost first, as its file states them."""
    access: AccessKind = "file"
    """What was at hand: a file, a pickle, a callable, an endpoint."""
    isolation: Isolation | None = None
    """None for a model that runs on somebody else's machine."""
    inside: Inside | None = None
    """None for a closed model."""
    settings: tuple[tuple[str, str, str], ...] = ()
    """What its steps were set to, as its file states it: a step, a setting, a value."""
    reopen: Callable[[], Model] | None = None
    """Opens the same model again, here or on another machine."""
    close: Callable[[], None] = lambda: None
    """Ends what runs for it."""


@dataclass(frozen=True, slots=True)
class Binning:
    """How the values of an attribute become groups."""

    edges: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    """A numeric attribute is cut at `edges` into groups called `names`, one fewer."""
    not_recorded: tuple[str, ...] = ()
    """Values that say that nothing was recorded."""


def decide(score: NDArray[np.float64], threshold: float, at: str) -> NDArray[np.bool_]:
    """Return which scores are a favourable decision: at or above the threshold, or as `at` says: ">", "<=", "<"."""
    decided: NDArray[np.bool_] = _SIDES[at](score, threshold)
    return decided


_SIDES: Mapping[str, Callable[[Any, float], Any]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows as the model reads them, drawn without replacement, each with its decision."""

    inputs: pa.Table
    decision: NDArray[np.int8]
    """1 favourable, 0 adverse."""
    score: NDArray[np.float64] | None = None
    """For what must decide them again; None where nothing will."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Every row's score, label and groups, for what no table of counts can tell. It never leaves the run."""

    score: NDArray[np.float64]
    """Finite; the higher, the nearer to the favourable outcome, unless less is better."""
    label: NDArray[np.int8]
    """1 favourable, 0 adverse, -1 not recorded."""
    attributes: tuple[Coded, ...]
    drawn: Drawn | None
    """None without a model: then nobody knows which columns a decision was made from."""
    weight: NDArray[np.float64] | None = None
    """How much each row counts for; None where all count for one."""
    gives_numbers: bool = False
    """Whether scores are numbers in a unit of the model's own, whatever range they happen to lie in."""
    less_is_better: bool = False

    @property
    def toward(self) -> NDArray[np.float64]:
        """Scores, or their negatives: the higher, the nearer to the favourable outcome."""
        return -self.score if self.less_is_better else self.score

    @property
    def is_probability(self) -> bool:
        """Whether every score lies between 0 and 1, and may be taken for a probability."""
        if self.gives_numbers:
            return False
        return bool(len(self.score) and self.score.min() >= 0 and self.score.max() <= 1)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many rows the model was trained on, by their ids."""

    rows: int
    inside: int
    """Rows whose id is one of the training data."""
    unnamed: int
    """Rows without an id, of which nobody can say."""
    known: int
    """Different ids of the training data."""
    by: Literal["ids", "digests"]
    """What the training data were at hand as."""


class Evaluation(Protocol):
    """A dataset with a decision for each row."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    @property
    def others(self) -> tuple[str, ...]:
        """The columns that nobody declared, and that can be counted by themselves."""

    @property
    def predict(self) -> Predict | None:
        """The model itself: float64 probability of the favourable outcome for other rows; None without a model."""

    def counts(self, attributes: Sequence[str], bins: Mapping[str, Binning] | None = None) -> Counts:
        """Return how many rows there are per joint cell, label and decision.

        `attributes` are those that the policy declares, or one of `others`.
        """

    def quarters(self, name: str) -> Binning | None:
        """Return the cut of a column of numbers into four groups of about equal size, named by their place alone.

        None for what holds no numbers, too few different ones, or whole numbers that are all different: an id.
        """

    def sample(
        self,
        n: int,
        *,
        attributes: Sequence[str] = (),
        bins: Mapping[str, Binning] | None = None,
        labelled: bool = False,
    ) -> pa.Table | None:
        """Return at most `n` of the rows that were drawn without replacement; None where rows cannot be had.

        They hold what the model reads, as it reads it, and the group of each attribute in a column `attribute:NAME`;
        `labelled` rows also their label, where there is one, in a column `RECORDED`.
        """

    @property
    def overlap(self) -> Overlap | None:
        """How many of the rows the model was trained on; None where the policy names no training data."""

    def scored(self, attributes: Sequence[str], bins: Mapping[str, Binning] | None = None) -> Scored | None:
        """Return the score of every row, with its label and groups; None where there are none, or nobody asked."""
