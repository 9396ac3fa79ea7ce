"""Rows, or combinations of rows with how often each occurs → how many there are per group, label and decision.

What is made of the counts is nobody's business here.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counts import MAX_CELLS, NOT_RECORDED, Cell, Counts, Histogram, Outcome
from fateaudit.errors import ColumnError, PolicyError
from fateaudit.evaluation import Binning
from fateaudit.naming import are_dates, outside_bins, refuse_unclear_names, some_no_numbers

BINS = 50
"""Bins of a score histogram. Finer ones would be the data again."""

OUTSIDE = -1
"""In the place of a bin: a number that no bin holds."""

SIDES = (None, Outcome.ADVERSE, Outcome.FAVOURABLE)
"""What the codes -1, 0 and 1 of a label or decision stand for, at place code + 1."""


Times: TypeAlias = NDArray[np.int64]
"""How many rows each entry stands for."""

Weights: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What the weights of each entry's rows add up to, and their squares."""


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
            hint=f"export it as text or whole numbers{_of_dates(array.type)}",
        )
    text = pc.cast(array, pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
MAX_EXACT = float(1 << 53)
"""Above this, a float no longer tells one whole number from the next."""


def _type_name(kind: pa.DataType) -> str:
    """Return `struct` for `struct<…>`, whose inside comes from the file, `timestamp` for one of any zone."""
    return re.split(r"[<\[(]", str(kind), maxsplit=1)[0].strip()


def _of_dates(kind: pa.DataType) -> str:
    return ": of a date, the year or the age in years" if pa.types.is_temporal(kind) else ""


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


def code(name: str, column: pa.ChunkedArray, binning: Binning | None, times: Times | None = None) -> Coded:
    """Return the groups of one attribute; missing values are the group "Not recorded".

    `times`, when given, says how many rows each entry stands for.
    """
    if binning is not None and binning.not_recorded:
        text = as_text(column, name)
        said = pc.is_in(text, value_set=pa.array(binning.not_recorded, pa.string()))
        column = pa.chunked_array([pc.if_else(said, pa.scalar(None, pa.string()), text)])
    is_binned = binning is not None and bool(binning.edges)
    text = _binned(name, column, binning, times) if binning is not None and is_binned else as_text(column, name)
    encoded = pc.dictionary_encode(pc.fill_null(text, NOT_RECORDED))
    values = tuple(encoded.dictionary.to_pylist())
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    rows = dict(zip(values, np.bincount(codes, times, minlength=len(values)).astype(np.int64).tolist(), strict=True))
    rows.pop(NOT_RECORDED, None)
    unsaid = () if binning is None else binning.not_recorded
    refuse_unclear_names(name, rows, is_binned=is_binned, not_recorded=unsaid)
    return Coded(name, codes, values)


def to_numbers(name: str, column: pa.ChunkedArray, times: Times | None = None) -> NDArray[np.float64]:
    """Return a column as float64, missing values as NaN; True is 1 and False is 0.

    Raises ColumnError when none of the values is a number, UnusableDataError when only some are.
    """
    numbers, strange = read_numbers(name, column)
    if strange.any():
        _refuse_strange(name, column, strange, times)
    return numbers


def read_numbers(name: str, column: pa.ChunkedArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column as float64, and which of its values are no numbers: they are NaN, as missing ones are.

    Raises ColumnError for a column of dates or of anything else that is neither numbers nor text.
    """
    array = _one_array(column)
    if not any(is_(array.type) for is_ in (*NUMERIC, *TEXT)):
        raise ColumnError(
            f'"{name}" is a column of type {_type_name(array.type)}, not of numbers',
            hint=f"export it as numbers{_of_dates(array.type)}",
        )
    strange = np.zeros(len(array), np.bool_)
    if any(is_(array.type) for is_ in TEXT):
        array, strange = _text_as_numbers(array, name)
    # Whole numbers beyond 2^53 lose their last digits, as they do in every engine.
    return np.asarray(pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64), strange


NUMERIC = (
    pa.types.is_floating,
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_decimal,
    pa.types.is_null,
)
NUMBER = r"^([-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?))$"


def _text_as_numbers(text: pa.Array, name: str) -> tuple[pa.Array, NDArray[np.bool_]]:
    text = pc.utf8_trim_whitespace(as_text(pa.chunked_array([text]), name))
    if set(pc.unique(text).to_pylist()) <= {"True", "False", None}:
        text = pc.if_else(pc.equal(text, "True"), "1", pc.if_else(pc.equal(text, "False"), "0", text))
    with suppress(pa.ArrowInvalid):
        return pc.cast(text, pa.float64()), np.zeros(len(text), np.bool_)
    is_number = pc.fill_null(pc.match_substring_regex(text, NUMBER), True)  # noqa: FBT003 - the value for a missing one
    numbers = pc.cast(pc.if_else(is_number, text, pa.scalar(None, pa.string())), pa.float64())
    return numbers, ~is_number.to_numpy(zero_copy_only=False)


def _refuse_strange(name: str, column: pa.ChunkedArray, strange: NDArray[np.bool_], times: Times | None) -> NoReturn:
    if strange.sum() == len(column) - column.null_count:
        some = as_text(column.slice(0, 100), name).drop_null().to_pylist()
        instead = ", or write the year or the age in years: it holds dates" if are_dates(some) else ""
        raise ColumnError(f'"{name}" should hold numbers, and holds none', hint=f"name a column of numbers{instead}")
    rows = len(column) if times is None else int(times.sum())
    raise some_no_numbers(name, rows_where(strange, times), rows)


def _binned(name: str, column: pa.ChunkedArray, binning: Binning, times: Times | None) -> pa.Array:
    numbers = to_numbers(name, column, times)
    missing, place = np.isnan(numbers), bins_of(numbers, binning.edges)
    outside = ~missing & (place == OUTSIDE)
    if outside.any():
        raise outside_bins(name, rows_where(outside, times))
    return pa.array(np.asarray(binning.names, dtype=object)[place], pa.string(), mask=missing)


def bins_of(numbers: NDArray[np.float64], edges: Sequence[float]) -> NDArray[np.int64]:
    """Return the bin of each number, counted from 0, or `OUTSIDE`: a bin holds its lower edge, the last one both."""
    ends = np.asarray(edges)
    place = np.clip(np.searchsorted(ends, numbers, side="right") - 1, 0, len(ends) - 2)
    return np.where((numbers >= ends[0]) & (numbers <= ends[-1]), place, OUTSIDE)


def rows_where(is_so: NDArray[np.bool_], times: Times | None) -> int:
    """Return how many rows the entries stand for of which something holds."""
    return int(is_so.sum()) if times is None else int(times[is_so].sum())


def count(  # noqa: PLR0913 - what a row, or a combination of rows, is
    attributes: Sequence[Coded],
    label: NDArray[np.int8],
    decision: NDArray[np.int8],
    *,
    times: Times | None = None,
    weights: Weights | None = None,
    bins: NDArray[np.int16] | None = None,
) -> Counts:
    """Count the rows of each cell and, where they have weights, add those up.

    `label` is 1 favourable, 0 adverse, -1 not recorded; `decision` is 1 or 0; `times` how many rows an entry stands
    for; `weights` what their weights add up to, and the squares of those; `bins` which bin the score is in, a negative
    number for none. All have one entry a row, or a combination of rows.
    """
    groups, place = _number_groups(attributes, len(label))
    key = place * 6 + (label.astype(np.int64) + 1) * 2 + decision
    numbers = np.bincount(key, times)
    sums = () if weights is None else tuple(np.bincount(key, each) for each in weights)
    cells = [
        _cell(groups[one // 6], int(one % 6), int(numbers[one]), [_rounded(each[one]) for each in sums], attributes)
        for one in np.flatnonzero(numbers)
    ]
    return Counts(
        rows=len(label) if times is None else int(times.sum()),
        weighted=weights is not None,
        attributes=tuple(attribute.name for attribute in attributes),
        joint=True,
        cells=tuple(sorted(cells, key=lambda cell: (cell.group, cell.label or "", cell.decision))),
        histograms=() if bins is None else _histograms(attributes, label, bins, times),
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


def _rounded(added: np.float64) -> float:
    """Return a sum as the record will hold it, so that whoever reads the record calculates from the same number."""
    return float(f"{added:.12g}")


def _cell(codes: NDArray[np.int64], sides: int, n: int, weights: Sequence[float], attributes: Sequence[Coded]) -> Cell:
    decision = SIDES[sides % 2 + 1]
    assert decision is not None  # noqa: S101 - a decision is coded 0 or 1, so its place is 1 or 2
    group = tuple(attribute.values[code] for attribute, code in zip(attributes, codes, strict=True))
    weight, squares = weights or (None, None)
    return Cell(group=group, label=SIDES[sides // 2], decision=decision, n=n, weight=weight, squares=squares)


def _histograms(
    attributes: Sequence[Coded], label: NDArray[np.int8], bins: NDArray[np.int16], times: Times | None
) -> tuple[Histogram, ...]:
    """Return score counts per attribute, group and label; none for scores that are not probabilities.

    Bins between the smallest and the largest score would publish two people's scores.
    """
    if bins.min() < 0:
        return ()
    found = []
    for attribute in attributes:
        key = (attribute.codes * 3 + label + 1) * BINS + bins
        table = np.bincount(key, times, minlength=len(attribute.values) * 3 * BINS).reshape(-1, 3, BINS)
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
