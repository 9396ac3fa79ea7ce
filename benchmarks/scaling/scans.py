"""Parquet: our tally beside a bare scan of the same columns, which does nothing but read every value."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from scaling.data import SHAPE, names_of

TEXT = names_of(SHAPE)
COLUMNS = (*TEXT, "label", "prediction")
SCORED = (*TEXT, "label", "score")


def scan(path: Path, columns: Sequence[str]) -> list[object]:
    """Read every value of the columns: the largest text and the sum of numbers.

    Were there only minima and maxima, what stands at the end of the file would answer; a sum makes it read all.
    """
    return _asked(path, [f"max({name})" if name in TEXT else f"sum({name})" for name in columns])


def lean_scan(path: Path, columns: Sequence[str]) -> list[object]:
    """Decode the columns and no more: lengths are those of the dictionary's few words, and no text is looked at."""
    return _asked(path, [f"sum(strlen({name}))" if name in TEXT else f"sum({name})" for name in columns])


def _asked(path: Path, asked: Sequence[str]) -> list[object]:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {', '.join(asked)} FROM read_parquet($1)", [str(path)])  # noqa: S608 - own words
        return list(found.fetchone() or ())


def decode(path: Path, columns: Sequence[str]) -> int:
    """Read the columns with pyarrow, in batches that nobody looks at."""
    batches = pq.ParquetFile(path).iter_batches(65_536, columns=list(columns))
    return sum(batch.num_rows for batch in batches)
