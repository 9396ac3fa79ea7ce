"""One audit from start to finish: the policy is read first, the record comes out last, nothing is written."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fateaudit import accountability, explainability, transparency
from fateaudit.artifacts import Artifact
from fateaudit.counts import NOT_RECORDED, Counts, Outcome, total
from fateaudit.entering import entered
from fateaudit.errors import DamagedFileError, FateauditError, placed
from fateaudit.evaluation import Binning, Evaluation, Model, Scored
from fateaudit.evidence import Evidence, Insights, Usefulness
from fateaudit.explainability import Pipeline
from fateaudit.fairness import (
    METRICS,
    is_from_rows,
    measure,
    measure_usefulness,
    refuse_unknown_references,
    refuse_unsuitable,
)
from fateaudit.fairness.looking import look
from fateaudit.loading import load_evaluation, open_model
from fateaudit.policy import (
    ChecklistCheck,
    Circumstances,
    MetricCheck,
    Policy,
    PolicyFile,
    Principle,
    conclude,
    read_policy,
    read_profile,
    reference_policy,
    refuse_unsuitable_score,
)
from fateaudit.record import Access, AuditRecord, Clock, Environment, Tool
from fateaudit.self_test import refuse_failed, run_self_test

if TYPE_CHECKING:
    import pyarrow as pa

PACKAGES = ("fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""What figures are computed with: their versions are in the record."""


def audit(policy: str | Path, *, clock: Clock | None = None, ledger: Path | None = None) -> AuditRecord:
    """Audit the model that the policy file names and return the record; nothing is written but lines in `ledger`.

    Answers and their signatures are read beside the policy: they were signed before this. Without a ledger nobody can
    show how often this was run, and the opinion says so.

    Raises FateauditError: UsageError for what must be written differently, AuditFailedError for what is damaged.
    """
    clock = clock or Clock.from_text(None)
    source = read_policy(Path(policy))
    _refuse_unsuitable_checks(source)
    tested = run_self_test()
    refuse_failed(tested)
    check = source.policy.checklist_check
    answers = None if check is None else accountability.read_policy_answers(source, check)
    if answers is not None:
        accountability.refuse_later(answers, clock.now)
    with open_model(source) as model:
        evaluation, dataset = load_evaluation(source, model)
        counts = _count(source.policy, evaluation)
        _refuse_unknown_references(source, counts)
        artifacts = [source.artifact, dataset, *([model.artifact] if model else [])]
        artifacts += () if answers is None else accountability.artifacts_of(answers)
        audit_id = _identify(artifacts, clock, source.policy.statistics.seed)
        told = () if check is None or answers is None else _answered(source, check, answers, artifacts, clock)
        with entered(ledger, artifacts, audit_id=audit_id, time=clock.now) as run:
            evidence, insights = _measure_all(source.policy, counts, evaluation, model)
            evidence += told
            circumstances = Circumstances(history=run.history, usefulness=measure_usefulness(counts, source.policy))
            findings, opinions = conclude(source.policy, evidence, circumstances, profile=read_profile())
            record = AuditRecord(
                demonstration=source.policy.demonstration,
                audit_id=audit_id,
                created=clock.now,
                clock=clock.source,
                tool=Tool(name="fateaudit", version=version("fateaudit")),
                environment=_environment(),
                artifacts=tuple(sorted(artifacts, key=lambda artifact: (artifact.role, artifact.name))),
                system=source.policy.system,
                access=_access(model),
                policy=source.policy,
                counts=counts,
                evidence=evidence,
                findings=findings,
                opinion=opinions,
                insights=insights,
                self_test=tested,
                usefulness=circumstances.usefulness,
                ledger=run.history,
            )
            run.finish(record)
    return record


