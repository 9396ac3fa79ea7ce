"""What a policy says about the rows that the model was trained on, so that none of them is tested on unseen."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from fateaudit.documents import Document, Frozen
from fateaudit.errors import PolicyError
from fateaudit.policy.checks import Text

if TYPE_CHECKING:
    from fateaudit.policy.schema import Policy

SHORTEST_SALT = 16
"""Characters: a shorter one is found by trying, and with it the ids."""

Salt = Annotated[str, StringConstraints(min_length=SHORTEST_SALT, max_length=200)]


class TrainingSource(Frozen):
    """The ids of the rows of training, or digests of them."""

    path: Text
    """A table with the column `columns.train_id`, or a file that `fateaudit digests` wrote."""
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None
    """When given, a file with another digest is refused: whoever was audited could leave rows out."""
    salt: Salt | None = None
    """Of a file of digests: what they were made with."""


Training = Annotated[TrainingSource | None, Field(exclude_if=lambda source: source is None)]


def refuse_half_of_training(policy: "Policy", document: Document) -> None:
    """Raise PolicyError where the policy names the rows of training and no column to find them by, or the other way."""
    if policy.training is not None and policy.columns.train_id is None:
        raise PolicyError(
            "the policy names training data, and no column by which rows are found there",
            where=[document.where("training")],
            hint="write columns: { train_id: … }, the column of ids that both sides have; or remove training",
        )
    if policy.training is None and policy.columns.train_id is not None:
        raise PolicyError(
            "columns.train_id is the column by which rows are found in the training data, and the policy names none",
            where=[document.where("columns", "train_id")],
            hint="write training: { path: … }, the ids or what `fateaudit digests` made of them; or remove the line",
        )
