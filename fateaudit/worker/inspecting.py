"""What a model's file says of itself, read without constructing anything of it.

Everything here runs in the locked process: to take a file apart is already more than a hostile one should be trusted
with. A list of names is what could be read. It is never a clearance.
"""

from __future__ import annotations

import ast
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from fateaudit.worker.boosters import read_lightgbm, read_xgboost
from fateaudit.worker.pickle_names import names_in
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.unpacking import unpack

Facts: TypeAlias = dict[str, list[str]]

MOST_VALUES, MOST_LETTERS = 100, 200

USUAL = frozenset({"builtins", "collections", "copyreg", "joblib", "numpy", "pandas", "pyarrow", "scipy", "sklearn"})
"""Libraries that fitted scikit-learn pipelines come from. That a name is of these says nothing about what it does."""


def inspect_content(kind: str, content: bytes) -> dict[str, Any]:
    """Return what a file of the format `kind` says of itself: facts, each with its values, and whether that is all.

    Raises ProblemError for a damaged file, and NEEDS_EXTRA where only a library that is not installed reads it.
    """
    facts, whole = READERS.get(kind, _nothing)(content)
    return {
        "facts": {
            name: {"values": [_short(value) for value in values[:MOST_VALUES]], "count": len(values)}
            for name, values in facts.items()
            if values
        },
        "whole": whole,
    }


def _short(value: str) -> str:
    """Return a value as one short line: what is no letter is written out."""
    shown = value if len(value) <= MOST_LETTERS else f"{value[:MOST_LETTERS]}…"
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown)


def _nothing(_: bytes) -> tuple[Facts, bool]:
    return {}, False


def _pickle(content: bytes) -> tuple[Facts, bool]:
    names = names_in(content)
    usual = {name for name in names.found if name.partition(".")[0] in USUAL}
    return {
        "protocol": [str(names.protocol)],
        "imports": sorted(usual),
        "foreign_imports": sorted(names.found - usual),
    }, names.whole


def _compressed(content: bytes) -> tuple[Facts, bool]:
    inside = unpack(content)
    if inside is None:
        return {}, False
    facts, whole = _pickle(inside.content)
    return {"packed": [inside.how], "unpacked_bytes": [str(len(inside.content))], **facts}, whole and inside.whole


def _skops(content: bytes) -> tuple[Facts, bool]:
    import json  # noqa: PLC0415 - only here

    from fateaudit.worker.skops_files import ALLOWED_TYPES, types_of  # noqa: PLC0415 - only where it is one

    unknown = types_of(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            schema = json.loads(archive.read("schema.json"))
        nodes = list(_nodes(schema))
        types = {f"{node['__module__']}.{node['__class__']}" for node in nodes if "__class__" in node}
        sklearn = {str(node["_sklearn_version"].get("content")) for node in nodes if "_sklearn_version" in node}
        skops = str(schema.get("_skops_version"))
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError, zipfile.BadZipFile, OSError):
        raise ProblemError(Problem.DAMAGED) from None
    return {
        "types": sorted(one for one in types if not one.startswith("builtins.")),
        "unknown_types": sorted(unknown - ALLOWED_TYPES),
        "versions": [f"skops {skops}", *(f"scikit-learn {version.strip(_QUOTE)}" for version in sorted(sklearn))],
    }, True


_QUOTE = '"'


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in the JSON of a schema."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _zip(content: bytes) -> tuple[Facts, bool]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {"holds": sorted(archive.namelist())}, True
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ProblemError(Problem.DAMAGED) from None


def _python(content: bytes) -> tuple[Facts, bool]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        raise ProblemError(Problem.DAMAGED) from None
    parts = list(ast.walk(tree))
    imported = {name.name for part in parts if isinstance(part, ast.Import) for name in part.names}
    imported |= {part.module or "." for part in parts if isinstance(part, ast.ImportFrom)}
    functions = [part.name for part in tree.body if isinstance(part, ast.FunctionDef)]
    # Source can import in ways that do not look like it.
    return {"functions": functions, "source_imports": sorted(imported)}, False


def _onnx(content: bytes) -> tuple[Facts, bool]:
    from fateaudit.worker.libraries import load  # noqa: PLC0415 - only where it is one
    from fateaudit.worker.onnx_facts import facts_of  # noqa: PLC0415 - as above

    return facts_of(content, load("onnx", extra="onnx")), True


def _mlflow(content: bytes) -> tuple[Facts, bool]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only where it is one
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - as above

    try:
        said = YAML(typ="safe", pure=True).load(io.BytesIO(content))
        flavours = {str(name): dict(flavour or {}) for name, flavour in said["flavors"].items()}
    except (YAMLError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise ProblemError(Problem.DAMAGED) from None
    return {
        "flavours": sorted(flavours),
        "loaders": [str(flavour["loader_module"]) for flavour in flavours.values() if "loader_module" in flavour],
        "files": sorted(
            {str(flavour[key]) for flavour in flavours.values() for key in _FILE_KEYS if flavour.get(key) is not None}
        ),
    }, True


_FILE_KEYS = ("data", "model_path", "pickled_model", "model_data", "python_model", "artifacts", "code")

READERS: dict[str, Callable[[bytes], tuple[Facts, bool]]] = {
    "skops": _skops,
    "onnx": _onnx,
    "xgboost": lambda content: (read_xgboost(content), True),
    "lightgbm": lambda content: (read_lightgbm(content), True),
    "pickle": _pickle,
    "compressed": _compressed,
    "zip": _zip,
    "callable": _python,
    "mlflow": _mlflow,
}
"""For each format, what reads it. Of any other, nothing is known but that it is one."""
