"""The raw columns through which the difference between two groups' decisions comes.

The hard decision 1[score at the threshold] is explained like any score, against one background for both groups. The
mean attribution of a column in one group minus that in the other is its part; the parts sum to the difference of the
groups' selection rates (the demographic parity difference), because attributions sum to decisions in every row.
Log-odds cannot do that. A part is not a cause: it says where the difference passes through.

The adverse-rate gap is the same difference turned round. The gap in wrong adverse rates is another one: it is over the
rows whose label is favourable, and the same attributions of those rows alone sum to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import decide
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions, Means, explain, with_decisions
from fateaudit.explainability.enumeration import by_enumeration
from fateaudit.explainability.game import Floats, Game
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Route

MAX_SAMPLED = 250
"""Rows of a group when not all can be explained exactly."""

EXACT = 1e-9
"""How far the parts may be from the difference; beyond it nothing is reported."""


@dataclass(frozen=True, slots=True)
class Decide:
    """From score to decision: favourable at or above `threshold`, or (`at` is ">") above it."""

    threshold: float
    at: str = ">="

    def __call__(self, scores: Floats) -> Floats:
        """Return 1 for favourable and 0 for adverse."""
        return decide(scores, self.threshold, self.at).astype(np.float64)


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """What one raw column carries of the difference."""

    column: str
    value: float
    """Mean in the first group minus mean in the second, as a difference of rates."""
    standard_error: float
    """For drawing other cases of the same groups; the background is held fixed."""
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class DecisionGap:
    """The difference in a rate of decisions between two groups, split exactly into raw columns, largest part first."""

    first: str
    second: str
    value: float
    """Rate of the first minus rate of the second, over the rows explained; the parts sum to it."""
    first_rate: float
    second_rate: float
    parts: tuple[ColumnPart, ...]
    rows: tuple[int, int]
    """Explained rows of the first and the second group."""
    of_rows: tuple[int, int]
    base: float
    """The rate of the background."""
    route: Route
    residue: float
    """|sum of the parts − difference|: rounding only."""


@dataclass(frozen=True, slots=True)
class PairExplained:
    """A difference with the attributions it was made of. They stay in memory."""

    gap: DecisionGap
    attributions: Attributions
    """Of the hard decision: first the explained rows of the first group, then those of the second."""
    members: tuple[NDArray[np.int64], NDArray[np.int64]]
    """Places in the game of all rows of each group."""


def decompose_gap(
    game: Game,
    decide: Decide,
    groups: Sequence[str | None],
    pair: tuple[str, str],
    *,
    means: Means | None = None,
) -> DecisionGap | Unexplained:
    """Split the difference between two groups; `groups` names the group of each row of the game.

    All rows of both groups are explained when that can be done exactly within the budget, else a draw of each.
    """
    found = explain_pair(game, decide, groups, pair, means=means)
    return found if isinstance(found, Unexplained) else found.gap


def explain_pair(
    game: Game,
    decide: Decide,
    groups: Sequence[str | None],
    pair: tuple[str, str],
    *,
    means: Means | None = None,
) -> PairExplained | Unexplained:
    """Return the same with the attributions of the rows, for what else is asked about the two groups."""
    means = with_decisions(means or Means())
    members = [np.flatnonzero([name == group for name in groups]) for group in pair]
    if any(len(places) == 0 for places in members):
        return Unexplained(Reason.TOO_FEW_ROWS, "one of the two groups has no rows")
    decisions = game.as_seen(decide)
    found = _exactly(decisions, members, means)
    if found is None:
        generator = np.random.default_rng([means.seed, MAX_SAMPLED])
        drawn = [np.sort(generator.permutation(places)[:MAX_SAMPLED]) for places in members]
        found = explain(decisions, np.concatenate(drawn), means=means), [len(places) for places in drawn]
    attributions, sizes = found
    if isinstance(attributions, Unexplained):
        return attributions
    places = np.split(np.arange(len(attributions.rows)), [sizes[0]])
    gap = _split(attributions, pair, places, [len(places) for places in members])
    return gap if isinstance(gap, Unexplained) else PairExplained(gap, attributions, (members[0], members[1]))


def split_wrong_adverse(found: PairExplained, recorded: NDArray[np.int8]) -> DecisionGap | Unexplained:
    """Split the difference in wrong adverse rates: adverse decisions among the rows whose label is favourable.

    `recorded` is the label of each row of the game: 1 favourable, 0 adverse, -1 not recorded. The same pair of groups,
    the one that is worse off by its decisions first; over those explained rows alone, and the parts sum to that.
    """
    is_kept = recorded == 1
    sides = np.split(np.arange(len(found.attributions.rows)), [found.gap.rows[0]])
    kept = [places[is_kept[found.attributions.rows[places]]] for places in sides]
    if min(map(len, kept)) < MIN_ROWS:
        because = f"a group has {min(map(len, kept))} explained rows whose label is favourable; {MIN_ROWS} are needed"
        return Unexplained(Reason.TOO_FEW_ROWS, because)
    pair = found.gap.first, found.gap.second
    gap = _split(found.attributions, pair, kept, [int(is_kept[places].sum()) for places in found.members])
    return gap if isinstance(gap, Unexplained) else as_adverse(gap)


def as_adverse(gap: DecisionGap) -> DecisionGap:
    """Return the same difference as one of adverse decisions: the second group first, and every number stays."""
    return replace(
        gap,
        first=gap.second,
        second=gap.first,
        first_rate=1 - gap.second_rate,
        second_rate=1 - gap.first_rate,
        parts=tuple(replace(part, first=-part.second, second=-part.first) for part in gap.parts),
        rows=gap.rows[::-1],
        of_rows=gap.of_rows[::-1],
        base=1 - gap.base,
    )


def _exactly(
    game: Game, members: list[NDArray[np.int64]], means: Means
) -> tuple[Attributions | Unexplained, list[int]] | None:
    """Explain all rows by enumeration, or return None when that is refused."""
    only = Means(routes={Route.ENUMERATION: by_enumeration}, budget=means.budget, seed=means.seed)
    found = explain(game, np.concatenate(members), means=only)
    refused = isinstance(found, Unexplained) and found.reason is Reason.FAILED
    return None if refused else (found, [len(places) for places in members])


def _split(
    found: Attributions, pair: tuple[str, str], sides: Sequence[NDArray[np.int64]], of_rows: list[int]
) -> DecisionGap | Unexplained:
    """Split the difference between two sides, each some of the rows of `found`; refuse parts that miss it."""
    halves = [found.values[places] for places in sides]
    rates = [float(found.outputs[places].mean()) for places in sides]
    means = [half.mean(axis=0) for half in halves]
    errors = np.sqrt(
        sum(half.var(axis=0, ddof=1) / len(half) if len(half) > 1 else np.zeros(half.shape[1]) for half in halves)
    )
    differences = means[0] - means[1]
    parts = tuple(
        ColumnPart(
            found.columns[place],
            float(differences[place]),
            float(errors[place]),
            float(means[0][place]),
            float(means[1][place]),
        )
        for place in np.argsort(-np.abs(differences), kind="stable")
    )
    value = rates[0] - rates[1]
    residue = abs(sum(part.value for part in parts) - value)
    if residue > EXACT:
        return Unexplained(Reason.FAILED, f"the parts miss the difference by {residue:.2g}")
    return DecisionGap(
        first=pair[0],
        second=pair[1],
        value=value,
        first_rate=rates[0],
        second_rate=rates[1],
        parts=parts,
        rows=(len(sides[0]), len(sides[1])),
        of_rows=(of_rows[0], of_rows[1]),
        base=found.base,
        route=found.route,
        residue=residue,
    )
