"""An MLflow folder → its native model file. Its own loader is never called: it imports what the folder names."""

from __future__ import annotations

from pathlib import Path

from fateaudit.errors import RefusedModelError
from fateaudit.models.files import ModelFile
from fateaudit.policy import PolicyFile


def read_folder(path: Path, source: PolicyFile) -> ModelFile:
    """Return the native model file that the folder names."""
    raise RefusedModelError(
        f"{path.name} is a folder", where=[source.where("model", "path")], hint="name a file in model.path"
    )
