"""What a made-up case would score with one column at another value, and what cases score there on average.

The values are nobody's own: as many as ten rows lie at or beyond each number, and say each text.
"""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Figure

Rows = Annotated[int, Field(ge=0)]


class CurvePoint(Frozen):
    """One value of the column."""

    value: str
    number: Figure | None
    """The same, where it is a number; None for text and for what was not recorded."""
    score: Figure
    """Of the case, all else as it is."""
    mean: Figure
    """Of the background, all else as it is in each of its rows."""
    rows: Rows
    """Rows that say this or, of numbers, something nearer to it than to the others; 0 stands for fewer than ten."""
    is_own: bool
    """Whether the case itself says this."""


class CurveSeen(Frozen):
    """One column: numbers in their order, text by how frequent it is."""

    column: str
    case: Literal["typical", "borderline"]
    points: tuple[CurvePoint, ...]
