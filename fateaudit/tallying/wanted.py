"""What must be known of every row, said before any row is read: the rows are read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fateaudit.evaluation import Column

MANY = 100_000
"""Combinations of one table at most. Beyond, the table would be the data again."""


@dataclass(frozen=True, slots=True)
class Key:
    """A column whose values become groups."""

    name: str
    edges: tuple[float, ...] = ()
    """Where a column of numbers may be cut while rows are read, should it hold too many different ones."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns that matter, and what is made of them row by row."""

    attributes: tuple[Key, ...] = ()
    """Tallied together, with label and decision."""
    others: tuple[str, ...] = ()
    """Tallied each by itself, with label and decision."""
    label: str | None = None
    prediction: str | None = None
    score: str | None = None
    """A column of scores; None where a model makes them, or where there are none."""
    threshold: float = 0.5
    at: str = ">="
    weight: str | None = None
    frequency: str | None = None
    """A column that says how many rows each row stands for."""
    id: str | None = None
    inputs: tuple[Column, ...] = ()
    """What a model reads, in its order; empty without one."""
    sample: int = 0
    """Rows to draw. The same ones are drawn wherever the rows lie: by what is in them, and not by their place."""
    seed: int = 0
    keeps_scores: bool = False
    """Whether every score is wanted, and not only which bin it is in: then memory grows with the rows."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where the policy names each column, for errors."""
    reader: str = ""
    """What an error says of a column that a model reads: "model.skops reads it as {}"."""

    @property
    def is_scored(self) -> bool:
        """Whether rows have a score, from a column or from a model."""
        return self.score is not None or bool(self.inputs)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that are calculated with, row by row."""
        return tuple(name for name in (self.score, self.weight, self.frequency) if name is not None)

    @property
    def cut(self) -> tuple[str, ...]:
        """The attributes that may be cut, which are read as numbers."""
        return tuple(key.name for key in self.attributes if key.edges)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        named = [key.name for key in self.attributes]
        roles = (self.label, self.prediction, self.score, self.weight, self.frequency)
        named += [name for name in roles if name is not None]
        named += [self.id] if self.id is not None and self.sample else []
        return tuple(dict.fromkeys([*named, *self.others, *(column.name for column in self.inputs)]))
