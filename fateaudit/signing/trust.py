"""`trust.yaml`: which key is whose, and which roles that person may sign in.

The file decides whom a reader believes, so its digest is pinned: in the policy, or on the command line. A key that is
not in it was used by someone; nothing more can be said.
"""

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Document, Frozen, read_yaml, validate
from fateaudit.errors import DamagedFileError, PolicyError, as_seen
from fateaudit.signing.keys import PublicKey
from fateaudit.signing.statements import Date, Fingerprint, PersonId, Role, Text

SCHEMA: Literal["fateaudit/trust/1"] = "fateaudit/trust/1"


class TrustedKey(Frozen):
    """A key, and when it may be used."""

    fingerprint: Fingerprint
    public: str
    valid_from: Date
    """The first day."""
    valid_to: Date
    """The last day."""
    revoked: Date | None = None
    """The day on which it was lost or given up. Its signatures count no more, whatever time they claim."""
    demonstration: bool = False
    """A key that signs demonstrations only."""

    @property
    def key(self) -> PublicKey:
        """The key itself."""
        return PublicKey.from_text(self.public)


class Person(Frozen):
    """Somebody who may sign."""

    id: PersonId
    name: Text
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    keys: tuple[TrustedKey, ...]


class Trust(Frozen):
    """The people whose signatures count."""

    schema_id: Literal["fateaudit/trust/1"] = Field(alias="schema")
    people: Annotated[tuple[Person, ...], Field(min_length=1)]

    def holder(self, fingerprint: str) -> tuple[Person, TrustedKey] | None:
        """Return the person whose key this is, and the key; None for a key that nobody here has."""
        return next(
            ((person, key) for person in self.people for key in person.keys if key.fingerprint == fingerprint), None
        )


def read_trust(content: bytes, name: str, *, pin: str | None = None) -> Trust:
    """Read a trust file; `pin` is the sha256 that it must have.

    Raises DamagedFileError for another file than the pinned one, and PolicyError, with the line, for anything unknown,
    a fingerprint that is not its key's, and a key, id or name that stands there twice.
    """
    if pin is not None and hashlib.sha256(content).hexdigest() != pin:
        raise DamagedFileError(
            f"{name} is not the file that is pinned: its sha256 is another than {pin}",
            hint="whoever changed it must say why; then pin it again, audit again and sign again",
        )
    document = read_yaml(content, name)
    trust = validate(document, Trust, hint="compare with what `fateaudit keygen` prints")
    _refuse_twins(trust, document)
    for place, person in enumerate(trust.people):
        for index, key in enumerate(person.keys):
            _refuse_odd_key(key, document.where("people", place, "keys", index, "fingerprint"))
    return trust


def _refuse_odd_key(key: TrustedKey, where: str) -> None:
    try:
        actual = key.key.fingerprint
    except ValueError:
        raise PolicyError(
            "a public key is the base64 of 32 bytes, 44 characters",
            where=[where],
            hint="copy it from `fateaudit keygen`",
        ) from None
    if key.key.is_weak:
        raise PolicyError(
            "anybody could sign with this public key: it is one of the few that need no private half",
            where=[where],
            hint="have the person make a new one with `fateaudit keygen`",
        )
    if actual != key.fingerprint:
        raise PolicyError(
            "this fingerprint is not that of the public key beside it",
            where=[where, f"The key's is {actual}"],
            hint="ask the person for both again, by another way than the file came",
        )
    if key.valid_to < key.valid_from:
        raise PolicyError("this key ends before it begins", where=[where], hint="correct valid_from or valid_to")


def _refuse_twins(trust: Trust, document: Document) -> None:
    """Refuse two entries for one person or key: they would sign for one another without anybody noticing."""
    seen: dict[str, str] = {}
    for place, person in enumerate(trust.people):
        where = document.where("people", place, "id")
        if not person.name.isprintable():
            raise PolicyError("this name holds a character that nobody sees", where=[where], hint="type the name anew")
        called = as_seen(person.name)
        entries = [(f"id {person.id}", "the id"), (f"name {called}", "the name")]
        entries += [(key.fingerprint, "the key") for key in person.keys]
        for entry, what in entries:
            if entry in seen:
                raise PolicyError(
                    f"{what} of this person stands here twice",
                    where=[seen[entry], where],
                    hint="one entry for each person; a key belongs to one person",
                )
            seen[entry] = where
