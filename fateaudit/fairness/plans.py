"""What will be compared: per check and attribute, which groups are judged, against what, among how many claims.

The number of claims must be known before the first one is made, so plans for a whole family come before measuring.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fateaudit.counts import NOT_RECORDED, Cell, Counts, Group, total
from fateaudit.errors import ColumnError, PolicyError, did_you_mean
from fateaudit.evidence import Convention, Family
from fateaudit.fairness.rates import Metric
from fateaudit.policy import MetricCheck, Policy, Severity, sides_to_judge

WIDEST = 1_000
"""Ratios beyond this, or below one over it, are not limits that anybody could mean."""

WORST_PAIR = frozenset({Convention.TO_HIGHEST, Convention.TO_LOWEST, Convention.BETWEEN_GROUPS})


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one rate in one group."""

    group: Group
    cases: int
    unlabelled: int
    """Rows that the rate needs a label of and that have none."""
    numerator: int
    denominator: int
    set_aside: Literal["too_few", "not_recorded"] | None

    @property
    def judged(self) -> bool:
        """Whether this group decides anything."""
        return self.set_aside is None

    @property
    def rate(self) -> float:
        """Numerator over denominator; the denominator of a judged group is never 0."""
        return self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Plan:
    """One metric of one check, over the groups of one attribute or intersection."""

    check: MetricCheck
    metric: Metric
    convention: Convention
    of: tuple[str, ...]
    tallies: tuple[Tally, ...]
    reference: Group | None
    """The named reference group; None where there is none."""

    @property
    def judged(self) -> tuple[Tally, ...]:
        """The groups that decide."""
        return tuple(tally for tally in self.tallies if tally.judged)

    @property
    def claims(self) -> int:
        """How many claims this plan adds to its family: one for a worst pair, one a side and group for tests."""
        compared = [tally for tally in self.judged if tally.group != self.reference]
        if self.convention in WORST_PAIR:
            return 1 if len(compared) > 1 else 0
        if self.reference is not None and self.reference not in {tally.group for tally in self.judged}:
            return 0
        return len(sides_to_judge(self.check, self.convention)) * len(compared)


def plan(check: MetricCheck, counts: Counts, policy: Policy, metrics: Mapping[str, Metric]) -> tuple[Plan, ...]:
    """Return one plan for each attribute or intersection that `check` is split by."""
    metric = metrics[check.metric]
    convention = convention_of(check, metric, policy)
    plans = []
    for of in check.attribute_sets():
        tallies = tuple(_tally(group, cells, metric, policy, len(of)) for group, cells in counts.by_group(of).items())
        reference = _reference(check, of, counts.by_group(of)) if convention is Convention.TO_REFERENCE else None
        plans.append(Plan(check, metric, convention, of, tallies, reference))
    return tuple(plans)


def _tally(group: Group, cells: tuple[Cell, ...], metric: Metric, policy: Policy, attributes: int) -> Tally:
    numerator, denominator = metric.rate.count(cells, policy.columns.coded_positive)
    is_small = denominator < policy.statistics.min_group_size
    not_recorded = attributes > 0 and NOT_RECORDED in group
    set_aside: Literal["too_few", "not_recorded"] | None = (
        "not_recorded" if not_recorded else "too_few" if is_small else None
    )
    unlabelled = total(cells, lambda cell: metric.rate.needs_labels and cell.label is None)
    return Tally(group, sum(cell.n for cell in cells), unlabelled, numerator, denominator, set_aside)


def convention_of(check: MetricCheck, metric: Metric, policy: Policy) -> Convention:
    """Return the convention that the check names, or the default: against the best-off group."""
    if metric.comparison == "level":
        return Convention.ABSOLUTE
    if check.params.convention is not None:
        return check.params.convention
    is_higher = metric.rate.is_better_higher(policy.columns.coded_positive)
    return Convention.TO_HIGHEST if is_higher else Convention.TO_LOWEST


def refuse_unknown_references(check: MetricCheck, counts: Counts) -> None:
    """Raise ColumnError for a reference group that the data do not have."""
    if check.params.convention is Convention.TO_REFERENCE:
        for of in check.attribute_sets():
            _reference(check, of, counts.by_group(of))


def _reference(check: MetricCheck, of: tuple[str, ...], groups: Collection[Group]) -> Group:
    """Return the named reference group of an attribute; an intersection's is made of its attributes' references."""
    named = tuple(check.params.reference[name] for name in of)
    if named not in groups or NOT_RECORDED in named:
        raise ColumnError(
            f"the reference {' × '.join(named)} of {check.id} is not a group of {' × '.join(of)}",
            hint=did_you_mean(" × ".join(named), [" × ".join(group) for group in groups if NOT_RECORDED not in group])
            or "name a group exactly as it stands in the data",
        )
    return named


