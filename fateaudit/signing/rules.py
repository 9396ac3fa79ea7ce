"""What can be wrong with signatures whatever they are on: the key, its time, two roles in one hand, a broken chain."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from fateaudit.signing.opening import Signed, SignedManifest
from fateaudit.signing.statements import moment

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead another computer's clock may be before a signature counts as signed in the future."""


def who(item: Signed | SignedManifest) -> str:
    """Return the signer's name, or `someone`."""
    return item.person.name if item.person else "someone"


def wrong_key(item: Signed | SignedManifest, now: str) -> Iterator[str]:
    """Yield why this key may not sign this, in this role, at this time. Revocation is `revocation`'s."""
    signed = item.statement.predicate
    if item.person is None or item.key is None:
        yield f"{item.file}: signed by someone: the key {item.fingerprint} is not in the trust file"
        return
    name = item.person.name
    if item.person.id != signed.person:
        yield f"{item.file}: signed in the name of {signed.person} with the key of {name}"
    if signed.role not in item.person.roles:
        yield f"{item.file}: the trust file does not let {name} sign as {signed.role.words}"
    if item.key.demonstration and not signed.demonstration:
        yield f"{item.file}: the key of {name} is for demonstrations only"
    day = signed.time[:10]
    if day < item.key.valid_from:
        yield f"{item.file}: the key of {name} was not valid before {item.key.valid_from}; it signed on {day}"
    if day > item.key.valid_to:
        yield f"{item.file}: the key of {name} expired on {item.key.valid_to}; it signed on {day}"
    if moment(signed.time) - moment(now) > CLOCK_TOLERANCE:
        yield f"{item.file}: signed in the future, at {signed.time}"


def revocation(item: Signed | SignedManifest) -> str | None:
    """Return that the key was revoked, if it was: nobody can say that a signature was made before that day."""
    if item.key is None or item.key.revoked is None:
        return None
    return f"{item.file}: the key of {who(item)} was revoked on {item.key.revoked}; its signatures count no more"


def wrong_pair(one: Signed, other: Signed) -> Iterator[str]:
    """Yield what is wrong between a signature and one that must come after it: separation and order."""
    first, second = one.statement.predicate, other.statement.predicate
    both = f"{one.file} and {other.file}"
    if first.role is second.role:
        yield f"{both}: two signatures as {first.role.words}, where each role has one"
        return
    roles = f"{first.role.words} and as {second.role.words}"
    if first.person == second.person:
        yield f"{both}: {who(one)} signs as {roles}; these must be two people"
    if one.fingerprint == other.fingerprint:
        yield f"{both}: one key signs as {roles}; these must be two keys"
    if one.digest not in second.previous:
        yield f"{other.file}: the {second.role.words} signed without the {first.role.words}'s signature before them"
    if second.time < first.time:
        yield f"{other.file}: the {second.role.words} signed at {second.time}, before the {first.role.words}"


def wrong_listing(item: SignedManifest, files: Mapping[str, str]) -> Iterator[str]:
    """Yield every difference between the signed list and `files` (name to sha256), the manifest itself left out."""
    listed = item.statement.digests()
    for name in sorted(listed.keys() | files.keys()):
        if name not in files:
            yield f"{name} is in the signed list of files, and is missing"
        elif name not in listed:
            yield f"{name} is not in the signed list of files: it was added afterwards"
        elif files[name] != listed[name]:
            yield f"{name} is not the file that was signed: it was changed afterwards"
