"""How often this tool was wrong where the truth was known: figures that were measured, and the file that holds them.

They travel with the program and are never in the record: what they say of an audit depends on its version alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from fateaudit.artifacts import sha256
from fateaudit.documents import Frozen, read_json
from fateaudit.policy.wording import count_of
from fateaudit.record import AuditRecord
from fateaudit.report.entries import Entry
from fateaudit.report.text import date_in_words
from fateaudit.resources import folder

PLACE, FILE = "benchmarks/results", "inference.json"
WHOLE_AUDITS = "audits"
KINDS = {"not_met_": "“not met”", "met_": "“met”"}
"""How the ids of situations begin, in which the answer that follows would be false."""


class _Read(Frozen):
    """A part of a file that holds more than is told here."""

    model_config = ConfigDict(extra="ignore")


class _Row(_Read):
    id: str
    unit: str
    number: int
    measured: float
    aim: str


class _Versions(_Read):
    fateaudit: str


class _Effort(_Read):
    name: str


class _Measured(_Read):
    date: str
    versions: _Versions
    effort: _Effort
    missed: tuple[str, ...]
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """What is said of the tool's own error rate."""

    lede: str
    entries: tuple[Entry, ...]
    file: str
    """The file that holds every figure, in the source and beside the program."""
    sha256: str


def validation(record: AuditRecord) -> Validation:
    """Return what was measured of the tool, and whether it was this version of it."""
    content = file().read_bytes()
    found = _Measured.model_validate(read_json(content, FILE), strict=False)
    version, used = found.versions.fateaudit, record.tool.version
    other = (
        ""
        if version == used
        else f" This audit was made with version {used}: for that version the error rate is not known."
    )
    return Validation(
        lede=f"Measured on {date_in_words(f'{found.date}T00:00:00Z')} with version {version}, in a {found.effort.name} "
        f"run: audits were simulated in which the truth is known.{other} The situations were chosen to be bad, not "
        "typical. The tool's own authors measured it; nobody else has repeated it yet.",
        entries=(
            *_false_answers(found),
            Entry(
                "Aims missed",
                f"{len(found.missed)} of {len(found.rows)} that were set before measuring, those for single methods "
                "included. The file names each.",
            ),
            Entry(
                "Not measured",
                "Rows that belong together, weights, cases that were chosen, numbers that are no rates, searches, and "
                "figures about the model as a whole. For these no error rate is known.",
            ),
        ),
        file=f"{PLACE}/{FILE}",
        sha256=sha256(content),
    )


def file() -> Path:
    """Return where the measured figures are."""
    return folder(PLACE) / FILE


def _false_answers(found: _Measured) -> Iterator[Entry]:
    """Yield how often either answer was false, from the best of the situations to the worst."""
    for begins, answer in KINDS.items():
        every = [row for row in found.rows if row.unit == WHOLE_AUDITS and row.id.startswith(begins)]
        if every:
            least, most = (f"{100 * end(row.measured for row in every):.1f}" for end in (min, max))
            aim = 100 * float(every[0].aim.removeprefix("≤ "))
            missed = sum(row.id in found.missed for row in every)
            yield Entry(
                f"False {answer}",
                f"{least} to {most} of every 100 audits, by situation; {sum(row.number for row in every):,} simulated "
                f"audits in {count_of(len(every), 'situation')} where that answer is false. Aim: at most {aim:g}; "
                f"{f'missed in {missed} of them' if missed else 'never missed'}.",
            )
