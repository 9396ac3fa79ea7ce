"""The policy's column roles → what is wanted of every row. Columns that are not there are refused first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fateaudit.errors import ColumnError, UnusableDataError, did_you_mean
from fateaudit.evaluation import Model
from fateaudit.policy import PolicyFile
from fateaudit.tallying import Key, Wanted

_ROLES = ("label", "prediction", "score", "id", "weight", "frequency")

EVERY_COLUMN = "give the data every column that the model was trained on, under the same name"

Undeclared = Callable[[Sequence[str]], list[str]]
"""The columns of a dataset in; those out that nobody declared and that are counted all the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the rows beside the columns that the policy declares."""

    undeclared: Undeclared = lambda _: []
    """Which other columns are counted too."""
    sample: int = 0
    """How many rows are drawn, where a model can be asked about them."""
    keeps_scores: bool = False
    """Whether every score is kept."""


def want(source: PolicyFile, model: Model | None, columns: Sequence[str], name: str, asked: Asked) -> Wanted:
    """Return what an audit wants to know of each row of the dataset `name`, which has these columns.

    Raises ColumnError for a column that the policy names, or the model reads, and that is not there.
    """
    policy = source.policy
    roles = policy.columns
    _refuse_missing_columns(columns, model, source, name)
    places = {getattr(roles, role): source.where("columns", role) for role in _ROLES if getattr(roles, role)}
    places |= {
        attribute.name: source.where("columns", "sensitive", index, "name")
        for index, attribute in enumerate(roles.sensitive)
    }
    is_scored = model is not None or roles.score is not None
    return Wanted(
        attributes=tuple(
            Key(attribute.name, () if attribute.not_recorded else attribute.bins or ()) for attribute in roles.sensitive
        ),
        others=tuple(asked.undeclared(columns)),
        label=roles.label,
        prediction=roles.prediction,
        score=roles.score if model is None else None,
        threshold=policy.decision.threshold,
        at=policy.decision.at,
        weight=roles.weight,
        frequency=roles.frequency,
        id=roles.id,
        inputs=() if model is None else model.inputs,
        sample=0 if model is None else asked.sample,
        seed=policy.statistics.seed,
        keeps_scores=asked.keeps_scores and is_scored,
        places=places,
        reader="" if model is None else f"{model.artifact.name} reads it as {{}}",
    )


def _refuse_missing_columns(there: Sequence[str], model: Model | None, source: PolicyFile, name: str) -> None:
    columns = source.policy.columns
    named = [(getattr(columns, role), source.where("columns", role)) for role in _ROLES]
    named += [
        (attribute.name, source.where("columns", "sensitive", index, "name"))
        for index, attribute in enumerate(columns.sensitive)
    ]
    if not any(column in there for column, _ in named):
        # Without a header row the first row stands in for it: what is in it must not be shown.
        raise ColumnError(
            f"none of the columns that the policy names is in {name}",
            where=[source.where("columns"), f"The file has {len(there)} columns; are their names in its first row?"],
            hint="give the file a header row, or name another file in dataset.path",
        )
    has = f"The file has: {', '.join(there)}"
    for column, where in named:
        if column is not None and column not in there:
            raise ColumnError(
                f'column "{column}" is not in {name}',
                where=[where, has],
                hint=did_you_mean(column, there) or "name a column that the file has",
            )
    read = [] if model is None else [column.name for column in model.inputs]
    _refuse_names_alike([name for name, _ in named if name is not None], read, there, name)
    for column in read:
        if model is not None and column not in there:
            raise ColumnError(
                f'column "{column}" is not in {name}, and the model reads it',
                where=[f"{model.artifact.name} reads: {', '.join(known.name for known in model.inputs)}", has],
                hint=f"{did_you_mean(column, there)} {EVERY_COLUMN}".strip(),
            )


def _refuse_names_alike(named: Sequence[str], read: Sequence[str], there: Sequence[str], name: str) -> None:
    """Refuse columns that are told apart by capitals alone: engines that read tables do not tell them apart."""
    wanted = {column.lower(): column for column in (*named, *read) if column in there}
    for place, column in enumerate(there):
        alike = wanted.get(column.lower(), column)
        if alike != column:
            raise UnusableDataError(
                f'{name} has a column "{alike}" and another of the same letters, number {place + 1}',
                hint="rename one: capitals alone do not tell columns apart",
            )
