"""What stands in an ONNX graph, read before anything of it runs: what it asks for, and what its outcomes are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fateaudit.worker.libraries import load
from fateaudit.worker.problems import Problem, ProblemError

OPERATORS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Domains of operators: the standard's, and those built into onnxruntime itself. Any other needs a library to load."""

EXTERNAL = 1
"""TensorProto.EXTERNAL."""

_SAME = frozenset({"Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten"})
"""Operators that pass on what they are given, in another shape or type."""

_LABELS = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")

MOST_STEPS = 32


def refuse_foreign_parts(model: Any) -> None:
    """Raise ProblemError for a model that keeps numbers in other files, or asks for operators of its maker's library.

    Every message is looked at, so also graphs inside of nodes and functions that the file defines.
    """
    own = {(function.domain, function.name) for function in model.functions}
    foreign: set[str] = set()
    for message in _messages(model):
        if _is(message, "TensorProto") and (message.data_location == EXTERNAL or len(message.external_data)):
            raise ProblemError(Problem.EXTERNAL_DATA)
        is_known = not _is(message, "NodeProto") or message.domain in OPERATORS
        if not is_known and (message.domain, message.op_type) not in own:
            foreign.add(message.domain)
    if foreign:
        raise ProblemError(Problem.CUSTOM_OPERATORS, *sorted(foreign))


def _messages(model: Any) -> Iterator[Any]:
    waiting = [model]
    while waiting:
        message = waiting.pop()
        yield message
        if _is(message, "TensorProto"):
            # Its numbers may be most of the file, and are no messages.
            continue
        for field, value in message.ListFields():
            if field.message_type is not None:
                waiting += [value] if hasattr(value, "ListFields") else value


def _is(message: Any, kind: str) -> bool:
    return bool(message.DESCRIPTOR.name == kind)


def labels_of(graph: Any, output: str) -> list[Any] | None:
    """Return what the node that makes `output` calls the outcomes, text or whole numbers; None where none is named.

    A converter either writes the names into the classifier, or picks one from a list of them.
    """
    node = maker_of(graph, output)
    if node is None:
        return None
    for attribute in node.attribute:
        if attribute.name in _LABELS and (attribute.strings or attribute.ints):
            return [name.decode() for name in attribute.strings] or list(attribute.ints)
    if node.op_type == "ArrayFeatureExtractor":
        return _constant(graph, node.input[0])
    return None


def maker_of(graph: Any, output: str) -> Any | None:
    """Return the node that makes `output`, past those that only pass it on."""
    makers = {name: node for node in graph.node for name in node.output}
    for _ in range(MOST_STEPS):
        node = makers.get(output)
        if node is None or node.op_type not in _SAME or not node.input:
            return node
        output = node.input[0]
    return None


def _constant(graph: Any, name: str) -> list[Any] | None:
    found = next((tensor for tensor in graph.initializer if tensor.name == name), None)
    if found is None:
        return None
    if found.string_data:
        return [text.decode() for text in found.string_data]
    values = load("onnx.numpy_helper", extra="onnx").to_array(found)
    return values.reshape(-1).tolist() if values.dtype.kind in "iu" else None
