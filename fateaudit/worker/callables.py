"""Python source → an opened model: its text is run, in a locked process, and one of its functions scores rows.

What the source must hold:

    INPUTS = {"age": "number", "charge": "text"}     the columns that it reads, in order
    CLASSES = ["held", "released"]                   what its outcomes are called, in order
    def score(rows): ...                             a pandas data frame of those columns → probabilities

The function returns one probability a row, of the second outcome, or one for each outcome: shape (rows,) or
(rows, outcomes). A number that is missing is NaN, a text that is missing is None. `model.inputs` and `model.classes` of
a policy stand in for INPUTS, all of them numbers, and CLASSES. Where the policy says `task: regression`, there are no
CLASSES, and the function returns one number a row in a unit of its own.
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.estimators import Rows
from fateaudit.worker.learned import Learned
from fateaudit.worker.naming import called
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError, failure

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

MODULE = "audited_model"
"""What the source is called to itself: a file may be called as a library is that it imports."""

KINDS = ("number", "text")

_TEXT = Learned(is_text=True, dtype="object", missing=None)

_TWO = 2


def open_callable(content: bytes, wish: Wish) -> Opened:
    """Run the source and return its function as a model.

    Raises ProblemError for what is not written as above, and whatever the source raises, by its built-in kind.
    """
    module = _run(content)
    name = wish.options.get("function", "")
    function = getattr(module, name, None)
    if not callable(function):
        raise ProblemError(Problem.CONTRACT, "the function")
    inputs = _inputs(module, wish)
    outcomes = _classes(module, wish)
    classes = called(outcomes, wish) if outcomes else ()
    rows = Rows(list(inputs), {column: _TEXT for column, kind in inputs.items() if kind == "text"}, set())
    return Opened(tuple(inputs.items()), classes, Predict(function, rows, len(classes)), structure=(name,))


def _run(content: bytes) -> ModuleType:
    try:
        program = compile(content, f"{MODULE}.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        raise ProblemError(Problem.CONTRACT, "Python") from None
    module = ModuleType(MODULE)
    # Data classes, and whatever else looks for the module of a class, find it there.
    sys.modules[MODULE] = module
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(program, module.__dict__)  # noqa: S102 - on purpose
    except (ProblemError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - it may raise anything; what it says of itself is not passed on
        raise failure(error) from None
    return module


def _inputs(module: ModuleType, wish: Wish) -> dict[str, str]:
    """Return the columns that the function reads, in order, each with its kind."""
    said = getattr(module, "INPUTS", None)
    if said is None:
        if not wish.inputs:
            raise ProblemError(Problem.NO_COLUMN_NAMES)
        return dict.fromkeys(wish.inputs, "number")
    if not isinstance(said, dict) or not said or not all(isinstance(one, str) for one in said):
        raise ProblemError(Problem.CONTRACT, "INPUTS")
    if not all(kind in KINDS for kind in said.values()):
        raise ProblemError(Problem.CONTRACT, "INPUTS")
    if wish.inputs and set(wish.inputs) != set(said):
        raise ProblemError(Problem.OTHER_COLUMNS, str(len(said)), str(len(wish.inputs)))
    return said


def _classes(module: ModuleType, wish: Wish) -> list[str]:
    """Return what the outcomes are called, in order; none of a function that gives a number."""
    said = getattr(module, "CLASSES", None)
    if said is None and wish.gives_numbers:
        return []
    if said is None:
        if not wish.classes:
            raise ProblemError(Problem.NO_CLASSES)
        return list(wish.classes)
    is_list = isinstance(said, list | tuple) and all(isinstance(one, str) for one in said)
    if not is_list or len(said) < _TWO or len(set(said)) < len(said):
        raise ProblemError(Problem.CONTRACT, "CLASSES")
    return list(said)


class Predict:
    """Score Arrow tables with a function of data frames: shape (rows, outcomes), or (rows, 1) where there are none."""

    def __init__(self, function: Callable[[Any], Any], rows: Rows, classes: int) -> None:
        self._function = function
        self._rows = rows
        self._classes = classes

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return the probability of each outcome, or the number."""
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            scores = np.asarray(self._function(self._rows.frame(table)), np.float64)
        if scores.ndim == 1 and self._classes == _TWO:
            return np.column_stack([1 - scores, scores])
        return scores[:, None] if scores.ndim == 1 and not self._classes else scores
