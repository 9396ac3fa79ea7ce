"""Which files are read whole, and which in pieces."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.loading import datasets
from fateaudit.loading.parquet import ParquetSource, rows_in
from fateaudit.loading.sources import TableSource
from fateaudit.policy import read_policy

ROWS = rows_of(a=(80, 100), b=(60, 100))


@pytest.fixture
def policy(tmp_path):
    path = write_audit(tmp_path, ROWS, a_check(), dataset={"path": "rows.parquet"})
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "rows.parquet", row_group_size=70)
    return path


@pytest.mark.parametrize(("most", "kind"), [(200, TableSource), (199, ParquetSource)])
def test_a_small_file_of_many_rows_is_read_in_pieces(policy, monkeypatch, most, kind) -> None:
    whole = audit(policy, clock=NOON)
    monkeypatch.setattr(datasets, "MOST_ROWS", most)

    assert isinstance(datasets.open_dataset(read_policy(policy)).rows, kind)
    assert audit(policy, clock=NOON).to_bytes() == whole.to_bytes()


def test_where_several_processes_score_every_parquet_file_is(policy) -> None:
    assert isinstance(datasets.open_dataset(read_policy(policy), in_pieces=True).rows, ParquetSource)


def test_a_file_that_is_none_has_no_rows(tmp_path) -> None:
    (tmp_path / "rows.parquet").write_bytes(b"PAR1 and nothing else")

    assert rows_in(tmp_path / "rows.parquet") == 0
