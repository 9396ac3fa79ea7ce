"""Every check on one table: a row for each attribute or intersection that a check was split by."""

import math
from dataclasses import dataclass

from fateaudit.evidence import Measurement
from fateaudit.policy.wording import limit_in_words
from fateaudit.record import AuditRecord
from fateaudit.report.observations import Observation, by, observations
from fateaudit.report.shapes import IN_A_TABLE, VERDICT_SHAPES
from fateaudit.report.text import capitalised, shortened

KINDS = {"_ratio": "ratio", "_difference": "difference"}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer."""

    check: str
    measured: str
    found: str
    limit: str
    word: str
    shape: str
    severity: str


def rows(record: AuditRecord) -> tuple[Row, ...]:
    """Return one row for each answer, in the order of the policy."""
    return tuple(
        Row(
            check=one.check.id,
            measured=f"{shortened(one.title, 120)}, {by(record.policy, one.of)}: {kind(one.check.metric)}",
            found=found(one),
            limit=limit_in_words(one.check.limit),
            word=capitalised(IN_A_TABLE[one.answer.verdict]),
            shape=VERDICT_SHAPES[one.answer.verdict],
            severity=one.check.severity.value,
        )
        for one in observations(record)
    )


def kind(metric: str) -> str:
    """Return whether a metric is a rate, or a ratio or difference of rates."""
    return next((word for ending, word in KINDS.items() if metric.endswith(ending)), "rate")


def found(one: Observation) -> str:
    """Return the figure of the evidence, with two decimals."""
    return decimals(one.evidence.value) if isinstance(one.evidence, Measurement) else "none"


def decimals(value: float) -> str:
    """Return a figure with two decimals; a ratio to a rate of 0 is infinite."""
    return "infinite" if math.isinf(value) else f"{value:.2f}"


def signed(number: float, *, is_signed: bool) -> str:
    """Return a number with one decimal, and with its sign where either side is possible."""
    return f"{number:{'+' if is_signed else ''}.1f}".replace("-", "\N{MINUS SIGN}")
