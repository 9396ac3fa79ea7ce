"""Which column is what: one column cannot be two things, or what was recorded would be held against itself."""

from collections.abc import Iterator

from fateaudit.documents import Document
from fateaudit.errors import PolicyError
from fateaudit.policy.schema import Columns

_WORDS = {
    "label": "the label",
    "prediction": "the prediction",
    "score": "the score",
    "id": "the id",
    "weight": "the weight",
    "frequency": "the frequency",
    "sensitive": "a sensitive attribute",
}

_REMEDIES = {
    "prediction": "name the column that holds the model's own answers: records agree with themselves in every row",
    "score": "name the column that holds the model's own scores: records agree with themselves in every row",
    "sensitive": "name a column that says who people are, not what was recorded or decided about them",
}
"""What to type, by the second of two roles."""


def refuse_two_roles(columns: Columns, document: Document) -> None:
    """Raise PolicyError for a column that the policy names as two things."""
    first: dict[str, tuple[str, str]] = {}
    for role, column, where in _roles(columns, document):
        if column in first:
            before, there = first[column]
            raise PolicyError(
                f'the column "{column}" is named twice, as {_WORDS[before]} and as {_WORDS[role]}',
                where=[there, where],
                hint=_REMEDIES.get(role, "name another column, or leave one of the two out"),
            )
        first[column] = (role, where)


def _roles(columns: Columns, document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield each role with its column and where that is written, those first that a row must have."""
    for role in _WORDS:
        column = getattr(columns, role) if role != "sensitive" else None
        if column is not None:
            yield role, column, document.where("columns", role)
    for index, attribute in enumerate(columns.sensitive):
        yield "sensitive", attribute.name, document.where("columns", "sensitive", index, "name")
