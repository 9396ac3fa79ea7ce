"""A table whose rows stand for several → one with a row each: then everything else need not know."""

import numpy as np
import pyarrow as pa

from fateaudit.counting import to_numbers
from fateaudit.errors import ColumnError, UnusableDataError, did_you_mean, placed
from fateaudit.policy import PolicyFile

MOST_ROWS = 20_000_000
"""So many rows are held in memory; a table that stands for more is given as it is, by rows."""


def repeat(table: pa.Table, source: PolicyFile) -> pa.Table:
    """Return `table` with each row as often as `columns.frequency` says, or as it is where nothing says so.

    A frequency of 0 stands for nobody. Raises ColumnError when the column is not there, UnusableDataError for what is
    no whole number of rows.
    """
    column = source.policy.columns.frequency
    if column is None:
        return table
    where = source.where("columns", "frequency")
    if column not in table.column_names:
        raise ColumnError(
            f'column "{column}" is not in the data',
            where=[where],
            hint=did_you_mean(column, table.column_names) or "name a column that the file has",
        )
    with placed(where):
        times = to_numbers(column, table[column])
    bad = int((~(np.isfinite(times) & (times >= 0) & (times == np.floor(times)))).sum())
    if bad:
        raise UnusableDataError(
            f'in {bad:,} of {len(times):,} rows "{column}" is missing, negative or no whole number',
            where=[where],
            hint="a frequency says how many rows a row stands for: 0, 1, 2 and so on",
        )
    if times.sum() > MOST_ROWS:
        raise UnusableDataError(
            f'"{column}" adds up to more than {MOST_ROWS:,} rows',
            where=[where],
            hint="give the rows themselves, as Parquet",
        )
    if times.sum() == 0:
        raise UnusableDataError(f'"{column}" is 0 in every row', where=[where], hint="there is nothing to audit")
    return table.take(pa.array(np.repeat(np.arange(len(times)), times.astype(np.int64))))
