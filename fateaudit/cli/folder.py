"""An audit's folder as it is written and read: the record, the report, and what was signed before the run."""

from collections.abc import Mapping
from pathlib import Path

from fateaudit.artifacts import read, sha256, write_atomic, write_new
from fateaudit.cli.showing import note
from fateaudit.errors import AuditFailedError, UsageError
from fateaudit.ledger import LEDGER
from fateaudit.record import AuditRecord
from fateaudit.report import Signatures, render
from fateaudit.resources import folder as shipped
from fateaudit.signing import Role, envelope_name, read_envelopes
from fateaudit.standing import RECORD, Judgement
from fateaudit.verification import REPORT, TRUST, examine

BEFORE_THE_RUN = tuple(envelope_name(role) for role in Role if role.signs_answers)


def refuse_overwriting(folder: Path) -> None:
    """Raise UsageError where another audit lies: a record is not replaced without anybody noticing."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder", hint="name another folder with --out")
    if (folder / RECORD).exists():
        raise UsageError(f"{folder / RECORD} exists already", hint="choose another folder with --out, or move it away")


def write_audit(record: AuditRecord, policy: Path, folder: Path, *, with_report: bool = True) -> Judgement:
    """Write the record with its papers, then the report, if it is wanted; return what the signatures are worth so far.

    The record comes first: should the report fail, the measurements are safe.
    """
    write_record(record, policy, folder)
    judgement = examine(folder, now=record.created)
    if with_report:
        write_report(record, record.to_bytes(), folder, folder / REPORT, judgement)
    return judgement


def write_record(record: AuditRecord, policy: Path, folder: Path) -> None:
    """Write the record and the papers that it rests on.

    Raises UsageError for a folder that holds other papers of the same names, before anything is written.
    """
    papers = _papers(record, policy)
    for name, content in papers.items():
        _refuse_another(folder / name, content)
    # No paper replaces another, so two runs at a time cannot mix theirs. The record comes last: where it is, all are.
    made = []
    try:
        for name, content in papers.items():
            made += _put(folder / name, content)
        write_new(folder / RECORD, record.to_bytes())
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    if record.ledger.line is not None and policy.parent.resolve() != folder.resolve():
        write_atomic(folder / LEDGER, _read(policy.parent / LEDGER, "the run ledger"))


def _refuse_another(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() != content:
        raise UsageError(f"{path} is another file than the audit used", hint="choose another folder with --out")


def _put(path: Path, content: bytes) -> list[Path]:
    """Write a paper, unless the very same lies there already; return what was made."""
    if not path.exists():
        try:
            write_new(path, content)
        except UsageError:
            _refuse_another(path, content)
        else:
            return [path]
    return []


def write_report(record: AuditRecord, content: bytes, folder: Path, target: Path, judgement: Judgement) -> None:
    """Draw the report of the record in `folder`, carrying its signatures and the trust file with it."""
    note("rendering the report …")
    signatures = Signatures(judgement, _attached(folder))
    write_atomic(target, render(record, content, signatures=signatures, format="pdf"))


def _attached(folder: Path) -> dict[str, bytes]:
    carried = {Path(name).name: content for name, content in read_envelopes(folder).items()}
    trust = folder / TRUST
    return carried | ({TRUST: trust.read_bytes()} if trust.is_file() and not trust.is_symlink() else {})


def _papers(record: AuditRecord, policy: Path) -> Mapping[str, bytes]:
    """Return what a reader needs beside the record, by name: policy, questions, answers, and what was signed of them.

    The data and the model stay where they are: the record names their digests.
    """
    check, home = record.policy.checklist_check, policy.parent
    found = {policy.name: _same(policy, record, "policy", policy.name)}
    if check is None:
        return found
    answers = home / check.answers
    found[answers.name] = _same(answers, record, "answers", answers.name)
    for artifact in record.artifacts:
        if artifact.role == "evidence":
            found[artifact.name] = _same(answers.parent / artifact.name, record, "evidence", artifact.name)
    wording = f"{check.checklist}.yaml"
    found[wording] = _same(shipped("checklists") / wording, record, "checklist", wording)
    if record.policy.trust is not None:
        found[TRUST] = _read(home / record.policy.trust.path, "the trust file")
    envelopes = read_envelopes(home)
    return found | {name: envelopes[name] for name in BEFORE_THE_RUN if name in envelopes}


def _read(path: Path, what: str) -> bytes:
    return read(path, what=what, hint="put it back, and audit again")


def _same(path: Path, record: AuditRecord, role: str, name: str) -> bytes:
    """Return a file's bytes. Raises AuditFailedError when they are not those that the audit read."""
    content = _read(path, f"the {role}")
    if sha256(content) not in {one.sha256 for one in record.artifacts if (one.role, one.name) == (role, name)}:
        raise AuditFailedError(f"{name} was changed while the audit ran", hint="audit again")
    return content
