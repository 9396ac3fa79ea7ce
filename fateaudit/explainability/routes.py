"""What every route to an attribution is asked, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fateaudit.evaluation import Inside
from fateaudit.explainability.game import Floats, Game


class Route(StrEnum):
    """How attributions were computed."""

    ENUMERATION = "exact_enumeration"
    TREES = "tree_paths"
    PERMUTATION = "antithetic_permutations"
    LINEAR = "linear_closed_form"


Progress: TypeAlias = Callable[[int, int], None]


def unheard(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Attribute the scores of `rows` to columns."""

    game: Game
    rows: NDArray[np.int64]
    """Places in `game.rows`."""
    inside: Inside | None
    """The opened model, for routes that read it."""
    budget: int
    """Mixtures that may be scored."""
    rounds: int
    """Rounds of random orders, at least."""
    seed: int
    spread: float = 1.0
    """Standard deviation of what is explained."""
    precision: float = math.inf
    """Standard error of one row's value that is small enough, in the unit of the score."""
    progress: Progress = unheard
    """Told how many rows of how many are done."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that is not yet verified."""

    base: float
    values: Floats
    """Shape (rows, columns), in the unit of the game's score."""
    noise: Floats
    """Standard error of one row's value, root mean square over the rows, shape (columns,); 0 when exact."""


Explainer: TypeAlias = Callable[[Ask], Found]
"""Raises RouteRefusedError when it does not fit."""
