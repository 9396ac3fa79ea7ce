"""One audit from start to finish: the policy is read first, the record comes out last, nothing is written."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from fateaudit.artifacts import Artifact
from fateaudit.counts import Counts
from fateaudit.errors import ColumnError, PolicyError, UsageError
from fateaudit.evaluation import Binning, Evaluation, Model
from fateaudit.evidence import Evidence
from fateaudit.fairness import METRICS, measure, refuse_unsuitable
from fateaudit.loading import load_evaluation, open_model
from fateaudit.policy import Policy, PolicyFile, conclude, read_policy
from fateaudit.record import Access, AuditRecord, Environment, Tool

PACKAGES = ("fairlearn", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "skops")
"""What figures are computed with: their versions are in the record."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of an audit. It comes in from outside, so that the same inputs give the same bytes."""

    now: str
    source: Literal["system", "supplied"]

    @classmethod
    def from_text(cls, supplied: str | None) -> "Clock":
        """Return the supplied time, or the system's when there is none. Raises UsageError for text that is no time."""
        if supplied is None:
            return cls(_utc(datetime.now(UTC)), "system")
        try:
            moment = (
                datetime.fromtimestamp(int(supplied), UTC) if supplied.isdigit() else datetime.fromisoformat(supplied)
            )
        except (ValueError, OverflowError, OSError):
            raise UsageError(
                f'"{supplied[:40]}" is not a time', hint="write --now 2026-11-21T00:00:00Z, or seconds since 1970"
            ) from None
        if moment.tzinfo is None:
            raise UsageError(f'"{supplied[:40]}" has no time zone', hint="add a Z at the end for UTC")
        return cls(_utc(moment), "supplied")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


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
