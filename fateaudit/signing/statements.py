"""What a person signs: in-toto statements that name files by digest, and say who answers for what.

Two kinds. A *signature* says: in this role I sign these files, with this decision. A *manifest* says: these are all
the files there are. Times are as the signer's computer told them; nothing here vouches for a clock.
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from fateaudit.documents import Frozen, read_json
from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.signing.envelopes import canonical

SIGNATURE: Literal["urn:fateaudit:signature:1"] = "urn:fateaudit:signature:1"
MANIFEST_LIST: Literal["urn:fateaudit:manifest:1"] = "urn:fateaudit:manifest:1"
IN_TOTO: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"


def _time(text: str) -> str:
    moment(text)
    return text


def _date(text: str) -> str:
    date.fromisoformat(text)
    return text


Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Fingerprint = Annotated[str, StringConstraints(pattern="^sha256:[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
PersonId = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_.-]{0,63}$")]
Time = Annotated[str, AfterValidator(_time)]
Date = Annotated[str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_date)]


class Role(StrEnum):
    """In what capacity somebody signs, in the order in which they do."""

    MODEL_OWNER = "model_owner"
    INDEPENDENT_REVIEWER = "independent_reviewer"
    ASSESSOR = "assessor"
    ACCOUNTABLE_OFFICER = "accountable_officer"

    @property
    def words(self) -> str:
        """The role as it is printed."""
        return self.value.replace("_", " ")

    @property
    def signs_answers(self) -> bool:
        """Whether this role signs the answers before the run, rather than the record after it."""
        return self in {Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER}


class Decision(StrEnum):
    """What the signer decides."""

    ACCEPT = "accept"
    ACCEPT_WITH_CONDITIONS = "accept_with_conditions"
    REFUSE = "refuse"


_INDEPENDENT = "I had no part in building, selling or operating the system and have no interest in the result."

MEANINGS: dict[tuple[Role, Decision], str] = {
    (Role.MODEL_OWNER, Decision.ACCEPT): (
        "The answers are true and complete to my knowledge; I disclosed known problems."
    ),
    (Role.INDEPENDENT_REVIEWER, Decision.ACCEPT): f"I checked the evidence listed as confirmed. {_INDEPENDENT}",
    (Role.INDEPENDENT_REVIEWER, Decision.ACCEPT_WITH_CONDITIONS): (
        f"I checked the evidence listed as confirmed, and ask for the conditions listed. {_INDEPENDENT}"
    ),
    (
        Role.INDEPENDENT_REVIEWER,
        Decision.REFUSE,
    ): f"I checked the evidence and do not confirm the answers. {_INDEPENDENT}",
    (Role.ASSESSOR, Decision.ACCEPT): "I ran this audit with the stated inputs; nothing was altered.",
    (Role.ACCOUNTABLE_OFFICER, Decision.ACCEPT): (
        "I read the result, accept the residual risks, and authorise the stated stage."
    ),
    (Role.ACCOUNTABLE_OFFICER, Decision.ACCEPT_WITH_CONDITIONS): (
        "I read the result, accept the residual risks under the conditions listed, and authorise the stated stage."
    ),
    (Role.ACCOUNTABLE_OFFICER, Decision.REFUSE): "I read the result, and refuse the stated stage.",
}
"""The printed sentence that a signature stands under. A role that is not here with a decision cannot take it."""

MANIFEST_MEANING: Literal["These are all the files of this audit, as I hand them over."] = (
    "These are all the files of this audit, as I hand them over."
)


class Digest(Frozen):
    """How a file is named: by what is in it."""

    sha256: Sha256


class Subject(Frozen):
    """One signed file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=4_096)]
    digest: Digest

    @classmethod
    def of(cls, name: str, sha256: str) -> "Subject":
        """Return the subject that is this file."""
        return cls(name=name, digest=Digest(sha256=sha256))


