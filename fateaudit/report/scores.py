"""Numbers about the model as a whole, in words: the value, its range, what something worthless would get, the limit."""

from decimal import ROUND_HALF_UP, Decimal

from fateaudit.evidence import Score, Side
from fateaudit.policy import MetricCheck, Policy, sides_to_judge
from fateaudit.policy.wording import capitalised, decimal, limit_in_words
from fateaudit.report.entries import Entry
from fateaudit.report.observations import Observation
from fateaudit.report.shapes import READ_AS
from fateaudit.report.text import ended

PLACES = range(2, 9)
BY_PAPERS = "documentation_completeness"
"""The one metric that reads what people wrote; every other is found by running the model."""

COUNTED = frozenset({BY_PAPERS, "trace_completeness", "determinism", "train_overlap"})
"""Metrics that are counted and not estimated."""

ABOUT_DECISIONS = frozenset({"proxy_risk", "flip_rate", "sensitive_attribution_share"})
"""Metrics of explanations that speak of what decisions go with, not of how good the reasons are."""


def value(score: Score) -> str:
    """Return the value with two decimals, or as many more as it takes to tell it from its limit."""
    return _beside(score.value, score)


def between(score: Score) -> str:
    """Return the range that decides; where the number is counted and not estimated, say so."""
    return "counted: no range" if _is_counted(score) else " to ".join(_beside(end, score) for end in score.interval)


def worthless(score: Score) -> str:
    """Return what something known to be worthless gets, which the value must be read beside."""
    return "none" if score.baseline is None else _beside(score.baseline, score)


def _is_counted(score: Score) -> bool:
    return score.metric in COUNTED and score.interval == (score.value, score.value)


def _beside(number: float, score: Score) -> str:
    limits = [float(claim.limit) for claim in score.claims if float(claim.limit) != number]
    places = next((n for n in PLACES if all(_rounded(number, n) != _rounded(limit, n) for limit in limits)), PLACES[-1])
    said = _rounded(number, places)
    return f"{abs(said)}" if said == 0 else f"{said}".replace("-", "\N{MINUS SIGN}")


def _rounded(number: float, places: int) -> Decimal:
    """Return a number as people round: 0.625 is 0.63."""
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def told(score: Score) -> str:
    """Return what was measured, in the record's own sentence."""
    return ended(score.sentence)


def told_with_limit(score: Score, check: MetricCheck) -> str:
    """Return the same beside its limit: "… That is 0.71 (could be 0.68 to 0.74); the limit is at least 0.90."."""
    could_be = "" if _is_counted(score) else f" (could be {between(score)})"
    return f"{told(score)} That is {value(score)}{could_be}; the limit is {limit_in_words(check.limit)}."


def told_of(one: Observation) -> str:
    """Return the answer about one attribute: what was measured, the limit and the verdict, or why there is none."""
    if not isinstance(one.evidence, Score):
        return ended(f"Not measured: {one.ruling.because}")
    return f"{told_with_limit(one.evidence, one.check)} {capitalised(READ_AS[one.ruling.verdict])}."


def figures(score: Score) -> tuple[tuple[str, str], ...]:
    """Return the value and what it must be read beside, each with its heading."""
    found = (("Found", value(score)), ("Could be", between(score)))
    return found if score.baseline is None else (*found, ("Something worthless would get", worthless(score)))


def rule(check: MetricCheck, score: Score, policy: Policy) -> str:
    """Return when this check is not met, when it is met, and when it could not be judged."""
    ends = {side: decimal(float(end)) for side, end in sides_to_judge(check, score.convention)}
    low, high = ends.get(Side.MIN), ends.get(Side.MAX)
    beyond = " or ".join([*([f"below {low}"] if low else []), *([f"above {high}"] if high else [])])
    within = f"from {low} to {high}" if low and high else f"at {low or high} or {'more' if low else 'less'}"
    if policy.statistics.decide_on == "point":
        return f"Not met when the figure lies {beyond}, otherwise met. Chance was not allowed for."
    if _is_counted(score):
        return f"Not met when the number lies {beyond}, otherwise met. It is counted, so chance plays no part."
    return f"Not met when the whole range lies {beyond}. Met when it lies {within}. Otherwise it could not be judged."


def method(score: Score) -> Entry:
    """Return how the number was made."""
    level = f" The range is to be read at {100 * score.confidence:g} in 100." if not _is_counted(score) else ""
    return Entry("Method", f"{ended(capitalised(score.method))}{level}")
