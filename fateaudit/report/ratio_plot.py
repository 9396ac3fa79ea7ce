"""A ratio against its limit, as SVG: one logarithmic axis, a third to three times, the same in every report.

Marks only: the numbers and the verdict are said in words above, because whoever cannot see the plot must lose nothing,
and because words inside SVG come out broken in right-to-left scripts.
"""

import math
from dataclasses import dataclass
from html import escape

from fateaudit.evidence import Side
from fateaudit.report.text import readable

WIDTH, HEIGHT = 140.0, 6.0
FURTHEST = 3.0
"""The axis runs from 1 / FURTHEST to FURTHEST."""

_INK, _LINE = "#15181c", "#7c858f"
_HATCH = 1.5
_NEAR = 7.0
"""Labels nearer than this, in hundredths of the axis, would run into each other."""

TICKS = (
    (1 / FURTHEST, "0.33", "a third"),
    (0.5, "0.50", "half"),
    (1.0, "1", "equal"),
    (2.0, "2", "twice"),
    (FURTHEST, "3", "three times"),
)


Limits = tuple[tuple[Side, float], ...]
"""Each end of a limit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A label under the axis."""

    place: str
    """In hundredths of the width, from the left."""
    number: str
    word: str
    kind: str


def axis(limits: Limits) -> tuple[Mark, ...]:
    """Return the labels of the axis; a label that stands too near a limit gives way to it."""
    ends = [_place(limit) for _, limit in limits if _is_on_axis(limit)]
    free = [tick for tick in TICKS if all(abs(_place(tick[0]) - end) * 100 >= _NEAR for end in ends)]
    marks = [(_place(ratio), number, word, "") for ratio, number, word in free]
    marks += [(_place(limit), f"{limit:.2f}", "limit", "limit") for _, limit in limits if _is_on_axis(limit)]
    return tuple(
        Mark(f"{100 * place:.2f}", number, word, f"{kind} {_at_edge(place)}".strip())
        for place, number, word, kind in sorted(marks)
    )


def _at_edge(place: float) -> str:
    return "first" if place < _NEAR / 100 else "last" if place > 1 - _NEAR / 100 else ""


def draw(value: float, between: tuple[float, float] | None, limits: Limits, *, says: str) -> str:
    """Return the marks: hatched where the limit is not met, a bar for the range, a diamond for the ratio.

    What lies outside the axis is an arrow at its edge. `says` is what a screen reader reads.
    """
    parts = [
        f'<path fill="none" stroke="{_LINE}" stroke-width=".18" d="{_hatching(limits)}"/>',
        f'<path fill="none" stroke="{_LINE}" stroke-width=".2" d="{_axis_line()}"/>',
        *(
            f'<path fill="none" stroke="{_INK}" stroke-width=".55" d="M{_x(limit):.2f} 0V{HEIGHT:g}"/>'
            for _, limit in limits
            if _is_on_axis(limit)
        ),
        *(_bar(*between) if between else ()),
        _diamond(_x(value)) if _is_on_axis(value) else _arrow(value),
    ]
    title = escape(str(readable(says)))
    return f'<svg role="img" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"><title>{title}</title>{"".join(parts)}</svg>'


def _is_on_axis(ratio: float) -> bool:
    return 1 / FURTHEST <= ratio <= FURTHEST


def _place(ratio: float) -> float:
    """Return where a ratio stands, from 0 at a third to 1 at three times."""
    within = min(max(ratio, 1 / FURTHEST), FURTHEST)
    return math.log(FURTHEST * within) / math.log(FURTHEST * FURTHEST)


def _x(ratio: float) -> float:
    return WIDTH * _place(ratio)


def _hatching(limits: Limits) -> str:
    """Return slanted lines over every stretch of the axis that lies beyond a limit."""
    stretches = [(0.0, _x(limit)) if side is Side.MIN else (_x(limit), WIDTH) for side, limit in limits]
    lines = []
    for start, end in stretches:
        first = math.floor((start - HEIGHT) / _HATCH)
        for step in range(first, math.ceil(end / _HATCH) + 1):
            foot = step * _HATCH
            left, right = max(foot, start), min(foot + HEIGHT, end)
            if left < right:
                lines.append(f"M{left:.2f} {HEIGHT - (left - foot):.2f}L{right:.2f} {HEIGHT - (right - foot):.2f}")
    return "".join(lines)


def _axis_line() -> str:
    inner = "".join(f"M{_x(ratio):.2f} {HEIGHT - 1.2:g}V{HEIGHT:g}" for ratio, _, _ in TICKS[1:4:2])
    return f"M0 {HEIGHT:g}H{WIDTH:g}M{_x(1):.2f} 0V{HEIGHT:g}{inner}M.1 4.8V6M139.9 4.8V6"


def _bar(low: float, high: float) -> tuple[str, str]:
    start, end = _x(low), _x(high)
    return (
        f'<path fill="none" stroke="#fff" stroke-width="2.6" d="M{start - 0.5:.2f} 3H{end + 0.5:.2f}"/>',
        f'<path fill="none" stroke="{_INK}" stroke-width="1.3" d="M{start:.2f} 3H{max(end, start + 0.2):.2f}"/>',
    )


def _diamond(x: float) -> str:
    return f'<path fill="#fff" stroke="{_INK}" stroke-width=".45" d="M{x:.2f} 1.3l1.7 1.7l-1.7 1.7l-1.7 -1.7z"/>'


def _arrow(value: float) -> str:
    tip, back = (WIDTH, -3.4) if value > 1 else (0.0, 3.4)
    return f'<path fill="{_INK}" stroke="#fff" stroke-width=".7" d="M{tip:g} 3l{back:g} -2.6v5.2z"/>'
