"""Rows → the body of an inference request, and the body of its answer → probabilities. Nothing is sent from here."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fateaudit.documents import read_json
from fateaudit.errors import DamagedFileError, UnusableDataError, placed
from fateaudit.models.endpoint.metadata import FLOATS, TEXT, TRUTH, WHOLE, Plan
from fateaudit.models.probabilities import refuse_no_probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fateaudit.models.endpoint.address import Address

NUMBER_BYTES = 256
"""What one number may take in an answer: other outputs, spaces and names stand beside it."""

FRAME_BYTES = 1 << 20


def most_bytes(plan: Plan, rows: int) -> int:
    """Return how long an answer about `rows` rows may be."""
    return FRAME_BYTES + NUMBER_BYTES * rows * plan.width


def request(plan: Plan, table: pa.Table, missing: str) -> bytes:
    """Return the question about every row of `table`; `missing` is how the server wants to be told of what is missing.

    Raises UnusableDataError for values that the protocol, or the model's datatype, cannot say.
    """
    rows = table.num_rows
    values = [_said(name, datatype, table[name], missing) for name, datatype in plan.columns]
    if plan.together is None:
        inputs = [
            {"name": name, "shape": [rows, *tail], "datatype": datatype, "data": data}
            for (name, datatype), tail, data in zip(plan.columns, plan.tails, values, strict=True)
        ]
    else:
        flat = [value for row in zip(*values, strict=True) for value in row]
        shape = [rows, len(values)]
        inputs = [{"name": plan.together, "shape": shape, "datatype": plan.columns[0][1], "data": flat}]
    asked = {"inputs": inputs, "outputs": [{"name": plan.output.name}]}
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()


def _said(name: str, datatype: str, column: pa.ChunkedArray, missing: str) -> list[Any]:
    """Return the values of a column as JSON says them in this datatype."""
    if datatype == TEXT:
        words: list[Any] = column.to_pylist()
        is_missing = np.array([word is None for word in words], np.bool_)
        _refuse_unsaid(name, datatype, is_missing, can_say=missing == "as_null")
        return words
    numbers = np.asarray(column.to_numpy(), np.float64)
    is_missing = np.isnan(numbers)
    _refuse_unsaid(name, datatype, is_missing, can_say=datatype in FLOATS and missing != "refuse")
    if datatype in FLOATS:
        if np.isinf(numbers).any():
            raise _no_such(name, "an infinite number", int(np.isinf(numbers).sum()), datatype)
        return _floats(numbers, is_missing if missing == "as_null" else None)
    if datatype == TRUTH:
        if strange := int((~np.isin(numbers, (0, 1))).sum()):
            raise _no_such(name, "neither 0 nor 1", strange, datatype)
        return [bool(number) for number in numbers.tolist()]
    return _whole(name, datatype, numbers)


def _floats(numbers: NDArray[np.float64], null: NDArray[np.bool_] | None) -> list[float | None]:
    said: list[float | None] = numbers.tolist()
    if null is not None:
        for place in np.flatnonzero(null).tolist():
            said[place] = None
    return said


def _whole(name: str, datatype: str, numbers: NDArray[np.float64]) -> list[int]:
    bits, sign = WHOLE[datatype]
    least, last = (0, 2.0**bits) if sign else (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1))
    fits = (numbers >= least) & (numbers < last) & (np.floor(numbers) == numbers)
    if not fits.all():
        raise _no_such(name, "no whole number of that size", int((~fits).sum()), datatype)
    return [int(number) for number in numbers.tolist()]


def _refuse_unsaid(name: str, datatype: str, is_missing: NDArray[np.bool_], *, can_say: bool) -> None:
    many = int(is_missing.sum())
    if not many or can_say:
        return
    ways = "as_null where its server takes null" + (", as_nan where it takes NaN" if datatype in FLOATS else "")
    written = f"ask whoever runs it; then write model.endpoint.missing: {ways}"
    raise UnusableDataError(
        f'"{name}" has no value in {many:,} rows, and the model reads {datatype}, which has no word for that',
        hint=written if datatype in FLOATS or datatype == TEXT else "a model that knows missing values reads FP64",
    )


def _no_such(name: str, what: str, rows: int, datatype: str) -> UnusableDataError:
    return UnusableDataError(
        f'"{name}" holds {what} in {rows:,} rows, and the model reads {datatype}',
        hint="check whether the column is the one that the model was trained on",
    )


def read_answer(content: bytes, plan: Plan, rows: int, address: Address) -> tuple[NDArray[np.float64], str | None]:
    """Return the probability of each class, shape (rows, classes), and the version that the model says it has.

    Of a model without classes, its number: shape (rows, 1).

    Raises AuditFailedError for anything else than was asked for.
    """
    try:
        answer = read_json(content, "answer")
    except DamagedFileError:
        raise address.error("does not answer in sound JSON of plain, finite numbers") from None
    if not isinstance(answer, dict) or answer.get("model_name") != address.name:
        raise address.error("gives the answer of another model, or of none")
    version = answer.get("model_version")
    if version is not None and not isinstance(version, str):
        raise address.error("names a version that is no text")
    numbers = _numbers(_output(answer.get("outputs"), plan, rows, address), rows * plan.width, address)
    scores = numbers.reshape(rows, plan.width)
    if not plan.classes:
        return scores, version
    if plan.width == 1:
        scores = np.hstack([1 - scores, scores])
    with placed(str(address)):
        refuse_no_probabilities(scores)
    return scores, version


def _output(outputs: Any, plan: Plan, rows: int, address: Address) -> Any:
    """Return the data of the one output that was asked for, after what the answer says of it."""
    wanted = plan.output
    named = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    found = [one for one in named if one.get("name") == wanted.name]
    if len(found) != 1:
        raise address.error(f'does not give the output "{wanted.name}" once')
    if found[0].get("datatype") != wanted.datatype:
        raise address.error(f'gives "{wanted.name}" in another datatype than the {wanted.datatype} that it promises')
    shape, promised = found[0].get("shape"), [rows, plan.width]
    either = [promised, promised[:1]] if plan.width == 1 else [promised]
    if shape not in either or any(type(size) is not int for size in shape):
        raise address.error(f'gives "{wanted.name}" in another shape than one row of {plan.width} for each of the rows')
    return found[0].get("data")


def _numbers(data: Any, size: int, address: Address) -> NDArray[np.float64]:
    """Return flat or nested data as numbers: both are in the protocol."""
    flat = data if isinstance(data, list) else []
    if flat and all(isinstance(row, list) for row in flat):
        flat = [value for row in flat for value in row] if len({len(row) for row in flat}) == 1 else []
    if len(flat) != size:
        raise address.error("gives fewer or more numbers than the shape that it names")
    if not all(type(value) is float or type(value) is int for value in flat):
        raise address.error("gives something else than numbers")
    try:
        numbers = np.array(flat, np.float64)
    except OverflowError:
        numbers = np.array([math.inf])
    if not np.isfinite(numbers).all():
        raise address.error("gives numbers that are not finite")
    return numbers
