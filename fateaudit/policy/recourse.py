"""What a person could change, and what nobody may be told to change, when a decision is to become another."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import model_validator

from fateaudit.documents import Frozen
from fateaudit.errors import PolicyError, did_you_mean
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.policy.checks import Text

if TYPE_CHECKING:
    from fateaudit.policy.reading import PolicyFile


class RecourseRules(Frozen):
    """Which columns a suggestion leaves alone, and which way others may go.

    Declared sensitive attributes are left alone whatever stands here.
    """

    immutable: tuple[Text, ...] = ()
    only_up: tuple[Text, ...] = ()
    """Columns of numbers that can rise and never fall, such as years of work."""
    only_down: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing_of_each(self) -> "RecourseRules":
        twice = [name for name, times in Counter(name for _, _, name in self.named()).items() if times > 1]
        if twice:
            raise ValueError(f'"{twice[0]}" stands here twice | a column is immutable, or goes one way: keep one')
        return self

    def named(self) -> Iterator[tuple[str, int, str]]:
        """Yield each list, the place in it and the column that stands there."""
        for rule in ("immutable", "only_up", "only_down"):
            for place, name in enumerate(getattr(self, rule)):
                yield rule, place, name


def refuse_unread_columns(source: "PolicyFile", inputs: Sequence[Column]) -> None:
    """Raise PolicyError for a rule on a column that the model does not read, or that can go neither up nor down."""
    kinds = {column.name: column.kind for column in inputs}
    rules = source.policy.recourse or RecourseRules()
    sensitive = {attribute.name for attribute in source.policy.columns.sensitive}
    for rule, place, name in rules.named():
        where = source.where("recourse", rule, place)
        if name not in kinds:
            raise PolicyError(
                f'recourse names "{name}", and the model does not read it',
                where=[where, f"It reads: {', '.join(kinds)}"],
                hint=did_you_mean(name, kinds) or "leave it out: what is not read changes no decision",
            )
        if rule != "immutable" and name in sensitive:
            raise PolicyError(
                f'"{name}" is a sensitive attribute: nobody is told to change it, up or down',
                where=[where],
                hint="leave it out",
            )
        if rule != "immutable" and kinds[name] is ColumnKind.TEXT:
            raise PolicyError(
                f'"{name}" is text, and text has no up or down',
                where=[where],
                hint="make it immutable, or leave it out",
            )
