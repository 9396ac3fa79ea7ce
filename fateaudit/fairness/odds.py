"""Equalized odds: two error rates at once, so that neither can hide behind the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fateaudit.counts import Group
from fateaudit.fairness.statistics import Statistic, View

if TYPE_CHECKING:
    from fateaudit.fairness.comparing import Estimated

TRUE_POSITIVE, FALSE_POSITIVE = "true positive rate", "false positive rate"


def rates(view: View, group: Group) -> dict[str, tuple[int, int]]:
    """Return numerator and denominator of the true and the false positive rate of a group."""
    tp, fn, fp, tn = (int(n) for n in view.table(group))
    return {TRUE_POSITIVE: (tp, tp + fn), FALSE_POSITIVE: (fp, fp + tn)}


def _fewest(view: View, group: Group) -> int:
    return min(denominator for _, denominator in rates(view, group).values())


def _none(_: View, __: Group) -> Estimated | None:
    """Return nothing: odds are a comparison, and one group alone has none."""
    return None


_odds = partial(
    Statistic,
    estimate=_none,
    rows=_fewest,
    components=rates,
    better="neither",
    needs_positive=True,
)

ODDS: dict[str, Statistic] = {
    "equalized_odds": _odds(
        term="equalized odds, worst case",
        heading="How differently groups are {positive}, the records being the same",
        meaning="the wider of two gaps between groups: in how many of those {recorded_positive} are {positive}, and in "
        "how many of those {recorded_negative} are",
        method="the worse of two worst pairs, each by studentised range at half the level (a union of two claims: the "
        "family counts double)",
        comparisons=("difference", "ratio"),
    ),
    "average_odds": _odds(
        term="average odds",
        heading="How differently groups are {positive} on average, the records being the same",
        meaning="the mean of two gaps between groups: in how many of those {recorded_positive} are {positive}, and in "
        "how many of those {recorded_negative} are",
        method="the mean of two worst pairs, each by studentised range at half the level, so that both ends hold "
        "together",
        comparisons=("difference",),
        joined="mean",
    ),
}
