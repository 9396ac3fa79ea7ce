"""A table of counts is audited like the rows that it stands for."""

import pytest
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.errors import ColumnError, UnusableDataError

COUNTED = [
    {"group": "a", "label": "yes", "prediction": "yes", "n": 80},
    {"group": "a", "label": "no", "prediction": "no", "n": 20},
    {"group": "b", "label": "yes", "prediction": "yes", "n": 60},
    {"group": "b", "label": "no", "prediction": "no", "n": 40},
    {"group": "b", "label": "no", "prediction": "yes", "n": 0},
]


def audited(folder, rows, frequency="n"):
    return audit(write_audit(folder, rows, a_check(), columns={"frequency": frequency}), clock=NOON)


def test_counted_rows_give_what_the_rows_themselves_give(tmp_path) -> None:
    counted = audited(tmp_path / "counted", COUNTED)
    plain = audit(write_audit(tmp_path / "plain", rows_of(a=(80, 100), b=(60, 100)), a_check()), clock=NOON)

    assert counted.counts == plain.counts
    assert counted.evidence == plain.evidence
    assert counted.findings == plain.findings


@pytest.mark.parametrize("n", ["-1", "1.5", "", "many", "inf"])
def test_what_is_no_number_of_rows_is_refused(tmp_path, n) -> None:
    with pytest.raises(UnusableDataError, match=r"missing, negative or no whole number|rows it does not"):
        audited(tmp_path / "a", [*COUNTED, COUNTED[0] | {"n": n}])


def test_no_rows_at_all_are_refused(tmp_path) -> None:
    with pytest.raises(UnusableDataError, match="0 in every row"):
        audited(tmp_path, [row | {"n": 0} for row in COUNTED])


def test_a_table_may_stand_for_more_rows_than_there_are_people(tmp_path) -> None:
    record = audited(tmp_path, [row | {"n": 10_000_000 * row["n"]} for row in COUNTED])

    assert record.counts.rows == 2_000_000_000
    assert sum(cell.n for cell in record.counts.cells) == record.counts.rows


def test_a_frequency_column_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(ColumnError, match='column "nn" is not in rows') as refused:
        audited(tmp_path / "a", COUNTED, frequency="nn")
    assert refused.value.hint == 'Did you mean "n"?'
