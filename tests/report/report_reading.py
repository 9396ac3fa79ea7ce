"""Builders for reports: records of small tables, and what a reader finds on the pages."""

import io
from html.parser import HTMLParser

import pikepdf
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.report import render
from fateaudit.report.found import Room
from fateaudit.report.html import to_html
from fateaudit.report.reported import Reported, Signatures, unsigned

EVERYTHING = Room(picture=False, full=3, lines=99)


class _Text(HTMLParser):
    """The words of a page, a line for each block; tables with bars between cells."""

    BLOCKS = frozenset({"h1", "h2", "h3", "p", "li", "tr", "section", "table", "figure", "div", "br"})
    CELLS = frozenset({"td", "th"})
    SILENT = frozenset({"title", "style"})

    def __init__(self):
        super().__init__()
        self.parts = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser passes both
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")
        elif tag in self.CELLS:
            self.parts.append(" | ")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def text_of(html):
    """The words that a page shows, without its markup."""
    reader = _Text()
    reader.feed(html)
    lines = (" ".join(line.split()).removesuffix(" |") for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def html_of(record, room=EVERYTHING, *, judgement=None, is_whole=True):
    """The report's markup, for a record that nobody has signed unless a judgement says otherwise."""
    return to_html(Reported(record, b"", Signatures(judgement or unsigned(record))), room, is_whole=is_whole)


def page_1(record, room=EVERYTHING, **changes):
    """The words of page 1, with room for everything."""
    return text_of(html_of(record, room, is_whole=False, **changes))


def pdf_of(record):
    """The PDF, opened."""
    return pikepdf.open(io.BytesIO(render(record, record.to_bytes())))


def audited(folder, *checks, rows=None, demonstration=False, groups=None, **changes):
    """The record of an audit of `group=(selected, all)`, or of `rows`, against some checks."""
    changes = {"demonstration": demonstration, **changes}
    path = write_audit(folder, rows or rows_of(**groups), *(checks or [a_check()]), **changes)
    return audit(path, clock=NOON)


def page_where(pdf, heading):
    """The number of the page on which the bookmark of a heading points."""
    with pdf.open_outline() as outline:
        item = next(item for item in outline.root if item.title == heading)
        target = item.destination[0]
    return next(number for number, page in enumerate(pdf.pages, 1) if page.obj.objgen == target.objgen)
