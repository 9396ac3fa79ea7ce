"""YAML and JSON with line numbers, read into validated values.

Everything here is hostile until validated: sizes and depth are bounded, aliases and duplicate keys are refused,
and a mistake is reported with the line it stands on. What the values mean is not known here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)
from ruamel.yaml.reader import ReaderError

from fateaudit.errors import DamagedFileError, PolicyError, did_you_mean

MAX_YAML_BYTES = 1 << 18
"""Reading YAML with line numbers takes some 20 s a megabyte."""

MAX_DEPTH = 24
MAX_DIGITS = 300
"""Python refuses to read numbers of more than some thousand digits, and a float ends at 309."""

UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no text of ours holds: control characters, those that turn the direction of writing, halves of characters.

A terminal obeys some of them, and others show a reader something else than what stands there.
"""

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
        raise PolicyError(f"{name} is larger than 256 KiB", hint="a policy is a few pages; check the file name")
    text = _decode(content, name)
    try:
        _refuse_what_is_not_plain(text, name)
        reader = YAML(typ="rt", pure=True)
        reader.Constructor = _PlainConstructor
        tree = reader.load(text)
    except (YAMLError, ValueError) as error:
        raise _syntax_error(error, name, text) from None
    lines: dict[Location, int] = {}
    data = _plain(tree, (), lines, name)
    if not isinstance(data, dict):
        raise PolicyError(f"{name} is not a mapping of settings", where=[name], hint="see `fateaudit schema policy`")
    return Document(name, data, lines, tuple(text.splitlines()))


class _PlainConstructor(RoundTripConstructor):
    """Dates stay as they are written, as in YAML 1.2: there is no 31 February to stumble over."""


_PlainConstructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(
            f"{name} is not UTF-8 text", where=[f"{name}:{line}"], hint="save it again with the encoding UTF-8"
        ) from None


def _refuse_what_is_not_plain(text: str, name: str) -> None:
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        where = [f"{name}:{event.start_mark.line + 1}"] if event.start_mark else []
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise PolicyError("aliases and anchors (& and *) are not read", where=where, hint="write the value out")
        if isinstance(event, NodeEvent) and getattr(event, "tag", None):
            raise PolicyError("tags (!) are not read", where=where, hint="write the plain value")
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            raise PolicyError("directives (%) are not read", where=where, hint="remove the line: this is YAML 1.2")
        if isinstance(event, ScalarEvent):
            _refuse_odd_scalar(event.value, where)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > MAX_DEPTH:
            raise PolicyError("settings are nested too deeply", where=where, hint="see `fateaudit schema policy`")


def _refuse_odd_scalar(value: str, where: list[str]) -> None:
    if value == "<<":
        raise PolicyError("merge keys (<<) are not read", where=where, hint="write the settings out")
    if UNSAFE.search(value):
        raise PolicyError(
            "there is a control character in this text", where=where, hint="delete it; \\e and \\x are not for names"
        )
    if len(value) > MAX_DIGITS and value.lstrip("+-").replace("_", "").isdigit():
        raise PolicyError("this number is too long", where=where, hint="write it shorter, or put it in quotes")


def _syntax_error(error: Exception, name: str, text: str) -> PolicyError:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "this is not readable as YAML text")
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return PolicyError(f"{name} holds a control character", where=[f"{name}:{line}"], hint="delete it in that line")
    where = [f"{name}:{mark.line + 1}"] if mark else [name]
    if problem.startswith("found duplicate key"):
        key = problem.removeprefix('found duplicate key "').partition('" with value')[0]
        return PolicyError(f'the key "{key}" stands twice', where=where, hint="remove one; neither is chosen for you")
    if problem == "but found another document":
        return PolicyError(f"{name} holds a second document", where=where, hint="keep one; remove the line --- or ...")
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
        # A mistyped setting is also a missing one; the line with the typing error is the one to mend.
        problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        described = [_describe(problem, kind) for problem in problems]
        where = [document.where(*problems[0]["loc"])]
        others = [problem for problem in problems[1:] if _path(problem) != _path(problems[0])]
        if others:
            lines = ", ".join(map(str, sorted({document.line_of(problem["loc"]) for problem in others})))
            where.append(f"and {len(others)} more, at line {lines}")
        hint = next((hint for _, hint in described if hint), "see `fateaudit schema policy`")
        raise PolicyError(described[0][0], where=where, hint=hint) from None


def _path(problem: ErrorDetails) -> str:
    """Return the way to a mistake, `checks.0.limit`, without the parts that a validator adds and nobody wrote."""
    parts = [str(part) for part in problem["loc"]]
    return ".".join(part for part in parts if not (part[:1].isupper() or re.search(r"[\[(]|constrained-", part)))


_EXPLAINED = {
    "finite_number": ("must be a finite number", "write an ordinary number, for example 0.8"),
    "float_type": ("must be a number", "write it without quotes and without %, for example 0.8"),
    "int_type": ("must be a whole number", "write it without quotes, for example 30"),
    "missing": ("is missing", 'add "{name}: …" there'),
    "model_type": ("must be settings, a name and a value each", "write {{ name: value }}, or lines indented below it"),
    "string_too_short": ("is empty", "write it out, in quotes"),
    "string_type": ("must be text", 'write it in quotes: {name}: "…"'),
    "too_short": ("holds too few entries", "add what is missing, or see `fateaudit schema policy`"),
    "tuple_type": ("must be a list", "write [one, two], or lines that begin with a dash"),
}
"""What the commonest validation errors mean, and what to type."""


def _describe(problem: ErrorDetails, kind: type[BaseModel]) -> tuple[str, str]:
    """Return a sentence for one validation error, and a hint when there is one."""
    path = _path(problem)
    last = path.rpartition(".")[2]
    match problem["type"]:
        case "extra_forbidden":
            return f'"{path}" is not a setting', did_you_mean(last, _field_names(kind)) or "remove it"
        case "value_error":
            # A reason written in one of our own validators: "what | what to type".
            what, _, hint = problem["msg"].removeprefix("Value error, ").partition(" | ")
            return f"{path}: {what}" if path else what, hint
        case "literal_error" | "enum":
            return _describe_choice(problem, path)
        case found if found in _EXPLAINED:
            what, hint = _EXPLAINED[found]
            return f'"{path}" {what}', hint.format(name=last)
        case _:
            return f'"{path}": {problem["msg"][:1].lower()}{problem["msg"][1:]}', ""


def _describe_choice(problem: ErrorDetails, path: str) -> tuple[str, str]:
    expected, written = str(problem.get("ctx", {}).get("expected", "")), problem["input"]
    words = [word for word in re.findall("'([^']*)'", expected) if word.isidentifier()]
    near = did_you_mean(written, words) if isinstance(written, str) else ""
    if str(problem["loc"][-1]).startswith("literal["):
        return f'"{path}" must be {expected} or a list', near or "write a list: [one, two]"
    return f'"{path}" must be {expected}', near or f"write {path.rpartition('.')[2]}: {expected}"


def _field_names(kind: type[BaseModel]) -> set[str]:
    schema = kind.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


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
