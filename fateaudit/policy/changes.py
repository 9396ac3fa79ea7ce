"""One change between two policies: what it is, and which way it pulls."""

from dataclasses import dataclass
from enum import StrEnum

from fateaudit.documents import Frozen


class Effect(StrEnum):
    """What a change does to the chance of a better opinion or of a passed gate, worst first."""

    EASIER = "easier"
    EITHER = "either"
    """Nobody can tell beforehand whom it helps."""
    HARDER = "harder"
    TEXT = "text"
    """It can change no verdict."""


class Change(Frozen):
    """A change with the lines that it stands on."""

    effect: Effect
    what: str
    old_line: int | None
    new_line: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A change with the places that it stands at; an empty place is one that its file does not have."""

    effect: Effect
    what: str
    old: tuple[str | int, ...]
    new: tuple[str | int, ...]
