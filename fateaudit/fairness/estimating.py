"""A plan of a statistic → evidence: an estimate with what each group adds to it, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from fateaudit.counts import Group
from fateaudit.evidence import Estimate, EstimatePart, Family, Reason, SecondCalculation, Subject, Unmeasured
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.estimate_plans import EstimatePlan, Rows
from fateaudit.fairness.estimate_rules import Found, by_limit, by_worst_pair
from fateaudit.fairness.estimate_wording import sentence_of_estimate, subject_of_estimate, too_few_rows, undefined
from fateaudit.fairness.measuring import unlabelled_side
from fateaudit.fairness.odds_rules import by_odds
from fateaudit.fairness.plans import WORST_PAIR
from fateaudit.fairness.second import DisagreementError
from fateaudit.fairness.second_estimates import estimate_again
from fateaudit.fairness.statistics import Lacking
from fateaudit.fairness.unmeasured import WITHOUT_WEIGHTS, evidence_id, unmeasured
from fateaudit.intervals import UndefinedRatioError, alpha_of
from fateaudit.policy import Policy


def measure_estimate(plan: EstimatePlan, family: Family, policy: Policy) -> Estimate | Unmeasured:
    """Return an Estimate, or the reason why there is none."""
    said = subject_of_estimate(plan, policy)
    if policy.columns.weight is not None:
        return unmeasured(plan, said, Reason.NOT_APPLICABLE, WITHOUT_WEIGHTS)
    if (lacking := _lacking(plan, policy)) is not None:
        return unmeasured(plan, said, *lacking)
    estimates = {rows.group: plan.metric.statistic.estimate(plan.view, rows.group) for rows in plan.groups}
    is_of_several = plan.metric.statistic.components is not None
    without = [rows.group for rows in plan.judged if estimates[rows.group] is None]
    if without and not is_of_several:
        return unmeasured(plan, said, Reason.NOT_APPLICABLE, undefined(plan, without, policy))
    defined = {group: one for group, one in estimates.items() if one is not None}
    confidence = policy.statistics.confidence
    try:
        if is_of_several:
            found = by_odds(plan, family, confidence)
        else:
            rule = by_worst_pair if plan.convention in WORST_PAIR else by_limit
            found = rule(plan, defined, family, confidence)
        again = estimate_again(plan, defined, found)
    except UndefinedRatioError:
        detail = "the number is 0 in every group: a ratio of 0 to 0"
        return unmeasured(plan, said, Reason.NOT_APPLICABLE, detail)
    except DisagreementError as error:
        return unmeasured(plan, said, Reason.FAILED, str(error))
    return _estimate(plan, said, family, policy, found, _parts(plan, defined, found, policy), again)


def _estimate(  # noqa: PLR0913, PLR0917 - what the parts of the evidence were found from
    plan: EstimatePlan,
    said: Subject,
    family: Family,
    policy: Policy,
    found: Found,
    parts: tuple[EstimatePart, ...],
    again: SecondCalculation | None,
) -> Estimate:
    return Estimate(
        id=evidence_id(plan),
        check=plan.check.id,
        metric=plan.metric.name,
        subject=said,
        convention=plan.convention,
        of=plan.of,
        reference=found.reference,
        confidence=policy.statistics.confidence,
        family=family,
        method=f"{plan.metric.statistic.method}{found.method}",
        value=found.value,
        interval=found.interval,
        parts=parts,
        claims=found.claims,
        second_calculation=again,
        sentence=sentence_of_estimate(plan, parts, found, policy),
    )


def _lacking(plan: EstimatePlan, policy: Policy) -> Lacking | None:
    """Return what the data do not have, in the order in which a person would look for it."""
    statistic, view = plan.metric.statistic, plan.view
    if (lacking := _of_labels(plan) or _of_scores(plan)) is not None:
        return lacking
    if statistic.lacking is not None and (own := statistic.lacking(view)) is not None:
        return own
    if plan.claims == 0:
        return Reason.TOO_FEW_ROWS, too_few_rows(plan, policy)
    return None


def _of_labels(plan: EstimatePlan) -> Lacking | None:
    statistic, view = plan.metric.statistic, plan.view
    if statistic.needs_labels and not view.counts.has_labels:
        return Reason.MISSING_INPUT, "the data record no label to compare with"
    if statistic.needs_labels and (side := unlabelled_side(view.counts)):
        detail = f"no {side} decision has a label: what would have been right is seen only for the others"
        return Reason.MISSING_INPUT, detail
    return None


def _of_scores(plan: EstimatePlan) -> Lacking | None:
    statistic, view = plan.metric.statistic, plan.view
    if statistic.needs != "counts" and view.scored is None:
        return Reason.MISSING_INPUT, "there are no scores: decisions alone do not tell"
    if statistic.needs == "probabilities" and view.scored is not None and not view.scored.is_probability:
        why = "they are in a unit of the model's own" if view.scored.gives_numbers else "some lie outside 0 to 1"
        return Reason.NOT_APPLICABLE, f"the scores are no probabilities: {why}"
    return None


def _parts(
    plan: EstimatePlan, estimates: Mapping[Group, Estimated], found: Found, policy: Policy
) -> tuple[EstimatePart, ...]:
    return tuple(_part(plan, rows, estimates.get(rows.group), found, policy) for rows in plan.groups)


def _part(plan: EstimatePlan, rows: Rows, one: Estimated | None, found: Found, policy: Policy) -> EstimatePart:
    components, noise = plan.metric.statistic.components, plan.metric.statistic.noise
    counted = {} if components is None else components(plan.view, rows.group)
    value, interval = found.compared.get(rows.group, (None, None))
    return EstimatePart(
        group=rows.group,
        cases=rows.cases,
        unlabelled=rows.unusable,
        rows=rows.used,
        estimate=None if one is None else one.value,
        standard_error=None if one is None else one.standard_error,
        interval=None if one is None else one.interval(alpha_of(policy.statistics.confidence)),
        components={name: numerator / n for name, (numerator, n) in counted.items() if n},
        value=value,
        value_interval=interval,
        judged=rows.judged,
        set_aside=rows.set_aside,
        calibration=None if noise is None else noise(plan.view, rows.group),
    )
