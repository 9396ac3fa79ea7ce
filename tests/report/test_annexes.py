"""The annexes: checking without this tool, the policy in full, the words, and the sources."""

import io
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pikepdf
import pytest
from conftest import ROOT, a_check
from report_reading import EVERYTHING, audited, html_of, text_of
from sheet_edges import beyond_the_edge
from signing.people import ASSESSOR, KEYS, a_pdf, put, seal
from test_signatures import reported

from fateaudit.artifacts import sha256
from fateaudit.report import FORMATS
from fateaudit.report.annexes import annexes
from fateaudit.report.html import to_html
from fateaudit.report.reported import Reported, Signatures, unsigned
from fateaudit.signing import Role

NEEDED = ("openssl", "sed", "base64", "sha256sum", "grep")
with_their_tools = pytest.mark.skipif(
    any(shutil.which(name) is None for name in NEEDED), reason="a reader needs these tools, and they are not here"
)


QUOTED = (
    (
        "it should not breach rights, such as the right to due process, presumption of innocence, "
        "the freedom of expression, and freedom from discrimination"
    ),
    "a culture of accountability must be established at an institutional and organizational level",
    "the path taken by the system to arrive at a certain conclusion or decision must not be a 'black box'",
    "the decisions and actions of a systems [sic] must be comprehensible to human users",
)


class _Typed(HTMLParser):
    """What stands in the grey blocks of commands."""

    def __init__(self):
        super().__init__()
        self.blocks = []
        self.is_open = False

    def handle_starttag(self, tag, attrs):
        if tag == "pre" and ("class", "typed") in attrs:
            self.blocks.append("")
            self.is_open = True

    def handle_endtag(self, tag):
        self.is_open = self.is_open and tag != "pre"

    def handle_data(self, data):
        if self.is_open:
            self.blocks[-1] += data


def commands(html):
    reader = _Typed()
    reader.feed(html)
    return reader.blocks


