"""Rows that the model was trained on are found on Spark where they lie, as anywhere else."""

import pytest
from test_overlaps import PLANTED, ROWS, SALT, a_source, a_table, ids

from fateaudit.loading import load_evaluation
from fateaudit.loading.digests import write_digests

# Spark says of pandas what is nothing to us: the frame is only carried there.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
pytest_plugins = ("spark_fixtures",)


def test_rows_of_training_are_counted_on_the_workers(session, tmp_path) -> None:
    (tmp_path / "t.digests").write_bytes(write_digests(ids([*range(PLANTED), 5_000]), SALT))
    source = a_source(tmp_path, {"path": "t.digests", "salt": SALT})
    frame = session.createDataFrame(a_table(ids(range(ROWS))).to_pandas()).repartition(3)
    found = load_evaluation(source, None, data=frame)[0].overlap

    assert (found.rows, found.inside, found.unnamed, found.known, found.by) == (ROWS, PLANTED, 0, 8, "digests")
