"""Who signed, what that is worth, and whose signature is missing. Nothing is judged here: `standing` did.

The decision of a signature that does not hold is told as what it says, never as what was decided.
"""

from dataclasses import dataclass

from fateaudit.artifacts import sha256
from fateaudit.evidence import Questionnaire
from fateaudit.policy.wording import capitalised, listed, started
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.reported import Reported, standing_in_words
from fateaudit.report.text import date_in_words, ended, shortened
from fateaudit.signing import Decision, Role
from fateaudit.standing import QUORUM, STANDING_WORDS, Judgement, Lack, Signer, Standing

LONGEST_SENTENCE = 300
"""Characters of a sentence on the standing; a signer's own words and name stand whole beside the signature."""
LONGEST_CAUSE = 600

DECIDED = {
    Decision.ACCEPT: ("Accepts", "met"),
    Decision.ACCEPT_WITH_CONDITIONS: ("Accepts with conditions", "in-part"),
    Decision.REFUSE: ("Refuses", "not-met"),
}
"""Word and shape. A refusal has the most ink."""

_LACKS = {Lack.MISSING: "Missing", Lack.BROKEN: "Does not hold", Lack.REVOKED: "Taken back"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One role in the order in which they sign, and whether it has."""

    number: int
    role: str
    signs: str
    word: str
    shape: str
    by: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature in full."""

    role: str
    word: str
    shape: str
    name: str
    doubt: str
    """Why the decision is not to be believed; empty for a signature that holds."""
    meaning: str
    words: str
    """The signer's own."""
    conditions: tuple[str, ...]
    entries: tuple[Entry, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and what to type for it."""

    told: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The section."""

    standing: tuple[str, ...]
    """The standing, what follows from it, and why."""
    is_demonstration: bool
    entries: tuple[Entry, ...]
    wrong: tuple[Entry, ...]
    turns: tuple[Turn, ...]
    signatures: tuple[Signature, ...]
    missing: tuple[str, ...]
    """Roles that have not signed, for a hand to sign; none on a demonstration."""
    steps: tuple[Step, ...]
    trust: str
    """The sha256 of the trust file that this report carries; empty when it carries none."""


def signatures(reported: Reported) -> Signatures:
    """Return everything that is told of the signatures."""
    judgement, record, files = reported.judgement, reported.record, reported.signatures.files
    by_role = {signer.signature.role: signer for signer in judgement.signers}
    missing = tuple(role for role in QUORUM if role not in by_role)
    can_be_mended = all(cause.lack is Lack.MISSING for cause in judgement.causes)
    trust = files.get("trust.yaml")
    return Signatures(
        standing=(*standing_in_words(judgement), *_why(judgement)),
        is_demonstration=record.demonstration,
        entries=_entries(reported),
        wrong=tuple(Entry(_LACKS[cause.lack], _sentence(cause.sentence, cause.lack)) for cause in judgement.causes),
        turns=tuple(
            _turn(number, role, by_role.get(role), is_here=f"{role.value}.dsse.json" in files)
            for number, role in enumerate(QUORUM, 1)
        ),
        signatures=tuple(_signature(signer) for signer in judgement.signers),
        missing=tuple(capitalised(role.words) for role in missing)
        if can_be_mended and not record.demonstration
        else (),
        steps=_steps(reported, missing),
        trust=sha256(trust) if trust is not None else "",
    )


def _why(judgement: Judgement) -> tuple[str, ...]:
    """Return what the standing rests on. What is missing or wrong has a list of its own."""
    if judgement.causes:
        return ()
    said = judgement.because[judgement.standing is Standing.DEMONSTRATION :]
    return tuple(shortened(one, LONGEST_SENTENCE) for one in said)


def _sentence(text: str, lack: Lack = Lack.MISSING) -> str:
    """Return a cause as a sentence of its own; a file's name keeps its small letter."""
    return ended(shortened(started(text) if lack is Lack.MISSING else text, LONGEST_CAUSE))


def _entries(reported: Reported) -> tuple[Entry, ...]:
    judgement, record = reported.judgement, reported.record
    entries = []
    if record.demonstration:
        beneath = STANDING_WORDS[judgement.beneath]
        entries.append(Entry("Signatures alone", f"Were this no demonstration, the standing would be {beneath}."))
    entries.append(Entry("Valid until", _until(judgement)))
    entries.append(Entry("Before the run", _before_the_run(record.questionnaire)))
    entries.append(Entry("Now", _now(judgement)))
    return tuple(entries)


def _until(judgement: Judgement) -> str:
    """Return the last day on which this is an opinion, if it is one."""
    day = judgement.valid_to
    if day is None:
        return "No last day is set: no accountable officer has accepted this."
    said = f"{date_in_words(f'{day}T00:00:00Z')} ({day})"
    match judgement.beneath:
        case Standing.ISSUED:
            return f"{said}. After that day this is not an opinion."
        case Standing.LAPSED:
            return f"It was accepted until {said}. It is no longer an opinion."
        case _:
            return f"It is not valid as it stands. An acceptance names a last day all the same: {said}."


def _before_the_run(asked: Questionnaire | None) -> str:
    """Return who had signed the answers when the audit was run, as the record holds it."""
    if asked is None:
        return "The policy asks no list of questions, so there were no answers to sign."
    needed = f"The policy asks for these signatures: {listed([role.words for role in asked.required])}."
    found = [
        f"{shortened(one.name or _NOBODY, LONGEST_NAME)} ({one.role.words}): "
        f"{DECIDED[one.decision][0].lower()}{'' if one.holds else ', but it does not hold'}"
        for one in asked.signed
    ]
    signed = f"At the run the answers were signed by {'; '.join(found)}." if found else "At the run nobody had signed."
    lacking = [_sentence(one) for one in asked.lacking]
    return " ".join([needed, signed, *(["Missing or wrong then:", *lacking] if lacking else [])])


def _now(judgement: Judgement) -> str:
    count = len(judgement.signers)
    found = f"{count} of {len(QUORUM)} signatures were found" if count else "No signature was found"
    return f"{found} when this report was drawn. Those made later do not stand in it: draw it again."


def _turn(number: int, role: Role, signer: Signer | None, *, is_here: bool) -> Turn:
    """Return one role's turn. `is_here`: a file for it is there, which could not be opened unless there is a signer."""
    when = "the answers and everything they are about, before the run"
    signs = when if role.signs_answers else "the record, after the run"
    if signer is None:
        word, shape = ("Does not hold", "not-met") if is_here else ("Not signed", "untested")
        return Turn(number, capitalised(role.words), signs, word, shape, "cannot be told" if is_here else "nobody")
    word, shape = DECIDED[signer.signature.decision] if signer.holds else ("Does not hold", "not-met")
    return Turn(number, capitalised(role.words), signs, word, shape, shortened(_name(signer), LONGEST_NAME))


_NOBODY = "someone whose key is not in the trust file"


def _name(signer: Signer) -> str:
    return signer.name or f"{capitalised(_NOBODY)}, as “{signer.signature.person}”"


def _signature(signer: Signer) -> Signature:
    signed = signer.signature
    says, shape = DECIDED[signed.decision]
    return Signature(
        role=capitalised(signed.role.words),
        word=says if signer.holds else "Does not hold",
        shape=shape if signer.holds else "not-met",
        name=_name(signer),
        doubt="" if signer.holds else f"It says: {says.lower()}. It counts for nothing. See what is wrong, above.",
        meaning=signed.meaning,
        words=signed.statement.strip(),
        conditions=signed.conditions,
        entries=(
            Entry("Time", f"{signed.time}, as the signer’s computer told it"),
            *([Entry("Until", f"{signed.valid_to}; after that day it is not an opinion")] if signed.valid_to else []),
            Entry("File", signer.file),
        ),
        fingerprint=signer.fingerprint,
    )


def _steps(reported: Reported, missing: tuple[Role, ...]) -> tuple[Step, ...]:
    """Return what to type where signatures are missing and nothing stands against making them."""
    record, judgement = reported.record, reported.judgement
    if record.demonstration or not judgement.causes:
        return ()
    if any(cause.lack is not Lack.MISSING for cause in judgement.causes):
        return (
            Step("No further signature mends what does not hold. Put the files back as they were, or audit again."),
        )
    asks_early = any(role.signs_answers for role in missing)
    if asks_early and record.policy.checklist_check is None:
        return (
            Step(
                "The policy asks no list of questions: the model owner and the independent reviewer have nothing to "
                "sign, and this stays a draft. Add the list to the policy, then audit again."
            ),
        )
    if asks_early and record.policy.trust is None:
        return (
            Step(
                "The policy names no trust file, so no signature could be believed. Each signer makes a key:", _KEYGEN
            ),
            Step("Put what it prints into trust.yaml, name that file in the policy, then audit again."),
        )
    return (*_before(missing), *_after(missing))


_KEYGEN = "fateaudit keygen --out KEY.pem --person ID --name NAME --role ROLE"


def _before(missing: tuple[Role, ...]) -> tuple[Step, ...]:
    early = [role for role in missing if role.signs_answers]
    if not early:
        return ()
    return (
        Step(
            f"The {early[0].words} signs the answers; a signature made after the run does not count.",
            _sign("fateaudit.yaml", early[0]),
        ),
        *(Step(f"Then the {role.words}.", _sign("fateaudit.yaml", role)) for role in early[1:]),
        Step("Then audit again, into a new folder.", "fateaudit run fateaudit.yaml --out FOLDER"),
    )


def _after(missing: tuple[Role, ...]) -> tuple[Step, ...]:
    late = [role for role in missing if not role.signs_answers]
    return (
        *(Step(f"The {role.words} signs the record.", _sign("FOLDER", role)) for role in late),
        Step("Draw this report again, with the signatures in it.", "fateaudit report FOLDER/audit.json"),
        Step(
            "Last, the assessor signs the list of all files, this report among them.",
            "fateaudit sign FOLDER --list --key KEY.pem",
        ),
    )


def _sign(target: str, role: Role) -> str:
    return f"fateaudit sign {target} --as {role} --key KEY.pem"
