"""The command line: read arguments, show the result, set the exit code. Nothing is decided here.

Each command is one module. stdout is output, stderr is talk; whatever goes wrong ends in one paragraph and a code.
"""

import gc
import os
import sys
import traceback
import warnings
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import NoReturn

import typer

from fateaudit.cli import (
    checklist,
    demo,
    digests,
    doctor,
    explain,
    gate,
    inspect,
    keygen,
    policy,
    recheck,
    report,
    run,
    schema,
    sign,
    verify,
    whatif,
)
from fateaudit.errors import AuditFailedError, ExitCode, FateauditError, UsageError

_BAD_USAGE: type[Exception] = typer.BadParameter.__bases__[0]
"""The base of all that typer says about wrong arguments; it has no public name."""

app = typer.Typer(
    name="fateaudit",
    help="Audit a model against limits fixed beforehand, and say honestly what cannot be told.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for _module in (demo, run, gate, report, keygen, sign, verify, schema, doctor, recheck, whatif, explain, inspect):
    app.command(name=_module.__name__.rpartition(".")[2], help=_module.__doc__)(_module.command)
app.command(name="digests", help=digests.__doc__)(digests.command)
app.add_typer(checklist.app, name="checklist")
app.add_typer(policy.app, name="policy")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fateaudit {installed_version('fateaudit')}")
        raise typer.Exit


@app.callback()
def _root(
    *, version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version.")
) -> None:
    """Say what the exit codes mean."""


def main() -> NoReturn:
    """Run the command line and exit with a code of `ExitCode`."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # text streams have it
    if not sys.warnoptions:
        # A library's warning tells an officer nothing, and may quote a row.
        warnings.simplefilter("ignore")
    # Most of what is made lives until the end; to look for garbage as often as Python does takes a sixth of the time.
    gc.set_threshold(50_000, 20, 20)
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        answer = app(prog_name="fateaudit", standalone_mode=False)
        sys.stdout.flush()
        if answer == ExitCode.INTERRUPTED:
            # typer makes this of Ctrl-C, and says nothing.
            raise KeyboardInterrupt  # noqa: TRY301 - told below, as one that reaches here by itself
    except (KeyboardInterrupt, typer.Abort):
        print("error: interrupted; nothing was left half-written", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Nobody reads any more; without this, closing stdout at exit would complain a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - a crash must not print a traceback: its text may quote a row
        known = _explained(error)
        print(f"error: {known}", file=sys.stderr)
        return known.exit_code
    return answer if isinstance(answer, int) else ExitCode.OK


def _usage(error: Exception) -> str:
    """Return where wrong arguments are explained: with the command that was typed, and the option that it lacks."""
    command = getattr(getattr(error, "ctx", None), "command_path", "fateaudit")
    lacks = [name for name in getattr(getattr(error, "param", None), "opts", []) if name.startswith("--")]
    of_command = "" if command == "fateaudit" else f"; or for this command: {command} --help"
    return f"{f'add {lacks[0]} …; ' if lacks else ''}type: fateaudit --help{of_command}"


def _explained(error: Exception) -> FateauditError:
    """Return `error` as a paragraph for a person, with nothing of what a library said about the data."""
    match error:
        case FateauditError():
            return error
        case _ if isinstance(error, _BAD_USAGE):
            return UsageError(str(error).removeprefix("Value error, "), hint=_usage(error))
        case OSError():
            what = f"{error.filename}: " if isinstance(error.filename, str) else ""
            return AuditFailedError(
                f"{what}{error.strerror or type(error).__name__}", hint="check the path, and who may use it"
            )
        case MemoryError():
            return AuditFailedError("there is not enough memory for this audit", hint="audit fewer rows")
        case _:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            return AuditFailedError(
                f"fateaudit itself failed: {type(error).__name__} in {place}",
                hint="this is a defect; report it with this line and `fateaudit --version`",
            )
