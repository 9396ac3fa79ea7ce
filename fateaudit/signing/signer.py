"""Making a signature: a person's decision and a key become the bytes of an envelope. Nothing is written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from fateaudit.errors import UsageError
from fateaudit.signing.envelopes import sign_payload
from fateaudit.signing.keys import PrivateKey
from fateaudit.signing.statements import (
    MANIFEST_MEANING,
    MEANINGS,
    Decision,
    Listing,
    Manifest,
    Role,
    Signature,
    Statement,
    Subject,
    moment,
    read_statement,
    refuse_incoherent,
)
from fateaudit.signing.trust import Person, Trust


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who signs decides and says, and when."""

    role: Role
    time: str
    """`2026-11-21T12:00:00Z`."""
    decision: Decision = Decision.ACCEPT
    conditions: tuple[str, ...] = ()
    statement: str = ""
    """The signer's own words."""
    valid_to: str | None = None
    """The last day of an accountable officer's acceptance; see `last_day`."""
    demonstration: bool = False
    """Whether the audit is a demonstration."""


def last_day(time: str, *, days: int = 365) -> str:
    """Return the day so many days after `time`: as far as an acceptance reaches when nobody says otherwise."""
    try:
        return (moment(time) + timedelta(days=days)).date().isoformat()
    except OverflowError:
        raise UsageError(f"{time} is too late to count {days:,} days from", hint="check --now") from None


def find_signer(trust: Trust, key: PrivateKey, role: Role) -> Person:
    """Return whose key this is. Raises UsageError when the trust file does not bind it to this role."""
    fingerprint = key.public.fingerprint
    holder = trust.holder(fingerprint)
    if holder is None:
        raise UsageError(
            f"this key is not in the trust file: {fingerprint}", hint="ask its keeper to add the public key first"
        )
    person = holder[0]
    if role not in person.roles:
        raise UsageError(
            f"the trust file does not let {person.name} sign as {role.words}",
            where=[f"roles: {', '.join(person.roles)}"],
            hint="sign in one of these roles, or have the trust file changed and pinned again",
        )
    return person


def sign_files(
    wish: Wish,
    key: PrivateKey,
    *,
    person: Person,
    files: Mapping[str, str],
    previous: Iterable[str],
) -> bytes:
    """Return the envelope over `files` (name to sha256) and the digests of earlier envelopes.

    Raises UsageError when decision, conditions, words and dates do not go together, and for a demonstration key on
    anything but a demonstration.
    """
    _refuse_demonstration_key(key, demonstration=wish.demonstration)
    if (wish.role, wish.decision) not in MEANINGS:
        raise UsageError(
            f"the {wish.role.words} cannot decide to {wish.decision.value.replace('_', ' ')}",
            hint="who does not stand behind it does not sign",
        )
    try:
        predicate = Signature(
            role=wish.role,
            person=person.id,
            meaning=MEANINGS[wish.role, wish.decision],
            decision=wish.decision,
            conditions=wish.conditions,
            statement=wish.statement,
            time=wish.time,
            previous=tuple(sorted(previous)),
            valid_to=wish.valid_to,
            demonstration=wish.demonstration,
        )
        statement = Statement(subject=_subjects(files), predicate=predicate)
    except ValidationError as error:
        raise refuse_incoherent(error) from None
    return _seal(statement, key)


def sign_manifest(
    files: Mapping[str, str], key: PrivateKey, *, person: Person, time: str, demonstration: bool
) -> bytes:
    """Return the envelope that lists every file of the folder (name to sha256)."""
    _refuse_demonstration_key(key, demonstration=demonstration)
    try:
        listing = Listing(
            role=Role.ASSESSOR, person=person.id, meaning=MANIFEST_MEANING, time=time, demonstration=demonstration
        )
        manifest = Manifest(subject=_subjects(files), predicate=listing)
    except ValidationError as error:
        raise refuse_incoherent(error) from None
    return _seal(manifest, key)


def _refuse_demonstration_key(key: PrivateKey, *, demonstration: bool) -> None:
    if key.demonstration and not demonstration:
        raise UsageError(
            "this key lies unencrypted in its file: it signs demonstrations only",
            hint="make a key with a passphrase: fateaudit keygen",
        )


def _subjects(files: Mapping[str, str]) -> tuple[Subject, ...]:
    return tuple(Subject.of(name, digest) for name, digest in sorted(files.items()))


def _seal(statement: Statement | Manifest, key: PrivateKey) -> bytes:
    payload = statement.to_payload()
    # What cannot be read back must not be signed: a control character pasted into the signer's words, for one.
    read_statement(payload, "what is to be signed")
    return sign_payload(payload, key)
