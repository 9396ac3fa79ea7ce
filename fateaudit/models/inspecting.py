"""What a model's file is, and how it would be run, told before any of it is.

The file is taken apart in a locked process (`fateaudit.worker.inspecting`); what that process says is checked like
anything else from outside. Of an address nothing is asked: only a policy may name one that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.errors import FateauditError, MissingLibraryError
from fateaudit.evaluation import Isolation
from fateaudit.formats import MEDIA_TYPES, Format, recognise
from fateaudit.models.callables import names_callable
from fateaudit.models.files import PICKLES, READS
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.mlflow import INDEX
from fateaudit.models.opening import isolation_of
from fateaudit.models.process import LostError, Process
from fateaudit.models.telling import Teller

MLFLOW = "mlflow"
ADDRESS = ("http://", "https://")

LIMITS = Limits(memory=4 * GIB, seconds=120, batch_rows=1)
"""What taking a file apart may use. A model may need more to run, and is not run here."""

LIBRARIES = {Format.ONNX: "onnxruntime", Format.XGBOOST: "xgboost", Format.LIGHTGBM: "lightgbm"} | {
    Format.CATBOOST: "catboost"
}
"""What runs the format, where that is an extra, called as the format is."""

MOST_SHOWN = 100

_Line = Annotated[str, StringConstraints(max_length=2_500, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e]*$")]


class Fact(StrEnum):
    """What a file may say of itself."""

    PACKED = "packed"
    UNPACKED_BYTES = "unpacked_bytes"
    PROTOCOL = "protocol"
    FOREIGN_IMPORTS = "foreign_imports"
    """What a pickle names to be imported that fitted scikit-learn models do not."""
    IMPORTS = "imports"
    UNKNOWN_TYPES = "unknown_types"
    """Types of a .skops file that are not on the list of harmless ones."""
    TYPES = "types"
    VERSIONS = "versions"
    VERSION = "version"
    PRODUCER = "producer"
    OBJECTIVE = "objective"
    BOOSTER = "booster"
    FEATURES = "features"
    COLUMNS = "columns"
    OPSETS = "opsets"
    INPUTS = "inputs"
    OUTPUTS = "outputs"
    OPERATORS = "operators"
    FOREIGN_OPERATORS = "foreign_operators"
    ELSEWHERE = "elsewhere"
    """Part of an ONNX model is in other files."""
    HOLDS = "holds"
    FUNCTIONS = "functions"
    SOURCE_IMPORTS = "source_imports"
    FLAVOURS = "flavours"
    LOADERS = "loaders"
    FILES = "files"


class Way(StrEnum):
    """How a file would be run."""

    OPENED = "opened"
    ALLOW_PICKLE = "only with --allow-pickle"
    ALLOW_CALLABLE = "only with --allow-callable"
    NEEDS_EXTRA = "needs an extra"
    NEEDS_LOCK = "not on this machine"
    POLICY = "only as a policy says"
    REFUSED = "refused"


class Several(BaseModel):
    """The values of one fact, the first of them where there are many."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    values: Annotated[tuple[_Line, ...], Field(min_length=1, max_length=MOST_SHOWN)]
    count: Annotated[int, Field(ge=1)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    facts: dict[Fact, Several]
    whole: bool


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a model that nobody has opened."""

    kind: str
    """A format, "mlflow" or "endpoint"."""
    way: Way
    artifact: Artifact | None = None
    """None for what is no file."""
    facts: Mapping[Fact, Several] | None = None
    """None where nothing was asked, or the asking failed."""
    whole: bool = False
    """Whether all of the file could be read: where not, there may be more in it."""
    isolation: Isolation | None = None
    """What a process on this machine is kept from files by."""
    problem: FateauditError | None = None
    """Why nothing more is known."""


def inspect_model(target: str) -> Inspected:
    """Return what the file, folder, function or address `target` is. Nothing of it is built, run or asked.

    Raises UsageError where there is no such file.
    """
    if target.lower().startswith(ADDRESS):
        return Inspected("endpoint", Way.POLICY)
    path = Path(f"{target.partition(':')[0]}.py" if names_callable(target) else target)
    is_folder = path.is_dir() and (path / INDEX).is_file()
    content = read(path / INDEX if is_folder else path, what="the model", hint="give the path of a model's file")
    found = Format.CALLABLE if _is_source(path, content) else recognise(content)
    kind = MLFLOW if is_folder else found.value
    name = f"{path.resolve().name}/{INDEX}" if is_folder else path.name
    media_type = "application/yaml" if is_folder else MEDIA_TYPES.get(found, "application/octet-stream")
    artifact = describe(content, role="model", name=name, media_type=media_type)
    asked = _ask(kind, content, Teller(artifact.name, f".{kind}", LIMITS))
    return replace(asked, artifact=artifact, way=_way(Format.UNKNOWN if is_folder else found, asked, kind))


def _is_source(path: Path, content: bytes) -> bool:
    return path.suffix == ".py" and recognise(content) is Format.CSV


def _ask(kind: str, content: bytes, teller: Teller) -> Inspected:
    """Return what a locked process makes of the file."""
    process = Process(content, LIMITS)
    try:
        answer = teller.answered(process.ask("inspect", format=kind), "it was inspected")
        found = _read_answer(dict(answer))
    except LostError as error:
        return Inspected(kind, Way.REFUSED, problem=teller.lost(error, "it was inspected"))
    except FateauditError as error:
        return Inspected(kind, Way.REFUSED, isolation=isolation_of(process, teller, LIMITS), problem=error)
    else:
        isolation = isolation_of(process, teller, LIMITS)
        return Inspected(kind, Way.REFUSED, facts=found.facts, whole=found.whole, isolation=isolation)
    finally:
        process.close()


def _read_answer(answer: dict[str, Any]) -> _Answer:
    try:
        return _Answer.model_validate_json(json.dumps(answer.get("found")))
    except (ValidationError, ValueError):
        raise LostError("it told of the file what cannot be") from None


def _way(found: Format, asked: Inspected, kind: str) -> Way:
    """Return how a file of a format would be run, from what is known of it."""
    facts, is_locked = asked.facts or {}, asked.isolation is not None and asked.isolation.landlock > 0
    is_missing = found in LIBRARIES and find_spec(LIBRARIES[found]) is None
    if is_missing or isinstance(asked.problem, MissingLibraryError):
        return Way.NEEDS_EXTRA
    if asked.problem is not None:
        return Way.REFUSED
    if found in PICKLES:
        return Way.ALLOW_PICKLE if is_locked else Way.NEEDS_LOCK
    if found is Format.CALLABLE:
        return Way.ALLOW_CALLABLE if is_locked else Way.NEEDS_LOCK
    if kind == MLFLOW:
        return Way.POLICY
    is_refused = any(fact in facts for fact in (Fact.UNKNOWN_TYPES, Fact.FOREIGN_OPERATORS, Fact.ELSEWHERE))
    return Way.REFUSED if is_refused or found not in READS else Way.OPENED
