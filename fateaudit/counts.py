"""How many rows per group, label and decision: plain values from which every rate is a quotient of sums."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from fateaudit.documents import Frozen

NOT_RECORDED = "Not recorded"
"""The group of the rows whose attribute is missing: shown, never judged, never dropped."""

MAX_CELLS = 5_000


class Outcome(StrEnum):
    """Which side of the outcome a label or a decision is on, for the person concerned."""

    FAVOURABLE = "favourable"
    ADVERSE = "adverse"

    @property
    def other(self) -> "Outcome":
        """The other side."""
        return Outcome.ADVERSE if self is Outcome.FAVOURABLE else Outcome.FAVOURABLE


Group = tuple[str, ...]

Weight = Annotated[float | None, Field(exclude_if=lambda weight: weight is None)]
"""None, and not written, where rows are not weighted."""


class Cell(Frozen):
    """The rows that share every attribute, the label and the decision."""

    group: Group
    """One value per attribute, in the order of `Counts.attributes`."""
    label: Outcome | None
    """None where the data records no label for these rows."""
    decision: Outcome
    n: int
    weight: Weight = None
    """What the rows' weights add up to."""
    squares: Weight = None
    """What the squares of the rows' weights add up to: how unequal they are."""


class Histogram(Frozen):
    """Scores of one group and label in equal bins over 0 to 1; a score of exactly 1 is in the last bin."""

    attribute: str
    group: str
    label: Outcome | None
    edges: str
    n: tuple[int, ...]


class Counts(Frozen):
    """The table that all disparity metrics are computed from. Cells are sparse and sorted."""

    rows: int
    weighted: bool
    """Whether every cell carries weights besides its number of rows."""
    attributes: tuple[str, ...]
    joint: bool
    """Whether `cells` are joint over all attributes; if not, only declared intersections can be formed."""
    cells: tuple[Cell, ...]
    histograms: tuple[Histogram, ...]

    @property
    def has_labels(self) -> bool:
        """Whether any row has a label."""
        return any(cell.label is not None for cell in self.cells)

    def by_group(self, of: tuple[str, ...]) -> dict[Group, tuple[Cell, ...]]:
        """Return the cells of each group of the attributes `of`, sorted by group; `of=()` is everyone.

        A row that lacks any of the attributes is in the one group "Not recorded": half an intersection is not a group.
        """
        places = [self.attributes.index(name) for name in of]
        groups: dict[Group, list[Cell]] = {}
        for cell in self.cells:
            key = tuple(cell.group[place] for place in places)
            key = (NOT_RECORDED,) * len(of) if NOT_RECORDED in key else key
            groups.setdefault(key, []).append(cell)
        return {key: tuple(groups[key]) for key in sorted(groups)}


def total(cells: tuple[Cell, ...], where: Callable[[Cell], bool]) -> int:
    """Return how many rows are in those of `cells` for which `where` holds."""
    return sum(cell.n for cell in cells if where(cell))
