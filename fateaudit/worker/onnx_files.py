"""An ONNX file → an opened model. It holds a graph of operators, no code; onnxruntime runs it.

onnxruntime looks for no other file and loads no library: a graph that would need one is refused before. It computes
with one thread, because with more it adds in another order on another machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.columns import numbers_of, texts_of
from fateaudit.worker.libraries import load, telling_damage
from fateaudit.worker.naming import called, column_names
from fateaudit.worker.onnx_graphs import labels_of, maker_of, refuse_foreign_parts
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

KINDS = {
    "tensor(string)": None,
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}
"""Types of inputs, with what numpy calls them."""

_NUMBERS, _LABELS = ("tensor(float)", "tensor(double)"), ("tensor(string)", "tensor(int64)", "tensor(int32)")

_SILENT = 4
_TWO = 2


@telling_damage()
def open_onnx(content: bytes, wish: Wish) -> Opened:
    """Return the model in `content`.

    Raises ProblemError for parts that are elsewhere, for what gives neither probabilities of one outcome nor one
    number, and where nobody names its columns or its outcomes.
    """
    model = load("onnx", extra="onnx").load_model_from_string(content)
    refuse_foreign_parts(model)
    session = _begin(content)
    places, names = _inputs(session, wish)
    answer = _answer(session, model.graph, wish)
    return Opened(
        inputs=tuple(names),
        classes=() if answer.is_number else _classes(answer, wish),
        predict=Predict(session, places, answer),
        structure=tuple(dict.fromkeys(node.op_type for node in model.graph.node))[:200],
    )


def _begin(content: bytes) -> Any:
    runtime = load("onnxruntime", extra="onnx")
    runtime.set_default_logger_severity(_SILENT)
    options = runtime.SessionOptions()
    options.log_severity_level = _SILENT
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    # More would choose a layout that suits this processor.
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    kinds = runtime.capi.onnxruntime_pybind11_state
    try:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except (kinds.Fail, kinds.NotImplemented, kinds.RuntimeException, kinds.InvalidArgument):
        # Sound, and too new, or in need of something of this machine, such as a locale.
        raise ProblemError(Problem.UNUSUAL, "a graph that onnxruntime does not run on this machine") from None


@dataclass(frozen=True, slots=True)
class Place:
    """One input of a graph, and which raw columns it takes."""

    name: str
    kind: str
    is_flat: bool
    """Whether it is of shape (rows,) and not (rows, columns)."""
    columns: range


def _inputs(session: Any, wish: Wish) -> tuple[list[Place], list[tuple[str, str]]]:
    """Return the inputs of the graph, and the raw columns that they take together."""
    given = session.get_inputs()
    widths = [_width(one) for one in given]
    if len(given) == 1 and widths == [None]:
        widths = [len(wish.inputs) or None]
    if None in widths:
        raise ProblemError(Problem.NO_COLUMN_NAMES if len(given) == 1 else Problem.UNUSUAL, "inputs of unknown width")
    known = [width for width in widths if width is not None]
    # A table of one column is called anything; inputs of one column each are called as their columns are.
    is_named = set(known) == {1} and not (len(given) == 1 and wish.inputs)
    own = [one.name for one in given] if is_named else None
    names = column_names(own, sum(known), wish)
    places: list[Place] = []
    for one, width in zip(given, known, strict=True):
        start = places[-1].columns.stop if places else 0
        places.append(Place(one.name, one.type, len(one.shape) == 1, range(start, start + width)))
    kinds = ["text" if KINDS[place.kind] is None else "number" for place in places for _ in place.columns]
    return places, list(zip(names, kinds, strict=True))


def _width(given: Any) -> int | None:
    """Return how many columns an input takes, None where the graph leaves that open."""
    if given.type not in KINDS:
        raise ProblemError(Problem.UNUSUAL, f"an input of type {given.type}")
    if len(given.shape) not in (1, _TWO):
        raise ProblemError(Problem.UNUSUAL, "an input that is no table")
    if isinstance(given.shape[0], int):
        raise ProblemError(Problem.UNUSUAL, "a fixed number of rows")
    width = given.shape[1] if len(given.shape) == _TWO else 1
    return width if isinstance(width, int) else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The output that holds probabilities, or the number of a regressor."""

    name: str
    labels: Sequence[Any] | None
    """What the graph calls its outcomes."""
    width: int | None
    is_map: bool
    """Whether it gives a mapping for each row, from outcome to probability."""
    is_number: bool = False
    """Whether it gives a number in a unit of its own. Without names of outcomes, only the policy can say so."""