def _answered(
    source: PolicyFile,
    check: ChecklistCheck,
    answers: accountability.AnswersFile,
    artifacts: Sequence[Artifact],
    clock: Clock,
) -> tuple[Evidence, ...]:
    signatures = accountability.judge_signatures(
        source, accountability.inputs_of(artifacts), roles=check.require.signed_by, created=clock.now
    )
    return accountability.measure(check, answers, source.policy.system, signatures)


def refuse_other_evidence(record: AuditRecord, name: str) -> None:
    """Measure again from the record's counts; raise DamagedFileError when that gives other evidence than it holds.

    Figures may differ in their last digits on another machine, and the second calculation with another fairlearn.
    """
    # Scores need the model: only evidence that is made of counts can be made again here.
    policies = _policies(record.policy) if record.opinion.reference else (record.policy,)
    asked = [check for policy in policies for check in policy.metric_checks(Principle.FAIRNESS)]
    checks = {check.id for check in asked if not is_from_rows(check)}
    held = [item for item in record.evidence if item.check in checks]
    try:
        again = [item for policy in policies for item in _of_counts(policy, record.counts) if item.check in checks]
        follows = _agree(list(map(_comparable, again)), list(map(_comparable, held)))
        useful = measure_usefulness(record.counts, record.policy)
        follows = follows and _agree(_plain(useful), _plain(record.usefulness))
    except FateauditError:
        follows = False
    if not follows:
        raise DamagedFileError(
            f"the evidence in {name} does not follow from its counts",
            hint="the record was altered, or made by another version: run the audit again",
        )


def _plain(useful: Usefulness | None) -> Any:
    return None if useful is None else useful.model_dump(mode="json")


def _policies(policy: Policy) -> tuple[Policy, Policy]:
    """Return the two policies that an audit is judged by: its own, and the one that the reference profile makes."""
    return policy, reference_policy(policy, read_profile().profile)


def _of_counts(policy: Policy, counts: Counts, scored: Scored | None = None) -> tuple[Evidence, ...]:
    return measure(policy.metric_checks(Principle.FAIRNESS), counts, policy, scored=scored)


def _scored(policy: Policy, evaluation: Evaluation) -> Scored | None:
    """Return scores and groups row by row where a check asks for what counts cannot tell."""
    is_asked = any(is_from_rows(check) for check in policy.metric_checks(Principle.FAIRNESS))
    names = [attribute.name for attribute in policy.columns.sensitive]
    return evaluation.scored(names, _binnings(policy), seed=policy.statistics.seed) if is_asked else None


def _comparable(item: Evidence) -> dict[str, Any]:
    return item.model_dump(mode="json", exclude={"second_calculation"})


