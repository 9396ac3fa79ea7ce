"""What moving the threshold shows: plain values, for whoever prints them."""

from collections.abc import Mapping
from dataclasses import dataclass

from fateaudit.counts import Counts
from fateaudit.evidence import Evidence, Figures, Unmeasured
from fateaudit.policy import Finding, Policy, Verdict


@dataclass(frozen=True, slots=True)
class Cut:
    """All thresholds that make the same decisions, as far as they can be written with the sweep's decimals."""

    threshold: float
    """The one that is tested: the policy's own where it is among them."""
    low: float
    """The lowest that decides so; minus infinity where everyone is selected."""
    high: float
    """The highest that decides so; infinity where nobody is."""
    selected: int
    is_own: bool = False
    """Whether the policy's own threshold decides so."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The groups of one attribute that are selected most and least often, among those large enough to be judged."""

    attribute: str
    most: str
    most_rate: float
    least: str
    least_rate: float


@dataclass(frozen=True, slots=True)
class Tested:
    """One threshold, and what an audit with it would find."""

    cut: Cut
    counts: Counts
    """Per group: never printed, because the difference of two neighbouring thresholds can be one person."""
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    """One for each fairness check, in the policy's order."""
    agreed: int
    """Rows whose decision and label are on the same side, of `labelled`."""
    labelled: int
    gaps: tuple[Gap, ...]

    @property
    def selection_rate(self) -> float:
        """The share of all rows decided favourably."""
        return self.cut.selected / self.counts.rows

    @property
    def agreement(self) -> float | None:
        """The share of the rows with a label that are decided as labelled; None where no row has one."""
        return self.agreed / self.labelled if self.labelled else None

    @property
    def is_alike(self) -> bool:
        """Whether everyone gets the same decision: then nothing is decided by the score."""
        return self.cut.selected in {0, self.counts.rows}

    @property
    def values(self) -> Mapping[str, float | None]:
        """The value of each piece of evidence by its id; None where it could not be measured."""
        return {
            one.id: None if isinstance(one, Unmeasured) else one.value
            for one in self.evidence
            if isinstance(one, Figures)
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """The two neighbouring thresholds between which the verdict on a check changes."""

    check: str
    before: Verdict
    after: Verdict
    last: float
    """The highest threshold with the verdict `before`."""
    first: float
    """The lowest with the verdict `after`."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring tested thresholds at which every fairness check of weight is met."""

    low: float
    high: float
    is_alike: bool
    """Whether all of them give everyone the same decision."""


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """What a search found for one group: one threshold, or two between which a lot decides."""

    group: str
    rows: int
    thresholds: tuple[tuple[float, float], ...]
    """(threshold, share of the group's rows it is used for); a score above it is decided favourably."""
    by_lot: tuple[float, float] | None
    """(share decided by lot whatever the score, share of those decided favourably)."""
    selection_rate: float

    @property
    def is_randomised(self) -> bool:
        """Whether two people with the same score can get different decisions."""
        return len(self.thresholds) > 1 or self.by_lot is not None


@dataclass(frozen=True, slots=True)
class Search:
    """Thresholds for each group of one attribute that hold a rate equal between them, as fairlearn finds them."""

    attribute: str
    constraint: str
    groups: tuple[GroupThreshold, ...]
    agreement: float
    """Expected, where a lot decides."""
    own_agreement: float
    """That of the policy's own threshold on the same rows."""
    best_agreement: float
    """That of the one threshold for everyone that agrees most often, on the same rows."""
    rows: int
    is_drawn: bool
    """Whether these are rows drawn from more."""


@dataclass(frozen=True, slots=True)
class NotSearched:
    """A search that could not be done, and why."""

    attribute: str
    constraint: str
    because: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """What another threshold would change. Information only: no audit, no record."""

    policy: Policy
    decimals: int
    """How exactly thresholds are written."""
    cuts: int
    """How many thresholds decide differently from each other when written so."""
    tested: tuple[Tested, ...]
    """Ascending."""
    turns: tuple[Turn, ...]
    weighty: tuple[str, ...]
    """The fairness checks of weight: blockers and majors."""
    spans: tuple[Span, ...]
    searches: tuple[Search | NotSearched, ...]

    @property
    def own(self) -> Tested:
        """What the policy's own threshold gives."""
        return next(one for one in self.tested if one.cut.is_own)

    @property
    def rows(self) -> int:
        """How many rows were decided."""
        return self.own.counts.rows
