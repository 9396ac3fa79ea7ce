"""A record → the documents that people read. Nothing is measured or judged here, and nothing is looked up elsewhere.

Identical records give identical bytes: dates come from the record, and neither clock nor chance is asked.
"""

from collections.abc import Callable, Mapping

from fateaudit.errors import UsageError, did_you_mean
from fateaudit.record import AuditRecord
from fateaudit.report.pdf import render_pdf
from fateaudit.report.reported import Reported, standing_in_words, unsigned
from fateaudit.standing import Judgement

Renderer = Callable[[Reported], bytes]

FORMATS: dict[str, Renderer] = {"pdf": render_pdf}

__all__ = ["FORMATS", "render", "standing_in_words", "unsigned"]


def render(
    record: AuditRecord,
    content: bytes,
    *,
    judgement: Judgement | None = None,
    attached: Mapping[str, bytes] | None = None,
    format: str = "pdf",  # noqa: A002 - the word on the command line
    formats: Mapping[str, Renderer] = FORMATS,
) -> bytes:
    """Return the report on `record` in a format; `content` is the record's exact bytes, which a PDF carries inside.

    `judgement` is what its signatures are worth, nothing when it is not given; `attached` are further files that a PDF
    carries, by name: the signatures and the trust file.

    Raises UsageError for a format that is not known, MissingLibraryError when it cannot be drawn on this machine.
    """
    if format not in formats:
        raise UsageError(
            f'there is no report format called "{format[:40]}"',
            hint=did_you_mean(format, formats) or f"known are: {', '.join(sorted(formats))}",
        )
    return formats[format](Reported(record, content, judgement or unsigned(record), attached or {}))
