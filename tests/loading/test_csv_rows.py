"""A large CSV file gives, in pieces, what a small one gives whole."""

import pytest
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.errors import DamagedFileError, UnusableDataError
from fateaudit.loading import csv_rows, datasets


@pytest.fixture
def in_pieces(monkeypatch):
    """Every file is a large one, read in pieces of some hundred bytes."""
    monkeypatch.setattr(datasets, "MOST_IN_MEMORY", 0)
    monkeypatch.setattr(csv_rows, "BLOCK", 400)


ROWS = [row | {"note": 'says "yes",\nand more' if place % 7 == 0 else ""} for place, row in enumerate(
    rows_of(a=(80, 100), b=(60, 100), None_=(3, 9))
)]  # fmt: skip


def test_pieces_give_what_the_whole_gives(tmp_path, monkeypatch) -> None:
    path = write_audit(tmp_path, ROWS, a_check())
    whole = audit(path, clock=NOON)
    monkeypatch.setattr(datasets, "MOST_IN_MEMORY", 0)
    monkeypatch.setattr(csv_rows, "BLOCK", 400)
    pieces = audit(path, clock=NOON)

    assert pieces.to_bytes() == whole.to_bytes()


@pytest.mark.usefixtures("in_pieces")
def test_a_row_that_is_none_is_refused_without_being_shown(tmp_path) -> None:
    path = write_audit(tmp_path, ROWS, a_check())
    with (tmp_path / "rows.csv").open("a", encoding="utf-8") as file:
        file.write("secret,yes\n")

    with pytest.raises(DamagedFileError, match="cannot be read as CSV") as refused:
        audit(path, clock=NOON)
    assert "secret" not in str(refused.value)


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("group;label;prediction\na;yes;yes\n", "separated by semicolons"),
        ("group,label,prediction\n", "has no rows|has a header and no rows"),
        ("group,group,prediction\na,b,yes\n", "two columns of the same name"),
    ],
)
def test_a_header_that_cannot_be_relied_on_is_refused(tmp_path, content, said) -> None:
    path = write_audit(tmp_path, ROWS, a_check())
    (tmp_path / "rows.csv").write_text(content, encoding="utf-8")

    with pytest.raises((DamagedFileError, UnusableDataError), match=said):
        audit(path, clock=NOON)
