"""The audit record: everything an audit found, as one document with one serialised form.

Every figure in a report comes from here, and signatures are made over these bytes. Standing (draft, issued, …) is
not in it: that depends on signatures, which come after.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from fateaudit.artifacts import Artifact
from fateaudit.counts import Counts
from fateaudit.documents import Frozen, read_json, to_json
from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.evidence import Answered, Evidence, Figures, Insights, Questionnaire, SelfTest, Usefulness
from fateaudit.ledger import NOT_COUNTED, RunHistory
from fateaudit.policy import (
    Circumstances,
    Finding,
    Opinions,
    Policy,
    ProfileFile,
    System,
    conclude,
    read_profile,
    reference_policy,
)

SCHEMA: Literal["fateaudit/audit/1"] = "fateaudit/audit/1"


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of an audit. It comes in from outside, so that the same inputs give the same bytes."""

    now: str
    source: Literal["system", "supplied"]

    @classmethod
    def from_text(cls, supplied: str | None) -> "Clock":
        """Return the supplied time, or the system's when there is none. Raises UsageError for text that is no time."""
        if not supplied:
            return cls(_utc(datetime.now(UTC)), "system")
        try:
            return cls(_utc(_moment(supplied)), "supplied")
        except (ValueError, OverflowError, OSError):
            raise UsageError(
                f'"{supplied[:40]}" is not a time with a zone',
                hint="write --now 2026-11-21T00:00:00Z, or seconds since 1970",
            ) from None


def _moment(supplied: str) -> datetime:
    """Return a time with its zone. Eight digits are a day to one reader and seconds to another: refused."""
    if supplied.isdigit() and len(supplied) != len("20261121"):
        return datetime.fromtimestamp(int(supplied), UTC)
    moment = datetime.fromisoformat(supplied)
    if moment.tzinfo is None:
        raise ValueError(supplied)
    return moment


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


class Tool(Frozen):
    """Which program made the record."""

    name: str
    version: str


class Isolated(Frozen):
    """The process in which the model ran: what it was kept from, and how much it could use."""

    landlock: Annotated[int, Field(ge=0)]
    """Version of the kernel's Landlock, which kept it from files, and from version 4 on from the network; 0 without."""
    seccomp: bool
    rlimits: bool
    bubblewrap: bool
    memory_gib: float
    seconds: int
    """For one answer."""
    batch_rows: int


class Environment(Frozen):
    """What the figures were computed with."""

    python: str
    packages: dict[str, str]
    isolation: Isolated | None
    """What kept the model's code from the rest of the machine; none where no model was run here."""


class Access(Frozen):
    """What the auditor could reach of the model."""

    model: Literal["file", "pickle", "callable", "endpoint", "predictions_only"]
    description: tuple[str, ...]
    """The steps of the model as its file states them; empty when only predictions were given."""
    is_open: bool
    """Whether its parts could be asked, and not its outputs alone."""
    settings: Annotated[tuple[tuple[str, str, str], ...], Field(exclude_if=lambda told: not told)] = ()
    """What those steps were set to, as the file states it: step, setting, value. Not written where it states none."""


