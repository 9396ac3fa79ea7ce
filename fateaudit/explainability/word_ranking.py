"""Which words move the model's output most, over a draw of the rows; only words that ten different texts hold.

Each drawn text is attributed to its words (`words`), and what a word got is put together over the texts that hold it.
A word that few texts hold may be a name or an address: it is counted, and never said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Inside, Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import SAME, Means
from fateaudit.explainability.fidelity import Score
from fateaudit.explainability.game import Floats, checked_scores
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Route, unheard
from fateaudit.explainability.texts import MANY, nameable, words_in
from fateaudit.explainability.word_fidelity import measure_words
from fateaudit.explainability.word_weights import WordWeights, read_weights
from fateaudit.explainability.words import THE_OTHERS, WordValues, explain_words

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS = 200
"""Rows that are explained, at most."""

ORDERS = 4
"""Random orders of the words of one text, in the first round: over many texts their noise evens out."""

PRECISION = 0.1
"""Standard error of one word in one text that is small enough, in standard deviations of the output."""

ASKED = 400_000
"""Texts that the model is shown before no further row is begun; those that were, are told."""

TOP = 10
"""Leading words that are compared with what the weights name."""


@dataclass(frozen=True, slots=True)
class RankedWord:
    """One word, over the texts that hold it; figures in units of the output."""

    word: str
    texts: int
    """Explained rows that hold it."""
    size: float
    """Mean |value| over these."""
    standard_error: float
    """Of the size, for drawing other rows."""
    direction: float
    """Mean value over these: where it is far from the size, the word goes with higher scores here, and lower there."""
    overall: float
    """Mean |value| over all rows explained, 0 where it does not stand: what words are ranked by."""


@dataclass(frozen=True, slots=True)
class WordRanking:
    """The words of one column that may be named, those that move the output most first."""

    column: str
    words: tuple[RankedWord, ...]
    left_out: int
    """Different words that are not named: too few texts hold them, or they are no plain words."""
    left_out_share: float
    """Of all that words move the output by, what is theirs."""
    texts: int
    """Rows explained."""
    of_rows: int
    exact: int
    """Of these, those in which every set of words was tried."""
    base: float
    """Mean score of these texts without their words."""
    mean: float
    """Mean score of these texts."""
    gap: float
    spread: float
    fidelity: Score | None
    """How far the values foretell what taking words out does (R²), beside values dealt to wrong words."""
    second: SecondOpinion | Unexplained
    """What the weights say, where the final step is linear in the words."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """How many of the leading words the closed form has among its leading ones."""

    same: int
    of: int
    unit: Unit
    gap: float


@dataclass(slots=True)
class _Counting:
    """The model, and how many rows it was shown."""

    predict: Predict
    asked: int = 0

    def __call__(self, table: pa.Table) -> Floats:
        self.asked += table.num_rows
        return self.predict(table)


@dataclass(slots=True)
class _Sums:
    """What the words of all texts got so far."""

    values: dict[str, list[float]] = field(default_factory=dict)
    every: float = 0.0
    """All absolute values, those of words that were put together too."""
    found: list[WordValues] = field(default_factory=list)

    def add(self, one: WordValues) -> None:
        self.found.append(one)
        for word, value in zip(one.words, one.values, strict=True):
            self.every += abs(value)
            if word != THE_OTHERS:
                self.values.setdefault(word, []).append(value)


def rank_all(
    predict: Predict, table: pa.Table, columns: Sequence[str], inside: Inside | None, *, means: Means | None = None
) -> tuple[tuple[str, WordRanking | Unexplained], ...]:
    """Return (column, ranking) for each of these columns of `table`, the model's inputs."""
    return tuple((column, rank_words(predict, table, column, inside=inside, means=means)) for column in columns)


