"""Recompute another tool's result table from its counts, and name the figures that do not follow."""

import json
from collections import Counter
from pathlib import Path

import typer

from fateaudit.artifacts import read
from fateaudit.cli.showing import strong
from fateaudit.errors import DamagedFileError, ExitCode, UsageError, did_you_mean, printable
from fateaudit.policy.wording import count_of, listed
from fateaudit.rechecking import MAX_BYTES, TOOL_WORDS, VERDICT_WORDS, Figure, Recheck, Tool, Verdict, recheck

_MOST_NAMED = 3


def command(
    table: Path = typer.Argument(
        ..., metavar="TABLE", help="The tool's result table: CSV or JSON.", show_default=False
    ),
    *,
    tool: str | None = typer.Option(
        None,
        "--tool",
        metavar="TOOL",
        help=f"Who made it, when its columns do not say: {', '.join(Tool)}.",
        show_default=False,
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON and nothing else."),
) -> int:
    """Print every figure that does not follow from the counts beside it, and why; return 0, 3 or 4."""
    chosen = _chosen(tool)
    _refuse_large(table)
    content = read(table, what="the table", hint="give the result table of another tool, as CSV or JSON")
    result = recheck(content, table.name, chosen)
    code = _exit_code(result)
    if as_json:
        typer.echo(json.dumps(_as_data(result, code), indent=1, ensure_ascii=False))
    else:
        _show(result)
    return code


def _chosen(tool: str | None) -> Tool | None:
    if tool is None:
        return None
    try:
        return Tool(tool.casefold())
    except ValueError:
        raise UsageError(
            f"--tool {tool} is not a tool that recheck knows",
            hint=did_you_mean(tool, Tool) or f"type one of: {', '.join(Tool)}",
        ) from None


def _refuse_large(path: Path) -> None:
    """Refuse a file by its size before any of it is in memory."""
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise DamagedFileError(
            f"{path} is larger than {MAX_BYTES:,} bytes, and a table of results is not",
            hint="give the table with one row a group, not the data",
        )


def _exit_code(result: Recheck) -> ExitCode:
    if result.of(Verdict.DOES_NOT_FOLLOW):
        return ExitCode.NOT_MET
    return ExitCode.CANNOT_TELL if result.of(Verdict.CANNOT_BE_CHECKED) else ExitCode.OK


def _show(result: Recheck) -> None:
    figures = count_of(len(result.figures), "figure")
    typer.echo(f"{printable(result.table)}: {TOOL_WORDS[result.tool]}, {figures}.\n")
    for figure in result.of(Verdict.DOES_NOT_FOLLOW):
        _show_wrong(figure)
    follow = Counter(figure.row for figure in result.of(Verdict.FOLLOWS))
    for row, number in follow.items():
        typer.echo(f"{printable(row)}: {count_of(number, 'figure')} {'follows' if number == 1 else 'follow'}")
    unchecked: dict[tuple[str, str], list[str]] = {}
    for figure in result.of(Verdict.CANNOT_BE_CHECKED):
        unchecked.setdefault((figure.column, figure.because), []).append(figure.row)
    for (column, because), rows in unchecked.items():
        where = listed(rows, most=_MOST_NAMED)
        typer.echo(printable(f"{column}: cannot be checked: {because} ({where})"))
    for line in result.notes:
        typer.echo(f"note: {printable(line)}")
    typer.echo(f"\n{strong(printable(_in_words(result)))}")


def _show_wrong(figure: Figure) -> None:
    what = f"{figure.stated} is stated, and {figure.follows} follows"
    if figure.follows == "undefined":
        what = f"{figure.stated} is stated where nothing can be divided"
    words = VERDICT_WORDS[figure.verdict]
    typer.echo(printable(f"{figure.row}, {figure.column}: {words}: {what}"))
    typer.echo(f"  {printable(figure.because)}")


def _in_words(result: Recheck) -> str:
    """Return the last line: the result in one sentence."""
    wrong, unchecked = result.of(Verdict.DOES_NOT_FOLLOW), result.of(Verdict.CANNOT_BE_CHECKED)
    total = len(result.figures)
    beside = f"; {len(unchecked):,} could not be checked" if unchecked else ""
    if wrong:
        words = "does not follow" if len(wrong) == 1 else "do not follow"
        return f"recheck: {len(wrong):,} of {count_of(total, 'figure')} {words}{beside}"
    if unchecked:
        of = count_of(total, "figure")
        return f"recheck: nothing wrong was found, but {len(unchecked):,} of {of} could not be checked"
    return f"recheck: {'the one figure follows' if total == 1 else f'all {total:,} figures follow'} from the counts"


def _as_data(result: Recheck, code: ExitCode) -> dict[str, object]:
    return {
        "exit_code": int(code),
        "table": result.table,
        "tool": result.tool,
        "counts": {verdict.value: len(result.of(verdict)) for verdict in Verdict},
        "figures": [
            {
                "row": figure.row,
                "column": figure.column,
                "stated": figure.stated,
                "verdict": figure.verdict,
                "follows": figure.follows,
                "because": figure.because,
            }
            for figure in result.figures
        ],
        "notes": result.notes,
        "result": _in_words(result).removeprefix("recheck: "),
    }
