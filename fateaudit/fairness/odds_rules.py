"""Two worst pairs at once: the worse of them, or their mean."""

from collections.abc import Mapping
from typing import Literal

from fateaudit.counts import Group, Outcome
from fateaudit.evidence import Family, PairClaim, Side
from fateaudit.fairness.estimate_plans import EstimatePlan
from fateaudit.fairness.estimate_rules import Found
from fateaudit.intervals import WorstPair, alpha_of, worst_pair
from fateaudit.policy import limit_text, sides_to_judge

Counted = Mapping[Group, tuple[int, int]]
"""Numerator and denominator of one rate in each judged group."""


def by_odds(plan: EstimatePlan, family: Family, confidence: float) -> Found:
    """Compare the extreme groups of each rate; the family counts each as a claim, so that the better is no cover.

    The worse gap is beyond a limit when either is (a union: half the level each, which `family` holds already), and
    within it when both are (no correction). Both ends of a mean hold only together: half the level for each.
    """
    measure: Literal["ratio", "difference"] = "ratio" if plan.metric.comparison == "ratio" else "difference"
    is_mean = plan.metric.statistic.joined == "mean"
    # For a mean the far ends must hold together too; `family` has halved the near ones already.
    far_alpha = alpha_of(confidence) / (2 if is_mean else 1)
    counted = _by_rate(plan)
    gaps = {
        name: worst_pair(
            list(counts.values()),
            measure=measure,
            confidence=1 - far_alpha,
            attributes=_attributes(family, is_mean=is_mean),
        )
        for name, counts in counted.items()
    }
    value, near, far = _joined(list(gaps.values()), measure, is_mean=is_mean)
    worse = max(gaps, key=lambda name: _how_far(gaps[name], measure))
    best, worst = _extremes(counted[worse])
    if plan.view.positive is Outcome.ADVERSE:
        best, worst = worst, best
    ((side, limit),) = sides_to_judge(plan.check, plan.convention)
    is_beyond = near < limit if side is Side.MIN else near > limit
    claim = PairClaim(side=side, limit=limit_text(limit), ends=(near, far), beyond=(worst,) if is_beyond else ())
    return Found(
        value=value,
        interval=(min(near, far), max(near, far)),
        about=worst,
        reference=best,
        compared={},
        claims=(claim,),
        method=f"; the {worse} has the wider gap",
    )


def _attributes(family: Family, *, is_mean: bool) -> int:
    """Return by how many the level is divided at the near end: a mean's level is halved on both sides before."""
    return (family.claims + 1) // 2 if is_mean else family.claims


def _by_rate(plan: EstimatePlan) -> dict[str, Counted]:
    components = plan.metric.statistic.components
    assert components is not None  # noqa: S101 - asked only of statistics that compare several rates
    found: dict[str, dict[Group, tuple[int, int]]] = {}
    for rows in plan.judged:
        for name, counts in components(plan.view, rows.group).items():
            found.setdefault(name, {})[rows.group] = counts
    return dict(found)


def _joined(gaps: list[WorstPair], measure: str, *, is_mean: bool) -> tuple[float, float, float]:
    """Return value, near end and far end of the worse gap, or of the mean of all."""
    ends = [(gap.value, gap.near, gap.far) for gap in gaps]
    if is_mean:
        value, near, far = (sum(column) / len(gaps) for column in zip(*ends, strict=True))
    else:
        pick = min if measure == "ratio" else max
        value, near, far = (pick(column) for column in zip(*ends, strict=True))
    return value, near, far


def _how_far(gap: WorstPair, measure: str) -> float:
    return -gap.value if measure == "ratio" else gap.value


def _extremes(counted: Counted) -> tuple[Group, Group]:
    """Return the groups with the highest and the lowest rate; of equal ones the larger is the first, then by name.

    Both rates count positive decisions: where these are favourable, the first is the better-off.
    """

    def order(group: Group) -> tuple[float, int, Group]:
        numerator, denominator = counted[group]
        return -numerator / denominator, -denominator, group

    ranked = sorted(counted, key=order)
    return ranked[0], ranked[-1]
