"""What was found, as much of it as page 1 has room for: a matter or three at length, the others on a line each."""

from dataclasses import dataclass

from fateaudit.policy.wording import capitalised
from fateaudit.record import AuditRecord
from fateaudit.report.concerns import Concern, Line, concern, elsewhere, line
from fateaudit.report.icon_array import draw
from fateaudit.report.matters import WORST_FIRST, Matter, denominator, exceptions, is_exception, matters
from fateaudit.report.observations import Observation

_HUNDRED = 100
"""Icon arrays have a hundred marks; rates said per thousand have none."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of what was found is said at length, so that page 1 stays one page."""

    picture: bool
    full: int
    lines: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One group's marks and the sentence beside them."""

    svg: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, as much of it as there is room for."""

    pictures: tuple[Picture, ...]
    full: tuple[Concern, ...]
    per: str
    lines: dict[str, list[Line]]
    """By verdict and what is counted."""
    more: str
    elsewhere: str

    @property
    def after(self) -> bool:
        """Whether anything is said after the findings."""
        return bool(self.more or self.elsewhere)


def _told(record: AuditRecord) -> tuple[Matter, ...]:
    """Return the exceptions; where there are none, what is met."""
    return exceptions(record) or matters(record)


def _lines(told: tuple[Matter, ...], after: int) -> list[Observation]:
    """Return the answers of the matters that are not told at length; those that are met give way to exceptions."""
    answers = [one for matter in told[after:] for one in matter]
    return [one for one in answers if is_exception(one) or not is_exception(told[0][0])]


def found(record: AuditRecord, room: Room) -> Found:
    """Return what was found, worst first, every number out of the one denominator of the page."""
    told = _told(record)
    per = denominator(told)
    full = tuple(concern(matter, record, per) for matter in told[: room.full])
    answers = sorted(_lines(told, room.full), key=lambda one: WORST_FIRST.index(one.ruling.verdict))
    every = list(dict.fromkeys(line(one, record, per) for one in answers))
    lines: dict[str, list[Line]] = {}
    for said in every[: room.lines]:
        lines.setdefault(said.heading, []).append(said)
    return Found(
        pictures=_pictures(full[0], per) if full and room.picture and per == _HUNDRED else (),
        full=full,
        per=f"{per:,}",
        lines=lines,
        more=_more(len(every) - room.lines, room) if told else "No limit of weight was set: nothing decides.",
        elsewhere=elsewhere(record),
    )


def _more(left: int, room: Room) -> str:
    if left <= 0:
        return ""
    return f"And {left} more on page 2." if room.full else f"What was found is on page 2: {left} answers of weight."


def rooms(record: AuditRecord) -> tuple[Room, ...]:
    """Return every way to tell what was found, from the fullest to the shortest."""
    told = _told(record)
    every = len(_lines(told, 1))
    fuller = [Room(picture=picture, full=full, lines=every) for full in (3, 2, 1) for picture in (True, False)]
    shorter = [Room(picture=False, full=1, lines=lines) for lines in range(every - 1, -1, -1)]
    return (*fuller, *shorter, Room(picture=False, full=0, lines=0))


def _pictures(first: Concern, per: int) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            svg=draw(figure.filled, says=f"{per} marks for {per} {figure.whose}. {figure.count} are filled."),
            number=figure.count,
            text=f"of every {per} {figure.whose} {first.counted}. {capitalised(figure.could_be)}.",
        )
        for figure in first.figures
    )
