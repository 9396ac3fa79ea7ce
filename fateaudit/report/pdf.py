"""The PDF: a tagged, archival document that carries the record inside and fetches nothing."""

import io
from bisect import bisect_left
from typing import Any

from fateaudit.artifacts import sha256
from fateaudit.errors import MissingLibraryError
from fateaudit.report.fetching import closed_fetcher
from fateaudit.report.finishing import finish
from fateaudit.report.found import Room, rooms
from fateaudit.report.html import templates, to_html
from fateaudit.report.reported import Reported
from fateaudit.report.text import moment

PANGO = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def render_pdf(reported: Reported) -> bytes:
    """Return the report as PDF/A-3a with the record attached as audit.json, and the other files beside it.

    Raises MissingLibraryError where the system libraries that draw text are not installed.
    """
    weasyprint = _weasyprint()
    created = moment(reported.record.created)
    carried = {"audit.json": reported.content, **reported.signatures.files}
    attachments = [
        weasyprint.Attachment(
            file_obj=io.BytesIO(content),
            name=name,
            description=_DESCRIBED.get(name, "A signature, or what is needed to check one"),
            relationship="Source" if name == "audit.json" else "Supplement",
            created=created,
            modified=created,
        )
        for name, content in carried.items()
    ]
    fonts = weasyprint.text.fonts.FontConfiguration()
    document = _lay_out(weasyprint, to_html(reported, _room(weasyprint, reported, fonts)), fonts)
    written: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a",
        attachments=attachments,
        finisher=finish,
        pdf_identifier=sha256(b"".join(carried.values()))[:32].encode(),
    )
    return written


_DESCRIBED = {
    "audit.json": "The audit record that this report was made from",
    "trust.yaml": "Whose keys these are",
}


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - heavy, and fails where Pango is missing
    except OSError:
        raise MissingLibraryError(
            "the PDF cannot be drawn: the text layout library Pango is not installed", hint=PANGO
        ) from None
    return weasyprint


def _room(weasyprint: Any, reported: Reported, fonts: Any = None) -> Room:
    """Return the fullest page 1 that is one page. Type is never made smaller; what has no room stands on page 2."""

    def is_one_page(room: Room) -> bool:
        return len(_lay_out(weasyprint, to_html(reported, room, is_whole=False), fonts).pages) == 1

    *possible, shortest = rooms(reported.record)
    found = bisect_left(possible, True, key=is_one_page)  # noqa: FBT003 - False for too full, then True
    return possible[found] if found < len(possible) else shortest


def _lay_out(weasyprint: Any, html: str, fonts: Any = None) -> Any:
    """Lay out a page; with the same `fonts` again, those that are shipped are unpacked once."""
    folder = templates()
    page = weasyprint.HTML(string=html, base_url=f"{folder.as_uri()}/", url_fetcher=closed_fetcher(folder))
    return page.render(font_config=fonts)
