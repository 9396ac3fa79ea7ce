"""The words of one case: what the score goes with, for each column of texts. For whoever asks, and for no record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from fateaudit.evaluation import Predict
from fateaudit.explainability import Means, Rules, Unexplained
from fateaudit.explainability.attributing import spread_of
from fateaudit.explainability.game import Game
from fateaudit.explainability.words import WordValues, explain_words

if TYPE_CHECKING:
    import pyarrow as pa


def words_of(
    predict: Predict, row: pa.Table, game: Game, texts: Collection[str], means: Means
) -> tuple[tuple[str, WordValues | Unexplained], ...]:
    """Return (column, words) for each of these columns; `game` is what the columns of `row` were explained in."""
    if not texts:
        return ()
    spread = spread_of(game)
    return tuple((column, explain_words(predict, row, column, spread=spread, means=means)) for column in texts)


def with_texts_kept(rules: Rules, texts: Collection[str]) -> Rules:
    """Return the rules with texts kept too: what another person wrote is no value that a case may move to."""
    return replace(rules, immutable=rules.immutable | frozenset(texts))