def type_in(folder, *blocks):
    """Type commands into a shell; return its result."""
    text = "\n".join(blocks)
    return subprocess.run(["sh", "-c", text], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A signed audit with its report, as values."""
    return reported(tmp_path_factory.mktemp("signed"))


@pytest.fixture(scope="module")
def unpacked(signed, tmp_path_factory):
    """What a reader takes out of the PDF."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "report.pdf").write_bytes(FORMATS["pdf"](signed))
    if shutil.which("pdfdetach"):
        type_in(folder, commands(to_html(signed, EVERYTHING))[0])
    else:
        with pikepdf.open(io.BytesIO((folder / "report.pdf").read_bytes())) as pdf:
            for name, attached in pdf.attachments.items():
                (folder / name).write_bytes(attached.get_file().read_bytes())
    return folder


def steps(signed, name, role):
    """Steps 3 to 5 as printed, for one signature; the key is filled in as a reader would."""
    _, _, opening, key, checking, *_ = commands(to_html(signed, EVERYTHING))
    opening = re.sub("^NAME=.*$", f"NAME={name}", opening, flags=re.MULTILINE)
    key = re.sub("^PUBLIC=$", f"PUBLIC={KEYS[role].public.text}", key, flags=re.MULTILINE)
    return opening, key, checking


@with_their_tools
def test_the_digests_printed_are_those_of_the_files_inside(signed, unpacked) -> None:
    html = to_html(signed, EVERYTHING)
    result = type_in(unpacked, commands(html)[1])

    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 6
    text = text_of(html)
    for line in lines:
        digest, name = line.split("  ")
        assert re.search(rf"^{re.escape(name)} \| [0-9,]+ \| {digest}$", text, flags=re.MULTILINE)


@with_their_tools
@pytest.mark.parametrize("role", Role)
def test_each_signature_is_checked_with_openssl_as_printed(signed, unpacked, role) -> None:
    result = type_in(unpacked, *steps(signed, role.value, role))

    assert result.returncode == 0, result.stderr
    fingerprint, said = result.stdout.splitlines()
    assert f"sha256:{fingerprint.split()[0]}" == KEYS[role].public.fingerprint
    assert said == "Signature Verified Successfully"


@with_their_tools
def test_the_steps_end_in_failure_when_one_byte_was_changed(signed, unpacked, tmp_path) -> None:
    name = "accountable_officer"
    content = (unpacked / f"{name}.dsse.json").read_text(encoding="utf-8")
    place = content.index('"payload":"') + 200
    other = "A" if content[place] != "A" else "B"
    (tmp_path / f"{name}.dsse.json").write_text(content[:place] + other + content[place + 1 :], encoding="utf-8")

    result = type_in(tmp_path, *steps(signed, name, Role.ACCOUNTABLE_OFFICER))
    assert result.returncode == 1
    assert "Verified" not in result.stdout


@with_their_tools
def test_the_statement_names_the_record_by_its_digest(signed, unpacked) -> None:
    opening, *_ = steps(signed, "assessor", ASSESSOR)
    result = type_in(unpacked, opening, commands(to_html(signed, EVERYTHING))[5])

    assert sha256((unpacked / "audit.json").read_bytes()) in result.stdout


@with_their_tools
def test_the_list_of_files_is_compared_as_printed(tmp_path) -> None:
    given = reported(tmp_path)
    put(tmp_path, ("report.pdf", a_pdf(audit_json=given.content)))
    seal(tmp_path, given.record)
    listing = commands(to_html(given, EVERYTHING))[6]

    assert type_in(tmp_path, listing).stdout.count(": OK") == 11
    (tmp_path / "answers.yaml").write_text("answers: {A: yes}\n", encoding="utf-8")
    assert "answers.yaml: FAILED" in type_in(tmp_path, listing).stdout


def test_a_report_without_signatures_says_that_there_is_nothing_to_open(sample_record) -> None:
    html = html_of(sample_record)

    assert commands(html) == ["pdfdetach -saveall report.pdf", "sha256sum audit.json"]
    assert "3. Signatures\nThis PDF carries none" in text_of(html)


def test_the_policy_stands_there_in_full(sample_record) -> None:
    text = text_of(html_of(sample_record)).partition("Annex: the policy in full\n")[2]

    for check in sample_record.policy.checks:
        row = next(line for line in text.splitlines() if line.startswith(f"{check.id} | "))
        assert row.startswith(f"{check.id} | {check.line} | ")
        assert f"| {check.severity.value} | {check.why}" in row
    assert "F-01 | " in text
    assert "Fairness: selection rate ratio, by recorded colour, by sex, by age and by citizen | at least 0.80" in text
    assert "signed by model owner and independent reviewer" in text
    for setting in ("confidence | 0.95", "min_group_size | 30", "seed | 20261121", "decide_on | interval"):
        assert setting in text
    for column in sample_record.policy.columns.sensitive:
        assert f"{column.name} | Attribute | “{column.label}”" in text
    assert "Cut at 0, 18, 25, 40, 60, 120" in text
    assert "Fails on major; where it cannot be told: fail; requires: result." in text
    for told in sample_record.policy.model_card.values():
        assert told in text


def test_the_digest_of_the_trust_file_is_printed_where_the_policy_pins_it(sample_record) -> None:
    pinned = sample_record.policy.model_copy(update={"trust": _pin("ab" * 32)})
    record = sample_record.model_copy(update={"policy": pinned})
    others = {entry.term: entry.told for entry in annexes(_bare(record)).others}
    assert others["Trust file"] == f"trust.yaml, sha256 {'ab' * 32}"

    record = sample_record.model_copy(update={"policy": pinned.model_copy(update={"trust": None})})
    others = {entry.term: entry.told for entry in annexes(_bare(record)).others}
    assert others["Trust file"] == "None is named"


def _pin(digest):
    from fateaudit.policy.schema import TrustSource  # noqa: PLC0415 - only here

    return TrustSource(path="trust.yaml", sha256=digest)


def _bare(record):
    return Reported(record, b"", Signatures(unsigned(record)))


def test_words_are_explained_in_two_lines_at_most(sample_record) -> None:
    text = text_of(html_of(sample_record)).partition("Annex: words of this report\n")[2]
    rows = [line.split(" | ") for line in text.partition("\nAnnex")[0].splitlines()[1:]]

    assert len(rows) > 30
    assert all(len(told) <= 2 * 80 for _, told in rows)
    explained = {word for word, _ in rows}
    for word in ("Group", "Attribute", "Label", "Decision", "Favourable", "Limit", "Could be", "Standing", "Fidelity"):
        assert word in explained
    assert "Could not be judged" in explained


def test_the_four_features_are_quoted_exactly_and_nobody_endorses(sample_record) -> None:
    text = text_of(html_of(sample_record))

    for quoted in QUOTED:
        assert f"“{quoted}”" in text
    assert "Artificial Intelligence and Robotics for Law Enforcement (2019), quoted with acknowledgement" in text
    assert "Neither INTERPOL nor UNICRI had any part in this report or in the tool that made it" in text
    assert "FATE framework" not in text
    assert "A reference, not a claim of compliance." in text


@pytest.mark.parametrize("name", ["annexes.html", "glossary.html", "background.html"])
def test_nothing_is_claimed_that_nobody_can_know(name) -> None:
    text = (ROOT / "report_templates" / name).read_text(encoding="utf-8")
    text = text.replace("Signature Verified Successfully", "").replace("not a claim of compliance", "")

    for word in ("fair", "unbiased", "certified", "compliant", "compliance", "proves", "verified", "approved"):
        assert not re.search(rf"\b{word}\b", text, flags=re.IGNORECASE), word


def test_a_hostile_policy_stays_on_the_sheet_and_becomes_no_markup(tmp_path) -> None:
    record = audited(
        tmp_path,
        a_check(why="w" * 2_000),
        groups={"a": (50, 100), "b": (60, 100)},
        model_card={"name": "n" * 1_500, "<script>": "<img src=x>"},
        system={"owner": {"name": "o" * 300, "role": "r" * 300, "organisation": "أ" * 300}},
        dataset={"provenance": "p" * 1_500},
    )
    html = html_of(record)

    assert "<img" not in html
    assert "<script" not in html
    # Other sections have tests of their own; here only what is drawn from the annexes on counts.
    assert [text for text in beyond_the_edge(_bare(record)) if set(text) <= set("wnopأ")] == []
