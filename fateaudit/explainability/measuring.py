"""What a policy wants to know of a model's reasons → evidence. What a reader is told beside it is in `telling`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fateaudit.evaluation import Inside, Predict
from fateaudit.evidence import Evidence, Reason, Subject
from fateaudit.evidence import Score as Scored
from fateaudit.explainability.attributes import OfAttribute, Share, look_at_attributes, share_of_attributes
from fateaudit.explainability.attributing import Attributions, Means
from fateaudit.explainability.checking import check_again, check_linear
from fateaudit.explainability.decision_gap import Decide
from fateaudit.explainability.fidelity import Fidelity, Score, measure_fidelity
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import Importances, explain_enough
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.reasons import Reasons, give_reasons
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.scoring import OF_ATTRIBUTES, SHARE, measure_attribute, measure_share
from fateaudit.explainability.stability import Stability, measure_stability
from fateaudit.policy import MetricCheck, Policy, score_claims, unmeasured_score

if TYPE_CHECKING:
    import pyarrow as pa

ATTRIBUTE = "attribute:"

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


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that was found out about the reasons of one model; each part a number or the reason for none."""

    importances: tuple[Attributions, Importances] | Unexplained
    fidelity: Fidelity | Unexplained
    stability: Stability | Unexplained
    attributes: tuple[OfAttribute, ...]
    """Every declared attribute."""
    share: Share | Unexplained
    reasons: tuple[Reasons | Unexplained, ...]
    second_route: str


def explain_model(
    table: pa.Table, predict: Predict, inside: Inside | None, pairs: Sequence[tuple[str, str, str]], policy: Policy
) -> Explained:
    """Explain the rows of `table`, which holds what the model reads and the groups of each attribute.

    `pairs` are (attribute, better-off group, worse-off group): the differences in decisions to be split into columns.
    """
    seed = policy.statistics.seed
    inputs = table.select([name for name in table.column_names if not name.startswith(ATTRIBUTE)])
    game = Game.from_tables(predict, inputs, seed=seed)
    means = Means(inside=inside, seed=seed)
    found = explain_enough(game, means=means)
    decide = Decide(policy.decision.threshold, policy.decision.at)
    declared, confidence = [one.name for one in policy.columns.sensitive], policy.statistics.confidence
    attributions = found if isinstance(found, Unexplained) else found[0]
    return Explained(
        importances=found,
        fidelity=attributions
        if isinstance(attributions, Unexplained)
        else measure_fidelity(game, attributions, seed=seed),
        stability=measure_stability(game, means=means, seed=seed),
        attributes=look_at_attributes(
            game,
            decide,
            {name: table[f"{ATTRIBUTE}{name}"].to_pylist() for name in declared},
            {name: (better, worse) for name, better, worse in pairs},
            attributions,
            means=means,
            confidence=confidence,
        ),
        share=attributions
        if isinstance(attributions, Unexplained)
        else share_of_attributes(attributions, declared, confidence=confidence, seed=seed),
        reasons=give_reasons(predict, inputs, policy.decision.threshold, means=means),
        second_route="" if isinstance(found, Unexplained) else _second_route(game, found[0], inside, means),
    )


def _second_route(game: Game, found: Attributions, inside: Inside | None, means: Means) -> str:
    check = check_linear(game, inside, means=means)
    if isinstance(check, Unexplained):
        check = check_again(game, found)
    if isinstance(check, Unexplained):
        return ""
    unit = "the model's output" if check.unit is Unit.OUTPUT else "log-odds"
    return (
        f"{check.first.value} and {check.second.value} gave the same values on {check.rows} rows, in {unit}, "
        f"to within {check.largest_difference:.1g}"
    )


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
        "attribution_fidelity": explained.fidelity,
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
        case Stability() as stability:
            return _scored(check, stability.overlap, _stability_said(stability), STABILITY, policy)
        case (_, importances):
            gap = importances.gap / importances.spread
            return _scored(check, Score(gap, (gap, gap), math.nan), _additivity_said(importances), ADDITIVITY, policy)


FIDELITY = "random sets of columns replaced by background rows; bootstrap over rows; beside shuffled attributions"
STABILITY = "the same rows explained against several backgrounds; bootstrap over rows; beside chance"
ADDITIVITY = "largest distance of base and attributions from the model's own output"


def _fidelity_said(found: Fidelity) -> str:
    drop = found.explained_drop
    return (
        f"Of what changes when columns are replaced, the reasons account for {round(100 * drop.value)} in 100 parts "
        f"({found.rows} rows); shuffled reasons for {max(0, round(100 * drop.baseline))}."
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
