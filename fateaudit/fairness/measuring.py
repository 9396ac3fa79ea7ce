"""A plan → evidence: a measurement with everything it was made from, or the reason why there is none."""

from fateaudit.counts import Counts, Outcome
from fateaudit.evidence import Family, Measurement, Reason, SecondCalculation, Unmeasured, Weighted
from fateaudit.fairness.figures import Figures
from fateaudit.fairness.group_tests import by_tests
from fateaudit.fairness.held import held
from fateaudit.fairness.label_bias import find_label_bias
from fateaudit.fairness.missing import bound_missing
from fateaudit.fairness.planning import plan_rows
from fateaudit.fairness.plans import WORST_PAIR, Plan, weigh
from fateaudit.fairness.second import DisagreementError, calculate_again
from fateaudit.fairness.unmeasured import WITHOUT_WEIGHTS, evidence_id, unmeasured
from fateaudit.fairness.wording import sentence, subject, too_few
from fateaudit.fairness.worst_pairs import by_worst_pair
from fateaudit.intervals import UndefinedRatioError
from fateaudit.policy import Policy


def measure_plan(plan: Plan, family: Family, counts: Counts | None, policy: Policy) -> Measurement | Unmeasured:
    """Return a Measurement, or the reason why there is none; `counts` is None where it needs scores and has none."""
    said = subject(plan, policy)
    if counts is None or (lacking := _lacking(plan, counts)):
        detail = lacking if counts is not None else "there are no scores: decisions alone do not tell"
        return unmeasured(plan, said, Reason.MISSING_INPUT, detail)
    if plan.claims == 0:
        return unmeasured(plan, said, Reason.TOO_FEW_ROWS, too_few(plan, policy))
    if policy.columns.weight is not None and not counts.weighted:
        return unmeasured(plan, said, Reason.NOT_APPLICABLE, WITHOUT_WEIGHTS)
    try:
        figures, again = _calculated(plan, family, counts, policy)
        weighted = _weighted(plan, family, counts, policy) if counts.weighted else None
    except UndefinedRatioError:
        return unmeasured(plan, said, Reason.NOT_APPLICABLE, "nothing was counted in any group: a ratio of 0 to 0")
    except DisagreementError as error:
        return unmeasured(plan, said, Reason.FAILED, str(error))
    shown = [part for part in figures.parts if part.group in (figures.compared, figures.reference)]
    shown.sort(key=lambda part: part.group != figures.compared)
    pair = held(plan, figures)
    return Measurement(
        id=evidence_id(plan),
        check=plan.check.id,
        metric=plan.metric.name,
        subject=said,
        convention=plan.convention,
        of=plan.of,
        reference=figures.reference,
        confidence=policy.statistics.confidence,
        family=family,
        method=figures.method,
        value=figures.value,
        interval=figures.interval,
        parts=figures.parts,
        claims=figures.claims,
        second_calculation=again,
        planning=plan_rows(pair, family, said, policy),
        missing=bound_missing(plan, figures, policy),
        label_bias=find_label_bias(pair, counts, policy),
        weighted=weighted,
        sentence=sentence(said, plan.of, shown, policy),
    )


def _calculated(plan: Plan, family: Family, counts: Counts, policy: Policy) -> tuple[Figures, SecondCalculation]:
    rule = by_worst_pair if plan.convention in WORST_PAIR else by_tests
    figures = rule(plan, family, policy)
    return figures, calculate_again(plan, counts, policy.columns.coded_positive, figures.value, figures.compared)


def _weighted(plan: Plan, family: Family, counts: Counts, policy: Policy) -> Weighted:
    """Return the same for rows counted by their weights."""
    figures, again = _calculated(weigh(plan, counts, policy), family, counts, policy)
    return Weighted(
        reference=figures.reference,
        method=f"weighted rows by Kish's and the linearised effective number, the smaller; {figures.method}",
        value=figures.value,
        interval=figures.interval,
        parts=figures.parts,
        claims=figures.claims,
        second_calculation=again,
    )


def _lacking(plan: Plan, counts: Counts) -> str:
    """Return what the data do not have that the rate needs, or nothing."""
    if plan.metric.rate.needs_labels and not counts.has_labels:
        return "the data record no label to compare decisions with"
    if plan.metric.rate.needs_labels and (side := unlabelled_side(counts)):
        return f"no {side} decision has a label: what would have been right is seen only for the others"
    return ""


def unlabelled_side(counts: Counts) -> Outcome | None:
    """Return the side of the decision of which no row has a label: error rates over the other say nothing."""
    for side in Outcome:
        labels = [cell.label for cell in counts.cells if cell.decision is side]
        if labels and all(label is None for label in labels):
            return side
    return None
