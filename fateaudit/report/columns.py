"""Raw columns as readers know them: by the policy's label where it has one, with points of 100 or numbers, and bars."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.policy import Policy
from fateaudit.policy.scales import POINTS, Scale
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import lowered, shortened

_TINY = re.compile(r"\b\d+(?:\.\d+)?e-(?:0[7-9]|[1-9]\d{1,2})\b")
"""Numbers below a millionth, as programs write them: they are rounding, and no reader needs the digits."""

MOST = 8
"""Columns of a ranking; the others are added up."""

SPECK = 2.5
"""Hundredths of the longest bar; a shorter outline cannot be told from a solid bar. The number says it anyway."""

ROUTES = {
    "exact_enumeration": "exact enumeration",
    "tree_paths": "paths through the trees",
    "antithetic_permutations": "permutations of the columns",
    "linear_closed_form": "the closed form of a linear model",
}

HOW = {
    "exact_enumeration": "every set of columns was tried",
    "tree_paths": "every path through the trees was followed",
    "antithetic_permutations": "columns were put in one at a time, in many orders",
    "linear_closed_form": "the weights were read off",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One column: numbers as text, and how long its bar is."""

    name: str
    points: str
    beside: tuple[str, ...]
    width: str
    """Empty where there is no bar: for a speck, and for many columns added up, which may be longer than the scale."""
    is_outlined: bool


def name_of(column: str, policy: Policy) -> str:
    """Return the policy's label of a sensitive column; any other column's name as it stands in the data."""
    labels = {attribute.name: attribute.label for attribute in policy.columns.sensitive}
    return shortened(labels.get(column, column), LONGEST_NAME)


def in_a_sentence(column: str, policy: Policy) -> str:
    """Return the same inside a sentence; a name from the data keeps its letters."""
    name = name_of(column, policy)
    return name if name == column else lowered(name)


def points(share: float, *, beside: float | None = None, scale: Scale = POINTS) -> str:
    """Return a share of 1 as points of 100: one decimal, or as many more as it takes to tell it from `beside`.

    On the scale of a model that gives numbers, a number as it is.
    """
    for places in range(scale.places, scale.places + 8):
        said = f"{scale.times * share:.{places}f}"
        if beside is None or share == beside or said != f"{scale.times * beside:.{places}f}":
            break
    said = f"{0:.{places}f}" if float(said) == 0 else said
    return said.replace("-", "\N{MINUS SIGN}")


def signed(share: float) -> str:
    """Return the same with a plus before what is more than 0.0."""
    said = points(share)
    return said if share < 0 or float(said) == 0 else f"+{said}"


def width(share: float, longest: float) -> str:
    """Return the length of a bar in hundredths of the longest one; nothing where it would be a speck."""
    hundredths = 100 * abs(share) / longest if longest else 0.0
    return f"{hundredths:.1f}" if hundredths >= SPECK else ""


def whole(parts: Sequence[float]) -> tuple[int, ...]:
    """Return parts of 1 as whole numbers of 100 that add up to their rounded sum (largest remainder)."""
    floors = [math.floor(100 * part) for part in parts]
    left = round(100 * sum(parts)) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda place: floors[place] - 100 * parts[place])
    return tuple(floor + (place in by_remainder[: max(left, 0)]) for place, floor in enumerate(floors))


def route_said(text: str) -> str:
    """Return `text` with the names of routes in words."""
    for route, words in ROUTES.items():
        text = text.replace(route, words)
    return _TINY.sub("a millionth", text)
