"""At exact parity: how often a raw four-fifths gate, a percentile bootstrap and this tool say that there is a gap.

The bootstrap is fairlearn's, written on the cells: resampling rows with replacement is one multinomial draw over the
cells of group and decision, which gives the same distribution as MetricFrame(n_boot=…, ci_quantiles=[.025, .975]).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from scipy import stats

from acceptance.audits import REFERENCE, audit, policy, quickly, to_reference
from acceptance.effort import SEED, Effort
from acceptance.methods import Methods
from fateaudit.intervals.scores import Array
from fateaudit.policy import Verdict

RATE, REFERENCE_SIZE, LIMIT = 0.3, 2_000, 0.8
FAMILIES = ((8, 50), (20, 50), (1, 20))
RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """Shares of audits of a model without any gap, for some groups of one size beside a reference of 2,000."""

    groups: int
    size: int
    audits: int
    gate_fails: float
    """A ratio of observed rates to the reference below 0.8: exact."""
    bootstrap_misses_parity: float
    """The 95 % interval of min/max does not hold 1."""
    bootstrap_fails: float
    """That interval lies wholly below 0.8."""
    not_met: float
    cannot_tell: float
    met: float

    def as_json(self) -> dict[str, float]:
        """Return the fields by name."""
        return asdict(self)


def compared(methods: Methods, effort: Effort) -> Iterator[Compared]:
    """Yield one comparison for each family of groups."""
    for place, (groups, size) in enumerate(FAMILIES):
        random = np.random.default_rng([SEED, 5, place])
        sizes = np.array((REFERENCE_SIZE, *(size,) * groups))
        drawn = random.binomial(sizes, RATE, (effort.audits, sizes.size))
        resampled = drawn[: max(effort.audits // 3, 1)]
        high = np.array([percentile_bootstrap(one, sizes, random)[1] for one in resampled])
        verdicts = _ours(methods, drawn, sizes)
        shares = {one.value: sum(found is one for found in verdicts) / len(verdicts) for one in Verdict}
        yield Compared(
            groups=groups,
            size=size,
            audits=len(drawn),
            gate_fails=gate(groups, size),
            bootstrap_misses_parity=float(np.mean(high < 1)),
            bootstrap_fails=float(np.mean(high < LIMIT)),
            **shares,
        )


def gate(groups: int, size: int) -> float:
    """Return how often any group's rate is below four fifths of the reference's: summed over its counts."""
    counts = np.arange(REFERENCE_SIZE + 1)
    # Whole numbers, so that exactly four fifths is not below it: 5 x n0 < 4 x0 n.
    most = (4 * counts * size - 1) // (5 * REFERENCE_SIZE)
    below = stats.binom.cdf(most, size, RATE)
    return float(stats.binom.pmf(counts, REFERENCE_SIZE, RATE) @ (1 - (1 - below) ** groups))


def percentile_bootstrap(selected: Array, sizes: Array, random: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % percentile interval of the smallest rate over the largest."""
    cells = np.concatenate([selected, sizes - selected])
    drawn = random.multinomial(int(sizes.sum()), cells / cells.sum(), RESAMPLES)
    chosen, others = drawn[:, : sizes.size], drawn[:, sizes.size :]
    rates = chosen / np.maximum(chosen + others, 1)
    low, high = np.quantile(rates.min(1) / rates.max(1), (0.025, 0.975))
    return float(low), float(high)


def _ours(methods: Methods, drawn: Array, sizes: Array) -> list[Verdict]:
    # Groups of 20 are judged too, as the others judge them; by default they would be too few to judge.
    rules = policy(to_reference(min=LIMIT), min_group_size=1)
    names = [REFERENCE, *(f"g{place:02}" for place in range(sizes.size - 1))]
    with quickly(methods):
        return [
            audit(rules, {name: (int(x), int(n)) for name, x, n in zip(names, one, sizes, strict=True)}).verdict
            for one in drawn
        ]
