"""Limits before anything is measured: what they can come to, what they say, what changed."""

import json
import textwrap
from pathlib import Path

import typer

from fateaudit.cli.meanings import meanings_in, meanings_of
from fateaudit.cli.policy_words import pages
from fateaudit.cli.run import POLICY
from fateaudit.cli.showing import strong
from fateaudit.errors import ExitCode, FateauditError, printable
from fateaudit.ledger import LEDGER, RunHistory, read_ledger
from fateaudit.policy import (
    FEATURE_WORDS,
    OVERALL_WORDS,
    PolicyFile,
    Principle,
    read_policy,
    read_profile,
    reference_policy,
)
from fateaudit.policy.changes import Change, Effect
from fateaudit.policy.differing import compare_files
from fateaudit.policy.linting import Outlook, foresee, lint
from fateaudit.policy.lints import Lint, Weight
from fateaudit.policy.wording import capitalised, count_of

WIDTH = 96

JSON = typer.Option(False, "--json", help="Print the answer as JSON and nothing else.")

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)


@app.command("lint", help="Say what a policy can come to at best, and what in it says less than it seems to.")
def lint_command(
    policy: Path = POLICY,
    *,
    strict: bool = typer.Option(False, "--strict", help="Exit 2 when something in it stops an opinion."),
    as_json: bool = JSON,
) -> int:
    """Read no data and no model; return 0, or 2 with `strict` where an opinion is impossible."""
    source = read_policy(policy)
    meanings = meanings_of(source)
    runs, history = _of_runs(source, policy.parent / LEDGER)
    outlook = lint(source, meanings, history)
    if as_json:
        typer.echo(json.dumps(_outlook_as_data(outlook, runs), indent=1, ensure_ascii=False))
    else:
        _show_outlook(source, outlook, runs)
    is_stopped = any(one.weight is Weight.STOPS for one in outlook.lints)
    return ExitCode.USAGE if strict and is_stopped else ExitCode.OK


_WITHOUT = "A run that is not entered in a ledger comes to “in part” at best, on every feature."
_BEGINS = (
    f"There is no run ledger ({LEDGER}) yet: the first run begins it beside the policy, and so shows that these limits "
    "were there before it. Change this file after that, and no feature gets an opinion on the same model and data."
)
_NOT_PINNED = (
    f"There is a run ledger ({LEDGER}). What it shows about a run now depends on the model and the data, and the "
    "policy does not pin them."
)


def _of_runs(source: PolicyFile, ledger: Path) -> tuple[str, RunHistory | None]:
    """Return what can be said of the runs before, and what the ledger would show about one now."""
    if not ledger.exists() and not ledger.is_symlink():
        return f"{_BEGINS} {_WITHOUT}", None
    try:
        history = foresee(read_ledger(ledger), source)
    except FateauditError as error:
        return f"No run can be entered: {error.message}.", None
    if history is None:
        return f"{_NOT_PINNED} {_WITHOUT}", None
    return f"If it were run now: {history.sentence} {history.fixed_sentence}", history


def _outlook_as_data(outlook: Outlook, runs: str) -> dict[str, object]:
    best = outlook.best
    return {
        "best": {
            "overall": best.overall.value,
            "features": {principle.value: feature.result.value for principle, feature in best.features.items()},
        },
        "missing": {principle.value: [one.words for one in ones] for principle, ones in outlook.missing.items()},
        "caps": [cap.model_dump(mode="json") for cap in outlook.caps],
        "runs": runs,
        "lints": [one.model_dump(mode="json") for one in outlook.lints],
    }


def _show_outlook(source: PolicyFile, outlook: Outlook, runs: str) -> None:
    """Print the notes, worst first, then the best possible result, then the next command."""
    best, name = outlook.best, source.artifact.name
    for weight in Weight:
        ones = [one for one in outlook.lints if one.weight is weight]
        if ones:
            typer.echo(strong(f"{capitalised(weight.value)} ({len(ones)})"))
            for one in ones:
                _show_lint(one, name)
            typer.echo("")
    _say(f"Runs: {runs}")
    features = ". ".join(
        f"{principle.value.capitalize()}: {FEATURE_WORDS[best.features[principle].result]}" for principle in Principle
    )
    typer.echo(f"\n{strong(f'BEST POSSIBLE: {OVERALL_WORDS[best.overall]}.')} {features}.")
    _say("That is what it comes to if every limit is met that can be. It says nothing about the model.")
    typer.echo(f"Next    {_next(outlook, name)}")


