"""Ids as they come from pages, spreadsheets and careless exports: rows that are shared are found all the same."""

import pyarrow as pa
import pytest

from fateaudit.errors import ColumnError, UnusableDataError
from fateaudit.loading.digests import as_id, read_digests, write_digests
from fateaudit.loading.overlapping import ids_of

SALT = "a salt that nobody tries"


@pytest.mark.parametrize(
    ("one", "other"),
    [("\u200b12", "12"), ("12\ufeff", "12"), ("a\u00ad-1", "A-1"), ("-5.0", "-5"), ("-007", "-7"), ("00.0", "0")],
)
def test_what_nobody_sees_in_an_id_does_not_hide_a_row(one, other) -> None:
    assert as_id(one) == as_id(other)
    assert write_digests([one], SALT) == write_digests([other], SALT)


def test_ids_that_differ_in_what_is_seen_stay_apart() -> None:
    assert len({as_id(one) for one in ("5", "-5", "50", "5.5", "a5", "--5", "-", "0x5")}) == 8


def test_a_column_of_blanks_holds_no_id() -> None:
    with pytest.raises(UnusableDataError, match='has a value in "id"'):
        ids_of(pa.table({"id": ["  ", "\u200b", None, ""]}), "id", "t.csv", "")


def test_what_can_be_written_of_a_column_can_be_read() -> None:
    ids = ids_of(pa.table({"id": ["  ", "7", None]}), "id", "t.csv", "")
    found = read_digests(write_digests(ids.to_pylist(), SALT), SALT, "t")
    assert (found.rows, found.unnamed, len(found.digests)) == (3, 2, 1)


def test_a_list_without_a_header_shows_no_id_in_the_error() -> None:
    with pytest.raises(ColumnError) as caught:
        ids_of(pa.table({"AB-1234567": ["AB-2222222"]}), "id", "t.csv", "")

    assert "AB-1234567" not in f"{caught.value.message} {caught.value.where} {caught.value.hint}"
    assert list(caught.value.where) == ["t.csv has 1 column"]
