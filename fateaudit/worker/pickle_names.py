"""What a pickle names to be imported, read from its instructions; none of them is carried out.

The instructions are followed with signs in place of values, because a name may be put together from the stack or from
what was remembered, and because joblib puts the bytes of arrays between them. Whoever writes a pickle can hide a name
from any reader but the one that runs it: this is information, and never a clearance.
"""

from __future__ import annotations

import io
import math
import pickletools
import re
from dataclasses import dataclass, field
from typing import Any

MOST_OPCODES = 3_000_000
MOST_NESTED = 8
"""Pickles inside a pickle: joblib writes arrays of objects so, one level deep."""

_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper"
_DTYPE = re.compile(r"[<>|=]?([biufcSUVmMO])(\d{1,9})")
_WIDE = 4
"""Bytes of one letter of numpy's text."""

_MARK, _UNKNOWN = object(), object()


class LostTrackError(Exception):
    """The instructions lead somewhere that signs cannot follow."""


@dataclass(slots=True)
class _Made:
    """What a call would give: `of` what, from which arguments, and the state that it is then given."""

    of: Any
    arguments: Any = None
    state: Any = None


@dataclass(slots=True)
class Names:
    """What was found."""

    found: set[str] = field(default_factory=set)
    """Dotted names, as the pickle gives them."""
    protocol: int = 0
    whole: bool = True
    """Whether every instruction could be followed to the end."""


def names_in(content: bytes) -> Names:
    """Return what a pickle names to be imported, as far as it can be told without running it."""
    names = Names()
    reader = _Reader(io.BytesIO(content), names)
    try:
        reader.follow(0)
    except (LostTrackError, ValueError, IndexError, KeyError, TypeError, OverflowError, RecursionError):
        # pickletools is stricter than what opens pickles: what it cannot read may still be run.
        names.whole = False
    return names


class _Reader:
    """Follows one stream of instructions."""

    def __init__(self, stream: io.BytesIO, names: Names) -> None:
        self._stream = stream
        self._names = names
        self._left = MOST_OPCODES

    def follow(self, nested: int) -> None:
        """Read one pickle, up to the instruction that ends it."""
        if nested > MOST_NESTED:
            raise LostTrackError
        stack: list[Any] = []
        memo: dict[int, Any] = {}
        for opcode, argument, _ in pickletools.genops(self._stream):
            self._left -= 1
            if self._left < 0:
                raise LostTrackError
            self._step(opcode, argument, stack, memo)
            is_array = opcode.name == "BUILD" and isinstance(stack[-1], _Made) and stack[-1].of == _ARRAY
            if is_array:
                self._skip_array(stack[-1].state, nested)

    def _step(self, opcode: Any, argument: Any, stack: list[Any], memo: dict[int, Any]) -> None:
        match opcode.name:
            case "PROTO":
                self._names.protocol = max(self._names.protocol, argument)
            case "PUT" | "BINPUT" | "LONG_BINPUT":
                memo[argument] = stack[-1]
            case "MEMOIZE":
                memo[len(memo)] = stack[-1]
            case "GET" | "BINGET" | "LONG_BINGET":
                stack.append(memo[argument])
            case "GLOBAL":
                stack.append(self._named(*argument.split(" ", 1)))
            case "INST":
                _above_mark(stack)
                stack.append(_Made(self._named(*argument.split(" ", 1))))
            case "STACK_GLOBAL":
                name, module = stack.pop(), stack.pop()
                stack.append(self._named(module, name))
            case "EXT1" | "EXT2" | "EXT4" | "PERSID" | "BINPERSID":
                # What these stand for is decided by whoever opens the pickle.
                self._names.whole = False
                _by_shape(opcode, None, stack)
            case name:
                _VALUES.get(name, lambda argument, stack: _by_shape(opcode, argument, stack))(argument, stack)

    def _named(self, module: Any, name: Any) -> Any:
        if not isinstance(module, str) or not isinstance(name, str):
            self._names.whole = False
            return _UNKNOWN
        self._names.found.add(f"{module}.{name}")
        return f"{module}.{name}"

    def _skip_array(self, state: Any, nested: int) -> None:
        """Go on behind the bytes of an array, which joblib writes after the instructions that describe it."""
        dtype, shape = state["dtype"], state["shape"]
        described = _DTYPE.fullmatch(dtype.arguments[0]) if isinstance(dtype, _Made) else None
        if described is None:
            raise LostTrackError
        kind, size = described[1], int(described[2])
        if kind == "O":
            self.follow(nested + 1)
            return
        if state.get("numpy_array_alignment_bytes") is not None:
            (padding,) = self._stream.read(1)
            self._stream.seek(padding, io.SEEK_CUR)
        self._stream.seek(math.prod(shape) * size * (_WIDE if kind == "U" else 1), io.SEEK_CUR)


def _above_mark(stack: list[Any]) -> list[Any]:
    """Take what lies above the last mark, and the mark."""
    above: list[Any] = []
    while (top := stack.pop()) is not _MARK:
        above.append(top)
    return above[::-1]


def _by_shape(opcode: Any, argument: Any, stack: list[Any]) -> None:
    """Do to the stack what every instruction of its kind does, without knowing what it means."""
    before = [one.name for one in opcode.stack_before]
    if "mark" in before:
        _above_mark(stack)
        before = before[: before.index("mark")]
    for _ in before:
        stack.pop()
    is_plain = isinstance(argument, int | str)
    stack += [argument if is_plain else _UNKNOWN for _ in opcode.stack_after]


def _put(key: Any, value: Any, into: Any) -> None:
    if isinstance(into, dict) and isinstance(key, str):
        into[key] = value


def _set_item(_: Any, stack: list[Any]) -> None:
    value, key = stack.pop(), stack.pop()
    _put(key, value, stack[-1])


def _set_items(_: Any, stack: list[Any]) -> None:
    above = _above_mark(stack)
    for key, value in zip(above[::2], above[1::2], strict=True):
        _put(key, value, stack[-1])


def _make(_: Any, stack: list[Any]) -> None:
    arguments, of = stack.pop(), stack.pop()
    stack.append(_Made(of, arguments))


def _build(_: Any, stack: list[Any]) -> None:
    state = stack.pop()
    if isinstance(stack[-1], _Made):
        stack[-1].state = state


def _take(number: int) -> Any:
    def take(_: Any, stack: list[Any]) -> None:
        taken = [stack.pop() for _ in range(number)]
        stack.append(tuple(taken[::-1]))

    return take


_VALUES: dict[str, Any] = {
    "MARK": lambda _, stack: stack.append(_MARK),
    "NONE": lambda _, stack: stack.append(None),
    "NEWTRUE": lambda _, stack: stack.append(True),
    "NEWFALSE": lambda _, stack: stack.append(False),
    "DUP": lambda _, stack: stack.append(stack[-1]),
    "EMPTY_DICT": lambda _, stack: stack.append({}),
    "TUPLE": lambda _, stack: stack.append(tuple(_above_mark(stack))),
    "EMPTY_TUPLE": _take(0),
    "TUPLE1": _take(1),
    "TUPLE2": _take(2),
    "TUPLE3": _take(3),
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "REDUCE": _make,
    "NEWOBJ": _make,
    "BUILD": _build,
}
"""Instructions whose outcome must be known to find where an array ends; of all others only the shape counts."""
