"""`model.path: module:function` → the source of a Python file beside the policy."""

from __future__ import annotations

import re

from fateaudit.errors import RefusedModelError
from fateaudit.models.files import ModelFile
from fateaudit.policy import PolicyFile

_CALLABLE = re.compile(r"[A-Za-z_]\w*:[A-Za-z_]\w*")


def names_callable(path: str) -> bool:
    """Return whether a path names a function of a Python file beside the policy."""
    return _CALLABLE.fullmatch(path) is not None


def read_callable(source: PolicyFile) -> ModelFile:
    """Return the source of the Python file that holds the function."""
    raise RefusedModelError(
        "a function of Python is no model file", where=[source.where("model", "path")], hint="name a file in model.path"
    )
