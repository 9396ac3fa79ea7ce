"""Numbers that are no single proportion: a mean of rates, an area under a curve, an index of inequality.

A rate is a numerator over a denominator, and `Measurement` holds both. These have none: each group has an estimate
with its standard error, and the claims are made of one-sided ends.
"""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.counts import Group
from fateaudit.documents import Frozen
from fateaudit.evidence.measurements import (
    Convention,
    Family,
    Measurement,
    PairClaim,
    Score,
    SecondCalculation,
    Subject,
    Unmeasured,
)
from fateaudit.evidence.numbers import Extended, ExtendedInterval, Figure, Interval


class CalibrationNoise(Frozen):
    """The expected calibration error of one group, which nobody can read without what noise alone makes of it."""

    error: Figure
    """The mean distance between the share of favourable records and the mean score, over bins of equal width."""
    floor: Figure
    """The mean of the same number for a calibrated model with these bins."""
    bins: Annotated[int, Field(ge=1)]
    """How many of the bins hold a row."""


class EstimatePart(Frozen):
    """The same number for one group."""

    group: Group
    cases: Annotated[int, Field(ge=0)]
    """Rows of the group."""
    unlabelled: Annotated[int, Field(ge=0)] = 0
    """Rows of the group that the number cannot use, mostly for want of a label: they count as not judged."""
    rows: Annotated[int, Field(ge=0)]
    """How many rows the number rests on, which `min_group_size` counts: of several denominators the smallest."""
    estimate: Figure | None
    """None where the number is not defined for these rows, or where it compares groups and no group has one."""
    standard_error: Figure | None
    interval: Interval | None
    """To be read, at the confidence of the evidence."""
    components: dict[str, Figure] = Field(default_factory=dict)
    """The rates that the number is made of, where it compares several."""
    value: Extended | None = None
    """What is held against the limit: the estimate, or its comparison with the reference."""
    value_interval: ExtendedInterval | None = None
    judged: bool
    set_aside: Literal["too_few", "not_recorded"] | None = None
    calibration: Annotated[CalibrationNoise | None, Field(exclude_if=lambda found: found is None)] = None
    """None, and not written, where the number does not speak of calibration or no row can be used."""


class Estimate(Frozen):
    """A number that is estimated, how sure it is, and what each group adds."""

    kind: Literal["estimate"] = "estimate"
    id: str
    check: str
    metric: str
    subject: Subject
    convention: Convention
    of: tuple[str, ...]
    reference: Group | None
    """The group the others are held against: named in the policy, or the best-off one found."""
    confidence: Figure
    family: Family
    method: str
    value: Extended
    interval: ExtendedInterval
    """To be read, at `confidence`, for this one figure. It does not decide: claims do."""
    parts: tuple[EstimatePart, ...]
    claims: tuple[PairClaim, ...]
    """One for each end of the limit, over all groups that are judged."""
    second_calculation: SecondCalculation | None
    """None where no other library has this number: then it was calculated once."""
    sentence: str

    @property
    def points(self) -> tuple[tuple[Group, float], ...]:
        """What is compared with the limit where uncertainty is ignored, each with its group."""
        if self.family.rule == "worst_pair":
            return (((), self.value),)
        judged = [part for part in self.parts if part.judged and part.group != self.reference]
        return tuple((part.group, part.value) for part in judged if part.value is not None)


Figures = Measurement | Unmeasured | Score | Estimate
"""What checks of a metric are judged by."""
