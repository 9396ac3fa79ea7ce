"""Questions to settle before a model is used: show, answer, see how far you are."""

import textwrap
from collections import Counter
from enum import StrEnum
from pathlib import Path

import typer

from fateaudit.accountability import (
    AnswersFile,
    Checklist,
    Item,
    assess,
    blank_answers,
    draw_sample,
    find_signals,
    not_asked,
    read_answers,
    read_checklist,
    shipped_checklists,
    situation_of,
)
from fateaudit.artifacts import write_atomic
from fateaudit.cli.showing import shown, strong
from fateaudit.errors import UsageError, did_you_mean
from fateaudit.evidence import Answered, Given
from fateaudit.policy import Verdict, stops, verdict_of

WIDTH = 96

GIVEN_WORDS = {
    Given.YES: "yes",
    Given.PARTIAL: "in part",
    Given.NO: "no",
    Given.UNKNOWN: "I don't know",
    Given.NA: "does not apply",
    Given.UNANSWERED: "unanswered",
}

ID = typer.Argument(..., metavar="ID", help="The checklist, as `checklist list` names it.")

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None)


class AnyStage(StrEnum):
    """How far a system is."""

    CONCEPT = "concept"
    PROTOTYPE = "prototype"
    EVALUATION = "evaluation"
    APPROVED = "approved"


@app.command("list", help="Print which checklists there are.")
def list_command() -> None:
    """Print one paragraph for each shipped checklist."""
    for checklist_id in shipped_checklists():
        checklist = read_checklist(checklist_id).checklist
        typer.echo(f"{strong(checklist.id)}  {checklist.title} ({len(checklist.items)} questions, {checklist.version})")
        _say(checklist.summary, indent=2)
    typer.echo("\nNext    fateaudit checklist show ID, or: fateaudit checklist new ID --out answers.yaml")


@app.command("show", help="Print the questions of a checklist, or one of them with all its guidance.")
def show_command(
    checklist_id: str = ID,
    item_id: str | None = typer.Argument(None, metavar="[ITEM]", help="One item, for example FA-PUR-01."),
) -> None:
    """Print the questions by feature, or one item in full."""
    checklist = read_checklist(checklist_id).checklist
    if item_id is not None:
        _show_item(checklist, _find(checklist, item_id))
        return
    for section, title in checklist.sections.items():
        typer.echo(f"\n{strong(title)}")
        for item in checklist.items:
            if item.section == section:
                typer.echo(f"  {item.id}  {_weight(item)}")
                _say(item.question, indent=4)
                _say(item.guidance.note, indent=6)
    typer.echo(f"\nNext    fateaudit checklist show {checklist.id} ITEM")


def _find(checklist: Checklist, item_id: str) -> Item:
    item = checklist.item(item_id.upper())
    if item is None:
        known = [item.id for item in checklist.items]
        raise UsageError(
            f'"{item_id}" is no item of {checklist.id}',
            hint=did_you_mean(item_id, known) or f"see: fateaudit checklist show {checklist.id}",
        )
    return item


def _weight(item: Item) -> str:
    extra = "; a no ends the matter" if item.stop else ""
    return f"{item.severity}, {item.principle}{extra}"


def _show_item(checklist: Checklist, item: Item) -> None:
    typer.echo(f"{strong(item.id)}  {_weight(item)}")
    _say(item.question, indent=2)
    lines = {
        "Why": item.why,
        "Note": item.guidance.note,
        "A good answer": item.guidance.good,
        "A poor answer": item.guidance.poor,
        "The reviewer": item.guidance.check,
        "Evidence": ", ".join(kind.replace("_", " ") for kind in item.evidence),
        "Ask": ", ".join(role.in_words for role in item.answered_by),
        "Asked unless no to": ", ".join(item.applies.flags),
    }
    for title, text in lines.items():
        if text:
            _say(f"{title}: {text}", indent=2)
    for ref in item.refs:
        source = checklist.sources[ref.source]
        _say(f"See: {source.title}, {ref.at}. {source.note}", indent=2)


