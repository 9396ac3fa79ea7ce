"""What stands in `fateaudit.yaml`: every setting, its range, and what is not in this version.

A favourable outcome that nobody named is refused: it is never guessed.
"""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from fateaudit.counts import Outcome
from fateaudit.documents import Frozen
from fateaudit.policy.checks import Check, ChecklistCheck, MetricCheck, Principle, Severity, Text
from fateaudit.policy.endpoint import EndpointSettings
from fateaudit.policy.not_yet import NoClusters
from fateaudit.policy.recourse import RecourseRules
from fateaudit.policy.training import Training
from fateaudit.policy.waiver import Waiver

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


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


def _scalar_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _one_as_several(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Outcomes = Annotated[
    tuple[Annotated[Text, BeforeValidator(_scalar_as_text)], ...],
    BeforeValidator(_one_as_several, json_schema_input_type=Text | int | tuple[Text | int, ...]),
    Field(min_length=1),
]
"""One outcome or several."""


class ModelLimits(Frozen):
    """How much the process may use in which the model runs."""

    memory_gib: Annotated[float, Field(ge=0.5, le=4096)] = 8.0
    seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    """For one answer: opening the model, or scoring a batch of rows."""
    batch_rows: Annotated[int, Field(ge=1, le=1 << 24)] = 262_144
    """Rows that are scored at a time."""


class ModelSource(Frozen):
    """The model file, or none when only its predictions are at hand."""

    path: Annotated[Text | None, BeforeValidator(_none_as_absent)]
    sha256: Sha256 | None = None
    """When given, a file with another digest is refused: the audited model is the deployed one."""
    inputs: tuple[Text, ...] = ()
    """The columns that the model reads, in the order in which it was trained on them, where its file does not say."""
    classes: tuple[Annotated[Text, BeforeValidator(_scalar_as_text)], ...] = ()
    """What the model's outcomes are called in the data, in its own order, where its file numbers them."""
    limits: ModelLimits = ModelLimits()
    endpoint: EndpointSettings | None = None

    @property
    def is_endpoint(self) -> bool:
        """Whether the model answers at an address, and is no file."""
        return self.path is not None and self.path.lower().startswith(("http://", "https://"))

    @model_validator(mode="after")
    def _says_what_fits(self) -> "ModelSource":
        if self.endpoint is not None and not self.is_endpoint:
            raise ValueError("endpoint is for a model at an address | remove it, or write the address in path")
        if self.sha256 is not None and self.is_endpoint:
            raise ValueError("sha256 is for a file | remove it; endpoint: { metadata_sha256: … } pins an address")
        return self


class DatasetSource(Frozen):
    """The evaluation data and where they come from."""

    path: Text
    sha256: Sha256 | None = None
    provenance: Text
    role: Literal["holdout", "historical", "vendor_supplied", "synthetic"]


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
    adverse: Annotated[Outcomes | None, Field(exclude_if=lambda named: named is None)] = None
    """Every other value of label and prediction, where there may be several: they count as one. Without it there is one
    other value, and it need not be named."""
    label_kind: Literal["outcome", "recorded_event", "past_decision"]
    unit: Text
    """What a row is, in the singular: person, arrest, account, post."""
    positive: Outcome | None = None
    """Which side true and false positives are counted on. Asked for where a check needs it: half of all tools call the
    adverse side positive, and the other half of the verdicts would be about the wrong people."""
    prediction: Text | None = None
    score: Text | None = None
    features: Literal["auto"] = "auto"
    sensitive: tuple[Attribute, ...]
    """Written out even where it is empty: then nobody recorded who these people were, and the report says so."""
    intersections: tuple[Annotated[tuple[Text, ...], Field(min_length=2)], ...] = ()
    missing: Literal["report_as_group", "error"] = "report_as_group"
    frequency: Text | None = None
    """How many rows each row stands for, in a table that was counted already."""
    weight: Text | None = None
    """How many people each row of a sample stands for. Verdicts must hold with it and without it."""
    cluster: NoClusters = None
    train_id: Text | None = None
    """The column whose values say which row of the training data a row would be."""

    @property
    def coded_positive(self) -> Outcome:
        """The side that counts as positive. Without a word from the policy, no metric that needs it is measured."""
        return self.positive or Outcome.FAVOURABLE


class Costs(Frozen):
    """What an output costs that the records contradict, one kind of error in units of the other."""

    wrong_adverse: Annotated[float, Field(gt=0)]
    wrong_favourable: Annotated[float, Field(gt=0)]


class Decision(Frozen):
    """How a score becomes a decision: favourable when the score is at or above the threshold.

    The score of a model that tells outcomes apart is the probability of the favourable one; that of a model of `task:
    regression` is the number that it gives: no threshold suits all of those, and of some less is better (`at: "<="`).
    """

    threshold: float = 0.5
    at: Literal[">=", ">", "<=", "<"] = ">="
    costs: Costs | None = None
    """Without it nobody said what errors cost, and nothing shows that the model is worth them."""

    @property
    def less_is_better(self) -> bool:
        """Whether the lower a score, the nearer it is to the favourable outcome."""
        return self.at.startswith("<")


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
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class Gate(Frozen):
    """What makes `fateaudit gate` fail. It never changes the opinion."""

    fail_on: Severity = Severity.MAJOR
    cannot_tell: Literal["fail", "pass"] = "fail"
    require: Literal["result", "issued"] = "result"
    """Whether the findings are enough, or the record must also have been issued: signed by all four roles."""


class TrustSource(Frozen):
    """Whose signatures count. The file decides whom a reader believes, so the policy holds its digest."""

    path: Text
    sha256: Sha256


class Policy(Frozen):
    """Everything that is fixed before the audit: what is audited, on what, and what is promised."""

    version: Literal[1]
    task: Literal["binary", "regression"] = "binary"
    """What the model gives: probabilities of outcomes, or one number a row in a unit of its own."""
    system: System
    model: ModelSource
    dataset: DatasetSource
    training: Training = None
    columns: Columns
    decision: Decision = Decision()
    model_card: dict[str, Text | tuple[Text, ...]] = Field(default_factory=dict)
    """What the model's maker documents, field by field; the report says which fields are missing."""
    words: Words = Words()
    statistics: Statistics = Statistics()
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]
    gate: Gate = Gate()
    waivers: tuple[Waiver, ...] = ()
    recourse: Annotated[RecourseRules | None, Field(exclude_if=lambda rules: rules is None)] = None
    trust: TrustSource | None = None
    demonstration: bool = False
    """Whether all of this is only to show how an audit goes: then every page says so, and nobody may rely on it."""

    @property
    def gives_numbers(self) -> bool:
        """Whether scores are numbers in a unit of the model's own, and no probabilities."""
        return self.task == "regression"

    def attribute(self, name: str) -> Attribute:
        """Return the sensitive column called `name`."""
        return next(attribute for attribute in self.columns.sensitive if attribute.name == name)

    def metric_checks(self, *principles: Principle) -> tuple[MetricCheck, ...]:
        """Return the checks that name a metric: all of them, or those of some features."""
        wanted = principles or tuple(Principle)
        return tuple(check for check in self.checks if isinstance(check, MetricCheck) and check.principle in wanted)

    @property
    def checklist_check(self) -> ChecklistCheck | None:
        """The check that names a list of questions, if there is one; there is never a second."""
        return next((check for check in self.checks if isinstance(check, ChecklistCheck)), None)
