"""Which columns are texts, the words of a text, and the text without some of them.

A word is two or more letters, digits or underscores in a row, casefolded: what text vectorizers take for words.
Scripts that put no space between words give whole clauses; nothing is stemmed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

WORD = re.compile(r"\b\w\w+\b")
ANYTHING_SAID = re.compile(r"\w+")
ADDRESS = re.compile(r"[@\uff20\ufe6b]|://|www\.", re.IGNORECASE)
"""What tells that the piece between two spaces around it is an account or an address."""

AT = frozenset({"@", "\uff20", "\ufe6b", "(at)", "[at]", "{at}"})
"""Pieces that make one address of those before and after them."""

LOOKED_AT = 1_000
"""Values of a column, at most, that say whether it is a text: the first ones."""

MEDIAN_WORDS = 4
"""Words with a letter that half of the values have, at least."""

DIFFERENT = 0.5
"""Share of the values that differ, at least: names of categories may be long, and come again."""

MANY = 10
"""Different texts that a word must stand in before it is named: what fewer say may be about one person."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces, so that words can be left out and all else stays as it stands."""

    pieces: tuple[str, ...]
    word_of: tuple[int, ...]
    """For each piece its place in `words`; -1 for what stands between words, single letters with it."""
    words: tuple[str, ...]
    """The different words, casefolded, in the order in which they appear."""

    @classmethod
    def of(cls, text: str) -> Text:
        """Cut a text into words and what stands between them."""
        pieces, word_of, places, end = [], [], dict[str, int](), 0
        for found in WORD.finditer(text):
            pieces += [text[end : found.start()], found.group()]
            word_of += [-1, places.setdefault(found.group().casefold(), len(places))]
            end = found.end()
        return cls((*pieces, text[end:]), (*word_of, -1), tuple(places))

    def kept(self, known: NDArray[np.bool_]) -> list[str]:
        """Return the text with only its words in `known`, shape (texts, words), wherever they stand."""
        # One more place, always known, is what -1 finds: what stands between words.
        shown = np.column_stack([known, np.ones(len(known), bool)])[:, self.word_of]
        pieces = np.array(self.pieces, object)
        return ["".join(pieces[row].tolist()) for row in shown]


def is_text(column: pa.ChunkedArray) -> bool:
    """Say whether a column holds texts: half of its values have four words or more, and half are different.

    Names of categories repeat, names of people are short, and dates and numbers have no words with a letter in them.
    """
    values = _values(column, LOOKED_AT)
    if not values or len(set(values)) < DIFFERENT * len(values):
        return False
    return median(sum(any(map(str.isalpha, word)) for word in WORD.findall(value)) for value in values) >= MEDIAN_WORDS


def text_columns(table: pa.Table) -> tuple[str, ...]:
    """Return the names of the columns that hold texts."""
    return tuple(name for name in table.column_names if is_text(table[name]))


def nameable(texts: Iterable[str]) -> dict[str, int]:
    """Return in how many of these texts each word stands that may be named; copies count once.

    Copies are texts of the same words and numbers, whatever the spaces, marks and capitals.

    A word is named when at least ten different texts hold it, it is all letters, and it is nowhere part of an account
    or an address. A name that ten texts hold is named all the same: nobody can tell it from a word.
    """
    counted: Counter[str] = Counter()
    addressed: set[str] = set()
    alike: set[tuple[str, ...]] = set()
    for text in set(texts):
        said = tuple(ANYTHING_SAID.findall(text.casefold()))
        counted.update(() if said in alike else set(words_in(text)))
        alike.add(said)
        addressed.update(word for piece in _addresses(text) for word in words_in(piece))
    return {
        word: texts
        for word, texts in counted.items()
        if texts >= MANY and word.isalpha() and word not in addressed
    }  # fmt: skip


def _addresses(text: str) -> Iterator[str]:
    """Yield the pieces of accounts and addresses. Cut at spaces first: one pattern for all takes a square of time."""
    pieces = text.split()
    for place, piece in enumerate(pieces):
        if piece.casefold() in AT:
            yield from pieces[max(0, place - 1) : place + 2]
        elif ADDRESS.search(piece):
            yield piece


def words_in(text: str) -> list[str]:
    """Return the words of a text, casefolded, as they come."""
    return [word.casefold() for word in WORD.findall(text)]


def made_up(column: pa.ChunkedArray, parts: Sequence[slice]) -> list[str]:
    """Return texts that nobody wrote: parts of the list of words that may be named, the usual ones first."""
    named = sorted(nameable(_values(column)).items(), key=lambda entry: (-entry[1], entry[0]))
    words = [word for word, _ in named]
    return list(dict.fromkeys(" ".join(words[part]) for part in parts))


def _values(column: pa.ChunkedArray, most: int | None = None) -> list[str]:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return []
    values: list[str] = column.drop_null().slice(0, most).to_pylist()
    return values
