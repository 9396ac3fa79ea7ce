"""Raw rows, a background to hold them against, and the model that scores mixtures of both.

The players of every Shapley value here are raw columns. A column is taken from the explained row or from a background
row, never from anywhere else, so a model sees only values that the data hold. Rows are kept as codes into the distinct
values of each column: mixing is indexing, equal mixtures are scored once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import AuditFailedError, UnusableDataError
from fateaudit.evaluation import Inside, Predict

if TYPE_CHECKING:
    import pyarrow as pa

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

BATCH = 65_536
MAX_REMEMBERED = 1 << 20
"""Different rows that could be made of the columns' values, up to which every score is kept."""

MAX_COVERED = 1 << 16
"""The same, up to which the whole data are the background of a model with few columns: no draw, no error of a draw."""

FEW_COLUMNS = 8
"""Columns up to which all subsets are enumerated."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A table as codes into the distinct values of its columns; missing is a value like any other."""

    names: tuple[str, ...]
    values: tuple[pa.Array, ...]
    codes: Codes
    """Shape (rows, columns)."""

    @classmethod
    def from_table(cls, table: pa.Table) -> Coded:
        """Code each column; codes follow the order in which values appear, so equal tables give equal codes."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

        encoded = [pa.concat_arrays(column.chunks) if column.num_chunks else None for column in table.columns]
        if table.num_rows == 0 or not encoded or any(column is None for column in encoded):
            raise UnusableDataError("there are no rows or no columns to explain", hint="give the data at least one row")
        pairs = [column.dictionary_encode(null_encoding="encode") for column in encoded if column is not None]
        codes = np.column_stack([np.asarray(pair.indices, np.int64) for pair in pairs])
        return cls(tuple(table.column_names), tuple(pair.dictionary for pair in pairs), codes)

    def table(self, codes: Codes) -> pa.Table:
        """Return the rows that `codes` of shape (rows, columns) stand for."""
        import pyarrow as pa  # noqa: PLC0415 - as above

        columns = [
            values.take(pa.array(np.ascontiguousarray(codes[:, place]))) for place, values in enumerate(self.values)
        ]
        return pa.Table.from_arrays(columns, names=list(self.names))


@dataclass(frozen=True, slots=True)
class Background:
    """The rows that stand for "not knowing a column"; equal rows are kept once."""

    codes: Codes
    """Distinct rows, shape (distinct, columns)."""
    counts: Codes
    """How many background rows are each of them."""
    is_all: bool
    """Whether it is every row of the data, so that no draw was made."""

    @classmethod
    def from_codes(cls, codes: Codes, *, is_all: bool) -> Background:
        """Gather equal rows."""
        distinct, counts = np.unique(codes, axis=0, return_counts=True)
        return cls(distinct, counts.astype(np.int64), is_all)

    @property
    def weights(self) -> Floats:
        """Shares of the background rows, shape (distinct,); they sum to 1."""
        return np.asarray(self.counts / self.counts.sum(), np.float64)

    @property
    def rows(self) -> int:
        """How many rows it is made of."""
        return int(self.counts.sum())


class Scorer:
    """The model on coded rows: every answer checked, and kept when there can be few different ones."""

    def __init__(self, predict: Predict, coded: Coded) -> None:
        self._predict = predict
        self._coded = coded
        sizes = [len(values) for values in coded.values]
        self.mixtures = math.prod(sizes)
        """How many different rows the values of the columns could make."""
        self._known: Floats | None = None
        self._found: list[tuple[Inside, NDArray[np.int64] | Exception]] = []
        if self.mixtures <= MAX_REMEMBERED:
            self._known = np.full(self.mixtures, np.nan)
            self._strides = np.array([math.prod(sizes[place + 1 :]) for place in range(len(sizes))], np.int64)

    @property
    def remembers(self) -> bool:
        """Whether each score is kept, so that asking again costs nothing."""
        return self._known is not None

    def once(self, inside: Inside, find: Callable[[], NDArray[np.int64]]) -> NDArray[np.int64]:
        """Return what `find` finds out about the inside of this model, or raise what it raises, found out once."""
        for other, found in self._found:
            if other is inside:
                if isinstance(found, Exception):
                    raise found
                return found
        try:
            made_of = find()
        except Exception as error:
            self._found.append((inside, error))
            raise
        self._found.append((inside, made_of))
        return made_of

    def __call__(self, codes: Codes) -> Floats:
        """Return the score of each row of `codes`, shape (rows,)."""
        if self._known is None:
            return self._ask(codes)
        keys = codes @ self._strides
        new, first = np.unique(keys[np.isnan(self._known[keys])], return_index=True)
        if len(new):
            self._known[new] = self._ask(codes[np.isnan(self._known[keys])][first])
        return np.asarray(self._known[keys], np.float64)

    def _ask(self, codes: Codes) -> Floats:
        batches = [
            checked_scores(self._predict, self._coded.table(codes[start : start + BATCH]))
            for start in range(0, len(codes), BATCH)
        ]
        return np.concatenate(batches) if batches else np.empty(0)


def checked_scores(predict: Predict, table: pa.Table) -> Floats:
    """Return one finite float64 for each row of `table`; raise AuditFailedError where the model gives anything else."""
    scores = np.asarray(predict(table), np.float64)
    if scores.shape != (table.num_rows,):
        raise AuditFailedError("the model did not give one score a row", hint="check the model file")
    if not np.isfinite(scores).all():
        raise AuditFailedError(
            "the model gave a score that is not a number for a mixture of values that the data hold",
            hint="a model that cannot score a case cannot be explained: ask its maker which values it does not accept",
        )
    return scores


def _as_it_is(scores: Floats) -> Floats:
    return scores


@dataclass(frozen=True, slots=True)
class Game:
    """What is explained: `rows` of a model's scores, against a background.

    The name is the one of game theory: columns are players, a score is what they win together (Shapley 1953).
    """

    coded: Coded
    rows: Codes
    """Rows to explain, shape (rows, columns)."""
    pool: Codes
    """Rows that backgrounds are drawn from."""
    background: Background
    scorer: Scorer
    seen_as: Callable[[Floats], Floats] = field(default=_as_it_is)
    """From the model's score to what is explained: itself, the decision, the log-odds."""

    @classmethod
    def from_tables(
        cls, predict: Predict, rows: pa.Table, pool: pa.Table | None = None, *, background: int = 100, seed: int = 0
    ) -> Game:
        """Explain `rows` against `background` rows of `pool` (without one: of `rows`).

        Few columns with few values: the whole pool is the background, which costs no more and leaves no draw to doubt.
        Both tables hold the model's inputs and nothing else.
        """
        import pyarrow as pa  # noqa: PLC0415 - as above

        coded = Coded.from_table(rows if pool is None else pa.concat_tables([rows, pool.select(rows.column_names)]))
        explained, pooled = coded.codes[: rows.num_rows], coded.codes[0 if pool is None else rows.num_rows :]
        scorer = Scorer(predict, coded)
        if scorer.mixtures <= MAX_COVERED and len(coded.names) <= FEW_COLUMNS:
            background = len(pooled)
        return cls(coded, explained, pooled, _draw(pooled, background, seed), scorer)

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns, in the order of every array here."""
        return self.coded.names

    def as_seen(self, seen_as: Callable[[Floats], Floats]) -> Game:
        """Return the same rows and background, with another view of the score; scores already made are shared."""
        return replace(self, seen_as=seen_as)

    def against(self, background: Background) -> Game:
        """Return the same game against another background."""
        return replace(self, background=background)

    def score(self, codes: Codes) -> Floats:
        """Return what is explained for each row of `codes`, shape (rows,)."""
        return self.seen_as(self.scorer(codes))

    def outputs(self, rows: NDArray[np.int64]) -> Floats:
        """Return what is explained for the rows at these places, shape (len(rows),)."""
        return self.score(self.rows[rows])

    def base(self) -> float:
        """Return the mean over the background: the value when no column is known."""
        return float(self.background.weights @ self.score(self.background.codes))

    def worth(self, rows: NDArray[np.int64], masks: NDArray[np.bool_]) -> Floats:
        """Return for each row the mean score when only its columns in `masks` are known, shape (len(rows),).

        `masks` has shape (len(rows), columns); the other columns come from each background row in turn.
        """
        known, unknown = self.rows[rows], self.background.codes
        worth = np.empty(len(rows))
        for part in batches(len(rows), len(unknown)):
            mixed = np.where(masks[part, None, :], known[part, None, :], unknown[None])
            scores = self.score(mixed.reshape(-1, unknown.shape[1]))
            worth[part] = scores.reshape(mixed.shape[:2]) @ self.background.weights
        return worth


def _draw(pool: Codes, rows: int, seed: int) -> Background:
    is_all = rows >= len(pool)
    places = np.random.default_rng(seed).permutation(len(pool))[:rows]
    return Background.from_codes(pool if is_all else pool[places], is_all=is_all)


def batches(rows: int, each: int) -> Iterator[slice]:
    """Yield slices of `rows` rows such that a slice makes about one batch when each row stands for `each` mixtures."""
    step = max(1, BATCH // max(1, each))
    for start in range(0, rows, step):
        yield slice(start, start + step)
