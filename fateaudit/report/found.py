"""What was found, as much of it as page 1 has room for: a matter or three at length, the others on a line each."""

from dataclasses import dataclass, replace
from itertools import count

from fateaudit.policy import Verdict
from fateaudit.policy.wording import capitalised, count_of
from fateaudit.record import AuditRecord
from fateaudit.report.accountable import Answers, AnswersSigned, Ended, ended_by
from fateaudit.report.concerns import NOT_A_PASS, Concern, Line, concern, elsewhere, line
from fateaudit.report.icon_array import draw
from fateaudit.report.matters import denominator
from fateaudit.report.numbered import Told, everything, exceptions
from fateaudit.report.shapes import READ_AS, VERDICT_SHAPES
from fateaudit.report.usefulness import Usefulness, usefulness

_HUNDRED = 100
"""Icon arrays have a hundred marks; rates said per thousand have none."""

FEW_LINES = 4
"""With fewer lines than this, the questions to ask give way to what was found."""

LINES_FOR_ASKING = 2
"""So many lines have room where the questions stood."""

EVERY_REASON = 99
FEW_REASONS = 3
"""So many reasons why the result is not better are told where there is little room."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of what was found is said at length, so that page 1 stays one page."""

    picture: bool
    full: int
    lines: int
    ask: bool = True
    """Whether there is room for the questions to ask."""
    reasons: int = EVERY_REASON
    """How many of the reasons why the result is not better are told."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One group's marks and the sentence beside them."""

    svg: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines under one heading, which says verdict and what is counted. What people told has no heading."""

    heading: str
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, as much of it as there is room for."""

    pictures: tuple[Picture, ...]
    ended: tuple[Concern, ...]
    """What ends the matter whatever the limits say: first, and never left out."""
    full: tuple[Concern, ...]
    per: str
    lines: tuple[Lines, ...]
    more: str
    elsewhere: str
    useful: Usefulness | None

    @property
    def has_groups(self) -> bool:
        """Whether any line compares groups, so that the columns need a head."""
        return any(row.group for lines in self.lines for row in lines.rows)

    @property
    def after(self) -> bool:
        """Whether anything is said after the findings."""
        return bool(self.more or self.elsewhere)


def _told(record: AuditRecord) -> tuple[Told, ...]:
    """Return the exceptions; where there are none, what is met."""
    return exceptions(record) or everything(record)


def found(record: AuditRecord, room: Room) -> Found:
    """Return what was found, worst first, every number out of the one denominator of the page."""
    told = _told(record)
    per = denominator(tuple(one for one in told if isinstance(one, tuple)))
    end = ended_by(record)
    first = tuple(_at_length(one, record, per) for one in told[: room.full])
    lines = _lines(told[room.full :], room.lines)
    said = [_on_a_line(one, record, per) for one in lines]
    left = len(told) - len(first) - len(said)
    return Found(
        pictures=_pictures(first[0], per) if first and room.picture and per == _HUNDRED else (),
        ended=(_end(end),) if end else (),
        full=first,
        per=f"{per:,}",
        lines=_numbered(said, after=len(first) + bool(end)),
        more=_more(left, record, is_first=not (first or end or said))
        if told
        else "No limit of weight was set: nothing decides.",
        elsewhere=elsewhere(record, has_exceptions=bool(exceptions(record))),
        useful=usefulness(record, per),
    )


def _lines(told: tuple[Told, ...], most: int) -> tuple[Told, ...]:
    """Return what has a line, in its order. Of few lines accountability has one, and soon its signatures do."""
    kept = sorted(range(len(told)), key=lambda place: _SOONER.get(type(told[place]), place))[:most]
    return tuple(told[place] for place in sorted(kept))


_SOONER: dict[type, float] = {Answers: -1, AnswersSigned: 1.5}


def _numbered(said: list[Line], after: int) -> tuple[Lines, ...]:
    """Return lines under their headings, numbered in the order in which they are read."""
    by_heading: dict[str, list[Line]] = {}
    for one in said:
        by_heading.setdefault(one.heading or one.by, []).append(one)
    places = count(after + 1)
    return tuple(
        Lines(rows[0].heading, tuple(replace(one, number=next(places)) for one in rows)) for rows in by_heading.values()
    )


def _at_length(one: Told, record: AuditRecord, per: int) -> Concern:
    if isinstance(one, tuple):
        return concern(one, record, per)
    heading = f"{one.heading}: {READ_AS[one.verdict]}"
    return Concern(VERDICT_SHAPES[one.verdict], heading, one.check, one.told)


def _on_a_line(one: Told, record: AuditRecord, per: int) -> Line:
    if isinstance(one, tuple):
        return line(one[0], record, per)
    not_a_pass = f"{NOT_A_PASS} " if one.verdict is Verdict.CANNOT_TELL else ""
    said = f"{capitalised(READ_AS[one.verdict])}{one.whose}. {not_a_pass}{one.in_short}"
    return Line("", VERDICT_SHAPES[one.verdict], one.by, "", "", "", said)


def _end(end: Ended) -> Concern:
    return Concern(VERDICT_SHAPES[end.verdict], "This ends the matter, whatever the limits say", "", end.told)


def _more(left: int, record: AuditRecord, *, is_first: bool) -> str:
    if left <= 0:
        return ""
    noun = "exception" if exceptions(record) else "answer"
    return f"What was found is on page 2: {count_of(left, noun)}." if is_first else f"And {left} more on page 2."


def rooms(record: AuditRecord) -> tuple[Room, ...]:
    """Return every way to tell what was found, from the fullest to the shortest."""
    every = max(len(_told(record)) - 1, 0)
    few = FEW_REASONS
    fullest = Room(picture=True, full=3, lines=every)
    fuller = [Room(picture=shown, full=full, lines=every, reasons=few) for full in (3, 2, 1) for shown in (True, False)]
    shorter = [Room(picture=False, full=1, lines=lines, reasons=few) for lines in range(every - 1, FEW_LINES - 1, -1)]
    as_long = min(every, FEW_LINES + LINES_FOR_ASKING)
    shortest = [Room(picture=False, full=1, lines=lines, ask=False, reasons=few) for lines in range(as_long, -1, -1)]
    last = [
        Room(picture=False, full=full, lines=lines, ask=False, reasons=most)
        for full, lines, most in ((1, 0, 1), (1, 0, 0), (0, 2, 0), (0, 1, 0), (0, 0, 0))
    ]
    return (fullest, *fuller, *shorter, *shortest, *last)


def _pictures(first: Concern, per: int) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            svg=draw(figure.filled, says=f"{per} marks for {per} {figure.whose}. {figure.count} are filled."),
            number=figure.count,
            text=f"of every {per} {figure.whose} {first.counted}. {capitalised(figure.could_be)}.",
        )
        for figure in first.figures
    )
