"""What a model's file says of itself, read without constructing anything of it."""

from __future__ import annotations

from typing import Any

from fateaudit.worker.problems import Problem, ProblemError


def inspect_content(kind: str, content: bytes) -> dict[str, Any]:
    """Return what a file of the format `kind` asks for."""
    raise ProblemError(Problem.PROTOCOL)
