"""How open, documented, repeatable and followable the model is → evidence and insights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from fateaudit import evidence as told
from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Inside, Predict
from fateaudit.evidence import Evidence, NotTold, Reason, Subject
from fateaudit.policy import MetricCheck, Policy, score_claims, unmeasured_score
from fateaudit.transparency.documentation import Completeness, completeness
from fateaudit.transparency.measuring import Decision, Repeat, Stage, Trace, score_again, trace
from fateaudit.transparency.surrogates import Surrogate, Unfollowed, fit_surrogates

if TYPE_CHECKING:
    import pyarrow as pa


def _subject(title: str, formal: str) -> Subject:
    return Subject(title=title, among="", counted="", formal=formal)


SUBJECTS = {
    "documentation_completeness": _subject(
        "Fields of the model card that say something", "documentation completeness: share of the model card's fields"
    ),
    "determinism": _subject("Same case, same output", "determinism: share of rows scored alike three times"),
    "trace_completeness": _subject(
        "One decision can be followed",
        "trace completeness: share of the stages from input to decision that can be seen",
    ),
    "transparency_fidelity": _subject(
        "A simple stand-in repeats the model", "transparency fidelity: R² of a surrogate on held-out rows"
    ),
}
"""What each metric of this pillar is about, by its id."""

METRICS = tuple(SUBJECTS)

NO_MODEL = "only predictions were given, not the model"


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was found out; None where there is no model to look at."""

    documentation: Completeness
    repeat: Repeat | Unfollowed | None
    trace: Trace | Unfollowed | None
    surrogate: Surrogate | Unfollowed | None


T = TypeVar("T")

NO_CASE = Unfollowed(Reason.MISSING_INPUT, "there is no made-up case to follow: explanations were left out, or failed")


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


def measure(checks: Sequence[MetricCheck], seen: Seen, policy: Policy) -> tuple[Evidence, ...]:
    """Return the evidence for `checks`."""
    return tuple(_measure_one(check, seen, policy) for check in checks)


def _measure_one(check: MetricCheck, seen: Seen, policy: Policy) -> Evidence:
    asked = {
        "documentation_completeness": seen.documentation,
        "determinism": seen.repeat,
        "trace_completeness": seen.trace,
        "transparency_fidelity": seen.surrogate,
    }
    match asked[check.metric]:
        case None:
            return unmeasured_score(check, SUBJECTS[check.metric], Reason.MISSING_INPUT, NO_MODEL)
        case Unfollowed() as missing:
            return unmeasured_score(check, SUBJECTS[check.metric], missing.reason, missing.detail)
        case Completeness() as card:
            number = len(card.present) + len(card.missing)
            sentence = f"{len(card.present)} of {number} fields of the model card say something."
            return _scored(check, card.share, (card.share, card.share), sentence, policy)
        case Repeat() as repeat:
            share = 1 - max(repeat.again, repeat.reordered) / repeat.rows
            sentence = (
                f"{repeat.rows:,} rows were scored three times; {max(repeat.again, repeat.reordered):,} got another "
                f"output, and {repeat.decisions:,} another decision."
            )
            return _scored(check, share, (share, share), sentence, policy)
        case Trace() as way:
            share = len(way.stages) / len(Stage)
            sentence = f"{len(way.stages)} of {len(Stage)} stages from input to decision can be seen."
            return _scored(check, share, (share, share), sentence, policy)
        case Surrogate() as stand_in:
            sentence = (
                f"A {stand_in.by} repeats {max(0, round(100 * stand_in.value))} in 100 parts of how outputs differ "
                f"({stand_in.held_out:,} rows it had not seen); one fitted to shuffled outputs "
                f"{max(0, round(100 * stand_in.baseline))}."
            )
            return _scored(check, stand_in.value, stand_in.interval, sentence, policy, baseline=stand_in.baseline)


def _scored(  # noqa: PLR0913 - a check, its figure, and what is said of it
    check: MetricCheck,
    value: float,
    interval: tuple[float, float],
    sentence: str,
    policy: Policy,
    *,
    baseline: float | None = None,
) -> told.Score:
    is_counted = interval[0] == interval[1]
    return told.Score(
        id=f"{check.id}/overall",
        check=check.id,
        metric=check.metric,
        subject=SUBJECTS[check.metric],
        confidence=policy.statistics.confidence,
        method="counted, not estimated"
        if is_counted
        else "held-out rows; bootstrap over rows; beside shuffled outputs",
        value=value,
        interval=interval,
        baseline=baseline,
        claims=score_claims(check, *interval),
        sentence=sentence,
    )


Told = tuple[told.Trace | None, told.Surrogate | None, told.Documentation, tuple[NotTold, ...]]


def tell(seen: Seen) -> Told:
    """Return what a report prints: the trace, the stand-in, the documentation, and what could not be told."""
    missing = []
    if seen.surrogate is None:
        missing.append(NotTold(what="how the model decides", because=NO_MODEL))
    if isinstance(seen.surrogate, Unfollowed):
        missing.append(NotTold(what="how much of the model a simple stand-in repeats", because=seen.surrogate.detail))
    stand_in = seen.surrogate if isinstance(seen.surrogate, Surrogate) else None
    card = seen.documentation
    return (
        _trace(seen.trace) if isinstance(seen.trace, Trace) else None,
        None if stand_in is None else _surrogate(stand_in),
        told.Documentation(present=card.present, missing=card.missing, unknown=card.unknown),
        tuple(missing),
    )


def _trace(found: Trace) -> told.Trace:
    return told.Trace(
        steps=tuple(
            told.Step(stage=step.stage.value, name=step.name, value=_as_text(step.value)) for step in found.steps
        ),
        stages=tuple(stage.value for stage in found.stages),
        recomputed=found.recomputed,
    )


def _as_text(value: str | float | None) -> str:
    return "not recorded" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _surrogate(found: Surrogate) -> told.Surrogate:
    return told.Surrogate(
        by=found.by,
        value=found.value,
        interval=found.interval,
        tree=found.tree,
        points=found.points,
        baseline=found.baseline,
    )
