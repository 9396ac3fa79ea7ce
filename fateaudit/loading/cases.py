"""One row of a file of rows, found by its id and read as a model reads it. No other row is shown, and no other id."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from fateaudit.artifacts import read, sha256
from fateaudit.counting import as_text
from fateaudit.errors import ColumnError, UsageError, as_seen, did_you_mean
from fateaudit.evaluation import Model
from fateaudit.loading.datasets import MOST_IN_MEMORY
from fateaudit.loading.tables import read_table
from fateaudit.loading.wanting import EVERY_COLUMN
from fateaudit.policy import PolicyFile
from fateaudit.tallying import not_text, read_inputs

_ONE = "write the case into a file of its own: the header and its row, with every column"


class CaseFile:
    """A file in which one case is looked for."""

    def __init__(self, path: Path) -> None:
        """Read `path`, CSV or Parquet. Raises UsageError where there is none, DamagedFileError for another kind."""
        self.name = path.name
        if path.is_file() and path.stat().st_size > MOST_IN_MEMORY:
            raise UsageError(f"{path.name} is too large to look for one case in it", hint=_ONE)
        content = read(path, what="the data", hint="give the file that holds the case, CSV or Parquet, with --data")
        self.sha256 = sha256(content)
        self._rows = read_table(content, path.name)
        try:
            self._rows.validate(full=True)
        except pa.ArrowInvalid:
            raise not_text(path.name) from None

    def find(self, case: str, source: PolicyFile) -> pa.Table:
        """Return the row whose id is `case`, as it stands there: a table of one row.

        Raises UsageError where no row has the id, or several have; ColumnError for a file without ids.
        """
        identity = source.policy.columns.id
        if identity is None:
            raise UsageError(
                "the policy names no column of ids, so no case can be found by one",
                where=[source.where("columns")],
                hint="write columns: { id: … } into the policy, and audit with it",
            )
        self._refuse_missing(identity, [source.where("columns", "id")], "name the column that holds the ids")
        return self._row(case, identity)

    def read(self, row: pa.Table, model: Model) -> pa.Table:
        """Return a row as `model` reads it. Raises ColumnError for a column that is not there."""
        reads = ", ".join(column.name for column in model.inputs)
        for column in model.inputs:
            self._refuse_missing(column.name, [f"{model.artifact.name} reads: {reads}"], EVERY_COLUMN)
        return read_inputs(row, model.inputs, f"{model.artifact.name} reads it as {{}}")

    def _row(self, case: str, identity: str) -> pa.Table:
        ids = as_text(self._rows[identity], identity)
        found = self._rows.filter(pc.fill_null(pc.equal(ids, case), fill_value=False))
        if found.num_rows > 1:
            raise UsageError(
                f'{found.num_rows:,} rows of {self.name} have this value in "{identity}"',
                where=[f"--case {case}"],
                hint=f"an id stands for one row: {_ONE}",
            )
        if not found.num_rows:
            alike = as_seen(case)
            is_near = alike and any(as_seen(one) == alike for one in pc.unique(ids).to_pylist() if one is not None)
            raise UsageError(
                f'no row of {self.name} has this value in "{identity}"',
                where=[f"--case {case}"],
                hint="one is there that differs in capitals, spaces or signs alone: type it as it stands in the file"
                if is_near
                else "type the id as it stands in the file, leading zeros included, or give another file with --data",
            )
        return found

    def _refuse_missing(self, column: str, where: list[str], hint: str) -> None:
        there = self._rows.column_names
        if column not in there:
            raise ColumnError(
                f'column "{column}" is not in {self.name}',
                where=[*where, f"The file has: {', '.join(there)}"],
                hint=f"{did_you_mean(column, there)} {hint}".strip(),
            )
