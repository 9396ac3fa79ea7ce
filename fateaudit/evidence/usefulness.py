"""Whether the model is worth its errors: held against giving everybody the same answer."""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Figure, Interval


class NaiveRule(Frozen):
    """One answer for everybody, held against the model. Costs are per row, in units of a wrong favourable output."""

    decision: Literal["favourable", "adverse"]
    cost: Figure
    difference: Figure
    """The model's cost less this rule's: below 0, the model costs less."""
    upper: Figure
    """The one-sided upper end of the difference, at 95 in 100 whatever the policy says."""


class Usefulness(Frozen):
    """How well the outputs tell the two recorded outcomes apart, and what they cost beside one answer for everybody."""

    rows: Annotated[int, Field(ge=1)]
    """Rows with a label; the others say nothing about it."""
    agreed: int
    """Rows in which model and record are on the same side."""
    agreed_favourable: int
    """Rows that would be on the same side if everybody got the favourable answer."""
    apart: Figure | None
    """Adverse outputs among those recorded as adverse, less those among the others: twice the area under the curve
    of the decisions, less 1. None where the records know one outcome only."""
    apart_interval: Interval | None
    tells_apart: bool
    """Whether `apart` is shown to be above 0, that is, the area above one half."""
    cost: Figure | None
    """The model's cost per row, where the policy says what errors cost."""
    naive: tuple[NaiveRule, ...]
    is_cheaper: bool
    """Whether the model is shown to cost less than either answer for everybody."""

    @property
    def is_shown(self) -> bool:
        """Whether the model is shown to be better than the same answer for everybody, in both respects."""
        return self.tells_apart and self.is_cheaper
