"""What will be compared: per check and attribute, which groups are judged, against what, among how many claims.

The number of claims must be known before the first one is made, so plans for a whole family come before measuring.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, Protocol

from fateaudit.counts import NOT_RECORDED, Cell, Counts, Group, total
from fateaudit.errors import ColumnError, did_you_mean
from fateaudit.evidence import Convention, Family
from fateaudit.fairness.rates import Metric
from fateaudit.intervals import WeightedRate
from fateaudit.policy import MetricCheck, Policy, Severity, sides_to_judge

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
    set_aside: Literal["too_few", "not_recorded", "excluded"] | None
    weighted: WeightedRate | None = None
    """Of rows with weights; then numerator and denominator are how many rows without would say as much, rounded."""

    @property
    def judged(self) -> bool:
        """Whether this group decides anything."""
        return self.set_aside is None

    @property
    def rate(self) -> float:
        """Numerator over denominator; the denominator of a judged group is never 0."""
        return self.numerator / self.denominator if self.weighted is None else self.weighted.rate

    @property
    def effective(self) -> tuple[float, float]:
        """Successes and trials for intervals, which need no whole numbers."""
        if self.weighted is None:
            return self.numerator, self.denominator
        return self.weighted.successes, self.weighted.effective


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
        tallies = [_tally(group, cells, metric, policy, len(of)) for group, cells in counts.by_group(of).items()]
        tallies = _excluded(tallies, check)
        reference = reference_group(check, of, counts.by_group(of)) if convention is Convention.TO_REFERENCE else None
        plans.append(Plan(check, metric, convention, of, tuple(tallies), reference))
    return tuple(plans)


def weigh(plan: Plan, counts: Counts, policy: Policy) -> Plan:
    """Return `plan` with every row counted by its weight. The same groups are judged: those that are large in rows."""
    groups = counts.by_group(plan.of)
    worth = counts.rows / sum(cell.weight or 0.0 for cell in counts.cells)
    return replace(
        plan, tallies=tuple(_weighed(tally, groups[tally.group], worth, plan.metric, policy) for tally in plan.tallies)
    )


def _weighed(tally: Tally, cells: tuple[Cell, ...], worth: float, metric: Metric, policy: Policy) -> Tally:
    """Return a group's counts by weight; its cases are rows again, `worth` of them for each unit of weight."""
    rate = metric.rate.weigh(cells, policy.columns.coded_positive)
    if rate is None:
        return tally
    numerator, denominator = rate.rounded()
    cases = round(worth * sum(cell.weight or 0.0 for cell in cells))
    unlabelled = [cell for cell in cells if metric.rate.needs_labels and cell.label is None]
    return replace(
        tally,
        numerator=numerator,
        denominator=denominator,
        weighted=rate,
        cases=cases,
        unlabelled=round(worth * sum(cell.weight or 0.0 for cell in unlabelled)),
    )


def _tally(group: Group, cells: tuple[Cell, ...], metric: Metric, policy: Policy, attributes: int) -> Tally:
    numerator, denominator = metric.rate.count(cells, policy.columns.coded_positive)
    is_small = denominator < policy.statistics.min_group_size
    not_recorded = attributes > 0 and NOT_RECORDED in group
    set_aside: Literal["too_few", "not_recorded"] | None = (
        "not_recorded" if not_recorded else "too_few" if is_small else None
    )
    unlabelled = total(cells, lambda cell: metric.rate.needs_labels and cell.label is None)
    return Tally(group, sum(cell.n for cell in cells), unlabelled, numerator, denominator, set_aside)


def _excluded(tallies: list[Tally], check: MetricCheck) -> list[Tally]:
    """Set aside the groups that are smaller than the policy says, by their share of the rows that are recorded."""
    if check.params.exclude_below is None:
        return tallies
    least = Fraction(str(check.params.exclude_below)) * sum(
        tally.cases for tally in tallies if tally.set_aside != "not_recorded"
    )
    return [
        replace(tally, set_aside="excluded") if tally.set_aside != "not_recorded" and tally.cases < least else tally
        for tally in tallies
    ]


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
            reference_group(check, of, counts.by_group(of))


def reference_group(check: MetricCheck, of: tuple[str, ...], groups: Collection[Group]) -> Group:
    """Return the named reference group of an attribute; an intersection's is made of its attributes' references."""
    named = tuple(check.params.reference[name] for name in of)
    if named not in groups or NOT_RECORDED in named:
        raise ColumnError(
            f"the reference {' × '.join(named)} of {check.id} is not a group of {' × '.join(of)}",
            hint=did_you_mean(" × ".join(named), [" × ".join(group) for group in groups if NOT_RECORDED not in group])
            or "name a group exactly as it stands in the data",
        )
    return named


class Claiming(Protocol):
    """What claims are counted of: a plan of a rate, or of a statistic."""

    @property
    def check(self) -> MetricCheck:
        """The check it belongs to."""

    @property
    def convention(self) -> Convention:
        """What a group is held against."""

    @property
    def claims(self) -> int:
        """How many claims it adds to its family."""


def family(one: Claiming, plans: Sequence[Claiming], policy: Policy) -> Family:
    """Return the family that the claims of `one` belong to; `plans` are those of every check."""
    scope = policy.statistics.family
    members = [other for other in plans if other.check.id == one.check.id or _shares(other, scope)]
    rule: Literal["worst_pair", "bonferroni"] = "worst_pair" if one.convention in WORST_PAIR else "bonferroni"
    return Family(rule=rule, scope=scope, claims=max(1, sum(member.claims for member in members)))


def _shares(other: Claiming, scope: str) -> bool:
    """Whether a plan of another check is in the family. Checks that weigh nothing must not make the others harder."""
    return scope == "policy" and other.check.severity is not Severity.INFO
