"""What a model's process tells of itself, checked as any other input from outside."""

from __future__ import annotations

import json
from itertools import chain
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from fateaudit.models.process import LostError
from fateaudit.naming import LINE

MAX_COLUMNS = 10_000
MAX_CLASSES = 1_000

MAX_ENCODED = 100_000
"""Encoded columns that are named and weighed; a model of more tells neither."""

MAX_SETTINGS = 100

Said = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Weights(_Told):
    """A final step that weighs encoded columns."""

    coef: Annotated[tuple[float, ...], Field(max_length=MAX_ENCODED)]
    intercept: float


class Description(_Told):
    """A model, as its process describes it."""

    inputs: Annotated[
        tuple[tuple[Name, Annotated[str, Field(pattern="^(number|text)$")]], ...], Field(max_length=MAX_COLUMNS)
    ]
    classes: Annotated[tuple[Name, ...], Field(max_length=MAX_CLASSES)]
    """None of a model that gives a number."""
    structure: Annotated[tuple[Name, ...], Field(max_length=200)]
    is_open: bool
    encoded: Annotated[tuple[Name, ...], Field(max_length=MAX_ENCODED)]
    linear: Weights | None

    @property
    def width(self) -> int:
        """How many numbers there are for each row: one for each class, or the one that is given instead."""
        return len(self.classes) or 1

    settings: Annotated[tuple[tuple[Said, Said, Said], ...], Field(max_length=MAX_SETTINGS)] = ()


class Locked(_Told):
    """What was locked before the process saw the model."""

    landlock: Annotated[int, Field(ge=0, le=100)]
    seccomp: bool
    rlimits: bool


def read_description(answer: dict[str, Any], *, gives_numbers: bool) -> Description:
    """Return what the process describes: outcomes, or none of a model that `gives_numbers`.

    Raises LostError for anything else, or names that are no names.
    """
    try:
        found = Description.model_validate_json(json.dumps(answer))
    except (ValidationError, ValueError):
        raise LostError("it described itself in a way that cannot be") from None
    if gives_numbers == bool(found.classes):
        # An honest process says that it is asked for the other.
        raise LostError("it described itself in a way that cannot be")
    names = [name for name, _ in found.inputs]
    if len(set(names)) < len(names) or len(set(found.classes)) < len(found.classes):
        raise LostError("it described two columns, or two outcomes, of one name")
    if any(LINE.search(name) for name in (*names, *found.classes, *found.structure, *chain(*found.settings))):
        raise LostError("it described itself with names that are no single line of text")
    return found


def read_locked(answer: dict[str, Any]) -> Locked:
    """Return what was locked. Raises LostError for anything else."""
    try:
        return Locked.model_validate_json(json.dumps(answer))
    except (ValidationError, ValueError):
        raise LostError("it did not say what was locked") from None
