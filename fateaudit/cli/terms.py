"""Options of every command that opens a model: whether its maker's code may run, and how much it may use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from fateaudit.errors import UsageError
from fateaudit.policy import ModelLimits

if TYPE_CHECKING:
    from fateaudit.models import Terms

ALLOW_PICKLE = typer.Option(False, "--allow-pickle", help="Open a pickle: its maker's code runs, locked up.")
ALLOW_CALLABLE = typer.Option(False, "--allow-callable", help="Run the Python that model.path names, locked up.")
MEMORY = typer.Option(None, "--memory", metavar="GIB", help="Memory of the model's process; default: the policy's.")
SECONDS = typer.Option(None, "--seconds", metavar="N", help="Time of one answer of the model; default: the policy's.")
BATCH_ROWS = typer.Option(
    None, "--batch-rows", metavar="N", help="Rows that are scored at a time; default: the policy's."
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed about how a model is run. Raises UsageError for limits that no policy may set either."""

    allow_pickle: bool = False
    allow_callable: bool = False
    memory: float | None = None
    seconds: int | None = None
    batch_rows: int | None = None

    def __post_init__(self) -> None:
        _refuse_outside("--memory", "memory_gib", self.memory)
        _refuse_outside("--seconds", "seconds", self.seconds)
        _refuse_outside("--batch-rows", "batch_rows", self.batch_rows)

    def terms(self) -> "Terms":
        """Return the same for whoever opens models."""
        from fateaudit.formats import Format  # noqa: PLC0415 - with the next
        from fateaudit.models import Terms  # noqa: PLC0415 - heavy
        from fateaudit.models.files import PICKLES  # noqa: PLC0415 - heavy

        allows = (PICKLES if self.allow_pickle else frozenset()) | ({Format.CALLABLE} if self.allow_callable else set())
        return Terms(allows, self.memory, self.seconds, self.batch_rows)

    def refuse_any(self) -> None:
        """Raise UsageError if anything was typed: where no model is opened, it would change nothing."""
        if self != Typed():
            raise UsageError(
                "options for running a model go with a policy: judging a record again opens no model",
                hint="leave them out",
            )


def _refuse_outside(option: str, name: str, typed: float | None) -> None:
    """Raise UsageError unless a policy could set the limit to what was typed."""
    least, most = _bounds(name)
    # Written so that what is no number at all is outside as well.
    if typed is not None and not least <= typed <= most:
        raise UsageError(f"{option} {typed:g} is not possible", hint=f"type a number from {least:g} to {most:,}")


def _bounds(name: str) -> tuple[float, float]:
    """Return the least and the most that a policy may set."""
    rules = ModelLimits.model_fields[name].metadata
    (least,) = (rule.ge for rule in rules if hasattr(rule, "ge"))
    (most,) = (rule.le for rule in rules if hasattr(rule, "le"))
    return least, most
