"""YAML text → plain data with the line of each part. Size and depth are bounded; aliases and double keys refused."""

from functools import lru_cache
from typing import Any

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

from fateaudit.documents.values import UNSAFE, Document, Location
from fateaudit.errors import PolicyError

MAX_YAML_BYTES = 1 << 18
"""Reading YAML with line numbers takes some 20 s a megabyte."""

KEPT = 16
"""An audit and its check read the policy, the answers and the list of questions several times each."""

MAX_DEPTH = 24
MAX_DIGITS = 300
"""Python refuses to read numbers of more than some thousand digits, and a float ends at 309."""


@lru_cache(maxsize=KEPT)
def read_yaml(content: bytes, name: str) -> Document:
    """Read one YAML document, or return what was read of the same bytes before: nobody writes into a document.

    Raises PolicyError for anything but plain mappings, lists and scalars: an alias can grow without bound, a tag
    can construct, and of two equal keys one would be lost without a word.
    """
    if len(content) > MAX_YAML_BYTES:
        raise PolicyError(
            f"{name} is larger than 256 KiB", hint="what people write here is a few pages; check the file name"
        )
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
        raise PolicyError(f"{name} is not a mapping of settings", where=[name], hint="write lines like name: value")
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
            raise PolicyError("settings are nested too deeply", where=where, hint="write them with fewer levels")


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
