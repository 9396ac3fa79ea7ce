"""Columns that could stand in for an attribute: they tell two groups apart, and carry the difference between them.

Risk of a column = max(0, 2·AUC − 1) × |its share of the decision gap|. AUC: from the column's values alone, which of
two rows, one of each group, is of the first group. Neither factor is enough: a column that predicts the attribute and
carries none of the gap is available, not used; one that carries it and predicts nothing stands in for nothing.

Which columns stand out is told by dealing the groups to the rows again: a column must exceed the largest risk of any
column in all but 5 of 100 deals (Westfall and Young 1993), so that among columns without a link none is named 95 times
in 100. None of this is a cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fateaudit.evidence import Reason
from fateaudit.explainability.decision_gap import PairExplained
from fateaudit.explainability.game import Codes, Floats, Game
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.told_apart import leave_pair_out, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DEALS = 199
"""With 199 deals a column stands out when at most 9 of them reach it: (9 + 1) / (199 + 1) is 5 in 100."""

ALPHA = 0.05
ROUNDING = 1e-12
"""An attribution of a decision, which is 0 or 1, that is smaller than this is 0: sums of exact values leave as much."""

HALVES = 100
"""Halves of the rows drawn without replacement: the spread of a figure over them is its standard error (delete-half
jackknife; Shao and Wu 1989). A bootstrap would draw a row twice, and a row would foretell itself."""

Taken: TypeAlias = NDArray[np.int64]
Labels: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Proxy:
    """One raw column."""

    column: str
    risk: float
    """0 to 1."""
    interval: tuple[float, float]
    """For drawing other rows; at the confidence asked for, for this column alone."""
    auc: float
    """0.5 tells nothing, 1 tells the groups apart in every pair."""
    share: float
    """Of the sum of the parts of the gap without their signs, −1 to 1; below 0: the column narrows the gap."""
    p_value: float
    """Share of deals in which some column reaches this risk."""
    stands_out: bool
    is_attribute: bool
    """Whether it is the attribute itself, read by the model."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """All columns that the model reads, the largest risk first."""

    attribute: str
    first: str
    second: str
    columns: tuple[Proxy, ...]
    largest: tuple[float, float]
    """Range of the largest risk: its low end is corrected for the number of columns, its high end covers each."""
    chance: float
    """The largest risk that dealing the groups at random exceeds in 5 of 100 deals."""
    mean_chance: float
    """The largest risk when groups are dealt at random, on average."""
    rows: int
    """Rows of both groups, that columns tell apart."""
    explained: int
    """Of them, those whose decision was explained."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of both groups: those explained first."""

    values: tuple[Codes, ...]
    """For each column a code of its value (a bin, for numbers), shape (rows,)."""
    attributions: Floats
    """Of the explained rows, shape (explained, columns)."""
    is_first: Labels
    used: tuple[int, ...]
    """Columns that have any attribution: no other can have a risk."""

    def risks(self, is_first: Labels, taken: Taken | None = None) -> Floats:
        """Return the risk of each column, for these labels of the rows, or of those `taken`."""
        taken = np.arange(len(is_first)) if taken is None else taken
        labels, explained = is_first[taken], taken[taken < len(self.attributions)]
        share = shares(self.attributions[explained], is_first[explained])
        auc = np.full(len(self.values), 0.5)
        for place in self.used:
            auc[place] = _auc(self.values[place][taken], labels)
        return _product(auc, share)


def _auc(codes: Codes, is_first: Labels) -> float:
    every, first = np.bincount(codes), np.bincount(codes[is_first], minlength=codes.max() + 1)
    return leave_pair_out(first, every - first)


def _product(auc: Floats, share: Floats) -> Floats:
    return np.asarray(np.maximum(0.0, 2 * auc - 1) * np.abs(share), np.float64)


def shares(attributions: Floats, is_first: Labels) -> Floats:
    """Return each column's part of the difference over the sum of all parts without their signs, shape (columns,)."""
    parts = attributions[is_first].mean(axis=0) - attributions[~is_first].mean(axis=0)
    total = float(np.abs(parts).sum())
    return np.asarray(parts / total if total > 0 else np.zeros(len(parts)), np.float64)


