"""The reference profile: the same limits for every audit, shipped as data. No policy can touch it.

It turns into a policy of its own, over the columns that the audited policy declares, and is judged by the same rules.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from fateaudit.artifacts import sha256
from fateaudit.documents import Frozen, read_yaml, validate
from fateaudit.policy.checks import Check, Limit, MetricCheck, Principle, Severity, Text
from fateaudit.policy.schema import Policy, Statistics
from fateaudit.signing import Role

PROFILES = Path(__file__).parent / "profiles"
SHIPPED = "policing"
_SIGNERS = frozenset(role for role in Role if role.signs_answers)


class ProfileCheck(Frozen):
    """One limit of a profile, where it comes from, and what standing it has there."""

    principle: Principle
    metric: Text
    each_attribute: bool
    """Whether it holds for every declared attribute by itself, or for everyone together."""
    limit: Limit
    severity: Severity
    source: Text
    status: Text


class Profile(Frozen):
    """A reference profile as it is shipped."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/profile/1"] = Field(alias="schema")
    id: Text
    version: Annotated[int, Field(ge=1)]
    title: Text
    statistics: Statistics
    checks: Annotated[tuple[ProfileCheck, ...], Field(min_length=1, max_length=9)]

    @property
    def name(self) -> str:
        """The profile by name and version: "policing/1"."""
        return f"{self.id}/{self.version}"


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A profile and the digest of its bytes."""

    profile: Profile
    sha256: str


@cache
def read_profile(profile_id: str = SHIPPED) -> ProfileFile:
    """Read a shipped profile."""
    path = PROFILES / f"{profile_id}.yaml"
    content = path.read_bytes()
    return ProfileFile(validate(read_yaml(content, path.name), Profile), sha256(content))


def reference_policy(policy: Policy, profile: Profile) -> Policy:
    """Return the policy that `profile` makes of the audited one: its columns and words, none of its limits.

    Each attribute is a family of its own: attributes that a policy adds must not make the others harder to judge.
    The list of questions is the audited policy's, where it asks for both signatures; else nobody answers for it.
    """
    checks: list[Check] = []
    for number, one in enumerate(profile.checks, 1):
        attributes = [attribute.name for attribute in policy.columns.sensitive] if one.each_attribute else [None]
        checks += [_check(f"R-{number}{place:02}", one, name) for place, name in enumerate(attributes)]
    listed = policy.checklist_check
    if listed is not None and set(listed.require.signed_by) >= _SIGNERS:
        checks.append(listed)
    return policy.model_copy(update={"checks": tuple(checks), "statistics": profile.statistics})


def _check(check_id: str, one: ProfileCheck, attribute: str | None) -> MetricCheck:
    return MetricCheck(
        id=check_id,
        principle=one.principle,
        metric=one.metric,
        across="overall" if attribute is None else (attribute,),
        limit=one.limit,
        severity=one.severity,
        why=f"{one.source}. {one.status}",
    )
