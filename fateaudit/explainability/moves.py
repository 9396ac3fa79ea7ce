"""Where each column of a row may move to: values that the data hold, the way that rules allow, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.explainability.example_cases import Value
from fateaudit.explainability.game import Coded, Codes, Floats
from fateaudit.policy import Policy, RecourseRules

if TYPE_CHECKING:
    import pyarrow as pa

MOST_VALUES = 24
"""Values of a column that are tried in every mixture; a number is moved back as far as it can be afterwards."""

MOST_NEARER = 512


@dataclass(frozen=True, slots=True)
class Rules:
    """What a suggestion must keep."""

    immutable: frozenset[str] = frozenset()
    only_up: frozenset[str] = frozenset()
    only_down: frozenset[str] = frozenset()

    @classmethod
    def from_policy(cls, policy: Policy) -> Rules:
        """Return the policy's rules; declared sensitive attributes are immutable whatever it says."""
        said = policy.recourse or RecourseRules()
        sensitive = {attribute.name for attribute in policy.columns.sensitive}
        return cls(frozenset({*said.immutable, *sensitive}), frozenset(said.only_up), frozenset(said.only_down))


@dataclass(frozen=True, slots=True)
class _Column:
    """One column's possible values."""

    choices: Codes
    """Codes that the row may move to, the smallest move first."""
    moves: Floats
    """How far each code of the column is from the row's own: 0 to 1, by code."""


@dataclass(frozen=True, slots=True)
class Space:
    """A row, and everything that it may become."""

    coded: Coded
    own: Codes
    """The row itself, shape (columns,)."""
    choices: tuple[Codes, ...]
    """Of each column, thinned to what is tried in mixtures."""
    everything: tuple[Codes, ...]
    """The same before it was thinned."""
    moves: tuple[Floats, ...]

    @classmethod
    def of(cls, coded: Coded, rules: Rules, *, most: int = MOST_VALUES) -> Space:
        """Return what the first row of `coded` may become, by values that the other rows hold."""
        columns = [_column(coded, place, rules) for place in range(len(coded.names))]
        everything = tuple(column.choices for column in columns)
        thinned = tuple(_thinned(choices, min(most, MOST_VALUES)) for choices in everything)
        return cls(coded, coded.codes[0], thinned, everything, tuple(column.moves for column in columns))

    @property
    def is_thinned(self) -> bool:
        """Whether some values are not tried in mixtures."""
        return any(len(some) < len(every) for some, every in zip(self.choices, self.everything, strict=True))

    def moved(self, mixed: Codes) -> Floats:
        """Return how far rows of codes are from the row itself, shape (rows,)."""
        each = [moves[mixed[:, place]] for place, moves in enumerate(self.moves)]
        return np.asarray(np.sum(each, axis=0), np.float64)

    def nearer(self, place: int, code: int) -> Codes:
        """Return values of a column that are nearer than `code` and were left out, the nearest first."""
        if len(self.choices[place]) == len(self.everything[place]):
            return self.everything[place][:0]
        every, moves = self.everything[place], self.moves[place]
        return _thinned(every[moves[every] < moves[code]], MOST_NEARER)


def _thinned(choices: Codes, most: int) -> Codes:
    """Return at most `most` of them at even distances, first and last included."""
    if len(choices) <= most:
        return choices
    return choices[np.unique(np.linspace(0, len(choices) - 1, most).round().astype(np.int64))]


def _column(coded: Coded, place: int, rules: Rules) -> _Column:
    name, values = coded.names[place], coded.values[place]
    own, rows = int(coded.codes[0, place]), np.bincount(coded.codes[1:, place], minlength=len(values))
    if is_number(values):
        numbers = as_numbers(values)
        moves = _number_moves(numbers, rows, own)
        allowed = np.isfinite(numbers) & _is_that_way(numbers, own, name, rules)
    else:
        moves = np.ones(len(values))
        allowed = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
    moves[own] = 0.0
    # Nobody is told to have something left unrecorded, and what only the row itself says is no other value.
    allowed = allowed & (rows > 0) & (np.arange(len(values)) != own)
    if name in rules.immutable:
        allowed = np.zeros(len(values), np.bool_)
    choices = np.flatnonzero(allowed)
    return _Column(choices[np.lexsort((choices, -rows[choices], moves[choices]))], moves)


def _number_moves(numbers: Floats, rows: NDArray[np.int64], own: int) -> Floats:
    """Return the share of rows between each number and the row's own, with half of those at either end."""
    if not np.isfinite(numbers[own]):
        return np.ones(len(numbers))
    known = np.where(np.isfinite(numbers), numbers, np.inf)
    order = np.argsort(known, kind="stable")
    upto = np.cumsum(rows[order])
    ranks = np.empty(len(numbers))
    ranks[order] = (upto - rows[order] / 2) / max(1, rows.sum())
    return np.asarray(np.abs(ranks - ranks[own]), np.float64)


def _is_that_way(numbers: Floats, own: int, name: str, rules: Rules) -> NDArray[np.bool_]:
    """Say which numbers lie the way that a column may go; from a missing number none is up or down."""
    if name in rules.only_up:
        return np.asarray(numbers > numbers[own])
    if name in rules.only_down:
        return np.asarray(numbers < numbers[own])
    return np.ones(len(numbers), np.bool_)


def is_number(values: pa.Array) -> bool:
    """Say whether a column holds numbers, and not text."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    return bool(pa.types.is_floating(values.type) or pa.types.is_integer(values.type))


def as_numbers(values: pa.Array) -> Floats:
    """Return distinct numbers as float64, a missing one as NaN."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def plain(value: pa.Scalar) -> Value:
    """Return a value as Python has it; NaN and null are both None."""
    found: Value = value.as_py()
    return None if found != found else found  # noqa: PLR0124 - true of NaN only
