"""Names and groups come from a vendor's data: they are shown, never obeyed."""

import pikepdf
import pytest
from conftest import a_check
from report_reading import audited, html_of, page_1, pdf_of, text_of

from fateaudit.errors import DamagedFileError
from fateaudit.policy.wording import listed
from fateaudit.report.found import rooms
from fateaudit.report.text import date_in_words, lowered, moment, readable, shortened

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "<img src=file:///etc/passwd>",
    "<link rel=attachment href=file:///etc/passwd>",
    "</title></svg><style>@import url(file:///etc/passwd)</style>",
    "x" * 400,
    "أسود البشرة",
    "\N{GRINNING FACE}",
    "a & b",
    '="quoted\' text"',
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    checks = [
        a_check(id="F-01", limit={"min": 0.80}),
        a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25}),
        a_check(
            id="F-03",
            limit={"min": 0.80},
            params={"convention": "to_reference", "reference": {"group": HOSTILE[0]}},
        ),
    ]
    groups = {name: (90 - 8 * place, 100) for place, name in enumerate(HOSTILE)}
    return audited(
        tmp_path_factory.mktemp("hostile"),
        *checks,
        groups=groups,
        system={"name": "<b>{{ name }}</b>", "purpose": "<img src=http://localhost/x>"},
    )


def test_hostile_text_is_printed_as_text(hostile) -> None:
    text = text_of(html_of(hostile, rooms(hostile)[0]))

    for name in HOSTILE:
        assert readable(name) in text
    assert "Audit of <b>{{ name }}</b>" in text
    assert "49" not in page_1(hostile).partition("What we found")[0]


def test_hostile_text_becomes_no_markup(hostile) -> None:
    html = html_of(hostile, rooms(hostile)[0])

    for tag in ("<script", "<img", "<link rel=attachment", "<style", "<b>{{"):
        assert tag not in html


def test_hostile_text_fetches_and_attaches_nothing(hostile) -> None:
    pdf = pdf_of(hostile)
    described = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/EF" in item]

    assert list(pdf.attachments) == ["audit.json"]
    assert len(described) == 1


def test_what_is_invisible_is_shown() -> None:
    assert readable("abc\u202e321") == "abc[U+202E]321"
    assert readable("zero\u200bwidth") == "zero[U+200B]width"
    assert readable("a\x00b\ufeff") == "a[U+0000]b[U+FEFF]"


def test_what_belongs_to_a_script_stays() -> None:
    assert readable("Łódź × Ελλάδα") == "Łódź × Ελλάδα"
    assert readable("می\u200cخواهم") == "\u2067می\u200cخواهم\u2069"


def test_words_from_right_to_left_are_isolated_from_numbers_beside_them() -> None:
    assert readable("of أسود البشرة, 30 are") == "of \u2067أسود البشرة\u2069, 30 are"


def test_only_text_is_changed() -> None:
    assert readable(3) == 3


def test_long_text_is_cut_at_a_word() -> None:
    assert shortened("one two three", 20) == "one two three"
    assert shortened("one two  three four", 12) == "one two…"
    assert shortened("x" * 30, 10) == "x" * 9 + "…"


def test_a_label_inside_a_sentence_keeps_an_abbreviation() -> None:
    assert lowered("Sex") == "sex"
    assert lowered("HIV status") == "HIV status"


def test_lists_are_read_aloud() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def test_the_date_is_the_records() -> None:
    assert date_in_words("2026-11-21T23:30:00Z") == "21 November 2026"


@pytest.mark.parametrize("created", ["", "yesterday", "2026-11-21T00:00:00"])
def test_a_record_without_a_time_is_refused(created) -> None:
    with pytest.raises(DamagedFileError):
        moment(created)
