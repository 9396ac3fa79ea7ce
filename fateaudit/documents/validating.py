"""A document → a validated value, or an error that names the mistake and its line."""

import json
import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fateaudit.documents.values import Document, Frozen
from fateaudit.errors import PolicyError, did_you_mean

ModelT = TypeVar("ModelT", bound=Frozen)

POLICY_HINT = "see `fateaudit schema policy`"


def validate(document: Document, kind: type[ModelT], *, hint: str = POLICY_HINT) -> ModelT:
    """Return the document as a `kind`, or raise PolicyError naming the first mistakes and their lines.

    `hint` says where to look when a mistake has no remedy of its own: what a right file of this kind is like.
    """
    try:
        # Through JSON, because strict validation refuses lists for tuples and text for enums in Python mode.
        return kind.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        # A mistyped setting is also a missing one; the line with the typing error is the one to mend.
        problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        described = [_describe(problem, kind, hint) for problem in problems]
        where = [document.where(*problems[0]["loc"])]
        others = [problem for problem in problems[1:] if _path(problem) != _path(problems[0])]
        if others:
            lines = ", ".join(map(str, sorted({document.line_of(problem["loc"]) for problem in others})))
            where.append(f"and {len(others)} more, at line {lines}")
        remedy = next((remedy for _, remedy in described if remedy), hint)
        raise PolicyError(described[0][0], where=where, hint=remedy) from None


def _path(problem: ErrorDetails) -> str:
    """Return the way to a mistake, `checks.0.limit`, without the parts that a validator adds and nobody wrote."""
    parts = [str(part) for part in problem["loc"]]
    return ".".join(part for part in parts if not (part[:1].isupper() or re.search(r"[\[(]|constrained-", part)))


def _shown(path: str, quote: str = '"') -> str:
    """Return how a person calls a place, counting from one: `checks.1.limit` is `the 2nd of checks: "limit"`."""
    shown, names = "", list[str]()
    for part in path.split("."):
        if part.isdigit():
            within = " of ".join(filter(None, [".".join(names), shown]))
            shown, names = f"the {_ordinal(int(part) + 1)} of {within}", []
        else:
            names.append(part)
    inner = f"{quote}{'.'.join(names)}{quote}" if names else ""
    return ": ".join(filter(None, [shown, inner]))


def _ordinal(number: int) -> str:
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in {11, 12, 13} else last}"


_EXPLAINED = {
    "finite_number": ("must be a finite number", "write an ordinary number, for example 0.8"),
    "float_type": ("must be a number", "write it without quotes and without %, for example 0.8"),
    "int_type": ("must be a whole number", "write it without quotes, for example 30"),
    "missing": ("is missing", 'add "{name}: …" there'),
    "model_type": ("must be settings, a name and a value each", "write {{ name: value }}, or lines indented below it"),
    "string_too_short": ("is empty", "write it out, in quotes"),
    "string_type": ("must be text", 'write it in quotes: {name}: "…"'),
    "too_short": ("holds too few entries", "add what is missing, or {hint}"),
    "tuple_type": ("must be a list", "write [one, two], or lines that begin with a dash"),
}
"""What the commonest validation errors mean, and what to type."""


def _describe(problem: ErrorDetails, kind: type[BaseModel], hint: str) -> tuple[str, str]:
    """Return a sentence for one validation error, and a remedy when there is one."""
    path = _path(problem)
    last = path.rpartition(".")[2]
    match problem["type"]:
        case "extra_forbidden":
            return f"{_shown(path)} is not a setting", did_you_mean(last, _field_names(kind)) or "remove it"
        case "value_error":
            # A reason written in one of our own validators: "what | what to type".
            what, _, remedy = problem["msg"].removeprefix("Value error, ").partition(" | ")
            return f"{_shown(path, '')}: {what}" if path else what, remedy
        case "literal_error" | "enum":
            return _describe_choice(problem, path)
        case found if found in _EXPLAINED:
            what, remedy = _EXPLAINED[found]
            return f"{_shown(path)} {what}", remedy.format(name=last, hint=hint)
        case _:
            return f"{_shown(path)}: {problem['msg'][:1].lower()}{problem['msg'][1:]}", ""


def _describe_choice(problem: ErrorDetails, path: str) -> tuple[str, str]:
    expected, written = str(problem.get("ctx", {}).get("expected", "")), problem["input"]
    words = [word for word in re.findall("'([^']*)'", expected) if word.isidentifier()]
    near = did_you_mean(written, words) if isinstance(written, str) else ""
    if str(problem["loc"][-1]).startswith("literal["):
        return f"{_shown(path)} must be {expected} or a list", near or "write a list: [one, two]"
    return f"{_shown(path)} must be {expected}", near or f"write {path.rpartition('.')[2]}: {expected}"


def _field_names(kind: type[BaseModel]) -> set[str]:
    schema = kind.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}
