"""One hostile model opened and asked as an audit does it, and what came of it."""

from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa
from aims import ROW, Aims
from loud import LOUD, Loud

from fateaudit.artifacts import describe
from fateaudit.errors import FateauditError
from fateaudit.formats import Format
from fateaudit.models import opening, process
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.worker.opened import Wish

QUIET = Path(__file__).parent / "models" / "quiet.py"

ACHIEVED = 0.9

TWICE = 2
"""Whoever fills or empties a pipe is found out by the second question."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one trial."""

    said: str
    """The error, or what was answered."""
    hint: str = ""
    scores: tuple[float, ...] = ()
    """Of the second class, where there is an answer."""

    @property
    def is_within_the_rules(self):
        """Return whether scores are probabilities, or no numbers at all: an audit tells of those, with their rows."""
        return all(np.isnan(score) or 0 <= score <= 1 for score in self.scores)


def tried(source, *, walled, seconds=30, count=8, memory=3 * GIB):
    """Return what came of opening a Python model and asking it twice."""
    return asked(python_file(source), walled=walled, limits=Limits(memory, seconds, 1_000), count=count)


def python_file(source):
    """Return a Python model that was read and not opened."""
    content = source.encode("utf-8", "surrogatepass")
    artifact = describe(content, role="model", name="model.py", media_type="text/x-python")
    return ModelFile(content, artifact, Format.CALLABLE, Wish("model.py", (), (), {"function": "score"}))


def opened(source, limits):
    """Return a Python model, opened as an audit does."""
    return open_file(python_file(source), limits)


def asked(file, *, walled, limits, count=8):
    """Return what came of opening a model and asking it twice."""
    begin = mock.patch.object(opening, "Process", lambda *args, **more: process.Process(*args, walled=walled, **more))
    # A model that spins when it is opened is given the time of slow disks as well: not in a test.
    soon = mock.patch.object(process, "START_SECONDS", 1 if limits.seconds == 1 else process.START_SECONDS)
    with begin, soon:
        try:
            model = open_file(file, limits)
            try:
                table = pa.table({one.name: _column(one, count) for one in model.inputs})
                for _ in range(TWICE):
                    scores = model.predict(table)
            finally:
                model.close()
        except FateauditError as error:
            return Outcome(str(error), error.hint)
    return Outcome("answered", scores=tuple(scores[:, -1].tolist()))


def _column(column, count):
    return pa.array([ROW] * count) if column.kind == "text" else np.arange(count, dtype=float)


def quiet_source(aims: Aims):
    """Return the model that tries one thing a row."""
    text = QUIET.read_text()
    return text.replace("AIMS: dict = {}", f"AIMS: dict = {aims.told()!r}")


def quiet_outcomes(aims, *, walled):
    """Return for each quiet deed its score."""
    names = quiet_names()
    outcome = tried(quiet_source(aims), walled=walled, count=len(names))
    return dict(zip(names, outcome.scores, strict=True)) if outcome.scores else outcome


def quiet_names():
    """Return what the quiet model tries, in order."""
    lines = QUIET.read_text().split("DEEDS = {")[1].split("\n}")[0].splitlines()
    return [line.split('"')[1] for line in lines if line.startswith('    "')]


def loud_outcome(name, *, walled):
    """Return what came of one loud model."""
    loud: Loud = LOUD[name]
    return tried(loud.source, walled=walled, seconds=loud.seconds)
