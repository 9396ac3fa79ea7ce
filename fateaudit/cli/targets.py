"""What a person signs: the answers with all inputs, before the run, or the record, after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fateaudit import accountability
from fateaudit.artifacts import Artifact, read, sha256
from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.policy import OVERALL_WORDS, PolicyFile, read_policy
from fateaudit.policy.wording import capitalised
from fateaudit.record import AuditRecord, refuse_other_conclusions
from fateaudit.signing import Role, Trust, read_trust
from fateaudit.standing import RECORD, Cause, Lack
from fateaudit.verification import TRUST, examine


@dataclass(frozen=True, slots=True)
class Target:
    """Files to sign, and whose signatures count on them."""

    folder: Path
    """Where the signatures lie, in a folder of their own."""
    files: Mapping[str, str]
    """Name to sha256."""
    trust: Trust
    demonstration: bool
    shown: tuple[str, ...]
    """What a person reads before signing, a line each."""


def find_target(path: Path, role: Role, *, now: str) -> Target:
    """Return what a role signs. Raises UsageError when `path` is what another role signs."""
    is_record = path.is_dir() or path.suffix == ".json"
    if role.signs_answers and is_record:
        raise UsageError(
            f"the {role.words} signs the answers with all inputs, before the run, and {path} is no policy",
            hint=f"give the policy: fateaudit sign fateaudit.yaml --as {role}",
        )
    if role.signs_answers:
        return _answers(read_policy(path), now=now)
    if path.exists() and not is_record:
        raise UsageError(
            f"the {role.words} signs the record, after the run, and {path} is none",
            hint=f"give the folder that holds {RECORD}: fateaudit sign FOLDER --as {role}",
        )
    return find_record(path, now=now)


def _answers(source: PolicyFile, *, now: str) -> Target:
    """Return what the answers' signers sign: the same names and digests as the audit will record.

    Raises DamagedFileError when somebody signed other files before.
    """
    check = source.policy.checklist_check
    if check is None:
        raise UsageError(
            f"{source.artifact.name} asks no list of questions, so there are no answers to sign",
            hint="add a check: { id: A-01, principle: accountability, checklist: predeployment-oversight, "
            'answers: answers.yaml, severity: blocker, why: "…" }',
        )
    trust = accountability.read_policy_trust(source)
    if trust is None:
        raise UsageError(
            f"{source.artifact.name} names no trust file, so no signature could be believed",
            hint="make keys with `fateaudit keygen`, then add: trust: { path: trust.yaml, sha256: … }",
        )
    answers = accountability.read_policy_answers(source, check)
    artifacts = [*describe_inputs(source), *accountability.artifacts_of(answers)]
    files = accountability.inputs_of(artifacts)
    _refuse_broken(accountability.judge_signatures(source, files, roles=(), created=now).causes)
    shown = [f"  {artifact.sha256[:12]}…  {artifact.role:<9}  {artifact.name}" for artifact in artifacts]
    given = f"{source.policy.system.name}: {len(answers.answers)} answers, with all that they are about:"
    return Target(source.folder, files, trust, source.policy.demonstration, (given, *shown))


def describe_inputs(source: PolicyFile) -> tuple[Artifact, ...]:
    """Return policy, dataset and model as an audit of them names them; no model is opened and no row is parsed.

    Raises what opening them raises for another file than the pinned one, or none.
    """
    from fateaudit.loading import describe_dataset  # noqa: PLC0415 - brings the libraries that read data
    from fateaudit.models import describe_model  # noqa: PLC0415 - same

    model = describe_model(source)
    return (source.artifact, describe_dataset(source), *([model] if model else []))


def find_record(path: Path, *, now: str) -> Target:
    """Return the record in a folder, or at its own path, with what was found in it.

    Raises UsageError where there is none or nobody is trusted, DamagedFileError for a folder that could never hold:
    a record or a paper that was changed, an earlier signature that is broken.
    """
    folder = path if path.is_dir() or path.suffix != ".json" else path.parent
    if path.suffix == ".json" and path.name != RECORD and not path.is_dir():
        raise UsageError(f"signatures are on {RECORD}, and this is {path.name}", hint=f"give the folder of {RECORD}")
    content = read(folder / RECORD, what="the record", hint="give the folder that `fateaudit run` wrote")
    record = AuditRecord.from_bytes(content, name=RECORD)
    refuse_other_conclusions(record, RECORD)
    named = record.policy.trust
    if named is None:
        raise UsageError(
            "the policy of this audit names no trust file, so no signature could be believed",
            hint="add trust: { path: trust.yaml, sha256: … } to the policy, have the answers signed, and run again",
        )
    written = read(folder / TRUST, what="the trust file", hint="copy there the file that the policy pins")
    trust = read_trust(written, TRUST, pin=named.sha256)
    _refuse_broken(examine(folder, now=now).causes)
    opinion = record.opinion.policy
    digest = sha256(content)
    shown = (
        f"{record.system.name}, audit {record.audit_id} of {record.created}:",
        f"  {digest[:12]}…  record     {RECORD}",
        f"  RESULT: {OVERALL_WORDS[opinion.overall]}. {capitalised(opinion.because)}.",
    )
    return Target(folder, {RECORD: digest}, trust, record.demonstration, shown)


def _refuse_broken(causes: Iterable[Cause]) -> None:
    """Refuse what would stay broken whoever signs now; a signature that is still missing is no fault."""
    wrong = [cause.sentence for cause in causes if cause.lack is not Lack.MISSING]
    if wrong:
        raise DamagedFileError(
            "this does not hold as it is, so no further signature on it would",
            where=wrong,
            hint="put back the files as they were, or begin again in a new folder",
        )
