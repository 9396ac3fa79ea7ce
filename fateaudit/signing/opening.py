"""Envelopes opened with a trust file in hand: what was signed, and by whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fateaudit.errors import DamagedFileError
from fateaudit.signing.envelopes import Envelope, open_envelope
from fateaudit.signing.statements import Manifest, Statement, read_statement
from fateaudit.signing.trust import Person, Trust, TrustedKey


@dataclass(frozen=True, slots=True)
class Signed:
    """One statement under a signature."""

    file: str
    digest: str
    """The sha256 of the envelope."""
    fingerprint: str
    statement: Statement
    person: Person | None
    """Whose key made the signature; None for a key not in the trust file: signed by someone, nothing verified."""
    key: TrustedKey | None


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """The list of files under a signature."""

    file: str
    fingerprint: str
    statement: Manifest
    person: Person | None
    key: TrustedKey | None


def open_signatures(envelopes: Mapping[str, bytes], trust: Trust) -> tuple[tuple[Signed, ...], tuple[str, ...]]:
    """Open envelopes, given by file name: what they say, and a sentence on each that does not hold."""
    signed: list[Signed] = []
    problems: list[str] = []
    for file, content in sorted(envelopes.items()):
        try:
            envelope, statement, person, key = _open(content, file, trust)
            if not isinstance(statement, Statement):
                raise _misplaced(file, "a list of files, where a signature in a role was expected")
        except DamagedFileError as error:
            problems.append(error.message)
            continue
        signed.append(Signed(file, envelope.digest, envelope.fingerprint, statement, person, key))
    return tuple(signed), tuple(problems)


def open_manifest(content: bytes, file: str, trust: Trust) -> SignedManifest:
    """Open the list of files. Raises DamagedFileError when it does not hold."""
    envelope, manifest, person, key = _open(content, file, trust)
    if not isinstance(manifest, Manifest):
        raise _misplaced(file, "a signature in a role, where the list of files was expected")
    return SignedManifest(file, envelope.fingerprint, manifest, person, key)


def _open(
    content: bytes, file: str, trust: Trust
) -> tuple[Envelope, Statement | Manifest, Person | None, TrustedKey | None]:
    envelope = open_envelope(content, file)
    person, key = trust.holder(envelope.fingerprint) or (None, None)
    if key is not None and not envelope.is_signed_by(key.key):
        raise DamagedFileError(
            f"{file}: the signature does not match what it signs: it was changed after signing",
            hint="take a fresh copy from whoever signed",
        )
    return envelope, read_statement(envelope.payload, file), person, key


def _misplaced(file: str, what: str) -> DamagedFileError:
    return DamagedFileError(f"{file} is {what}", hint="put the files back as they were")


def digests_of(signed: Iterable[Signed]) -> tuple[str, ...]:
    """Return the sha256 of each envelope, as the next signer lists them."""
    return tuple(sorted(item.digest for item in signed))
