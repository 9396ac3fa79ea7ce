"""One audit from start to finish: the policy is read first, the record comes out last, nothing is written."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from fateaudit import accountability
from fateaudit.artifacts import Artifact
from fateaudit.counts import Counts
from fateaudit.entering import EnteredRun, entered
from fateaudit.evaluation import Evaluation, Isolation, Model
from fateaudit.evidence import Evidence, SelfTest
from fateaudit.fairness import measure_usefulness
from fateaudit.gathering import count, load, measure_all, refuse_unknown_groups, refuse_unsuitable_checks
from fateaudit.loading import Way
from fateaudit.models import Terms, open_model
from fateaudit.policy import Circumstances, PolicyFile, conclude, read_policy, read_profile
from fateaudit.record import Access, AuditRecord, Clock, Environment, Isolated, Tool
from fateaudit.self_test import refuse_failed, run_self_test

PACKAGES = ("fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""What figures are computed with: their versions are in the record."""


def audit(  # noqa: PLR0913 - each can be left out
    policy: str | Path,
    *,
    clock: Clock | None = None,
    ledger: Path | None = None,
    data: object = None,
    way: Way | None = None,
    explains: bool = True,
    terms: Terms | None = None,
) -> AuditRecord:
    """Audit the model that the policy file names and return the record; nothing is written but lines in `ledger`.

    `data` is a data frame to take in place of `dataset.path`: of pandas, polars, Arrow, duckdb or Spark, whose rows
    stay where they are. `way` says with how many processes rows are scored, and who is told how far it is. `terms` says
    what a model may use, and whether one that runs its maker's code is opened. Without
    `explains` the model's reasons are left out, and the record says so.

    Answers and their signatures are read beside the policy: they were signed before this. Without a ledger nobody can
    show how often this was run, and the opinion says so.

    Raises FateauditError: UsageError for what must be written differently, AuditFailedError for what is damaged.
    """
    clock = clock or Clock.from_text(None)
    source = read_policy(Path(policy))
    refuse_unsuitable_checks(source)
    tested = run_self_test()
    refuse_failed(tested)
    answers = _read_answers(source, clock)
    with open_model(source, terms) as model:
        evaluation, dataset = load(source, model, way, data)
        artifacts = [source.artifact, *dataset, *([model.artifact] if model else [])]
        artifacts += () if answers is None else accountability.artifacts_of(answers)
        told = () if answers is None else _told(source, answers, artifacts, clock)
        counts = count(source.policy, evaluation)
        refuse_unknown_groups(source, counts)
        begun = Begun(source, clock, tuple(artifacts), tested, told)
        with entered(ledger, artifacts, audit_id=begun.audit_id, time=clock.now) as run:
            record = _record(begun, run, evaluation, model, counts, explains=explains, way=way)
            run.finish(record)
    return record


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of an audit before anything is measured."""

    source: PolicyFile
    clock: Clock
    artifacts: tuple[Artifact, ...]
    tested: SelfTest
    told: tuple[Evidence, ...]
    """What was answered, and signed, beforehand."""

    @property
    def audit_id(self) -> str:
        """12 hexadecimal digits that name this audit: of its inputs, its time and its seed."""
        named = sorted(f"{artifact.role}:{artifact.sha256}" for artifact in self.artifacts)
        whole = "\n".join([*named, self.clock.now, str(self.source.policy.statistics.seed)])
        return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _record(  # noqa: PLR0913 - what the record is made of
    begun: Begun,
    run: EnteredRun,
    evaluation: Evaluation,
    model: Model | None,
    counts: Counts,
    *,
    explains: bool,
    way: Way | None,
) -> AuditRecord:
    policy = begun.source.policy
    evidence, insights = measure_all(policy, counts, evaluation, model, explains=explains, way=way)
    evidence += begun.told
    circumstances = Circumstances(
        history=run.history, usefulness=measure_usefulness(counts, policy), trained_on=insights.trained_on
    )
    findings, opinions = conclude(policy, evidence, circumstances, profile=read_profile())
    return AuditRecord(
        demonstration=policy.demonstration,
        audit_id=begun.audit_id,
        created=begun.clock.now,
        clock=begun.clock.source,
        tool=Tool(name="fateaudit", version=version("fateaudit")),
        environment=_environment(model),
        artifacts=tuple(sorted(begun.artifacts, key=lambda artifact: (artifact.role, artifact.name))),
        system=policy.system,
        access=_access(model),
        policy=policy,
        counts=counts,
        evidence=evidence,
        findings=findings,
        opinion=opinions,
        insights=insights,
        self_test=begun.tested,
        usefulness=circumstances.usefulness,
        ledger=run.history,
    )


def _read_answers(source: PolicyFile, clock: Clock) -> accountability.AnswersFile | None:
    """Return the answers that the policy names, if it names any; none is dated after the audit."""
    check = source.policy.checklist_check
    if check is None:
        return None
    answers = accountability.read_policy_answers(source, check)
    accountability.refuse_later(answers, clock.now)
    return answers


def _told(
    source: PolicyFile, answers: accountability.AnswersFile, artifacts: Sequence[Artifact], clock: Clock
) -> tuple[Evidence, ...]:
    """Return the answers as evidence, with what the signatures on them are worth."""
    check = source.policy.checklist_check
    assert check is not None  # noqa: S101 - answers are read for a check
    signatures = accountability.judge_signatures(
        source, accountability.inputs_of(artifacts), roles=check.require.signed_by, created=clock.now
    )
    return accountability.measure(check, answers, source.policy.system, signatures)


def _environment(model: Model | None) -> Environment:
    return Environment(
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        isolation=None if model is None or model.isolation is None else _isolated(model.isolation),
    )


def _isolated(isolation: Isolation) -> Isolated:
    return Isolated(
        landlock=isolation.landlock,
        seccomp=isolation.seccomp,
        rlimits=isolation.rlimits,
        bubblewrap=isolation.bubblewrap,
        memory_gib=isolation.memory / 2**30,
        seconds=isolation.seconds,
        batch_rows=isolation.batch_rows,
    )


def _access(model: Model | None) -> Access:
    if model is None:
        return Access(model="predictions_only", description=(), is_open=False)
    return Access(
        model=model.access,
        description=model.structure,
        is_open=model.inside is not None,
        settings=model.settings,
    )