def find_proxies(
    game: Game, pair: PairExplained, attribute: str, *, confidence: float = 0.95, seed: int = 0
) -> Proxies | Unexplained:
    """Return the risk of each column of `game` for the two groups of `pair`; no model is asked again."""
    smallest = min(len(places) for places in pair.members)
    if smallest < MIN_ROWS or min(pair.gap.rows) < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{smallest} sampled rows in a group; {MIN_ROWS} are needed")
    rows = _gathered(game, pair)
    generator = np.random.default_rng([seed, DEALS])
    largest = np.array([rows.risks(labels).max() for labels in _deals(rows, generator)])
    error = np.std([rows.risks(rows.is_first, half) for half in _halves(rows, generator)], axis=0)
    columns = _told(game, pair, rows, attribute, largest, (error, confidence))
    return Proxies(
        attribute=attribute,
        first=pair.gap.first,
        second=pair.gap.second,
        columns=tuple(sorted(columns, key=lambda one: (-one.risk, -abs(one.share), -one.auc))),
        largest=_range_of_largest(columns, error, confidence, len(rows.used)),
        chance=float(np.quantile(largest, 1 - ALPHA)),
        mean_chance=float(largest.mean()),
        rows=len(rows.is_first),
        explained=len(rows.attributions),
    )


def _told(  # noqa: PLR0913, PLR0917 - rows, what chance gives, and how sure each figure is
    game: Game, pair: PairExplained, rows: _Rows, attribute: str, largest: Floats, sure: tuple[Floats, float]
) -> list[Proxy]:
    """Return each column, in the model's order; those without any attribution too: they may tell groups apart."""
    auc = np.array([_auc(codes, rows.is_first) for codes in rows.values])
    share = shares(rows.attributions, rows.is_first[: len(rows.attributions)])
    way = -1.0 if pair.gap.value < 0 else 1.0
    error, confidence = sure
    told = []
    for place, (name, risk) in enumerate(zip(game.columns, _product(auc, share).tolist(), strict=True)):
        p_value = (1 + int((largest >= risk).sum())) / (DEALS + 1) if risk > 0 else 1.0
        told.append(
            Proxy(
                column=name,
                risk=risk,
                interval=_range(risk, float(error[place]), (1 - confidence) / 2),
                auc=float(auc[place]),
                share=way * float(share[place]),
                p_value=p_value,
                stands_out=p_value <= ALPHA,
                is_attribute=name == attribute,
            )
        )
    return told


def _range(risk: float, error: float, alpha: float) -> tuple[float, float]:
    half = NormalDist().inv_cdf(1 - alpha) * error
    return max(0.0, risk - half), min(1.0, risk + half)


def _range_of_largest(columns: list[Proxy], error: Floats, confidence: float, used: int) -> tuple[float, float]:
    """Return a range whose low end some column is above, whichever it is, and whose high end each is below."""
    alpha = (1 - confidence) / 2 / max(1, used)
    lows = [_range(one.risk, float(of), alpha)[0] for one, of in zip(columns, error, strict=True)]
    return max(lows), max(one.interval[1] for one in columns)


def _gathered(game: Game, pair: PairExplained) -> _Rows:
    explained = pair.attributions.rows
    others = [np.setdiff1d(places, explained) for places in pair.members]
    places = np.concatenate([explained, *others])
    sizes = [*pair.gap.rows, *(len(one) for one in others)]
    is_first = np.repeat([True, False, True, False], sizes)
    values = tuple(values_of(distinct, game.rows[places, place]) for place, distinct in enumerate(game.coded.values))
    exact = pair.attributions.values
    attributions = np.where(np.abs(exact) > ROUNDING, exact, 0.0)
    return _Rows(values, attributions, is_first, tuple(np.flatnonzero(attributions.any(axis=0)).tolist()))


def _deals(rows: _Rows, generator: np.random.Generator) -> Iterator[Labels]:
    """Yield the groups dealt anew, among the explained rows and among the others: which were drawn hangs on groups."""
    known = len(rows.attributions)
    for _ in range(DEALS):
        yield np.concatenate([
            generator.permutation(rows.is_first[:known]), generator.permutation(rows.is_first[known:])
        ])  # fmt: skip


def _halves(rows: _Rows, generator: np.random.Generator) -> Iterator[Taken]:
    """Yield a half of the explained rows of each group, and of the other rows of each."""
    is_known = np.arange(len(rows.is_first)) < len(rows.attributions)
    strata = [np.flatnonzero((is_known == known) & (rows.is_first == first)) for known in (1, 0) for first in (1, 0)]
    for _ in range(HALVES):
        yield np.concatenate([generator.permutation(one)[: (len(one) + 1) // 2] for one in strata])
