"""`model.path: module:function` → the source of a Python file beside the policy. It is read here, and run elsewhere."""

from __future__ import annotations

import os
import re
from pathlib import Path

from fateaudit.artifacts import describe, read
from fateaudit.errors import RefusedModelError
from fateaudit.formats import MEDIA_TYPES, Format
from fateaudit.models.files import ModelFile
from fateaudit.policy import PolicyFile
from fateaudit.worker.opened import Wish

_CALLABLE = re.compile(r"[A-Za-z_]\w*:[A-Za-z_]\w*")


def names_callable(path: str) -> bool:
    """Return whether a path names a function of a Python file beside the policy."""
    return _CALLABLE.fullmatch(path) is not None


def read_callable(source: PolicyFile) -> ModelFile:
    """Return the source of the Python file that holds the function.

    Raises UsageError where there is no such file, and RefusedModelError for a link to one outside the policy's folder:
    what is hashed should be what lies beside the policy, and what is sent along with it.
    """
    model, where = source.policy.model, source.where("model", "path")
    assert model.path is not None  # noqa: S101 - it names a function
    module, _, function = model.path.partition(":")
    path = source.folder / f"{module}.py"
    if Path(os.path.realpath(path)).parent != Path(os.path.realpath(source.folder)):
        raise RefusedModelError(
            f"{path.name} is a link to a file that does not lie beside the policy",
            where=[where],
            hint="put the file itself there",
        )
    hint = f"model.path: {model.path} means the function {function} in {path.name}, beside {source.artifact.name}"
    content = read(path, what="the source of the model", where=[where], hint=hint)
    artifact = describe(content, role="model", name=path.name, media_type=MEDIA_TYPES[Format.CALLABLE])
    wish = Wish(path.name, model.inputs, model.classes, {"function": function}, source.policy.gives_numbers)
    return ModelFile(content, artifact, Format.CALLABLE, wish)
