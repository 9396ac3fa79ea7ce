"""A pickle → an opened model. Opening one runs what its maker wrote: here that is done on purpose, in a locked process.

The one module that may import pickle or joblib. Nothing comes here unless whoever typed the command asked for it, and
not where the kernel keeps no files from this process (`fateaudit.models.process`).
"""

from __future__ import annotations

import io
import lzma
import pickle
import traceback
import warnings
import zlib
from contextlib import redirect_stderr, redirect_stdout
from importlib.util import find_spec
from typing import Any

import joblib

from fateaudit.worker.estimators import open_estimator
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError, failure

LZ4, ZSTANDARD = b"\x04\x22M\x18", b"\x28\xb5\x2f\xfd"


def open_pickle(content: bytes, wish: Wish) -> Opened:
    """Return the fitted classifier in a pickle, or in a file of joblib, compressed or not.

    Raises ProblemError for a damaged file, for a module or class that is not installed here, for whatever the pickle's
    own code raises, and what `open_estimator` raises. Nothing is written: what is compressed is unpacked in memory.
    """
    return open_estimator(_unpickled(content), wish)


def _unpickled(content: bytes) -> Any:
    if content.startswith(ZSTANDARD):
        raise ProblemError(Problem.UNUSUAL, "zstandard")
    if content.startswith(LZ4) and find_spec("lz4") is None:
        raise ProblemError(Problem.MISSING_PART, "lz4")
    try:
        # What it prints is not ours to pass on, and its versions are not ours to judge.
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            return joblib.load(io.BytesIO(content))
    except MemoryError:
        raise
    except (pickle.UnpicklingError, EOFError, zlib.error, lzma.LZMAError):
        raise ProblemError(Problem.DAMAGED) from None
    except LookupError as error:
        raise (ProblemError(Problem.DAMAGED) if _is_of_the_stream(error) else failure(error)) from None
    except Exception as error:  # noqa: BLE001 - a pickle may raise anything; what it says of itself is not passed on
        raise failure(error) from None


def _is_of_the_stream(error: LookupError) -> bool:
    """Return whether the reading itself failed: at an instruction that there is not, or on a stack that is empty."""
    return traceback.extract_tb(error.__traceback__)[-1].filename == pickle.__file__
