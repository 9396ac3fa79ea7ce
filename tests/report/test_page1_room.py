"""Page 1 stays one page, and nothing is lost: what is listed and what is counted as more add up to the headline."""

import re
import shutil
import subprocess

import pytest
from conftest import a_check
from report_reading import ISSUED, NOT_VALID, REFUSED, an_answer, audited, with_answers

from fateaudit.evidence import Given
from fateaudit.report import pdf as drawing
from fateaudit.report import render
from fateaudit.report.found import FEW_LINES, Room, rooms
from fateaudit.report.html import to_html
from fateaudit.report.numbered import all_exceptions
from fateaudit.report.reported import Reported, Signatures, unsigned


def long(text):
    """Sixty characters that begin with `text`."""
    return f"{text} {'and so on and on ' * 5}"[:60].rstrip()


def rows(*gaps, each=400):
    """Rows in which group `x` of attribute number n is selected so many times of `each`, and group `y` nine of ten."""
    return [
        {**{f"a{n}": group for n in range(len(gaps))}, "label": chosen, "prediction": chosen, "place": str(place)}
        for group, favourable in (("x", min(gaps)), ("y", each * 9 // 10))
        for chosen, count in (("yes", favourable), ("no", each - favourable))
        for place in range(count)
    ]


def a_record(folder, number):
    """A record with so many exceptions, of several kinds, in which every name has sixty characters."""
    attributes = [
        {"name": f"a{n}", "label": long(f"Attribute {n}"), "groups": {"x": long("people x"), "y": long("people y")}}
        for n in range(3)
    ]
    checks = [a_check(id="F-01", metric="adverse_rate_ratio", across=["a0"], limit={"max": 1.25})]
    if number >= 4:
        checks.append(
            a_check(
                id="T-01",
                principle="transparency",
                metric="documentation_completeness",
                across="overall",
                severity="major",
                limit={"min": 0.9},
            )
        )
    if number >= 5:
        level = {"min": 0.41 if number == 5 else 0.40}
        checks.append(a_check(id="F-02", metric="selection_rate", across=["a1"], limit=level, severity="major"))
    if number >= 6:
        checks.append(a_check(id="F-03", metric="selection_rate_ratio", across=["a2"], limit={"min": 0.8}))
    record = audited(
        folder,
        *checks,
        rows=rows(160, 160, 160),
        columns={"sensitive": attributes, "unit": long("arrest"), "label_kind": "past_decision"},
        words={"favourable": long("suggested for release"), "adverse": long("not suggested for release")},
        system={"name": long("A system")},
        dataset={"provenance": long("Arrests")},
    )
    if number == 1:
        return record
    doubt = [an_answer(given=Given.NO, question=long("Has a legal adviser set out the legal basis") + "?")]
    lacking = ("nobody has signed the answers",) if number >= 3 else ()
    return with_answers(record, *doubt, signed=() if lacking else None, lacking=lacking)


def pages(content):
    """The text of the first two pages of a PDF, as another program reads it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", "-l", "2", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode().split("\f")[:2]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_so_many_exceptions_leave_page_1_one_page_and_add_up(tmp_path, number) -> None:
    record = a_record(tmp_path, number)
    first, second = pages(render(record, record.to_bytes()))

    assert len(all_exceptions(record)) == number
    assert "Made on 21 November 2026" in first
    assert "Made on 21 November 2026" not in second.partition("Page 2 of")[0].partition("\n")[0]
    headline = re.search(r"(\d+) exceptions?(, worst first)?:", first)
    assert headline is not None
    assert int(headline[1]) == number
    listed = [int(found) for found in re.findall(r"(?m)^\W*(?:What we found\W+)?(\d+)\. \w", first)]
    more = re.search(r"And (\d+) more on page 2", first)
    assert listed == list(range(1, len(listed) + 1))
    assert len(listed) + (int(more[1]) if more else 0) == number


@pytest.mark.parametrize("judgement", [REFUSED, ISSUED, NOT_VALID])
def test_whatever_the_signatures_are_worth_it_is_one_page(tmp_path, judgement) -> None:
    record = a_record(tmp_path, 6)
    first, _ = pages(render(record, record.to_bytes(), signatures=Signatures(judgement)))

    assert "Made on 21 November 2026" in first


def laid_out(record, room):
    weasyprint = drawing._weasyprint()  # noqa: SLF001 - the layout is the point
    reported = Reported(record, b"", Signatures(unsigned(record)))
    return drawing._lay_out(weasyprint, to_html(reported, room, is_whole=False))  # noqa: SLF001


def test_the_fullest_page_that_fits_is_chosen(sample_record) -> None:
    reported = Reported(sample_record, b"", Signatures(unsigned(sample_record)))
    chosen = drawing._room(drawing._weasyprint(), reported)  # noqa: SLF001 - the choice is the point

    ways = rooms(sample_record)
    fuller = ways[ways.index(chosen) - 1]

    assert chosen.full == 1
    assert len(laid_out(sample_record, chosen).pages) == 1
    assert len(laid_out(sample_record, fuller).pages) > 1


def test_questions_give_way_before_the_last_lines_do(sample_record) -> None:
    ways = rooms(sample_record)

    assert all(room.ask for room in ways if room.lines > FEW_LINES + 2)
    assert not any(room.ask for room in ways if room.lines < FEW_LINES)
    assert ways[-1] == Room(picture=False, full=0, lines=0, ask=False, reasons=0)


@pytest.mark.parametrize("full", [1, 2, 3])
@pytest.mark.parametrize("lines", [0, 1, 3, 10])
def test_nothing_is_lost_whatever_the_room(sample_record, full, lines) -> None:
    room = Room(picture=False, full=full, lines=lines)
    html = to_html(Reported(sample_record, b"", Signatures(unsigned(sample_record))), room, is_whole=False)
    listed = re.findall(r"[>](\d+)\. ", html)
    more = re.search(r"And (\d+) more on page 2", html)

    assert [int(number) for number in listed] == list(range(1, len(listed) + 1))
    assert len(listed) + (int(more[1]) if more else 0) == len(all_exceptions(sample_record))
