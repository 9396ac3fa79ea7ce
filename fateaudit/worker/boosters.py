"""What the head of a boosted-trees model says: its version, its objective, its columns. Its library is not asked.

Sources: XGBoost's JSON schema, Universal Binary JSON (ubjson.org, draft 12), LightGBM's text format.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from fateaudit.worker.problems import Problem, ProblemError

MOST_NESTED = 60

_NUMBERS = {b"i": ">b", b"U": ">B", b"I": ">h", b"l": ">i", b"L": ">q", b"d": ">f", b"D": ">d"}
_PLAIN = {b"Z": None, b"N": None, b"T": True, b"F": False}


def read_xgboost(content: bytes) -> dict[str, list[str]]:
    """Return facts from a model in JSON or UBJSON. Raises ProblemError for anything else."""
    try:
        model = json.loads(content) if content.lstrip()[1:2] in b'"\n\r\t ' else _Ubj(content).value()
        learner = model["learner"]
        features = int(learner["learner_model_param"]["num_feature"])
        return {
            "version": [".".join(str(int(part)) for part in model["version"])],
            "objective": [str(learner["objective"]["name"])],
            "booster": [str(learner["gradient_booster"]["name"])],
            "features": [str(features)],
            "columns": [str(name) for name in learner.get("feature_names", [])],
        }
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error):
        raise ProblemError(Problem.DAMAGED) from None


def read_lightgbm(content: bytes) -> dict[str, list[str]]:
    """Return facts from the lines before the first tree. Raises ProblemError where there are none."""
    head = content.split(b"\n\nTree=", 1)[0].decode("utf-8", "replace")
    said = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
    if "version" not in said or "feature_names" not in said:
        raise ProblemError(Problem.DAMAGED)
    columns = said["feature_names"].split()
    return {
        "version": [said["version"]],
        "objective": [said[name] for name in ("objective",) if name in said],
        "features": [str(len(columns))],
        "columns": columns,
    }


class _Ubj:
    """Reads one value of Universal Binary JSON; of long arrays of numbers, as trees are kept, only that they are."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def value(self, kind: bytes = b"", nested: int = 0) -> Any:
        """Return the next value; `kind` where it was said before."""
        if nested > MOST_NESTED:
            raise ValueError
        kind = kind or self._take(1)
        if kind in _NUMBERS:
            return self._number(kind)
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind == b"S":
            return self._text()
        if kind == b"C":
            return self._take(1).decode("latin-1")
        if kind == b"{":
            return self._object(nested)
        if kind == b"[":
            return self._array(nested)
        raise ValueError

    def _take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._content):
            raise ValueError
        self._at += size
        return self._content[self._at - size : self._at]

    def _number(self, kind: bytes) -> Any:
        form = _NUMBERS[kind]
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _length(self) -> int:
        return int(self._number(self._take(1)))

    def _text(self) -> str:
        return self._take(self._length()).decode("utf-8", "replace")

    def _next_is(self, sign: bytes) -> bool:
        is_next = self._content[self._at : self._at + 1] == sign
        self._at += is_next
        return is_next

    def _object(self, nested: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        kind = self._take(1) if self._next_is(b"$") else b""
        if self._next_is(b"#"):
            for _ in range(self._length()):
                name = self._text()
                found[name] = self.value(kind, nested + 1)
            return found
        while not self._next_is(b"}"):
            name = self._text()
            found[name] = self.value(b"", nested + 1)
        return found

    def _array(self, nested: int) -> list[Any]:
        kind = self._take(1) if self._next_is(b"$") else b""
        if self._next_is(b"#"):
            length = self._length()
            if kind in _NUMBERS and length > MOST_NESTED:
                self._take(length * struct.calcsize(_NUMBERS[kind]))
                return []
            return [self.value(kind, nested + 1) for _ in range(length)]
        found = []
        while not self._next_is(b"]"):
            found.append(self.value(b"", nested + 1))
        return found
