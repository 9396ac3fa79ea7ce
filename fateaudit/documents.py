"""YAML and JSON with line numbers, read into validated values.

Everything here is hostile until validated: sizes and depth are bounded, aliases and duplicate keys are refused,
and a mistake is reported with the line it stands on. What the values mean is not known here.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent, MappingEndEvent, NodeEvent, SequenceEndEvent

from fateaudit.errors import DamagedFileError, PolicyError, did_you_mean

MAX_YAML_BYTES = 1 << 20
MAX_DEPTH = 24

Location = tuple[str | int, ...]


class Frozen(BaseModel):
    """A value that crosses the disk: immutable, no unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


ModelT = TypeVar("ModelT", bound=Frozen)


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
        known = tuple(part for part in location if not isinstance(part, str) or part in self._keys())
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)

    def _keys(self) -> set[str]:
        """Return every key in the file: a validator adds parts to a location that nobody wrote."""
        return {part for location in self.lines for part in location if isinstance(part, str)}


def read_yaml(content: bytes, name: str) -> Document:
    """Read one YAML document.

    Raises PolicyError for anything but plain mappings, lists and scalars: an alias can grow without bound, a tag
    can construct, and of two equal keys one would be lost without a word.
    """
    if len(content) > MAX_YAML_BYTES:
        raise PolicyError(f"{name} is larger than 1 MiB", hint="a policy is a page or two of text; check the file name")
    try:
        _refuse_what_is_not_plain(content, name)
        tree = YAML(typ="rt", pure=True).load(content)
    except (YAMLError, UnicodeError, ValueError) as error:
        raise _syntax_error(error, name) from None
    lines: dict[Location, int] = {}
    data = _plain(tree, (), lines, name)
    if not isinstance(data, dict):
        raise PolicyError(f"{name} is not a mapping of settings", hint="start from `fateaudit schema policy`")
    return Document(name, data, lines, tuple(content.decode().splitlines()))


def _refuse_what_is_not_plain(content: bytes, name: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(content):
        where = [f"{name}:{event.start_mark.line + 1}"] if event.start_mark else []
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise PolicyError("aliases and anchors (& and *) are not read", where=where, hint="write the value out")
        if isinstance(event, NodeEvent) and getattr(event, "tag", None):
            raise PolicyError("tags (!) are not read", where=where, hint="write the plain value")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > MAX_DEPTH:
            raise PolicyError("settings are nested too deeply", where=where, hint="see `fateaudit schema policy`")


def _syntax_error(error: Exception, name: str) -> PolicyError:
    mark = getattr(error, "problem_mark", None)
    where = [f"{name}:{mark.line + 1}"] if mark else [name]
    problem = str(getattr(error, "problem", None) or "this is not readable as YAML text")
    if problem.startswith("found duplicate key"):
        key = problem.split('"')[1]
        return PolicyError(f'the key "{key}" stands twice', where=where, hint="remove one; neither is chosen for you")
    return PolicyError(f"{name} is not valid YAML: {problem}", where=where, hint="mend that line; indent with spaces")


def _plain(node: object, at: Location, lines: dict[Location, int], name: str) -> Any:
    """Return `node` as dict, list and scalars, noting the line of each part."""
    if isinstance(node, CommentedMap):
        lines.setdefault(at, node.lc.line + 1)
        for key in node:
            if not isinstance(key, str):
                raise PolicyError(
                    "a setting's name is not text", where=[f"{name}:{node.lc.key(key)[0] + 1}"], hint="put it in quotes"
                )
            lines[(*at, key)] = node.lc.key(key)[0] + 1
        return {str(key): _plain(value, (*at, str(key)), lines, name) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            lines[(*at, index)] = node.lc.item(index)[0] + 1
        return [_plain(value, (*at, index), lines, name) for index, value in enumerate(node)]
    if isinstance(node, dt.date | dt.datetime):
        return node.isoformat()
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def validate(document: Document, kind: type[ModelT]) -> ModelT:
    """Return the document as a `kind`, or raise PolicyError naming the first mistakes and their lines."""
    try:
        # Through JSON, because strict validation refuses lists for tuples and text for enums in Python mode.
        return kind.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        described = [_describe(problem, kind) for problem in problems]
        where = [document.where(*problems[0]["loc"])]
        if len(problems) > 1:
            others = ", ".join(sorted({str(document.line_of(problem["loc"])) for problem in problems[1:]}, key=int))
            where.append(f"and {len(problems) - 1} more, at line {others}")
        hint = next((hint for _, hint in described if hint), "see `fateaudit schema policy`")
        raise PolicyError(described[0][0], where=where, hint=hint) from None


def _describe(problem: ErrorDetails, kind: type[BaseModel]) -> tuple[str, str]:
    """Return a sentence for one validation error, and a hint when there is one."""
    path = ".".join(str(part) for part in problem["loc"] if not str(part)[:1].isupper())
    last = str(problem["loc"][-1]) if problem["loc"] else ""
    match problem["type"]:
        case "missing":
            return f'"{path}" is missing', f'add "{last}: …" there'
        case "extra_forbidden":
            return f'"{path}" is not a setting', did_you_mean(last, _field_names(kind)) or "remove it"
        case "value_error":
            # A reason written in one of our own validators: "what | what to type".
            what, _, hint = problem["msg"].removeprefix("Value error, ").partition(" | ")
            return f"{path}: {what}" if path else what, hint
        case _:
            return f"{path}: {problem['msg'].lower()}", ""


def _field_names(kind: type[BaseModel]) -> set[str]:
    schema = kind.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


def read_json(content: bytes, name: str) -> Any:
    """Read JSON text. Raises DamagedFileError for duplicate keys, NaN, or anything that is not JSON."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise DamagedFileError(
            f"{name} cannot be read: it is not the text that was written",
            hint="take a fresh copy, or run the audit again",
        ) from None


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
