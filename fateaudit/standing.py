"""What the signatures make of a record: draft, issued, refused, lapsed. A pure function of plain values.

It never changes a finding. Nothing is read here and no clock is asked: the record's digest, the opened signatures and
the date come in. Whether the files on disk are those that were signed is `verification`'s question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from fateaudit.signing import Decision, Role, Signature, Signed, SignedManifest
from fateaudit.signing.rules import revocation, who, wrong_key, wrong_pair

QUORUM = (Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER, Role.ASSESSOR, Role.ACCOUNTABLE_OFFICER)
"""Whose signatures a record needs, in the order in which they sign. More by impact level is room for later."""

RECORD = "audit.json"


class Standing(StrEnum):
    """What the paper is worth."""

    DRAFT = "draft"
    ISSUED = "issued"
    ISSUED_USE_REFUSED = "issued_use_refused"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    """Room: this version knows of no later record that could replace one."""
    REVOKED = "revoked"
    NOT_VALID = "not_valid"
    DEMONSTRATION = "demonstration"


STANDING_WORDS = {
    Standing.DRAFT: "DRAFT",
    Standing.ISSUED: "ISSUED",
    Standing.ISSUED_USE_REFUSED: "ISSUED – USE REFUSED",
    Standing.LAPSED: "LAPSED",
    Standing.SUPERSEDED: "SUPERSEDED",
    Standing.REVOKED: "REVOKED",
    Standing.NOT_VALID: "NOT VALID",
    Standing.DEMONSTRATION: "DEMONSTRATION",
}


class Lack(StrEnum):
    """What is wrong: something is not there yet, does not hold, or was taken back."""

    MISSING = "missing"
    BROKEN = "broken"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that keeps a record from being issued, in a sentence that names the file."""

    lack: Lack
    sentence: str


@dataclass(frozen=True, slots=True)
class Audited:
    """What signatures are compared with."""

    created: str
    """The time of the run."""
    demonstration: bool
    inputs: frozenset[tuple[str, str]]
    """Name and sha256 of the files that the answers' signers must have signed, all of them and no others."""
    digest: str | None = None
    """The sha256 of the record; None before the run."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature as a report prints it."""

    file: str
    signature: Signature
    fingerprint: str
    name: str | None
    """None when nobody in the trust file has this key."""
    holds: bool
    """Whether nothing is wrong with this signature itself."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A standing, and why."""

    standing: Standing
    beneath: Standing
    """The standing if this were no demonstration: the same as `standing` where it is none."""
    because: tuple[str, ...]
    """Sentences for the report."""
    causes: tuple[Cause, ...]
    """Everything that is missing or wrong; empty when the signatures are complete and hold."""
    signers: tuple[Signer, ...]
    """In the order of the roles."""
    valid_to: str | None
    """After this day it is not an opinion."""


def judge_standing(
    audited: Audited,
    signed: Sequence[Signed],
    *,
    now: str,
    causes: Sequence[Cause] = (),
    quorum: Sequence[Role] = QUORUM,
) -> Judgement:
    """Say what these signatures make of this record at the time `now`.

    `causes` were found elsewhere: a damaged envelope, a changed file, a list of files that is not there.
    """
    ordered = sorted(signed, key=lambda item: (QUORUM.index(_of(item).role), item.file))
    alone = {item.file: tuple(_causes_alone(item, audited, now)) for item in ordered}
    every = (
        *causes,
        *(cause for found in alone.values() for cause in found),
        *_causes_together(ordered),
        *_missing(ordered, quorum),
    )
    beneath = _standing(every, ordered, now)
    shown = beneath
    if audited.demonstration and beneath not in {Standing.NOT_VALID, Standing.REVOKED}:
        shown = Standing.DEMONSTRATION
    valid_to = min((day for item in ordered if (day := _of(item).valid_to)), default=None)
    return Judgement(
        standing=shown,
        beneath=beneath,
        because=_because(beneath, every, ordered, valid_to, demonstration=audited.demonstration),
        causes=every,
        signers=tuple(_signer(item, holds=not alone[item.file]) for item in ordered),
        valid_to=valid_to,
    )


def judge_answers(
    audited: Audited, signed: Sequence[Signed], *, now: str, roles: Sequence[Role], causes: Sequence[Cause] = ()
) -> Judgement:
    """Say, before or at the run, whether the people in `roles` have signed the answers and all inputs.

    Signatures in other roles are left out: they are made after the run. `causes` were found elsewhere.
    """
    answers = [item for item in signed if _of(item).role.signs_answers]
    return judge_standing(audited, answers, now=now, quorum=roles, causes=causes)


def judge_manifest(item: SignedManifest, signed: Sequence[Signed], audited: Audited, *, now: str) -> tuple[str, ...]:
    """Return what is wrong with the signature on the list of files; the files themselves are not looked at.

    It is the assessor's, the same person with the same key as on the record, and is made last.
    """
    wrong = [*wrong_key(item, now)]
    if (revoked := revocation(item)) is not None:
        wrong.append(revoked)
    listing = item.statement.predicate
    if listing.demonstration != audited.demonstration:
        wrong.append(f"{item.file}: {'' if listing.demonstration else 'not '}signed as a demonstration")
    for other in signed:
        signature = _of(other)
        if signature.role is listing.role and other.fingerprint != item.fingerprint:
            wrong.append(f"{item.file}: signed with another key than the {listing.role.words}'s on {RECORD}")
        if listing.time < signature.time:
            wrong.append(f"{item.file}: signed at {listing.time}, before {other.file}")
    return tuple(wrong)


