"""Say what a model's file is and how it would be run; nothing of it is run."""

import json
import textwrap
from typing import TYPE_CHECKING

import typer

from fateaudit.cli.showing import note, strong
from fateaudit.errors import ExitCode, MissingLibraryError, printable

if TYPE_CHECKING:
    from fateaudit.models.inspecting import Inspected, Several

WIDTH = 96

KIND_WORDS = {
    "skops": "a .skops file of scikit-learn",
    "onnx": "an ONNX graph",
    "xgboost": "an XGBoost model",
    "lightgbm": "a LightGBM model",
    "catboost": "a CatBoost model",
    "callable": "source of Python",
    "pickle": "a pickle",
    "compressed": "a compressed file, as joblib writes pickles",
    "zip": "a zip archive, and no .skops file",
    "parquet": "a Parquet table, no model",
    "csv": "text, no model that this version knows",
    "empty": "empty",
    "unknown": "unknown: nothing that this version recognises",
    "mlflow": "a folder that MLflow wrote",
    "endpoint": "an address",
}

FACT_WORDS: dict[str, str] = {
    "packed": "Packed with",
    "unpacked_bytes": "Unpacked, in bytes",
    "protocol": "Pickle protocol",
    "foreign_imports": "Names to import, of other libraries than scikit-learn's own",
    "imports": "Names to import, of scikit-learn and what it is built on",
    "unknown_types": "Types that are not on the list of harmless ones",
    "types": "Types",
    "versions": "Saved by",
    "version": "Version",
    "producer": "Made by",
    "objective": "Objective",
    "booster": "Made of",
    "features": "How many columns it reads",
    "columns": "Columns",
    "opsets": "Sets of operators",
    "inputs": "Inputs",
    "outputs": "Outputs",
    "operators": "Operators",
    "foreign_operators": "Operators that only a library of its maker has",
    "elsewhere": "Keeps part of itself in other files",
    "holds": "Holds",
    "functions": "Functions",
    "source_imports": "Imports that are written out",
    "flavours": "Flavours",
    "loaders": "Would have this imported to be opened, and it is not",
    "files": "Files and folders it names",
}

_ORDER = list(FACT_WORDS)

WAY_WORDS: dict[str, str] = {
    "opened": "It is opened without being asked for by name, in a process of its own that is locked first.",
    "only with --allow-pickle": "Only with --allow-pickle: opening it runs whatever its maker wrote. That is done in a "
    "process that is locked first, and the report says so.",
    "only with --allow-callable": "Only with --allow-callable, and as model.path: MODULE:FUNCTION. Whatever its maker "
    "wrote is run in a process that is locked first, and the report says so.",
    "needs an extra": "It needs a library that is not installed. Type: pip install 'fateaudit[{kind}]'",
    "not on this machine": "Not on this machine: it runs code of its maker, and nothing here would keep that from your "
    "files.",
}
_REFUSED = {
    "unknown_types": "It is refused: some of its types are not on the list of harmless ones.",
    "foreign_operators": "It is refused: only a library of its maker could run it.",
    "elsewhere": "It is refused: what is hashed would not be all that runs.",
}
_NOT_READ = "It is refused: this version runs no such file."
_TROUBLE = "It is refused: see the error."
POLICY_WORDS = {
    "mlflow": "Its own loader is never called. The native model file that it names is opened as that file would be.",
    "endpoint": "Nothing was asked. An address is asked only for an audit, where a policy names it in model.path.",
}

NOT_WHOLE = "It may ask for more than stands here: not all of it can be read. What is not known is not clean."
NO_CLEARANCE = "What a pickle names can be hidden from any reader. This list is information, and no clearance."


def command(
    model: str = typer.Argument(..., metavar="MODEL", help="A file, an MLflow folder, or MODULE:FUNCTION."),
    *,
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> int:
    """Print what is known; exit 0, or 1 for a damaged file."""
    from fateaudit.models.inspecting import inspect_model  # noqa: PLC0415 - heavy

    note("looking, in a locked process …")
    found = inspect_model(model)
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=1, ensure_ascii=False))
    else:
        _show(found)
    if found.problem is not None and not isinstance(found.problem, MissingLibraryError):
        raise found.problem
    return ExitCode.OK


def _show(found: "Inspected") -> None:
    name = found.artifact.name if found.artifact else "The model"
    typer.echo(f"{strong(printable(name))}: {KIND_WORDS[found.kind]}")
    if found.artifact is not None:
        typer.echo(f"  Size    {found.artifact.size:,} bytes\n  Sha256  {found.artifact.sha256}")
    for fact, several in sorted((found.facts or {}).items(), key=lambda one: _ORDER.index(one[0])):
        _say(f"{FACT_WORDS[fact]}: {_listed(several)}")
    if found.facts and not found.whole:
        _say(NOT_WHOLE)
    if found.kind in {"pickle", "compressed"}:
        _say(NO_CLEARANCE)
    typer.echo(f"\n{strong('How it would be run')}")
    _say(_way(found))
    if found.isolation is not None:
        typer.echo(f"\n{strong('What locks its process on this machine')}")
        _say(_locks(found))
    typer.echo("\nNothing of it was built, run or asked.")


def _say(text: str) -> None:
    for line in textwrap.wrap(printable(text), WIDTH - 2, break_on_hyphens=False, max_lines=40, placeholder=" …"):
        typer.echo(f"  {line}")


def _listed(several: "Several") -> str:
    more = several.count - len(several.values)
    return ", ".join(several.values) + (f" and {more:,} more" if more else "")


def _way(found: "Inspected") -> str:
    if found.way in WAY_WORDS:
        return WAY_WORDS[found.way].replace("{kind}", found.kind)
    if found.problem is not None:
        return _TROUBLE
    because = (said for fact, said in _REFUSED.items() if fact in (found.facts or {}))
    return POLICY_WORDS.get(found.kind) or next(because, _NOT_READ)


def _locks(found: "Inspected") -> str:
    isolation = found.isolation
    assert isolation is not None  # noqa: S101 - asked where it is not
    landlock = f"Landlock, version {isolation.landlock}" if isolation.landlock else "no Landlock: files are not kept"
    parts = [
        landlock,
        "seccomp" if isolation.seccomp else "no seccomp",
        "bubblewrap" if isolation.bubblewrap else "no bubblewrap",
        "limits of memory and time" if isolation.rlimits else "no limits",
    ]
    return f"{', '.join(parts)}."


def _as_data(found: "Inspected") -> dict[str, object]:
    isolation = found.isolation
    return {
        "format": found.kind,
        "name": found.artifact.name if found.artifact else None,
        "size": found.artifact.size if found.artifact else None,
        "sha256": found.artifact.sha256 if found.artifact else None,
        "way": found.way.value,
        "facts": {fact.value: several.model_dump(mode="json") for fact, several in (found.facts or {}).items()},
        "whole": found.whole,
        "problem": found.problem.message if found.problem else None,
        "isolation": isolation
        and {
            "landlock": isolation.landlock,
            "seccomp": isolation.seccomp,
            "bubblewrap": isolation.bubblewrap,
            "rlimits": isolation.rlimits,
        },
    }
