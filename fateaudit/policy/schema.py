"""What stands in `fateaudit.yaml`: every setting, its range, and what is not in this version.

A limit without a reason is refused, and so is a favourable outcome that nobody named: neither is ever guessed.
"""

from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from fateaudit.counts import Outcome
from fateaudit.documents import Frozen
from fateaudit.evidence import Convention, Side

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


def _absent(value: object) -> None:
    if value is not None:
        raise ValueError("this is not in this version | remove the line")


NotInThisVersion = Annotated[None, BeforeValidator(_absent)]
"""A setting that has its place but is not built yet: refused, never ignored."""


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


class Owner(Frozen):
    """Who answers for the system."""

    name: Text
    role: Text
    organisation: Text


class System(Frozen):
    """What is audited, in the words that the report uses."""

    name: Text
    purpose: Text
    not_for: tuple[Text, ...] = ()
    category: Literal["prediction_analysis", "recognition", "exploration", "communication"]
    stage: Literal["concept", "prototype", "evaluation", "approved"]
    autonomy: Literal["advisory", "human_in_loop", "human_on_loop", "fully_autonomous"]
    owner: Owner


def _none_as_absent(path: object) -> object:
    return None if path == "none" else path


class ModelSource(Frozen):
    """The model file, or none when only its predictions are at hand."""

    path: Annotated[Text | None, BeforeValidator(_none_as_absent)]
    sha256: Sha256 | None = None
    """When given, a file with another digest is refused: the audited model is the deployed one."""


class DatasetSource(Frozen):
    """The evaluation data and where they come from."""

    path: Text
    sha256: Sha256 | None = None
    provenance: Text
    role: Literal["holdout", "historical", "vendor_supplied", "synthetic"]


def _scalar_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Attribute(Frozen):
    """A sensitive column. Bins are policy, never quantiles of the test data."""

    name: Text
    label: Text
    bins: Annotated[tuple[float, ...], Field(min_length=3)] | None = None
    not_recorded: tuple[Text, ...] = ()
    """Values that say that nobody recorded it, such as "Unknown": with the missing ones they are "Not recorded"."""
    groups: dict[str, Text] = Field(default_factory=dict)
    """How sentences call a group: `Black: Black people`. Without it: "where Recorded colour is Black"."""

    @model_validator(mode="after")
    def _bins_ascend(self) -> "Attribute":
        if self.bins and list(self.bins) != sorted(set(self.bins)):
            raise ValueError("bins must ascend | write each edge once, smallest first")
        if len(set(self.bin_names())) < len(self.bin_names()):
            raise ValueError("two bins would have the same name | write edges of six digits or fewer")
        if self.name == "overall" or any(sign in self.name for sign in "*×/"):
            raise ValueError("this name would be mistaken for something else | rename the column, without *, × or /")
        return self

    def bin_names(self) -> tuple[str, ...]:
        """Return a name for each bin, from the edges alone: "under 18", "18 to 24", …, "60 or over".

        A bin holds its lower edge and not its upper one; the last holds both. No value lies outside: that is refused.
        """
        edges = self.bins or ()
        whole = all(edge == int(edge) for edge in edges)
        inner = pairwise(edges[1:-1])
        named = [
            f"{int(low)} to {int(high) - 1}" if whole and high - low > 1 else f"{low:g} to under {high:g}"
            for low, high in inner
        ]
        return (f"under {edges[1]:g}", *named, f"{edges[-2]:g} or over") if edges else ()

    def order(self, group: str) -> tuple[int, str]:
        """Return a sorting key: bins in their order, other values by name."""
        names = self.bin_names()
        return (names.index(group) if group in names else len(names), group)


