"""The PDF as a file: tagged, archival, closed, and the same every time."""

import hashlib
import io
import logging
import os
import subprocess
import sys

import pikepdf
import pytest
from conftest import ROOT
from report_reading import page_where

from fateaudit.errors import MissingLibraryError, UsageError
from fateaudit.report import FORMATS, render
from fateaudit.report.fetching import closed_fetcher
from fateaudit.report.html import templates
from fateaudit.report.reported import Reported, Signatures, unsigned


@pytest.fixture(scope="module")
def sample_pdf(sample_record):
    """The report of the sample, rendered once, and whatever the renderer complained about."""
    complaints = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = complaints.append
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    content = render(sample_record, sample_record.to_bytes())
    logger.removeHandler(handler)
    return content, complaints


@pytest.fixture(scope="module")
def pdf(sample_pdf):
    return pikepdf.open(io.BytesIO(sample_pdf[0]))


def elements(pdf, kind):
    return [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem" and item.get("/S") == kind
    ]


def test_the_renderer_has_nothing_to_complain_about(sample_pdf) -> None:
    assert [complaint.getMessage() for complaint in sample_pdf[1]] == []


def test_it_declares_to_be_a_tagged_archive_in_english(pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert str(pdf.docinfo["/Title"]) == "Audit of Release decision support: Does not meet the limits set"


def test_it_carries_the_exact_record_inside_once(pdf, sample_record) -> None:
    assert list(pdf.attachments) == ["audit.json"]
    assert pdf.attachments["audit.json"].get_file().read_bytes() == sample_record.to_bytes()
    assert len(pdf.Root.AF) == 1
    assert pdf.Root.AF[0].AFRelationship == "/Source"


def test_its_dates_are_the_records(pdf) -> None:
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261121120000")
    assert str(pdf.docinfo["/ModDate"]).startswith("D:20261121120000")


def test_every_font_is_embedded_and_ours(pdf) -> None:
    fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]
    described = [font.FontDescriptor for font in fonts if "/FontDescriptor" in font]

    assert described
    assert {str(font.FontFamily) for font in described} == {"Plex", "Plex Mono"}
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in described)


def test_every_figure_can_be_heard(pdf) -> None:
    figures = elements(pdf, "/Figure")

    assert figures
    assert all(len(str(figure.Alt)) > 20 for figure in figures)


def test_every_table_header_says_what_it_heads(pdf) -> None:
    scopes = [(str(header.P.P.S), str(header.A.Scope)) for header in elements(pdf, "/TH")]

    assert set(scopes) == {("/THead", "/Column"), ("/TBody", "/Row")}


def test_it_holds_no_script_and_no_link_to_the_outside(pdf) -> None:
    names = {str(key) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) for key in item}

    assert not names & {"/JS", "/JavaScript", "/URI", "/Launch", "/OpenAction", "/AA"}


def test_page_1_is_one_page_and_no_page_is_empty(pdf) -> None:
    assert page_where(pdf, "Every check") == 2
    assert all(len(page.Contents.read_bytes()) > 5_000 for page in pdf.pages)


def test_a_record_gives_the_same_bytes_in_any_process(sample_pdf, sample_record, tmp_path) -> None:
    (tmp_path / "audit.json").write_bytes(sample_record.to_bytes())
    script = (
        "import sys, hashlib, pathlib; from fateaudit.record import AuditRecord; from fateaudit.report import render;"
        "content = pathlib.Path(sys.argv[1]).read_bytes();"
        "print(hashlib.sha256(render(AuditRecord.from_bytes(content), content)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "audit.json")],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }

    assert digests == {hashlib.sha256(sample_pdf[0]).hexdigest()}


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://localhost/", "https://example.org/a.css", "ftp://localhost/x", "audit.json"]
)
def test_nothing_but_our_own_files_is_loaded(url) -> None:
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - heavy

    with pytest.raises(FatalURLFetchingError):
        closed_fetcher(templates()).fetch(url)


def test_a_way_out_of_our_own_folder_is_refused() -> None:
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - heavy

    with pytest.raises(FatalURLFetchingError):
        closed_fetcher(templates()).fetch(f"{templates().as_uri()}/fonts/../../README.md")


def test_our_own_files_and_data_are_loaded() -> None:
    fetcher = closed_fetcher(templates())

    assert b"@font-face" in fetcher.fetch(f"{templates().as_uri()}/report.css").read()
    assert fetcher.fetch("data:text/plain,yes").read() == b"yes"


def test_without_pango_the_remedy_is_named(sample_record, monkeypatch) -> None:
    class NoPango:
        def find_spec(self, name, *_):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])

    with pytest.raises(MissingLibraryError, match="Pango") as error:
        render(sample_record, sample_record.to_bytes())
    assert error.value.hint == "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def test_an_unknown_format_is_refused(sample_record) -> None:
    with pytest.raises(UsageError, match='no report format called "pfd"') as error:
        render(sample_record, b"", format="pfd")
    assert error.value.hint == 'Did you mean "pdf"?'


def test_every_format_is_a_function_of_record_and_bytes(sample_record) -> None:
    assert set(FORMATS) == {"pdf"}
    reported = Reported(sample_record, sample_record.to_bytes(), Signatures(unsigned(sample_record)))
    assert FORMATS["pdf"](reported).startswith(b"%PDF-1.7")