def _next(outlook: Outlook, name: str) -> str:
    if any(one.weight is Weight.STOPS for one in outlook.lints):
        return "mend what stops an opinion; nothing that is only measured will"
    return f"fateaudit policy show {printable(name)}"


def _show_lint(one: Lint, name: str) -> None:
    where = f"{name}:{one.line}" if one.line is not None else name
    _say(f"{one.code} {where}: {one.what}.", indent=2)
    _say(f"Do: {one.do}", indent=8)


@app.command("show", help="Print a policy in plain words: who is compared, each limit as a sentence, what decides.")
def show_command(policy: Path = POLICY) -> None:
    """Print one part after the other, each about one screen long."""
    source = read_policy(policy)
    meanings = meanings_of(source)
    reference = reference_policy(source.policy, read_profile().profile)
    shown = pages(source.policy, meanings, reference, meanings_in(reference))
    for place, page in enumerate(shown):
        typer.echo(strong(f"{'' if place == 0 else chr(10)}{place + 1}. {page.title}"))
        for line in page.lines:
            _say(line.text, indent=line.indent)


_EFFECTS = {
    Effect.EASIER: "Makes it easier to meet",
    Effect.EITHER: "May make it easier or harder: nobody can tell beforehand",
    Effect.HARDER: "Makes it harder to meet",
    Effect.TEXT: "Can change no verdict",
}

OLD = typer.Argument(..., metavar="OLD", help="The policy as it was.", show_default=False)
NEW = typer.Argument(..., metavar="NEW", help="The policy as it is now.", show_default=False)


@app.command("diff", help="Say what changed between two policies, what makes a better opinion easier first.")
def diff_command(
    old: Path = OLD,
    new: Path = NEW,
    *,
    exit_code: bool = typer.Option(
        False, "--exit-code", help="Exit 3 when something became easier to meet, 4 when nobody can tell whether."
    ),
    as_json: bool = JSON,
) -> int:
    """Return 0; with `exit_code` 3 where something became easier, else 4 where something may have."""
    files = read_policy(old), read_policy(new)
    before, after = ({check: meaning.convention for check, meaning in meanings_of(source).items()} for source in files)
    changes = compare_files(*files, before, after)
    code = _code(changes) if exit_code else ExitCode.OK
    if as_json:
        data = {"exit_code": int(code), "changes": [one.model_dump(mode="json") for one in changes]}
        typer.echo(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        _show_changes(changes, *files)
    return code


def _code(changes: tuple[Change, ...]) -> ExitCode:
    effects = {one.effect for one in changes}
    if Effect.EASIER in effects:
        return ExitCode.NOT_MET
    return ExitCode.CANNOT_TELL if Effect.EITHER in effects else ExitCode.OK


def _show_changes(changes: tuple[Change, ...], old: PolicyFile, new: PolicyFile) -> None:
    if not changes:
        same = old.artifact.sha256 == new.artifact.sha256
        typer.echo("Nothing changed." if same else "Nothing changed but how it is written, which is another digest.")
        return
    for effect, title in _EFFECTS.items():
        ones = [one for one in changes if one.effect is effect]
        if ones:
            typer.echo(strong(f"{title} ({len(ones)})"))
            for one in ones:
                _say(f"{_lines(one)}{one.what}.", indent=2)
            typer.echo("")
    weighty = sum(one.effect is not Effect.TEXT for one in changes)
    _say(f"{count_of(weighty, 'change')} can alter a verdict. After a first run the ledger shows any change at all.")


def _lines(one: Change) -> str:
    """Return "line 12 → 14: ", the lines of the old and of the new file, as far as they have any."""
    lines = dict.fromkeys(str(line) for line in (one.old_line, one.new_line) if line is not None)
    return f"line {' → '.join(lines)}: " if lines else ""


def _say(text: str, *, indent: int = 0) -> None:
    """Print `text` in lines that fit a terminal; whatever a file holds is shown and not obeyed."""
    space = " " * indent
    # Word by word: a reason is printed whole, however long it is, and only a word can be too long.
    safe = " ".join(map(printable, text.split()))
    folded = textwrap.wrap(safe, WIDTH, initial_indent=space, subsequent_indent=f"{space}  ")
    typer.echo("\n".join(folded))
