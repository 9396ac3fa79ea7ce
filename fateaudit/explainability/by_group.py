"""Whether the reasons are as good for one group as for another, and which columns count in each.

Worthless reasons have small differences too: shuffled ones show .02 to .10. So a difference comes with an interval over
rows, beside what shuffled reasons get, and is only worth reading together with the fidelity itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions, Means, explain
from fateaudit.explainability.fidelity import SHUFFLES, drops_of, explained_drop, random_subsets, resamples
from fateaudit.explainability.game import Floats, Game
from fateaudit.explainability.importances import MIN_ROWS, TOP
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Progress

ROWS = 60
"""Rows of each group whose columns are taken away."""

SUBSETS = 8
MOST_GROUPS = 12
"""Groups of an attribute that are compared, the largest first."""


@dataclass(frozen=True, slots=True)
class OfGroup:
    """The reasons of one group's rows."""

    group: str
    rows: int
    fidelity: float
    """R² of the explained drop within the group: at most 1."""
    interval: tuple[float, float]
    importances: tuple[float, ...]
    """Mean |attribution| of the columns named, in units of the output."""


@dataclass(frozen=True, slots=True)
class ByGroup:
    """The groups of one attribute, the best explained first."""

    attribute: str
    columns: tuple[str, ...]
    """The columns that move the output most over all rows."""
    groups: tuple[OfGroup, ...]
    gap: float
    """Fidelity of the first group minus that of the last."""
    interval: tuple[float, float]
    """Its low end is corrected for the number of pairs of groups, its high end covers each pair."""
    baseline: float
    """The mean gap of shuffled reasons."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """Rows with columns taken away."""

    rows: NDArray[np.int64]
    drops: Floats
    sums: Floats
    shuffled: list[Floats]
    sizes: Floats
    """|attribution|, shape (rows, columns)."""


def compare_groups(
    game: Game,
    found: Attributions,
    groups: Mapping[str, Sequence[str | None]],
    *,
    means: Means | None = None,
    confidence: float = 0.95,
) -> dict[str, ByGroup | Unexplained]:
    """Compare the fidelity of reasons between the groups of each attribute.

    `found` are attributions of rows of `game`, `groups` the group of each row of the game for each attribute. Rows of
    groups that `found` has too few of are explained too.
    """
    if len(game.columns) == 1:
        alone = Unexplained(
            Reason.NOT_APPLICABLE, "the model reads one column: its attribution is the whole difference"
        )
        return dict.fromkeys(groups, alone)
    means = means or Means()
    generator = np.random.default_rng([means.seed, ROWS, SUBSETS])
    members = {name: _members(of_rows) for name, of_rows in groups.items()}
    wanted = _wanted(game, found, [places for one in members.values() for places in one.values()], generator)
    taken = _take_away(game, _with_rows(game, found, wanted, means), generator, means.progress)
    top = np.argsort(-np.abs(found.values).mean(axis=0), kind="stable")[:TOP]
    return {name: _compare(name, one, taken, found.columns, top, confidence) for name, one in members.items()}


def _members(groups: Sequence[str | None]) -> dict[str, NDArray[np.int64]]:
    """Return the places of each group's rows: of the largest groups that have enough."""
    sizes = Counter(sorted(name for name in groups if name is not None and name != NOT_RECORDED))
    names = [name for name, size in sizes.most_common(MOST_GROUPS) if size >= MIN_ROWS]
    return {name: np.flatnonzero([one == name for one in groups]) for name in names}


def _wanted(
    game: Game, found: Attributions, groups: list[NDArray[np.int64]], generator: np.random.Generator
) -> NDArray[np.int64]:
    """Choose enough rows of each group, those that are explained already first; a row counts for all its groups."""
    is_explained = np.isin(np.arange(len(game.rows)), found.rows)
    chosen = np.zeros(len(game.rows), bool)
    for places in sorted(groups, key=len):
        missing = ROWS - int(chosen[places].sum())
        left = generator.permutation(places[~chosen[places]])
        chosen[left[np.argsort(~is_explained[left], kind="stable")][: max(0, missing)]] = True
    return np.flatnonzero(chosen)


