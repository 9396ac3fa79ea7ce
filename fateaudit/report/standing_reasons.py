"""Why the standing is what it is, in short: who decided what, what is missing, what does not hold."""

from fateaudit.report.accountable import in_short
from fateaudit.report.reported import standing_in_words
from fateaudit.report.text import date_in_words, ended, shortened
from fateaudit.signing import Decision, Role
from fateaudit.standing import QUORUM, STANDING_WORDS, Judgement, Lack, Signer, Standing

MOST_CAUSES = 2
LONGEST_CAUSE = 130
LONGEST_NAME = 60


def reasons(judgement: Judgement) -> tuple[str, ...]:
    """Return what a reader must know of the signatures before relying on the paper, a sentence or two each."""
    beneath = judgement.beneath
    if judgement.standing is Standing.DEMONSTRATION:
        follows = standing_in_words(judgement)[1]
        return (follows, f"Otherwise: {STANDING_WORDS[beneath]}.", *_of(judgement))
    if judgement.standing is Standing.ISSUED:
        return _accepted(judgement)
    return (ended(standing_in_words(judgement)[1].replace(*_day(judgement))), *_of(judgement))


def valid_until(judgement: Judgement) -> str:
    """Return until when it is an opinion."""
    if not judgement.valid_to:
        return "Valid until no date: nobody has accepted it."
    return f"After {day_in_words(judgement.valid_to)} this is not an opinion."


def day_in_words(day: str) -> str:
    """Return "21 November 2027"."""
    return date_in_words(f"{day}T00:00:00Z")


def decided_by(judgement: Judgement, *decisions: Decision) -> tuple[Signer, ...]:
    """Return the signers who decided so, the accountable officer first."""
    found = [one for one in judgement.signers if one.signature.decision in decisions]
    return tuple(sorted(found, key=lambda one: -QUORUM.index(one.signature.role)))


def named(signer: Signer) -> str:
    """Return "Otto Officer (accountable officer)"."""
    return f"{shortened(signer.name or 'someone unknown', LONGEST_NAME)} ({in_short(signer.signature.role)})"


def _day(judgement: Judgement) -> tuple[str, str]:
    day = judgement.valid_to or ""
    return (day, day_in_words(day)) if day else ("\0", "")


def _of(judgement: Judgement) -> tuple[str, ...]:
    if judgement.causes:
        return _causes(judgement)
    refused = decided_by(judgement, Decision.REFUSE)
    if refused:
        return tuple(f"{named(one)} refused: “{shortened(one.signature.statement, 120)}”" for one in refused)
    return _accepted(judgement)


def _causes(judgement: Judgement) -> tuple[str, ...]:
    """Return the first causes, and how many more there are. Missing signatures of several roles are one cause."""
    signed = {one.signature.role for one in judgement.signers}
    unsigned = [role for role in QUORUM if role not in signed]
    said = [_cause(one.sentence) for one in judgement.causes if one.lack is not Lack.MISSING]
    if not judgement.signers and any(one.lack is Lack.MISSING for one in judgement.causes):
        said.append("Nobody has signed it.")
    elif unsigned:
        said.append(f"Not yet signed by: {', '.join(in_short(role) for role in unsigned)}.")
    elif missing := [one for one in judgement.causes if one.lack is Lack.MISSING]:
        said += [_cause(one.sentence) for one in missing]
    left = len(said) - MOST_CAUSES
    return (*said[:MOST_CAUSES], *([f"And {left} more: run fateaudit verify."] if left > 0 else []))


def _cause(sentence: str) -> str:
    """Return a cause as a sentence; the names of files stay as they are."""
    role = Role.INDEPENDENT_REVIEWER
    return ended(shortened(sentence.replace(role.words, in_short(role)), LONGEST_CAUSE))


def _accepted(judgement: Judgement) -> tuple[str, ...]:
    accepted = decided_by(judgement, Decision.ACCEPT, Decision.ACCEPT_WITH_CONDITIONS)
    if not accepted:
        return ()
    officer, *others = accepted
    conditions = len(officer.signature.conditions)
    on = f" on {conditions} condition{'s' if conditions > 1 else ''}" if conditions else ""
    until = f" until {day_in_words(judgement.valid_to)}" if judgement.valid_to else ""
    by = f"Accepted{on}{until} by {named(officer)}."
    return (by, f"Accepted too by {', '.join(named(one) for one in others[::-1])}.") if others else (by,)
