"""A small audit with answers and four people, taken through every command in this process."""

import contextlib
import hashlib
import io
import os
import sys
from types import SimpleNamespace
from unittest import mock

from conftest import a_check, rows_of, write_audit
from signing.people import a_pdf

from fateaudit.accountability import Situation, asked, read_checklist
from fateaudit.cli import _exit_code
from fateaudit.report import FORMATS
from fateaudit.signing import Role

OWNER, REVIEWER, ASSESSOR, OFFICER = Role
PEOPLE = {OWNER: "Olive Owner", REVIEWER: "Rafael Reviewer", ASSESSOR: "Asta Assessor", OFFICER: "Otto “O.” Officer"}
PASSPHRASE = "four words with spaces"  # noqa: S105 - of keys that live as long as a test
MADE, MORNING, NOON, LATER, EVENING, TOMORROW = (
    "2026-11-20T12:00:00Z",
    "2026-11-21T09:00:00Z",
    "2026-11-21T12:00:00Z",
    "2026-11-21T15:00:00Z",
    "2026-11-21T18:00:00Z",
    "2026-11-22T08:00:00Z",
)


def fateaudit(*arguments, passphrase=PASSPHRASE, stdin=None, **environment):
    """Run the tool without a terminal; return its code, its output and its talk."""
    out, err = io.StringIO(), io.StringIO()
    kept = {key: value for key, value in os.environ.items() if key not in {"CI", "SOURCE_DATE_EPOCH"}}
    given = {} if passphrase is None else {"FATEAUDIT_PASSPHRASE": passphrase}
    with (
        mock.patch.object(sys, "argv", ["fateaudit", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", stdin or io.StringIO()),
        mock.patch.dict(os.environ, kept | given | environment, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code()
    assert passphrase is None or passphrase not in out.getvalue() + err.getvalue()
    assert "Traceback" not in err.getvalue()
    return SimpleNamespace(code=int(code), out=out.getvalue(), err=err.getvalue())


def done(*arguments, **options):
    """The same, for what must succeed."""
    result = fateaudit(*arguments, **options)
    assert result.code == 0, result.out + result.err
    return result


def make_key(folder, role, *options, roles=None, **others):
    """Make the key of the person in a role; return its file and what was printed."""
    path = folder / f"{role}.pem"
    given = [part for one in roles or [role] for part in ("--role", one)]
    person, name = PEOPLE[role].split()[0].lower(), PEOPLE[role]
    arguments = ["--out", path, "--person", person, "--name", name, *given, "--now", MADE, *options]
    return path, done("keygen", *arguments, **others)


def write_trust(path, printed):
    """Put together what `keygen` printed for each person, as its text says; return the sha256."""
    head = "schema: fateaudit/trust/1\npeople:\n"
    assert all(text.startswith(head) for text in printed)
    path.write_text(head + "".join(text.removeprefix(head) for text in printed), encoding="utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_answers(folder):
    """Every question answered with yes, on one paper that a reviewer has read."""
    file = read_checklist("predeployment-oversight")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "all.txt").write_text("All of it.\n", encoding="utf-8")
    lines = [
        "schema: fateaudit/answers/1",
        "checklist:",
        f"  id: {file.checklist.id}",
        f"  version: {file.checklist.version}",
        f'  sha256: "{file.artifact.sha256}"',
        "system: A system",
        "stage: evaluation",
        f"flags: {{ {', '.join(f'{flag}: yes' for flag in file.checklist.flags)} }}",
        "people:",
        "  - { id: olive, name: Olive Owner, role: model_owner, organisation: x, relation: built it }",
        "  - { id: rafael, name: Rafael Reviewer, role: independent_reviewer, organisation: y, relation: none }",
        "answers:",
    ]
    for item in asked(file.checklist, Situation(stage="evaluation", ruled_out=())):
        by = "rafael" if item.declaration else "olive"
        review = "{ by: rafael, at: 2026-11-20, result: confirmed, opened: true, note: read it }"
        lines += [
            f"  {item.id}:",
            "    value: yes",
            '    statement: "It is so, since the first day, and the paper says who does it and how."',
            "    evidence: [evidence/all.txt]",
            f"    answered_by: {by}",
            "    at: 2026-11-19",
            *([] if item.declaration else [f"    review: {review}"]),
        ]
    (folder / "answers.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


A_01 = {
    "id": "A-01",
    "principle": "accountability",
    "checklist": "predeployment-oversight",
    "answers": "answers.yaml",
    "severity": "blocker",
    "why": "a test",
}


def write_policy(  # noqa: PLR0913 - what a test may want otherwise
    folder, trust_sha256, *, demonstration=False, limit=0.10, waivers=(), groups=None, **gate
):
    """A policy whose findings are met at a limit of 0.10, and which asks for signatures."""
    return write_audit(
        folder,
        rows_of(**(groups or {"a": (80, 100), "b": (70, 100)})),
        a_check(limit={"min": limit}),
        A_01,
        trust={"path": "trust.yaml", "sha256": trust_sha256},
        gate={"require": "issued", "cannot_tell": "pass"} | gate,
        waivers=list(waivers),
        demonstration=demonstration,
    )


def without_pages():
    """Draw no page while this lasts: a report is a PDF that carries what a report does, in a hundredth of the time."""

    def carry(reported):
        return a_pdf(**{"audit.json": reported.content, **reported.signatures.files})

    return mock.patch.dict(FORMATS, pdf=carry)


def begin(folder, *, demonstration=False, **changes):
    """Four keys, the trust file, answers and a policy; return the policy's path and the keys by role."""
    folder.mkdir(parents=True, exist_ok=True)
    option = ["--demonstration"] if demonstration else []
    made = {role: make_key(folder.parent / f"{folder.name}-keys", role, *option) for role in Role}
    write_answers(folder)
    digest = write_trust(folder / "trust.yaml", [result.out for _, result in made.values()])
    policy = write_policy(folder, digest, demonstration=demonstration, **changes)
    return policy, {role: key for role, (key, _) in made.items()}


def sign(target, role, keys, *options, now=None, run=done, **others):
    time = now or (MORNING if role.signs_answers else LATER)
    return run("sign", target, "--as", role, "--key", keys[role], "--now", time, *options, **others)


def issue(folder, *, until=None, clock=("--now", NOON), **changes):
    """The whole chain, or the part of it before `until`; return the audit's folder and the keys."""
    policy, keys = begin(folder, **changes)
    audit = folder / "audit"
    steps = {
        OWNER: lambda: sign(policy, OWNER, keys),
        REVIEWER: lambda: sign(policy, REVIEWER, keys),
        "run": lambda: done("run", policy, "--out", audit, *clock),
        ASSESSOR: lambda: sign(audit, ASSESSOR, keys),
        OFFICER: lambda: sign(audit, OFFICER, keys),
        "report": lambda: done("report", audit / "audit.json", "--now", EVENING),
        "list": lambda: done("sign", audit, "--list", "--key", keys[ASSESSOR], "--now", EVENING),
    }
    for name, step in steps.items():
        if name == until:
            break
        step()
    return audit, keys
