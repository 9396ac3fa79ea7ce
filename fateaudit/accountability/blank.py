"""A new answers file: every question as a comment, every answer still to be given."""

import json
import textwrap

from fateaudit.accountability.checklist import ChecklistFile, Item, Role, Stage
from fateaudit.accountability.situation import Situation, asked

_HEAD = """\
# Answers to "{title}" (version {version}).
#
# value      yes, no, partial, unknown ("I don't know") or na (does not apply).
#            Yes means: it is so, and somebody could check it today. "I don't know" is an honest answer. A wrong "yes"
#            with your name on it is not. Leave `unanswered` what nobody has looked at yet.
# statement  what is so, who does it, since when. Needed for yes, no and partial; ten words at least say something.
# evidence   files beside this one: [evidence/minute-7.pdf]. Put the page into the statement.
# na         needs na_reason: "…" as well. unknown: say in the statement who would know, and by when.
# review     added by a reviewer: {{ by: ID, at: 2026-11-21, result: confirmed, note: "…", opened: true }}
#            result is confirmed or not_confirmed; opened says that the evidence was read in full.
# condition  for no and partial: {{ text: "…", owner: ID, due: 2027-01-31 }}
#
# Then: fateaudit checklist status {name}
"""

_PEOPLE = """\
# Everybody who answers or reviews, with the role they sign in. The roles are:
{roles}
# - {{ id: owner, name: "…", role: model_owner, organisation: "…", relation: "What I have to do with the system" }}
people: []
"""


def blank_answers(file: ChecklistFile, *, system: str, stage: Stage, name: str) -> bytes:
    """Return the text of a new answers file for a system at `stage`, to be written as `name`.

    Every item that is asked at that stage is in it, in the order of asking; every flag stands at unknown, so that no
    question is lost before somebody rules it out.
    """
    checklist = file.checklist
    ids = {item.id for item in asked(checklist, Situation(stage=stage, ruled_out=()))}
    lines = [
        _HEAD.format(title=checklist.title, version=checklist.version, name=name),
        "schema: fateaudit/answers/1",
        "checklist:",
        f"  id: {checklist.id}",
        f"  version: {checklist.version}",
        f'  sha256: "{file.artifact.sha256}"',
        f"system: {json.dumps(system, ensure_ascii=False)}  # the name, exactly as in the policy",
        f"stage: {stage}",
        "",
        "# yes, no or unknown. Only a no rules questions out.",
        "flags:",
        *(f"  {flag}: unknown  # {question}" for flag, question in checklist.flags.items()),
        "",
        _PEOPLE.format(roles="\n".join(f"#   {line}" for line in textwrap.wrap(", ".join(Role), width=112))),
        "answers:",
    ]
    step = 0
    for item in checklist.in_order_of_asking():
        if item.id not in ids:
            continue
        if item.step != step:
            step = item.step
            lines += ["", f"  # ---- {step}. {checklist.steps[step - 1]}"]
        lines += _entry(item)
    return ("\n".join(lines) + "\n").encode()


def _entry(item: Item) -> list[str]:
    weight = f"{item.severity}, a no ends the matter" if item.stop else item.severity
    asks = ", ".join(role.in_words for role in item.answered_by)
    comment = [f"{item.question} ({weight}; ask: {asks})", item.guidance.note]
    if item.applies.flags:
        comment.append(f"Asked unless no to: {', '.join(item.applies.flags)}.")
    wrapped = [line for text in comment for line in textwrap.wrap(text, width=112)]
    return [
        "",
        *(f"  # {line}" for line in wrapped),
        f"  {item.id}:",
        "    value: unanswered",
        "    statement: ~",
        "    evidence: []",
        "    answered_by: ~",
        "    at: ~",
    ]
