"""Each group against the limit: by itself, or against a group that the policy names."""

import math
from collections.abc import Callable

from fateaudit.evidence import Claim, Family, Part, Side
from fateaudit.fairness.figures import Figures, part_of
from fateaudit.fairness.plans import Plan, Tally
from fateaudit.intervals import (
    LimitTest,
    UndefinedRatioError,
    alpha_of,
    difference_bounds,
    difference_test,
    proportion_bounds,
    proportion_test,
    ratio_bounds,
    ratio_test,
)
from fateaudit.policy import Policy, limit_text, sides_to_judge

Test = Callable[..., LimitTest]
Bounds = Callable[..., tuple[float, float]]
TESTS: dict[str, tuple[Test, Bounds, str]] = {
    "level": (proportion_test, proportion_bounds, "exact binomial test of a rate; Wilson interval to read"),
    "ratio": (
        ratio_test,
        ratio_bounds,
        "E-test of the score statistic of a ratio; Miettinen-Nurminen interval to read",
    ),
    "difference": (
        difference_test,
        difference_bounds,
        "E-test of the score statistic of a difference; Newcombe to read",
    ),
}


def by_tests(plan: Plan, family: Family, policy: Policy) -> Figures:
    """Test each group against the limit: by itself, or against the named reference."""
    confidence = policy.statistics.confidence
    reference = next((tally for tally in plan.judged if tally.group == plan.reference), None)
    parts = []
    for tally in plan.tallies:
        is_tested = tally.judged and tally is not reference
        claims = _claims(plan, tally, reference, family, policy) if is_tested else ()
        parts.append(part_of(plan, tally, confidence, reference, claims))
    tested = [part for part in parts if part.claims]
    defined = [part for part in tested if part.value is not None]
    if not defined:
        raise UndefinedRatioError
    # Of groups equally far the larger one, never the one whose name comes first.
    extreme = max(defined, key=lambda part: (_distance(plan, part), part.denominator))
    assert extreme.value is not None and extreme.interval is not None  # noqa: S101, PT018 - `defined` holds only these
    return Figures(
        value=extreme.value,
        interval=extreme.interval,
        parts=tuple(parts),
        claims=(),
        reference=plan.reference,
        compared=extreme.group,
        method=TESTS[plan.metric.comparison][2],
    )


def _distance(plan: Plan, part: Part) -> float:
    """Return how far a part lies towards the limit, or from parity: the value of the evidence is the farthest."""
    value = part.value or 0.0
    if plan.metric.comparison == "level":
        return value if plan.check.limit.max is not None else -value
    if plan.metric.comparison == "difference":
        return abs(value)
    return max(value, 1 / value if value else math.inf)


def _claims(plan: Plan, tally: Tally, reference: Tally | None, family: Family, policy: Policy) -> tuple[Claim, ...]:
    """Return one claim for each end of the limit, with the range that decides."""
    test, bounds, _ = TESTS[plan.metric.comparison]
    counts: tuple[int, ...] = (tally.numerator, tally.denominator)
    if reference is not None:
        counts = (*counts, reference.numerator, reference.denominator)
    alpha = alpha_of(policy.statistics.confidence)
    claims = []
    for side, limit in sides_to_judge(plan.check, plan.convention):
        tested = test(*counts, limit=float(limit))
        is_min = side is Side.MIN
        low, high = (alpha, alpha / family.claims) if is_min else (alpha / family.claims, alpha)
        claims.append(
            Claim(
                side=side,
                limit=limit_text(limit),
                p_beyond=tested.p_below if is_min else tested.p_above,
                p_within=tested.p_above if is_min else tested.p_below,
                bounds=bounds(*counts, alpha_low=low, alpha_high=high),
            )
        )
    return tuple(claims)
