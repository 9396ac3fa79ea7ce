"""Every pillar asked what the policy, and the reference beside it, want to know: counts and model in, evidence out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fateaudit import explainability, transparency
from fateaudit.artifacts import Artifact
from fateaudit.counts import NOT_RECORDED, Counts, Outcome, total
from fateaudit.errors import AuditFailedError, placed
from fateaudit.evaluation import Binning, Evaluation, Model, Predict, Scored
from fateaudit.evidence import Evidence, Insights, Reason
from fateaudit.explainability import Explained, Unexplained
from fateaudit.fairness import METRICS, is_from_rows, measure, refuse_unknown_references, refuse_unsuitable
from fateaudit.fairness.looking import look
from fateaudit.fairness.uncovered import undeclared_traits
from fateaudit.loading import Asked, Way, load_evaluation
from fateaudit.loading.sources import Progress
from fateaudit.policy import (
    MetricCheck,
    Policy,
    PolicyFile,
    Principle,
    read_profile,
    reference_policy,
    refuse_unread_columns,
    refuse_unsuitable_score,
)

if TYPE_CHECKING:
    import pyarrow as pa

SCORES = {Principle.EXPLAINABILITY: explainability.METRICS, Principle.TRANSPARENCY: transparency.METRICS}
"""The metrics of each pillar that measures the model as a whole."""

EXPLAINED_ROWS = 5_000
"""Rows that the model is explained on, drawn once; its figures come with their uncertainty."""


def refuse_unsuitable_checks(source: PolicyFile, *principles: Principle) -> None:
    """Refuse metrics and limits of all features, or of some, before data are read, with the line they stand on."""
    for check in source.policy.metric_checks(*principles):
        with placed(_where(source, check)):
            if check.principle is Principle.FAIRNESS:
                refuse_unsuitable(check, source.policy, METRICS)
            else:
                of, bad = explainability.BY_ATTRIBUTE, explainability.AT_MOST | transparency.AT_MOST
                refuse_unsuitable_score(check, SCORES[check.principle], by_attribute=of, at_most=bad)


def refuse_unknown_groups(source: PolicyFile, counts: Counts) -> None:
    """Refuse reference groups that the data do not have, with the line they stand on."""
    for check in source.policy.metric_checks():
        with placed(_where(source, check)):
            refuse_unknown_references(check, counts)


def _where(source: PolicyFile, check: MetricCheck) -> str:
    return source.where("checks", source.policy.checks.index(check))


def policies_of(policy: Policy) -> tuple[Policy, Policy]:
    """Return the two policies that an audit is judged by: its own, and the one that the reference profile makes."""
    return policy, reference_policy(policy, read_profile().profile)


def measure_counts(policy: Policy, counts: Counts, scored: Scored | None = None) -> tuple[Evidence, ...]:
    """Return the evidence that follows from counts, and from scores where a check asks for them."""
    return measure(policy.metric_checks(Principle.FAIRNESS), counts, policy, scored=scored)


def load(
    source: PolicyFile, model: Model | None, way: Way | None = None, data: object = None
) -> tuple[Evaluation, tuple[Artifact, ...]]:
    """Read the dataset once, keeping what the checks and what is told beside them ask for."""
    if model is not None:
        refuse_unread_columns(source, model.inputs)
    asked = Asked(
        undeclared=lambda columns: undeclared_traits(source.policy, columns),
        sample=EXPLAINED_ROWS,
        keeps_scores=any(is_from_rows(check) for check in source.policy.metric_checks(Principle.FAIRNESS)),
    )
    return load_evaluation(source, model, asked, way, data)


def _scored(policy: Policy, evaluation: Evaluation) -> Scored | None:
    """Return scores and groups row by row where a check asks for what counts cannot tell."""
    return evaluation.scored([attribute.name for attribute in policy.columns.sensitive], binnings_of(policy))


def measure_all(  # noqa: PLR0913 - what is measured, and how
    policy: Policy,
    counts: Counts,
    evaluation: Evaluation,
    model: Model | None,
    *,
    explains: bool = True,
    way: Way | None = None,
) -> tuple[tuple[Evidence, ...], Insights]:
    """Return the evidence for every check of a metric, the policy's own first, and what is told beside it.

    Without `explains` the model is not explained, which can take longer than all the rest; the record says so.
    """
    explaining = (way or Way()).explaining if explains else None
    explained, seen = _look_inside(policy, counts, evaluation, model, explaining)
    seen = replace(seen, overlap=evaluation.overlap)
    scored = _scored(policy, evaluation)
    evidence = tuple(
        item
        for one in policies_of(policy)
        for item in (
            *measure_counts(one, counts, scored),
            *explainability.measure(one.metric_checks(Principle.EXPLAINABILITY), explained, one),
            *transparency.measure(one.metric_checks(Principle.TRANSPARENCY), seen, one),
        )
    )
    return evidence, _insights(explained, seen).model_copy(update={"looked_at": look(policy, counts, evaluation)})


def _look_inside(
    policy: Policy, counts: Counts, evaluation: Evaluation, model: Model | None, explaining: Progress | None
) -> tuple[Explained | Unexplained, transparency.Seen]:
    """Return the model's reasons, and how open it is, as far as there is a model; without `explaining` no reasons."""
    predict = evaluation.predict
    table = None if predict is None else _sample(policy, evaluation)
    if table is None or predict is None or model is None:
        return explainability.NO_MODEL, transparency.look(None, None, None, None, policy)
    inputs = table.select([column.name for column in model.inputs])
    explained: Explained | Unexplained = explainability.LEFT_OUT
    if explaining is not None:
        explained = _explained(table, predict, model, _extremes(counts, policy), policy, explaining)
    return explained, transparency.look(inputs, predict, _example(explained, inputs), model.inside, policy)


