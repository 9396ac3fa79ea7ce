"""What a model's documentation must say, and which of it is there. Whether it is true is for people to confirm.

The fields follow Model Cards (Mitchell et al. 2019: details, intended use, factors, metrics, data, analyses, ethics,
caveats), Datasheets for Datasets (Gebru et al. 2021) and Annex IV of the EU AI Act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MIN_WORDS = 3
"""Words below which a field says nothing; a name, version or date needs one."""

PLACEHOLDERS = frozenset(
    {
        "",
        "-",
        "…",
        "...",
        "?",
        "n/a",
        "na",
        "none",
        "nil",
        "tbd",
        "tba",
        "todo",
        "to do",
        "to be done",
        "unknown",
        "xxx",
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be documented."""

    name: str
    question: str
    """What the text has to answer, as it is put to the person who writes it."""
    guidance: str
    is_short: bool = False
    """A name, version or date: one word is enough."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Which fields say something."""

    present: tuple[str, ...]
    missing: tuple[str, ...]
    """Absent, empty, a placeholder, or too short to say anything."""
    unknown: tuple[str, ...]
    """Names that the card has and the list does not: misspelt, perhaps."""

    @property
    def share(self) -> float:
        """Present of all fields, 0 to 1."""
        return len(self.present) / (len(self.present) + len(self.missing))


FIELDS = (
    Field(
        "name",
        "What is the model called?",
        "The name its users know it by.",
        is_short=True,
    ),
    Field(
        "version",
        "Which version is this?",
        "A version that its maker never gives to other bytes.",
        is_short=True,
    ),
    Field(
        "developer",
        "Who made it, and who maintains it?",
        "Organisation and a point of contact, not a product name.",
    ),
    Field(
        "date",
        "When was it trained?",
        "The day its parameters were fixed.",
        is_short=True,
    ),
    Field(
        "model_type",
        "What kind of model is it?",
        "The method and its parts, as its maker would tell a colleague.",
    ),
    Field(
        "intended_use",
        "What is it meant to be used for, and by whom?",
        "Task, users, place, and what is done with its output.",
    ),
    Field(
        "out_of_scope",
        "What must it not be used for?",
        "Uses that were considered and ruled out, with the reason.",
    ),
    Field(
        "inputs",
        "What does it read?",
        "Every column: meaning, unit, who records it, and what stands for missing.",
    ),
    Field(
        "output",
        "What does it say?",
        "What the score means, its range, the threshold and who set it, and why there.",
    ),
    Field(
        "training_data",
        "What was it trained on?",
        "Source, period, place, number of rows, how they were chosen, and who is not in them.",
    ),
    Field(
        "label",
        "What was it trained to predict?",
        "Who or what made each label, when, and what it does not show: a past decision is not an outcome.",
    ),
    Field(
        "evaluation_data",
        "What was it tested on?",
        "Source and period, and how overlap with the training data was excluded.",
    ),
    Field(
        "preparation",
        "What was done to the data?",
        "Cleaning, recoding, rows and columns left out, how missing values were treated.",
    ),
    Field(
        "performance",
        "How good is it, by the maker's own tests?",
        "Figures with their uncertainty, on which data, beside doing without a model.",
    ),
    Field(
        "performance_by_group",
        "For whom is it better or worse?",
        "The same figures for each group that it may treat differently, with numbers of cases.",
    ),
    Field(
        "sensitive_data",
        "Which personal or protected traits does it use?",
        "Also the columns that stand in for one: postcode, nationality, first name.",
    ),
    Field(
        "limitations",
        "When is it known to be wrong?",
        "Conditions, groups, places and times in which it should not be relied on.",
    ),
    Field(
        "risks",
        "Who could be harmed, and how?",
        "Harms to people that were considered, and what was done about each.",
    ),
    Field(
        "human_oversight",
        "Who decides, and how can they overrule it?",
        "What the person sees, what they may do, and how disagreement is recorded.",
    ),
    Field(
        "explanations",
        "What is a user told about single outputs?",
        "Which reasons are shown, by which method, and what they do not mean.",
    ),
    Field(
        "monitoring",
        "How is it watched in use?",
        "Which figures, how often, who looks, and what makes it stop.",
    ),
    Field(
        "updates",
        "When is it changed, and who approves that?",
        "Retraining, versioning, and how the old version can be had back.",
    ),
    Field(
        "security",
        "How is it protected?",
        "Access, tampering, poisoned data, and how the file that runs is known to be this one.",
    ),
    Field(
        "redress",
        "What can a person do who is affected?",
        "How they learn of it, whom to ask, and how a decision is reviewed.",
    ),
)
"""In the order of a card. Names are stable: policies and answers refer to them."""


def completeness(card: Mapping[str, Any], fields: tuple[Field, ...] = FIELDS) -> Completeness:
    """Say which of `fields` the card answers; a list or mapping answers with whatever is inside."""
    names = [field.name for field in fields]
    present = tuple(field.name for field in fields if _says_something(card.get(field.name), field))
    return Completeness(
        present=present,
        missing=tuple(name for name in names if name not in present),
        unknown=tuple(str(name) for name in card if name not in names),
    )


def _says_something(value: Any, field: Field) -> bool:
    text = " ".join(_texts(value))
    if text.strip().casefold().rstrip(".") in PLACEHOLDERS:
        return False
    return field.is_short or len(text.split()) >= MIN_WORDS


def _texts(value: Any) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value).strip()]
