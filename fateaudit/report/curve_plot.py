"""A score with one column at other values, as SVG: filled marks for one case, open ones for the average.

Marks only, as in the ratio plot: numbers and words stand beside it in HTML, where fonts and scripts come out right.
Bars below say how many rows are near each value. Where they are few the lines are broken: the model was hardly asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from fateaudit.report.text import readable

WIDTH, HEIGHT = 40.0, 30.0
TOP, BOTTOM = 1.2, 22.8
"""Where the scale of scores ends."""

SIDE = 2.5
"""Room for marks at either side."""

BESIDE = 1.2
"""How far the two marks of a word stand from its middle: nothing leads to them that would tell them apart."""

FLOOR, TALLEST = 29.8, 5.0
BAR = 1.4
_INK, _LINE, _RING = "#15181c", "#7c858f", "#5a636d"


@dataclass(frozen=True, slots=True)
class Dot:
    """One value of the column."""

    at: float
    """From 0 at the left to 1 at the right."""
    score: float
    mean: float
    """Both from 0 at the bottom to 1 at the top."""
    share: float
    """Of the rows near the value that most rows are near to; 0 where they are few."""
    is_own: bool
    is_joined: bool
    """Whether a line may lead here: there is something between two numbers, and nothing between two words."""


def draw(dots: Sequence[Dot], line: float, *, says: str) -> str:
    """Return the marks, with the line of decision, which is on the scale; `says` is what a screen reader reads."""
    parts = [
        _path(f"M0 {FLOOR:g}H{WIDTH:g}", _LINE, 0.15),
        _bars(dots),
        _path(f"M0 {_y(line):.2f}H{WIDTH:g}", _INK, 0.2),
        *_lines(dots, [dot.mean for dot in dots], _RING, 0.3),
        *_lines(dots, [dot.score for dot in dots], _INK, 0.5),
        *(_ring(x(dot.at) + _aside(dot), _y(dot.mean)) for dot in dots),
        *((_own if dot.is_own else _disc)(x(dot.at) - _aside(dot), _y(dot.score)) for dot in dots),
    ]
    title = escape(str(readable(says)))
    return f'<svg role="img" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"><title>{title}</title>{"".join(parts)}</svg>'


def x(at: float) -> float:
    """Return how far from the left a value stands, in the unit of `WIDTH`."""
    return SIDE + at * (WIDTH - 2 * SIDE)


def y_in_hundredths(score: float) -> float:
    """Return how far from the top a score stands, in hundredths of the height."""
    return 100 * _y(score) / HEIGHT


def _y(score: float) -> float:
    return BOTTOM - score * (BOTTOM - TOP)


def _aside(dot: Dot) -> float:
    return 0.0 if dot.is_joined else BESIDE


def _lines(dots: Sequence[Dot], heights: Sequence[float], colour: str, thick: float) -> list[str]:
    """Return the pieces between neighbours: whole where many rows are near both, broken otherwise."""
    found = []
    for place in range(1, len(dots)):
        one, other = dots[place - 1], dots[place]
        if not (one.is_joined and other.is_joined):
            continue
        d = f"M{x(one.at):.2f} {_y(heights[place - 1]):.2f}L{x(other.at):.2f} {_y(heights[place]):.2f}"
        is_few = 0 in {one.share, other.share}
        found.append(_path(d, _LINE if is_few else colour, thick, "0.7 0.7" if is_few else ""))
    return found


def _bars(dots: Sequence[Dot]) -> str:
    tall = [(x(dot.at) - BAR / 2, dot.share * TALLEST) for dot in dots if dot.share]
    d = "".join(f"M{left:.2f} {FLOOR:g}v{-height:.2f}h{BAR:g}v{height:.2f}z" for left, height in tall)
    return f'<path fill="{_LINE}" d="{d}"/>'


def _path(d: str, colour: str, thick: float, dashes: str = "") -> str:
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path fill="none" stroke="{colour}" stroke-width="{thick:g}"{broken} d="{d}"/>'


def _disc(left: float, top: float) -> str:
    return f'<circle fill="{_INK}" cx="{left:.2f}" cy="{top:.2f}" r="0.75"/>'


def _ring(left: float, top: float) -> str:
    return f'<circle fill="#fff" stroke="{_RING}" stroke-width="0.35" cx="{left:.2f}" cy="{top:.2f}" r="0.8"/>'


def _own(left: float, top: float) -> str:
    d = f"M{left:.2f} {top - 1.7:.2f}l1.7 1.7l-1.7 1.7l-1.7 -1.7z"
    return f'<path fill="{_INK}" stroke="#fff" stroke-width="0.3" d="{d}"/>'
