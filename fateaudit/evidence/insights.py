"""What is told about how a model decides: no limit is held against it, and readers need it all the same."""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Frozen
from fateaudit.evidence.curves import CurveSeen
from fateaudit.evidence.looked_at import LookedAt
from fateaudit.evidence.numbers import Figure, Interval
from fateaudit.evidence.stand_in import Surrogate
from fateaudit.evidence.trained_on import TrainedOn
from fateaudit.evidence.words import WordsSeen


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
    """The difference in a rate of decisions between two groups, split exactly into raw columns."""

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


class ProxySeen(Frozen):
    """What one raw column could stand in for an attribute with."""

    column: str
    risk: Figure
    """(2·AUC − 1, at least 0) × the share without its sign: 0 to 1."""
    interval: Interval
    auc: Figure
    """How often its value tells a row of the first group from one of the second; 0.5 is a guess."""
    share: Figure
    """Of the parts of the difference, without their signs, added up; below 0: it narrows the difference."""
    stands_out: bool
    """Whether groups dealt at random give any column such a risk in at most 5 of 100 deals."""


class ProxiesSeen(Frozen):
    """Columns that both tell two groups apart and carry the difference between them, the largest risk first."""

    attribute: str
    first: str
    second: str
    columns: tuple[ProxySeen, ...]
    chance: Figure
    """The largest risk of any column that groups dealt at random exceed in 5 of 100 deals."""
    rows: int
    explained: int
    """Of the rows, those whose decision was split into columns."""


class FlipsSeen(Frozen):
    """Decisions that change when only the attribute does; there is nothing to try where the model does not read it."""

    attribute: str
    rows: int
    changed: int
    became_favourable: int
    interval: Interval
    """Of the rate, at the confidence of the policy."""


class ReasonsOfGroup(Frozen):
    """How far the reasons of one group's rows can be believed, and how much the leading columns move its outputs."""

    group: str
    rows: int
    fidelity: Figure
    interval: Interval
    importances: tuple[Figure, ...]
    """Mean absolute attribution of each of the columns named, in units of the output."""


class ReasonsByGroup(Frozen):
    """The same for the groups of one attribute, the best explained first."""

    attribute: str
    columns: tuple[str, ...]
    groups: tuple[ReasonsOfGroup, ...]
    gap: Figure
    interval: Interval
    baseline: Figure
    """The gap that shuffled reasons have."""


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


class Documentation(Frozen):
    """Which fields of the model card say something. Whether it is true is for people to confirm."""

    present: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    questions: Annotated[dict[str, str], Field(exclude_if=lambda asked: not asked)] = Field(default_factory=dict)
    """What each missing field would have answered; not written in a record from before there was this."""


class NotTold(Frozen):
    """Something about the model that could not be found out, and why."""

    what: str
    because: str


class Insights(Frozen):
    """How the model decides, as far as it could be seen, and what else was looked at without a limit."""

    importances: Importances | None = None
    gaps: tuple[GapParts, ...] = ()
    """In selection rates, the group that is better off first."""
    wrong_gaps: Annotated[tuple[GapParts, ...], Field(exclude_if=lambda found: not found)] = ()
    """In wrong adverse rates, between the same two groups the other way round: over those whose label is favourable."""
    proxies: Annotated[tuple[ProxiesSeen, ...], Field(exclude_if=lambda found: not found)] = ()
    """Empty, and not written, in a record from before there was this; so are the next two."""
    flips: Annotated[tuple[FlipsSeen, ...], Field(exclude_if=lambda found: not found)] = ()
    by_group: Annotated[tuple[ReasonsByGroup, ...], Field(exclude_if=lambda found: not found)] = ()
    words: Annotated[tuple[WordsSeen, ...], Field(exclude_if=lambda found: not found)] = ()
    """Of each column of texts; empty where there is none."""
    examples: tuple[Example, ...] = ()
    curves: Annotated[tuple[CurveSeen, ...], Field(exclude_if=lambda found: not found)] = ()
    trace: Trace | None = None
    surrogate: Surrogate | None = None
    documentation: Documentation | None = None
    trained_on: Annotated[TrainedOn | None, Field(exclude_if=lambda found: found is None)] = None
    """None, and not written, where the policy names no training data."""
    not_told: tuple[NotTold, ...] = ()
    looked_at: LookedAt | None = None
    """What was looked at without a limit; None in a record from before there was this."""
