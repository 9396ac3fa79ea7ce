"""The one pass over the rows: per group, label and decision, how many.

Whatever the number of metrics, attributes and intersections, rows are read once. What is made of the counts is
nobody's business here.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counts import MAX_CELLS, NOT_RECORDED, Cell, Counts, Histogram, Outcome
from fateaudit.documents import UNSAFE
from fateaudit.errors import ColumnError, PolicyError, UnusableDataError
from fateaudit.evaluation import Binning

BINS = 50
"""Bins of a score histogram. Finer ones would be the data again."""

MAX_GROUPS = 200
MAX_NUMERIC_GROUPS = 10
"""A column of more different numbers than this is a measurement, not a code, and needs bins."""

LINE = re.compile(rf"{UNSAFE.pattern}|[\t\n]")
"""What the name of a column or a group never holds: it stands in one line of a report."""

SIDES = (None, Outcome.ADVERSE, Outcome.FAVOURABLE)
"""What the codes -1, 0 and 1 of a label or decision stand for, at place code + 1."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One attribute as integer codes into `values`, one code a row."""

    name: str
    codes: NDArray[np.int64]
    values: tuple[str, ...]


def as_text(column: pa.ChunkedArray, name: str = "") -> pa.Array:
    """Return a column as text, so that 1 in a Parquet file and "1" in a CSV file are the same group.

    Whole floats lose their ".0"; booleans read True and False; NaN is missing. Raises ColumnError for dates, decimals
    and nested types.
    """
    array = _one_array(column)
    if pa.types.is_floating(array.type):
        return _float_text(pc.cast(array, pa.float64()))
    if pa.types.is_boolean(array.type):
        return pc.if_else(array, "True", "False")
    if pa.types.is_null(array.type):
        return pc.cast(array, pa.string())
    if not any(is_(array.type) for is_ in (pa.types.is_integer, *TEXT)):
        which = f'column "{name}"' if name else "a column"
        raise ColumnError(
            f"{which} of type {_type_name(array.type)} cannot be read as groups in this version",
            hint="export it as text or whole numbers",
        )
    text = pc.cast(array, pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
MAX_EXACT = float(1 << 53)
"""Above this, a float no longer tells one whole number from the next."""


def _type_name(kind: pa.DataType) -> str:
    """Return `struct` for `struct<…>`: what is inside comes from the file."""
    return str(kind).partition("<")[0]


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], column.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _float_text(array: pa.Array) -> pa.Array:
    number = pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    is_whole = pc.and_(pc.equal(pc.floor(number), number), pc.less(pc.abs(number), MAX_EXACT))
    whole = pc.cast(pc.if_else(is_whole, number, pa.scalar(None, pa.float64())), pa.int64())
    return pc.if_else(is_whole, pc.cast(whole, pa.string()), pc.cast(number, pa.string()))


def code(name: str, column: pa.ChunkedArray, binning: Binning | None) -> Coded:
    """Return the groups of one attribute; missing values are the group "Not recorded"."""
    if binning is not None and binning.not_recorded:
        text = as_text(column, name)
        said = pc.is_in(text, value_set=pa.array(binning.not_recorded, pa.string()))
        column = pa.chunked_array([pc.if_else(said, pa.scalar(None, pa.string()), text)])
    is_binned = binning is not None and bool(binning.edges)
    text = _binned(name, column, binning) if binning is not None and is_binned else as_text(column, name)
    encoded = pc.dictionary_encode(pc.fill_null(text, NOT_RECORDED))
    values = tuple(encoded.dictionary.to_pylist())
    recorded = [value for value in values if value != NOT_RECORDED]
    if any(LINE.search(value) for value in recorded):
        raise UnusableDataError(
            f'a value of "{name}" holds a line break or a control character',
            hint="mend those rows: a group's name is one line of text",
        )
    if len({_as_seen(value) for value in recorded}) < len(recorded):
        raise UnusableDataError(
            f'two values of "{name}" differ only in capitals, spaces or invisible characters',
            hint="write each group in one way: split in two, a group may be too small to judge",
        )
    if not is_binned and len(recorded) > MAX_NUMERIC_GROUPS and all(_is_number(value) for value in recorded):
        raise PolicyError(
            f'"{name}" holds {len(recorded):,} different numbers: they are not groups yet',
            hint=f"give {name} bins in columns.sensitive, for example bins: [0, 18, 25, 40, 60, 120]",
        )
    if len(recorded) > MAX_GROUPS:
        raise PolicyError(
            f'"{name}" holds {len(recorded):,} different values: that is not a sensitive attribute',
            hint="name the column that holds the groups; more than 200 are not compared",
        )
    return Coded(name, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), values)


