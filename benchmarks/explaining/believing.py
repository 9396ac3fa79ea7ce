"""Which scores tell right attributions from wrong ones, over many data sets: the known wrong ones beside the right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scaling.table import Aim, Chapter, Table

from explaining.effort import Effort
from explaining.families import found, values_of
from explaining.similar import FITTED, fitted, people
from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Predict
from fateaudit.explainability import Attributions, Game, Means, Unexplained, measure_fidelity, measure_stability

Floats = NDArray[np.float64]

ROWS, BACKGROUND = 80, 30
RIGHT = "right"
KINDS = ("similar model", "shuffled", "half noise", "sign turned")
SCORES = ("R²", "correlation", "gap / sd", "same top 5")
HEAD = ("attributions", *SCORES)
WINS_HEAD = ("right beside", *SCORES)
TOP = 5
NOTE = (
    f"For each seed a gradient boosting is fitted to {FITTED} rows of ten columns, three of them text, and {ROWS} "
    f"other rows are explained against {BACKGROUND}. *Similar model*: the right attributions of the same kind of model "
    "fitted to other rows. *Shuffled*: dealt to other columns of their row. *Half noise*: half of each value replaced "
    "by half of a draw of the same size. *R²* is the explained drop, *gap / sd* the largest miss of base and "
    "attributions in standard deviations of the output, *same top 5* the mean share of a row's five largest that are "
    "the right ones'; for the right ones against themselves with another background and other orders. Mean, and from "
    "least to most."
)
WINS_NOTE = (
    "In how many seeds the score of the right attributions is better than that of the wrong ones: above it, and for "
    "the gap below it by more than a thousandth of a standard deviation, which is what a route is refused for. "
    "Additivity cannot see what keeps sums."
)
VISIBLE = 1e-3


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one set of attributions."""

    drop: float
    correlation: float
    gap: float
    overlap: float

    def better_than(self, other: "Scored") -> tuple[bool, ...]:
        """Say for each score whether this one is better."""
        return (
            self.drop > other.drop,
            self.correlation > other.correlation,
            self.gap + VISIBLE < other.gap,
            self.overlap > other.overlap,
        )

    def each(self) -> tuple[float, ...]:
        """Return the scores in the order of `SCORES`."""
        return self.drop, self.correlation, self.gap, self.overlap


def chapter(effort: Effort, say: Callable[[str], None]) -> Chapter:
    """Score right and wrong attributions of one model a seed."""
    every = []
    for seed in range(effort.rounds):
        say(f"believing: seed {seed}")
        every.append(scored(seed))
    rows = tuple((name, *(_spread(values) for values in _columns(every, name))) for name in (RIGHT, *KINDS))
    wins = {name: np.sum([one[RIGHT].better_than(one[name]) for one in every], axis=0) for name in KINDS}
    beside = tuple((name, *(f"{count} of {len(every)}" for count in wins[name])) for name in KINDS)
    aims = tuple(
        Aim(f"believing: R² of right above {name}", "at least", len(every), float(wins[name][0]), f"of {len(every)}")
        for name in KINDS
    )
    tables = (
        Table("Scores of right and wrong attributions", HEAD, rows, NOTE),
        Table("Right ones told from wrong ones", WINS_HEAD, beside, WINS_NOTE),
    )
    return Chapter(tables, aims)


def scored(seed: int) -> Mapping[str, Scored]:
    """Return the scores of the right and of each kind of wrong attributions, on data of their own."""
    draw = np.random.default_rng([seed, 11])
    frame, other = people(draw), people(draw)
    model, similar = fitted(frame, draw), fitted(other, draw)
    rows = pa.Table.from_pandas(people(draw, ROWS + BACKGROUND), preserve_index=False)
    game, wrong = _game(model, rows), _game(similar, rows)
    means = Means(seed=seed)
    right = found(game, means)
    stability = measure_stability(
        Game.from_tables(model, rows, background=BACKGROUND), means=means, rows=ROWS, background=BACKGROUND, seed=seed
    )
    if isinstance(stability, Unexplained):
        raise AuditFailedError(stability.detail, hint="")
    noise = draw.normal(size=right.values.shape) * np.sqrt((right.values**2).mean())
    values = {
        "similar model": values_of(wrong, means),
        "shuffled": draw.permuted(right.values, axis=1),
        "half noise": (right.values + noise) / 2,
        "sign turned": -right.values,
    }
    sets = {name: replace(right, values=one) for name, one in values.items()}
    return {RIGHT: _scored(game, right, stability.overlap.value, seed)} | {
        name: _scored(game, one, _overlap(right.values, one.values), seed) for name, one in sets.items()
    }


def _game(score: Predict, table: pa.Table) -> Game:
    return Game.from_tables(score, table.slice(0, ROWS), table.slice(ROWS), background=BACKGROUND)


def _scored(game: Game, one: Attributions, overlap: float, seed: int) -> Scored:
    fidelity = measure_fidelity(game, one, rows=ROWS, subsets=6, seed=seed)
    if isinstance(fidelity, Unexplained):
        raise AuditFailedError(fidelity.detail, hint="")
    gap = float(np.abs(one.base + one.values.sum(axis=1) - one.outputs).max()) / one.spread
    return Scored(fidelity.explained_drop.value, fidelity.correlation.value, gap, overlap)


def _overlap(one: Floats, other: Floats) -> float:
    """Return the mean share of a row's largest values that both have."""
    tops = [np.argsort(-np.abs(values), axis=1, kind="stable")[:, :TOP] for values in (one, other)]
    return float(np.mean([len(set(first) & set(second)) / TOP for first, second in zip(*tops, strict=True)]))


def _columns(every: list[Mapping[str, Scored]], name: str) -> list[list[float]]:
    return [list(values) for values in zip(*(one[name].each() for one in every), strict=True)]


def _spread(values: list[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"
