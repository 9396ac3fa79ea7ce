"""How much is measured: everything for the record, a hundredth on a change, next to nothing while it is written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """The sizes of one run."""

    name: str
    rounds: int
    """How often each side takes its turn. The shown ratio is the median over the rounds."""
    in_memory: tuple[int, ...]
    """Rows of the comparison with other tools."""
    parquet: tuple[int, ...]
    whole: tuple[int, ...]
    """Rows of predictions for `fateaudit run`."""
    scored: int
    growing_rows: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    """How many values each of three attributes has; together they form groups."""
    attributes: int
    metrics: tuple[int, ...]
    rows: int
    """Rows of the tables of growth in which something else grows."""


SHAPES = ((2, 1, 1), (2, 5, 1), (2, 5, 8), (5, 10, 10), (10, 20, 25))
METRICS = (1, 2, 5, 10, 20, 40)

FULL = Effort(
    name="full",
    rounds=5,
    in_memory=(100_000, 1_000_000),
    parquet=(10_000_000, 100_000_000),
    whole=(1_000_000, 10_000_000),
    scored=10_000_000,
    growing_rows=(10_000, 100_000, 1_000_000, 10_000_000),
    shapes=SHAPES,
    attributes=6,
    metrics=METRICS,
    rows=1_000_000,
)
QUICK = Effort(
    name="quick",
    rounds=3,
    in_memory=(20_000,),
    parquet=(1_000_000,),
    whole=(100_000,),
    scored=200_000,
    growing_rows=(10_000, 100_000, 1_000_000),
    shapes=SHAPES[:4],
    attributes=4,
    metrics=METRICS[:4],
    rows=200_000,
)
