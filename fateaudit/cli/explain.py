"""Explain one case of an audit in words, on this terminal only; nothing is written."""

import json
import os
from pathlib import Path

import typer

from fateaudit.cli.explain_words import as_data, in_words
from fateaudit.cli.showing import note
from fateaudit.cli.terms import ALLOW_CALLABLE, ALLOW_PICKLE, BATCH_ROWS, MEMORY, SECONDS, Typed
from fateaudit.errors import printable


def command(  # noqa: PLR0913 - a parameter is an option here
    audit: Path = typer.Argument(..., metavar="AUDIT", help="The folder of an audit, or its audit.json."),
    *,
    data: Path = typer.Option(..., "--data", metavar="FILE", help="The file that holds the case: CSV or Parquet."),
    case: str = typer.Option(..., "--case", metavar="ID", help="Its id, as it stands in the policy's columns.id."),
    policy: Path | None = typer.Option(
        None, "--policy", metavar="POLICY", help="The audit's policy beside the model; default: near AUDIT or FILE."
    ),
    allow_pickle: bool = ALLOW_PICKLE,
    allow_callable: bool = ALLOW_CALLABLE,
    memory: float | None = MEMORY,
    seconds: int | None = SECONDS,
    batch_rows: int | None = BATCH_ROWS,
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> None:
    """Print what moved a score, what would turn the decision, and what the score would be beside it."""
    typed = Typed(allow_pickle, allow_callable, memory, seconds, batch_rows)
    # numpy reads it too, and fails on what is no number of seconds.
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    note("loading the libraries that measure …")
    from fateaudit.explaining import explain_case  # noqa: PLC0415 - heavy: `fateaudit --help` does not wait for it

    found = explain_case(audit, data, case, policy=policy, terms=typed.terms())
    note("note: this is about one person; it is shown here and written nowhere: no file, no record, no ledger")
    if as_json:
        typer.echo(json.dumps(as_data(found), indent=1, ensure_ascii=False, allow_nan=False))
        return
    typer.echo("\n".join(map(printable, in_words(found))))
