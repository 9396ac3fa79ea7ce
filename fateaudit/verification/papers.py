"""A record held against itself and the papers beside it: limits, questions, answers, evidence, digests."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import PurePosixPath

from fateaudit import accountability
from fateaudit.errors import FateauditError
from fateaudit.policy import ChecklistCheck, read_policy
from fateaudit.record import AuditRecord, conclude_again
from fateaudit.signing import SIGNATURES
from fateaudit.standing import RECORD, Judgement
from fateaudit.verification.folder import Folder, audited, read_file


def check_record(found: Folder) -> None:
    """Hold the record against itself, the files beside it, the limits that were signed, and the answers given."""
    _check_conclusions(found)
    _check_inputs(found)
    if found.record is not None:
        _check_policy(found, found.record)
        _check_answers(found, found.record)
        _note_other_questions(found, found.record)


def _check_policy(found: Folder, record: AuditRecord) -> None:
    """Read the policy again: a record could name the digest of one and hold the limits of another."""
    named = record.artifact("policy")
    if named is None or named.name not in found.files:
        found.wrong.append(f"{named.name if named else 'the file'}, the policy of this audit, is missing")
        return
    try:
        if read_policy(found.path / named.name).policy != record.policy:
            found.wrong.append(f"{RECORD} holds other limits or settings than {named.name}")
    except FateauditError as error:
        found.wrong.append(f"{named.name}: {error.message}")


def _check_answers(found: Folder, record: AuditRecord) -> None:
    """Read the answers and the signatures on them again: what the record tells of them must follow from the files."""
    check, named = record.policy.checklist_check, record.artifact("answers")
    if check is None:
        return
    unread = found.trust is None and record.policy.trust is not None and bool(found.envelopes)
    if named is None or unread:
        found.wrong.append(f"{RECORD}: what it says of the answers cannot be held against them")
        return
    try:
        file = accountability.read_answers(found.path / named.name, wording=_wording(found, record))
        accountability.refuse_later(file, record.created)
        told = accountability.measure(check, file, record.system, _at_the_run(found, record, check))
    except FateauditError as error:
        found.wrong.append(f"{named.name}: {error.message}")
        return
    # What each file was to the audit is not signed: a paper must not take the place of the answers or the policy.
    told_of = {one for one in record.artifacts if one.role in {"answers", "checklist", "evidence"}}
    if told != tuple(item for item in record.evidence if item.check == check.id):
        found.wrong.append(f"{RECORD} tells other answers or signatures than {named.name} and {SIGNATURES}/ do")
    elif named.name != PurePosixPath(check.answers).name or told_of != set(accountability.artifacts_of(file)):
        found.wrong.append(f"{RECORD} names other files as the answers and their evidence than {named.name} does")


def _wording(found: Folder, record: AuditRecord) -> accountability.ChecklistFile | None:
    """Return the list of questions that lies in the folder; the shipped one may be another by now."""
    named = record.artifact("checklist")
    content = None if named is None else read_file(found, named.name)
    return None if named is None or content is None else accountability.parse_checklist(content, named.name)


def _note_other_questions(found: Folder, record: AuditRecord) -> None:
    """Say that a list is not the shipped one: whoever wrote it may have left questions out, or asked easier ones."""
    check, named = record.policy.checklist_check, record.artifact("checklist")
    if check is None or named is None:
        return
    is_known = check.checklist in accountability.shipped_checklists()
    if not is_known or accountability.read_checklist(check.checklist).artifact.sha256 != named.sha256:
        found.notes.append(
            f"{named.name}: the questions are not those shipped with version {version('fateaudit')}; read them"
        )


def _at_the_run(found: Folder, record: AuditRecord, check: ChecklistCheck) -> Judgement:
    """Return what the signatures on the answers are worth at the time of the run, as the run itself judged them."""
    known = replace(audited(record, found.content), digest=None)
    if record.policy.trust is None:
        return accountability.judge_unbelieved(known)
    return accountability.judge_envelopes(known, found.envelopes, found.trust, roles=check.require.signed_by)


def _check_conclusions(found: Folder) -> None:
    record = found.record
    if record is None:
        return
    try:
        follows = conclude_again(record) == (record.findings, record.opinion)
    except Exception:  # noqa: BLE001 - a record that was made up can break any assumption of the judging
        follows = False
    if not follows:
        found.wrong.append(f"{RECORD}: its findings do not follow from its evidence")


def _check_inputs(found: Folder) -> None:
    """Compare the files that the audit used with the record, as far as they are in the folder."""
    for artifact in found.record.artifacts if found.record else ():
        here = [name for name in found.files if artifact.name in {name, PurePosixPath(name).name}]
        if not here and artifact.role == "answers":
            found.wrong.append(f"{artifact.name}, the answers of this audit, is missing")
        elif not here and artifact.role != "policy":
            found.notes.append(f"{artifact.name} ({artifact.role}) is not in the folder; the record names its sha256")
        elif here and all(found.files[name] != artifact.sha256 for name in here):
            found.wrong.append(f"{here[0]} is not the {artifact.role} that the audit used")
