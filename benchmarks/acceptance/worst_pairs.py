"""The gap between the extreme groups: how often each of its ends is on the right side of the true gap.

The end near parity decides "not met", the other one "met". Ends of pairs of counts are tabled once and looked up, which
a test holds against `worst_pair` itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import Literal

import numpy as np
from scipy import stats

from acceptance.effort import SEED, Effort
from acceptance.methods import Methods, difference_ends, ratio_ends
from acceptance.table import Row, standard_error
from fateaudit.intervals.scores import Array

ALPHA = 0.05
NARROW = float(stats.norm.ppf(1 - ALPHA))
PAIR = 2
Scale = Literal["ratio", "difference"]


@dataclass(frozen=True, slots=True)
class Groups:
    """True rates and sizes of groups."""

    name: str
    rates: tuple[float, ...]
    sizes: tuple[int, ...]

    def gap(self, scale: Scale) -> float:
        """Return the true gap between the extreme groups."""
        low, high = min(self.rates), max(self.rates)
        return low / high if scale == "ratio" else high - low


GROUPS = (
    Groups("4 equal, 50 each", (0.3,) * 4, (50,) * 4),
    Groups("4, one at 0.8 of the others, 50 each", (0.24, 0.3, 0.3, 0.3), (50,) * 4),
    Groups("4, one at 0.8 of the others, 300 to 30", (0.5, 0.5, 0.5, 0.4), (300, 100, 50, 30)),
    Groups("20 equal, 50 each", (0.3,) * 20, (50,) * 20),
    Groups("2 equal, 100 each", (0.2, 0.2), (100, 100)),
    Groups("3 spread, 150 each", (0.3, 0.4, 0.2), (150,) * 3),
    Groups("20, one at 0.8 of the others, 50 each", (0.4, *(0.5,) * 19), (50,) * 20),
    Groups("4 equal, rare, 100 each", (0.05,) * 4, (100,) * 4),
    Groups("2, one at 0.8 of the other, 300 and 50", (0.3, 0.24), (300, 50)),
    Groups("8 spread, 100 each", (0.3, 0.32, 0.34, 0.36, 0.38, 0.4, 0.42, 0.44), (100,) * 8),
    Groups("3, one at half of the others, 150 each", (0.3, 0.3, 0.15), (150,) * 3),
    Groups("4 equal, 300 to 30", (0.2,) * 4, (300, 100, 50, 30)),
)


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield coverage of both ends together, and of each by itself."""
    random, number = np.random.default_rng([SEED, 2]), effort.again
    scales: tuple[Scale, ...] = ("ratio", "difference")
    held = {}
    for scale, groups in product(scales, effort.of(GROUPS)):
        counts = random.binomial(groups.sizes, groups.rates, (number, len(groups.sizes)))
        held[scale, groups] = covered(methods, groups, scale, counts)
    several = {at: near & far for at, (near, far) in held.items() if len(at[1].sizes) > PAIR}
    mean = float(np.mean([one.mean() for one in several.values()]))
    total, title = number * len(several), "worst pair, both ends, 3 to 20 groups"
    yield Row("pair_mean", f"{title}: mean", "at least", 0.95, mean, total, "samples", standard_error(mean, total))
    lowest = partial(_lowest, number=number)
    yield lowest("pair_min", f"{title}: lowest", 0.93, several)
    yield lowest(
        "pair_near",
        "worst pair, end that decides “not met”: lowest",
        0.94,
        {at: near for at, (near, _) in held.items()},
    )
    yield lowest(
        "pair_far", "worst pair, end that decides “met”: lowest", 0.94, {at: far for at, (_, far) in held.items()}
    )


def _lowest(name: str, title: str, aim: float, held: dict[tuple[Scale, Groups], Array], *, number: int) -> Row:
    shares = {at: float(one.mean()) for at, one in held.items()}
    worst = min(shares, key=lambda at: shares[at])
    share, error = shares[worst], standard_error(shares[worst], number)
    return Row(
        name, title, "at least", aim, share, number * len(held), "samples", error, f"{worst[0]}, {worst[1].name}"
    )


def covered(methods: Methods, groups: Groups, scale: Scale, counts: Array) -> tuple[Array, Array]:
    """Return for each audit whether the near end, and the far end, is on the right side of the true gap."""
    near, far = ends(methods, groups.sizes, scale, counts)
    gap = groups.gap(scale)
    if scale == "ratio":
        return near >= gap - 1e-12, far <= gap + 1e-12
    return near <= gap + 1e-12, far >= gap - 1e-12


def ends(methods: Methods, sizes: tuple[int, ...], scale: Scale, counts: Array) -> tuple[Array, Array]:
    """Return the near and the far end of the worst pair for each row of `counts`, as `worst_pair` does for one."""
    wide = methods.range_quantile(len(sizes), ALPHA)
    pairs = [(i, j) for i in range(len(sizes)) for j in range(len(sizes)) if i != j]
    place = 0 if scale == "difference" else 1
    looked_up = [
        [_tabled(methods, scale, (sizes[i], sizes[j]), z)[side][counts[:, i], counts[:, j]] for i, j in pairs]
        for z, side in ((wide, place), (NARROW, 1 - place))
    ]
    if scale == "difference":
        return np.maximum(np.max(looked_up[0], axis=0), 0.0), np.max(looked_up[1], axis=0)
    return np.minimum(np.min(looked_up[0], axis=0), 1.0), np.min(looked_up[1], axis=0)


@cache
def _tabled(methods: Methods, scale: Scale, sizes: tuple[int, int], z: float) -> tuple[Array, Array]:
    return difference_ends(methods, sizes, z) if scale == "difference" else ratio_ends(sizes, z)
