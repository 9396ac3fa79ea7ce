"""Make digests of ids: what a supplier can give away so that shared rows are found, and no training data are shown."""

import json
import secrets
from pathlib import Path

import typer

from fateaudit.artifacts import read, sha256, write_new
from fateaudit.cli.showing import note, shown
from fateaudit.errors import UsageError
from fateaudit.policy.training import SHORTEST_SALT

MADE_BYTES = 16


def command(
    data: Path = typer.Argument(..., metavar="DATA", help="The training data, CSV or Parquet, or its ids alone."),
    *,
    column: str = typer.Option(..., "--id", metavar="COLUMN", help="The column that says which row a row is."),
    out: Path = typer.Option(..., "--out", metavar="FILE", help="The file to write; it must not exist."),
    salt: str | None = typer.Option(
        None, "--salt", metavar="TEXT", help="What the digests are keyed with; one is made when left out."
    ),
) -> None:
    """Write FILE; print what the auditor's policy must say on stdout and the rest on stderr. Nothing is sent."""
    from fateaudit.loading.digests import write_digests  # noqa: PLC0415 - data libraries, only once data are read
    from fateaudit.loading.overlapping import ids_of  # noqa: PLC0415 - as above
    from fateaudit.loading.tables import read_table  # noqa: PLC0415 - as above

    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already", hint="choose another name")
    if salt is not None and len(salt) < SHORTEST_SALT:
        raise UsageError(
            f"a salt of fewer than {SHORTEST_SALT} characters is found by trying",
            hint="leave --salt out: one is made, and printed",
        )
    keyed = secrets.token_hex(MADE_BYTES) if salt is None else salt
    content = read(data, what="the data", hint="give the file that holds the rows of training, CSV or Parquet")
    ids = ids_of(read_table(content, data.name), column, data.name, "")
    digests = write_digests(ids.to_pylist(), keyed)
    write_new(out, digests)
    typer.echo(f"columns: {{ train_id: {json.dumps(column, ensure_ascii=False)} }}")
    parts = [("path", out.name), ("sha256", sha256(digests)), ("salt", keyed)]
    written = ", ".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in parts)
    typer.echo(f"training: {{ {written} }}")
    note(f"\nDigests  {shown(out)}, of {len(ids):,} rows")
    note("Next     give the file, and the lines above, to whoever audits; keep both from everybody else:")
    note("         an id that can be guessed, such as a number of few digits, is found by trying them all")
