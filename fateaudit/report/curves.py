"""One column changed and all else kept: what the model answers then, for a made-up case and on average."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fateaudit.evidence import CurvePoint, CurveSeen, Insights
from fateaudit.policy import Policy
from fateaudit.policy.scales import Scale, scale_of
from fateaudit.policy.wording import units
from fateaudit.report.columns import name_of, points
from fateaudit.report.curve_plot import WIDTH, Dot, draw, x, y_in_hundredths
from fateaudit.report.text import shortened

LONGEST_VALUE = 20
LONGEST_HEADING = 40
LONGEST_LABEL = 9
"""Letters of a word that stands under its mark; where one is longer, all are listed instead."""

LETTER = 1.5
"""Millimetres of a letter or a digit under a mark, on average."""

PANEL = 40.0
"""Millimetres of a panel."""

APART = 12.0
"""Hundredths of the height: labels of the scale that are nearer would run into each other."""

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
MOST_TICKS = 4
ROUNDED = 1e-9
"""Six tenths are not quite six times a tenth."""

FEW = 10
CASES = {"typical": "The made-up case that is typical", "borderline": "The made-up case nearest to the line"}


@dataclass(frozen=True, slots=True)
class Label:
    """A number or a word beside a panel."""

    place: str
    """In hundredths, from the left or from the top."""
    said: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One column."""

    name: str
    sentence: str
    picture: str
    scale: tuple[Label, ...]
    values: tuple[Label, ...]
    listed: str
    """All values from left to right, where they have no room under the marks."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The section."""

    sentence: str
    panels: tuple[Panel, ...]
    key: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """One scale of scores for all panels."""

    low: float
    high: float
    ticks: tuple[float, ...]
    line: float
    said: Scale

    def place(self, score: float) -> float:
        return (score - self.low) / (self.high - self.low)


def curves(told: Insights, policy: Policy) -> Curves | None:
    """Return the section; None where the record tells none."""
    if not told.curves:
        return None
    every = units(policy)
    scale = _scale(told.curves, policy)
    average = f" of {told.importances.background:,} {every}" if told.importances else ""
    has_few = any(point.rows == 0 for one in told.curves for point in one.points)
    return Curves(
        sentence=(
            f"{CASES[told.curves[0].case]}, and the average{average}, with one column at another value and all else "
            "kept: what this model answers then. Values that single people could be known by are not shown."
        ),
        panels=tuple(_panel(one, scale, policy) for one in told.curves),
        key=(
            f"Filled: the case; the diamond is what it says itself. Open: the average. Line across: the line of "
            f"decision. Bars: how many {every} are near each value"
            + (f"; none, and broken lines, where fewer than {FEW} are: there the model guesses." if has_few else ".")
        ),
    )


def _scale(every: Sequence[CurveSeen], policy: Policy) -> _Scale:
    scores = [score for one in every for point in one.points for score in (point.score, point.mean)]
    line = policy.decision.threshold
    low, high = min(*scores, line), max(*scores, line)
    width = (high - low) or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(width))
    step = next(one * 10 * size for one in STEPS if width / (one * 10 * size) <= MOST_TICKS - 1)
    first, last = math.floor(low / step + ROUNDED), math.ceil(high / step - ROUNDED)
    last = max(last, first + 1)
    ticks = tuple(step * number for number in range(first, last + 1))
    return _Scale(ticks[0], ticks[-1], ticks, line, scale_of(policy, max(abs(low), abs(high))))


def _panel(curve: CurveSeen, scale: _Scale, policy: Policy) -> Panel:
    places = _places(curve.points)
    most = max((point.rows for point in curve.points), default=0) or 1
    dots = [
        Dot(
            at=at,
            score=scale.place(point.score),
            mean=scale.place(point.mean),
            share=point.rows / most,
            is_own=point.is_own,
            is_joined=point.number is not None,
        )
        for at, point in zip(places, curve.points, strict=True)
    ]
    name = shortened(name_of(curve.column, policy), LONGEST_HEADING)
    labels = tuple(_under(places, curve.points))
    return Panel(
        name=name,
        sentence=_sentence(curve.points, scale.said),
        picture=draw(dots, scale.place(scale.line), says=_read_out(name, curve.points, scale.said, policy)),
        scale=tuple(_beside(scale)),
        values=labels,
        listed="" if labels else f"From left: {', '.join(_value(point) for point in curve.points)}.",
    )


def _places(every: Sequence[CurvePoint]) -> list[float]:
    """Return where each value stands, from 0 to 1: numbers in proportion, what is not recorded at the right end."""
    numbers = [point.number for point in every if point.number is not None]
    if len(numbers) <= 1:
        return [(place + 0.5) / len(every) for place in range(len(every))]
    room = len(numbers) / len(every) if len(numbers) < len(every) else 1.0
    width = numbers[-1] - numbers[0]
    return [1.0 if point.number is None else room * (point.number - numbers[0]) / width for point in every]


def _beside(scale: _Scale) -> Iterator[Label]:
    """Yield the labels of the scale; one that stands too near the line of decision gives way to it."""
    line = y_in_hundredths(scale.place(scale.line))
    yield Label(f"{line:.1f}", "line", is_strong=True)
    for tick in scale.ticks:
        place = y_in_hundredths(scale.place(tick))
        if abs(place - line) >= APART:
            yield Label(f"{place:.1f}", _tick(tick, scale.said), is_strong=False)


def _tick(tick: float, said: Scale) -> str:
    return f"{said.times * tick:.6g}".replace("-", "\N{MINUS SIGN}")


def _under(places: Sequence[float], every: Sequence[CurvePoint]) -> Iterator[Label]:
    """Yield the values that have room: the case's own, the ends, then what is left; no words unless all have."""
    is_text = all(point.number is None for point in every)
    order = sorted(range(len(every)), key=lambda place: (not every[place].is_own, place not in {0, len(every) - 1}))
    if is_text:
        order.sort()
    taken: list[tuple[float, float]] = []
    found = []
    for place in order:
        said = _value(every[place])
        middle, half = x(places[place]) * PANEL / WIDTH, LETTER * len(said) / 2 + 0.5
        middle = min(max(middle, half), PANEL - half)
        is_free = all(middle + half <= low or middle - half >= high for low, high in taken)
        if is_text and not (is_free and len(said) <= LONGEST_LABEL):
            return
        if is_free:
            taken.append((middle - half, middle + half))
            found.append((place, Label(f"{100 * middle / PANEL:.1f}", said, is_strong=every[place].is_own)))
    yield from (label for _, label in sorted(found, key=lambda one: one[0]))


def _value(point: CurvePoint) -> str:
    said = shortened(point.value, LONGEST_VALUE)
    return said if point.number is None else said.replace("-", "\N{MINUS SIGN}")


def _sentence(every: Sequence[CurvePoint], said: Scale) -> str:
    """Return where the case scores least and most."""
    low, high = (choose(every, key=lambda point: point.score) for choose in (min, max))
    least, most = points(low.score, scale=said), points(high.score, scale=said)
    if least == most:
        return f"The case scores {least} with each."
    return f"The case: {least} with {_value(low)} to {most} with {_value(high)}."


def _read_out(name: str, every: Sequence[CurvePoint], said: Scale, policy: Policy) -> str:
    read = [
        f"with {_value(point)} the case scores {points(point.score, scale=said)} and the average "
        f"{points(point.mean, scale=said)}, {f'{point.rows:,}' if point.rows else f'fewer than {FEW}'} "
        f"{units(policy)} near"
        for point in every
    ]
    return f"{name}: {'; '.join(read)}."
