"""Signing in an audit's folder: what is there already is opened first, and what could never hold is not signed.

Nothing is written here: each act returns the name of a file and its bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.signing.folder import MANIFEST, envelope_name, list_files, read_envelopes
from fateaudit.signing.keys import PrivateKey
from fateaudit.signing.opening import Signed, SignedManifest, digests_of, open_manifest, open_signatures
from fateaudit.signing.rules import revocation, who, wrong_key, wrong_pair
from fateaudit.signing.signer import Wish, find_signer, sign_files, sign_manifest
from fateaudit.signing.statements import Role
from fateaudit.signing.trust import Trust


def sign_in_role(
    folder: Path,
    wish: Wish,
    key: PrivateKey,
    *,
    files: Mapping[str, str],
    trust: Trust,
) -> tuple[str, bytes]:
    """Sign `files` (name to sha256) in a role; return the envelope's name and bytes.

    Every role that comes before must have signed, and none that comes after.

    Raises UsageError when this signature could not hold: a role signed already or out of turn, a person or key that
    signed in another role, a key that is not in the trust file, expired or revoked.
    """
    person = find_signer(trust, key, wish.role)
    before = _signed_before(folder, wish.role, trust)
    content = sign_files(wish, key, person=person, files=files, previous=digests_of(before))
    name = envelope_name(wish.role)
    (made,), _ = open_signatures({name: content}, trust)
    _refuse_unfit(made, [sentence for earlier in before for sentence in wrong_pair(earlier, made)])
    return name, content


def sign_list(folder: Path, key: PrivateKey, *, trust: Trust, time: str, demonstration: bool) -> tuple[str, bytes]:
    """Sign the list of all files in the folder as they are now; return the manifest's name and bytes.

    It is made last, by the assessor with the key of the assessor's signature. Raises UsageError for links, devices and
    another person's key.
    """
    person = find_signer(trust, key, Role.ASSESSOR)
    files, problems = list_files(folder)
    if problems:
        raise UsageError("this folder cannot be listed", where=problems, hint="put the files themselves there")
    assessors = [item for item in _signed(folder, trust) if item.statement.predicate.role is Role.ASSESSOR]
    if not any(item.fingerprint == key.public.fingerprint for item in assessors):
        raise UsageError(
            "the list of files is signed with the key that signed audit.json as assessor, and this is another",
            where=[f"{item.file}: {who(item)}" for item in assessors],
            hint="sign as assessor first, then list the files with the same key",
        )
    content = sign_manifest(files, key, person=person, time=time, demonstration=demonstration)
    _refuse_unfit(open_manifest(content, MANIFEST, trust), ())
    return MANIFEST, content


def _signed(folder: Path, trust: Trust) -> tuple[Signed, ...]:
    signed, problems = open_signatures(read_envelopes(folder), trust)
    if problems:
        raise DamagedFileError(
            "a signature that is here already does not hold", where=problems, hint="take a fresh copy of it"
        )
    return signed


def _signed_before(folder: Path, role: Role, trust: Trust) -> tuple[Signed, ...]:
    """Return the signatures that are there. Raises UsageError unless they are those of the roles before this one."""
    signed = _signed(folder, trust)
    by_role = {item.statement.predicate.role: item for item in signed}
    order = list(Role)
    if later := [other for other in order[order.index(role) :] if other in by_role]:
        raise UsageError(
            f"the {later[0].words} has signed already" + ("" if role in by_role else f", and the {role.words} has not"),
            where=[by_role[later[0]].file],
            hint="a signature is never replaced: audit again into another folder and sign that",
        )
    if absent := [other.words for other in order[: order.index(role)] if other not in by_role]:
        raise UsageError(f"the {role.words} signs after the {' and the '.join(absent)}", hint="have them sign first")
    return signed


def _refuse_unfit(made: Signed | SignedManifest, wrong: Sequence[str]) -> None:
    # As for the clock: a signature made now is not in its own future.
    sentences = [*wrong, *wrong_key(made, made.statement.predicate.time)]
    if (revoked := revocation(made)) is not None:
        sentences.append(revoked)
    if sentences:
        raise UsageError(
            "this signature would not hold", where=sentences, hint="have it signed by the person whose part this is"
        )
