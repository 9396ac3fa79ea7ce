"""How open, documented, repeatable and followable the model is, and how new its cases are to it → evidence."""

from __future__ import annotations

from collections.abc import Sequence

from fateaudit import evidence as told
from fateaudit.evaluation import Overlap
from fateaudit.evidence import Evidence, Reason, Subject
from fateaudit.policy import MetricCheck, Policy, score_claims, unmeasured_score
from fateaudit.transparency.documentation import Completeness
from fateaudit.transparency.measuring import Repeat, Stage, Trace
from fateaudit.transparency.seen import NO_MODEL, NO_TRAINING, Seen
from fateaudit.transparency.surrogates import Surrogate, Unfollowed
from fateaudit.transparency.telling import trained_on


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
    "train_overlap": _subject(
        "Cases that the model was trained on", "train overlap: share of rows whose id is in the training data"
    ),
    "transparency_fidelity": _subject(
        "A simple stand-in repeats the model", "transparency fidelity: R² of a surrogate on held-out rows"
    ),
}
"""What each metric of this pillar is about, by its id."""

METRICS = tuple(SUBJECTS)

AT_MOST = frozenset({"train_overlap"})
"""Metrics of which less is better."""


def measure(checks: Sequence[MetricCheck], seen: Seen, policy: Policy) -> tuple[Evidence, ...]:
    """Return the evidence for `checks`."""
    return tuple(_measure_one(check, seen, policy) for check in checks)


def _measure_one(check: MetricCheck, seen: Seen, policy: Policy) -> Evidence:
    asked = {
        "documentation_completeness": seen.documentation,
        "determinism": seen.repeat,
        "trace_completeness": seen.trace,
        "transparency_fidelity": seen.surrogate,
        "train_overlap": seen.overlap or NO_TRAINING,
    }
    match asked[check.metric] or Unfollowed(Reason.MISSING_INPUT, NO_MODEL):
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
        case Overlap() as found:
            return _overlapped(check, found, policy)
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


def _overlapped(check: MetricCheck, found: Overlap, policy: Policy) -> Evidence:
    """Return the share of rows that are in the training data; those without an id make it a range."""
    seen = trained_on(found)
    sentence = f"{found.inside:,} of {found.rows:,} rows are in the training data, by their ids."
    if found.unnamed:
        sentence = f"{sentence} Of {found.unnamed:,} without an id nobody can say."
    method = "counted, not estimated; rows without an id may all be there, or none" if found.unnamed else COUNTED
    return _scored(check, seen.bounds[0], seen.bounds, sentence, policy, method=method)


COUNTED = "counted, not estimated"
DRAWN = "held-out rows; bootstrap over rows; beside shuffled outputs"


def _scored(  # noqa: PLR0913 - a check, its figure, and what is said of it
    check: MetricCheck,
    value: float,
    interval: tuple[float, float],
    sentence: str,
    policy: Policy,
    *,
    baseline: float | None = None,
    method: str = "",
) -> told.Score:
    return told.Score(
        id=f"{check.id}/overall",
        check=check.id,
        metric=check.metric,
        subject=SUBJECTS[check.metric],
        confidence=policy.statistics.confidence,
        method=method or (COUNTED if interval[0] == interval[1] else DRAWN),
        value=value,
        interval=interval,
        baseline=baseline,
        claims=score_claims(check, *interval),
        sentence=sentence,
    )
