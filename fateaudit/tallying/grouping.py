"""The plan: one pass of duckdb that groups rows by what matters of them, and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from fateaudit.counting import BINS, OUTSIDE
from fateaudit.tallying.wanted import MANY, Wanted

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

NO_NUMBER = -2
"""In the place of a bin: what is no number at all."""

SMALLEST, LARGEST = 1e-9, 1e9
"""Weights beyond these are refused: no survey weighs anybody so, and their squares no longer add up."""

MOST = 1e9
"""A row stands for no more rows than this: what they add up to must stay a whole number that a float can hold."""

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_NUMBERS = frozenset((*_WHOLE, "FLOAT", "DOUBLE", "BOOLEAN"))


def can_group(relation: DuckDBPyRelation, wanted: Wanted) -> bool:
    """Return whether duckdb can do all of it on the rows as they lie.

    It cannot where a model scores them or rows are drawn, and where numbers are written as text: those are read by this
    project's own rules, batch by batch.
    """
    kinds = _kinds(relation)
    needs_rows = bool(wanted.inputs or wanted.sample or wanted.keeps_scores)
    are_plain = all(kinds[name] in _NUMBERS | {"VARCHAR"} for name in wanted.columns if name not in wanted.others)
    return not needs_rows and are_plain and all(kinds[name] in _NUMBERS for name in (*wanted.numbers, *wanted.cut))


def _kinds(relation: DuckDBPyRelation) -> dict[str, str]:
    return {name: str(kind) for name, kind in zip(relation.columns, relation.types, strict=True)}


def group_rows(relation: DuckDBPyRelation, wanted: Wanted, *, is_batch: bool = False) -> dict[str, pa.Table]:
    """Return one small table for the attributes together, under "", and one for each other column.

    Of more than `MANY` combinations one more than that is returned, but all of those of a batch.

    Their columns: `k0`, `k1`, … for the attributes, `label` and `prediction` as they stand, `decided` 1 or 0 (null for
    a score that is no number), `bin` of the score, and how many rows: `n`, `weight`, `squares`, and those whose weight
    or frequency cannot be used, `unweighed` and `uncounted`. Attributes stand as they are unless there are too many
    combinations; then those with edges are cut, if they are numbers here. Other columns that hold neither text nor
    numbers are read as missing.
    """
    kinds = _kinds(relation)
    outcome = [*_outcome(wanted, kinds), _bin(wanted)]
    names = [_key(key.name, kinds[key.name]) for key in wanted.attributes]
    can_cut = all(kinds[name] in _NUMBERS for name in wanted.cut)
    found = {"": _grouped(relation, wanted, [*_numbered(names), *outcome], is_whole=is_batch)}
    if not is_batch and found[""].num_rows > MANY and wanted.cut and can_cut:
        cut = [
            _cut(key.name, key.edges) if key.edges else name for key, name in zip(wanted.attributes, names, strict=True)
        ]
        found[""] = _grouped(relation, wanted, [*_numbered(cut), *outcome])
    for name in wanted.others:
        other = _key(name, kinds[name]) if kinds[name] in _NUMBERS | {"VARCHAR"} else _other(name, kinds[name])
        found[name] = _grouped(
            relation, wanted, [*_numbered([other]), *outcome[:-1], "0::SMALLINT AS bin"], is_whole=is_batch
        )
    return found


def _key(name: str, kind: str) -> str:
    """Return a column as its values will be told apart: a table that was cut off must not seem to shrink afterwards."""
    column = quoted(name)
    if kind == "VARCHAR":
        return f"nullif({column}, '')"
    if kind in {"FLOAT", "DOUBLE"}:
        return f"CASE WHEN NOT isnan({column}) THEN {column} + 0::{kind} END"
    # A column of 16 bits would look like the numbers of bins.
    return f"{column}::INTEGER" if kind == "SMALLINT" else column


def _other(name: str, kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return f"{quoted(name)}::DOUBLE"
    return quoted(name) if kind.startswith(("ENUM", "HUGEINT")) else "NULL::VARCHAR"


def _numbered(keys: Sequence[str]) -> list[str]:
    return [f"{key} AS k{place}" for place, key in enumerate(keys)]


def _grouped(relation: DuckDBPyRelation, wanted: Wanted, keys: Sequence[str], *, is_whole: bool = False) -> pa.Table:
    # One more than there may be tells too many from just enough.
    limit = "" if is_whole else f"LIMIT {MANY + 1}"
    columns = ", ".join([*keys, *_sums(wanted)])
    # Names of columns are quoted; nothing else of the data is in the text.
    found = relation.query("rows", f"SELECT {columns} FROM rows GROUP BY ALL {limit}")  # noqa: S608 - see above
    assert found is not None  # noqa: S101 - a SELECT has a result
    return found.to_arrow_table()


def _outcome(wanted: Wanted, kinds: Mapping[str, str]) -> list[str]:
    label, prediction = (
        "NULL::VARCHAR" if name is None else _key(name, kinds[name]) for name in (wanted.label, wanted.prediction)
    )
    return [f"{label} AS label", f"{prediction} AS prediction", f"{_decided(wanted)} AS decided"]


def _decided(wanted: Wanted) -> str:
    if wanted.score is None:
        return "NULL::TINYINT"
    score = f"{quoted(wanted.score)}::DOUBLE"
    # NaN is larger than every number here, and would be selected.
    return f"CASE WHEN isfinite({score}) THEN ({score} {wanted.at} {_double(wanted.threshold)})::TINYINT END"


def _bin(wanted: Wanted) -> str:
    if wanted.score is None:
        return "0::SMALLINT AS bin"
    score = f"{quoted(wanted.score)}::DOUBLE"
    place = f"least(floor({score} * {BINS}), {BINS - 1})::SMALLINT"
    return f"CASE WHEN isfinite({score}) AND {score} BETWEEN 0 AND 1 THEN {place} ELSE {OUTSIDE} END AS bin"


def _cut(name: str, edges: Sequence[float]) -> str:
    """Return which bin a number is in, counted from 0: a bin holds its lower edge, the last one both."""
    number = f"{quoted(name)}::DOUBLE"
    place = " + ".join(["0", *(f"({number} >= {_double(edge)})::SMALLINT" for edge in edges[1:-1])])
    is_outside = f"{number} < {_double(edges[0])} OR {number} > {_double(edges[-1])}"
    is_missing = f"{quoted(name)} IS NULL OR isnan({number})"
    return f"(CASE WHEN {is_missing} THEN NULL WHEN {is_outside} THEN {OUTSIDE} ELSE {place} END)::SMALLINT"


def _sums(wanted: Wanted) -> list[str]:
    times, uncounted = ("1", "0") if wanted.frequency is None else _frequency(quoted(wanted.frequency))
    weight, unweighed = ("0", "0") if wanted.weight is None else _weight(quoted(wanted.weight))
    weighted = f"{times} * {weight}"
    return [
        "count(*)::BIGINT AS n" if wanted.frequency is None else f"sum({times})::BIGINT AS n",
        "0::DOUBLE AS weight" if wanted.weight is None else f"sum({weighted})::DOUBLE AS weight",
        "0::DOUBLE AS squares" if wanted.weight is None else f"sum({weighted} * {weight})::DOUBLE AS squares",
        f"sum({unweighed})::BIGINT AS unweighed",
        f"sum({uncounted})::BIGINT AS uncounted",
    ]


def _frequency(column: str) -> tuple[str, str]:
    """Return how often a row counts, and whether it cannot be told."""
    times = f"{column}::DOUBLE"
    is_usable = f"coalesce({times} BETWEEN 0 AND {_double(MOST)} AND {times} = floor({times}), false)"
    return f"(CASE WHEN {is_usable} THEN {times} ELSE 0 END)", f"(NOT {is_usable})::BIGINT"


def _weight(column: str) -> tuple[str, str]:
    weight = f"{column}::DOUBLE"
    is_usable = f"coalesce({weight} >= {_double(SMALLEST)} AND {weight} <= {_double(LARGEST)}, false)"
    return f"(CASE WHEN {is_usable} THEN {weight} ELSE 0 END)", f"(NOT {is_usable})::BIGINT"


def _double(number: float) -> str:
    """Return a number as SQL reads it, to the last bit; infinite ends too."""
    return f"'{number!r}'::DOUBLE"


def quoted(name: str) -> str:
    """Return a column's name as SQL reads it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'