class Signature(Frozen):
    """Who signs, in what role, with what decision, after having seen which signatures."""

    role: Role
    person: PersonId
    meaning: str
    decision: Decision
    conditions: tuple[Text, ...]
    statement: Annotated[str, StringConstraints(max_length=4_000)]
    """The signer's own words."""
    time: Time
    """As the signer's computer told it."""
    previous: tuple[Sha256, ...]
    """The sha256 of every signature that was there already."""
    valid_to: Date | None
    """The last day on which an acceptance may be relied on; the accountable officer's only."""
    demonstration: bool

    @model_validator(mode="after")
    def _is_coherent(self) -> "Signature":
        if self.meaning != MEANINGS.get((self.role, self.decision)):
            raise ValueError(f"the {self.role.words} cannot sign with the decision {self.decision}")
        if bool(self.conditions) != (self.decision is Decision.ACCEPT_WITH_CONDITIONS):
            raise ValueError("conditions belong to the decision accept_with_conditions, and it needs one at least")
        accepts = self.role is Role.ACCOUNTABLE_OFFICER and self.decision is not Decision.REFUSE
        if accepts != (self.valid_to is not None):
            raise ValueError("the accountable officer's acceptance, and nothing else, needs a last day (valid_to)")
        if self.valid_to is not None and self.valid_to < self.time[:10]:
            raise ValueError("the last day (valid_to) is before the day of signing")
        if self.decision is Decision.REFUSE and not self.statement.strip():
            raise ValueError("a refusal needs the signer's own words (statement)")
        return self


class Listing(Frozen):
    """Who lists the files of an audit."""

    role: Literal[Role.ASSESSOR]
    person: PersonId
    meaning: Literal["These are all the files of this audit, as I hand them over."]
    time: Time
    demonstration: bool


class _InToto(Frozen):
    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    kind: Literal["https://in-toto.io/Statement/v1"] = Field(default=IN_TOTO, alias="_type")
    subject: Annotated[tuple[Subject, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_sorted(self) -> "_InToto":
        names = [subject.name for subject in self.subject]
        if names != sorted(set(names)):
            raise ValueError("files are not sorted by name, each once")
        return self

    def to_payload(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(self.model_dump(mode="json"))

    def digests(self) -> dict[str, str]:
        """Return the sha256 of each file by its name."""
        return {subject.name: subject.digest.sha256 for subject in self.subject}


class Statement(_InToto):
    """A signature in a role."""

    predicate_type: Literal["urn:fateaudit:signature:1"] = Field(default=SIGNATURE, alias="predicateType")
    predicate: Signature


class Manifest(_InToto):
    """The list of all files."""

    predicate_type: Literal["urn:fateaudit:manifest:1"] = Field(default=MANIFEST_LIST, alias="predicateType")
    predicate: Listing


_KINDS: dict[str, type[Statement | Manifest]] = {SIGNATURE: Statement, MANIFEST_LIST: Manifest}


def read_statement(payload: bytes, name: str) -> Statement | Manifest:
    """Read what was signed. Raises DamagedFileError unless `payload` is exactly what `to_payload` writes."""
    data = read_json(payload, name)
    try:
        statement = _KINDS[data["predicateType"]].model_validate_json(payload)
        is_exact = statement.to_payload() == payload
    except (ValidationError, ValueError, TypeError, KeyError):
        is_exact = False
    if not is_exact:
        raise DamagedFileError(
            f"{name} signs something that this version does not know", hint="verify it with the version that signed"
        )
    return statement


def refuse_incoherent(error: ValidationError) -> UsageError:
    """Return what is wrong with a signature that was asked for."""
    problem = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return UsageError(f"{where}: {message}" if where else message, hint="see `fateaudit sign --help`")


def moment(text: str) -> datetime:
    """Return the time that `2026-11-21T12:00:00Z` says. Raises ValueError for any other form."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text):
        raise ValueError("not a time of the form 2026-11-21T12:00:00Z")
    return datetime.fromisoformat(text).astimezone(UTC)
