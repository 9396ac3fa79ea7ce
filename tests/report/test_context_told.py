"""What stands beside the figures: what would settle it, whose group is missing, and what wrong records could do."""

from conftest import a_check, rows_of
from report_reading import EVERYTHING, audited, html_of, text_of


def report(tmp_path, rows, *checks, **changes):
    return text_of(html_of(audited(tmp_path, *checks, rows=rows, **changes), EVERYTHING))


def test_what_could_not_be_judged_says_how_many_rows_would_settle_it(tmp_path) -> None:
    text = report(tmp_path, rows_of(a=(1000, 2000), b=(35, 100)), a_check())

    assert "Fix | Gather about 883 more cases where Group is b. Test again." in text
    assert "To settle it | About 883 more cases where Group is b would settle it in 4 of 5 such audits" in text
    assert "Wrong records | The figures do not depend on what the records say." in text


def test_what_was_judged_needs_no_more_rows(tmp_path) -> None:
    assert "To settle it" not in report(tmp_path, rows_of(a=(1000, 2000), b=(100, 1000)), a_check())


def test_where_neither_group_alone_is_enough_both_are_to_be_gathered(tmp_path) -> None:
    text = report(tmp_path, rows_of(a=(60, 100), b=(44, 100)), a_check())

    assert "times as many cases of both groups. Test again." in text


def test_rows_of_nobodys_group_are_to_be_looked_for_and_told_with_what_they_could_change(tmp_path) -> None:
    rows = rows_of(a=(500, 1000), b=(500, 1000)) + [{"group": "", "label": "no", "prediction": "no"}] * 900
    text = report(tmp_path, rows, a_check())

    assert "Fix | Find out who the 900 are whose group is not recorded. Test again." in text
    assert "Not recorded | 900 cases without a group (Group not recorded)." in text
    assert "the ratio could be anything from 0.53 to 1.00." in text


def test_wrong_records_are_told_where_labels_count(tmp_path) -> None:
    rows = rows_of(a=(500, 1000)) + [{"group": "a", "label": "yes", "prediction": "no"}] * 100
    check = a_check(metric="true_positive_rate", across="overall", limit={"min": 0.9})
    text = report(tmp_path, rows, check)

    assert "Wrong records | If 1 in " in text
    assert "of the records of cases that say “recorded as favourable” were wrong" in text
