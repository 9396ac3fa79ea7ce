"""Whether the model does better than the same answer for everyone: both numbers, and no verdict."""

from dataclasses import dataclass
from fractions import Fraction

from fateaudit.counts import Outcome, total
from fateaudit.policy.wording import frequency, units
from fateaudit.record import AuditRecord
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import ended, shortened

_AGREES = {
    "past_decision": ("agrees with what was decided", "agree"),
    "recorded_event": ("agrees with what was recorded", "agree"),
    "outcome": ("is right", "be right"),
}
LITTLE = Fraction(1, 100)
"""A gain of fewer than 1 in 100 is called little: this tool's own convention."""


@dataclass(frozen=True, slots=True)
class Usefulness:
    """What the model gains over the better of the two rules that give everyone the same answer."""

    heading: str
    told: str
    is_gained: bool


def usefulness(record: AuditRecord, per: int) -> Usefulness | None:
    """Return what is gained, in numbers out of `per`; None where the records have no labels."""
    labelled = tuple(cell for cell in record.counts.cells if cell.label is not None)
    every = sum(cell.n for cell in labelled)
    if not every:
        return None
    right = Fraction(total(labelled, lambda cell: cell.label is cell.decision), every)
    favourable = Fraction(total(labelled, lambda cell: cell.label is Outcome.FAVOURABLE), every)
    simple = max(favourable, 1 - favourable)
    heading = "Nothing gained" if right <= simple else "Little gained" if right - simple < LITTLE else "What is gained"
    policy, unit = record.policy, shortened(record.policy.columns.unit, LONGEST_NAME)
    does, would = _AGREES[policy.columns.label_kind]
    best = frequency(float(simple), per)
    side = policy.words.favourable if favourable >= 1 - favourable else policy.words.adverse
    all_units = shortened(units(policy), LONGEST_NAME)
    whose = all_units if every == record.counts.rows else f"{all_units} with a record of it"
    return Usefulness(
        heading=heading,
        told=(
            f"{ended(f'The model {does} in {frequency(float(right), per)} of every {per:,} {whose}')} "
            f"If every {unit} were {shortened(side, LONGEST_NAME)}, that would {would} in {best}."
        ),
        is_gained=right - simple >= LITTLE,
    )
