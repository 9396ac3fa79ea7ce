"""What would another threshold change? Information only: nothing is recorded, and it exits 0."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fateaudit.artifacts import write_atomic
from fateaudit.cli.showing import note, strong
from fateaudit.cli.terms import ALLOW_CALLABLE, ALLOW_PICKLE, BATCH_ROWS, MEMORY, SECONDS, Typed
from fateaudit.cli.whatif_words import (
    FOR_GROUPS,
    INFORMATION,
    PICKED,
    as_csv,
    as_data,
    legend,
    said_gaps,
    said_search,
    said_spans,
    said_turns,
    table,
)
from fateaudit.errors import UsageError, printable
from fateaudit.policy import Principle
from fateaudit.policy.wording import count_of, limit_in_words, units

if TYPE_CHECKING:
    from fateaudit.sweeping import Sweep

POLICY = typer.Argument(Path("fateaudit.yaml"), metavar="[POLICY]", help="The policy file.", show_default=True)


def command(  # noqa: PLR0913 - a parameter is an option here
    policy: Path = POLICY,
    *,
    steps: int | None = typer.Option(
        None, "--steps", metavar="N", help="How many thresholds to test, 3 to 200; default: 40.", show_default=False
    ),
    out: Path | None = typer.Option(None, "--out", metavar="FILE.csv", help="Also write every threshold there."),
    allow_pickle: bool = ALLOW_PICKLE,
    allow_callable: bool = ALLOW_CALLABLE,
    memory: float | None = MEMORY,
    seconds: int | None = SECONDS,
    batch_rows: int | None = BATCH_ROWS,
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> None:
    """Test thresholds and print what each would change."""
    _refuse_overwriting(out)
    typed = Typed(allow_pickle, allow_callable, memory, seconds, batch_rows)
    # numpy reads it too, and fails on what is no number of seconds.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    note("loading the libraries that measure …")
    from fateaudit.self_test import refuse_failed, run_self_test  # noqa: PLC0415 - heavy
    from fateaudit.sweeping import CAVEAT, STEPS, sweep  # noqa: PLC0415 - heavy

    refuse_failed(run_self_test())
    found = sweep(policy, steps=STEPS if steps is None else steps, progress=_show_progress, terms=typed.terms())
    if out is not None:
        _refuse_overwriting(out)
        write_atomic(out, as_csv(found).encode())
    if as_json:
        typer.echo(json.dumps(as_data(found, CAVEAT), indent=1, ensure_ascii=False, allow_nan=False))
        return
    _show(found, CAVEAT)
    if out is not None:
        _say(f"\nTable   {out}")
    _say(f"Next    fix the threshold in the policy, then audit: fateaudit run {policy}")


def _show(found: "Sweep", caveat: Sequence[str]) -> None:
    """Print the table, where verdicts turn, whether all can be met, and what each group would need."""
    policy = found.policy
    _say(f"{policy.system.name}: {found.rows:,} {units(policy)}, {_tested(len(found.tested), found.cuts)}.")
    _say(f"{INFORMATION}\n")
    _say("\n".join([*table(found), "", *legend(found)]))
    for check in policy.metric_checks(Principle.FAIRNESS):
        _say(f"\n{check.id}  {check.metric}, {limit_in_words(check.limit)} ({check.severity})")
        _say(f"      {said_turns(found, check.id)}.")
    _say("\n".join(["", *said_gaps(found)]))
    typer.echo(f"\n{strong(said_spans(found))}\n{PICKED}")
    if found.searches:
        _say(f"\n{FOR_GROUPS}")
        _say("\n".join(line for search in found.searches for line in said_search(found, search)))
        typer.echo("\n".join(strong(line) for line in caveat))


def _say(text: str) -> None:
    """Print lines in which no name can act on the terminal."""
    typer.echo("\n".join(map(printable, text.split("\n"))))


def _tested(number: int, cuts: int) -> str:
    there = count_of(cuts, "threshold")
    return f"{there} decide differently, all tested" if number == cuts else f"{number} of {there} tested"


def _refuse_overwriting(out: Path | None) -> None:
    if out is not None and (out.exists() or out.is_symlink()):
        raise UsageError(f"{out} exists already", hint="name another file with --out, or move it away")


def _show_progress(done: int, total: int) -> None:
    """Count on one line of a terminal; say it once to anything else."""
    if sys.stderr.isatty():
        typer.echo(f"\rmeasuring: {done} of {total} thresholds", nl=done == total, err=True)
    elif done == 0:
        note(f"measuring {count_of(total, 'threshold')} …")
