"""A run entered in the ledger: a line before anything is measured, and one when it ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fateaudit.artifacts import Artifact, sha256
from fateaudit.ledger import NOT_COUNTED, Event, RunHistory, RunOutcome, append, recount
from fateaudit.record import AuditRecord


@dataclass(slots=True)
class EnteredRun:
    """A run that has begun: what the ledger shows of those before it, and how it ended so far."""

    history: RunHistory
    outcome: RunOutcome = RunOutcome.FAILED
    record: str | None = None

    def finish(self, record: AuditRecord) -> None:
        """Say that the record is final."""
        self.outcome = RunOutcome(record.opinion.policy.overall.value)
        self.record = sha256(record.to_bytes())


@contextmanager
def entered(ledger: Path | None, artifacts: Sequence[Artifact], *, audit_id: str, time: str) -> Iterator[EnteredRun]:
    """Enter a run for as long as the block lasts; one that leaves it without `finish` has failed, and counts."""
    if ledger is None:
        yield EnteredRun(NOT_COUNTED)
        return
    digests = {artifact.role: artifact.sha256 for artifact in artifacts}

    def event(outcome: RunOutcome, record: str | None = None, run: int | None = None) -> Event:
        return Event(
            time=time,
            audit_id=audit_id,
            policy=digests["policy"],
            model=digests.get("model"),
            # Where no file holds the rows, what was counted says which they are; the text of a query does not.
            dataset=digests.get("counted", digests["dataset"]),
            outcome=outcome,
            record=record,
            run=run,
        )

    begun = append(ledger, event(RunOutcome.STARTED))
    assert begun.last is not None  # noqa: S101 - it was appended just now
    line = begun.last.number
    run = EnteredRun(recount(begun, line))
    try:
        yield run
    finally:
        append(ledger, event(run.outcome, run.record, line))
