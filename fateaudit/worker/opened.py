"""A model that was opened, whatever its format: what the loop in `serving` asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Whole: TypeAlias = NDArray[np.int64]


class Weights(NamedTuple):
    """A final step that weighs encoded columns: sum(coef × encoded) + intercept."""

    coef: tuple[float, ...]
    intercept: float


class Inside(Protocol):
    """What can be asked of a model whose parts are at hand."""

    def names(self) -> tuple[str, ...]:
        """Name the encoded columns; empty when they have no names."""

    def linear(self) -> Weights | None:
        """Return the final step's weights; None when it is not linear."""

    def encode(self, table: pa.Table) -> Floats:
        """Return what the final step is shown, shape (rows, encoded columns)."""

    def score(self, encoded: Floats) -> Floats:
        """Return what the final step says of rows as `encode` gives them, shape (rows, `Opened.width`)."""

    def attribute(self, table: pa.Table, background: pa.Table, made_of: Whole, columns: int) -> Floats:
        """Return Shapley values of the outputs, shape (rows, columns, outputs).

        `made_of` says of which of `columns` raw columns each encoded column is made, -1 for none.
        """


MOST_ENCODED = 100_000
"""Encoded columns that are described: a hashed text has a million of them, which have no names and are never shown."""

MOST_LETTERS, MOST_OF_ALL = 400, 1_000_000
"""Letters of a name, and of all names together."""


def _told(names: tuple[str, ...]) -> list[str]:
    """Return the names of encoded columns, long ones cut; none where they are too many to be told."""
    told = [name if len(name) <= MOST_LETTERS else f"{name[:MOST_LETTERS]}…" for name in names]
    is_short = len(told) <= MOST_ENCODED and sum(map(len, told)) <= MOST_OF_ALL
    return told if is_short and all(told) else []


@dataclass(frozen=True, slots=True)
class Opened:
    """One fitted model of one outcome, or of one number."""

    inputs: tuple[tuple[str, str], ...]
    """The raw columns that it reads, in its own order, each with "number" or "text"."""
    classes: tuple[str, ...]
    """What it predicts, as text, in the order of the columns that `predict` returns; empty for a regressor."""
    predict: Callable[[pa.Table], Floats]
    """Arrow table of `inputs` in; float64 of shape (rows, `width`) out."""
    structure: tuple[str, ...]
    """What it is made of, outermost first, in its library's words."""
    inside: Inside | None = None
    settings: tuple[tuple[str, str, str], ...] = ()
    """What its steps were set to, as far as it says: a step, a setting, a value."""

    @property
    def width(self) -> int:
        """How many numbers `predict` gives for each row: one for each class, or a regressor's own."""
        return len(self.classes) or 1

    def describe(self) -> dict[str, Any]:
        """Return what the other side needs to know before it asks anything."""
        linear = None if self.inside is None else self.inside.linear()
        names = () if self.inside is None else self.inside.names()
        return {
            "inputs": [list(one) for one in self.inputs],
            "classes": list(self.classes),
            "structure": list(self.structure),
            "settings": [list(one) for one in self.settings],
            "is_open": self.inside is not None,
            "encoded": _told(names),
            "linear": None
            if linear is None or len(linear.coef) > MOST_ENCODED
            else {"coef": list(linear.coef), "intercept": linear.intercept},
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """What a policy says about a model that its file may not say."""

    name: str = ""
    """How the file is called, where a format goes by that."""
    inputs: tuple[str, ...] = ()
    """The columns that it reads, in order."""
    classes: tuple[str, ...] = ()
    """What its outcomes are called, in order."""
    options: dict[str, str] = field(default_factory=dict)
    gives_numbers: bool = False
    """Whether it gives one number a row in a unit of its own, and no probabilities."""
