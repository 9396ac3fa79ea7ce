"""What is told about how a model decides: no limit is held against it, and readers need it all the same."""

from typing import Literal

from fateaudit.documents import Frozen
from fateaudit.evidence.looked_at import LookedAt
from fateaudit.evidence.numbers import Figure, Interval


class Contribution(Frozen):
    """What one raw column adds."""

    column: str
    value: Figure
    standard_error: Figure


class Importances(Frozen):
    """How much each raw column moves the model's output, on average over rows, largest first."""

    columns: tuple[Contribution, ...]
    """Mean absolute attribution, in units of the output (a probability)."""
    rows: int
    of_rows: int
    settled: bool
    """Whether the figures are known to within 5 in 100; otherwise all rows that were allowed were used."""
    base: Figure
    """The average case: the mean output over the background."""
    route: str
    gap: Figure
    """Largest |base + sum − output| over the rows explained."""
    background: int
    background_is_all: bool
    refused: tuple[str, ...]
    """Routes that were tried before, and why they were not taken."""
    second_route: str
    """What another route gave on the same rows; empty when there was none."""


class GapParts(Frozen):
    """The difference in selection rates between two groups, split exactly into raw columns."""

    attribute: str
    first: str
    second: str
    value: Figure
    """Rate of the first minus rate of the second, over the rows explained."""
    parts: tuple[Contribution, ...]
    rows: int
    of_rows: int
    """Rows of both groups; fewer are explained when all would cost too much."""
    route: str


class Example(Frozen):
    """A made-up case with the reasons for its score. Never a row of the data."""

    kind: Literal["typical", "borderline"]
    inputs: tuple[tuple[str, str], ...]
    score: Figure
    values: tuple[tuple[str, Figure], ...]
    rows_alike: int
    """Rows of the data that say the same in every column: none, or so many that it singles out nobody."""
    sentence: str
    caution: str


class Step(Frozen):
    """One step from an input to a decision."""

    stage: str
    name: str
    value: str


class Trace(Frozen):
    """The way of one made-up case from its input to its decision."""

    steps: tuple[Step, ...]
    stages: tuple[str, ...]
    recomputed: bool
    """Whether the weights that were read give the model's own score."""


class Surrogate(Frozen):
    """How much of the model a simple stand-in repeats on rows it has not seen."""

    by: str
    value: Figure
    interval: Interval
    tree: Figure
    points: Figure
    baseline: Figure


class Documentation(Frozen):
    """Which fields of the model card say something. Whether it is true is for people to confirm."""

    present: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


class NotTold(Frozen):
    """Something about the model that could not be found out, and why."""

    what: str
    because: str


class Insights(Frozen):
    """How the model decides, as far as it could be seen, and what else was looked at without a limit."""

    importances: Importances | None = None
    gaps: tuple[GapParts, ...] = ()
    examples: tuple[Example, ...] = ()
    trace: Trace | None = None
    surrogate: Surrogate | None = None
    documentation: Documentation | None = None
    not_told: tuple[NotTold, ...] = ()
    looked_at: LookedAt | None = None
    """What was looked at without a limit; None in a record from before there was this."""
