"""What a report is made of: a record, its exact bytes, what its signatures are worth, and the files it carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fateaudit.record import AuditRecord
from fateaudit.standing import STANDING_WORDS, Audited, Judgement, Standing, judge_standing


@dataclass(frozen=True, slots=True)
class Signatures:
    """What the signatures on a record are worth, and the files that show it."""

    judgement: Judgement
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Signatures and trust file by name: a PDF carries them."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Everything that goes into one report."""

    record: AuditRecord
    content: bytes
    """The record's exact bytes, which a PDF carries inside."""
    signatures: Signatures

    @property
    def judgement(self) -> Judgement:
        """What the signatures are worth."""
        return self.signatures.judgement


def unsigned(record: AuditRecord) -> Judgement:
    """Return what a record is worth that nobody has signed."""
    audited = Audited(created=record.created, demonstration=record.demonstration, inputs=frozenset())
    return judge_standing(audited, (), now=record.created)


def standing_in_words(judgement: Judgement) -> tuple[str, str]:
    """Return the standing and what follows from it, as every sheet says it."""
    return STANDING_WORDS[judgement.standing], _FOLLOWS[judgement.standing].format(day=judgement.valid_to)


_FOLLOWS = {
    Standing.DRAFT: "Not signed by everyone who must. Do not rely on it.",
    Standing.ISSUED: "Signed, and accepted until {day}.",
    Standing.ISSUED_USE_REFUSED: "Signed: the use is refused.",
    Standing.LAPSED: "It was accepted until {day}. Do not rely on it.",
    Standing.SUPERSEDED: "A later audit takes its place. Do not rely on it.",
    Standing.REVOKED: "A signature was taken back. Do not rely on it.",
    Standing.NOT_VALID: "Something in it does not hold. Do not rely on it.",
    Standing.DEMONSTRATION: "Nobody may rely on it.",
}
