"""How much a model's process may use, from the policy or from the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fateaudit.policy import ModelLimits

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What one model's process may use."""

    memory: int
    """Bytes of address space, its libraries included."""
    seconds: int
    """For one answer: opening the model, or scoring a batch of rows."""
    batch_rows: int
    """Rows that are scored at a time."""

    @classmethod
    def from_policy(cls, limits: ModelLimits) -> Limits:
        """Return the limits that a policy sets."""
        return cls(int(limits.memory_gib * GIB), limits.seconds, limits.batch_rows)

    @property
    def cpu_seconds(self) -> int:
        """Seconds of computing that the process may use in all: should nobody be left to end it, it ends."""
        return 24 * 3600

    def changed(self, *, memory_gib: float | None, seconds: int | None, batch_rows: int | None) -> Limits:
        """Return the same with what was typed on the command line in place."""
        typed = {
            "memory": None if memory_gib is None else int(memory_gib * GIB),
            "seconds": seconds,
            "batch_rows": batch_rows,
        }
        return replace(self, **{name: value for name, value in typed.items() if value is not None})