def _with_rows(game: Game, found: Attributions, wanted: NDArray[np.int64], means: Means) -> Attributions:
    """Return attributions of the rows wanted; without those that could not be explained."""
    have = np.isin(found.rows, wanted)
    kept = replace(found, rows=found.rows[have], values=found.values[have], outputs=found.outputs[have])
    missing = np.setdiff1d(wanted, found.rows)
    more = explain(game, missing, means=means) if len(missing) else None
    if more is None or isinstance(more, Unexplained):
        return kept
    return replace(
        kept,
        rows=np.concatenate([kept.rows, more.rows]),
        values=np.concatenate([kept.values, more.values]),
        outputs=np.concatenate([kept.outputs, more.outputs]),
    )


def _take_away(game: Game, found: Attributions, generator: np.random.Generator, progress: Progress) -> _Taken:
    rows, columns = found.values.shape
    taken = random_subsets(generator, rows * SUBSETS, columns).reshape(rows, SUBSETS, columns)
    return _Taken(
        rows=found.rows,
        drops=drops_of(game, found, np.arange(rows), taken, progress),
        sums=np.einsum("rsc,rc->rs", taken, found.values),
        shuffled=[np.einsum("rsc,rc->rs", taken, generator.permuted(found.values, axis=1)) for _ in range(SHUFFLES)],
        sizes=np.abs(found.values),
    )


def _compare(  # noqa: PLR0913, PLR0917 - the rows, their groups, and what is told of them
    attribute: str,
    members: Mapping[str, NDArray[np.int64]],
    taken: _Taken,
    columns: tuple[str, ...],
    top: NDArray[np.int64],
    confidence: float,
) -> ByGroup | Unexplained:
    generator = np.random.default_rng(len(taken.rows))
    drawn: dict[str, Floats] = {}
    chance: dict[str, list[float]] = {}
    groups = []
    for name, places in members.items():
        rows = np.flatnonzero(np.isin(taken.rows, places))
        drops = taken.drops[rows]
        if len(rows) < MIN_ROWS or float(drops.std()) == 0:
            continue
        weights = resamples(generator, len(rows))
        # A resample of rows that all drop alike has no R²; what is as bad as a constant stands for it.
        drawn[name] = np.nan_to_num(explained_drop(drops, taken.sums[rows], weights), nan=0.0, neginf=0.0)
        chance[name] = [float(explained_drop(drops, one[rows], weights[:1])[0]) for one in taken.shuffled]
        low, high = np.quantile(drawn[name], [(1 - confidence) / 2, (1 + confidence) / 2])
        sizes = taken.sizes[rows][:, top].mean(axis=0)
        groups.append(OfGroup(name, len(rows), float(drawn[name][0]), (float(low), float(high)), tuple(sizes.tolist())))
    if len(groups) <= 1:
        return Unexplained(Reason.TOO_FEW_ROWS, f"fewer than two groups have {MIN_ROWS} sampled rows to explain")
    groups.sort(key=lambda one: -one.fidelity)
    dealt = np.array(list(chance.values()))
    return ByGroup(
        attribute=attribute,
        columns=tuple(columns[place] for place in top),
        groups=tuple(groups),
        gap=groups[0].fidelity - groups[-1].fidelity,
        interval=_range(drawn, confidence),
        baseline=float((dealt.max(axis=0) - dealt.min(axis=0)).mean()),
    )


def _range(drawn: Mapping[str, Floats], confidence: float) -> tuple[float, float]:
    """Return the range of the largest difference: above the low end is some pair, below the high end is every pair."""
    pairs = list(combinations(drawn.values(), 2))
    alpha = (1 - confidence) / 2
    lows, highs = [0.0], []
    for one, other in pairs:
        difference = one - other
        near = np.quantile(difference, [alpha / len(pairs), 1 - alpha / len(pairs)])
        lows += [float(near[0]), float(-near[1])]
        far = np.quantile(difference, [alpha, 1 - alpha])
        highs += [float(-far[0]), float(far[1])]
    return max(lows), max(highs)
