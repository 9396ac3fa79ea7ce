"""Every family of models on eight raw columns: whether values add up, and how near exact ones they are."""

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scaling.document import ROOT
from scaling.table import Aim, Chapter, Table

from explaining.effort import Effort
from fateaudit.errors import AuditFailedError
from fateaudit.explainability import EXPLAINERS, Attributions, Game, Means, Route, Unexplained, explain

sys.path.append(str(ROOT / "tests" / "explainability"))
from families import FAMILIES, Family, as_table, by_the_definition, family, people, shown_to

HEAD = (
    "model",
    "unit",
    "values a row",
    "gap / sd",
    "exact, off by",
    "route beyond 8 columns",
    "gap / sd",
    "off by",
    "says",
)
ROWS, BACKGROUND = 3, 12
BEYOND = {route: one for route, one in EXPLAINERS.items() if route is not Route.ENUMERATION}
NOTE = (
    f"{ROWS} rows against {BACKGROUND} background rows, in probability, or in the unit of a regressor. Exact: over "
    "all 256 subsets of the eight raw columns, by the model's own library. *Off by*: the largest difference, and "
    "for the other route the root mean square, in standard deviations of the output; *says*: the standard error "
    "that the route itself states."
)


def chapter(_: Effort, say: Callable[[str], None]) -> Chapter:
    """Explain each family twice: over all subsets, and as more columns would be."""
    rows, gaps, offs = [], [], []
    for name in FAMILIES:
        say(f"families: {name}")
        cells, gap, off = measured(name, family(name))
        rows.append(cells)
        gaps.append(gap)
        offs.append(off)
    aims = (
        Aim("families: largest gap, in thousandths of a standard deviation", "at most", 1, max(gaps) * 1_000),
        Aim("families: exact values off by, in millionths", "at most", 1, max(offs) * 1e6),
    )
    return Chapter((Table("Families", HEAD, tuple(rows), NOTE),), aims)


def measured(name: str, one: Family) -> tuple[tuple[str, ...], float, float]:
    """Return the row of a family, its largest gap, and how far its exact values are off."""
    frame = shown_to(name, people())
    rows, background = frame[:ROWS], frame[100 : 100 + BACKGROUND]
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    right, _ = by_the_definition(one.own, rows, background)
    exact = found(game, Means(one.inside))
    other = found(game, Means(one.inside, routes=BEYOND))
    off = float(np.abs(exact.values - right).max())
    near = float(np.sqrt(((other.values - right) ** 2).mean()))
    said = float(np.sqrt((np.array(other.noise) ** 2).mean()))
    gaps = exact.gap / exact.spread, other.gap / other.spread
    cells = (name, exact.unit.value, str(exact.values.shape[1]), f"{gaps[0]:.0e}", f"{off:.0e}", other.route.value)
    return (*cells, f"{gaps[1]:.0e}", f"{near / other.spread:.3f}", f"{said / other.spread:.3f}"), max(gaps), off


def found(game: Game, means: Means) -> Attributions:
    """Return attributions; these models all have some."""
    answer = explain(game, means=means)
    if isinstance(answer, Unexplained):
        raise AuditFailedError(answer.detail, hint="")
    return answer


def values_of(game: Game, means: Means) -> NDArray[np.float64]:
    """Return the values of each row, shape (rows, columns)."""
    return found(game, means).values
