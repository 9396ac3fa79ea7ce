"""What happens to a decision when one attribute's column is changed and nothing else.

Where the model does not read the attribute nothing can change, and that says nothing: it is *not applicable*, never
"0 changed, met". Where it does, columns that go with the attribute stay as they were, so a case may be one that nobody
has seen, and columns that stand in for the attribute are not tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Reason
from fateaudit.explainability.decision_gap import Decide
from fateaudit.explainability.game import Codes, Game
from fateaudit.explainability.importances import MIN_ROWS
from fateaudit.explainability.refusals import Unexplained

ROWS = 1_000
MOST_GROUPS = 20
"""Groups whose values are tried, the largest first."""


@dataclass(frozen=True, slots=True)
class Flips:
    """How many decisions change when only the attribute does."""

    attribute: str
    changed: int
    """Rows whose decision another group's value changes; one such value is enough."""
    became_favourable: int
    """Of them, those whose own decision is adverse."""
    rows: int
    of_rows: int
    """Rows with a recorded group; fewer are tried when there are many."""
    groups: int
    """Groups whose values were tried."""
    interval: tuple[float, float]
    """Of the rate `changed / rows`, 0 to 1 (Clopper and Pearson 1934)."""

    @property
    def rate(self) -> float:
        """Share of rows whose decision changes."""
        return self.changed / self.rows


def count_flips(  # noqa: PLR0913 - the rows, their groups, and how sure to be
    game: Game, decide: Decide, attribute: str, groups: Sequence[str | None], *, confidence: float = 0.95, seed: int = 0
) -> Flips | Unexplained:
    """Give each row a value of every other group in turn; `groups` names the group of each row of the game.

    The value is that of a random row of the other group: where groups are values there is but one, where they are
    bins it is drawn anew for each row. Rows without a recorded group are left out.
    """
    if attribute not in game.columns:
        return Unexplained(
            Reason.NOT_APPLICABLE,
            "the model does not read it, so changing it alone can change nothing: that tells nothing of other columns",
        )
    names = np.array([NOT_RECORDED if name is None else name for name in groups], dtype=object)
    known = np.flatnonzero(names != NOT_RECORDED)
    common = [name for name, _ in Counter(sorted(names[known])).most_common(MOST_GROUPS)]
    if len(common) <= 1:
        return Unexplained(Reason.NOT_APPLICABLE, "there is no second group whose value could be tried")
    if len(known) < MIN_ROWS:
        return Unexplained(Reason.TOO_FEW_ROWS, f"{len(known)} rows with a recorded group; {MIN_ROWS} are needed")
    generator = np.random.default_rng([seed, ROWS])
    tried = np.sort(generator.permutation(known)[:ROWS])
    decisions, place = game.as_seen(decide), game.columns.index(attribute)
    before = decisions.outputs(tried)
    changed = np.zeros(len(tried), bool)
    for name in common:
        values = generator.choice(game.rows[names == name, place], size=len(tried))
        # A value of one's own group changes nothing that is asked here.
        changed |= (names[tried] != name) & (decisions.score(_with(game.rows[tried], place, values)) != before)
    number = int(changed.sum())
    return Flips(
        attribute=attribute,
        changed=number,
        became_favourable=int((changed & (before == 0)).sum()),
        rows=len(tried),
        of_rows=len(known),
        groups=len(common),
        interval=_interval(number, len(tried), confidence),
    )


def _with(rows: Codes, place: int, values: Codes) -> Codes:
    changed = rows.copy()
    changed[:, place] = values
    return changed


def _interval(count: int, rows: int, confidence: float) -> tuple[float, float]:
    from fateaudit.intervals import proportion_bounds  # noqa: PLC0415 - loads scipy

    alpha = (1 - confidence) / 2
    return proportion_bounds(count, rows, alpha_low=alpha, alpha_high=alpha)
