"""What the model's makers wrote, what they did not and should be asked, and what the model was trained on."""

from dataclasses import dataclass

from fateaudit.evidence import Documentation, TrainedOn
from fateaudit.policy.wording import capitalised, count_of, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import ended, shortened

NOBODY = "Nobody says."

TRAINING = (
    ("training_data", "Trained on"),
    ("label", "To predict"),
    ("evaluation_data", "Tested on by its makers"),
    ("preparation", "Prepared"),
)
"""Fields of the card that say where a model comes from, each with its heading."""


@dataclass(frozen=True, slots=True)
class Documented:
    """The section, in the order in which it is read."""

    card: tuple[Entry, ...]
    training: tuple[Entry, ...]
    to_ask: tuple[Entry, ...]
    """Each missing field with the question that it would have answered; none in a record from before it held those."""


def documented(record: AuditRecord) -> Documented:
    """Return what the record tells of the model's papers."""
    found = record.insights.documentation
    return Documented(
        card=_card(found) if found else (),
        training=(*_training(record), Entry("In both", _overlap(record))),
        to_ask=_to_ask(found) if found else (),
    )


def _to_ask(found: Documentation) -> tuple[Entry, ...]:
    return tuple(
        Entry(capitalised(_plain(name)), found.questions[name]) for name in found.missing if name in found.questions
    )


def _card(found: Documentation) -> tuple[Entry, ...]:
    every = len(found.present) + len(found.missing)
    entries = [
        Entry("Says something", f"{len(found.present)} of {every} fields: {_fields(found.present)}."),
        Entry("Missing", f"{capitalised(_fields(found.missing))}."),
    ]
    if found.unknown:
        entries.append(Entry("Not asked for", f"{capitalised(_fields(found.unknown))}: misspelt, perhaps."))
    return tuple(entries)


def _fields(names: tuple[str, ...]) -> str:
    return listed([_plain(name) for name in names]) or "none"


def _plain(name: str) -> str:
    return shortened(name.replace("_", " "), LONGEST_NAME)


def _training(record: AuditRecord) -> list[Entry]:
    """Return the card's own words on where the model comes from; what says nothing there is not quoted as if it did."""
    found = record.insights.documentation
    said = record.policy.model_card
    return [
        Entry(heading, ended(_joined(said[name])) if name in said and not _is_missing(name, found) else NOBODY)
        for name, heading in TRAINING
    ]


def _is_missing(name: str, found: Documentation | None) -> bool:
    return found is not None and name in found.missing


def _joined(said: str | tuple[str, ...]) -> str:
    return said if isinstance(said, str) else "; ".join(said)


def _overlap(record: AuditRecord) -> str:
    found, every = record.insights.trained_on, units(record.policy)
    if found is None:
        return (
            f"Not counted: the policy names no training data. Whether {every} tested on were trained on rests on the "
            "words above."
        )
    return f"{_counted(found, every)} {_by(found)}"


def _counted(found: TrainedOn, every: str) -> str:
    inside = f"{found.inside:,}" if found.inside else "None"
    said = (
        f"{inside} of the {found.rows:,} {every} tested on {'are' if found.inside != 1 else 'is'} in the training data."
    )
    if not found.unnamed:
        return said
    return f"{said} Of {found.unnamed:,} nobody can say: they have no id."


def _by(found: TrainedOn) -> str:
    known = count_of(found.known, "different id")
    if found.by == "ids":
        return f"Looked up by id, among {known} that the policy names."
    return (
        f"Looked up by digests of ids, of which {known} were given; the ids themselves were not. A list that is not "
        "whole finds fewer."
    )