def _as_seen(value: str) -> str:
    """Return a value without what a reader does not see: capitals, outer spaces, compatibility forms, zero widths."""
    plain = unicodedata.normalize("NFKC", value)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf").strip().casefold()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def to_numbers(name: str, column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a column as float64, missing values as NaN; True is 1 and False is 0.

    Raises ColumnError when none of the values is a number, UnusableDataError when only some are.
    """
    array = _one_array(column)
    if not any(is_(array.type) for is_ in (*NUMERIC, *TEXT)):
        raise ColumnError(
            f'"{name}" is a column of type {_type_name(array.type)}, not of numbers', hint="export it as numbers"
        )
    if any(is_(array.type) for is_ in TEXT):
        array = _text_as_numbers(name, array)
    return np.asarray(pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


NUMERIC = (
    pa.types.is_floating,
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_null,
)
NUMBER = r"^([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?))$"


def _text_as_numbers(name: str, text: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(as_text(pa.chunked_array([text]), name))
    if set(pc.unique(text[:100]).to_pylist()) <= {"True", "False", None}:
        text = pc.if_else(pc.equal(text, "True"), "1", pc.if_else(pc.equal(text, "False"), "0", text))
    try:
        return pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        # The library's message quotes the value that failed.
        values = len(text) - text.null_count
        numbers = pc.sum(pc.match_substring_regex(text, NUMBER)).as_py() or 0
    if numbers == 0:
        raise ColumnError(f'"{name}" should hold numbers, and holds none', hint="name a column of numbers")
    raise UnusableDataError(
        f'"{name}" should hold numbers, and in {max(1, values - numbers):,} of {len(text):,} rows it does not',
        hint="mend those rows, or name another column",
    )


def _binned(name: str, column: pa.ChunkedArray, binning: Binning) -> pa.Array:
    numbers = to_numbers(name, column)
    edges = np.asarray(binning.edges)
    missing = np.isnan(numbers)
    outside = ~missing & ~((numbers >= edges[0]) & (numbers <= edges[-1]))
    if outside.any():
        raise PolicyError(
            f'{int(outside.sum()):,} rows lie outside the bins of "{name}"',
            hint="widen the first or last edge: a row that is in no bin would be dropped",
        )
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    return pa.array(np.asarray(binning.names, dtype=object)[place], pa.string(), mask=missing)


def count(
    attributes: Sequence[Coded], label: NDArray[np.int8], decision: NDArray[np.int8], score: NDArray[np.float64] | None
) -> Counts:
    """Count the rows of each cell.

    `label` is 1 favourable, 0 adverse, -1 not recorded; `decision` is 1 or 0; `score`, when given, is the probability
    of the favourable outcome. All have one entry a row.
    """
    groups, place = _number_groups(attributes, len(label))
    numbers = np.bincount(place * 6 + (label.astype(np.int64) + 1) * 2 + decision)
    cells = sorted(
        (_cell(groups[key // 6], int(key % 6), int(numbers[key]), attributes) for key in np.flatnonzero(numbers)),
        key=lambda cell: (cell.group, cell.label or "", cell.decision),
    )
    histograms = () if score is None else _histograms(attributes, label, score)
    return Counts(
        rows=len(label),
        weighted=False,
        attributes=tuple(attribute.name for attribute in attributes),
        joint=True,
        cells=tuple(cells),
        histograms=histograms,
    )


def _number_groups(attributes: Sequence[Coded], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the codes of each joint group that occurs, shape (groups, attributes), and the number of each row's group.

    Groups are numbered anew after each attribute: the product of many group counts would not fit into 64 bits.
    """
    groups, place = np.zeros((1, 0), np.int64), np.zeros(rows, np.int64)
    for attribute in attributes:
        paired = place * len(attribute.values) + attribute.codes
        occurs = np.bincount(paired, minlength=len(groups) * len(attribute.values)) > 0
        before, added = np.divmod(np.flatnonzero(occurs), len(attribute.values))
        if len(before) > MAX_CELLS:
            raise PolicyError(
                f"the declared attributes form more than {MAX_CELLS:,} groups together",
                hint="declare fewer attributes, or wider bins; more are not in this version",
            )
        groups, place = np.column_stack([groups[before], added]), (np.cumsum(occurs) - 1)[paired]
    return groups, place


def _cell(codes: NDArray[np.int64], sides: int, n: int, attributes: Sequence[Coded]) -> Cell:
    decision = SIDES[sides % 2 + 1]
    assert decision is not None  # noqa: S101 - a decision is coded 0 or 1, so its place is 1 or 2
    group = tuple(attribute.values[code] for attribute, code in zip(attributes, codes, strict=True))
    return Cell(group=group, label=SIDES[sides // 2], decision=decision, n=n)


def _histograms(
    attributes: Sequence[Coded], label: NDArray[np.int8], score: NDArray[np.float64]
) -> tuple[Histogram, ...]:
    """Return score counts per attribute, group and label; none for scores that are not probabilities.

    Bins between the smallest and the largest score would publish two people's scores.
    """
    if score.min() < 0 or score.max() > 1:
        return ()
    place = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    found = []
    for attribute in attributes:
        key = (attribute.codes * 3 + label + 1) * BINS + place
        table = np.bincount(key, minlength=len(attribute.values) * 3 * BINS).reshape(-1, 3, BINS)
        found += [
            Histogram(
                attribute=attribute.name,
                group=value,
                label=SIDES[side],
                edges=f"equal:{BINS}",
                n=tuple(int(n) for n in table[index, side]),
            )
            for index, value in sorted(enumerate(attribute.values), key=lambda pair: pair[1])
            for side in range(3)
            if table[index, side].any()
        ]
    return tuple(found)