def _agree(one: Any, other: Any) -> bool:
    """Whether two values are equal, numbers up to rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _refuse_unsuitable_checks(source: PolicyFile) -> None:
    """Refuse metrics and limits before anything heavy is loaded, with the line they stand on."""
    for check in source.policy.metric_checks():
        with placed(_where(source, check)):
            if check.principle is Principle.FAIRNESS:
                refuse_unsuitable(check, source.policy, METRICS)
            else:
                refuse_unsuitable_score(check, SCORES[check.principle])


def _refuse_unknown_references(source: PolicyFile, counts: Counts) -> None:
    for check in source.policy.metric_checks():
        with placed(_where(source, check)):
            refuse_unknown_references(check, counts)


def _where(source: PolicyFile, check: MetricCheck) -> str:
    return source.where("checks", source.policy.checks.index(check))


SCORES = {Principle.EXPLAINABILITY: explainability.METRICS, Principle.TRANSPARENCY: transparency.METRICS}
"""The metrics of each pillar that measures the model as a whole."""

EXPLAINED_ROWS = 5_000
"""Rows that the model is explained on, drawn once; its figures come with their uncertainty."""


def _measure_all(
    policy: Policy, counts: Counts, evaluation: Evaluation, model: Model | None
) -> tuple[tuple[Evidence, ...], Insights]:
    predict = evaluation.predict
    table = None if predict is None else _sample(policy, evaluation)
    if table is None or predict is None or model is None:
        explained, seen = None, transparency.look(None, None, None, None, policy)
    else:
        inside = None if model.opened is None else Pipeline(*model.opened)
        explained = explainability.explain_model(table, predict, inside, _extremes(counts, policy), policy)
        inputs = table.select([column.name for column in model.inputs])
        seen = transparency.look(inputs, predict, _example(explained, inputs), inside, policy)
    scored = _scored(policy, evaluation)
    evidence = tuple(
        item
        for one in _policies(policy)
        for item in (
            *_of_counts(one, counts, scored),
            *explainability.measure(one.metric_checks(Principle.EXPLAINABILITY), explained, one),
            *transparency.measure(one.metric_checks(Principle.TRANSPARENCY), seen, one),
        )
    )
    return evidence, _insights(explained, seen).model_copy(update={"looked_at": look(policy, counts, evaluation)})


def _sample(policy: Policy, evaluation: Evaluation) -> pa.Table | None:
    names = [attribute.name for attribute in policy.columns.sensitive]
    return evaluation.sample(EXPLAINED_ROWS, seed=policy.statistics.seed, attributes=names, bins=_binnings(policy))


def _extremes(counts: Counts, policy: Policy) -> list[tuple[str, str, str]]:
    """Return (attribute, best-off group, worst-off group) for each attribute with two groups that are large enough."""
    found = []
    for attribute in policy.columns.sensitive:
        rates = []
        for (group,), cells in counts.by_group((attribute.name,)).items():
            rows = total(cells, lambda _: True)
            selected = total(cells, lambda cell: cell.decision is Outcome.FAVOURABLE)
            if rows >= policy.statistics.min_group_size and group != NOT_RECORDED:
                rates.append((selected / rows, group))
        if len(rates) > 1:
            found.append((attribute.name, max(rates)[1], min(rates)[1]))
    return found


def _example(explained: explainability.Explained, inputs: pa.Table) -> pa.Table | None:
    """Return the last example case as a table of one row: the borderline one, where there is one."""
    reasons = [one for one in explained.reasons if isinstance(one, explainability.Reasons)]
    return explainability.table_of(reasons[-1].case, inputs) if reasons else None


def _insights(explained: explainability.Explained | None, seen: transparency.Seen) -> Insights:
    way, stand_in, documentation, unseen = transparency.tell(seen)
    importances, gaps, examples, missing = (None, (), (), ()) if explained is None else explainability.tell(explained)
    return Insights(
        importances=importances,
        gaps=gaps,
        examples=examples,
        trace=way,
        surrogate=stand_in,
        documentation=documentation,
        not_told=(*missing, *unseen),
    )


def _binnings(policy: Policy) -> dict[str, Binning]:
    return {
        attribute.name: Binning(attribute.bins or (), attribute.bin_names(), attribute.not_recorded)
        for attribute in policy.columns.sensitive
        if attribute.bins or attribute.not_recorded
    }


def _count(policy: Policy, evaluation: Evaluation) -> Counts:
    return evaluation.counts([attribute.name for attribute in policy.columns.sensitive], bins=_binnings(policy))


def _identify(artifacts: Sequence[Artifact], clock: Clock, seed: int) -> str:
    """Return 12 hexadecimal digits that name this audit: of its inputs, its time and its seed."""
    named = sorted(f"{artifact.role}:{artifact.sha256}" for artifact in artifacts)
    return hashlib.sha256("\n".join([*named, clock.now, str(seed)]).encode()).hexdigest()[:12]


def _environment() -> Environment:
    return Environment(
        python=platform.python_version(), packages={name: version(name) for name in PACKAGES}, isolation="none"
    )


def _access(model: Model | None) -> Access:
    if model is None:
        return Access(model="predictions_only", description=())
    return Access(model="file", description=model.structure)
