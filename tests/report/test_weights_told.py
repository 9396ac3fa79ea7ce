"""Rows with weights: both answers stand in the report, and that they do not agree."""

from conftest import NOON, write_audit
from report_reading import html_of, text_of

from fateaudit.auditing import audit

ONES = [("north", "yes", 1, 250), ("north", "no", 1, 250), ("south", "yes", 3, 150), ("south", "no", 1, 350)]


def test_the_report_shows_both_and_says_that_they_do_not_agree(tmp_path) -> None:
    rows = [{"group": g, "prediction": d, "label": d, "w": w} for g, d, w, n in ONES for _ in range(n)]
    record = audit(write_audit(tmp_path, rows, columns={"weight": "w"}), clock=NOON)
    text = text_of(html_of(record))

    assert "with each row counted once, and with each counted by its weight, there is not one answer" in text
    assert "south, by weight" in text
    assert "by weight: " in text
