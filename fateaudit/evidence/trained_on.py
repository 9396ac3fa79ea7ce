"""How many of the rows tested on the model was trained on, as far as their ids tell."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from fateaudit.documents import Frozen

Count = Annotated[int, Field(ge=0)]


class TrainedOn(Frozen):
    """Rows found in the training data by their ids; the ids themselves stand nowhere."""

    rows: Count
    inside: Count
    """Rows whose id is one of the training data."""
    unnamed: Count
    """Rows without an id, of which nobody can say."""
    known: Count
    """Different ids of the training data."""
    by: Literal["ids", "digests"]
    """What the training data were at hand as."""

    @model_validator(mode="after")
    def _adds_up(self) -> "TrainedOn":
        if self.inside + self.unnamed > self.rows:
            raise ValueError("more rows were found than there are")
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        """The share of rows in the training data, if none of those without an id is, and if all of them are."""
        rows = max(self.rows, 1)
        return self.inside / rows, (self.inside + self.unnamed) / rows
