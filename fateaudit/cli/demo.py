"""Audit the shipped sample on real arrests, in a new folder."""

import shutil
from pathlib import Path

import typer

from fateaudit.cli.folder import write_audit
from fateaudit.cli.run import NOW, carry_out, show_files
from fateaudit.cli.showing import show_record
from fateaudit.errors import UsageError
from fateaudit.resources import folder as shipped


def command(
    folder: Path = typer.Argument(Path("fateaudit-demo"), metavar="[FOLDER]", help="A new or empty folder."),
    *,
    now: str | None = NOW,
) -> None:
    """Copy the sample and audit it as a demonstration."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="name another: fateaudit demo OTHER-FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    sample = shipped("sample_models") / "toronto_release"
    shutil.copytree(sample, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    record = carry_out(folder / "fateaudit.yaml", now=now)
    judgement = write_audit(record, folder / "fateaudit.yaml", folder)
    show_record(record, judgement)
    show_files(folder)
    typer.echo(f"Next    read the report, change a limit in {folder}/fateaudit.yaml, then:")
    typer.echo(f"        fateaudit run {folder}/fateaudit.yaml")