def _explained(  # noqa: PLR0913, PLR0917 - the model, its rows, and who hears how far it is
    table: pa.Table,
    predict: Predict,
    model: Model,
    pairs: list[tuple[str, str, str]],
    policy: Policy,
    progress: Progress,
) -> Explained | Unexplained:
    """Return the model's reasons. One that fails here has scored all rows before: only its reasons are not known."""
    try:
        return explainability.explain_model(table, predict, model.inside, pairs, policy, progress=progress)
    except AuditFailedError as error:
        return Unexplained(Reason.FAILED, error.message)


def _sample(policy: Policy, evaluation: Evaluation) -> pa.Table | None:
    names = [attribute.name for attribute in policy.columns.sensitive]
    return evaluation.sample(EXPLAINED_ROWS, attributes=names, bins=binnings_of(policy), labelled=True)


def _extremes(counts: Counts, policy: Policy) -> list[tuple[str, str, str]]:
    """Return (attribute, best-off group, worst-off group) for each attribute with two groups that are large enough."""
    found = []
    for attribute in policy.columns.sensitive:
        rates = []
        for (group,), cells in counts.by_group((attribute.name,)).items():
            rows = total(cells, lambda _: True)
            selected = total(cells, lambda cell: cell.decision is Outcome.FAVOURABLE)
            if rows >= policy.statistics.min_group_size and group != NOT_RECORDED:
                rates.append((selected / rows, group))
        if len(rates) > 1:
            found.append((attribute.name, max(rates)[1], min(rates)[1]))
    return found


def _example(explained: Explained | Unexplained, inputs: pa.Table) -> pa.Table | None:
    """Return the last example case as a table of one row: the borderline one, where there is one."""
    if isinstance(explained, Unexplained):
        return None
    reasons = [one for one in explained.reasons if isinstance(one, explainability.Reasons)]
    return explainability.table_of(reasons[-1].case, inputs) if reasons else None


def _insights(explained: Explained | Unexplained, seen: transparency.Seen) -> Insights:
    told = Insights() if isinstance(explained, Unexplained) else explainability.tell(explained)
    return transparency.tell(seen, told)


def binnings_of(policy: Policy) -> dict[str, Binning]:
    """Return how the values of each attribute become groups, where the policy says so."""
    return {
        attribute.name: Binning(attribute.bins or (), attribute.bin_names(), attribute.not_recorded)
        for attribute in policy.columns.sensitive
        if attribute.bins or attribute.not_recorded
    }


def count(policy: Policy, evaluation: Evaluation) -> Counts:
    """Count the rows by every declared attribute."""
    return evaluation.counts([attribute.name for attribute in policy.columns.sensitive], bins=binnings_of(policy))