class AuditRecord(Frozen):
    """The result of one audit."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/audit/1"] = Field(default=SCHEMA, alias="schema")
    demonstration: bool
    audit_id: str
    """12 hexadecimal digits of the digest of all inputs, the time and the seed."""
    created: str
    clock: Literal["system", "supplied"]
    tool: Tool
    environment: Environment
    artifacts: tuple[Artifact, ...]
    system: System
    access: Access
    policy: Policy
    counts: Counts
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    opinion: Opinions
    insights: Insights = Insights()
    self_test: SelfTest | None = None
    """What the tool gave again of its known answers before it measured anything."""
    usefulness: Usefulness | None = None
    """Whether the model is better than the same answer for everybody; None where no row has a label."""
    ledger: RunHistory = NOT_COUNTED
    """What came before this run."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "AuditRecord":
        if self.system != self.policy.system or sum(cell.n for cell in self.counts.cells) != self.counts.rows:
            raise ValueError("the parts of the record do not belong together")
        return self

    def artifact(self, role: str) -> Artifact | None:
        """Return the file that had this role in the audit, if any."""
        return next((artifact for artifact in self.artifacts if artifact.role == role), None)

    @property
    def circumstances(self) -> Circumstances:
        """What the opinion rests on beside the evidence."""
        return Circumstances(history=self.ledger, usefulness=self.usefulness, trained_on=self.insights.trained_on)

    @property
    def figures(self) -> tuple[Figures, ...]:
        """What was measured, or could not be, for the policy's own checks."""
        own = {check.id for check in self.policy.checks}
        return tuple(item for item in self.evidence if isinstance(item, Figures) and item.check in own)

    @property
    def reference_figures(self) -> tuple[Figures, ...]:
        """The same for the checks of the reference; nothing where the record was held against none."""
        own = {check.id for check in self.policy.checks}
        return tuple(item for item in self.evidence if isinstance(item, Figures) and item.check not in own)

    @property
    def yardstick(self) -> Policy | None:
        """The policy that the reference profile makes of this one; None where the record was held against none.

        Raises DamagedFileError for a record that was held against a profile that is not shipped here.
        """
        profile = _profile_of(self)
        return None if profile is None else reference_policy(self.policy, profile.profile)

    @property
    def answers(self) -> tuple[Answered, ...]:
        """The answer to every question asked, in the order of the list."""
        return tuple(item for item in self.evidence if isinstance(item, Answered))

    @property
    def questionnaire(self) -> Questionnaire | None:
        """The list of questions as a whole; None where the policy names none."""
        return next((item for item in self.evidence if isinstance(item, Questionnaire)), None)

    def to_bytes(self) -> bytes:
        """Return the one serialised form, from which `from_bytes` gives back an equal record."""
        return to_json(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, content: bytes, *, name: str = "audit.json") -> "AuditRecord":
        """Read a record.

        Raises DamagedFileError unless `content` is exactly what `to_bytes` writes: a record that was edited, or
        written by something else, is not this record.
        """
        data = read_json(content, name)
        try:
            record = cls.model_validate_json(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
        except (ValidationError, ValueError, TypeError, RecursionError):
            raise _damaged(name, "it does not have the form of an audit record") from None
        if record.to_bytes() != content:
            raise _damaged(name, "it was changed after it was written")
        return record


def _damaged(name: str, how: str) -> DamagedFileError:
    return DamagedFileError(
        f"{name} is not a record that this version can rely on: {how}",
        hint="take the file as `fateaudit run` wrote it, or run the audit again",
    )


def conclude_again(record: AuditRecord) -> tuple[tuple[Finding, ...], Opinions]:
    """Return the findings and opinions that follow from what the record holds.

    Raises DamagedFileError for a record that was held against a profile that is not shipped here.
    """
    return conclude(record.policy, record.evidence, record.circumstances, profile=_profile_of(record))


def _profile_of(record: AuditRecord) -> ProfileFile | None:
    """Return the profile that the record was held against, and refuse one that is not shipped here."""
    beside = record.opinion.reference
    if beside is None:
        return None
    profile = read_profile()
    if beside.sha256 != profile.sha256:
        raise DamagedFileError(
            f"the record was held against another reference than this version's {profile.profile.name}",
            hint="use the version that made the record",
        )
    return profile


def refuse_other_conclusions(record: AuditRecord, name: str) -> None:
    """Judge the record's evidence again; raise DamagedFileError when that gives other findings than it holds."""
    try:
        follows = conclude_again(record) == (record.findings, record.opinion)
    except (ArithmeticError, ValueError, LookupError):
        follows = False
    if not follows:
        raise DamagedFileError(
            f"the findings in {name} do not follow from its evidence",
            hint="the record was altered, or made by another version: run the audit again",
        )


def record_schema() -> dict[str, object]:
    """Return the JSON Schema of the serialised record."""
    schema = AuditRecord.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema}
