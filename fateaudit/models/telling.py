"""A problem of a model's process → an error with a remedy. The process gives a word and names, never a sentence."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fateaudit.errors import (
    AuditFailedError,
    DamagedFileError,
    FateauditError,
    MissingLibraryError,
    RefusedModelError,
    UsageError,
)
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.process import LostError
from fateaudit.worker.problems import Problem

FRESH_COPY = "take a fresh copy from where the model was trained, and compare sha256"
PREDICTIONS = "audit its predictions (columns.prediction)"

MOST_NAMES, MOST_LETTERS = 5, 80

OPENING = "it was opened"
"""What a process does before it has seen any row."""

_EXCEPTIONS = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)


@dataclass(frozen=True, slots=True)
class Told:
    """How a problem is said. `{name}` is the model's, `{names}` what came with the problem."""

    kind: type[FateauditError]
    message: str
    hint: str
    where: str = ""


TELLING: Mapping[Problem, Told] = {
    Problem.DAMAGED: Told(DamagedFileError, "{name} is a damaged {kind} file", FRESH_COPY),
    Problem.UNKNOWN_TYPES: Told(
        RefusedModelError,
        "{name} asks for types that are not on the list of harmless ones",
        f"ask its maker for one made of scikit-learn parts only, or {PREDICTIONS}",
        "it asks for: {names}",
    ),
    Problem.BOMB: Told(
        RefusedModelError,
        "{name} unpacks to {names} MiB, more than a model of its size can need",
        f"check where the file comes from, or {PREDICTIONS}",
    ),
    Problem.NO_CLASSIFIER: Told(
        DamagedFileError,
        "{name} does not hold a fitted classifier of one outcome",
        "save the fitted pipeline itself, a classifier or a regressor of one number; rankings, clusters and models of "
        "several answers at a time are not read",
    ),
    Problem.GIVES_NUMBERS: Told(
        UsageError,
        "{name} gives a number for each row, and no outcome",
        "write task: regression in the policy, and decision: {{ threshold: …, at: … }} in the unit of that number",
    ),
    Problem.GIVES_OUTCOMES: Told(
        UsageError,
        "{name} tells outcomes apart, and the policy says task: regression",
        "write task: binary, or leave task out, and call the better outcome columns.favourable",
        "its outcomes are: {names}",
    ),
    Problem.NO_COLUMN_NAMES: Told(
        UsageError,
        "{name} does not say which columns it reads",
        "write model.inputs in the policy, in the order in which it was trained on them; ask its maker which",
    ),
    Problem.NO_TEXT_COLUMN: Told(
        UsageError,
        "{name} reads one text, and does not say in which column it stands",
        "write model: {{ inputs: [NAME] }} in the policy: the column of the data that holds the texts",
    ),
    Problem.OTHER_COLUMNS: Told(
        UsageError,
        "model.inputs does not fit {name}",
        "ask its maker which columns it was trained on, and in which order",
        "columns that the model reads, and that the policy names: {names}",
    ),
    Problem.NO_CLASSES: Told(
        UsageError,
        "{name} does not say what its outcomes are called",
        "write model.classes in the policy, in the model's own order: the first is what it counts as 0; or "
        "task: regression, where it gives a number",
    ),
    Problem.OTHER_CLASSES: Told(
        UsageError,
        "model.classes does not fit {name}",
        "write one name for each outcome that the model tells apart, in its own order",
        "outcomes of the model, and of the policy: {names}",
    ),
    Problem.EXTERNAL_DATA: Told(
        RefusedModelError,
        "{name} keeps part of itself in other files",
        "save it as one file, so that what is hashed is what runs",
    ),
    Problem.CUSTOM_OPERATORS: Told(
        RefusedModelError,
        "{name} asks for operators that only a library of its maker has",
        f"ask its maker for one of standard operators, or {PREDICTIONS}",
        "it asks for: {names}",
    ),
    Problem.UNUSUAL: Told(
        DamagedFileError,
        "{name} is of a kind that this version does not read: {names}",
        f"save it in another format, or {PREDICTIONS}",
    ),
    Problem.NEEDS_EXTRA: Told(
        MissingLibraryError,
        "{name} needs a library that is not installed",
        "type: pip install 'fateaudit[{names}]'",
    ),
    Problem.MISSING_PART: Told(
        MissingLibraryError,
        "{name} asks for something that is not installed here, or not in this version",
        f"install what it was made with beside fateaudit, in the same versions, or {PREDICTIONS}",
        "it asks for: {names}",
    ),
    Problem.NOT_BUILT: Told(
        AuditFailedError,
        "what the maker of {name} wrote fails when it is opened ({names})",
        f"it may need its libraries in the versions that it was made with: ask its maker, or {PREDICTIONS}",
    ),
    Problem.CONTRACT: Told(
        UsageError,
        "{name} is not written as a function in model.path must be",
        'write INPUTS = {{"column": "number" or "text"}}, CLASSES = ["no", "yes"], and the function',
        "what is missing or of another kind: {names}",
    ),
    Problem.FAILED: Told(
        AuditFailedError,
        "the model failed while {doing} ({names})",
        "try it where it was trained on these rows: it may not know a value, or not accept missing ones",
    ),
    Problem.MEMORY: Told(
        AuditFailedError,
        "the model needs more memory than the {memory} GiB that it may have",
        "write more in model.limits.memory_gib, or type --memory, if you expect that of it",
    ),
    Problem.OUTPUT: Told(AuditFailedError, "the model did not give one score a row and class", "check the model file"),
    Problem.TOO_LARGE: Told(
        AuditFailedError, "one row, or what the model makes of it, is too large", "check the columns that it reads"
    ),
    Problem.CLOSED: Told(AuditFailedError, "the inside of the model cannot be asked", PREDICTIONS),
    Problem.PROTOCOL: Told(
        AuditFailedError, "{name} cannot be asked this", "report it: this is a mistake of fateaudit, not yours"
    ),
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Says what went wrong with one model."""

    name: str
    kind: str
    limits: Limits

    def error(self, problem: Problem, names: Sequence[str], doing: str) -> FateauditError:
        """Return the error for a problem that its process met while `doing`."""
        told = TELLING[problem]
        shown = ", ".join(name[:MOST_LETTERS] for name in names[:MOST_NAMES])
        known = {
            "name": self.name,
            "kind": self.kind,
            "names": shown,
            "doing": doing,
            "memory": f"{self.limits.memory / GIB:g}",
        }
        where = [told.where.format_map(known)] if told.where else []
        return told.kind(told.message.format_map(known), where=where, hint=told.hint.format_map(known))

    def answered(self, answer: Mapping[str, Any], doing: str) -> Mapping[str, Any]:
        """Return an answer, or raise the error that it is."""
        if "problem" not in answer:
            return answer
        problem, names = answer.get("problem"), answer.get("names")
        known = {one.value for one in Problem}
        are_names = isinstance(names, list) and all(isinstance(one, str) for one in names)
        if not isinstance(problem, str) or problem not in known or not isinstance(names, list) or not are_names:
            raise self.lost(LostError("it answered something else than was asked"), doing)
        # A name from a process that has seen rows could be a value of one.
        told = names if doing == OPENING else [name for name in names if name in _EXCEPTIONS]
        raise self.error(Problem(problem), told, doing)

    def lost(self, error: LostError, doing: str) -> FateauditError:
        """Return the error for a process that is gone."""
        return AuditFailedError(
            f"the model's process was lost while {doing}: {error}",
            hint=f"if it only needs more, write more in model.limits; else ask its maker, or {PREDICTIONS}",
        )
