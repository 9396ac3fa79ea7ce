"""Data in which it is known which column stands in for an attribute: one is planted, one is a distractor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.evaluation import Predict
from fateaudit.explainability import Decide, Game, Means, Proxies, Unexplained, explain_pair, find_proxies

LINE = 0.5
PLANTED, DISTRACTOR = "district", "club"
HALF, MOST = 0.5, 0.9
"""Rows of the first group, and rows whose club goes with their group."""

PAIR = ("x", "y")


@dataclass(frozen=True, slots=True)
class Planted:
    """Rows, and the group of each."""

    table: pa.Table
    groups: Sequence[str]


def predict(table: pa.Table) -> NDArray[np.float64]:
    """Score rows by all columns that mean something, and not by the distractor."""
    district = np.asarray(table[PLANTED].to_pylist(), object)
    income, years = (table[name].to_numpy() for name in ("income", "years"))
    return np.asarray(1 / (1 + np.exp(-(0.9 * income + 0.6 * years + 1.5 * (district < "d04") - 0.9))), np.float64)


def plant(seed: int, rows: int = 1_200, strength: float = 0.8) -> Planted:
    """District goes with the group in a share `strength` of the rows, club in nine of ten; the others do not."""
    draw = np.random.default_rng([seed, rows])
    is_first = draw.random(rows) < HALF
    low, high = draw.integers(0, 5, rows), draw.integers(3, 8, rows)
    district = np.where(draw.random(rows) < strength, np.where(is_first, low, high), draw.integers(0, 8, rows))
    columns = {
        PLANTED: [f"d{number:02}" for number in district],
        DISTRACTOR: np.where(draw.random(rows) < MOST, is_first, ~is_first).astype(float),
        "income": draw.normal(size=rows),
        "years": draw.normal(size=rows),
        "street": [f"s{number}" for number in draw.integers(0, 300, rows)],
        "day": draw.choice(["mo", "tu", "we", "th", "fr"], rows).tolist(),
        **{f"n{place}": draw.normal(size=rows) for place in range(3)},
    }
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    return Planted(table, [PAIR[0] if first else PAIR[1] for first in is_first])


def proxies_of(
    made: Planted, pair: tuple[str, str] = PAIR, score: Predict = predict, *, background: int = 20, seed: int = 0
) -> Proxies:
    """Return the proxies of the groups of `made`; ValueError where there are none to find."""
    game = Game.from_tables(score, made.table, background=background)
    found = explain_pair(game, Decide(LINE), made.groups, pair, means=Means(seed=seed))
    proxies = found if isinstance(found, Unexplained) else find_proxies(game, found, "group", seed=seed)
    if isinstance(proxies, Unexplained):
        raise ValueError(proxies.detail)  # noqa: TRY004 - what was made is not what was meant, whatever its type
    return proxies
