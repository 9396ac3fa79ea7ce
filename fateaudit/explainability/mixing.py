"""Mixtures of explained rows and background rows, scored: as raw rows, or after they were encoded, which is cheaper.

Where every encoded column is made of one raw column, mixing and encoding may change places: both are encoded once, and
what is mixed are numbers. That they may is tried on every part of the rows, with mixtures that the model scores both
ways; a model that answers otherwise than it predicts is so found out, whatever it says of its inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import FateauditError
from fateaudit.evaluation import Inside
from fateaudit.explainability.game import Codes, Floats, Game
from fateaudit.explainability.origins import ORIGINLESS, origins
from fateaudit.explainability.routes import Ask

Places: TypeAlias = NDArray[np.int64]

Mix: TypeAlias = Callable[[Places, Places, NDArray[np.bool_]], Floats]
"""Scores mixtures: which row, which background row, and which columns are the row's, shape (mixtures, columns)."""

CELLS = 4_000_000
"""Encoded numbers that are mixed at a time: 32 MB."""

WIDE = 2_000
"""Encoded columns beyond which rows are not mixed in them: a vocabulary is mostly nothing, and texts are short."""

TRIED = 64
"""Mixtures of each part of the rows that are scored both ways."""

SAME = 1e-9
"""How near both must be: rounding alone is a thousandth of a millionth of that."""


class MismatchError(Exception):
    """The model says something else of encoded rows than of the rows themselves."""


def mix_raw(game: Game, rows: Codes) -> Mix:
    """Return what mixes these rows (as codes) with the background, and asks for the score of each mixture."""

    def mix(row: Places, other: Places, known: NDArray[np.bool_]) -> Floats:
        return game.score(np.where(known, rows[row], game.background.codes[other]))

    return mix


@dataclass(frozen=True, slots=True)
class Encoded:
    """A game whose rows are mixed after encoding."""

    game: Game
    inside: Inside
    made_of: NDArray[np.int64]
    """For each encoded column, its raw column."""
    background: Floats
    """Encoded, shape (distinct rows, encoded columns)."""
    outcome: int
    """Which of the columns that `score` gives is explained."""

    def mix(self, rows: Codes) -> Mix:
        """Return what mixes these rows with the background. Raises MismatchError where they are scored otherwise."""
        encoded = self.inside.encode(self.game.coded.table(rows))
        self._compare(self._scored(encoded), self.game.score(rows))
        if self._is_moved(encoded):
            raise MismatchError
        mix_as_rows, generator = mix_raw(self.game, rows), np.random.default_rng(len(rows))

        def mix(row: Places, other: Places, known: NDArray[np.bool_]) -> Floats:
            step = max(1, CELLS // encoded.shape[1])
            scores = np.empty(len(row))
            for start in range(0, len(row), step):
                part = slice(start, start + step)
                mixed = np.where(known[part][:, self.made_of], encoded[row[part]], self.background[other[part]])
                scores[part] = self._scored(mixed)
            tried = generator.integers(0, len(row), min(TRIED, len(row)))
            self._compare(scores[tried], mix_as_rows(row[tried], other[tried], known[tried]))
            return scores

        return mix

    def _scored(self, encoded: Floats) -> Floats:
        return self.game.seen_as(self.inside.score(encoded)[:, self.outcome])

    def _compare(self, scores: Floats, true: Floats) -> None:
        if not np.allclose(scores, true, rtol=SAME, atol=SAME):
            raise MismatchError

    def _is_moved(self, encoded: Floats) -> bool:
        """Say whether a column that no raw column seemed to move is not the same everywhere."""
        alone = self.made_of == ORIGINLESS
        both = np.concatenate([encoded[:, alone], self.background[:, alone]])
        return not ((both == both[0]) | (np.isnan(both) & np.isnan(both[0]))).all()


def encoded(ask: Ask) -> Encoded | None:
    """Return the game in encoded columns; None where that is no shortcut, or not the same game.

    None, too, where scores are remembered: a mixture that was scored before costs nothing as a raw row.
    """
    game, inside = ask.game, ask.inside
    if inside is None or game.scorer.remembers:
        return None
    try:
        background = inside.encode(game.coded.table(game.background.codes))
        if background.shape[1] > WIDE:
            return None
        made_of = game.scorer.once(inside, lambda: origins(inside, game))
        scores, known = inside.score(background), game.scorer(game.background.codes)
    except FateauditError:
        raise
    except Exception:  # noqa: BLE001 - as in `attributing.answer`; here, rows are simply mixed as they are
        return None
    outcome = int(np.argmin(np.abs(scores - known[:, None]).max(axis=0)))
    return Encoded(game, inside, made_of, background, outcome)
