"""A record → the documents that people read. Nothing is measured or judged here, and nothing is looked up elsewhere.

Identical records give identical bytes: dates come from the record, and neither clock nor chance is asked.
"""

from collections.abc import Callable, Mapping

from fateaudit.errors import UsageError, did_you_mean
from fateaudit.record import AuditRecord
from fateaudit.report.reported import Reported, Signatures, standing_in_words, unsigned

Renderer = Callable[[Reported], bytes]


def _pdf(reported: Reported) -> bytes:
    from fateaudit.report.pdf import render_pdf  # noqa: PLC0415 - heavy: `fateaudit --help` does not wait for it

    return render_pdf(reported)


FORMATS: dict[str, Renderer] = {"pdf": _pdf}

__all__ = ["FORMATS", "Signatures", "render", "standing_in_words", "unsigned"]


def render(
    record: AuditRecord,
    content: bytes,
    *,
    signatures: Signatures | None = None,
    format: str = "pdf",  # noqa: A002 - the word on the command line
    formats: Mapping[str, Renderer] = FORMATS,
) -> bytes:
    """Return the report on `record` in a format; `content` is the record's exact bytes, which a PDF carries inside.

    Without `signatures` the record counts as signed by nobody.

    Raises UsageError for a format that is not known, MissingLibraryError when it cannot be drawn on this machine.
    """
    if format not in formats:
        raise UsageError(
            f'there is no report format called "{format[:40]}"',
            hint=did_you_mean(format, formats) or f"known are: {', '.join(sorted(formats))}",
        )
    return formats[format](Reported(record, content, signatures or Signatures(unsigned(record))))
