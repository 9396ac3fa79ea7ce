"""Comparisons that turn round when a third attribute is looked at: Simpson's paradox.

A reversal says that the overall figure and the figure within strata tell different stories. Which one is the right one
is a question about how the strata came about, and not one for numbers: a stratum can itself be what discriminates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fateaudit.intervals.rate_table import RateTable

WholeCount = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Both groups among the rows with one value of the stratifying attribute, as (successes, trials)."""

    value: str
    lower: WholeCount
    higher: WholeCount

    @property
    def difference(self) -> Fraction:
        """The rate of `lower` minus that of `higher`, exactly."""
        return Fraction(*self.lower) - Fraction(*self.higher)

    @property
    def trials(self) -> int:
        """Rows of both groups."""
        return self.lower[1] + self.higher[1]


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two groups of `attribute` whose order by rate is the opposite within the values of `stratified_by`."""

    attribute: str
    stratified_by: str
    lower: str
    """The group with the lower rate overall."""
    higher: str
    lower_count: WholeCount
    higher_count: WholeCount
    """Successes and trials in the strata that could be compared."""
    strata: tuple[Stratum, ...]
    difference: float
    """Rate of `lower` minus that of `higher`, over all rows: negative."""
    adjusted_difference: float
    """The same within strata, averaged with all rows of a stratum as its weight: positive."""
    share: float
    """Share of the rows in strata where `lower` has the higher rate: above one half."""

    @property
    def in_every_stratum(self) -> bool:
        """Whether there is no stratum with the order that is seen overall, nor one without an order."""
        return self.share == 1


def find_reversals(table: RateTable, *, min_group_size: int = 1) -> tuple[Reversal, ...]:
    """Return every pair of groups whose difference in rates has one sign overall and the other within strata.

    For each attribute, each pair of its groups and each other attribute: only strata in which both groups have
    `min_group_size` trials are compared, and the overall rates are over these strata, so that both speak about the
    same rows. It is a reversal when more than half of these rows are in strata of the opposite order and the
    difference standardised to them, Σ n_z d_z / Σ n_z, has the opposite sign too. Signs are exact, and so is the sign
    of a ratio minus 1. Nothing is tested: small strata reverse by chance. The clearest (largest share) come first.
    ValueError for a group size below 1.

    Source: Simpson (1951), The interpretation of interaction in contingency tables; Bickel, Hammel and O'Connell
    (1975), Sex bias in graduate admissions.
    """
    if min_group_size < 1:
        raise ValueError(f"a group to compare has at least one trial, not {min_group_size}")
    found = []
    for attribute, stratified_by in permutations(table.attributes, 2):
        groups = table.by_group((attribute, stratified_by))
        strata: dict[str, dict[str, WholeCount]] = {}
        for (group, value), count in groups.items():
            if count[1] >= min_group_size:
                strata.setdefault(value, {})[group] = count
        for pair in combinations(sorted({group for group, _ in groups}), 2):
            reversal = _reversal(attribute, stratified_by, pair, strata)
            if reversal is not None:
                found.append(reversal)
    return tuple(sorted(found, key=lambda one: (-one.share, one.attribute, one.stratified_by, one.lower, one.higher)))


def _reversal(
    attribute: str, stratified_by: str, pair: tuple[str, str], strata: dict[str, dict[str, WholeCount]]
) -> Reversal | None:
    """Return the reversal of one pair over the values of another attribute, if it is one."""
    shared = {value: both for value, both in strata.items() if pair[0] in both and pair[1] in both}
    if not shared:
        return None
    counts = {group: _sum([both[group] for both in shared.values()]) for group in pair}
    lower, higher = sorted(pair, key=lambda group: Fraction(*counts[group]))
    difference = Fraction(*counts[lower]) - Fraction(*counts[higher])
    compared = tuple(Stratum(value, both[lower], both[higher]) for value, both in shared.items())
    rows = sum(one.trials for one in compared)
    adjusted = sum((one.trials * one.difference for one in compared), Fraction(0)) / rows
    opposite = Fraction(sum(one.trials for one in compared if one.difference > 0), rows)
    if not (difference < 0 < adjusted and opposite > Fraction(1, 2)):
        return None
    return Reversal(
        attribute=attribute,
        stratified_by=stratified_by,
        lower=lower,
        higher=higher,
        lower_count=counts[lower],
        higher_count=counts[higher],
        strata=compared,
        difference=float(difference),
        adjusted_difference=float(adjusted),
        share=float(opposite),
    )


def _sum(counts: list[WholeCount]) -> WholeCount:
    return sum(successes for successes, _ in counts), sum(trials for _, trials in counts)
