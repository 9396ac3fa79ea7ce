"""What the policy and the reader want to know of a model's reasons → evidence and insights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fateaudit.counts import NOT_RECORDED
from fateaudit.evaluation import Inside, Predict
from fateaudit.evidence import (
    Contribution,
    Evidence,
    Example,
    GapParts,
    NotTold,
    Reason,
    Subject,
)
from fateaudit.evidence import Importances as ToldImportances
from fateaudit.evidence import Score as Scored
from fateaudit.explainability.attributing import Attributions, Means
from fateaudit.explainability.checking import check_again, check_linear
from fateaudit.explainability.decision_gap import Decide, DecisionGap, decompose_gap
from fateaudit.explainability.fidelity import Fidelity, Score, measure_fidelity
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import Importances, explain_enough
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.reasons import Reasons, give_reasons
from fateaudit.explainability.refusals import Unexplained
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
}
"""What each metric of this pillar is about, by its id."""

METRICS = tuple(SUBJECTS)


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that was found out about the reasons of one model; each part a number or the reason for none."""

    importances: tuple[Attributions, Importances] | Unexplained
    fidelity: Fidelity | Unexplained
    stability: Stability | Unexplained
    gaps: tuple[DecisionGap | Unexplained, ...]
    attributes: tuple[str, ...]
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
    return Explained(
        importances=found,
        fidelity=found if isinstance(found, Unexplained) else measure_fidelity(game, found[0], seed=seed),
        stability=measure_stability(game, means=means, seed=seed),
        gaps=tuple(
            decompose_gap(game, decide, table[f"{ATTRIBUTE}{name}"].to_pylist(), (better, worse), means=means)
            for name, better, worse in pairs
        ),
        attributes=tuple(name for name, _, _ in pairs),
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
    return tuple(_measure_one(check, explained, policy) for check in checks)


def _measure_one(check: MetricCheck, explained: Explained | Unexplained, policy: Policy) -> Evidence:
    if isinstance(explained, Unexplained):
        return unmeasured_score(check, SUBJECTS[check.metric], explained.reason, explained.detail)
    asked = {
        "attribution_fidelity": explained.fidelity,
        "attribution_stability": explained.stability,
        "attribution_additivity_gap": explained.importances,
    }
    match asked[check.metric]:
        case Unexplained() as missing:
            return unmeasured_score(check, SUBJECTS[check.metric], missing.reason, missing.detail)
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


Told = tuple[ToldImportances | None, tuple[GapParts, ...], tuple[Example, ...], tuple[NotTold, ...]]


def tell(explained: Explained) -> Told:
    """Return what a report prints: importances, parts of gaps, examples, and what could not be told."""
    missing: list[NotTold] = []
    importances = None
    if isinstance(explained.importances, Unexplained):
        missing.append(NotTold(what="which columns move the output", because=explained.importances.detail))
    else:
        importances = _importances(explained.importances[1], explained.second_route)
    gaps = []
    for attribute, gap in zip(explained.attributes, explained.gaps, strict=True):
        if isinstance(gap, Unexplained):
            missing.append(NotTold(what=f"which columns carry the difference by {attribute}", because=gap.detail))
        else:
            gaps.append(_gap(attribute, gap))
    examples = []
    for reasons in explained.reasons:
        if isinstance(reasons, Unexplained):
            missing.append(NotTold(what="reasons for an example case", because=reasons.detail))
        else:
            examples.append(_example(reasons))
    return importances, tuple(gaps), tuple(examples), tuple(missing)


def _importances(found: Importances, second_route: str) -> ToldImportances:
    return ToldImportances(
        columns=tuple(
            Contribution(column=one.column, value=one.mean, standard_error=one.standard_error) for one in found.columns
        ),
        rows=found.rows,
        of_rows=found.of_rows,
        settled=found.settled,
        base=found.base,
        route=found.route.value,
        gap=found.gap,
        background=found.background,
        background_is_all=found.background_is_all,
        refused=tuple(f"{one.route}: {one.because}" for one in found.refused),
        second_route=second_route,
    )


def _gap(attribute: str, found: DecisionGap) -> GapParts:
    return GapParts(
        attribute=attribute,
        first=found.first,
        second=found.second,
        value=found.value,
        parts=tuple(
            Contribution(column=one.column, value=one.value, standard_error=one.standard_error) for one in found.parts
        ),
        rows=sum(found.rows),
        of_rows=sum(found.of_rows),
        route=found.route.value,
    )


def _example(found: Reasons) -> Example:
    return Example(
        kind=found.case.kind.value,
        inputs=tuple(
            (name, NOT_RECORDED if value is None else f"{value:g}" if isinstance(value, float) else value)
            for name, value in found.case.values
        ),
        score=found.case.score,
        values=found.values,
        rows_alike=found.case.rows_alike,
        sentence=found.sentence,
        caution=found.caution,
    )
