"""What would turn an adverse decision: the fewest columns, each moved to a value that the data hold.

Nothing is invented, columns that are fixed stay, a direction is kept, and what is suggested was given to the model a
second time. It says what this model would answer. It is no advice, and no promise that anything changes in the world.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.example_cases import Value
from fateaudit.explainability.game import Coded, Codes, Floats, Scorer, checked_scores
from fateaudit.explainability.moves import Rules, Space, plain
from fateaudit.explainability.refusals import Unexplained

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CHANGED = 4
"""Columns changed at most: what takes more is no help to anybody."""

MOST_ASKED = 50_000
"""Rows that the model is asked about at most, the last check left out."""

KEPT = 16
"""Best mixtures that are changed further where not all can be tried."""

SUGGESTED = 3

Favourable = Callable[[Floats], "NDArray[np.bool_]"]
"""Scores in; which of them are a favourable decision out."""


@dataclass(frozen=True, slots=True)
class Change:
    """One column moved."""

    column: str
    was: Value
    """None is missing."""
    becomes: Value


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Changes that together turn the decision."""

    changes: tuple[Change, ...]
    score: float
    """What the model gave when it was asked a second time."""
    moved: float
    """Shares of the rows that lie between the old and the new numbers, added up; a text that changes adds 1."""


@dataclass(frozen=True, slots=True)
class Recourse:
    """What was found, the smallest moves first; all suggestions change equally many columns."""

    suggestions: tuple[Suggestion, ...]
    is_fewest: bool
    """Whether everything was tried that changes fewer columns; without suggestions, all that changes up to `tried`."""
    tried: int
    """Columns changed together at most."""
    asked: int
    """Rows that the model was asked about, the last check left out."""


