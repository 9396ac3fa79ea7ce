"""What a policy wants to know of a model's reasons → evidence. What a reader is told beside it is in `telling`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fateaudit.evidence import Evidence, Reason, Subject
from fateaudit.evidence import Score as Scored
from fateaudit.explainability.attributes import Share
from fateaudit.explainability.explained import Explained
from fateaudit.explainability.fidelity import Fidelity, Score
from fateaudit.explainability.importances import Importances
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.scoring import OF_ATTRIBUTES, SHARE, measure_attribute, measure_share
from fateaudit.explainability.stability import Stability
from fateaudit.policy import MetricCheck, Policy, score_claims, unmeasured_score

SUBJECTS = {
    "attribution_fidelity": Subject(
        title="Reasons match what the model does",
        among="",
        counted="",
        formal="attribution fidelity: R² of the drop in output explained when columns are replaced",
    ),
    "attribution_stability": Subject(
        title="Reasons stay the same when repeated",
        among="",
        counted="",
        formal="attribution stability: overlap of the top columns over backgrounds and seeds",
    ),
    "attribution_additivity_gap": Subject(
        title="Reasons add up to the output",
        among="",
        counted="",
        formal="attribution additivity gap, in standard deviations of the output",
    ),
    "sensitive_attribution_share": SHARE,
    **OF_ATTRIBUTES,
}
"""What each metric of this pillar is about, by its id."""

METRICS = tuple(SUBJECTS)

BY_ATTRIBUTE = frozenset(OF_ATTRIBUTES)
"""Metrics of one attribute at a time; all others are about the model as a whole."""


NO_MODEL = Unexplained(Reason.MISSING_INPUT, "only predictions were given, not the model")
LEFT_OUT = Unexplained(Reason.MISSING_INPUT, "explanations were left out of this run")


def measure(checks: Sequence[MetricCheck], explained: Explained | Unexplained, policy: Policy) -> tuple[Evidence, ...]:
    """Return the evidence for `checks`, or why the model was not explained."""
    return tuple(_measure_one(check, of, explained, policy) for check in checks for of in check.attribute_sets())


def _measure_one(
    check: MetricCheck, of: tuple[str, ...], explained: Explained | Unexplained, policy: Policy
) -> Evidence:
    if isinstance(explained, Unexplained):
        return unmeasured_score(check, SUBJECTS[check.metric], explained.reason, explained.detail, of)
    if check.metric in BY_ATTRIBUTE:
        return measure_attribute(check, of, next(one for one in explained.attributes if (one.attribute,) == of), policy)
    return _of_the_model(check, explained, policy)


def _of_the_model(check: MetricCheck, explained: Explained, policy: Policy) -> Evidence:
    asked = {
        "attribution_fidelity": explained.of_words_alone or explained.fidelity,
        "attribution_stability": explained.stability,
        "attribution_additivity_gap": explained.importances,
        "sensitive_attribution_share": explained.share,
    }
    match asked[check.metric]:
        case Unexplained() as missing:
            return unmeasured_score(check, SUBJECTS[check.metric], missing.reason, missing.detail)
        case Share() as share:
            return measure_share(check, share, policy)
        case Fidelity() as fidelity:
            return _scored(check, fidelity.explained_drop, _fidelity_said(fidelity), FIDELITY, policy)
        case Score() as of_words:
            return _scored(check, of_words, _of_words_said(of_words), OF_WORDS, policy)
        case Stability() as stability:
            return _scored(check, stability.overlap, _stability_said(stability), STABILITY, policy)
        case (_, importances):
            gap = importances.gap / importances.spread
            return _scored(check, Score(gap, (gap, gap), math.nan), _additivity_said(importances), ADDITIVITY, policy)


FIDELITY = "random sets of columns replaced by background rows; bootstrap over rows; beside shuffled attributions"
OF_WORDS = "random sets of words taken out of texts; bootstrap over texts; beside values dealt to wrong words"
STABILITY = "the same rows explained against several backgrounds; bootstrap over rows; beside chance"
ADDITIVITY = "largest distance of base and attributions from the model's own output"


def _fidelity_said(found: Fidelity) -> str:
    drop = found.explained_drop
    return (
        f"Of what changes when columns are replaced, {_accounted(drop.value)} "
        f"({found.rows} rows); shuffled reasons for {max(0, round(100 * drop.baseline))}."
    )


def _accounted(share: float) -> str:
    """Return how much reasons foretell; below 0, their mean alone would foretell more."""
    return f"the reasons account for {max(0, round(100 * share))} in 100 parts"


def _of_words_said(found: Score) -> str:
    return (
        f"Of what changes when words are taken out, {_accounted(found.value)}; "
        f"shuffled reasons for {max(0, round(100 * found.baseline))}."
    )


def _stability_said(found: Stability) -> str:
    return (
        f"Of the {found.top} columns named first, {round(100 * found.overlap.value)} in 100 were the same again "
        f"({found.rows} rows, {found.repeats} repeats); chance alone gives {round(100 * found.overlap.baseline)}."
    )


def _additivity_said(found: Importances) -> str:
    return (
        f"In {found.rows} rows, average case and reasons added up to the output; the largest miss was {found.gap:.1g}."
    )


def _scored(check: MetricCheck, score: Score, sentence: str, method: str, policy: Policy) -> Scored:
    return Scored(
        id=f"{check.id}/overall",
        check=check.id,
        metric=check.metric,
        subject=SUBJECTS[check.metric],
        confidence=policy.statistics.confidence,
        method=method,
        value=score.value,
        interval=score.interval,
        baseline=None if math.isnan(score.baseline) else score.baseline,
        claims=score_claims(check, *score.interval),
        sentence=sentence,
    )