@app.command("new", help="Write an answers file with every question in it and no answer.")
def new_command(
    checklist_id: str = ID,
    *,
    out: Path = typer.Option(..., "--out", metavar="FILE", help="The file to write; it must not exist."),
    system: str = typer.Option("The name of the system", "--system", metavar="NAME", help="As in the policy."),
    stage: AnyStage = typer.Option(AnyStage.EVALUATION, "--stage", help="How far the system is."),
) -> None:
    """Write a new answers file; never over another."""
    file = read_checklist(checklist_id)
    if stage.value not in file.checklist.stages:
        stages = ", ".join(file.checklist.stages)
        raise UsageError(f"{checklist_id} is not for the stage {stage}", hint=f"type --stage with one of: {stages}")
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already", hint="choose another name with --out, or move it away")
    write_atomic(out, blank_answers(file, system=system, stage=stage.value, name=out.name))
    typer.echo(f"Answers {shown(out)}")
    typer.echo(f"Next    fill in people, flags and answers, then: fateaudit checklist status {shown(out)}")


@app.command("status", help="Say how far an answers file is. It exits 0 whatever is open.")
def status_command(
    answers: Path = typer.Argument(Path("answers.yaml"), metavar="[ANSWERS]", help="The answers file."),
) -> None:
    """Print counts, open blockers, what a reviewer should know, and the next thing to do."""
    file = read_answers(answers)
    situation = situation_of(file.preamble)
    answered = assess(file, situation, check="status")
    left_out = not_asked(file.checklist.checklist, situation)
    typer.echo(f"{file.preamble.system}: {len(answered)} questions asked, {len(left_out)} ruled out.\n")
    _show_counts(answered)
    _show_open(answered)
    for sentence in find_signals(answered).sentences():
        _say(f"For the reviewer: {sentence}", indent=0)
    _show_next(file, answered, answers)


def _show_counts(answered: tuple[Answered, ...]) -> None:
    titles = {Given.NO: "no", Given.PARTIAL: "in part", Given.UNKNOWN: "don't know", Given.NA: "n/a"}
    heads = ["yes, confirmed", "yes", *titles.values(), "unanswered"]
    typer.echo(" " * 10 + "".join(f"{head:>15}" for head in heads[:1]) + "".join(f"{head:>11}" for head in heads[1:]))
    for severity in ("blocker", "major", "minor"):
        of = [one for one in answered if one.severity == severity]
        number = Counter(one.given for one in of)
        confirmed = sum(one.confirmed for one in of if one.given is Given.YES)
        counts = [number[Given.YES] - confirmed, *(number[given] for given in titles), number[Given.UNANSWERED]]
        typer.echo(f"{severity:<10}{confirmed:>15}" + "".join(f"{count:>11}" for count in counts))
    typer.echo("")


def _show_open(answered: tuple[Answered, ...]) -> None:
    for one in stops(answered):
        typer.echo(strong(f"STOP    {one.item}: {one.question} No."))
    blockers = [one for one in answered if one.severity == "blocker" and verdict_of(one) not in {Verdict.MET, None}]
    if not blockers:
        typer.echo("No blocker is open.")
        return
    typer.echo(f"Open blockers ({len(blockers)}):")
    for one in blockers:
        what = "yes, not confirmed" if one.given is Given.YES else GIVEN_WORDS[one.given]
        _say(f"{one.item}  {what}: {one.question}", indent=2)


def _show_next(file: AnswersFile, answered: tuple[Answered, ...], path: Path) -> None:
    unanswered = sum(one.given is Given.UNANSWERED for one in answered)
    waiting = sum(
        one.given in {Given.YES, Given.NA} and one.reviewed_by is None and not one.confirmed for one in answered
    )
    sample = draw_sample(answered, file.digest_of_what_was_said())
    typer.echo("")
    if unanswered:
        typer.echo(
            f'Next    answer {unanswered} more in {shown(path)}; "unknown" is an answer, and says who would know'
        )
    elif waiting:
        typer.echo(f"Next    a reviewer confirms or does not confirm {waiting} answers, in {shown(path)}")
    else:
        typer.echo("Next    have the answers signed")
    if not unanswered:
        _say(f"The reviewer reads in full: {', '.join(sample.items) or 'nothing; no evidence is cited'}", indent=8)
        _say(f"Of these: {sample.sentence}.", indent=8)


def _say(text: str, *, indent: int) -> None:
    """Print `text` in lines that fit a terminal."""
    space = " " * indent
    typer.echo(textwrap.fill(text, WIDTH, initial_indent=space, subsequent_indent=f"{space}  "))
