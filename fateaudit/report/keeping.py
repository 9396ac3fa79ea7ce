"""What keeps a result from being better whatever the figures are: caps, and what the policy does not ask."""

from dataclasses import dataclass

from fateaudit.policy import Cap, Circumstances, Opinion, Principle
from fateaudit.policy.caps import EVERY, Best, caps_of
from fateaudit.policy.wording import capitalised, listed
from fateaudit.record import AuditRecord
from fateaudit.report.entries import Entry
from fateaudit.report.text import ended

_AT_BEST = {Best.IN_PART: "In part at best", Best.NO_OPINION: "No opinion at best"}
_ON_PAGE_1 = (("an independent reviewer", "a reviewer"),)
"""Whether the reviewer is independent is theirs to declare, not ours to repeat."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons that page 1 has room for, and how many others there are."""

    told: tuple[str, ...]
    more: str


def reasons(record: AuditRecord, most: int) -> Reasons:
    """Return why the result is not better, a short sentence each, what weighs most first.

    That the model is not shown to be worth its errors is said where page 1 tells what is gained.
    """
    opinion = record.opinion.policy
    caps = [cap for cap in opinion.caps if cap not in caps_of_use(record)]
    asked = [f"Not asked: {_plain(one)}." for every in opinion.missing.values() for one in every]
    at_once = [cap.sentence for cap in caps if cap.best is Best.NO_OPINION]
    every = [*at_once, *asked, *(cap.sentence for cap in caps if cap.best is Best.IN_PART)]
    left = len(every) - most
    if left <= 0:
        return Reasons(tuple(every), "")
    noun = "reason" if left == 1 else "reasons"
    is_are = "is" if left == 1 else "are"
    return Reasons(
        tuple(every[:most]), f"And {left} more {noun} on page 2." if most else f"{left} {noun} {is_are} on page 2."
    )


def _plain(words: str) -> str:
    for long, short in _ON_PAGE_1:
        words = words.replace(long, short)
    return words


def caps_of_use(record: AuditRecord) -> tuple[Cap, ...]:
    """Return the caps that rest on what the model is good for."""
    others = caps_of(record.policy, Circumstances(history=record.ledger, trained_on=record.insights.trained_on))
    return tuple(cap for cap in record.opinion.policy.caps if cap not in others)


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that keeps a result from being better, and which of the two results it counts for."""

    sentence: str
    does: str
    counts_for: str


def keeping(record: AuditRecord) -> tuple[Kept, ...]:
    """Return every stop, cap and question that is missing, of the policy and of the reference."""
    reference = record.opinion.reference
    own = _kept(record.opinion.policy)
    theirs = _kept(reference.opinion) if reference else ()
    found = [Kept(*one, "Both" if one in theirs else "Result") for one in own]
    return (*found, *(Kept(*one, "Reference") for one in theirs if one not in own))


def _kept(opinion: Opinion) -> tuple[tuple[str, str], ...]:
    """Return sentence and effect of each."""
    stops = [(ended(capitalised(one)), "Does not meet the limits set, whatever they say") for one in opinion.stops]
    caps = [(cap.sentence, f"{_AT_BEST[cap.best]}: {_features(cap.features)}") for cap in opinion.caps]
    missing = [
        (f"It does not ask {one}.", f"{_AT_BEST[Best.NO_OPINION]}: {principle.value}")
        for principle, every in opinion.missing.items()
        for one in every
    ]
    return (*stops, *caps, *missing)


def _features(features: tuple[Principle, ...]) -> str:
    return "every feature" if features == EVERY else listed([one.value for one in features])


def rules() -> tuple[Entry, ...]:
    """Return which rules these are, for the method section."""
    return (
        Entry(
            "What caps it",
            "Whatever the figures, a result is no better than what can be shown: that the limits were fixed before the "
            "first run, that the cases are real, were not chosen by the supplier and were kept back from training, "
            "that chance was allowed for, that labels do not come from the process under audit alone, and that the "
            "model does better than the same answer for everyone.",
        ),
        Entry(
            "What must be asked",
            "There is no opinion on a feature when the policy leaves out what must be asked of it: of fairness, both "
            "sides of the outcome for every attribute, who bears wrong adverse outputs and how many there are, and the "
            "other rights; of accountability, the questions with both signatures; of transparency, documentation and "
            "trace; of explainability, fidelity and stability.",
        ),
        Entry(
            "What is gained",
            "Outputs tell the recorded outcomes apart by so many of 100: so many more of those recorded as adverse get "
            "the adverse output than of the others (Youden 1950). 0 is chance and 100 is always. Costs per case, as "
            "the owner named them, are held against those of giving everyone either answer.",
        ),
    )
