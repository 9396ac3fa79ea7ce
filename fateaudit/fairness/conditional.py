"""Conditional demographic disparity: whether a group has more of the refusals than of the rest, like with like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.counts import NOT_RECORDED, Cell, Group, Outcome
from fateaudit.evidence import Reason
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.delta import delta_bounds, standard_error
from fateaudit.fairness.statistics import SIGNED, Lacking, Statistic, View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]


def disparity(table: Table) -> float:
    """Return the mean over strata, each by its rows, of a group's share of adverse less its share of favourable ones.

    `table` has four numbers a stratum: the group's favourable and adverse decisions, then those of all others. From
    -1 to 1; above 0 where the group has more than its part of the adverse decisions.

    Source: Wachter, Mittelstadt and Russell (2021), Why fairness cannot be automated.
    """
    strata = table.reshape(-1, 2, 2)
    shares = strata[:, 0, :] / strata.sum(axis=1)
    rows = strata.sum(axis=(1, 2))
    return float(rows @ (shares[:, 1] - shares[:, 0]) / rows.sum())


def strata(view: View, group: Group) -> Table:
    """Return the table of `disparity`, with the strata in which both decisions were made; the others tell nothing."""
    of, by = ([view.counts.attributes.index(name) for name in names] for names in (view.of, view.check.params.controls))
    found: dict[Group, Table] = {}
    for cell in view.counts.cells:
        mine, stratum = _at(cell, of), _at(cell, by)
        if NOT_RECORDED in mine or NOT_RECORDED in stratum:
            continue
        place = int(mine != group), int(cell.decision is Outcome.ADVERSE)
        found.setdefault(stratum, np.zeros((2, 2)))[place] += cell.n
    both = [one for _, one in sorted(found.items()) if one.sum(axis=0).all()]
    return np.array(both).ravel()


def _at(cell: Cell, places: list[int]) -> Group:
    return tuple(cell.group[place] for place in places)


def _estimate(view: View, group: Group) -> Estimated | None:
    table = strata(view, group)
    if NOT_RECORDED in group or not table.size:
        return None

    def bounds(alpha_low: float, alpha_high: float) -> tuple[float, float]:
        return delta_bounds(disparity, table, SIGNED, alpha_low=alpha_low, alpha_high=alpha_high)

    value = disparity(table)
    return Estimated(value, standard_error(disparity, table), bounds) if math.isfinite(value) else None


def _rows(view: View, group: Group) -> int:
    if lacking(view) is not None or NOT_RECORDED in group:
        return 0
    table = strata(view, group)
    return int(table.reshape(-1, 2, 2)[:, 0, :].sum()) if table.size else 0


def _unusable(view: View, group: Group) -> int:
    return view.cases(group) - _rows(view, group)


def lacking(view: View) -> Lacking | None:
    """Return why there are no strata: a column that was not counted has none."""
    missing = [name for name in view.check.params.controls if name not in view.counts.attributes]
    if not missing:
        return None
    return (
        Reason.MISSING_INPUT,
        f"{', '.join(missing)} was not counted: in this version a control is one of columns.sensitive",
    )


CONDITIONAL = Statistic(
    term="conditional demographic disparity",
    heading="More of the worse outcomes than of the better ones, like compared with like",
    meaning="a group's share of all worse outcomes less its share of all better ones, on average over rows that are "
    "alike in the control columns",
    estimate=_estimate,
    rows=_rows,
    method="delta method over strata, groups and decisions (infinitesimal jackknife), two rows spread over the cells",
    scale=SIGNED,
    comparisons=("level",),
    better="lower",
    needs_labels=False,
    lacking=lacking,
    across="groups",
    unusable=_unusable,
)