def rank_words(
    predict: Predict, table: pa.Table, column: str, *, inside: Inside | None = None, means: Means | None = None
) -> WordRanking | Unexplained:
    """Rank the words of one column over up to `TEXTS` rows drawn at random; words that may be named, and no others."""
    means = replace(means or Means(), precision=PRECISION)
    drawn = _drawn(table, column, means.seed)
    if drawn.num_rows < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{drawn.num_rows} texts; {MIN_ROWS} are needed")
    try:
        spread = float(checked_scores(predict, drawn).std())
        if spread < SAME:
            return Unexplained(Reason.NOT_APPLICABLE, "the model gives every text the same output")
        sums = _explained(predict, drawn, column, spread, means)
        if isinstance(sums, Unexplained):
            return sums
        words, left_out = _ranked(sums, drawn[column].to_pylist()[: len(sums.found)])
        fidelity = measure_words(predict, drawn.slice(0, len(sums.found)), column, sums.found, seed=means.seed)
        second = _second(read_weights(inside, predict, drawn, drawn), words, drawn)
    except AuditFailedError as error:
        return Unexplained(Reason.FAILED, error.message)
    named = sum(one.overall for one in words) * len(sums.found)
    return WordRanking(
        column=column,
        words=words,
        left_out=left_out,
        left_out_share=max(0.0, 1 - named / sums.every) if sums.every else 0.0,
        texts=len(sums.found),
        of_rows=table.num_rows,
        exact=sum(one.route is Route.ENUMERATION for one in sums.found),
        base=float(np.mean([one.base for one in sums.found])),
        mean=float(np.mean([one.score for one in sums.found])),
        gap=max(one.gap for one in sums.found),
        spread=spread,
        fidelity=fidelity,
        second=second,
    )


def _drawn(table: pa.Table, column: str, seed: int) -> pa.Table:
    """Return rows in a random order, those alone whose text has words."""
    has_words = np.array([bool(text and words_in(text)) for text in table[column].to_pylist()])
    places: NDArray[np.int64] = np.flatnonzero(has_words)
    return table.take(np.random.default_rng([seed, TEXTS]).permutation(places)[:TEXTS])


def _explained(predict: Predict, drawn: pa.Table, column: str, spread: float, means: Means) -> _Sums | Unexplained:
    """Explain the rows one by one until all are, or the model was asked enough."""
    counting, sums = _Counting(predict), _Sums()
    for place in range(drawn.num_rows):
        if counting.asked > ASKED and place >= MIN_ROWS:
            break
        # Another seed for each row: the same orders would give errors that go together.
        one = replace(means, seed=means.seed + place, progress=unheard)
        found = explain_words(counting, drawn.slice(place, 1), column, spread=spread, means=one, orders=ORDERS)
        if isinstance(found, Unexplained):
            return found
        sums.add(found)
        means.progress(place + 1, drawn.num_rows)
    return sums


def _ranked(sums: _Sums, texts: Sequence[str]) -> tuple[tuple[RankedWord, ...], int]:
    """Return the words that may be named, and how many may not."""
    named, different = nameable(texts), {word for text in texts for word in words_in(text)}
    ranked = []
    for word in sorted(named.keys() & sums.values.keys()):
        values = np.array(sums.values[word])
        if len(values) < MANY:
            continue
        size = np.abs(values)
        ranked.append(
            RankedWord(
                word=word,
                texts=len(values),
                size=float(size.mean()),
                standard_error=float(size.std(ddof=1) / np.sqrt(len(size))),
                direction=float(values.mean()),
                overall=float(size.sum()) / len(texts),
            )
        )
    ranked.sort(key=lambda one: -one.overall)
    return tuple(ranked), len(different) - len(ranked)


def _second(
    weights: WordWeights | Unexplained, words: Sequence[RankedWord], drawn: pa.Table
) -> SecondOpinion | Unexplained:
    """Return how many of the leading words lead by the weights too, among the words that may be named."""
    if isinstance(weights, Unexplained):
        return weights
    sizes = weights.sizes(drawn)
    of_word: dict[str, float] = dict.fromkeys((one.word for one in words), 0.0)
    for name, size in zip(weights.names, sizes.tolist(), strict=True):
        # "word", or "step__word" where a pipeline has several; what is no single word is nobody's.
        word = name.rpartition("__")[2].casefold()
        if word in of_word:
            of_word[word] += size
    top = min(TOP, len(words))
    if not any(of_word.values()):
        return Unexplained(Reason.NOT_APPLICABLE, "the encoded columns are no words")
    leading = set(sorted(of_word, key=lambda word: (-of_word[word], word))[:top])
    same = sum(one.word in leading for one in words[:top])
    return SecondOpinion(same, top, weights.unit, weights.gap)
