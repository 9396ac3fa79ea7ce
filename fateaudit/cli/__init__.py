"""The command line: read arguments, show the result, set the exit code. Nothing is decided here.

Each command is one module. stdout is output, stderr is talk; whatever goes wrong ends in one paragraph and a code.
"""

import os
import sys
import traceback
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import NoReturn

import typer

from fateaudit.cli import demo, doctor, gate, report, run, schema
from fateaudit.errors import ExitCode, FateauditError

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
for _module in (demo, run, gate, report, schema, doctor):
    app.command(name=_module.__name__.rpartition(".")[2], help=_module.__doc__)(_module.command)


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
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        answer = app(standalone_mode=False)
        sys.stdout.flush()
    except FateauditError as error:
        return _say(error, error.exit_code)
    except _BAD_USAGE as error:
        return _say(f"{error}\n  type: fateaudit --help", ExitCode.USAGE)
    except (KeyboardInterrupt, typer.Abort):
        return _say("interrupted; nothing was left half-written", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads any more; without this, closing stdout at exit would complain a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - a crash must not print a traceback: its text may quote a row
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        return _say(
            f"fateaudit itself failed: {type(error).__name__} in {place}\n"
            f"  this is a defect; report it with this line and `fateaudit --version`",
            ExitCode.FAILED,
        )
    return answer if isinstance(answer, int) else ExitCode.OK


def _say(problem: object, code: ExitCode) -> int:
    print(f"error: {problem}", file=sys.stderr)
    return code