def _of(item: Signed) -> Signature:
    return item.statement.predicate


def _causes_alone(item: Signed, audited: Audited, now: str) -> Iterator[Cause]:
    """Yield what is wrong with one signature by itself."""
    yield from (Cause(Lack.BROKEN, sentence) for sentence in wrong_key(item, now))
    wrong = (*_wrong_moment(item, audited), *_wrong_files(item, audited))
    yield from (Cause(Lack.BROKEN, f"{item.file}: {sentence}") for sentence in wrong)
    if (revoked := revocation(item)) is not None:
        yield Cause(Lack.REVOKED, revoked)


def _wrong_moment(item: Signed, audited: Audited) -> Iterator[str]:
    signature = _of(item)
    if signature.demonstration != audited.demonstration:
        yield "signed for a demonstration" if signature.demonstration else "not signed as a demonstration"
    if signature.role.signs_answers and signature.time > audited.created:
        yield f"the answers were signed at {signature.time}, after the run of {audited.created}"
    if not signature.role.signs_answers and signature.time < audited.created:
        yield f"signed at {signature.time}, before the run of {audited.created}"


def _wrong_files(item: Signed, audited: Audited) -> Iterator[str]:
    files = item.statement.digests()
    if not _of(item).role.signs_answers:
        if files != {RECORD: audited.digest}:
            yield f"signs another {RECORD} than the one that is here"
        return
    wanted = dict(audited.inputs)
    for name in sorted(wanted.keys() | files.keys()):
        if name not in files:
            yield f"does not sign {name}, which the audit used"
        elif name not in wanted:
            yield f"signs {name}, which the audit did not use"
        elif files[name] != wanted[name]:
            yield f"signs another {name} than the one that the audit used"


def _causes_together(ordered: Sequence[Signed]) -> Iterator[Cause]:
    """Yield what is wrong between signatures: separation, order, and what is missing from the chain."""
    for one, other in combinations(ordered, 2):
        yield from (Cause(Lack.BROKEN, sentence) for sentence in wrong_pair(one, other))
    here = {item.digest for item in ordered}
    for item in ordered:
        if set(_of(item).previous) - here:
            yield Cause(Lack.BROKEN, f"{item.file}: an earlier signature that it lists was removed or replaced")


def _missing(ordered: Sequence[Signed], quorum: Sequence[Role]) -> Iterator[Cause]:
    if not ordered and quorum:
        before_run = all(role.signs_answers for role in quorum)
        yield Cause(Lack.MISSING, f"nobody has signed {'the answers' if before_run else RECORD}")
        return
    roles = {_of(item).role for item in ordered}
    for role in quorum:
        if role not in roles:
            what = "the answers" if role.signs_answers else RECORD
            yield Cause(Lack.MISSING, f"the {role.words} has not signed {what}")


def _standing(causes: Sequence[Cause], ordered: Sequence[Signed], now: str) -> Standing:
    lacks = {cause.lack for cause in causes}
    if Lack.BROKEN in lacks:
        return Standing.NOT_VALID
    if Lack.REVOKED in lacks:
        return Standing.REVOKED
    if Lack.MISSING in lacks:
        return Standing.DRAFT
    if any(_of(item).decision is Decision.REFUSE for item in ordered):
        return Standing.ISSUED_USE_REFUSED
    if any(day < now[:10] for item in ordered if (day := _of(item).valid_to)):
        return Standing.LAPSED
    return Standing.ISSUED


def _because(
    beneath: Standing,
    causes: Sequence[Cause],
    ordered: Sequence[Signed],
    valid_to: str | None,
    *,
    demonstration: bool,
) -> tuple[str, ...]:
    if causes:
        said = [_said(cause) for cause in causes]
    elif beneath is Standing.ISSUED_USE_REFUSED:
        refusing = [item for item in ordered if _of(item).decision is Decision.REFUSE]
        said = [f"{who(item)}, {_of(item).role.words}, refused: “{_of(item).statement}”" for item in refusing]
    elif beneath is Standing.LAPSED:
        said = [f"The acceptance ended on {valid_to}. This is no longer an opinion."]
    else:
        people = ", ".join(f"{who(item)} ({_of(item).role.words})" for item in ordered)
        said = [f"Signed by {people}.", f"After {valid_to} this is not an opinion."]
    return ("This is a demonstration. Nobody may rely on it.", *said) if demonstration else tuple(said)


def _said(cause: Cause) -> str:
    """Return the cause as a sentence of its own; a file's name keeps its small letter."""
    sentence = cause.sentence
    return f"{sentence[:1].upper()}{sentence[1:]}." if cause.lack is Lack.MISSING else f"{sentence}."


def _signer(item: Signed, *, holds: bool) -> Signer:
    return Signer(item.file, _of(item), item.fingerprint, item.person.name if item.person else None, holds)
