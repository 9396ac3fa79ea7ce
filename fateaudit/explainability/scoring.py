"""What explanations say about an attribute, as evidence for a check; what could not be told is evidence too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from fateaudit.evidence import Score, Subject, Unmeasured
from fateaudit.explainability.attributes import OfAttribute, Share
from fateaudit.explainability.by_group import ByGroup
from fateaudit.explainability.flips import Flips
from fateaudit.explainability.proxies import Proxies
from fateaudit.explainability.refusals import Unexplained
from fateaudit.policy import MetricCheck, Policy, score_claims, score_id, unmeasured_score
from fateaudit.policy.wording import group_name, listed, units

OF_ATTRIBUTES = {
    "proxy_risk": Subject(
        title="No column stands in for an attribute",
        among="",
        counted="",
        formal="proxy risk: (2·AUC − 1 for telling its two groups apart) × share of the decision gap, largest column",
    ),
    "flip_rate": Subject(
        title="Decisions stay when an attribute alone is changed",
        among="",
        counted="",
        formal="flip rate: share of decisions that change when only the attribute's column does",
    ),
    "attribution_fidelity_gap": Subject(
        title="Reasons are as good for every group",
        among="",
        counted="",
        formal="attribution fidelity gap: R² of the explained drop, best group less worst",
    ),
}
"""Metrics of one attribute at a time, by id."""

SHARE = Subject(
    title="Little rests on declared attributes",
    among="",
    counted="",
    formal="sensitive attribution share: share of mean |attribution| on columns that are declared attributes",
)

AT_MOST = frozenset({*OF_ATTRIBUTES, "sensitive_attribution_share"})
"""Of these, less is better."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number, its range, and what something worthless gets."""

    value: float
    interval: tuple[float, float]
    baseline: float | None = None


def measure_attribute(
    check: MetricCheck, of: tuple[str, ...], found: OfAttribute, policy: Policy
) -> Score | Unmeasured:
    """Return the evidence about one attribute."""
    asked = {"proxy_risk": found.proxies, "flip_rate": found.flips, "attribution_fidelity_gap": found.by_group}
    match asked[check.metric]:
        case Unexplained() as missing:
            return unmeasured_score(check, OF_ATTRIBUTES[check.metric], missing.reason, missing.detail, of)
        case Proxies() as proxies:
            figures = Found(proxies.columns[0].risk, proxies.largest, proxies.mean_chance)
            return _scored(check, of, figures, (PROXIES, proxies_said(proxies, policy)), policy)
        case Flips() as flips:
            figures = Found(flips.rate, flips.interval)
            return _scored(check, of, figures, (FLIPS, flips_said(flips, policy)), policy)
        case ByGroup() as groups:
            figures = Found(groups.gap, groups.interval, groups.baseline)
            return _scored(check, of, figures, (GROUPS, groups_said(groups, policy)), policy)
        case never:
            assert_never(never)


def measure_share(check: MetricCheck, found: Share, policy: Policy) -> Score:
    """Return the evidence about what lies on declared attributes."""
    return _scored(check, (), Found(found.value, found.interval), (SHARES, share_said(found, policy)), policy)


PROXIES = (
    "each column by itself tells rows of the two groups apart, the row left out; times its share of the parts of the "
    "difference; range by halves of the rows; beside groups dealt at random"
)
FLIPS = "values of every other group put in, one at a time, all else as it is; exact binomial range"
GROUPS = (
    "random sets of columns replaced by background rows, by group; bootstrap over rows; beside shuffled attributions"
)
SHARES = "mean absolute attributions; bootstrap over rows"


def _scored(
    check: MetricCheck,
    of: tuple[str, ...],
    found: Found,
    said: tuple[str, str],
    policy: Policy,
) -> Score:
    return Score(
        id=score_id(check, of),
        check=check.id,
        metric=check.metric,
        subject=SHARE if not of else OF_ATTRIBUTES[check.metric],
        of=of,
        confidence=policy.statistics.confidence,
        method=said[0],
        value=found.value,
        interval=found.interval,
        baseline=found.baseline,
        claims=score_claims(check, *found.interval),
        sentence=said[1],
    )


def proxies_said(found: Proxies, policy: Policy) -> str:
    """Return which column has the largest risk, and what it is made of."""
    top, of = found.columns[0], (found.attribute,)
    first, second = (group_name(policy, of, (name,)) for name in (found.first, found.second))
    if top.risk == 0:
        return f"No column both tells {first} from {second} and carries a part of the difference between them."
    way = "" if top.share > 0 else ", the other way round"
    return (
        f"The column {top.column} alone tells {first} from {second} in {round(100 * top.auc)} of 100 pairs (a guess: "
        f"50), and carries {round(100 * abs(top.share))} of 100 parts of the difference{way}."
    )


def flips_said(found: Flips, policy: Policy) -> str:
    """Return how many outputs change, and which way."""
    label = policy.attribute(found.attribute).label.lower()
    start = f"Of {found.rows:,} {units(policy)}, {found.changed:,} get another output when {label} alone is changed"
    if not found.changed:
        return f"{start}."
    count = f"{found.became_favourable:,}" if found.became_favourable else "none"
    return f"{start}; {count} of them are then {policy.words.favourable}."


def groups_said(found: ByGroup, policy: Policy) -> str:
    """Return the fidelity of the best and the worst explained group."""
    best, worst = found.groups[0], found.groups[-1]
    said = [
        f"{_hundred(one.fidelity)} in 100 parts for {group_name(policy, (found.attribute,), (one.group,))} "
        f"({one.rows} rows)"
        for one in (best, worst)
    ]
    return (
        f"Of what changes when columns are replaced, the reasons account for {said[0]} and for {said[1]}; shuffled "
        f"reasons differ by {round(100 * found.baseline)}."
    )


def _hundred(share: float) -> str:
    return "fewer than 0" if round(100 * share) < 0 else f"{round(100 * share)}"


def share_said(found: Share, policy: Policy) -> str:
    """Return how much lies on which attributes; where none is read, that others may stand in for them."""
    if not found.columns:
        return "The model reads none of the declared attributes; other columns may stand in for them."
    names = listed([policy.attribute(name).label.lower() for name in found.columns])
    return f"Of all that moves the output, {round(100 * found.value)} in 100 parts lie on {names} ({found.rows} rows)."