def find_recourse(  # noqa: PLR0913 - the question, and how long to look
    predict: Predict,
    row: pa.Table,
    pool: pa.Table,
    is_favourable: Favourable,
    rules: Rules,
    *,
    most_changed: int = MOST_CHANGED,
    most_asked: int = MOST_ASKED,
    less_is_better: bool = False,
) -> Recourse | Unexplained:
    """Return up to three ways to turn the decision on `row`, a table of one row with the columns of `pool`.

    `less_is_better` says that the lower a score, the nearer it is to a favourable decision.
    The same question gets the same answer: nothing is drawn. Raises AuditFailedError when the model itself fails.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    coded = Coded.from_table(pa.concat_tables([row, pool]))
    scorer = Scorer(predict, coded)
    if is_favourable(scorer(coded.codes[:1]))[0]:
        return Unexplained(Reason.NOT_APPLICABLE, "the decision is favourable already")
    space = Space.of(coded, rules, most=max(1, most_asked // (2 * len(coded.names))))
    toward = -1 if less_is_better else 1
    search = _Search(space, scorer, is_favourable, most_asked, toward)
    found, tried = search.run(most_changed)
    finer = [search.finer(codes) for codes in found]
    turned = tuple(_verified(codes, space, predict, row, is_favourable) for codes in finer)
    suggestions = sorted((one for one in turned if one is not None), key=lambda one: (one.moved, -toward * one.score))
    # No change is of fewer columns than one, whatever was left out.
    is_all = not space.is_thinned or (bool(suggestions) and tried == 1)
    return Recourse(tuple(suggestions), is_fewest=search.is_complete and is_all, tried=tried, asked=search.asked)


class _Search:
    """One search, with what it has cost so far."""

    def __init__(self, space: Space, scorer: Scorer, is_favourable: Favourable, most: int, toward: int) -> None:
        self.space = space
        self.asked = 0
        self.is_complete = True
        """Whether every mixture of as many columns as were tried was scored."""
        self._score = scorer
        self._is_favourable = is_favourable
        self._most = most
        self._toward = toward

    def run(self, most_changed: int) -> tuple[list[Codes], int]:
        """Return mixtures that turn the decision, of different columns each, and how many columns were tried."""
        columns = [place for place, choices in enumerate(self.space.choices) if len(choices)]
        best = self.space.own[None]
        for number in range(1, min(most_changed, len(columns)) + 1):
            was_complete = self.is_complete
            mixed = self._mixtures(columns, number, best)
            if not len(mixed):
                return [], number - 1
            scores = self._score(mixed)
            self.asked += len(mixed)
            turned = self._is_favourable(scores)
            if turned.any():
                # What was not tried at this number of columns could not be of fewer columns.
                self.is_complete = was_complete
                return self._chosen(mixed[turned], scores[turned]), number
            best = mixed[np.argsort(-self._toward * scores, kind="stable")[:KEPT]]
        return [], min(most_changed, len(columns))

    def finer(self, codes: Codes) -> Codes:
        """Return a mixture whose numbers are moved no further than they must be, where values were left out before."""
        for place in np.flatnonzero(codes != self.space.own):
            nearer = self.space.nearer(int(place), int(codes[place]))
            if not len(nearer):
                continue
            mixed = np.repeat(codes[None], len(nearer), axis=0)
            mixed[:, place] = nearer
            turned = np.flatnonzero(self._is_favourable(self._score(mixed)))
            self.asked += len(mixed)
            codes = mixed[turned[0]] if len(turned) else codes
        return codes

    def _mixtures(self, columns: list[int], number: int, best: Codes) -> Codes:
        """Return all mixtures that change `number` columns, or where they are too many, those nearest to the best."""
        sizes = [len(choices) for choices in self.space.choices]
        left = self._most - self.asked
        if self.is_complete and _number_of(sizes, columns, number, left) <= left:
            return np.concatenate([self._product(places) for places in combinations(columns, number)])
        self.is_complete = False
        steps = [step for one in best for step in self._steps(one, columns)]
        return np.unique(np.concatenate(steps), axis=0)[:left] if steps else best[:0]

    def _product(self, places: tuple[int, ...]) -> Codes:
        grid = np.meshgrid(*[self.space.choices[place] for place in places], indexing="ij")
        mixed = np.repeat(self.space.own[None], grid[0].size, axis=0)
        mixed[:, places] = np.stack([axis.reshape(-1) for axis in grid], axis=1)
        return mixed

    def _steps(self, one: Codes, columns: list[int]) -> Iterator[Codes]:
        """Yield what becomes of a mixture when one more column is changed."""
        for place in columns:
            if one[place] == self.space.own[place]:
                mixed = np.repeat(one[None], len(self.space.choices[place]), axis=0)
                mixed[:, place] = self.space.choices[place]
                yield mixed

    def _chosen(self, mixed: Codes, scores: Floats) -> list[Codes]:
        """Return the smallest move for each set of columns, of the sets with the smallest ones."""
        moved = self.space.moved(mixed)
        found: dict[bytes, Codes] = {}
        for place in np.lexsort((*mixed.T, -self._toward * scores, np.round(moved, 12))):
            found.setdefault((mixed[place] != self.space.own).tobytes(), mixed[place])
        return list(found.values())[:SUGGESTED]


def _number_of(sizes: list[int], columns: list[int], number: int, most: int) -> int:
    """Return how many mixtures change `number` columns; counting stops beyond `most`."""
    total = 0
    for places in combinations(columns, number):
        total += math.prod(sizes[place] for place in places)
        if total > most:
            break
    return total


def _verified(
    codes: Codes, space: Space, predict: Predict, row: pa.Table, is_favourable: Favourable
) -> Suggestion | None:
    """Ask the model about the row with the changes written into it; None where it answers otherwise than before."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    changes = []
    for place in np.flatnonzero(codes != space.own):
        name, values = space.coded.names[place], space.coded.values[place]
        becomes = values[int(codes[place])]
        changes.append(Change(name, plain(values[int(space.own[place])]), plain(becomes)))
        row = row.set_column(int(place), name, pa.array([becomes.as_py()], type=values.type))
    score = checked_scores(predict, row)
    return (
        Suggestion(tuple(changes), float(score[0]), float(space.moved(codes[None])[0]))
        if is_favourable(score)[0]
        else None
    )
