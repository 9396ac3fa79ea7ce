"""What is drawn beyond the margins of a sheet, as the layout has it."""

from report_reading import EVERYTHING

from fateaudit.report import pdf as drawing
from fateaudit.report.html import to_html


def beyond_the_edge(reported):
    """The beginning of every text that is drawn beyond the right or the lower margin."""
    weasyprint = drawing._weasyprint()  # noqa: SLF001 - only the layout knows
    document = drawing._lay_out(weasyprint, to_html(reported, EVERYTHING))  # noqa: SLF001 - as above
    found = []
    for page in document.pages:
        sheet = page._page_box  # noqa: SLF001 - as above
        right = sheet.content_box_x() + sheet.width + 1
        low = sheet.content_box_y() + sheet.height + 1
        for box in sheet.children[0].descendants():
            text = getattr(box, "text", "")
            if text.strip() and (box.position_x + box.width > right or box.position_y + box.height > low):
                found.append(text[:60])
    return found
