"""What a policy promises: a metric within a limit, or a list of questions answered and signed. Each says why.

A limit without a reason is refused.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from fateaudit.documents import Frozen
from fateaudit.evidence import Convention, Side
from fateaudit.signing import Role

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
CheckId = Annotated[str, StringConstraints(pattern="^[A-Z]{1,3}-[0-9]{2,3}$")]


class Principle(StrEnum):
    """The four features of the INTERPOL/UNICRI report of 2019."""

    FAIRNESS = "fairness"
    ACCOUNTABILITY = "accountability"
    TRANSPARENCY = "transparency"
    EXPLAINABILITY = "explainability"


class Severity(StrEnum):
    """How much a check weighs. Blocker and major are material: they decide the opinion."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"

    @property
    def is_material(self) -> bool:
        """Whether a check of this severity can move the opinion."""
        return self in {Severity.BLOCKER, Severity.MAJOR}

    def at_least(self, other: "Severity") -> bool:
        """Whether this severity weighs as much as `other` or more."""
        order = list(Severity)
        return order.index(self) <= order.index(other)


class Limit(Frozen):
    """At least, at most, or between. A value equal to the limit is within it."""

    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _is_a_limit(self) -> "Limit":
        if self.min is None and self.max is None:
            raise ValueError("a limit needs min, max or both | for example { min: 0.80 }")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max | nothing could be within this limit")
        return self

    def sides(self) -> tuple[tuple[Side, Fraction], ...]:
        """Return each end as an exact number: 0.8 is eight tenths here, not the nearest binary fraction."""
        ends = ((Side.MIN, self.min), (Side.MAX, self.max))
        return tuple((side, Fraction(str(value))) for side, value in ends if value is not None)


class Params(Frozen):
    """The conventions of a metric, where it has any."""

    convention: Convention | None = None
    reference: dict[str, Text] = Field(default_factory=dict)
    """With `convention: to_reference`: the reference group of each attribute."""
    controls: tuple[Text, ...] = ()
    """Columns within which groups are compared, for a disparity that is conditional on them."""
    exclude_below: Annotated[float, Field(gt=0, le=0.02)] | None = None
    """Groups with a smaller share of the recorded rows are shown and not judged, as New York City's Local Law 144
    allows below 2 in 100. They never set the reference."""
    why_excluded: Text | None = None

    @model_validator(mode="after")
    def _says_why(self) -> "Params":
        if (self.exclude_below is None) is not (self.why_excluded is None):
            raise ValueError("exclude_below and why_excluded belong together | write both, or neither")
        return self


class MetricCheck(Frozen):
    """One promise: this metric, over these groups, within this limit, because of this."""

    id: CheckId
    principle: Principle
    metric: Text
    params: Params = Params()
    across: Literal["overall"] | Annotated[tuple[Text | tuple[Text, ...], ...], Field(min_length=1)]
    limit: Limit
    severity: Severity
    why: Text
    line: int | None = None
    """Where the check stands in the policy file; filled in on reading."""

    @model_validator(mode="after")
    def _is_measurable(self) -> "MetricCheck":
        if self.principle is Principle.ACCOUNTABILITY:
            raise ValueError(
                "no metric measures accountability | name a list: checklist: predeployment-oversight, answers: FILE"
            )
        return self

    def attribute_sets(self) -> tuple[tuple[str, ...], ...]:
        """Return what the metric is split by: one tuple of attributes each; `()` is everyone together."""
        if self.across == "overall":
            return ((),)
        return tuple((entry,) if isinstance(entry, str) else entry for entry in self.across)


class Required(Frozen):
    """Who must have signed the answers before the run."""

    signed_by: Annotated[tuple[Role, ...], Field(min_length=1)] = (Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER)

    @model_validator(mode="after")
    def _signs_answers(self) -> "Required":
        late = [role for role in self.signed_by if not role.signs_answers]
        if late:
            raise ValueError(
                f"the {late[0].words} signs the record after the run | write model_owner or independent_reviewer"
            )
        if len(set(self.signed_by)) < len(self.signed_by):
            raise ValueError("a role stands here twice | remove one of the two")
        return self


def _full_weight(severity: object) -> object:
    if severity != Severity.BLOCKER:
        raise ValueError("signatures always weigh as a blocker | write severity: blocker")
    return severity


class ChecklistCheck(Frozen):
    """One promise: this list of questions is answered, and the people named stand behind the answers.

    Each question has its own weight, from the list. The signatures weigh as a blocker, whatever a policy would like:
    answers that nobody stands behind are nobody's answers.
    """

    id: CheckId
    principle: Literal[Principle.ACCOUNTABILITY]
    checklist: Text
    """The id of a shipped checklist."""
    answers: Text
    """The answers file, seen from the policy's folder."""
    require: Required = Required()
    severity: Annotated[Literal[Severity.BLOCKER], BeforeValidator(_full_weight)]
    why: Text
    line: int | None = None
    """Where the check stands in the policy file; filled in on reading."""


def _kind(check: object) -> str:
    written = check if isinstance(check, dict) else vars(check)
    return "Checklist" if "checklist" in written else "Metric"


Check = Annotated[
    Annotated[MetricCheck, Tag("Metric")] | Annotated[ChecklistCheck, Tag("Checklist")], Discriminator(_kind)
]
"""What a check is follows from its keys. The tags begin with a capital: so do all parts of a place nobody wrote."""
