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
from fateaudit.errors import DamagedFileError, FateauditError, placed
from fateaudit.evaluation import Binning, Evaluation, Model
from fateaudit.evidence import Evidence, Insights
from fateaudit.explainability import Pipeline
from fateaudit.fairness import METRICS, measure, refuse_unknown_references, refuse_unsuitable
from fateaudit.loading import load_evaluation, open_model
from fateaudit.policy import MetricCheck, Policy, PolicyFile, Principle, conclude, read_policy, refuse_unsuitable_score
from fateaudit.record import Access, AuditRecord, Clock, Environment, Tool

if TYPE_CHECKING:
    import pyarrow as pa

PACKAGES = ("fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""What figures are computed with: their versions are in the record."""


def audit(policy: str | Path, *, clock: Clock | None = None) -> AuditRecord:
    """Audit the model that the policy file names and return the record; nothing is written.

    Answers and their signatures are read beside the policy: they were signed before this.

    Raises FateauditError: UsageError for what must be written differently, AuditFailedError for what is damaged.
    """
    clock = clock or Clock.from_text(None)
    source = read_policy(Path(policy))
    _refuse_unsuitable_checks(source)
    check = source.policy.checklist_check
    answers = None if check is None else accountability.read_policy_answers(source, check)
    with open_model(source) as model:
        evaluation, dataset = load_evaluation(source, model)
        counts = _count(source.policy, evaluation)
        _refuse_unknown_references(source, counts)
        evidence, insights = _measure_all(source.policy, counts, evaluation, model)
    artifacts = [source.artifact, dataset, *([model.artifact] if model else [])]
    if check is not None and answers is not None:
        artifacts += accountability.artifacts_of(answers)
        signatures = accountability.judge_signatures(
            source, accountability.inputs_of(artifacts), roles=check.require.signed_by, created=clock.now
        )
        evidence += accountability.measure(check, answers, source.policy.system, signatures)
    findings, opinions = conclude(source.policy, evidence)
    return AuditRecord(
        demonstration=source.policy.demonstration,
        audit_id=_identify(artifacts, clock, source.policy.statistics.seed),
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
    )


def refuse_other_evidence(record: AuditRecord, name: str) -> None:
    """Measure again from the record's counts; raise DamagedFileError when that gives other evidence than it holds.

    Figures may differ in their last digits on another machine, and the second calculation with another fairlearn.
    """
    checks = record.policy.metric_checks(Principle.FAIRNESS)
    # Scores need the model: only evidence that is made of counts can be made again here.
    held = [item for item in record.evidence if item.check in {check.id for check in checks}]
    try:
        follows = _agree(
            list(map(_comparable, measure(checks, record.counts, record.policy))), list(map(_comparable, held))
        )
    except FateauditError:
        follows = False
    if not follows:
        raise DamagedFileError(
            f"the evidence in {name} does not follow from its counts",
            hint="the record was altered, or made by another version: run the audit again",
        )


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
    evidence = (
        *measure(policy.metric_checks(Principle.FAIRNESS), counts, policy),
        *explainability.measure(policy.metric_checks(Principle.EXPLAINABILITY), explained, policy),
        *transparency.measure(policy.metric_checks(Principle.TRANSPARENCY), seen, policy),
    )
    return evidence, _insights(explained, seen)


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
