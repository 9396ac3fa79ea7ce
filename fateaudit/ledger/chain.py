"""The lines of a ledger, each in the one form that is accepted, and the chain that they make. No files, no clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, ValidationError, model_validator

from fateaudit.documents import Frozen
from fateaudit.errors import DamagedFileError

SCHEMA: Literal["fateaudit/ledger/1"] = "fateaudit/ledger/1"
LEDGER = "audits.log"

FIRST = "0" * 64
"""What the first line names as the digest of what stands before it."""

MAX_LINE_BYTES = 2_048
"""A line of ours has some 700."""

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Time = Annotated[
    str, StringConstraints(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", max_length=20)
]


class RunOutcome(StrEnum):
    """How far a run came: begun, failed, or finished with an overall opinion."""

    STARTED = "started"
    """Written before anything is measured. A run without a second line counts too: somebody may have stopped it."""
    FAILED = "failed"
    DOES_NOT_MEET = "does_not_meet"
    NO_OPINION = "no_opinion"
    FALLS_SHORT = "falls_short_in_part"
    MEETS = "meets"

    @property
    def is_finished(self) -> bool:
        """Whether there is a record."""
        return self not in {RunOutcome.STARTED, RunOutcome.FAILED}


class Event(Frozen):
    """What a run says of itself, when it begins and when it ends."""

    time: Time
    """As the run was told it: nothing here knows better."""
    audit_id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{12}$")]
    policy: Sha256
    model: Sha256 | None
    """None where only predictions were given."""
    dataset: Sha256
    outcome: RunOutcome
    record: Sha256 | None = None
    """The sha256 of `audit.json`, on the line of a finished run and only there."""
    run: Annotated[int, Field(ge=1)] | None = None
    """On the second line of a run, the number of its first: two runs with a supplied time can have one `audit_id`."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Event":
        if (self.record is not None) is not self.outcome.is_finished:
            raise ValueError("a run has a record when it is finished, and only then")
        if (self.run is None) is not (self.outcome is RunOutcome.STARTED):
            raise ValueError("a line that ends a run names the line that began it, and no other line does")
        return self

    @property
    def inputs(self) -> tuple[str, str, str | None, str]:
        """What the two lines of one run have in common."""
        return self.audit_id, self.policy, self.model, self.dataset


class Entry(Event):
    """One line of the ledger."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    schema_id: Literal["fateaudit/ledger/1"] = Field(default=SCHEMA, alias="schema")
    number: Annotated[int, Field(ge=1)]
    """The place of the line in the file, from 1, lines that a crash cut off included."""
    previous: Sha256
    """The sha256 of the entry before this one, with whatever a crash left between the two; `FIRST` at the top."""
    digest: Sha256
    """The sha256 of this line without this key, so that damage to the last line, which no other names, shows too.

    It stops accidents and not forgers, who can compute it as well as we do.
    """

    @classmethod
    def from_event(cls, event: Event, *, number: int, previous: str) -> "Entry":
        """Return the line that `event` makes at this place."""
        draft = cls(**event.model_dump(), number=number, previous=previous, digest=FIRST)
        return draft.model_copy(update={"digest": draft.own_digest()})

    def own_digest(self) -> str:
        """Return the digest that the line should have."""
        return hashlib.sha256(_canonical(self.model_dump(mode="json", exclude={"digest"}))).hexdigest()

    def line(self) -> bytes:
        """Return the line without its end."""
        return _canonical(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Run:
    """The one or two lines of a run."""

    started: Entry
    ended: Entry | None

    @property
    def outcome(self) -> RunOutcome:
        """How far it came, as far as the ledger says."""
        return RunOutcome.STARTED if self.ended is None else self.ended.outcome


@dataclass(frozen=True, slots=True)
class Ledger:
    """A chain that holds, from its first line to the last one that is whole."""

    entries: tuple[Entry, ...]
    torn: tuple[int, ...]
    """Numbers of the lines that a crash cut off. They say nothing, and the lines after them vouch for their bytes."""
    lines: int
    """How many lines the file has; the last may be torn."""
    following: str
    """What the next line will name as `previous`."""
    is_ended: bool = True
    """Whether the last line has its end; if not, that must be written before another line."""

    @property
    def last(self) -> Entry | None:
        """The last whole line."""
        return self.entries[-1] if self.entries else None

    @property
    def head(self) -> str | None:
        """The sha256 of the last whole line: who keeps it can tell whether anything before it was changed or cut."""
        return hashlib.sha256(self.last.line()).hexdigest() if self.last else None

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run, in the order in which they began."""
        ended = {entry.run: entry for entry in self.entries if entry.run is not None}
        return tuple(Run(entry, ended.get(entry.number)) for entry in self.entries if entry.run is None)

    def up_to(self, number: int) -> "Ledger":
        """Return the ledger as it was when line `number` had just been written."""
        entries = tuple(takewhile(lambda entry: entry.number <= number, self.entries))
        following = hashlib.sha256(entries[-1].line()).hexdigest() if entries else FIRST
        lines = entries[-1].number if entries else 0
        return Ledger(entries, tuple(line for line in self.torn if line < lines), lines, following)

    def entry_for(self, event: Event) -> Entry:
        """Return the line with which `event` continues this ledger; ValueError when it ends a run that is not open."""
        entry = Entry.from_event(event, number=self.lines + 1, previous=self.following)
        if not _fits(entry, {run.started.number: run.started for run in self.runs if run.ended is None}):
            raise ValueError(f"line {event.run} of the ledger does not begin a run with these inputs that is open")
        return entry


