"""A model of two classes → the probability of the one that the policy calls favourable."""

from collections.abc import Callable

from fateaudit.errors import ColumnError
from fateaudit.evaluation import Model, Predict
from fateaudit.loading.sources import Reopened
from fateaudit.naming import how_to_write
from fateaudit.policy import PolicyFile


def favourable_probability(model: Model, source: PolicyFile) -> Predict:
    """Return what gives the favourable class's probability. Raises ColumnError for a model without just that choice."""
    favourable = source.policy.columns.favourable
    if favourable not in model.classes:
        raise ColumnError(
            f'the model does not predict "{favourable}"',
            where=[source.where("columns", "favourable"), f"It has {len(model.classes)} classes"],
            hint=how_to_write(favourable, list(model.classes)),
        )
    place = model.classes.index(favourable)
    if len(model.classes) != 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f"the model has {len(model.classes)} classes; two are needed",
            where=[source.where("model")],
            hint="more than two are not in this version",
        )
    return _of_place(model, place)


def reopened(reopen: Callable[[], Model], favourable: str) -> Reopened:
    """Return the same of a model that is opened once more, after nothing was found wrong with it."""
    model = reopen()
    return Reopened(_of_place(model, model.classes.index(favourable)), model.close)


def _of_place(model: Model, place: int) -> Predict:
    return lambda table: model.predict(table)[:, place]
