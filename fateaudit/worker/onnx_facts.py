"""What an ONNX file says of itself: its graph's versions, inputs, outputs and operators. The graph is not run."""

from __future__ import annotations

from typing import Any

from fateaudit.worker.onnx_graphs import refuse_foreign_parts
from fateaudit.worker.problems import Problem, ProblemError


def facts_of(content: bytes, onnx: Any) -> dict[str, list[str]]:
    """Return facts from the messages of the file. Raises ProblemError for what is not made of them."""
    try:
        model = onnx.ModelProto.FromString(content)
    except Exception:  # noqa: BLE001 - protocol buffers raise an error of their own, of which each build has another
        raise ProblemError(Problem.DAMAGED) from None
    given = {tensor.name for tensor in model.graph.initializer}
    elements = onnx.TensorProto.DataType
    return {
        "producer": [f"{model.producer_name} {model.producer_version}".strip()],
        "opsets": [f"{one.domain or 'ai.onnx'} {one.version}" for one in model.opset_import],
        "inputs": [_typed(one, elements) for one in model.graph.input if one.name not in given],
        "outputs": [_typed(one, elements) for one in model.graph.output],
        "operators": sorted({node.op_type for node in model.graph.node}),
        **_foreign(model),
    }


def _typed(value: Any, elements: Any) -> str:
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type":
        return f"{value.name}: {(kind or 'unknown').removesuffix('_type')}"
    tensor = value.type.tensor_type
    sizes = [str(size.dim_value) if size.HasField("dim_value") else "any" for size in tensor.shape.dim]
    known = tensor.elem_type in elements.values()
    return f"{value.name}: {elements.Name(tensor.elem_type).lower() if known else 'unknown'} [{', '.join(sizes)}]"


def _foreign(model: Any) -> dict[str, list[str]]:
    """Return why the model would be refused, if it would."""
    try:
        refuse_foreign_parts(model)
    except ProblemError as error:
        elsewhere = error.problem is Problem.EXTERNAL_DATA
        return {"elsewhere": ["yes"]} if elsewhere else {"foreign_operators": list(error.names)}
    return {}
