"""What a model says of itself at its address → how it is asked. All of it is input from outside, and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fateaudit.documents import read_json
from fateaudit.errors import DamagedFileError, FateauditError, UsageError
from fateaudit.models.endpoint.address import OPERATOR, Address
from fateaudit.models.told import Name
from fateaudit.naming import LINE

MOST_METADATA = 1 << 20
"""Bytes."""

MOST_TENSORS = 10_000

TEXT, TRUTH = "BYTES", "BOOL"
FLOATS = frozenset({"FP16", "FP32", "FP64"})
WHOLE = {f"{sign}INT{bits}": (bits, sign) for bits in (8, 16, 32, 64) for sign in ("", "U")}
DATATYPES = FLOATS | WHOLE.keys() | {TEXT, TRUTH}


class _Told(BaseModel):
    # The protocol lets a server say more than it names.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


class Tensor(_Told):
    """An input or an output."""

    name: Name
    datatype: Annotated[str, Field(max_length=20)]
    shape: Annotated[tuple[int, ...], Field(max_length=8)]

    def __str__(self) -> str:
        """Return how it is called in an error."""
        return f'"{self.name}" {self.datatype} {list(self.shape)}'


class Metadata(_Told):
    """A model, as its server describes it."""

    name: Name
    platform: Annotated[str, Field(max_length=200)] = ""
    versions: Annotated[tuple[Name, ...], Field(max_length=1_000)] | None = None
    inputs: Annotated[tuple[Tensor, ...], Field(max_length=MOST_TENSORS)] = ()
    outputs: Annotated[tuple[Tensor, ...], Field(max_length=MOST_TENSORS)] = ()


def read_metadata(content: bytes, address: Address) -> tuple[Metadata, bytes]:
    """Return what a model says of itself, and the same in one form: sorted keys, nothing between them.

    Raises AuditFailedError for anything else, names that are no line of text, and another model's metadata.
    """
    try:
        data = read_json(content, "metadata")
        canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        found = Metadata.model_validate_json(canonical)
    except (DamagedFileError, ValidationError, ValueError, RecursionError):
        raise address.error("does not describe itself as the Open Inference Protocol says") from None
    names = [[one.name for one in tensors] for tensors in (found.inputs, found.outputs)]
    several = any(len(set(some)) < len(some) for some in names)
    if several or any(LINE.search(name) for name in (*names[0], *names[1], *(found.versions or ()), found.platform)):
        raise address.error("describes itself with names that are used twice, or are no single line of text")
    if found.name != address.name:
        raise address.error("describes itself as another model", where=f'it says that it is "{found.name}"')
    return found, canonical


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows are sent, and where their probabilities stand in an answer."""

    columns: tuple[tuple[str, str], ...]
    """The raw columns in the order of the model, each with the datatype in which it is sent."""
    tails: tuple[tuple[int, ...], ...]
    """What stands behind the number of rows in the shape of each column's tensor."""
    together: str | None
    """The one tensor that holds all columns side by side; None where each has a tensor of its own."""
    output: Tensor
    classes: tuple[str, ...]
    """None of a model that gives a number."""

    @property
    def names(self) -> list[str]:
        """The raw columns."""
        return [name for name, _ in self.columns]

    @property
    def width(self) -> int:
        """How many numbers an answer holds for each row: one for each class, or one in place of those of two."""
        return max(1, len(self.classes)) if self.output.shape[1:] not in {(), (1,)} else 1


