"""What was seen of a model → what the record tells of it beside the checks: values that a report can print."""

from __future__ import annotations

from fateaudit import evidence as told
from fateaudit.evaluation import Overlap
from fateaudit.evidence import Insights, NotTold
from fateaudit.transparency.documentation import Completeness, shipped_fields
from fateaudit.transparency.measuring import Trace
from fateaudit.transparency.seen import NO_MODEL, Seen
from fateaudit.transparency.surrogates import Surrogate, Unfollowed


def tell(seen: Seen, beside: Insights) -> Insights:
    """Return what is told `beside`, and with it the trace, the stand-in, the papers, and what could not be told."""
    return beside.model_copy(
        update={
            "trace": _trace(seen.trace) if isinstance(seen.trace, Trace) else None,
            "surrogate": _surrogate(seen.surrogate) if isinstance(seen.surrogate, Surrogate) else None,
            "documentation": _documentation(seen.documentation),
            "trained_on": None if seen.overlap is None else trained_on(seen.overlap),
            "not_told": (*beside.not_told, *_not_told(seen)),
        }
    )


def _not_told(seen: Seen) -> list[NotTold]:
    if seen.surrogate is None:
        return [NotTold(what="how the model decides", because=NO_MODEL)]
    missing = []
    if isinstance(seen.surrogate, Unfollowed):
        missing.append(NotTold(what="how much of the model a simple stand-in repeats", because=seen.surrogate.detail))
    if isinstance(seen.trace, Unfollowed):
        missing.append(NotTold(what="the way of one case to its decision", because=seen.trace.detail))
    return missing


def trained_on(found: Overlap) -> told.TrainedOn:
    """Return how many rows are in the training data as the record holds it."""
    return told.TrainedOn(rows=found.rows, inside=found.inside, unnamed=found.unnamed, known=found.known, by=found.by)


def _documentation(card: Completeness) -> told.Documentation:
    return told.Documentation(
        present=card.present,
        missing=card.missing,
        unknown=card.unknown,
        questions={field.name: field.question for field in shipped_fields() if field.name in card.missing},
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
        drawn=found.drawn,
    )
