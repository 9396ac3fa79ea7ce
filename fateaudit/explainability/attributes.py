"""Where explanations meet attributes: proxies, flips and the reasons of each group, for every declared attribute."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions, Means
from fateaudit.explainability.by_group import ByGroup, compare_groups
from fateaudit.explainability.decision_gap import Decide, DecisionGap, explain_pair, split_wrong_adverse
from fateaudit.explainability.flips import Flips, count_flips
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.proxies import Proxies, find_proxies
from fateaudit.explainability.refusals import Unexplained

RESAMPLES = 1_000

NO_LABELS = Unexplained(Reason.NOT_APPLICABLE, "no label says what the records hold")
NO_PAIR = Unexplained(Reason.TOO_FEW_ROWS, "fewer than two of its groups are large enough to be compared")


@dataclass(frozen=True, slots=True)
class OfAttribute:
    """What explanations say about one attribute; each part a number or the reason for none."""

    attribute: str
    gap: DecisionGap | Unexplained
    """Between its best-off and its worst-off group."""
    wrong: DecisionGap | Unexplained
    """Between the same two: adverse decisions about those whose label is favourable."""
    proxies: Proxies | Unexplained
    flips: Flips | Unexplained
    by_group: ByGroup | Unexplained


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what moves the output lies on declared attributes."""

    value: float
    """0 to 1."""
    interval: tuple[float, float]
    """For drawing other rows (percentile bootstrap)."""
    columns: tuple[str, ...]
    """The declared attributes that the model reads."""
    rows: int


def look_at_attributes(  # noqa: PLR0913 - the rows, their groups, and how they are explained
    game: Game,
    decide: Decide,
    groups: Mapping[str, Sequence[str | None]],
    pairs: Mapping[str, tuple[str, str]],
    found: Attributions | Unexplained,
    *,
    means: Means,
    recorded: NDArray[np.int8] | None = None,
    confidence: float = 0.95,
) -> tuple[OfAttribute, ...]:
    """Look at each attribute of `groups`, which hold the group of each row of `game`.

    `pairs` are the (best-off, worst-off) groups of each attribute that has two large ones; `found` are attributions of
    the model's output; `recorded` is each row's label, where there are labels: 1 favourable, 0 adverse, -1 neither.
    """
    told = _by_group(game, found, groups, means, confidence)
    looked = []
    for name, of_rows in groups.items():
        pair = explain_pair(game, decide, of_rows, pairs[name], means=means) if name in pairs else NO_PAIR
        flips = count_flips(game, decide, name, of_rows, confidence=confidence, seed=means.seed)
        if isinstance(pair, Unexplained):
            looked.append(OfAttribute(name, pair, pair, pair, flips, told[name]))
            continue
        wrong = NO_LABELS if recorded is None else split_wrong_adverse(pair, recorded)
        proxies = find_proxies(game, pair, name, confidence=confidence, seed=means.seed)
        looked.append(OfAttribute(name, pair.gap, wrong, proxies, flips, told[name]))
    return tuple(looked)


def _by_group(
    game: Game,
    found: Attributions | Unexplained,
    groups: Mapping[str, Sequence[str | None]],
    means: Means,
    confidence: float,
) -> Mapping[str, ByGroup | Unexplained]:
    if isinstance(found, Unexplained):
        return dict.fromkeys(groups, found)
    return compare_groups(game, found, groups, means=means, confidence=confidence)


def share_of_attributes(
    found: Attributions, declared: Collection[str], *, confidence: float = 0.95, seed: int = 0
) -> Share | Unexplained:
    """Return the share of the total mean |attribution| that lies on declared attributes; 0 where none is read."""
    read = [place for place, name in enumerate(found.columns) if name in declared]
    rows, names = len(found.rows), tuple(found.columns[place] for place in read)
    if rows < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{rows} explained rows; {MIN_ROWS} are needed")
    sizes = np.abs(found.values)
    every, those = sizes.sum(axis=1), sizes[:, read].sum(axis=1)
    if float(every.sum()) == 0:
        return Unexplained(Reason.NOT_APPLICABLE, "nothing moves the output of these rows")
    drawn = np.random.default_rng([seed, rows]).multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES)
    totals = drawn @ every
    shares = (drawn @ those)[totals > 0] / totals[totals > 0]
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Share(float(those.sum() / every.sum()), (float(low), float(high)), names, rows)