class Columns(Frozen):
    """What the columns of the dataset mean."""

    id: Text | None = None
    label: Text | None = None
    """What the records say. Without it, only metrics of the decision alone can be measured."""
    favourable: Annotated[Text, BeforeValidator(_scalar_as_text)]
    """The value of label and prediction that is better for the person, exactly as it stands in the data."""
    label_kind: Literal["outcome", "recorded_event", "past_decision"]
    unit: Text
    """What a row is, in the singular: person, arrest, account, post."""
    positive: Outcome | None = None
    """Which side true and false positives are counted on. Asked for where a check needs it: half of all tools call the
    adverse side positive, and the other half of the verdicts would be about the wrong people."""
    prediction: Text | None = None
    score: Text | None = None
    features: Literal["auto"] = "auto"
    sensitive: Annotated[tuple[Attribute, ...], Field(min_length=1)]
    intersections: tuple[Annotated[tuple[Text, ...], Field(min_length=2)], ...] = ()
    missing: Literal["report_as_group", "error"] = "report_as_group"
    weight: NotInThisVersion = None
    cluster: NotInThisVersion = None
    train_id: NotInThisVersion = None

    @property
    def coded_positive(self) -> Outcome:
        """The side that counts as positive. Without a word from the policy, no metric that needs it is measured."""
        return self.positive or Outcome.FAVOURABLE


class Decision(Frozen):
    """How a score becomes a decision: favourable when the score is at or above the threshold."""

    threshold: float = 0.5
    at: Literal[">=", ">"] = ">="


class Words(Frozen):
    """The policy's own words, used in every sentence so that no lay page says "positive"."""

    favourable: Text = "decided favourably"
    """Completes "70 of every 100 are …"."""
    adverse: Text = "decided adversely"
    recorded_favourable: Text = "recorded as favourable"
    """Completes "Of every 100 arrests …": what the records say, as opposed to what the model says."""
    recorded_adverse: Text = "recorded as adverse"
    units: Text | None = None
    """The plural of `columns.unit`, when it is not made by adding an s."""


class Statistics(Frozen):
    """How sure one has to be. The defaults are the recommended values."""

    confidence: Annotated[float, Field(gt=0.5, le=0.999999)] = 0.95
    min_group_size: Annotated[int, Field(ge=1)] = 30
    coverage: Annotated[float, Field(gt=0, le=1)] = 0.95
    must_judge: Literal["auto"] = "auto"
    decide_on: Literal["interval", "point"] = "interval"
    family: Literal["check", "policy"] = "check"
    seed: Annotated[int, Field(ge=0)] = 0


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


class MetricCheck(Frozen):
    """One promise: this metric, over these groups, within this limit, because of this."""

    id: Annotated[str, StringConstraints(pattern="^[A-Z]{1,3}-[0-9]{2,3}$")]
    principle: Principle
    metric: Text
    params: Params = Params()
    across: Literal["overall"] | Annotated[tuple[Text | tuple[Text, ...], ...], Field(min_length=1)]
    limit: Limit
    severity: Severity
    why: Text
    line: int | None = None
    """Where the check stands in the policy file; filled in on reading."""

    def attribute_sets(self) -> tuple[tuple[str, ...], ...]:
        """Return what the metric is split by: one tuple of attributes each; `()` is everyone together."""
        if self.across == "overall":
            return ((),)
        return tuple((entry,) if isinstance(entry, str) else entry for entry in self.across)


class Gate(Frozen):
    """What makes `fateaudit gate` fail. It never changes the opinion."""

    fail_on: Severity = Severity.MAJOR
    cannot_tell: Literal["fail", "pass"] = "fail"
    require: Literal["result"] = "result"


def _no_waivers(waivers: tuple[str, ...]) -> tuple[str, ...]:
    if waivers:
        raise ValueError("waivers are not in this version | leave `waivers: []`")
    return waivers


class Policy(Frozen):
    """Everything that is fixed before the audit: what is audited, on what, and what is promised."""

    version: Literal[1]
    task: Literal["binary"] = "binary"
    system: System
    model: ModelSource
    dataset: DatasetSource
    columns: Columns
    decision: Decision = Decision()
    model_card: dict[str, Text | tuple[Text, ...]] = Field(default_factory=dict)
    """What the model's maker documents, field by field; the report says which fields are missing."""
    words: Words = Words()
    statistics: Statistics = Statistics()
    checks: Annotated[tuple[MetricCheck, ...], Field(min_length=1)]
    gate: Gate = Gate()
    waivers: Annotated[tuple[Text, ...], AfterValidator(_no_waivers)] = ()

    def attribute(self, name: str) -> Attribute:
        """Return the sensitive column called `name`."""
        return next(attribute for attribute in self.columns.sensitive if attribute.name == name)
