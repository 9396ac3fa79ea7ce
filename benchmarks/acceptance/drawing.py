"""The lowest of many simulated shares, without the luck of having been the lowest."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from acceptance.effort import Effort

Draw: TypeAlias = Callable[[int, np.random.Generator], int]
"""Draws so many samples and says in how many the interval held the truth."""

LOWEST = 3
"""Situations that are drawn a second time."""


def worst_again(draws: Mapping[str, Draw], effort: Effort, random: np.random.Generator) -> tuple[str, float, int]:
    """Return the worst situation, its share in fresh draws, and how many samples were drawn in all.

    The lowest of many noisy shares is too low. So the lowest few are drawn again, and only the new draws count.
    """
    first = {name: draw(effort.samples, random) for name, draw in draws.items()}
    lowest = sorted(first, key=lambda name: first[name])[:LOWEST]
    second = {name: draws[name](effort.again, random) / effort.again for name in lowest}
    worst = min(second, key=lambda name: second[name])
    return worst, second[worst], len(draws) * effort.samples + len(lowest) * effort.again
