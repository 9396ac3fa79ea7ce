"""Whether the model does better than the same answer for everyone, in the record's own numbers."""

from dataclasses import dataclass
from fractions import Fraction

from fateaudit import evidence
from fateaudit.policy.wording import frequency, units
from fateaudit.record import AuditRecord
from fateaudit.report.keeping import caps_of_use
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
    found = record.usefulness
    if found is None:
        return None
    heading = _heading(found)
    counts = "Fairness is at best “in part”." if caps_of_use(record) else ""
    told = [_agreement(found, record, per), _apart(found), _cost(found, record, per), counts]
    return Usefulness(heading=heading, told=" ".join(one for one in told if one), is_gained=heading == _GAINED)


_GAINED, _NOT_SHOWN = "What is gained", "Nothing shown to be gained"


def _heading(found: evidence.Usefulness) -> str:
    """Return whether anything is gained: by cost where its owner named costs, else by how often the records agree."""
    gain = Fraction(found.agreed, found.rows) - _simple(found)
    if found.naive:
        return _GAINED if found.is_shown else _NOT_SHOWN
    if gain <= 0:
        return "Nothing gained"
    if not found.tells_apart:
        return _NOT_SHOWN
    return "Little gained" if gain < LITTLE else _GAINED


def _simple(found: evidence.Usefulness) -> Fraction:
    """Return the share in which the better of the two answers for everyone agrees with the records."""
    return Fraction(max(found.agreed_favourable, found.rows - found.agreed_favourable), found.rows)


def _agreement(found: evidence.Usefulness, record: AuditRecord, per: int) -> str:
    policy, unit = record.policy, shortened(record.policy.columns.unit, LONGEST_NAME)
    does, would = _AGREES[policy.columns.label_kind]
    is_favourable = 2 * found.agreed_favourable >= found.rows
    side = shortened(policy.words.favourable if is_favourable else policy.words.adverse, LONGEST_NAME)
    all_units = shortened(units(policy), LONGEST_NAME)
    whose = all_units if found.rows == record.counts.rows else f"{all_units} with a record of it"
    agreed = frequency(found.agreed / found.rows, per)
    return (
        f"{ended(f'The model {does} in {agreed} of every {per:,} {whose}')} "
        f"If every {unit} were {side}, that would {would} in {frequency(float(_simple(found)), per)}."
    )


def _apart(found: evidence.Usefulness) -> str:
    """Return how far outputs tell the recorded outcomes apart: 0 is not at all, 100 of 100 is always."""
    if found.apart is None or found.apart_interval is None:
        return "The records know one outcome only: there is nothing to tell apart."
    told = "tell" if found.tells_apart else "are not shown to tell"
    low, high = (_in_a_hundred(end) for end in found.apart_interval)
    return f"Outputs {told} recorded outcomes apart: by {_in_a_hundred(found.apart)} of 100 ({low} to {high})."


def _in_a_hundred(share: float) -> str:
    return f"{round(100 * share)}".replace("-", "\N{MINUS SIGN}")


def _cost(found: evidence.Usefulness, record: AuditRecord, per: int) -> str:
    """Return what outputs cost beside the cheaper answer for everyone, at the owner's own costs."""
    if found.cost is None or not found.naive:
        return "Nobody said what contradictions cost."
    all_units = shortened(units(record.policy), LONGEST_NAME)
    same = min(rule.cost for rule in found.naive)
    shown = "It is shown to cost less." if found.is_cheaper else "It is not shown to cost less."
    return (
        f"At the costs its owner named, {per:,} {all_units} cost {per * found.cost:,.0f} with the model and "
        f"{per * same:,.0f} with the same answer for everyone. {shown}"
    )
