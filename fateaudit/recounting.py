"""Evidence made again from a record's own counts: what a reader can check without the model and the data."""

import math
from typing import Any

from fateaudit.errors import DamagedFileError, FateauditError
from fateaudit.evidence import Evidence, Usefulness
from fateaudit.fairness import is_from_rows, measure_usefulness
from fateaudit.gathering import measure_counts, policies_of
from fateaudit.policy import Principle
from fateaudit.record import AuditRecord


def refuse_other_evidence(record: AuditRecord, name: str) -> None:
    """Measure again from the record's counts; raise DamagedFileError when that gives other evidence than it holds.

    Figures may differ in their last digits on another machine, and the second calculation with another fairlearn.
    """
    # Scores need the model: only evidence that is made of counts can be made again here.
    policies = policies_of(record.policy) if record.opinion.reference else (record.policy,)
    asked = [check for policy in policies for check in policy.metric_checks(Principle.FAIRNESS)]
    checks = {check.id for check in asked if not is_from_rows(check)}
    held = [item for item in record.evidence if item.check in checks]
    try:
        again = [item for policy in policies for item in measure_counts(policy, record.counts) if item.check in checks]
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