def family(one: Plan, plans: Sequence[Plan], policy: Policy) -> Family:
    """Return the family that the claims of `one` belong to; `plans` are those of every check."""
    scope = policy.statistics.family
    members = [other for other in plans if other.check.id == one.check.id or _shares(other, scope)]
    rule: Literal["worst_pair", "bonferroni"] = "worst_pair" if one.convention in WORST_PAIR else "bonferroni"
    return Family(rule=rule, scope=scope, claims=max(1, sum(member.claims for member in members)))


def _shares(other: Plan, scope: str) -> bool:
    """Whether a plan of another check is in the family. Checks that weigh nothing must not make the others harder."""
    return scope == "policy" and other.check.severity is not Severity.INFO


def refuse_unsuitable(check: MetricCheck, policy: Policy, metrics: Mapping[str, Metric]) -> None:
    """Raise PolicyError for a metric that is not known, or a limit or convention that does not go with it."""
    if check.metric not in metrics:
        rates = ", ".join(dict.fromkeys(metric.rate_name for metric in metrics.values()))
        raise PolicyError(
            f'{check.id}: there is no metric called "{check.metric}"',
            where=[f"The metrics are: {rates}; each by itself, or with _ratio or _difference"],
            hint=did_you_mean(check.metric, metrics) or "take one of these",
        )
    metric = metrics[check.metric]
    if metric.rate.needs_positive and policy.columns.positive is None:
        words = policy.words
        raise PolicyError(
            f"{check.id}: {metric.rate.term} depends on which side is called positive",
            hint="write columns.positive: "
            f'favourable ("{words.favourable}" is positive) or adverse ("{words.adverse}" is positive)',
        )
    if metric.comparison == "level" and check.params.convention not in {None, Convention.ABSOLUTE}:
        raise PolicyError(f"{check.id}: a rate itself has no convention", hint="remove params, or compare with _ratio")
    if metric.comparison != "level" and check.across == "overall":
        raise PolicyError(f"{check.id}: a comparison needs groups", hint="write across: [an attribute]")
    convention = convention_of(check, metric, policy)
    if convention is Convention.ABSOLUTE and metric.comparison != "level":
        raise PolicyError(f"{check.id}: a comparison is not absolute", hint="leave out params.convention")
    if convention is Convention.TO_REFERENCE:
        names = {name for of in check.attribute_sets() for name in of}
        if missing := sorted(names - set(check.params.reference)):
            raise PolicyError(
                f"{check.id}: to_reference needs a reference group for {', '.join(missing)}",
                hint=f"write params: {{ convention: to_reference, reference: {{ {missing[0]}: … }} }}",
            )
    elif check.params.reference:
        raise PolicyError(f"{check.id}: a reference group without to_reference", hint="add convention: to_reference")
    _refuse_impossible_limit(check, metric, convention)


def _refuse_impossible_limit(check: MetricCheck, metric: Metric, convention: Convention) -> None:
    if wrong := _what_is_wrong(check.limit.min, check.limit.max, metric, convention):
        against = "" if convention is Convention.ABSOLUTE else f" {convention.replace('_', ' ')}"
        raise PolicyError(f"{check.id}: this limit does not suit {check.metric}{against}", hint=wrong)


def _what_is_wrong(low: float | None, high: float | None, metric: Metric, convention: Convention) -> str:
    """Return what a limit would have to be, or nothing. Every end must limit something, and something must keep it."""
    is_ratio = metric.comparison == "ratio"
    if metric.comparison == "level":
        fits = (low is None or 0 < low <= 1) and (high is None or 0 <= high < 1)
        return "" if fits else "a rate lies between 0 and 1: write { min: … } above 0, or { max: … } below 1"
    if convention is Convention.TO_REFERENCE:
        return _what_is_wrong_with_reference(low, high, is_ratio=is_ratio)
    if not is_ratio:
        return "" if low is None and high is not None and 0 <= high < 1 else "write { max: … }, from 0 to below 1"
    if convention is Convention.TO_LOWEST:
        return "" if low is None and high is not None and 1 <= high <= WIDEST else "write { max: … }, from 1 to 1000"
    return "" if high is None and low is not None and 1 / WIDEST <= low <= 1 else "write { min: … }, from 0.001 to 1"


def _what_is_wrong_with_reference(low: float | None, high: float | None, *, is_ratio: bool) -> str:
    parity = 1 if is_ratio else 0
    ends = [end for end in (low, high) if end is not None]
    if is_ratio and any(not 1 / WIDEST <= end <= WIDEST for end in ends):
        return "a ratio limit lies between 0.001 and 1000"
    if not is_ratio and any(not -1 < end < 1 for end in ends):
        return "a difference limit lies between -1 and 1"
    if (low is None and high is not None and high < parity) or (high is None and low is not None and low > parity):
        return f"one end is read two-sided, around {parity}: write both, {{ min: …, max: … }}"
    return ""