def read_chain(content: bytes, name: str) -> Ledger:
    """Read the bytes of a ledger; raise DamagedFileError naming the first line that does not hold.

    A last line without its end is what a crash in the middle of writing leaves. It is no entry (unless nothing but the
    end is missing), and it is reported in `torn` instead of refused: earlier bytes are never written again, so a ledger
    that could not go on after a crash could never go on, and people would learn to delete it. It opens no door: whoever
    could forge a crash could as well have cut the whole line off. A run that was being ended counts as not finished,
    which is no better for it. The line after it covers the torn bytes with its `previous`, so that no other damaged
    line can pass for one.
    """
    *lines, rest = content.split(b"\n")
    lines += [rest] if rest else []
    entries: list[Entry] = []
    torn: list[int] = []
    unread: list[int] = []
    begun: dict[int, Entry] = {}
    # Over all bytes from the last entry on: one line, unless a crash left something behind it.
    span = hashlib.sha256()
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        previous = span.hexdigest() if number > 1 else FIRST
        if entry is None or (entry.number, entry.previous) != (number, previous):
            unread.append(number)
            span.update(b"\n" + line)
            continue
        if not _fits(entry, begun):
            raise _broken(name, number, "ends a run that was not open")
        _note(entry, begun)
        entries.append(entry)
        torn, unread, span = [*torn, *unread], [], hashlib.sha256(line)
    if unread and unread != ([len(lines)] if rest else []):
        is_whole = _entry(lines[unread[0] - 1]) is not None
        does = "does not follow from the lines before it" if is_whole else "is not as it was written"
        raise _broken(name, unread[0], does)
    following = span.hexdigest() if lines else FIRST
    return Ledger(tuple(entries), (*torn, *unread), len(lines), following, is_ended=not rest)


def _entry(line: bytes) -> Entry | None:
    """Return the line's entry, or None unless it is exactly what `Entry.line` writes, its own digest included."""
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        entry = Entry.model_validate_json(line)
    except (ValidationError, ValueError):
        return None
    return entry if entry.line() == line and entry.own_digest() == entry.digest else None


def _fits(entry: Entry, begun: Mapping[int, Entry]) -> bool:
    """Whether a line begins a run, or ends one of those in `begun` with the same inputs."""
    return entry.run is None or (entry.run in begun and begun[entry.run].inputs == entry.inputs)


def _note(entry: Entry, begun: dict[int, Entry]) -> None:
    if entry.run is None:
        begun[entry.number] = entry
    else:
        del begun[entry.run]


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def _broken(name: str, number: int, what: str) -> DamagedFileError:
    return DamagedFileError(
        f"line {number:,} of {name} {what}: the ledger was changed",
        where=[f"{name}:{number}"],
        hint="put back an unchanged copy; without one, keep this file: a new ledger cannot show what was run before",
    )
