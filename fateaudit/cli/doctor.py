"""Say whether this computer can run audits and make reports."""

import ctypes.util
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import typer

from fateaudit.errors import FateauditError, MissingLibraryError
from fateaudit.resources import folder

NEEDED = (
    "fairlearn",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "ruamel.yaml",
    "scikit-learn",
    "scipy",
    "skops",
    "weasyprint",
)
PANGO = {"libpango-1.0-0": "pango-1.0", "libpangoft2-1.0-0": "pangoft2-1.0", "libharfbuzz-subset0": "harfbuzz-subset"}
"""Debian's package for each library that the report's typesetting needs."""


def command() -> None:
    """Check, line by line; exit 1 when something is missing."""
    missing = []
    for is_there, what, remedy in _checks():
        typer.echo(
            f"{'ok     ' if is_there else 'MISSING'}  {what}" + ("" if is_there else f"\n         type: {remedy}")
        )
        missing += [] if is_there else [what]
    if missing:
        raise MissingLibraryError(f"{len(missing)} of the above is missing", hint="install it, then: fateaudit doctor")
    typer.echo("This computer can run audits and make reports. Nothing is sent anywhere.")


def _checks() -> Iterator[tuple[bool, str, str]]:
    """Yield whether each thing is there, what it is, and what to type when it is not."""
    yield sys.version_info >= (3, 11), f"Python {platform.python_version()} (3.11 or newer)", "install Python 3.11"
    for name in NEEDED:
        try:
            yield True, f"{name} {version(name)}", ""
        except PackageNotFoundError:
            yield False, name, "pip install fateaudit"
    for package, library in PANGO.items():
        yield ctypes.util.find_library(library) is not None, f"{library}, for the PDF", f"apt-get install {package}"
    for name in ("checklists", "report_templates", "sample_models"):
        try:
            yield folder(name).is_dir(), f"{name}, shipped with fateaudit", "pip install --force-reinstall fateaudit"
        except FateauditError as error:
            yield False, name, error.hint
