"""What a policy waives, as a reader of the report is told of it: who accepts what until when, and the result stays."""

import pytest
from conftest import a_check
from report_reading import ISSUED, REFUSED, audited, html_of, page_1, text_of

GAP = {"a": (100, 200), "b": (180, 200)}
REASON = "The threshold changes in January."


def waived(*checks, until="2027-01-31"):
    return [{"check": check, "until": until, "reason": REASON} for check in checks]


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A blocker and a major that are not met, and are waived."""
    checks = [a_check(), a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25}, severity="major")]
    return audited(tmp_path_factory.mktemp("waived"), *checks, groups=GAP, waivers=waived("F-01", "F-02"))


def test_page_1_names_the_officer_who_accepts_and_until_when(record) -> None:
    text = page_1(record, judgement=ISSUED)

    assert "F-01 is accepted by Otto Officer (accountable officer) until 31 January 2027." in text
    assert "F-02 is accepted by the policy of N. N. until 31 January 2027." in text
    assert "None of this changes the result." in text
    assert "Does not meet the limits set" in text


@pytest.mark.parametrize("judgement", [None, REFUSED])
def test_page_1_says_that_a_blocker_nobody_signed_for_is_not_accepted(record, judgement) -> None:
    text = page_1(record, judgement=judgement)

    assert "F-01 is not accepted, though the policy waives it until 31 January 2027." in text
    assert "F-01 is accepted" not in text


def test_a_waiver_that_runs_too_long_is_not_accepted(tmp_path) -> None:
    record = audited(tmp_path, groups=GAP, waivers=waived("F-01", until="2027-11-21"))

    assert "F-01 is not accepted" in page_1(record, judgement=ISSUED)


def test_many_are_counted_on_page_1_and_told_in_the_annex(tmp_path) -> None:
    names = [f"F-{number:02}" for number in range(1, 6)]
    checks = [a_check(id=name, limit={"min": 0.8 + number / 100}) for number, name in enumerate(names)]
    record = audited(tmp_path, *checks, groups=GAP, waivers=waived(*names))

    assert "And 3 exceptions more that the policy waives (annex)." in page_1(record, judgement=ISSUED)
    annex = text_of(html_of(record, judgement=ISSUED))
    for name in names:
        assert f"Waiver of {name} | Accepted by Otto Officer (accountable officer) until 31 January 2027;" in annex
    assert annex.count(f"Reason: {REASON}") == len(names)


def test_the_annex_says_why_a_waiver_does_not_count(record) -> None:
    annex = text_of(html_of(record))

    assert "Until 31 January 2027, and it does not count: a blocker takes the accountable officer's signature" in annex


def test_a_waiver_of_what_is_met_is_told_in_the_annex_alone(tmp_path) -> None:
    record = audited(tmp_path, groups={"a": (150, 200), "b": (150, 200)}, waivers=waived("F-01"))

    assert "F-01 is" not in page_1(record, judgement=ISSUED)
    assert "Until 31 January 2027; nothing had to be accepted." in text_of(html_of(record))


def test_without_waivers_page_1_says_nothing_of_them(tmp_path) -> None:
    record = audited(tmp_path, groups=GAP)

    assert "accepted by" not in page_1(record)
    assert "Waivers | None" in text_of(html_of(record))
