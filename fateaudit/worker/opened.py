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
        """Return what the final step says of rows as `encode` gives them, shape (rows, classes)."""

    def attribute(self, table: pa.Table, background: pa.Table) -> Floats:
        """Return Shapley values of the outputs, shape (rows, encoded columns, outputs)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One fitted model of one outcome."""

    inputs: tuple[tuple[str, str], ...]
    """The raw columns that it reads, in its own order, each with "number" or "text"."""
    classes: tuple[str, ...]
    """What it predicts, as text, in the order of the columns that `predict` returns."""
    predict: Callable[[pa.Table], Floats]
    """Arrow table of `inputs` in; float64 of shape (rows, classes) out."""
    structure: tuple[str, ...]
    """What it is made of, outermost first, in its library's words."""
    inside: Inside | None = None

    def describe(self) -> dict[str, Any]:
        """Return what the other side needs to know before it asks anything."""
        linear = None if self.inside is None else self.inside.linear()
        return {
            "inputs": [list(one) for one in self.inputs],
            "classes": list(self.classes),
            "structure": list(self.structure),
            "is_open": self.inside is not None,
            "encoded": [] if self.inside is None else list(self.inside.names()),
            "linear": None if linear is None else {"coef": list(linear.coef), "intercept": linear.intercept},
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
