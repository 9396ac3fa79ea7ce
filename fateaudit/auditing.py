"""One audit from start to finish: the policy is read first, the record comes out last, nothing is written."""

import hashlib
import math
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fateaudit.artifacts import Artifact
from fateaudit.counts import Counts
from fateaudit.errors import ColumnError, DamagedFileError, FateauditError, PolicyError
from fateaudit.evaluation import Binning, Evaluation, Model
from fateaudit.evidence import Evidence
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.loading import load_evaluation, open_model
from fateaudit.policy import Policy, PolicyFile, conclude, read_policy
from fateaudit.record import Access, AuditRecord, Clock, Environment, Tool

PACKAGES = ("fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""What figures are computed with: their versions are in the record."""


def audit(policy: str | Path, *, clock: Clock | None = None, demonstration: bool = False) -> AuditRecord:
    """Audit the model that the policy file names and return the record; nothing is written.

    Raises FateauditError: UsageError for what must be written differently, AuditFailedError for what is damaged.
    """
    clock = clock or Clock.from_text(None)
    source = read_policy(Path(policy))
    _refuse_unsuitable_checks(source)
    with open_model(source) as model:
        evaluation, dataset = load_evaluation(source, model)
        counts = _count(source.policy, evaluation)
        evidence = _measure(source, counts)
    findings, opinions = conclude(source.policy, evidence)
    artifacts = (source.artifact, dataset, *([model.artifact] if model else []))
    return AuditRecord(
        demonstration=demonstration,
        audit_id=_identify(artifacts, clock, source.policy.statistics.seed),
        created=clock.now,
        clock=clock.source,
        tool=Tool(name="fateaudit", version=version("fateaudit")),
        environment=_environment(),
        artifacts=tuple(sorted(artifacts, key=lambda artifact: artifact.role)),
        system=source.policy.system,
        access=_access(model),
        policy=source.policy,
        counts=counts,
        evidence=evidence,
        findings=findings,
        opinion=opinions,
    )


def refuse_other_evidence(record: AuditRecord, name: str) -> None:
    """Measure again from the record's counts; raise DamagedFileError when that gives other evidence than it holds.

    Figures may differ in their last digits on another machine, and the second calculation with another fairlearn.
    """
    try:
        again = measure(record.policy.checks, record.counts, record.policy)
    except FateauditError:
        again = ()
    if not _agree([_comparable(item) for item in again], [_comparable(item) for item in record.evidence]):
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
    for index, check in enumerate(source.policy.checks):
        try:
            refuse_unsuitable(check, source.policy, METRICS)
        except PolicyError as error:
            raise PolicyError(error.message, where=[source.where("checks", index)], hint=error.hint) from None


def _count(policy: Policy, evaluation: Evaluation) -> Counts:
    bins = {
        attribute.name: Binning(attribute.bins or (), attribute.bin_names(), attribute.not_recorded)
        for attribute in policy.columns.sensitive
        if attribute.bins or attribute.not_recorded
    }
    return evaluation.counts([attribute.name for attribute in policy.columns.sensitive], bins=bins)


def _measure(source: PolicyFile, counts: Counts) -> tuple[Evidence, ...]:
    try:
        return measure(source.policy.checks, counts, source.policy)
    except ColumnError as error:
        place = next((place for place, check in enumerate(source.policy.checks) if check.id in error.message), 0)
        raise ColumnError(error.message, where=[source.where("checks", place)], hint=error.hint) from None


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
