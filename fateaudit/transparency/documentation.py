"""What a model's documentation must say, and which of it is there. Whether it is true is for people to confirm.

The fields are data (`model_card.yaml`): each asks one question and says where the EU AI Act, Model Cards (Mitchell et
al. 2019) and the UK's transparency records ask for the same. They draw on Datasheets for Datasets (Gebru et al. 2021).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, StringConstraints
from pydantic import Field as Setting

from fateaudit.documents import Frozen, read_yaml, validate

SHIPPED = Path(__file__).parent / "model_card.yaml"

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


Section = Literal[
    "Model Details",
    "Intended Use",
    "Factors",
    "Metrics",
    "Evaluation Data",
    "Training Data",
    "Quantitative Analyses",
    "Ethical Considerations",
    "Caveats and Recommendations",
]
"""The nine sections of Mitchell and others (2019)."""


class Field(Frozen):
    """One thing to be documented, and where others ask for it too."""

    name: Annotated[str, StringConstraints(pattern="^[a-z_]{3,40}$")]
    question: Annotated[str, StringConstraints(pattern=r"^[A-Z].{5,100}\?$")]
    """What the text has to answer, as it is put to the person who writes it."""
    guidance: Annotated[str, StringConstraints(pattern=r"^[A-Z].{5,200}\.$")]
    is_short: bool = False
    """A name, version or date: one word is enough."""
    annex_iv: tuple[Annotated[str, StringConstraints(pattern=r"^[1-9](\([a-h]\))?$")], ...]
    """Points of Annex IV of the EU AI Act, Regulation (EU) 2024/1689."""
    article_13: tuple[Annotated[str, StringConstraints(pattern=r"^13\(3\)\([a-f]\)(\([iv]+\))?$")], ...]
    """Points of its Article 13."""
    model_cards: tuple[Section, ...]
    atrs: tuple[Annotated[str, StringConstraints(min_length=3, max_length=60)], ...]
    """Fields or sections of the UK's Algorithmic Transparency Recording Standard, by name: its numbers change."""


class Schema(Frozen):
    """The list of fields as it is shipped, and what its references refer to."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/model-card/1"] = Setting(alias="schema")
    sources: dict[Literal["annex_iv", "article_13", "model_cards", "atrs"], str]
    fields_of_a_card: Annotated[tuple[Field, ...], Setting(min_length=1, alias="fields")]
    """In the order of a card. Names are stable: policies and answers refer to them."""


@cache
def read_schema() -> Schema:
    """Read the shipped list of fields."""
    return validate(read_yaml(SHIPPED.read_bytes(), SHIPPED.name), Schema)


def shipped_fields() -> tuple[Field, ...]:
    """Return every field that is asked for, in the order of a card."""
    return read_schema().fields_of_a_card


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


def completeness(card: Mapping[str, Any], fields: tuple[Field, ...] | None = None) -> Completeness:
    """Say which of `fields`, the shipped ones, the card answers; a list or mapping answers with whatever is inside."""
    fields = shipped_fields() if fields is None else fields
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
