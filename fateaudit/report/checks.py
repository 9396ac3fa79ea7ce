"""Every check on one table: a row for each attribute or intersection that a check was split by."""

import math
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from fateaudit.evidence import Estimate, Measurement, Score, Unmeasured
from fateaudit.policy.wording import capitalised, limit_in_words
from fateaudit.record import AuditRecord
from fateaudit.report import estimates, scores
from fateaudit.report.observations import Observation, observations, titled
from fateaudit.report.shapes import IN_A_TABLE, VERDICT_SHAPES, WEIGHTS

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


def by_check(record: AuditRecord) -> tuple[tuple[Row, ...], ...]:
    """Return the rows of each check together, in the order of the policy."""
    return tuple(tuple(group) for _, group in groupby(rows(record), key=lambda row: row.check))


def rows(record: AuditRecord) -> tuple[Row, ...]:
    """Return one row for each answer, in the order of the policy."""
    return tuple(
        Row(
            check=one.check.id,
            measured=f"{titled(one, record.policy)}: {_kind(one)}",
            found=found(one),
            limit=limit_in_words(one.check.limit),
            word=capitalised(IN_A_TABLE[one.ruling.verdict]),
            shape=VERDICT_SHAPES[one.ruling.verdict],
            severity=WEIGHTS[one.check.severity],
        )
        for one in observations(record)
    )


def _kind(one: Observation) -> str:
    if one.is_about_the_model:
        return "score"
    said = kind(one.check.metric)
    return "figure" if isinstance(one.evidence, Estimate) and said == "rate" else said


def kind(metric: str) -> str:
    """Return whether a metric is a rate, or a ratio or difference of rates."""
    return next((word for ending, word in KINDS.items() if metric.endswith(ending)), "rate")


def found(one: Observation) -> str:
    """Return the figure of the evidence, with two decimals."""
    match one.evidence:
        case Measurement() as item:
            return decimals(item.value)
        case Score() as item:
            return scores.value(item)
        case Estimate() as item:
            return estimates.value(item)
        case Unmeasured():
            return "none"
        case _ as item:
            assert_never(item)


def decimals(value: float) -> str:
    """Return a figure with two decimals; a ratio to a rate of 0 is infinite."""
    return "infinite" if math.isinf(value) else f"{value:.2f}"


def signed(number: float, *, is_signed: bool) -> str:
    """Return a number with one decimal, and with its sign where either side is possible."""
    return f"{number:{'+' if is_signed else ''}.1f}".replace("-", "\N{MINUS SIGN}")
