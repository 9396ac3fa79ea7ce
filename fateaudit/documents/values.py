"""What every reader here has in common: values that cross the disk, documents with lines, and text that is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no text of ours holds: control characters, those that turn the direction of writing, halves of characters.

A terminal obeys some of them, and others show a reader something else than what stands there.
"""

Location = tuple[str | int, ...]


class Frozen(BaseModel):
    """A value that crosses the disk: immutable, no unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data from a YAML file, and the line on which each part of it stands (counted from 1)."""

    name: str
    data: Any
    lines: Mapping[Location, int]
    text: tuple[str, ...]

    def where(self, *location: str | int) -> str:
        """Return `fateaudit.yaml:19   - { name: gender }`: the file, the line and what stands there."""
        line = self.line_of(location)
        written = self.text[line - 1].strip() if line <= len(self.text) else ""
        return f"{self.name}:{line}   {written[:90]}".rstrip()

    def line_of(self, location: Location) -> int:
        """Return the line of `location`, or of the nearest thing around it that stands in the file."""
        if location in self.lines:
            return self.lines[location]
        keys = self._keys()
        known = tuple(part for part in location if not isinstance(part, str) or part in keys)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def _keys(self) -> set[str]:
        """Return every key in the file: a validator adds parts to a location that nobody wrote."""
        return {part for location in self.lines for part in location if isinstance(part, str)}
