"""What an audit observed: numbers that were measured, and numbers that could not be.

Evidence carries no opinion. Whether 0.12 is acceptable is a question for `policy`.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from fateaudit.counts import Group
from fateaudit.documents import Frozen
from fateaudit.evidence.context import LabelBias, Missing, Planning
from fateaudit.evidence.numbers import Extended, ExtendedInterval, Figure, Interval


class Reason(StrEnum):
    """Why a number could not be measured."""

    NOT_APPLICABLE = "not_applicable"
    TOO_FEW_ROWS = "too_few_rows"
    MISSING_INPUT = "missing_input"
    FAILED = "failed"


class Convention(StrEnum):
    """What a group's rate is held against."""

    ABSOLUTE = "absolute"
    TO_HIGHEST = "to_highest"
    TO_LOWEST = "to_lowest"
    BETWEEN_GROUPS = "between_groups"
    TO_REFERENCE = "to_reference"


class Side(StrEnum):
    """Which end of a limit a claim is about."""

    MIN = "min"
    MAX = "max"


class Claim(Frozen):
    """One group against one limit: how surprising the counts would be if the opposite were true."""

    side: Side
    limit: str
    """The limit as decimal text, so that a claim made for another limit can be refused."""
    p_beyond: Figure
    """p-value of "not worse than the limit": small when the group is beyond it."""
    p_within: Figure
    """p-value of "worse than the limit": small when the group is within it. Equality is within."""
    bounds: ExtendedInterval
    """The inversion of both tests at the family's levels: the range that decides."""


class PairClaim(Frozen):
    """The worst pair of groups against one limit."""

    side: Side
    limit: str
    ends: ExtendedInterval
    """(near, far): the end nearer parity, corrected for the number of pairs, and the end away from it, uncorrected."""
    beyond: tuple[Group, ...]
    """Groups whose simultaneous interval against the best-off group lies wholly beyond the limit."""


class Part(Frozen):
    """The same number for one group."""

    group: Group
    cases: Annotated[int, Field(ge=0)]
    """Rows of the group. The denominator may be fewer: only rows with a certain label, say."""
    unlabelled: Annotated[int, Field(ge=0)] = 0
    """Rows that the metric needs a label of and that have none: they count as not judged."""
    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=0)]
    rate: Figure | None
    """None when the denominator is 0: an undefined rate is not 0."""
    rate_interval: Interval | None
    reference_numerator: int | None = None
    reference_denominator: int | None = None
    value: Extended | None = None
    interval: ExtendedInterval | None = None
    judged: bool
    set_aside: Literal["too_few", "not_recorded", "excluded"] | None = None
    """Excluded: by the policy, which says why; the group is shown with its rate all the same."""
    claims: tuple[Claim, ...] = ()


class Family(Frozen):
    """The claims among which a false alarm is held to the stated level."""

    rule: Literal["worst_pair", "bonferroni"]
    scope: Literal["check", "policy"]
    claims: Annotated[int, Field(ge=1)]
    """By how many the level is divided: attributes for worst pairs; sides × judged groups for tests."""


class SecondCalculation(Frozen):
    """The same figures from another library."""

    by: str
    value: Extended
    largest_difference: Figure
    """Over the value and every group's rate."""


class Subject(Frozen):
    """The metric in words, so that a report needs nothing but the record to speak about it."""

    title: str
    """A heading: "Not suggested for release"."""
    among: str
    """Which rows are the denominator, after the group: "that officers released"; empty for all rows."""
    counted: str
    """What is counted among them: "are not suggested for release"."""
    formal: str
    """The field's term, with the convention."""


class Weighted(Frozen):
    """The same number with every row counted by its weight, and how sure it is then."""

    reference: Group | None
    method: str
    value: Extended
    interval: ExtendedInterval
    parts: tuple[Part, ...]
    """Numerators and denominators are effective: so many rows of equal weight would say as much, rounded. Cases are
    the share of all rows that the group has by weight."""
    claims: tuple[PairClaim, ...] = ()
    second_calculation: SecondCalculation


class Measurement(Frozen):
    """A number, how sure it is, and what it was made from."""

    kind: Literal["measurement"] = "measurement"
    id: str
    check: str
    metric: str
    subject: Subject
    convention: Convention
    of: tuple[str, ...]
    """The attributes whose groups are compared; empty for everyone together."""
    reference: Group | None
    """The group the others are held against: named in the policy, or the best-off one found."""
    confidence: Figure
    family: Family
    method: str
    value: Extended
    interval: ExtendedInterval
    """To be read, at `confidence`, for this one figure. It does not decide: claims do."""
    parts: tuple[Part, ...]
    claims: tuple[PairClaim, ...] = ()
    second_calculation: SecondCalculation
    planning: Planning | None = None
    """None where nothing can be planned: chance was not to be allowed for, or the other group's rate is 0 or 1."""
    missing: Missing | None = None
    """None where every row names its group."""
    label_bias: LabelBias | None = None
    """None for a number that does not depend on labels."""
    weighted: Annotated[Weighted | None, Field(exclude_if=lambda weighted: weighted is None)] = None
    """None, and not written, where rows have no weights. Both must lead to one verdict."""
    sentence: str

    def by_weight(self) -> "Measurement | None":
        """Return the measurement as the weighted rows give it; None where rows have no weights."""
        if self.weighted is None:
            return None
        # Every field of Weighted is one of Measurement.
        figures = {name: getattr(self.weighted, name) for name in Weighted.model_fields}
        # What rows without a group could change was found for rows, and does not hold for weights.
        return self.model_copy(update={**figures, "weighted": None, "missing": None})


class Unmeasured(Frozen):
    """A number that could not be measured, and why. Never an absence."""

    kind: Literal["unmeasured"] = "unmeasured"
    id: str
    check: str
    metric: str
    subject: Subject
    convention: Convention
    of: tuple[str, ...]
    reason: Reason
    detail: str


class Score(Frozen):
    """A number about the model, its reasons or its papers: it has no parts by group."""

    kind: Literal["score"] = "score"
    id: str
    check: str
    metric: str
    subject: Subject
    convention: Literal[Convention.ABSOLUTE] = Convention.ABSOLUTE
    of: tuple[str, ...] = ()
    """The attribute that it is about; empty for the model as a whole."""
    confidence: Figure
    method: str
    value: Figure
    interval: Interval
    """At `confidence`; equal ends where the number is counted and not estimated."""
    baseline: Figure | None
    """The same number for something that is known to be worthless: what the value must be read beside."""
    claims: tuple[PairClaim, ...]
    """One for each end of the limit; its ends are those of the interval."""
    sentence: str