def plan(  # noqa: PLR0913 - what the policy says of it
    told: Metadata,
    address: Address,
    *,
    inputs: Sequence[str],
    classes: Sequence[str],
    output: str | None,
    gives_numbers: bool = False,
) -> Plan:
    """Return how to ask a model that says this of itself, with what the policy says in `model` and `task`.

    Raises UsageError where the policy must say more or something else, AuditFailedError for what cannot be asked.
    """
    if not told.inputs or not told.outputs:
        raise address.error(
            "does not say what it reads and gives",
            hint="whoever runs it must write inputs and outputs, with datatypes and shapes, into its metadata",
        )
    if not gives_numbers and len(classes) < 2:  # noqa: PLR2004 - an outcome and another
        raise _unfit(
            address,
            "does not say what its outcomes are called",
            "write model.classes in the policy, in the model’s own order: the first is what it counts as 0; or "
            "task: regression, where it gives a number",
        )
    columns, tails, together = _read(told.inputs, address, tuple(inputs))
    return Plan(columns, tails, together, _given(told.outputs, address, len(classes), output), tuple(classes))


def _read(
    tensors: Sequence[Tensor], address: Address, inputs: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[int, ...], ...], str | None]:
    for one in tensors:
        if one.datatype not in DATATYPES or one.shape[:1] != (-1,) or len(one.shape) > 2:  # noqa: PLR2004 - rows, columns
            raise address.error(
                f"reads an input that is no column of a table: {one}",
                hint=f"each input must be of shape [-1] or [-1, 1], or one of all columns [-1, N]; {OPERATOR}",
            )
    first = tensors[0]
    if len(tensors) == 1 and len(first.shape) == 2 and (first.shape[1] != 1 or inputs):  # noqa: PLR2004 - as above
        if not inputs or first.shape[1] not in {-1, len(inputs)}:
            many = "some" if first.shape[1] < 0 else str(first.shape[1])
            raise _unfit(
                address,
                f"reads {many} columns in one input and does not say which; the policy names {len(inputs)}",
                "write model.inputs in the policy, in the order in which the model was trained on them",
            )
        return tuple((name, first.datatype) for name in inputs), (), first.name
    if wide := [one for one in tensors if one.shape[1:] not in {(), (1,)}]:
        raise address.error(f"reads an input that is more than one column: {wide[0]}")
    if inputs and set(inputs) != {one.name for one in tensors}:
        raise _unfit(
            address,
            "reads other columns than model.inputs names",
            f"leave model.inputs out; the model reads: {', '.join(one.name for one in tensors)}",
        )
    return tuple((one.name, one.datatype) for one in tensors), tuple(one.shape[1:] for one in tensors), None


def _given(tensors: Sequence[Tensor], address: Address, classes: int, output: str | None) -> Tensor:
    """Return the output that holds probabilities, or the number: the one that is named, else the only one that can."""
    able = [one for one in tensors if one.datatype in FLOATS and _holds(one.shape, classes)]
    has = f"It has: {', '.join(map(str, tensors))}"
    if output is not None:
        able = [one for one in able if one.name == output]
    if len(able) == 1:
        return able[0]
    what = "probabilities" if classes else "one number a row"
    if able:
        raise _unfit(address, f"has several outputs that may be {what}", "name one in model.endpoint.output", has)
    named = "no output" if output is None else f'no output "{output}"'
    shapes = [*([f"[-1, {classes}]"] if classes else []), *(["[-1, 1] or [-1]"] if classes in _OF_ONE else [])]
    raise _unfit(
        address,
        f"has {named} of {what}: FP32 or FP64, of shape {', '.join(shapes)}",
        f"compare model.classes and model.endpoint.output with what it has; {OPERATOR}",
        has,
    )


_OF_ONE = (0, 2)
"""Numbers of classes of which an answer may hold one number a row: a number of its own, or the second of two."""


def _holds(shape: tuple[int, ...], classes: int) -> bool:
    if shape[:1] != (-1,):
        return False
    of_one = shape[1:] in {(), (1,)} and classes in _OF_ONE
    return of_one or shape[1:] in ({(classes,), (-1,)} if classes else {(-1,)})


def _unfit(address: Address, what: str, hint: str, *where: str) -> FateauditError:
    return UsageError(f'the model "{address.name}" {what}', where=[str(address), *where], hint=hint)
