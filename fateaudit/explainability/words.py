"""One text attributed to its words: Shapley values of "the word stands there", for whatever reads a column of texts.

The players are the different words of the text. A word that is out is taken out everywhere; all else keeps its place
and its spaces, and the other columns are as they are. So the base is the score of the text without its words, a value
is in the unit of the score, and base and values add up to it (Shapley 1953; for texts, Strumbelj and Kononenko 2014).
What is left may be no sentence that anybody wrote: it says what the model makes of words, and is no cause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import ANY_SCORE, Means, explain
from fateaudit.explainability.game import Background, Floats, Game, checked_scores
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Route
from fateaudit.explainability.texts import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from fateaudit.explainability.attributing import Attributions

MOST = 60
"""Words that are players; of more, those whose absence alone moves the score most, and the rest is one player."""

MOST_TRIED = 1_000
"""Words that are tried alone to find those: the first ones of a text that has more."""

THE_OTHERS = "the other words"
"""That player's name: no word, because of its spaces."""

ORDERS = 8
"""Random orders in the first round for each word, each with its reverse: how far apart they are is the noise."""

CHARACTERS = 4_000_000
"""Letters that are shown to the model at a time."""


@dataclass(frozen=True, slots=True)
class WordValues:
    """What the score of one row goes with, word by word; it is about that row, and stays in memory."""

    column: str
    words: tuple[str, ...]
    """Casefolded, in the order in which they appear; `THE_OTHERS` last, where there are more than `MOST`."""
    values: tuple[float, ...]
    """In the unit of the score; base + their sum is the score."""
    noise: tuple[float, ...]
    """Standard errors; 0 where every set of words was tried."""
    base: float
    """The score of the text without its words, all other columns as they are."""
    score: float
    gathered: int
    """How many words `THE_OTHERS` are."""
    route: Route
    gap: float
    """|base + sum − score|."""


def explain_words(  # noqa: PLR0913 - what is explained, and how finely
    predict: Predict, row: pa.Table, column: str, *, spread: float, means: Means | None = None, orders: int = ORDERS
) -> WordValues | Unexplained:
    """Attribute the score of `row`, a table of one row, to the words in one of its columns.

    `spread` is the standard deviation of the model's output over rows: standard errors and misses are held against it.
    Up to eight words every set is tried; of more, random orders. Whatever fails is said, and nothing is raised.
    """
    text = row[column][0].as_py()
    cut = Text.of(text or "")
    if not cut.words:
        return Unexplained(Reason.NOT_APPLICABLE, "the text has no words")
    means = replace(means or Means(), inside=None, routes=ANY_SCORE)
    shown = _Shown(predict, row, column, cut)
    try:
        players = _players(shown, len(cut.words))
        found = _explained(shown, players, spread, means, orders)
    except AuditFailedError as error:
        return Unexplained(Reason.FAILED, error.message)
    if isinstance(found, Unexplained):
        return found
    return WordValues(
        column=column,
        words=found.columns,
        values=tuple(found.values[0].tolist()),
        noise=found.noise,
        base=found.base,
        score=float(found.outputs[0]),
        gathered=sum(number == len(found.columns) - 1 for number in players) if THE_OTHERS in found.columns else 0,
        route=found.route,
        gap=found.gap,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row whose text is shown to the model with some of its words."""

    predict: Predict
    row: pa.Table
    column: str
    text: Text

    def __call__(self, known: NDArray[np.bool_]) -> Floats:
        """Return the score for each set of words, shape (sets,); `known` has shape (sets, words)."""
        step = max(1, CHARACTERS // (1 + sum(map(len, self.text.pieces))))
        parts = [self._scored(known[start : start + step]) for start in range(0, len(known), step)]
        return np.concatenate(parts)

    def _scored(self, known: NDArray[np.bool_]) -> Floats:
        import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now

        place = self.row.column_names.index(self.column)
        rows = self.row.take(pa.array(np.zeros(len(known), np.int64)))
        texts = pa.array(self.text.kept(known), rows.schema.field(place).type)
        return checked_scores(self.predict, rows.set_column(place, rows.schema.field(place), texts))


def _players(shown: _Shown, words: int) -> tuple[int, ...]:
    """Return for each word which player it is: itself, or the last one, which is all that move the score little."""
    if words <= MOST:
        return tuple(range(words))
    tried = min(words, MOST_TRIED)
    known = np.ones((tried + 1, words), bool)
    known[np.arange(tried), np.arange(tried)] = False
    scores = shown(known)
    chosen = np.sort(np.argsort(-np.abs(scores[:-1] - scores[-1]), kind="stable")[:MOST])
    player = np.full(words, len(chosen))
    player[chosen] = np.arange(len(chosen))
    return tuple(player.tolist())


def _explained(
    shown: _Shown, players: tuple[int, ...], spread: float, means: Means, orders: int
) -> Attributions | Unexplained:
    """Explain the text with all its players against the text with none: one game, of columns that say who is there."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    named = dict(zip(players, shown.text.words, strict=True))
    if len(named) < len(players):
        named[len(named) - 1] = THE_OTHERS
    names = [named[number] for number in range(len(named))]

    def predict(table: pa.Table) -> Floats:
        is_there = np.column_stack([column.to_numpy() for column in table.columns])
        return shown(is_there[:, list(players)])

    there, absent = (pa.table({name: [state] for name in names}) for state in (True, False))
    game = Game.from_tables(predict, there, absent)
    # The one background row as often as orders are wanted: each gets its own, and their distance is the noise.
    copies = np.repeat(game.background.codes, orders, axis=0)
    game = game.against(Background(copies, np.ones(orders, np.int64), is_all=True))
    return explain(game, means=means, spread=spread)
