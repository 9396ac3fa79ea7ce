"""A model that was read and not opened."""

from __future__ import annotations

from dataclasses import dataclass

from fateaudit.artifacts import Artifact
from fateaudit.evaluation import AccessKind
from fateaudit.formats import Format
from fateaudit.worker.opened import Wish

READS = frozenset({Format.SKOPS, Format.ONNX, Format.XGBOOST, Format.LIGHTGBM, Format.CATBOOST})
"""Formats that hold no code, and are opened without being asked for by name."""

PICKLES = frozenset({Format.PICKLE, Format.COMPRESSED})

CODE = PICKLES | {Format.CALLABLE}
"""Formats that run what their maker wrote: only where whoever types the command allows it, and in a locked process."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that was read and not opened."""

    content: bytes
    artifact: Artifact
    format: Format
    wish: Wish
    """What the policy says about it."""

    @property
    def access(self) -> AccessKind:
        """What the record calls what was at hand."""
        return "pickle" if self.format in PICKLES else "callable" if self.format is Format.CALLABLE else "file"
