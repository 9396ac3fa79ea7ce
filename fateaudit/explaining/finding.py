"""An audit's folder → its record, and the policy beside the model that was audited: nothing else is explained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fateaudit.artifacts import Artifact, read, sha256
from fateaudit.errors import AuditFailedError, RefusedModelError, UnusableDataError, UsageError
from fateaudit.loading import describe_dataset
from fateaudit.loading.cases import CaseFile
from fateaudit.models import describe_model
from fateaudit.policy import PolicyFile, read_policy
from fateaudit.record import AuditRecord
from fateaudit.standing import RECORD


def find_audit(audit: Path, data: Path, policy: Path | None = None) -> tuple[AuditRecord, PolicyFile]:
    """Return the record, and its policy where it lies beside the model: at `policy`, or near the audit or the data.

    Raises UsageError where there is no record or no model, RefusedModelError for another model than the audited one.
    """
    path = audit / RECORD if audit.is_dir() else audit
    content = read(path, what="the record", hint="give the folder that `fateaudit run` wrote, or its audit.json")
    record = AuditRecord.from_bytes(content, name=path.name)
    audited = record.artifact("model")
    if audited is None:
        raise UsageError(
            "this audit had predictions only: there is no model to ask",
            hint="ask whoever runs the model for the reasons, or audit the model itself",
        )
    source = (
        _beside((path.parent, path.resolve().parent.parent, data.parent), record)
        if policy is None
        else _same(policy, record)
    )
    _refuse_another_model(describe_model(source), audited)
    return record, source


def _beside(folders: tuple[Path, ...], record: AuditRecord) -> PolicyFile:
    """Return the policy from the first of these folders where the model lies beside it."""
    looked = []
    for folder in folders:
        for path in _policies_in(folder, record):
            source = read_policy(path)
            try:
                describe_model(source)
            except UsageError:
                looked.append(str(path))
                continue
            return source
    raise UsageError(
        "the model of this audit is not beside its policy",
        where=[f"looked beside {path}" for path in looked] or [f"no policy of this audit is in or above {folders[0]}"],
        hint="name the policy that lies beside the model: --policy PATH",
    )


def _policies_in(folder: Path, record: AuditRecord) -> Iterator[Path]:
    """Yield the audit's own policy, if it is there: other files are not read."""
    named = record.artifact("policy")
    if named is None or Path(named.name).name != named.name:
        return
    path = folder / named.name
    if path.is_file() and sha256(path.read_bytes()) == named.sha256:
        yield path


def _same(path: Path, record: AuditRecord) -> PolicyFile:
    source, named = read_policy(path), record.artifact("policy")
    if named is None or source.artifact.sha256 != named.sha256:
        raise AuditFailedError(
            f"{path.name} is not the policy of this audit",
            where=[f"its sha256 is {source.artifact.sha256}"],
            hint="give the policy as it was when the audit ran, or audit again",
        )
    return source


def _refuse_another_model(found: Artifact | None, audited: Artifact) -> None:
    if found is None or found.sha256 != audited.sha256:
        name, digest = ("nothing", "none") if found is None else (found.name, found.sha256)
        raise RefusedModelError(
            f"{name} is not the model that was audited",
            where=[f"its sha256 is {digest}", f"in the record it is {audited.sha256}"],
            hint="explain with the file that was audited, or audit this one first",
        )


def with_audited_data(source: PolicyFile, record: AuditRecord, path: Path, file: CaseFile) -> PolicyFile:
    """Return the policy with the audited data, whether they lie where it says or are the file that was given.

    Raises UsageError where they are gone: a case is held against the rows that were audited, and no others.
    """
    audited = record.artifact("dataset")
    if audited is not None and file.sha256 == audited.sha256:
        dataset = source.policy.dataset.model_copy(update={"path": str(path.resolve())})
        return replace(source, policy=source.policy.model_copy(update={"dataset": dataset}))
    hint = "put them back, or give them with --data: a case is held against the rows that were audited"
    try:
        found = describe_dataset(source)
    except UsageError as error:
        raise UsageError("the data that were audited are not here", where=[error.message], hint=hint) from None
    refuse_other_rows((found,), record, hint)
    return source


def refuse_other_rows(found: tuple[Artifact, ...], record: AuditRecord, hint: str = "") -> None:
    """Raise UnusableDataError for other rows than those that the record names."""
    audited = {(artifact.role, artifact.sha256) for artifact in record.artifacts}
    for artifact in found:
        if (artifact.role, artifact.sha256) not in audited:
            raise UnusableDataError(
                f"{artifact.name}: these are not the rows that were audited",
                where=[f"their sha256 is {artifact.sha256}"],
                hint=hint or "the average case would be another: audit these rows first",
            )
