"""A model → the score of a row: the probability of the outcome that the policy calls favourable, or its number."""

from collections.abc import Callable

from fateaudit.errors import ColumnError, UsageError
from fateaudit.evaluation import Model, Predict
from fateaudit.loading.sources import Reopened
from fateaudit.naming import how_to_write
from fateaudit.policy import PolicyFile
from fateaudit.policy.wording import listed

MOST_NAMED = 12
"""Outcomes of a model that an error names."""


def favourable_score(model: Model, source: PolicyFile) -> Predict:
    """Return what gives one score a row: the higher, the nearer to the favourable outcome.

    Raises ColumnError for a model of other outcomes than the policy names, UsageError for one of another task.
    """
    if source.policy.gives_numbers:
        if model.classes:
            raise UsageError(
                f"the model tells {len(model.classes)} outcomes apart, and the policy says that it gives a number",
                where=[source.where("task")],
                hint="write task: binary, or leave task out",
            )
        return _of_place(model, 0)
    favourable = source.policy.columns.favourable
    if favourable not in model.classes:
        raise ColumnError(
            f'the model does not predict "{favourable}"',
            where=[source.where("columns", "favourable"), f"It has {len(model.classes)} classes"],
            hint=how_to_write(favourable, list(model.classes)),
        )
    _refuse_other_classes(model, source)
    return _of_place(model, model.classes.index(favourable))


def _refuse_other_classes(model: Model, source: PolicyFile) -> None:
    """Refuse a model of one outcome alone, and outcomes that the policy calls neither better nor worse."""
    columns = source.policy.columns
    if columns.adverse is None and len(model.classes) > 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f"the model has {len(model.classes)} classes, and the policy names one: {columns.favourable}",
            where=[source.where("columns", "favourable"), f"It predicts: {listed(model.classes, MOST_NAMED)}"],
            hint="name all the others in columns.adverse: they count as one outcome against the favourable one",
        )
    if len(model.classes) < 2:  # noqa: PLR2004 - as above
        raise ColumnError(
            "the model has one class; two are needed",
            where=[source.where("model")],
            hint="save the model that tells the outcomes apart",
        )
    known = {columns.favourable, *(columns.adverse or model.classes)}
    if others := [name for name in model.classes if name not in known]:
        raise ColumnError(
            f'the model predicts "{others[0]}", which the policy calls neither favourable nor adverse',
            where=[source.where("columns", "adverse"), f"It predicts: {listed(model.classes, MOST_NAMED)}"],
            hint=how_to_write(others[0], [*known], otherwise="add it to columns.adverse, as the model writes it"),
        )


def reopened(reopen: Callable[[], Model], favourable: str) -> Reopened:
    """Return the same of a model that is opened once more, after nothing was found wrong with it."""
    model = reopen()
    return Reopened(_of_place(model, model.classes.index(favourable) if model.classes else 0), model.close)


def _of_place(model: Model, place: int) -> Predict:
    return lambda table: model.predict(table)[:, place]
