"""What stands beside a rate: how many rows would settle it, whom nobody recorded, and what wrong records could do.

Each says what the audit could not know from these rows, in numbers. None of them is a verdict.
"""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.counts import Group, Outcome
from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Extended, ExtendedInterval, Figure


class Planning(Frozen):
    """How many rows of a group it takes to say whether the limit is met, the group it is held against as it is.

    "Enough" is a chance of `power` of saying it. The numbers are approximate: they come from the score test, and the
    tests that decide are exact.
    """

    group: Group
    """The group that the value is about."""
    against: Group | None
    """None for a limit on the rate itself."""
    limit: str
    """The end of the limit that the figure lies nearest to, for the group against the other, in this order."""
    beyond: Literal["below", "above"]
    """The side of that limit on which it is not met."""
    power: Figure
    rows: Annotated[int, Field(ge=1)]
    """Rows of the group that the rate is counted among now."""
    to_not_meet: int | None
    """How many it takes to say *not met* if the rates found are the true ones; None: no number would do."""
    to_meet: int | None
    """How many it takes to say *met* if the rates found are the true ones; None: no number would do."""
    others: int | None
    """Where no number of this group would do: how many rows of the group it is held against; None: no number either."""
    growth: Figure | None
    """Where that is none either: how many times the rows of both; None: no growth would do."""
    to_meet_at_parity: int | None
    """How many it takes to say *met* if there were no difference; None: no number would do, or there is no other."""
    detectable: Extended | None
    """The figure nearest the limit that these rows would show to be beyond it; None: not even the most extreme."""
    sentence: str


class Missing(Frozen):
    """What the figure could have been, had every row named its group. Bounds on what was seen, not on chance."""

    rows: Annotated[int, Field(ge=0)]
    """Rows of nobody's group."""
    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=0)]
    """Those of them that the rate is counted among."""
    bounds: ExtendedInterval
    """The lowest and the highest figure of any judged group, over all ways to give these rows to groups."""
    sentence: str


class LabelBias(Frozen):
    """The least error in the records that puts the figure at its limit: any more, and the answer is the other one.

    Records are wrong in one direction, in one of the groups that are compared, whatever the model said.
    """

    limit: str
    """The end of the limit that the figure lies nearest to, for the group against the other, in this order."""
    group: Group | None
    """In whose records the error is; None where no error of this kind turns the answer."""
    recorded: Outcome | None
    """What the wrong records say."""
    error: Figure | None
    """Of the rows for which the other outcome was true, the share recorded so all the same."""
    wrong: Figure | None
    """Of the records that say so, the share that is wrong: the same error, seen from the records."""
    fewest: int | None
    """The fewest records, of either kind in either group, that turn the answer; None where none do, or not sought."""
    sentence: str
