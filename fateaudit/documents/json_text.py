"""JSON text ↔ plain data: one form to write, and nothing but plain, finite, unambiguous values to read."""

import json
from collections.abc import Iterator
from typing import Any

from fateaudit.documents.values import UNSAFE
from fateaudit.errors import DamagedFileError


def read_json(content: bytes, name: str) -> Any:
    """Read JSON text. Raises DamagedFileError for duplicate keys, NaN, control characters, or what is not JSON."""
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_refuse_constant)
        is_safe = not any(UNSAFE.search(text) for text in _texts(data))
    except (ValueError, RecursionError):
        is_safe = False
    if not is_safe:
        raise DamagedFileError(
            f"{name} cannot be read: it is not the text that was written",
            hint="take a fresh copy, or run the audit again",
        )
    return data


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in JSON data, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield from (key for key in value if isinstance(value, dict))
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("duplicate key")
    return data


def _refuse_constant(constant: str) -> None:
    raise ValueError(constant)


def to_json(value: Any) -> bytes:
    """Return the one serialised form: sorted keys, one space of indent, no NaN, a final newline."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
