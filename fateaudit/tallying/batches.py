"""A batch of rows → its small tables: scores made by a model where there is one, then the plan, then rows drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fateaudit.counting import as_text, read_numbers
from fateaudit.errors import UnusableDataError, placed
from fateaudit.tallying.adding import add_up, as_plain
from fateaudit.tallying.grouping import group_rows
from fateaudit.tallying.reading import read_inputs, readable
from fateaudit.tallying.sampling import NUMBER, number_rows, smallest
from fateaudit.tallying.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from duckdb import DuckDBPyConnection, DuckDBPyRelation
    from numpy.typing import NDArray

Score: TypeAlias = "Callable[[pa.Table], NDArray[np.float64]]"
"""What a model reads, as it reads it, in; one score of the favourable outcome for each row out."""

SCORE, LABEL, WEIGHT = "fateaudit:score", "fateaudit:label", "fateaudit:weight"
"""What is kept of rows beside their own columns."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What rows came to."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    """The small tables: of the attributes together under "", and of each other column."""
    sample: pa.Table | None = None
    """Rows drawn: what a model reads, as it reads it; their score, label and `attribute:NAME` as text; their number."""
    scores: pa.Table | None = None
    """Every row's score, label, weight and `attribute:NAME`, where they are wanted."""


def add_parts(parts: Iterable[Parts], wanted: Wanted) -> Parts:
    """Return the sum of parts, of which there is one at least."""
    return reduce(lambda one, other: _plus(one, other, wanted), parts)


def _plus(one: Parts, other: Parts, wanted: Wanted) -> Parts:
    samples = [part.sample for part in (one, other) if part.sample is not None]
    scores = [part.scores for part in (one, other) if part.scores is not None]
    return Parts(
        {name: _added([table, other.tables[name]], name, wanted) for name, table in one.tables.items()},
        smallest(pa.concat_tables(samples), wanted.sample) if samples else None,
        pa.concat_tables(scores) if scores else None,
    )


def _added(tables: Sequence[pa.Table], name: str, wanted: Wanted) -> pa.Table:
    """Add up tables of the attributes together, or of one other column, which is never cut."""
    return add_up(tables, Wanted() if name else wanted)


def tally_relation(relation: DuckDBPyRelation, wanted: Wanted) -> Parts:
    """Return what rows come to that need nothing but duckdb."""
    return Parts(_plain(group_rows(relation, wanted), wanted))


def tally_batch(rows: pa.Table, wanted: Wanted, score: Score | None, connection: DuckDBPyConnection) -> Parts:
    """Return what `rows` come to, scored by `score` where there is a model.

    Raises what is wrong with a column, with its place in the policy; what is wrong with single rows is counted.
    """
    inputs = read_inputs(rows, wanted.inputs, wanted.reader)
    rows = rows.select([name for name in dict.fromkeys(wanted.columns) if name in rows.column_names])
    rows = _with_numbers(readable(rows, wanted), wanted)
    read = wanted
    if score is not None:
        rows, read = rows.append_column(SCORE, pa.array(_scored(inputs, score))), replace(wanted, score=SCORE)
    tables = _plain(group_rows(connection.from_arrow(rows), read, is_batch=True), wanted)
    known = _known(rows, read)
    return Parts(
        tables,
        _drawn(rows, inputs, known, wanted) if wanted.sample else None,
        _repeated(known, rows, wanted) if wanted.keeps_scores else None,
    )


def _plain(tables: dict[str, pa.Table], wanted: Wanted) -> dict[str, pa.Table]:
    """Return the tables with text for values, every combination once."""
    together = [key.name for key in wanted.attributes]
    return {
        name: _added([as_plain(_of_anybody(table), [name] if name else together, wanted)], name, wanted)
        for name, table in tables.items()
    }


def _of_anybody(table: pa.Table) -> pa.Table:
    """Return a table without the combinations that stand for nobody: what is in their columns means nothing."""
    return table.filter(pc.or_(pc.greater(table["n"], 0), pc.greater(table["uncounted"], 0)))


def _scored(inputs: pa.Table, score: Score) -> NDArray[np.float64]:
    # No model is asked about nobody: many cannot answer.
    scores = score(inputs) if inputs.num_rows else np.empty(0)
    if scores.shape != (inputs.num_rows,):
        raise UnusableDataError("the model did not give one score a row", hint="check the model file")
    return scores


def _with_numbers(rows: pa.Table, wanted: Wanted) -> pa.Table:
    """Return the rows with the columns that are calculated with as numbers; what is none becomes NaN, to be counted."""
    for name in wanted.numbers:
        with placed(wanted.places.get(name, "")):
            numbers, _ = read_numbers(name, rows[name])
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(numbers))
    return rows


def _known(rows: pa.Table, wanted: Wanted) -> pa.Table:
    """Return what is known of each row beside what a model reads, under names that no column has."""
    columns = {}
    if wanted.score is not None:
        columns[SCORE] = rows[wanted.score]
    if wanted.label is not None:
        columns[LABEL] = as_text(rows[wanted.label], wanted.label)
    if wanted.weight is not None:
        columns[WEIGHT] = rows[wanted.weight]
    columns |= {f"attribute:{key.name}": as_text(rows[key.name], key.name) for key in wanted.attributes}
    return pa.table(columns)


def _drawn(rows: pa.Table, inputs: pa.Table, known: pa.Table, wanted: Wanted) -> pa.Table:
    """Return the batch's rows that may be among those drawn. A row that stands for many is one row here."""
    taken = pa.Table.from_arrays([*inputs.columns, *known.columns], names=[*inputs.column_names, *known.column_names])
    if wanted.id is not None:
        numbers = number_rows(pa.table({"id": as_text(rows[wanted.id], wanted.id)}), wanted.seed)
    else:
        numbers = number_rows(taken.drop_columns([SCORE] if SCORE in taken.column_names else []), wanted.seed)
    return smallest(taken.append_column(NUMBER, pa.array(numbers)), wanted.sample)


def _repeated(known: pa.Table, rows: pa.Table, wanted: Wanted) -> pa.Table:
    """Return each row as often as its frequency says; one that cannot be used is refused elsewhere."""
    if wanted.frequency is None:
        return known
    times = np.nan_to_num(rows[wanted.frequency].to_numpy(), nan=0.0, posinf=0.0, neginf=0.0).clip(0).astype(np.int64)
    return known.take(pa.array(np.repeat(np.arange(known.num_rows), times)))
