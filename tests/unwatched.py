"""Libraries that are not watched while coverage is measured.

To be watched takes a library twice its time, and what happens in one is not counted. Nothing of ours is called from
within what stands here, but for the fetcher of a report's own files, which has tests of its own.
"""

import functools
import json
import sys


def unwatched(function):
    """Wrap a function of a library: whoever watches looks away until it returns."""

    @functools.wraps(function)
    def run(*given, **named):
        tracer = sys.gettrace()
        if not hasattr(tracer, "start"):  # Nobody watches, or a debugger does.
            return function(*given, **named)
        sys.settrace(None)
        try:
            return function(*given, **named)
        finally:
            tracer.start()

    return run


def look_away():
    """Leave unwatched what draws pages, reads YAML, writes JSON, and compares fairlearn's figures among groups."""
    import pydyf  # noqa: PLC0415 - heavy, as the next ones: only where coverage is measured
    import weasyprint  # noqa: PLC0415
    from fairlearn.metrics import MetricFrame  # noqa: PLC0415
    from ruamel.yaml import YAML  # noqa: PLC0415

    for owner, name in (
        (weasyprint.HTML, "__init__"),
        (weasyprint.document, "generate_pdf"),
        (pydyf.PDF, "write"),
        (YAML, "load"),
        (json.JSONEncoder, "encode"),
        (MetricFrame, "_populate_results"),
    ):
        setattr(owner, name, unwatched(getattr(owner, name)))
    document = weasyprint.document.Document
    document._render = classmethod(unwatched(document._render.__func__))  # noqa: SLF001 - a document's whole layout
