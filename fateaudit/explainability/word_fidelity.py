"""Whether the values of words say what the model does: take words out and compare the drop with their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.evaluation import Predict
from fateaudit.explainability.fidelity import LEVELS, SHUFFLES, Score, explained_drop, random_subsets, resamples
from fateaudit.explainability.game import Floats, checked_scores
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.texts import Text
from fateaudit.explainability.words import THE_OTHERS, WordValues

if TYPE_CHECKING:
    import pyarrow as pa

SUBSETS = 4
"""Random sets of words that are taken out of each text."""


def measure_words(
    predict: Predict, table: pa.Table, column: str, found: Sequence[WordValues], *, seed: int = 0
) -> Score | None:
    """Return R² of the drop foretold by the values, over texts, beside that of values dealt to wrong words.

    `found` are the values of the rows of `table`. None for too few texts, or where taking words out changes nothing.
    """
    generator = np.random.default_rng([seed, SUBSETS])
    places = [place for place, one in enumerate(found) if len(one.words) > 1 and THE_OTHERS not in one.words]
    if len(places) < MIN_ROWS:
        return None
    values = [np.array(found[place].values) for place in places]
    taken = [random_subsets(generator, SUBSETS, len(one)) for one in values]
    left = _left(predict, table, column, places, taken)
    drops = np.array([found[place].score for place in places])[:, None] - left
    if float(drops.std()) <= 1e-9 * float(np.std([one.score for one in found])):
        return None
    weights = resamples(generator, len(places))
    measured = explained_drop(drops, _sums(taken, values), weights)
    shuffled = [_sums(taken, [generator.permutation(one) for one in values]) for _ in range(SHUFFLES)]
    low, high = np.percentile(measured[np.isfinite(measured)], LEVELS)
    baseline = np.mean([explained_drop(drops, one, weights[:1])[0] for one in shuffled])
    return Score(float(measured[0]), (float(low), float(high)), float(baseline))


def _sums(taken: Sequence[Floats], values: Sequence[Floats]) -> Floats:
    return np.stack([sets @ of_words for sets, of_words in zip(taken, values, strict=True)])


def _left(
    predict: Predict, table: pa.Table, column: str, places: Sequence[int], taken: Sequence[Floats]
) -> Floats:  # fmt: skip
    """Return the score of what is left of each text, shape (texts, subsets)."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now

    of_column = table.column_names.index(column)
    texts = table[column].to_pylist()
    left = [text for place, sets in zip(places, taken, strict=True) for text in Text.of(texts[place]).kept(sets == 0)]
    rows, kind = table.take(np.repeat(places, SUBSETS)), table.schema.field(of_column)
    scores = checked_scores(predict, rows.set_column(of_column, kind, pa.array(left, kind.type)))
    return scores.reshape(len(places), SUBSETS)
