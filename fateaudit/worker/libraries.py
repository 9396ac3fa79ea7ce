"""Libraries that only some formats need: imported when a file of theirs is opened, and missed with the extra's name."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from fateaudit.worker.problems import Problem, ProblemError


def load(library: str, *, extra: str) -> Any:
    """Import `library`. Raises ProblemError naming the extra that brings it, where it is not there or cannot start."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(library)
    except (ImportError, OSError):
        # A library of the system that it needs is missed as an OSError.
        raise ProblemError(Problem.NEEDS_EXTRA, extra) from None


@contextmanager
def telling_damage() -> Iterator[None]:
    """Say that a file is damaged where its library stumbles over it: each does so in ways of its own."""
    try:
        yield
    except (ProblemError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - as above
        raise ProblemError(Problem.DAMAGED) from None
