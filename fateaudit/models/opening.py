"""A model that was read → one that can be asked: a process is begun for it, and what it says of itself is checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

from fateaudit.evaluation import Column, ColumnKind, Isolation, Model
from fateaudit.formats import SPOKEN, Format
from fateaudit.models.asking import Asked, Inside
from fateaudit.models.files import CODE, ModelFile
from fateaudit.models.limits import Limits
from fateaudit.models.process import LostError, Process
from fateaudit.models.telling import Teller
from fateaudit.models.told import Description, Locked, read_locked

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from fateaudit.policy import PolicyFile


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever typed the command says about how the model is run; the policy says the rest."""

    allows: frozenset[Format] = frozenset()
    """Formats that run code of their maker, and that are opened all the same."""
    memory_gib: float | None = None
    seconds: int | None = None
    batch_rows: int | None = None

    def limits(self, source: PolicyFile) -> Limits:
        """Return the limits in force: those of the policy, where nothing else was typed."""
        limits = Limits.from_policy(source.policy.model.limits)
        return limits.changed(memory_gib=self.memory_gib, seconds=self.seconds, batch_rows=self.batch_rows)


def open_file(file: ModelFile, limits: Limits) -> Model:
    """Return the model, in a process of its own; whoever asks closes it. Raises what is wrong with it."""
    opening = {"verb": "describe", "format": file.format.value, "wish": asdict(file.wish)}
    process = Process(file.content, limits, opening, needs_lock=file.format in CODE)
    teller = Teller(file.artifact.name, SPOKEN[file.format], limits)
    asked = Asked(process, teller)
    try:
        described = asked.describe()
        isolation = isolation_of(process, teller, limits)
    except BaseException:
        process.close()
        raise
    return Model(
        artifact=file.artifact,
        inputs=tuple(Column(name, ColumnKind(kind)) for name, kind in described.inputs),
        classes=described.classes,
        predict=_Predict(asked, described),
        structure=described.structure,
        settings=described.settings,
        inside=Inside(asked, described) if described.is_open else None,
        access=file.access,
        isolation=isolation,
        reopen=partial(open_file, file, limits),
        close=process.close,
    )


def isolation_of(process: Process, teller: Teller, limits: Limits) -> Isolation:
    """Return what a process that was begun said is locked. Raises AuditFailedError where it did not say."""
    try:
        locked: Locked = read_locked(process.locked)
    except LostError as error:
        raise teller.lost(error, "it was opened") from None
    return Isolation(
        landlock=locked.landlock,
        seccomp=locked.seccomp,
        rlimits=locked.rlimits,
        bubblewrap=process.walled,
        memory=limits.memory,
        seconds=limits.seconds,
        batch_rows=limits.batch_rows,
    )


@dataclass(frozen=True, slots=True)
class _Predict:
    """Raw columns in, the probability of each class out, or the one number that is given instead."""

    asked: Asked
    described: Description

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        return self.asked.scores(table.select([name for name, _ in self.described.inputs]), self.described)
