"""The model looked at once: all that this pillar finds out, before anything of it is held against a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Inside, Overlap, Predict
from fateaudit.evidence import Reason
from fateaudit.policy import Policy
from fateaudit.transparency.documentation import Completeness, completeness
from fateaudit.transparency.measuring import Decision, Repeat, Trace, score_again, trace
from fateaudit.transparency.surrogates import Surrogate, Unfollowed, fit_surrogates

if TYPE_CHECKING:
    import pyarrow as pa

NO_MODEL = "only predictions were given, not the model"


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was found out; None where there is no model to look at."""

    documentation: Completeness
    repeat: Repeat | Unfollowed | None
    trace: Trace | Unfollowed | None
    surrogate: Surrogate | Unfollowed | None
    overlap: Overlap | None = None
    """None where the policy names no training data."""


T = TypeVar("T")

NO_CASE = Unfollowed(Reason.MISSING_INPUT, "there is no made-up case to follow: explanations were left out, or failed")
NO_TRAINING = Unfollowed(Reason.MISSING_INPUT, "the policy names no training data to look the rows up in")


def look(
    table: pa.Table | None, predict: Predict | None, case: pa.Table | None, encoder: Inside | None, policy: Policy
) -> Seen:
    """Look at the model through `table`, rows of what it reads, and follow `case`, one made-up row of them."""
    card = completeness(policy.model_card)
    if table is None or predict is None:
        return Seen(card, None, None, None)
    decision = Decision(policy.decision.threshold, policy.decision.at)
    return Seen(
        documentation=card,
        repeat=_unless_failed(lambda: score_again(predict, table, decision, seed=policy.statistics.seed)),
        trace=NO_CASE if case is None else _unless_failed(lambda: trace(predict, case, decision, encoder=encoder)),
        surrogate=_unless_failed(lambda: fit_surrogates(predict, table, seed=policy.statistics.seed)),
    )


def _unless_failed(measured: Callable[[], T]) -> T | Unfollowed:
    """Return what was measured. A model that fails here has scored all rows before: only this is not known."""
    try:
        return measured()
    except AuditFailedError as error:
        return Unfollowed(Reason.FAILED, error.message)