def _answer(session: Any, graph: Any, wish: Wish) -> Answer:
    outputs = session.get_outputs()
    for output in outputs:
        if output.type.startswith("seq(map("):
            labels = labels_of(graph, output.name)
            if labels is None:
                raise ProblemError(Problem.UNUSUAL, "outcomes without names")
            return Answer(output.name, labels, len(labels), is_map=True)
    numbers = [output for output in outputs if output.type in _NUMBERS]
    if len(numbers) > 1:
        numbers = [output for output in numbers if "prob" in output.name.lower()]
        if len(numbers) != 1:
            raise ProblemError(Problem.UNUSUAL, "several outputs of numbers")
    if not numbers:
        raise ProblemError(Problem.NO_CLASSIFIER)
    chosen = next((output.name for output in outputs if output.type in _LABELS), None)
    maker = maker_of(graph, numbers[0].name)
    labels = labels_of(graph, chosen or numbers[0].name)
    shape = numbers[0].shape
    width = 1 if len(shape) == 1 else shape[-1]
    known = width if isinstance(width, int) else None
    is_regressor = chosen is None and maker is not None and maker.op_type.endswith("Regressor")
    is_number = is_regressor or (wish.gives_numbers and chosen is None and labels is None and known in (1, None))
    return Answer(numbers[0].name, labels, known, is_map=False, is_number=is_number)


def _classes(answer: Answer, wish: Wish) -> tuple[str, ...]:
    """Return what the outcomes are called; one column of numbers is the probability of the second of two."""
    if answer.labels is not None:
        return called([str(label) for label in answer.labels], wish)
    count = None if answer.width is None else max(answer.width, _TWO)
    if not wish.classes:
        raise ProblemError(Problem.NO_CLASSES, *([] if count is None else [str(count)]))
    if count not in (None, len(wish.classes)):
        raise ProblemError(Problem.OTHER_CLASSES, str(count), str(len(wish.classes)))
    return wish.classes


@dataclass(frozen=True, slots=True)
class Predict:
    """Score Arrow tables with a graph: shape (rows, classes), or (rows, 1) where there are none."""

    session: Any
    places: Sequence[Place]
    answer: Answer

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or numbers. Raises ValueError where a column of whole numbers holds others, or none."""
        given = {place.name: _filled(place, table) for place in self.places}
        (scores,) = self.session.run([self.answer.name], given)
        if self.answer.is_map:
            labels = self.answer.labels or ()
            return np.array([[row[label] for label in labels] for row in scores], np.float64)
        scores = np.asarray(scores, np.float64)
        if self.answer.is_number:
            return scores.reshape(len(scores), -1)
        if scores.ndim == 1 or scores.shape[1:] == (1,):
            second = scores.reshape(-1)
            return np.column_stack([1 - second, second])
        return scores


def _filled(place: Place, table: pa.Table) -> NDArray[Any]:
    """Return the rows as one input takes them; to a graph, a missing text is the empty one."""
    kind = KINDS[place.kind]
    columns = [table.column(number) for number in place.columns]
    if kind is None:
        arrays = [texts_of(column, missing="") for column in columns]
    else:
        arrays = [_as_kind(numbers_of(column), kind) for column in columns]
    return arrays[0] if place.is_flat else np.column_stack(arrays)


def _as_kind(values: NDArray[np.float64], kind: Any) -> NDArray[Any]:
    with np.errstate(all="ignore"):
        cast: NDArray[Any] = values.astype(kind)
    if np.dtype(kind).kind in "ib" and not np.array_equal(cast, values):
        raise ValueError
    return cast
