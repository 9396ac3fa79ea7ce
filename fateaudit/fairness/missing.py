"""What the figure could have been, had the rows without an attribute named their group."""

import math

from fateaudit.evidence import Convention, Missing
from fateaudit.fairness.figures import Figures
from fateaudit.fairness.plans import WORST_PAIR, Plan, Tally
from fateaudit.intervals import Measure, missing_bounds, worst_missing_bounds
from fateaudit.policy import Policy
from fateaudit.policy.wording import attribute_name, count_of, units

Bounds = tuple[float, float]


def bound_missing(plan: Plan, figures: Figures, policy: Policy) -> Missing | None:
    """Return bounds over every way to give the rows without the attribute to groups; None where there are none.

    They hold for the groups that are judged: a group of too few rows stays one, although it might gain some. A row
    that lacks one of two attributes is taken to lack both, so bounds of an intersection are a little too wide.
    """
    unknown = [tally for tally in plan.tallies if tally.set_aside == "not_recorded" and tally.cases]
    if not unknown:
        return None
    rows, counted = (sum(tally.cases for tally in unknown), sum(tally.numerator for tally in unknown))
    trials = sum(tally.denominator for tally in unknown)
    bounds = _bounds(plan, figures, (counted, trials))
    return Missing(
        rows=rows, numerator=counted, denominator=trials, bounds=bounds, sentence=_sentence(plan, rows, bounds, policy)
    )


def _bounds(plan: Plan, figures: Figures, unknown: tuple[int, int]) -> Bounds:
    measure: Measure = "ratio" if plan.metric.comparison == "ratio" else "difference"
    if plan.convention in WORST_PAIR:
        low, high = worst_missing_bounds([_count(tally) for tally in plan.judged], unknown, measure=measure)
        if measure == "ratio" and plan.convention is Convention.TO_LOWEST:
            return _inverse(high), _inverse(low)
        return low, high
    others = [tally for tally in plan.judged if tally.group != figures.reference]
    if plan.convention is Convention.ABSOLUTE:
        found = [_of_rate(_count(tally), unknown) for tally in others]
    else:
        reference = next(tally for tally in plan.judged if tally.group == figures.reference)
        pairs = [(_count(tally), _count(reference)) for tally in others]
        # 0 to 0, whoever the unknown are: there is no gap, and no ratio.
        defined = [pair for pair in pairs if measure == "difference" or pair[0][0] + pair[1][0] + unknown[0]]
        found = [missing_bounds(*pair, unknown, measure=measure) for pair in defined]
    return min(low for low, _ in found), max(high for _, high in found)


def _inverse(ratio: float) -> float:
    return 1 / ratio if ratio else math.inf


def _count(tally: Tally) -> tuple[int, int]:
    return tally.numerator, tally.denominator


def _of_rate(count: tuple[int, int], unknown: tuple[int, int]) -> Bounds:
    """Return the lowest and the highest rate of one group: without its share of successes, and with nothing else."""
    (successes, trials), (found, rows) = count, unknown
    return successes / (trials + rows - found), (successes + found) / (trials + found)


def _sentence(plan: Plan, rows: int, bounds: Bounds, policy: Policy) -> str:
    of = attribute_name(policy, plan.of)
    what = "the rate of a group" if plan.metric.comparison == "level" else f"the {plan.metric.comparison}"
    low, high = (_said(plan, end) for end in bounds)
    unit = "" if plan.metric.comparison == "ratio" else " of every 100"
    return (
        f"{count_of(rows, policy.columns.unit, units(policy))} without a group ({of} not recorded). "
        f"Depending on whose they are, {what} could be anything from {low} to {high}{unit}."
    )


def _said(plan: Plan, end: float) -> str:
    if math.isinf(end):
        return "infinite"
    return f"{end:.2f}" if plan.metric.comparison == "ratio" else f"{100 * end:.1f}".replace("-", "\N{MINUS SIGN}")
